"""One line by the talk that says where words go, when they go anywhere; it cannot be closed.

Told once, when the session is open. Knows no server: the sentence comes from `desktop.wording`.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.chat.answering import WordsGo
from desktop.wording import Wording


class PlaceLine(QLabel):
    """Hidden where words stay in the engine process of this computer.

    Attributes:
        goes: where words go; None while nobody set a server.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.goes: WordsGo | None = None
        self.setObjectName("placeLine")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWordWrap(True)
        self.hide()

    def tell(self, goes: WordsGo | None, wording: Wording) -> None:
        """Say it, in the language of the wording; as often as that changes."""
        self.goes = goes
        self.setVisible(goes is not None)
        if goes is not None:
            words = wording.sentence(goes.sentence(), goes.details(wording.language))
            self.setText(words)
            self.setAccessibleName(words)
