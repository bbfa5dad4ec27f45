"""The pages on which a profile is made, a passphrase chosen, and the recovery key kept."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QMarginsF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPageLayout, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QLineEdit, QWidget

from desktop.profiles.profile import DEFAULT_COLOUR, LONGEST_NAME
from desktop.ui.gate_parts import Page, SecretField, button, dot, label

ENOUGH = 8


class PassphraseFields(QWidget):
    """A new passphrase, twice, and what is to be known about it.

    Signals:
        changed: something was typed.
    """

    changed = Signal()

    def __init__(self, column: Page) -> None:
        super().__init__()
        self.first, self.second = SecretField(), SecretField()
        self._first_label, self._second_label = label("field"), label("field")
        self._told = label("soft")
        for words, field in ((self._first_label, self.first), (self._second_label, self.second)):
            words.setBuddy(field)
            column.column.addWidget(words)
            column.column.addWidget(field)
            field.textChanged.connect(self._on_typed)
        column.column.addWidget(self._told)
        self.write()

    @property
    def complete(self) -> bool:
        """Both are there and say the same."""
        return bool(self.first.text()) and self.first.text() == self.second.text()

    def take(self) -> str:
        self.second.clear()
        return self.first.take()

    def set_enabled(self, enabled: bool) -> None:
        for field in (self.first, self.second):
            field.setEnabled(enabled)

    def write(self) -> None:
        self._first_label.setText(self.tr("A passphrase"))
        self._second_label.setText(self.tr("The same once more"))
        self.first.setAccessibleName(self._first_label.text())
        self.second.setAccessibleName(self._second_label.text())
        self._say()

    def _on_typed(self) -> None:
        self._say()
        self.changed.emit()

    def _say(self) -> None:
        first, second = self.first.text(), self.second.text()
        if second and first != second:
            words = self.tr("The two are not the same yet.")
        elif first and len(first) < ENOUGH:
            words = self.tr("Short ones can be guessed. A few words in a row are better.")
        else:
            words = self.tr("Some words in a row, in any language, are easy to remember.")
        self._told.setText(words)


class CreatePage(Page):
    """A new profile, or a passphrase for one that has none.

    Signals:
        wanted: name, colour, passphrase ("" for none).
        cancelled: not now.
    """

    wanted = Signal(str, str, str)
    cancelled = Signal()

    def __init__(
        self, colours: Mapping[str, Mapping[str, str]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title, self._name_label, self._told = label("large"), label("field"), label("notice")
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setMinimumHeight(36)
        self._name_label.setBuddy(self.name)
        self._colours = QButtonGroup(self)
        self._row = QWidget()
        self._make_colours(colours)
        for widget in (self._title, self._name_label, self.name, self._row):
            self.column.addWidget(widget)
        self.fields = PassphraseFields(self)
        self.without = QCheckBox()
        self._open_words = label("notice")
        self.create_button = button("primary", self._create)
        self._cancel = button("quiet", self.cancelled.emit)
        for widget in (self.without, self._open_words, self._told, self.create_button):
            self.column.addWidget(widget)
        self.column.addWidget(self._cancel)
        self.column.addStretch(1)
        self._connect()
        self.begin()

    def begin(self) -> None:
        """Empty fields."""
        self.name.clear()
        self.fields.take()
        self.without.setChecked(False)
        self._told.hide()
        self.write()
        self._refresh()

    def tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.show()

    def colour(self) -> str:
        chosen = self._colours.checkedButton()
        return str(chosen.property("colour")) if chosen else DEFAULT_COLOUR

    def write(self) -> None:
        self._title.setText(self.tr("A place of your own"))
        self._name_label.setText(self.tr("A name, seen before it is unlocked"))
        self.name.setAccessibleName(self._name_label.text())
        self.without.setText(self.tr("Without a passphrase"))
        self._open_words.setText(
            self.tr(
                "Then anybody who can use this computer can read what is said here."
                " A passphrase can be added at any time."
            )
        )
        self.create_button.setText(self.tr("Make it"))
        self._cancel.setText(self.tr("Not now"))
        self.fields.write()
        self._name_colours()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_colours(self, colours: Mapping[str, Mapping[str, str]]) -> None:
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        for name, shades in colours.items():
            made = button("chip")
            made.setCheckable(True)
            made.setChecked(name == DEFAULT_COLOUR)
            made.setProperty("colour", name)
            made.setIcon(dot(shades["light"], 18))
            self._colours.addButton(made)
            row.addWidget(made)
        row.addStretch(1)

    def _name_colours(self) -> None:
        names = {
            "islet": self.tr("Islet green"),
            "clay": self.tr("Clay"),
            "sky": self.tr("Sky"),
            "plum": self.tr("Plum"),
            "wheat": self.tr("Wheat"),
            "stone": self.tr("Stone"),
        }
        for made in self._colours.buttons():
            name = str(made.property("colour"))
            made.setAccessibleName(names.get(name, name))
            made.setToolTip(names.get(name, name))

    def _connect(self) -> None:
        self.name.textChanged.connect(self._refresh)
        self.fields.changed.connect(self._refresh)
        self.without.toggled.connect(self._refresh)
        self.fields.second.returnPressed.connect(self._create)

    def _refresh(self) -> None:
        without = self.without.isChecked()
        self.fields.set_enabled(not without)
        self._open_words.setVisible(without)
        ready = bool(self.name.text().strip()) and (without or self.fields.complete)
        self.create_button.setEnabled(ready)

    def _create(self) -> None:
        if self.create_button.isEnabled():
            passphrase = self.fields.take()
            without = self.without.isChecked()
            self.wanted.emit(self.name.text(), self.colour(), "" if without else passphrase)


class NewPassphrasePage(Page):
    """After the recovery key opened it: a passphrase for the time to come.

    Signals:
        wanted: the passphrase.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("large")
        self.column.addWidget(self._title)
        self.fields = PassphraseFields(self)
        self.keep_button = button("primary", self._keep)
        self.column.addWidget(self.keep_button)
        self.column.addStretch(1)
        self.fields.changed.connect(self._refresh)
        self.fields.second.returnPressed.connect(self._keep)
        self.write()
        self._refresh()

    def write(self) -> None:
        self._title.setText(self.tr("It is open. Choose a new passphrase."))
        self.keep_button.setText(self.tr("Keep it"))
        self.fields.write()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fields.first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self.keep_button.setEnabled(self.fields.complete)

    def _keep(self) -> None:
        if self.fields.complete:
            self.wanted.emit(self.fields.take())


