"""What is kept for a hard hour (plan, contact, notes, counts), for the pages of the drawer.

Stands between them and the two sides of the store: reads through the Library, writes through the
Controller. Every write here follows from something the person pressed. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from desktop.chat.care import CareDesk, EmergencyContact, MonthCount, SafetyNote, SafetyPlan
from desktop.chat.library import Library
from desktop.ui.controller import Controller

PREFIX = "care:"


class Keeper(QObject):
    """The pages' hand to the store.

    Signals:
        changed: something is on disk now: "plan", "contact", "notes" or "counts".
        failed: it is not.
    """

    changed = Signal(str)
    failed = Signal(str)

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller)
        self._controller = controller
        self._library: Library | None = None
        controller.change_done.connect(self._on_change_done)
        controller.change_failed.connect(self._on_change_failed)

    @property
    def is_open(self) -> bool:
        """Whether there is a store to read from."""
        return self._library is not None

    def use_library(self, library: Library | None) -> None:
        """Read from here on; None when the store is closed."""
        self._library = library

    # Reading

    def plan(self) -> SafetyPlan:
        return self._library.safety_plan() if self._library else SafetyPlan()

    def contact(self) -> EmergencyContact | None:
        return self._library.contact() if self._library else None

    def notes(self) -> list[SafetyNote]:
        return self._library.safety_notes() if self._library else []

    def counts(self) -> list[MonthCount]:
        return self._library.counts() if self._library else []

    # Writing

    def save_plan(self, steps: Sequence[str]) -> None:
        self._change("plan", lambda care: care.records.save_plan(steps))

    def confirm_plan(self) -> None:
        """The person read it again and it still holds."""
        self._change("plan", lambda care: care.records.confirm_plan())

    def save_contact(self, contact: EmergencyContact | None) -> None:
        self._change("contact", lambda care: care.records.save_contact(contact))

    def delete_note(self, note_id: int) -> None:
        self._change("notes", lambda care: care.records.delete_note(note_id))

    def delete_notes(self) -> None:
        self._change("notes", lambda care: care.records.delete_notes())

    def delete_counts(self) -> None:
        self._change("counts", lambda care: care.records.delete_counts())

    def _change(self, name: str, work: Callable[[CareDesk], object]) -> None:
        self._controller.change(PREFIX + name, lambda session: work(session.care))

    def _on_change_done(self, name: str) -> None:
        if name.startswith(PREFIX):
            self.changed.emit(name.removeprefix(PREFIX))

    def _on_change_failed(self, name: str, _error: object) -> None:
        if name.startswith(PREFIX):
            self.failed.emit(name.removeprefix(PREFIX))
