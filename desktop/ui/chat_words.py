"""The words that are painted in the talk, and the menu of what can be done about a quiet line.

Spoken in the language of now; knows neither rows nor the view.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.shapes import Wording


def painted_words() -> Wording:
    """What stands on bubbles and under quiet lines."""
    return Wording(
        stopped=QCoreApplication.translate("ChatView", "Stopped"),
        interrupted=QCoreApplication.translate("ChatView", "Broken off before its end"),
        again=QCoreApplication.translate("ChatView", "Answer again"),
        answer=QCoreApplication.translate("ChatView", "Answer now"),
        help=QCoreApplication.translate("ChatView", "Numbers of people who can help"),
        undo=QCoreApplication.translate("ChatView", "Undo this"),
        keep=QCoreApplication.translate("ChatView", "Remember it"),
        drop=QCoreApplication.translate("ChatView", "Rather not"),
        still=QCoreApplication.translate("ChatView", "Still so"),
        let_go=QCoreApplication.translate("ChatView", "Let it go"),
        fold=QCoreApplication.translate("ChatView", "Fold away"),
        unfold=QCoreApplication.translate("ChatView", "Show again"),
        leave=QCoreApplication.translate("ChatView", "Enough for today"),
    )


def offers_menu(parent: QWidget, names: Sequence[str], ask: Callable[[str], None]) -> QMenu:
    """The things that can be done about a quiet line, for the keyboard."""
    menu = QMenu(parent)
    for name in names:
        menu.addAction(painted_words().of(name), partial(ask, name))
    return menu
