"""The settings page: every choice in plain words, applied at once.

Works on a Settings value and tells each new one; where it is kept, and what it does to the window
or the engine, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.settings import Settings
from desktop.ui.age_question import AgeQuestion
from desktop.ui.choice_box import ChoiceBox, RegionBox

SMALLEST, LARGEST, STEP = 80, 200, 10  # per cent
BODY_PIXELS = 15
COLUMN = 560


def open_folder(folder: Path) -> None:
    """Show the folder in the system's own window."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class SettingsDialog(QDialog):
    """All choices.

    Signals:
        settings_changed: the new Settings, after each change.
        privacy_wanted: passphrase, backups, export and erasing.
        models_wanted: the page of models.
    """

    settings_changed = Signal(object)
    privacy_wanted = Signal()
    models_wanted = Signal()

    def __init__(
        self,
        settings: Settings,
        home: Path,
        regions: Sequence[str],
        parent: QWidget | None = None,
        show_folder: Callable[[Path], None] = open_folder,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self._home = home
        self._show_folder = show_folder
        self.setObjectName("settingsDialog")
        self.resize(560, 680)
        self._make_fields(regions)
        self._arrange()
        self._connect()
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def done(self, result: int) -> None:
        self._on_name_written()  # closing does not always take the keyboard from the field first
        super().done(result)

    def _make_fields(self, regions: Sequence[str]) -> None:
        settings = self.settings
        self._language, self._theme = ChoiceBox(), ChoiceBox()
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(SMALLEST // STEP, LARGEST // STEP)
        self._size.setPageStep(2)
        self._size.setValue(round(settings.font_scale * 100 / STEP))
        self._percent = _label("soft")
        self._preview = _label("preview")
        self._still = _switch(settings.reduced_motion)
        self._enter = _switch(settings.enter_sends)
        self._regions = RegionBox(regions, settings.region)
        self._name = QLineEdit(settings.called_by)
        self._name.setMaxLength(40)
        self._age = AgeQuestion(settings.age_band)
        self._model = _label("soft")
        self._choose, self._best = _button(), _button()
        self._unfold = _button()
        self._unfold.setCheckable(True)
        self._advanced = QWidget()
        self._threads = _number(0, 1024, settings.threads)
        self._layers = _number(-1, 10_000, settings.gpu_layers)
        self._adapter, self._library = QLineEdit(settings.adapter), QLineEdit(settings.library)
        self._folder, self._open = _label("soft", str(self._home)), _button()
        self._lock_after, self._privacy = ChoiceBox(), _button()
        self._done = _button("primary")
        self._words: list[tuple[QLabel, Callable[[], str]]] = []

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(8)
        self._arrange_look(column)
        self._arrange_talk(column)
        self._arrange_model(column)
        self._arrange_data(column)
        column.addStretch(1)
        self._frame(column)

    def _arrange_look(self, column: QVBoxLayout) -> None:
        self._section(column, lambda: self.tr("How it looks"))
        self._field(column, lambda: self.tr("Language"), self._language)
        self._field(column, lambda: self.tr("Colours"), self._theme)
        sizes = QWidget()
        row = QHBoxLayout(sizes)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._size, 1)
        row.addWidget(self._percent)
        self._field(column, lambda: self.tr("Text size"), sizes, self._size)
        column.addWidget(self._preview)
        column.addWidget(self._still)

    def _arrange_talk(self, column: QVBoxLayout) -> None:
        self._section(column, lambda: self.tr("Talking"))
        self._field(column, lambda: self.tr("What you would like to be called"), self._name)
        self._field(column, lambda: self.tr("Where you are, for help numbers"), self._regions)
        self._field(column, lambda: self.tr("How old you are"), self._age, self._age.box)
        column.addWidget(self._enter)

    def _arrange_model(self, column: QVBoxLayout) -> None:
        self._section(column, lambda: self.tr("The model that answers"))
        column.addWidget(self._model)
        column.addLayout(_in_a_row(self._choose, self._best))
        column.addLayout(_in_a_row(self._unfold))
        inner = QVBoxLayout(self._advanced)
        inner.setContentsMargins(0, 0, 0, 0)
        self._field(inner, lambda: self.tr("Processor threads"), self._threads)
        self._field(inner, lambda: self.tr("Layers on the graphics card"), self._layers)
        self._field(inner, lambda: self.tr("Adapter for this model (a GGUF file)"), self._adapter)
        self._field(inner, lambda: self.tr("Folder of another llama.cpp"), self._library)
        self._note(inner, lambda: self.tr("Used the next time the model is loaded."))
        column.addWidget(self._advanced)
        self._advanced.hide()

    def _arrange_data(self, column: QVBoxLayout) -> None:
        self._section(column, lambda: self.tr("Your data"))
        self._note(column, lambda: self.tr("Everything Xinyu keeps lies in this folder."))
        self._folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._folder)
        column.addLayout(_in_a_row(self._open, self._privacy))
        self._field(column, lambda: self.tr("Lock when nobody is here"), self._lock_after)
        self._note(column, lambda: self.tr("Where there is a passphrase. Ctrl+L locks at once."))

    def _frame(self, column: QVBoxLayout) -> None:
        page = QWidget()
        page.setObjectName("settingsBody")
        page.setLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addStretch(1)
        foot.addWidget(self._done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)

    def _section(self, column: QVBoxLayout, words: Callable[[], str]) -> None:
        column.addSpacing(16)
        self._say(column, "section", words)

    def _note(self, column: QVBoxLayout, words: Callable[[], str]) -> None:
        self._say(column, "soft", words)

    def _field(
        self,
        column: QVBoxLayout,
        words: Callable[[], str],
        widget: QWidget,
        buddy: QWidget | None = None,
    ) -> None:
        """A line of its own for the words, so that long ones fit at 200 %."""
        label = self._say(column, "field", words)
        label.setBuddy(buddy or widget)
        widget.setMinimumHeight(36)
        column.addWidget(widget)

    def _say(self, column: QVBoxLayout, tone: str, words: Callable[[], str]) -> QLabel:
        label = _label(tone)
        self._words.append((label, words))
        column.addWidget(label)
        return label

    def _connect(self) -> None:
        self._language.value_chosen.connect(lambda value: self._change(language=value))
        self._theme.value_chosen.connect(lambda value: self._change(theme=value))
        self._size.valueChanged.connect(self._on_size_moved)
        self._size.sliderReleased.connect(self._on_size_chosen)
        self._still.toggled.connect(lambda on: self._change(reduced_motion=on))
        self._enter.toggled.connect(lambda on: self._change(enter_sends=on))
        self._regions.value_chosen.connect(lambda value: self._change(region=value))
        self._name.editingFinished.connect(self._on_name_written)
        self._age.answered.connect(lambda band: self._change(age_band=band))
        self._choose.clicked.connect(self._on_choose_clicked)
        self._best.clicked.connect(lambda: self._change(model=""))
        self._unfold.toggled.connect(self._on_unfolded)
        self._threads.valueChanged.connect(lambda value: self._change(threads=value))
        self._layers.valueChanged.connect(lambda value: self._change(gpu_layers=value))
        self._adapter.editingFinished.connect(
            lambda: self._change(adapter=self._adapter.text().strip())
        )
        self._library.editingFinished.connect(
            lambda: self._change(library=self._library.text().strip())
        )
        self._open.clicked.connect(lambda: self._show_folder(self._home))
        self._privacy.clicked.connect(self.privacy_wanted)
        self._lock_after.value_chosen.connect(lambda value: self._change(lock_after=int(value)))
        self._done.clicked.connect(self.accept)

    def _write(self) -> None:
        """Every word, in the language of now."""
        self.setWindowTitle(self.tr("Settings"))
        for label, words in self._words:
            label.setText(words())
            if label.buddy() is not None:
                label.buddy().setAccessibleName(words())
        self._language.offer(self._languages(), self.settings.language)
        self._theme.offer(self._themes(), self.settings.theme)
        self._still.setText(self.tr("Less motion: nothing fades or breathes"))
        self._enter.setText(self.tr("Enter sends, Shift+Enter starts a new line"))
        self._choose.setText(self.tr("Choose a model…"))
        self._best.setText(self.tr("Use the one that came along"))
        self._unfold.setText(self.tr("Advanced"))
        self._threads.setSpecialValueText(self.tr("chosen by itself"))
        self._layers.setSpecialValueText(self.tr("as many as fit"))
        self._open.setText(self.tr("Open the folder"))
        self._privacy.setText(self.tr("Passphrase, backups, export…"))
        self._lock_after.offer(self._waits(), str(self.settings.lock_after))
        self._done.setText(self.tr("Done"))
        self._write_size()
        self._write_model()

    def _languages(self) -> list[tuple[str, str]]:
        return [("system", self.tr("As the computer")), ("zh", "中文"), ("en", "English")]

    def _waits(self) -> list[tuple[str, str]]:
        words = self.tr("after {minutes} minutes")
        waits = sorted({1, 5, 10, 30, 60, self.settings.lock_after} - {0})
        return [("0", self.tr("never")), *((str(m), words.format(minutes=m)) for m in waits)]

    def _themes(self) -> list[tuple[str, str]]:
        return [
            ("system", self.tr("As the computer")),
            ("light", self.tr("Light")),
            ("dark", self.tr("Dark")),
            ("contrast", self.tr("High contrast")),
        ]

    def _write_size(self) -> None:
        percent = self._size.value() * STEP
        self._percent.setText(f"{percent} %")
        self._preview.setText(self.tr("I have not been sleeping well lately."))
        self._preview.setStyleSheet(f"font-size: {round(BODY_PIXELS * percent / 100)}px")

    def _write_model(self) -> None:
        chosen = self.settings.model
        self._model.setText(Path(chosen).stem or self.tr("The small one that came along"))
        self._best.setVisible(bool(chosen))

    def _change(self, **changes: Any) -> None:
        changed = replace(self.settings, **changes)
        if changed != self.settings:
            self.settings = changed
            self._write_model()
            self.settings_changed.emit(changed)

    def _on_size_moved(self) -> None:
        self._write_size()
        if not self._size.isSliderDown():
            self._on_size_chosen()

    def _on_size_chosen(self) -> None:
        self._change(font_scale=self._size.value() * STEP / 100)

    def _on_name_written(self) -> None:
        self._change(called_by=" ".join(self._name.text().split()))

    def _on_choose_clicked(self) -> None:
        self.accept()
        self.models_wanted.emit()

    def _on_unfolded(self, shown: bool) -> None:
        self._advanced.setVisible(shown)


def _label(tone: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    label.setWordWrap(True)
    return label


def _button(kind: str = "quiet") -> QPushButton:
    button = QPushButton()
    button.setProperty("kind", kind)
    button.setMinimumHeight(36)
    button.setAutoDefault(False)
    return button


def _switch(on: bool) -> QCheckBox:
    box = QCheckBox()
    box.setMinimumHeight(32)
    box.setChecked(on)
    return box


def _number(lowest: int, highest: int, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(lowest, highest)
    box.setValue(value)
    box.setKeyboardTracking(False)
    # Style sheets draw its arrows badly, and would frame the field inside a second time.
    box.setStyleSheet("QSpinBox::up-button, QSpinBox::down-button { width: 0 }")
    inner = "border: none; background: transparent; padding: 0 8px; min-height: 0"
    box.lineEdit().setStyleSheet(inner)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box


def _in_a_row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
