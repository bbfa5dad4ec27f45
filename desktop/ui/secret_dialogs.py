"""Small dialogs that ask for passphrases, and for a name to be written before something is erased.

They hand over what was typed and keep nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.gate_parts import SecretField, button, label

WIDTH = 440


class AskDialog(QDialog):
    """Some fields and two buttons; subclasses say what they want.

    Args:
        title: what it is about.
        words: what is to be known.
        fields: a name and a widget each.
        deed: the button's words.
        ready: whether the button may be pressed.
    """

    def __init__(
        self,
        title: str,
        words: str,
        fields: Sequence[tuple[str, QWidget]],
        deed: str,
        ready: Callable[[], bool],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._ready = ready
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addWidget(label("title", title))
        column.addWidget(label("soft", words))
        for name, widget in fields:
            self._add(column, name, widget)
        self.told = label("notice")
        self.told.hide()
        column.addWidget(self.told)
        self.deed, later = button("primary", self.accept), button("quiet", self.reject)
        self.deed.setText(deed)
        later.setText(self.tr("Not now"))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(later)
        foot.addWidget(self.deed)
        column.addLayout(foot)
        self.refresh()

    def refresh(self) -> None:
        self.deed.setEnabled(self._ready())

    def _add(self, column: QVBoxLayout, name: str, widget: QWidget) -> None:
        if name:
            words = label("field", name)
            words.setBuddy(widget)
            widget.setAccessibleName(name)
            column.addWidget(words)
        column.addWidget(widget)
        if isinstance(widget, QLineEdit):
            widget.textChanged.connect(self.refresh)


class PassphraseDialog(AskDialog):
    """The passphrase of now where there is one, and a new one twice.

    Attributes:
        old, first: fields; `old` is None where there is no passphrase yet.
    """

    def __init__(self, parent: QWidget, *, has_one: bool) -> None:
        self.old = SecretField() if has_one else None
        self.first, self.second = SecretField(), SecretField()
        fields: list[tuple[str, QWidget]] = []
        if self.old is not None:
            fields.append(
                (QCoreApplication.translate("SecretDialogs", "The passphrase of now"), self.old)
            )
        fields.append((QCoreApplication.translate("SecretDialogs", "A new passphrase"), self.first))
        fields.append(
            (QCoreApplication.translate("SecretDialogs", "The same once more"), self.second)
        )
        super().__init__(
            QCoreApplication.translate("SecretDialogs", "Passphrase"),
            QCoreApplication.translate(
                "SecretDialogs",
                "It encrypts everything in this profile. Some words in a row are easy to"
                " remember and hard to guess.",
            ),
            fields,
            QCoreApplication.translate("SecretDialogs", "Keep it"),
            self._is_ready,
            parent,
        )

    def _is_ready(self) -> bool:
        known = self.old is None or bool(self.old.text())
        return known and bool(self.first.text()) and self.first.text() == self.second.text()


class EraseDialog(AskDialog):
    """What goes, in full; a word has to be typed."""

    def __init__(self, parent: QWidget, files: Sequence[str], word: str) -> None:
        self._word = word
        self.field = QLineEdit()
        listed = QListWidget()
        listed.addItems(list(files))
        listed.setMinimumHeight(160)
        super().__init__(
            QCoreApplication.translate("SecretDialogs", "Erase"),
            QCoreApplication.translate(
                "SecretDialogs",
                "These files are overwritten and removed. Nothing brings them back.",
            ),
            [
                ("", listed),
                (
                    QCoreApplication.translate("SecretDialogs", "To go on, write: {word}").format(
                        word=word
                    ),
                    self.field,
                ),
            ],
            QCoreApplication.translate("SecretDialogs", "Erase"),
            lambda: self.field.text().strip() == self._word,
            parent,
        )


class SummaryDialog(AskDialog):
    """A draft that the person changes before it is saved."""

    def __init__(self, parent: QWidget, draft: str) -> None:
        self.text = QPlainTextEdit(draft)
        self.text.setMinimumSize(520, 340)
        super().__init__(
            QCoreApplication.translate("SecretDialogs", "Summary for a therapist"),
            QCoreApplication.translate(
                "SecretDialogs", "Change what you like. Nothing is written before you save it."
            ),
            [("", self.text)],
            QCoreApplication.translate("SecretDialogs", "Save as a file…"),
            lambda: True,
            parent,
        )
