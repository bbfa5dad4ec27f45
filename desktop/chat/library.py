"""Reading what is on disk, for the window: the conversation list, a conversation, search.

Holds a read-only connection of its own and belongs to the thread that made it. Writes nothing.
"""

from __future__ import annotations

from pathlib import Path

from desktop.chat.care import EmergencyContact, MonthCount, SafetyNote, SafetyPlan
from desktop.chat.temporary import is_temporary, temporary_store
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.memories import Memories, Memory
from desktop.store.preferences import Preferences
from desktop.store.records import Conversation, Message, SearchHit
from desktop.store.safety import SafetyRecords
from desktop.store.search import Search
from desktop.vault.key import Key


class Library:
    """The reading side of a person's conversations."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._conversations = Conversations(store)
        self._search = Search(store)
        self._preferences = Preferences(store)
        self._memories = Memories(store)
        self._temporary: Store | None = None
        self._safety = SafetyRecords(store)

    def conversations(self) -> list[Conversation]:
        """All conversations, the one last talked in first."""
        return self._conversations.all()

    def messages(self, conversation_id: int) -> list[Message]:
        """The active path, oldest first."""
        return self._of(conversation_id).messages(conversation_id)

    def versions(self, message_id: int) -> list[int]:
        """Ids of all versions of a message, the first written first."""
        return self._of(message_id).versions(message_id)

    def memories(self) -> list[Memory]:
        """Everything that is remembered or waits for a yes, the oldest first."""
        return self._memories.all()

    def memory_paused(self, conversation_id: int) -> bool:
        """Whether nothing of a conversation is remembered."""
        return self._memories.paused(conversation_id)

    def search(self, query: str, limit: int = 50) -> list[SearchHit]:
        """Messages that hold the text, newest first."""
        return self._search.find(query, limit)

    def settings(self) -> Settings:
        """The person's settings; a row that cannot be read counts as its default."""
        return self._preferences.load()[0]

    def safety_plan(self) -> SafetyPlan:
        """What the person wrote for a hard hour; empty where nothing was written."""
        return self._safety.plan()

    def contact(self) -> EmergencyContact | None:
        """Whom the person chose to turn to."""
        return self._safety.contact()

    def safety_notes(self) -> list[SafetyNote]:
        """What was noticed and shown, the latest first."""
        return self._safety.notes()

    def counts(self) -> list[MonthCount]:
        """How often help was shown, by month, the latest first."""
        return self._safety.counts()

    def close(self) -> None:
        self._store.close()
        if self._temporary is not None:
            self._temporary.close()

    def _of(self, some_id: int) -> Conversations:
        """Where a conversation or a message is read."""
        if not is_temporary(some_id):
            return self._conversations
        if self._temporary is None:
            self._temporary = temporary_store(self._store.path, read_only=True)
        return Conversations(self._temporary)


def open_library(database: Path, key: Key | None = None) -> Library:
    """Open the reading side; the writing side must have made the database before."""
    return Library(open_store(database, read_only=True, key=key))
