"""What failed, in plain words, and what can be done about it: at the opening and later.

Tries again, goes back to the newest backup, or begins anew; nothing is deleted by any of them.
Knows how to ask for these, not how they are done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from desktop.chat.rescue import Offer
from desktop.chat.session import Opened
from desktop.errors import StoreError, XinyuError
from desktop.ui.bars import Deed
from desktop.ui.controller import Controller
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage

DAMAGED = "store_corrupt"


@dataclass(frozen=True)
class Rescue:
    """What can be done with a damaged store while no session is open; see desktop.chat.rescue."""

    newest_offer: Callable[[], Offer | None]
    go_back: Callable[[Offer], Path | None]
    begin_anew: Callable[[], Path | None]
    open_data_folder: Callable[[], None]


class Opening(QObject):
    """Says why there is nothing to see yet, on the banner of the page of talk."""

    def __init__(self, page: TalkPage, talk: Talk, controller: Controller, rescue: Rescue) -> None:
        super().__init__(page)
        self._page, self._talk, self._controller = page, talk, controller
        self._rescue = rescue
        self._afterwards = ""
        controller.open_failed.connect(self.fail)
        controller.opened.connect(self._on_opened)

    def _on_opened(self, opened: Opened) -> None:
        """Where words go stands by the talk from its first moment."""
        self._page.place.tell(opened.words_go, self._talk.wording)
        self._page.empty.set_elsewhere(opened.words_go is not None)

    def fail(self, error: XinyuError) -> None:
        """The store could not be opened."""
        deeds: list[Deed] = [(self.tr("Try again"), self._try_again)]
        if error.code == DAMAGED:
            deeds = self._ways_out()
        deeds.append((self.tr("Open the folder"), self._rescue.open_data_folder))
        self._page.composer.setEnabled(False)
        self._page.banner.tell(self._talk.wording.error(error), deeds)
        self._page.announce(self._talk.wording.error(error))

    def tell(
        self,
        error: XinyuError,
        again: Callable[[], object] | None,
        look_for_damage: Callable[[], object],
    ) -> None:
        """Something failed while it is open; `again` would try it once more."""
        deeds: list[Deed] = []
        if error.code == DAMAGED:
            deeds.append((self.tr("Look for a backup"), lambda: self._put_away(look_for_damage)))
        if again is not None:
            deeds.append((self.tr("Try again"), lambda: self._put_away(again)))
        if isinstance(error, StoreError):
            deeds.append((self.tr("Open the folder"), self._rescue.open_data_folder))
        sentence = self._talk.wording.error(error)
        self._page.banner.tell(sentence, deeds)
        self._page.announce(sentence)

    def _put_away(self, then: Callable[[], object]) -> None:
        self._page.banner.put_away()
        then()

    def succeed(self) -> None:
        """It is open; where it was mended, say how."""
        self._page.composer.setEnabled(True)
        self._page.banner.put_away()
        if self._afterwards:
            self._page.banner.tell(self._afterwards, [])
            self._afterwards = ""

    def _ways_out(self) -> list[Deed]:
        offer = self._rescue.newest_offer()
        anew = (self.tr("Set it aside and begin anew"), self._begin_anew)
        if offer is None:
            return [anew]
        words = self.tr("Go back to the backup of {day}").format(day=offer.day.isoformat())
        return [(words, lambda: self._go_back(offer)), anew]

    def _go_back(self, offer: Offer) -> None:
        details: dict[str, str | int] = {"day": offer.day.isoformat(), "messages": offer.messages}
        self._mend(lambda: self._rescue.go_back(offer), "store_restored", details)

    def _begin_anew(self) -> None:
        self._mend(self._rescue.begin_anew, "store_set_aside", {})

    def _mend(
        self, deed: Callable[[], Path | None], code: str, details: dict[str, str | int]
    ) -> None:
        try:
            aside = deed()
        except XinyuError as error:
            self.fail(error)
            return
        details["file"] = aside.name if aside else ""
        self._afterwards = self._talk.wording.sentence(code, details)
        self._try_again()

    def _try_again(self) -> None:
        self._page.banner.put_away()
        self._controller.open()
