"""What a hard hour leaves and needs on disk: notes of what was noticed, plan, contact, counts.

The writing side's part of the Session, in its thread. A fault here never stops a turn: help was
shown before anything is noted. What was typed never comes this way.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.chat.events import Screened, TurnEvent
from desktop.errors import XinyuError
from desktop.safety.notes import counted, load_pinned_lines, noted
from desktop.store.database import Store
from desktop.store.records import EmergencyContact, MonthCount, SafetyNote, SafetyPlan
from desktop.store.safety import SafetyRecords

__all__ = [
    "CareDesk",
    "EmergencyContact",
    "MonthCount",
    "SafetyNote",
    "SafetyPlan",
    "SafetyRecords",
]
_log = logging.getLogger(__name__)


class CareDesk:
    """Notes what turns tell, and keeps what the person writes.

    Attributes:
        records: plan, contact, notes and counts; every change there is the person's own.
        counting: whether the person lets months be counted.
    """

    def __init__(self, store: Store, assets: Path, *, counting: bool) -> None:
        self.records = SafetyRecords(store)
        self.counting = counting
        self._assets = assets

    def noting(self, events: Iterator[TurnEvent]) -> Iterator[TurnEvent]:
        """The same events; what was noticed is noted once it was told, so that help comes first."""
        for event in events:
            yield event
            if isinstance(event, Screened):
                self._note(event)

    def pinned_lines(self, language: str) -> list[str]:
        """Neutral lines for the prompt; none where nothing was noticed lately or on any fault."""
        try:
            return load_pinned_lines(self._assets).lines(
                language,
                self.records.notes(limit=20),
                time.time(),
                has_plan=not self.records.plan().is_empty,
                has_contact=self.records.contact() is not None,
            )
        except (XinyuError, OSError, ValueError, KeyError) as error:
            _log.warning("no pinned lines: %s", type(error).__name__)
            return []

    def _note(self, event: Screened) -> None:
        try:
            if note := noted(event.screening, event.reaction):
                self.records.add_note(note.tier, note.kinds, note.rules, note.shown)
            if self.counting:
                self.records.count(counted(event.screening, event.reaction))
        except XinyuError as error:
            _log.warning("not noted: %s", error)
