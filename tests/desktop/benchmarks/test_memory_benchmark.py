"""The scripted dialogues: as many as were promised, and no rule of the memory breaks in a part."""

from __future__ import annotations

import pytest

from desktop.benchmarks import memory
from desktop.benchmarks.memory_dialogues import load_dialogues, read_dialogues
from desktop.benchmarks.memory_rules import Tally, play
from desktop.memory.slots import NAMES
from desktop.paths import assets_folder

ASSETS = assets_folder()
# One of each kind; `xinyu bench memory` plays all of them.
PLAYED = ("z004", "z012", "z016", "z023", "z030", "z039", "z069", "z074", "e018", "e026")


def test_there_are_120_of_all_kinds_and_every_quote_was_said() -> None:
    dialogues = load_dialogues(ASSETS)
    assert len(dialogues) == 120
    assert len({dialogue.name for dialogue in dialogues}) == 120
    kinds = {"correction", "negation", "joke", "others", "injection", "forget"}
    assert kinds <= {dialogue.kind for dialogue in dialogues}
    assert sum(len(dialogue.sessions) > 1 for dialogue in dialogues) >= 15
    for dialogue in dialogues:
        own = [text for turns in dialogue.sessions for role, text in turns if role == "user"]
        for fact in [*dialogue.remembered, *dialogue.passing]:
            assert fact.slot in NAMES, dialogue.name
            assert any(fact.quote in text for text in own), (dialogue.name, fact.quote)


@pytest.mark.parametrize("name", PLAYED)
def test_no_rule_breaks_and_what_is_true_gets_in(name: str) -> None:
    (dialogue,) = [one for one in load_dialogues(ASSETS) if one.name == name]
    tally = Tally()
    play(dialogue, ASSETS, tally, None)
    assert +tally.broken == {}
    assert tally.refused.total() > 0
    assert (tally.wrong, tally.missed) == (0, 0), tally.failures


def test_a_line_of_no_form_is_told() -> None:
    with pytest.raises(ValueError, match="z001"):
        read_dialogues("# z001 name\nwords before anybody spoke\n", "zh")


def test_without_a_model_it_says_that_nobody_was_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert memory.main(["--no-timing", "--only", "hypothetical"]) == 0
    out, err = capsys.readouterr()
    assert "skipped, no --model" in err
    assert "MISSED" not in out
