"""The scripted dialogues of assets/memory, read; and a memory to play them into.

The form of the files stands at the head of dialogues_zh.txt. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from desktop.memory.keeper import Keeper, load_keeper
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.memories import Memories
from desktop.store.records import Message, State

FILLER = {"zh": "嗯，我在听。", "en": "I am listening."}
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Fact:
    """Something to be remembered: where, resting on which words, and how a good model puts it."""

    slot: str
    quote: str
    text: str


@dataclass
class Dialogue:
    """One dialogue of several sessions.

    Attributes:
        sessions: turns as ("user" or "assistant", text).
        remembered: facts that stand at the end.
        passing: facts that were true for a while.
        taken_back: words by which the person takes the passing ones back.
        never: words that must never stand in the memory.
    """

    name: str
    kind: str
    language: str
    sessions: list[list[tuple[str, str]]] = field(default_factory=lambda: [[]])
    remembered: list[Fact] = field(default_factory=list)
    passing: list[Fact] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)


def load_dialogues(assets: Path) -> list[Dialogue]:
    """All dialogues; raises ValueError for a line that is none of the form."""
    found = []
    for language in LANGUAGES:
        path = assets / "memory" / f"dialogues_{language}.txt"
        found += read_dialogues(path.read_text("utf-8"), language)
    return found


def read_dialogues(text: str, language: str) -> list[Dialogue]:
    """The dialogues of one file."""
    found: list[Dialogue] = []
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if mark == "#" and rest[:1] in "ze" and rest[1:4].isdigit():
            name, _, kind = rest.partition(" ")
            found.append(Dialogue(name, kind, language))
        elif found and line.strip():
            _add(found[-1], mark, rest)
    return found


def _add(dialogue: Dialogue, mark: str, rest: str) -> None:
    match mark:
        case ">":
            _say(dialogue, "user", rest)
        case "<":
            _say(dialogue, "assistant", rest)
        case "---":
            dialogue.sessions.append([])
        case "+":
            dialogue.remembered.append(_fact(rest))
        case "~":
            dialogue.passing.append(_fact(rest))
        case "x":
            dialogue.taken_back.append(rest)
        case "-":
            dialogue.never.append(rest)
        case "```":
            _continue(dialogue, mark)
        case _:
            _continue(dialogue, f"{mark} {rest}".strip())


def _say(dialogue: Dialogue, role: str, text: str) -> None:
    session = dialogue.sessions[-1]
    if session and session[-1][0] == "assistant" == role:
        session[-1] = (role, text)  # the filler was not wanted
        return
    if session and session[-1][0] == "user" == role:
        session.append(("assistant", FILLER[dialogue.language]))
    session.append((role, text))


def _continue(dialogue: Dialogue, text: str) -> None:
    """A line that goes on with the message before it."""
    if not dialogue.sessions[-1]:
        raise ValueError(f"{dialogue.name}: {text}")
    role, before = dialogue.sessions[-1].pop()
    dialogue.sessions[-1].append((role, f"{before}\n{text}"))


def _fact(rest: str) -> Fact:
    slot, quote, text = (part.strip() for part in rest.split("|"))
    return Fact(slot, quote, text)


@dataclass
class Desk:
    """A memory of its own for one dialogue."""

    store: Store
    conversations: Conversations
    memories: Memories
    keeper: Keeper

    def begin(self) -> int:
        return self.conversations.create("x").id

    def say(self, conversation_id: int, role: str, text: str) -> Message:
        """Keep a message on disk."""
        if role == "user":
            return self.conversations.append_person(conversation_id, text)
        last = self.conversations.messages(conversation_id)[-1]
        reply = self.conversations.begin_reply(conversation_id, last.id, "scripted")
        return self.conversations.finish(reply.id, text, State.COMPLETE)


@contextmanager
def open_desk(assets: Path) -> Iterator[Desk]:
    """An empty memory on a real store, gone afterwards."""
    with TemporaryDirectory() as folder, open_store(Path(folder) / "xinyu.db") as store:
        # Nothing here needs to survive a power cut, and thousands of commits would take minutes.
        store.rows("PRAGMA synchronous = OFF")
        memories = Memories(store)
        yield Desk(store, Conversations(store), memories, load_keeper(assets, memories))
