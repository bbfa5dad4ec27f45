"""Every choice changes its setting, at once, in words a person understands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.settings import Settings, parse_settings, to_rows
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.settings_dialog import SettingsDialog

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
HOME = Path("/home/小雨/data 🌱")


class Opened:
    """What was asked of the system."""

    def __init__(self) -> None:
        self.folders: list[Path] = []


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[None]:
    """A window opened by an earlier test leaves its own sizes with the application."""
    sheet = qapp.styleSheet()
    qapp.setStyleSheet("")
    yield
    qapp.setStyleSheet(sheet)


@pytest.fixture
def dialog(qtbot: QtBot, opened: Opened, undressed: None) -> SettingsDialog:
    made = SettingsDialog(Settings(), HOME, ["CN", "HK"], None, opened.folders.append)
    qtbot.addWidget(made)
    made.show()
    return made


def named(dialog: SettingsDialog, kind: type[QWidget], name: str) -> QWidget:
    """The field a person finds under these words."""
    for label in dialog.findChildren(QLabel):
        if label.text() == name:
            assert isinstance(label.buddy(), kind)
            assert label.buddy().accessibleName() == name
            return label.buddy()
    raise AssertionError(name)


def button(dialog: SettingsDialog, words: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == words)


def check(dialog: SettingsDialog, words: str) -> QCheckBox:
    return next(b for b in dialog.findChildren(QCheckBox) if b.text().startswith(words))


@pytest.mark.parametrize(
    ("name", "downs", "change"),
    [
        ("Language", 1, {"language": "zh"}),
        ("Language", 2, {"language": "en"}),
        ("Colours", 2, {"theme": "dark"}),
        ("Colours", 3, {"theme": "contrast"}),
        ("Where you are, for help numbers", 1, {"region": "HK"}),
    ],
)
def test_boxes(
    dialog: SettingsDialog, qtbot: QtBot, name: str, downs: int, change: dict[str, str]
) -> None:
    told: list[Settings] = []
    dialog.settings_changed.connect(told.append)
    for _press in range(downs):
        qtbot.keyClick(named(dialog, ChoiceBox, name), Qt.Key.Key_Down)
    assert told[-1] == replace(Settings(), **change)


def test_text_size_is_seen_before_it_is_applied(dialog: SettingsDialog, qtbot: QtBot) -> None:
    slider = named(dialog, QSlider, "Text size")
    preview = next(x for x in dialog.findChildren(QLabel) if x.property("tone") == "preview")
    before = preview.sizeHint().height()
    with qtbot.assertNotEmitted(dialog.settings_changed):
        slider.setSliderDown(True)
        slider.setValue(20)
    assert preview.sizeHint().height() > before * 1.6
    assert "200 %" in [label.text() for label in dialog.findChildren(QLabel)]
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        slider.setSliderDown(False)
    assert changed.args[0].font_scale == 2.0


@pytest.mark.parametrize("end", [Qt.Key.Key_Home, Qt.Key.Key_End])
def test_text_size_by_keyboard_stays_within_the_limits(
    dialog: SettingsDialog, qtbot: QtBot, end: Qt.Key
) -> None:
    qtbot.keyClick(named(dialog, QSlider, "Text size"), end)
    assert dialog.settings.font_scale == (0.8 if end == Qt.Key.Key_Home else 2.0)
    assert parse_settings(to_rows(dialog.settings)) == (dialog.settings, [])


def test_switches(dialog: SettingsDialog) -> None:
    check(dialog, "Less motion").click()
    check(dialog, "Enter sends").click()
    assert dialog.settings == replace(Settings(), reduced_motion=True, enter_sends=False)


def test_the_name_is_kept_when_it_is_written(dialog: SettingsDialog, qtbot: QtBot) -> None:
    field = named(dialog, QLineEdit, "What you would like to be called")
    with qtbot.assertNotEmitted(dialog.settings_changed):
        qtbot.keyClicks(field, " Rain ")
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert changed.args[0].called_by == "Rain"
    assert dialog.isVisible()


def test_the_name_is_kept_when_the_page_is_closed_at_once(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    qtbot.keyClicks(named(dialog, QLineEdit, "What you would like to be called"), "Rain")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.settings.called_by == "Rain"


def test_a_model_is_chosen_on_its_own_page(dialog: SettingsDialog, qtbot: QtBot) -> None:
    assert not button(dialog, "Use the one that came along").isVisible()
    with qtbot.waitSignal(dialog.models_wanted):
        button(dialog, "Choose a model…").click()
    assert not dialog.isVisible()
    assert dialog.settings == Settings()


def test_the_chosen_model_is_named_and_given_up(qtbot: QtBot) -> None:
    dialog = SettingsDialog(replace(Settings(), model="/models/大 模型.gguf"), HOME, ["CN"])
    qtbot.addWidget(dialog)
    dialog.show()
    assert "大 模型" in [label.text() for label in dialog.findChildren(QLabel)]
    button(dialog, "Use the one that came along").click()
    assert dialog.settings.model == ""


def test_the_technical_ones_are_folded_away(dialog: SettingsDialog) -> None:
    threads = named(dialog, QSpinBox, "Processor threads")
    layers = named(dialog, QSpinBox, "Layers on the graphics card")
    assert not threads.isVisible()
    button(dialog, "Advanced").click()
    assert threads.isVisible()
    assert (threads.text(), layers.text()) == ("chosen by itself", "as many as fit")
    threads.setValue(4)
    layers.setValue(0)
    assert (dialog.settings.threads, dialog.settings.gpu_layers) == (4, 0)


def test_an_adapter_and_another_build_are_named_by_their_place(dialog: SettingsDialog) -> None:
    button(dialog, "Advanced").click()
    for words, path in (
        ("Adapter for this model (a GGUF file)", "/适配/kind.gguf"),
        ("Folder of another llama.cpp", "/opt/llama"),
    ):
        field = named(dialog, QLineEdit, words)
        field.setText(f" {path} ")
        field.editingFinished.emit()
    assert dialog.settings.adapter == "/适配/kind.gguf"
    assert dialog.settings.library == "/opt/llama"


def test_where_the_data_lies(dialog: SettingsDialog, opened: Opened) -> None:
    assert str(HOME) in [label.text() for label in dialog.findChildren(QLabel)]
    button(dialog, "Open the folder").click()
    assert opened.folders == [HOME]


def test_it_shows_what_was_chosen_before(qtbot: QtBot) -> None:
    settings = replace(
        Settings(),
        language="en",
        theme="dark",
        font_scale=1.5,
        called_by="雨",
        region="HK",
        threads=3,
    )
    dialog = SettingsDialog(settings, HOME, ["CN", "HK"])
    qtbot.addWidget(dialog)
    assert named(dialog, ChoiceBox, "Language").currentText() == "English"
    assert named(dialog, ChoiceBox, "Colours").currentText() == "Dark"
    assert named(dialog, QSlider, "Text size").value() == 15
    assert named(dialog, QSpinBox, "Processor threads").value() == 3
    assert dialog.settings == settings


def test_it_fits_the_smallest_window(dialog: SettingsDialog) -> None:
    dialog.resize(480, 560)
    assert dialog.width() == 480
