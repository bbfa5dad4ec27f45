"""Safety plan, emergency contact, safety notes and counts, as others ask for them.

Reading works on any Store; what changes something needs the writer. Notes and counts are given as
short names: no method here takes what a person typed into a talk. Knows no screening.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from desktop.store.database import Store
from desktop.store.records import (
    PLAN_STEPS,
    EmergencyContact,
    MonthCount,
    SafetyNote,
    SafetyPlan,
)
from desktop.store.text import clean_text


class SafetyRecords:
    """What is kept for a hard hour."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    # The plan

    def plan(self) -> SafetyPlan:
        """The person's plan; empty where nothing was written."""
        rows = self._store.rows("SELECT step, text, reviewed_at FROM safety_plan")
        texts = {step: text for step, text, _ in rows}
        reviewed = min((reviewed_at for _, _, reviewed_at in rows), default=None)
        return SafetyPlan(tuple(texts.get(step + 1, "") for step in range(PLAN_STEPS)), reviewed)

    def save_plan(self, steps: Sequence[str]) -> None:
        """Write the six texts as they are now; an empty one is taken away."""
        if len(steps) != PLAN_STEPS:
            raise ValueError(f"{len(steps)} steps instead of {PLAN_STEPS}")
        now = self._clock()
        texts = [clean_text(text).strip() for text in steps]
        rows = [(step, text, now, now) for step, text in enumerate(texts, 1) if text]
        with self._store.transaction() as change:
            change.execute("DELETE FROM safety_plan")
            change.executemany("INSERT INTO safety_plan VALUES (?, ?, ?, ?)", rows)

    def confirm_plan(self) -> None:
        """The person read the plan again and it still holds."""
        with self._store.transaction() as change:
            change.execute("UPDATE safety_plan SET reviewed_at = ?", (self._clock(),))

    # The contact

    def contact(self) -> EmergencyContact | None:
        """Whom the person chose; None for nobody."""
        row = self._store.row("SELECT name, number, message FROM emergency_contact")
        return None if row is None else EmergencyContact(*row)

    def save_contact(self, contact: EmergencyContact | None) -> None:
        """Keep the contact, or nobody."""
        with self._store.transaction() as change:
            change.execute("DELETE FROM emergency_contact")
            if contact is not None:
                texts = (contact.name, contact.number, contact.message)
                change.execute(
                    "INSERT INTO emergency_contact VALUES (1, ?, ?, ?)",
                    [clean_text(text).strip() for text in texts],
                )

    # Notes

    def notes(self, limit: int = 200) -> list[SafetyNote]:
        """The newest notes, the latest first."""
        rows = self._store.rows(
            "SELECT id, created_at, tier, kinds, rules, shown FROM safety_notes"
            " ORDER BY created_at DESC, id DESC LIMIT ?",
            (limit,),
        )
        return [
            SafetyNote(number, at, tier, _split(kinds), _split(rules), _split(shown))
            for number, at, tier, kinds, rules, shown in rows
        ]

    def add_note(
        self, tier: str, kinds: Iterable[str], rules: Iterable[str], shown: Iterable[str]
    ) -> None:
        """Note that something was noticed, by short names without spaces."""
        values = (self._clock(), tier, _joined(kinds), _joined(rules), _joined(shown))
        with self._store.transaction() as change:
            change.execute(
                "INSERT INTO safety_notes (created_at, tier, kinds, rules, shown)"
                " VALUES (?, ?, ?, ?, ?)",
                values,
            )

    def delete_note(self, note_id: int) -> None:
        with self._store.transaction() as change:
            change.execute("DELETE FROM safety_notes WHERE id = ?", (note_id,))

    def delete_notes(self) -> None:
        with self._store.transaction() as change:
            change.execute("DELETE FROM safety_notes")

    # Counts

    def counts(self) -> list[MonthCount]:
        """All counts, the latest month first."""
        rows = self._store.rows(
            "SELECT month, name, count FROM safety_counts ORDER BY month DESC, name"
        )
        return [MonthCount(*row) for row in rows]

    def count(self, names: Iterable[str]) -> None:
        """Add one to each name in this month."""
        month = time.strftime("%Y-%m", time.localtime(self._clock()))
        with self._store.transaction() as change:
            change.executemany(
                "INSERT INTO safety_counts VALUES (?, ?, 1)"
                " ON CONFLICT (month, name) DO UPDATE SET count = count + 1",
                [(month, name) for name in names],
            )

    def delete_counts(self) -> None:
        with self._store.transaction() as change:
            change.execute("DELETE FROM safety_counts")


def _joined(names: Iterable[str]) -> str:
    """Names in one column; a name with a space is no name, but might be a sentence."""
    listed = list(names)
    if any(len(name.split()) != 1 for name in listed):
        raise ValueError("a note takes short names only")
    return " ".join(listed)


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split())
