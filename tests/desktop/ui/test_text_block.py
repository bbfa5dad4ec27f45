"""Laid-out text: where the mouse points, what a word is, how emoji are never cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from desktop.ui.text_block import TextBlock, estimated_lines, len16, span16, utf16_slice
from desktop.ui.theme import Look

FAMILY = "👨‍👩‍👧‍👦"


def block(text: str, width: float = 300.0) -> TextBlock:
    look = Look()
    return TextBlock(text, look.font(), width, look.pitch)


@pytest.mark.usefixtures("qtbot")
class TestTextBlock:
    def test_every_line_is_equally_high(self) -> None:
        assert block("在").height == Look().pitch
        assert block("一\n二\n😀三").height == 3 * Look().pitch

    def test_a_narrow_width_takes_more_lines(self) -> None:
        assert block("睡不着" * 20, 100).height > block("睡不着" * 20, 400).height

    def test_a_cursor_steps_over_an_emoji_as_a_whole(self) -> None:
        text = block(f"a{FAMILY}b")

        assert text.step(1, forward=True) == 1 + len16(FAMILY)
        assert text.step(1 + len16(FAMILY), forward=False) == 1

    def test_the_ends_are_under_the_mouse(self) -> None:
        text = block("睡不着")

        assert text.position_at(QPointF(-5, 3)) == 0
        assert text.position_at(QPointF(290, 3)) == 3

    def test_a_double_click_takes_a_word(self) -> None:
        text = block("I cannot sleep")

        assert utf16_slice(text.text, *text.word_at(4)) == "cannot"

    def test_nothing_is_something_too(self) -> None:
        assert block("").height == Look().pitch
        assert block("").position_at(QPointF(0, 0)) == 0


def test_positions_count_emoji_as_qt_does() -> None:
    assert span16("😀睡不着", 1, 2) == (2, 4)
    assert utf16_slice("😀睡不着", 2, 4) == "睡不"


def test_a_lone_surrogate_breaks_nothing() -> None:
    assert len16("\ud83d") == 1


@pytest.mark.parametrize("text", ["睡不着" * 40, "I cannot sleep at night. " * 12, "一\n二\n三"])
def test_an_estimate_is_near(text: str, qtbot: QtBot) -> None:
    lines = block(text, 400).height / Look().pitch

    assert estimated_lines(text, 15, 400) == pytest.approx(lines, rel=0.35)
