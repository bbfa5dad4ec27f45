"""The help numbers in a window of their own, for wherever the drawer is out of reach.

`offer_help(dialog, make_panel)` gives any dialog the help button in its corner and the key F1. The
panel needs neither store nor model, so a locked app can offer it as well.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.help_panel import HelpPanel

KEY = "F1"


class HelpDialog(QDialog):
    """A panel of numbers over another window."""

    def __init__(self, panel: HelpPanel, parent: QWidget) -> None:
        super().__init__(parent)
        self.panel = panel
        self.setObjectName("helpDialog")
        self.setWindowTitle(panel.accessibleName())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        panel.closed.connect(self.accept)
        self.resize(max(400, panel.minimumWidth()), 640)


class HelpButton(QPushButton):
    """The way to a person, in words, always in the same corner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpButton")
        self.setAutoDefault(False)
        self.write()

    def write(self) -> None:
        """In the language of now."""
        self.setText(self.tr("I need a person"))
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Numbers of people who can help (F1)"))


def offer_help(dialog: QDialog, make_panel: Callable[[], HelpPanel]) -> HelpButton:
    """Give a dialog, laid out from top to bottom, the help button and F1."""

    def show() -> None:
        made = HelpDialog(make_panel(), dialog)
        made.finished.connect(made.deleteLater)
        made.open()
        made.panel.focus_first()

    button = HelpButton(dialog)
    button.clicked.connect(show)
    QShortcut(QKeySequence(KEY), dialog).activated.connect(show)
    layout = dialog.layout()
    if isinstance(layout, QBoxLayout):
        row = QHBoxLayout()
        row.setContentsMargins(16, 10, 16, 0)
        row.addStretch(1)
        row.addWidget(button)
        layout.insertLayout(0, row)
    return button
