"""A question of the models page with a yes and a no, in place of the list: nothing jumps up.

Says what would happen in full sentences before it does; the keyboard begins on the no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.ui.gate_parts import button, label

Answer = tuple[str, Callable[[], object]]


class QuestionPage(QWidget):
    """Asks one thing at a time.

    Signals:
        answered: something was chosen, and done; or "no".
    """

    answered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("settingsBody")
        self._title = label("large")
        self._body = QVBoxLayout()
        self._body.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(self._title)
        column.addLayout(self._body)
        column.addStretch(1)

    def ask(self, title: str, sentences: Sequence[str], answers: Sequence[Answer], no: str) -> None:
        """Show it.

        Args:
            answers: words and what they do; the first is the likeliest.
            no: the words of doing nothing.
        """
        self._clear()
        self._title.setText(title)
        self.setAccessibleName(title)
        for sentence in sentences:
            words = label("plain", sentence)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._body.addWidget(words)
        for number, (words_of_it, deed) in enumerate(answers):
            made = button("quiet" if number else "primary")
            made.setText(words_of_it)
            made.clicked.connect(lambda _=False, deed=deed: self._answer(deed))
            self._body.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        nothing = button("quiet", lambda: self._answer(lambda: None))
        nothing.setText(no)
        self._body.addWidget(nothing, 0, Qt.AlignmentFlag.AlignLeft)
        self.no_button = nothing

    def focus_first(self) -> None:
        self.no_button.show()  # a layout shows what is new a moment later
        self.no_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def said(self) -> list[str]:
        """Everything it says."""
        return [found.text() for found in self.findChildren(QLabel) if found.text()]

    def _answer(self, deed: Callable[[], object]) -> None:
        deed()
        self.answered.emit()

    def _clear(self) -> None:
        while (item := self._body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
