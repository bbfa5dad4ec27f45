"""Puts plan, calm, contact and notes into the drawer, and tells them what they need.

The one place that knows all four pages; the drawer and the help panel know them by name only.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.chat.care import EmergencyContact
from desktop.chat.library import Library
from desktop.ui.calm_page import CalmPage
from desktop.ui.contact_page import ContactPage
from desktop.ui.controller import Controller
from desktop.ui.drawer import Drawer
from desktop.ui.keeper import Keeper
from desktop.ui.notes_page import NotesPage
from desktop.ui.plan_page import PlanPage
from desktop.ui.plan_paper import PlanPaper
from desktop.wording import Wording


class CarePages(QObject):
    """The pages for a hard hour.

    Args:
        wording: sentences in the language of now.
        danger: the sentence with the emergency numbers of the region of now.
        counting: whether months may be counted.

    Attributes:
        paper: the plan as a PDF or printed.

    Signals:
        counting_chosen: the person's new choice.
        contact_changed: there is another contact, or none.
    """

    counting_chosen = Signal(bool)
    contact_changed = Signal()

    def __init__(
        self,
        drawer: Drawer,
        controller: Controller,
        wording: Callable[[], Wording],
        danger: Callable[[], str],
        counting: Callable[[], bool],
    ) -> None:
        super().__init__(drawer)
        self._drawer, self._wording, self._counting = drawer, wording, counting
        self.keeper = Keeper(controller)
        self.paper = PlanPaper(self.keeper, wording, danger)
        self._plan: PlanPage | None = None
        drawer.add("plan", self._make_plan)
        drawer.add("calm", CalmPage)
        drawer.add("contact", lambda: ContactPage(self.keeper, wording))
        drawer.add("notes", self._make_notes)
        self.keeper.changed.connect(self._on_changed)

    def use_library(self, library: Library | None) -> None:
        """Read from here on; None when the window closes."""
        self.keeper.use_library(library)
        self.contact_changed.emit()

    def close(self) -> None:
        """The window closes: words of the plan that were not saved yet are kept."""
        if self._plan is not None:
            self._plan.save()

    def contact(self) -> EmergencyContact | None:
        return self.keeper.contact()

    def show(self, name: str) -> None:
        """Open one of the pages."""
        self._drawer.open(name)

    def _make_plan(self) -> PlanPage:
        self._plan = PlanPage(self.keeper, self.paper, self._wording)
        return self._plan

    def _make_notes(self) -> NotesPage:
        page = NotesPage(self.keeper, self._counting, lambda: self._wording().language)
        page.counting_chosen.connect(self.counting_chosen)
        return page

    def _on_changed(self, what: str) -> None:
        if what == "contact":
            self.contact_changed.emit()