class RecoveryPage(Page):
    """The recovery key, once: to be written down or printed.

    Signals:
        kept: the person has it.
    """

    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._words = label("large"), label("soft")
        self.key = label("preview")
        self.key.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._warning = label("notice")
        self._print = button("quiet", self._on_print)
        self.have = QCheckBox()
        self.go_button = button("primary", self._go)
        for widget in (self._title, self._words, self.key, self._print, self._warning, self.have):
            self.column.addWidget(widget)
        self.column.addWidget(self.go_button)
        self.column.addStretch(1)
        self.have.toggled.connect(self.go_button.setEnabled)
        self.write()

    def begin(self, printed: str, notice: str = "") -> None:
        """Show the key; `notice` is what else is to be known."""
        groups = printed.split("-")
        lines = [" ".join(groups[start : start + 3]) for start in range(0, len(groups), 3)]
        self.key.setText("\n".join(lines))
        self.key.setAccessibleName(printed)
        self._warning.setText(notice)
        self._warning.setVisible(bool(notice))
        self.have.setChecked(False)
        self.go_button.setEnabled(False)

    def write(self) -> None:
        self._title.setText(self.tr("Your recovery key"))
        self._words.setText(
            self.tr(
                "If the passphrase is forgotten, only this opens your conversations. Nobody else"
                " has it, and Xinyu will not show it again. Write it down, or print it, and keep it"
                " where others do not look."
            )
        )
        self._print.setText(self.tr("Print it…"))
        self._print.setVisible(_can_print())
        self.have.setText(self.tr("I have written it down"))
        self.go_button.setText(self.tr("Go on"))

    def _go(self) -> None:
        self.key.clear()
        self.key.setAccessibleName("")
        self.kept.emit()

    def _on_print(self) -> None:
        from PySide6.QtGui import QTextDocument
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        margins = QMarginsF(25.0, 25.0, 25.0, 25.0)
        printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            document = QTextDocument(f"{self._title.text()}\n\n{self.key.text()}")
            document.print_(printer)


def _can_print() -> bool:
    """Whether this build of Qt can print; PySide6-Essentials does on every desktop system."""
    try:
        from PySide6.QtPrintSupport import QPrinter
    except ImportError:
        return False
    return QPrinter is not None and QGuiApplication.platformName() != "minimal"
