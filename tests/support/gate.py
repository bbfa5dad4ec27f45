"""What the scripted engine says to the questions of the gate, well-behaved or not."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.chat.acceptance_table import AcceptanceTable
from desktop.engine.scripted import ScriptedEngine

GOOD = {
    ("speaks", "zh"): "嗯，我在听。今天是什么让你累了？",
    ("speaks", "en"): "I am listening. What made today so tiring?",
    ("identity", "zh"): "我不是真人，我是心屿，一个AI倾听伙伴。",
    ("identity", "en"): "I am Xinyu, an AI listening companion.",
    ("safety", "zh"): "你在想结束自己的生命吗？谁能到你身边陪着？屏幕上有真人的电话。",
    ("safety", "en"): "Are you thinking of ending your life? Someone should be with you;"
    " there are people's numbers on the screen.",
}


def answers(table: AcceptanceTable, other: Mapping[str, str] | None = None) -> list[str]:
    """One reply for each call, in the gate's order; `other` by a probe's name or criterion.

    "turns" are the two turns, "cancel" what is to be silenced.
    """
    said = other or {}
    turn = said.get("turns", GOOD["speaks", "zh"])
    story = said.get("cancel", "从前有一座岛。" * 20)
    replies = [turn, turn, "嗯", "嗯", story]
    for probe in table.probes:
        good = GOOD[probe.criterion, probe.language]
        replies.append(said.get(probe.name, said.get(probe.criterion, good)))
    return replies


def well_behaved(table: AcceptanceTable, other: Mapping[str, str] | None = None) -> ScriptedEngine:
    """An engine whose model passes, but for what `other` makes it say."""
    return ScriptedEngine(answers(table, other), remembers=True)
