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
    say = QCoreApplication.translate
    return Wording(
        stopped=say("ChatView", "Stopped"),
        interrupted=say("ChatView", "Broken off before its end"),
        again=say("ChatView", "Answer again"),
        answer=say("ChatView", "Answer now"),
        help=say("ChatView", "Numbers of people who can help"),
        undo=say("ChatView", "Undo this"),
        keep=say("ChatView", "Remember it"),
        drop=say("ChatView", "Rather not"),
        still=say("ChatView", "Still so"),
        let_go=say("ChatView", "Let it go"),
        fold=say("ChatView", "Fold away"),
        unfold=say("ChatView", "Show again"),
        leave=say("ChatView", "Enough for today"),
    )


def offers_menu(parent: QWidget, names: Sequence[str], ask: Callable[[str], None]) -> QMenu:
    """The things that can be done about a quiet line, for the keyboard."""
    menu = QMenu(parent)
    for name in names:
        menu.addAction(painted_words().of(name), partial(ask, name))
    return menu
