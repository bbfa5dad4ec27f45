"""The middle of the window: a header with title and help button, below it the pages."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.elided_label import ElidedLabel
from desktop.ui.help_dialog import HelpButton


class Content(QWidget):
    """Holds the pages; the help button keeps its corner over all of them.

    Attributes:
        title: of the talk that is open.
        help_button: numbers of people who can help.
        pages: the talk, and what is laid over it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("content")
        self.help_button = HelpButton()
        self.title = ElidedLabel()
        self.title.setObjectName("headerTitle")
        self.pages = QStackedWidget()
        header = QWidget()
        header.setObjectName("header")
        self._header = QHBoxLayout(header)
        self._header.setContentsMargins(20, 10, 16, 6)
        self._header.addWidget(self.title, 1)
        self._header.addWidget(self.help_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.pages, 1)

    def add_to_header(self, widget: QWidget) -> None:
        """Something beside the help button."""
        self._header.insertWidget(self._header.count() - 1, widget)
