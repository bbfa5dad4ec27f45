"""The page of the first start: laid over the talk, and taken away once its questions are answered.

Knows the pages of the window and the shell around them; what the answers mean is the window's part.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.ui.parts import WindowParts
from desktop.ui.shell import Shell
from desktop.ui.talk_page import TalkPage
from desktop.ui.welcome import WelcomePage


class FirstStart(QObject):
    """Shows the page, and goes from it to the talk.

    Signals:
        language_chosen, region_chosen: while the page is open.
        finished: WelcomeAnswers.
    """

    language_chosen = Signal(str)
    region_chosen = Signal(str)
    finished = Signal(object)

    def __init__(
        self, pages: QStackedWidget, talk_page: TalkPage, shell: Shell, parts: WindowParts
    ) -> None:
        super().__init__(pages)
        self._pages = pages
        self._talk_page = talk_page
        self._shell = shell
        self._parts = parts
        self._page: WelcomePage | None = None

    def show(self, language: str, region: str) -> None:
        """Lay the page over everything but the help button."""
        page = self._page = self._parts.make_welcome(language, region)
        page.say_where(self._talk_page.place.goes)
        page.language_chosen.connect(self.language_chosen)
        page.region_chosen.connect(self.region_chosen)
        page.finished.connect(self.finished)
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        self._shell.set_bare(True)

    def leave(self) -> None:
        """To the talk, whether or not the page was shown."""
        self._pages.setCurrentWidget(self._talk_page)
        self._shell.set_bare(False)
        if self._page is not None:
            self._pages.removeWidget(self._page)
            self._page.deleteLater()
            self._page = None
