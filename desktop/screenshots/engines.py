"""The scripted engines of the pictures."""

from __future__ import annotations

from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError
from desktop.screenshots.talks import REPLY


def quick() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=300)


def very_slow() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=0.5)


def two_replies() -> ScriptedEngine:
    return ScriptedEngine(["嗯，我在听。", "躺下来，念头就排着队来了。今晚排在最前面的是哪一个？"])


def no_model() -> ScriptedEngine:
    return ScriptedEngine(load_error=EngineError("engine_start_failed", reason="…"))


def dying() -> ScriptedEngine:
    return ScriptedEngine(
        [REPLY],
        failures={0: (14, EngineError("engine_died", cause="SIGKILL"))},
        tokens_per_second=60,
    )


def far() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=300, host="ai.school.example")


def near() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=300, host="127.0.0.1:8080")
