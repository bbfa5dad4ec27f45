"""Writes exports into files that only this person can read; a file is whole or not there.

What is written can be read by anybody who has the file: whoever asks for it says so first.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from desktop.errors import StoreError, UsageError
from desktop.exchange import documents
from desktop.exchange.documents import Talk
from desktop.store.conversations import Conversations
from desktop.store.database import Store
from desktop.store.export import write_export
from desktop.store.faults import store_error
from desktop.store.tables import load_rules
from desktop.vault.files import PARTIAL, move_durably
from desktop.wording import Wording


class Writer:
    """Exports of one open profile."""

    def __init__(self, store: Store, assets: Path, wording: Wording) -> None:
        self._store = store
        self._rules = load_rules(assets)
        self._conversations = Conversations(store)
        self._wording = wording

    def everything(self, target: Path, *, safety_notes: bool) -> Counter[str]:
        """All tables as JSON; returns how many rows of each."""
        counts: Counter[str] = Counter()
        write_whole(
            target,
            lambda out: counts.update(
                write_export(self._store, self._rules, out, safety_notes=safety_notes)
            ),
        )
        return counts

    def conversation(self, conversation_id: int, kind: str, target: Path) -> None:
        """One conversation as "md" or "html"."""
        talk = self._talk(conversation_id)
        make = {"md": documents.markdown, "html": documents.page}[kind]
        write_text(target, make(talk, self._wording))

    def page(self, conversation_id: int) -> str:
        """One conversation as HTML, for a PDF to be made of it."""
        return documents.page(self._talk(conversation_id), self._wording)

    def summary(self) -> str:
        """The draft of a summary for a therapist, for the person to change."""
        known = self._conversations.all()
        talks = [Talk(each, self._conversations.messages(each.id)) for each in known]
        return documents.summary(talks, self._wording)

    def _talk(self, conversation_id: int) -> Talk:
        try:
            found = self._conversations.get(conversation_id)
        except LookupError:
            raise UsageError("conversation_unknown", number=conversation_id) from None
        return Talk(found, self._conversations.messages(conversation_id))


def write_text(target: Path, text: str) -> None:
    """Put a text into a file, whole."""
    write_whole(target, lambda out: out.write(text))


def write_whole(target: Path, write: Callable[[TextIO], object]) -> None:
    """Let `write` fill a file that gets its name as the last act.

    Raises:
        StoreError: the folder is missing, read-only, full …; nothing is left there.
    """
    partial = target.with_name(target.name + PARTIAL)
    try:
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
                write(out)
            move_durably(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        code = (store_error(error, target) or StoreError("store_folder_unwritable")).code
        meaning = {
            "store_folder_unwritable": "export_unwritable",
            "store_read_only": "export_unwritable",
        }
        raise StoreError(meaning.get(code, code), folder=str(target.parent)) from error
