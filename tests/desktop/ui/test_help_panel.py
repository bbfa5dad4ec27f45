"""The help numbers as a person sees, hears and copies them."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.safety.helplines import HelpLine, HelpLines, load_helplines
from desktop.ui import help_card, help_panel
from desktop.ui.choice_box import ELSEWHERE, RegionBox
from desktop.ui.help_card import HelpLineCard, spelled
from desktop.ui.help_panel import HelpPanel
from desktop.wording import load_wording

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TODAY = date(2026, 12, 1)
LATER = date(2031, 1, 1)


@pytest.fixture(scope="module")
def lines() -> HelpLines:
    return load_helplines(assets_folder())


def panel(
    qtbot: QtBot, lines: HelpLines, region: str = "CN", language: str = "zh", today: date = TODAY
) -> HelpPanel:
    wording = load_wording(assets_folder(), language)
    made = HelpPanel(lines, wording, region, today=lambda: today)
    qtbot.addWidget(made)
    made.resize(360, 700)
    made.show()
    return made


def texts(made: HelpPanel) -> list[str]:
    return [label.text() for label in made.findChildren(QLabel)]


def numbers(made: HelpPanel) -> list[str]:
    return [
        label.text() for label in made.findChildren(QLabel) if label.property("tone") == "number"
    ]


def test_emergency_numbers_come_first(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines)
    assert numbers(made)[:4] == ["110", "120", "119", "12356"]
    assert "如果现在有危险，先打 110、120 或 119，或者让身边的人马上过来。" in texts(made)


def test_hours_and_channels_are_as_stated(qtbot: QtBot, lines: HelpLines) -> None:
    shown = texts(panel(qtbot, lines, language="en"))
    stated = "at least 18 hours a day, 24 hours in many cities, by phone, Mandarin"
    assert f"{stated}, ordinary call charges may apply" in shown
    american = texts(panel(qtbot, lines, "US", "en"))
    assert (
        "24 hours, by phone, by text message, online chat, English, Spanish"
        ", press 2 for Spanish, 1 for veterans" in american
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_stands_there_that_is_not_in_the_table(
    qtbot: QtBot, lines: HelpLines, language: str
) -> None:
    """Nor one that the table says must never be shown."""
    table = json.loads((assets_folder() / "safety" / "helplines.json").read_text("utf-8"))
    for region in [*lines.regions(), ELSEWHERE]:
        made = panel(qtbot, lines, region, language, today=LATER)
        rows = [*lines.for_region(region), *lines.in_other_places(region)]
        allowed = "F12 ".join(f"{row.number} {row.name} {row.hours} {row.note}" for row in rows)
        for text in texts(made):
            for digits in re.findall(r"\d[\d -]*\d", text):
                assert digits in allowed
        never = {re.sub(r"\D", "", str(row)) for row in table["never_show"]}
        assert not {re.sub(r"\D", "", number) for number in numbers(made)} & never


def test_a_region_chosen_here_shows_its_numbers_and_is_told(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines)
    box = made.findChild(RegionBox)
    with qtbot.waitSignal(made.region_chosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == ["CN-SH"]
    assert numbers(made)[3:5] == ["962525", "12356"]
    with qtbot.waitSignal(made.region_chosen) as chosen:
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert chosen.args == ["HK"]
    assert "18111" in numbers(made)
    assert "12356" not in numbers(made)


def test_an_unknown_region_gets_words_and_no_number(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines, ELSEWHERE, "en")
    assert numbers(made) == []
    assert any("your local emergency number" in text for text in texts(made))
    made.focus_first()
    assert made.focusWidget() is made.findChild(RegionBox)


def test_an_old_list_says_so_and_keeps_the_numbers(qtbot: QtBot, lines: HelpLines) -> None:
    wording = load_wording(assets_folder(), "zh")
    assert wording.sentence("help_list_old") not in texts(panel(qtbot, lines))
    old = panel(qtbot, lines, today=LATER)
    assert wording.sentence("help_list_old") in texts(old)
    assert numbers(old)[0] == "110"


def test_copying(qtbot: QtBot, lines: HelpLines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(help_card, "COPIED_FOR", 20)
    made = panel(qtbot, lines, language="en")
    made.focus_first()
    button = made.findChild(HelpLineCard).copy_button
    with qtbot.waitSignal(made.number_copied) as copied:
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert copied.args == ["110"]
    assert QGuiApplication.clipboard().text() == "110"
    assert button.text() == "Copied"
    qtbot.waitUntil(lambda: button.text() == "Copy")


def test_a_screen_reader_hears_digits_name_and_hours(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines)
    cards = made.findChildren(HelpLineCard)
    card = next(card for card in cards if "12356" in [x.text() for x in card.findChildren(QLabel)])
    heard = QAccessible.queryAccessibleInterface(card).text(QAccessible.Text.Name)
    assert heard == (
        "全国统一心理援助热线，1 2 3 5 6，每天至少 18 小时，多地 24 小时，by phone"
        "，可能按普通通话收费"
    )
    assert heard in card.copy_button.accessibleName()
    assert spelled("0800-013-999") == "0 8 0 0 0 1 3 9 9 9"


def test_opening_announces_what_to_do_in_danger(
    qtbot: QtBot, lines: HelpLines, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(help_panel, "announce", lambda _widget, words: heard.append(words))
    panel(qtbot, lines, language="en")
    assert heard[0].startswith("If there is danger now, first call 110, 120 or 119")


def test_it_can_be_read_by_keyboard_and_closed(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines)
    made.focus_first()
    first = made.focusWidget()
    assert first is made.findChildren(HelpLineCard)[0].copy_button
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    assert made.focusWidget() is made.findChildren(HelpLineCard)[0].code_button
    qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Tab)
    assert made.focusWidget() is made.findChildren(HelpLineCard)[1].copy_button
    with qtbot.waitSignal(made.closed):
        qtbot.keyClick(made.focusWidget(), Qt.Key.Key_Escape)


def test_it_changes_its_language(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines)
    made.set_wording(load_wording(assets_folder(), "en"))
    assert "National psychological aid line" in texts(made)
    made.set_region("GB")
    assert numbers(made)[:2] == ["999", "116 123"]


def test_it_works_with_a_broken_table(qtbot: QtBot, tmp_path: Path) -> None:
    made = panel(qtbot, load_helplines(tmp_path))
    assert numbers(made) == ["120", "110", "12356"]


def test_nothing_is_cut_off_in_a_narrow_drawer(qtbot: QtBot, lines: HelpLines) -> None:
    made = panel(qtbot, lines, "MO", "en")
    made.resize(300, 560)
    for label in made.findChildren(QLabel):
        assert label.width() <= 300
        assert label.height() >= label.heightForWidth(label.width())


def test_no_button_is_cut_off_at_200_per_cent(
    qtbot: QtBot, lines: HelpLines, qapp: QApplication
) -> None:
    qapp.setStyleSheet("* { font-size: 30px } QLabel[tone=number] { font-size: 56px }")
    try:
        made = panel(qtbot, lines)
        made.resize(made.minimumWidth(), 700)
        for card in made.findChildren(HelpLineCard):
            right = card.copy_button.mapTo(made, card.copy_button.rect().topRight()).x()
            assert right < made.width() - 8
    finally:
        qapp.setStyleSheet("")


def test_a_line_without_hours_leaves_them_out(qtbot: QtBot) -> None:
    line = HelpLine("CN", "crisis", "1", {"en": "A line"}, {"en": ""}, ("call",), date.max)
    card = HelpLineCard(line, "en")
    qtbot.addWidget(card)
    assert [label.text() for label in card.findChildren(QLabel)] == ["1", "A line", "by phone"]
