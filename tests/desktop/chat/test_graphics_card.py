"""Which card the models page counts with."""

from __future__ import annotations

from desktop.chat.graphics_card import graphics_card
from desktop.engine.client import ProcessEngine
from desktop.engine.machine import Device, DeviceKind, Machine
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError

CARD = Device("CUDA0", "NVIDIA Card", "CUDA", DeviceKind.GPU, 8 << 30, 6 << 30)


class Seeing(ProcessEngine):
    """An engine process that would tell of this computer."""

    def look(self, library: object = None) -> Machine:
        return Machine(devices=(CARD,))


class Blind(ProcessEngine):
    def look(self, library: object = None) -> Machine:
        raise EngineError("engine_start_failed", reason="exit 1")


def test_the_card_is_named_as_its_driver_does_with_what_is_free() -> None:
    assert graphics_card(Seeing) == ("NVIDIA Card", 6 << 30)


def test_a_process_that_cannot_start_counts_as_no_card() -> None:
    assert graphics_card(Blind) == ("", 0)


def test_without_a_process_there_is_no_card() -> None:
    assert graphics_card(lambda: ScriptedEngine(["好"])) == ("", 0)


def test_this_computer_is_asked_through_the_real_process() -> None:
    name, free = graphics_card()
    assert bool(name) == (free > 0)
