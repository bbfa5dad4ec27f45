"""The writing side of the app: turns, changes to conversations, settings, the model.

Belongs to one thread (the conversation thread of the window, the main thread of the terminal),
which owns the one write connection and the engine. Only `stop` may come from elsewhere. No Qt.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

from filelock import FileLock

from desktop.catalogue.entries import CatalogueEntry
from desktop.chat.answering import PROMPT_HERE, Server, WordsGo
from desktop.chat.care import CareDesk
from desktop.chat.choosing import Chosen, who_answers
from desktop.chat.events import (
    Change,
    Conversation,
    MemoryChanged,
    MemoryRefused,
    Message,
    TurnEvent,
)
from desktop.chat.floors import load_guard_or_floor, load_screen_or_floor
from desktop.chat.kept import GuardCounts, StoredTimes
from desktop.chat.notices import Notices
from desktop.chat.prompt import load_prompt
from desktop.chat.remembering import Remembering, refusal_code
from desktop.chat.rescue import refuse_emptied
from desktop.chat.temporary import Shelves, is_temporary, temporary_store
from desktop.chat.turn import Model, TurnRunner
from desktop.chat.watch import Person, Watch
from desktop.engine.base import Engine, LoadRequest, Plan, Sampling
from desktop.errors import StoreError
from desktop.memory.keeper import Keeper, Options, load_keeper
from desktop.memory.review import Refused
from desktop.paths import Paths
from desktop.profiles.create import finish
from desktop.profiles.locks import lock_home
from desktop.safety.guard_scene import listed_numbers
from desktop.safety.helplines import HelpLines, load_helplines
from desktop.safety.judge import NOTHING, Screening
from desktop.settings import SettingFault, Settings
from desktop.store.backup import back_up_before_migration, back_up_if_due, create_backup
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.memories import Memories
from desktop.store.preferences import Preferences
from desktop.vault.key import Key

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """What opening found.

    Attributes:
        settings: the person's settings.
        setting_faults: rows that could not be read and count as defaults.
        interrupted: replies a fault or a power cut broke off last time.
        notices: codes of sentences to say at the start: parts of the screening or the guard that
            could not be read, a chosen model that may not answer, and that this is an AI, after a
            week without talk.
        screen: the screening of a person's turns, safe from any thread: help need not wait for
            the engine, the disk or the turn before.
        words_go: where the words of a talk go; None: nowhere, the engine is on this computer.
    """

    settings: Settings
    setting_faults: Sequence[SettingFault]
    interrupted: int
    notices: tuple[str, ...] = ()
    screen: Callable[[Sequence[str]], Screening] = field(default=lambda _: NOTHING)
    words_go: WordsGo | None = None


class Session:
    """Everything that changes what is on disk, and the engine.

    Args:
        model: a file or name that overrules the settings.
        server: answers in place of the engine process, where one is set for this computer.
        pinned: lines that go with a tier's script; the person's safety notes by default.
        clock: seconds since 1970, for the notices.

    Attributes:
        opened: what opening found.
        care: safety plan, emergency contact, safety notes and counts.
    """

    def __init__(
        self,
        paths: Paths,
        store: Store,
        engine: Engine,
        lock: FileLock,
        model: str = "",
        key: Key | None = None,
        *,
        server: Server | None = None,
        pinned: Callable[[str], Sequence[str]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._paths = paths
        self._key = key
        self._lock = lock
        self._store = store
        self._closed = False
        self._engine = engine
        self._server = server
        self._conversations = Conversations(store)
        self._temporary_store = temporary_store(paths.database)
        self._shelves = Shelves(self._conversations, Conversations(self._temporary_store))
        self._keeper = load_keeper(paths.assets, Memories(store))
        self._preferences = Preferences(store)
        self._conversations.purge()
        settings, faults = self._preferences.load()
        self.care = CareDesk(store, paths.assets, counting=settings.count_help)
        self._keeper.options = options_of(settings)
        self._helplines = load_helplines(paths.assets)
        screen = load_screen_or_floor(paths.assets)
        screened = one_at_a_time(screen.conversation)
        guard = load_guard_or_floor(paths.assets)
        notices = Notices(StoredTimes(store), clock)
        self._named, self._chosen = model, settings.model
        chosen = self._who_answers()
        self._watch = Watch(
            screened,
            guard,
            notices,
            GuardCounts(store).add,
            person_of(settings, self._helplines),
        )
        self.opened = Opened(
            settings,
            faults,
            self._conversations.recover(),
            (
                *_log_notice(store),
                *screen.notices,
                *guard.notices,
                *((chosen.notice,) if chosen.notice else ()),
                *notices.at_start(),
            ),
            screened,
            server.words_go if server else None,
        )
        self._turns = TurnRunner(
            self._shelves,
            engine,
            load_prompt(
                paths.assets,
                pinned=pinned or self.care.pinned_lines,
                name=server.prompt if server else PROMPT_HERE,
            ),
            model_for(chosen.entry, settings),
            time.monotonic,
            self._watch,
            Remembering(self._keeper),
        )

    def load(self) -> Iterator[TurnEvent]:
        """Load the model ahead of the first message."""
        return self._turns.load()

    def rest(self) -> Iterator[TurnEvent]:
        """Put the model out of memory; the next turn, or `load`, brings it back."""
        return self._turns.rest()

    def send(
        self, conversation_id: int | None, text: str, *, temporary: bool = False
    ) -> Iterator[TurnEvent]:
        """Say something; see TurnRunner.send."""
        turn = self._turns.send(conversation_id, text, temporary=temporary)
        return turn if temporary or is_temporary(conversation_id) else self.care.noting(turn)

    def edit(self, message_id: int, text: str) -> Iterator[TurnEvent]:
        """Say a message again in other words."""
        turn = self._turns.edit(self.message(message_id), text)
        return turn if is_temporary(message_id) else self.care.noting(turn)

    def regenerate(self, message_id: int) -> Iterator[TurnEvent]:
        """Answer again."""
        return self._turns.regenerate(self.message(message_id))

    def answer(self, message_id: int) -> Iterator[TurnEvent]:
        """Answer a message of the person's that was left without a reply."""
        return self._turns.answer(self.message(message_id))

    def remember(self, conversation_id: int, stopped: threading.Event) -> Iterator[TurnEvent]:
        """In the pause: let the model propose what is remembered; ends at once when `stopped`."""
        return self._turns.remember(conversation_id, stopped)

    def change_memory(
        self, deed: Callable[[Keeper], Change | Refused], conversation_id: int = 0, after: int = 0
    ) -> MemoryChanged | MemoryRefused:
        """Do something to the memory by hand, and say what came of it."""
        try:
            done = deed(self._keeper)
        except LookupError:
            return MemoryRefused(conversation_id, after, "memory_gone")
        if isinstance(done, Refused):
            return MemoryRefused(conversation_id, after, refusal_code(done.reason))
        return MemoryChanged(conversation_id, after, done)

    def pause_memory(self, conversation_id: int, paused: bool) -> None:
        """Remember nothing of a conversation, or do so again."""
        self._keeper.pause(conversation_id, paused)

    def forget_temporary(self) -> None:
        """A temporary conversation was left: nothing of it stays."""
        self._shelves.forget_temporary()

    def stop(self) -> None:
        """Stop the reply that is under way; safe from any thread."""
        self._turns.stop()

    def create(self, title: str) -> Conversation:
        return self._conversations.create(title)

    def rename(self, conversation_id: int, title: str) -> None:
        self._conversations.rename(conversation_id, title)

    def delete(self, conversation_id: int) -> None:
        """Take a conversation away; `restore` undoes it until the app is started anew."""
        self._conversations.delete(conversation_id)

    def restore(self, conversation_id: int) -> None:
        self._conversations.restore(conversation_id)

    def select_version(self, message_id: int) -> None:
        """Go on from another version of a message."""
        self._shelves.of(message_id).select_version(message_id)

    def message(self, message_id: int) -> Message:
        return self._shelves.of(message_id).message(message_id)

    def save_settings(self, settings: Settings) -> None:
        """Keep the settings; a changed model or plan takes effect with the next load."""
        self._preferences.save(settings)
        self.care.counting = settings.count_help
        if settings.model != self._chosen:  # a choice made since goes before the start's
            self._named, self._chosen = "", settings.model
        entry = self._who_answers().entry
        self._turns.model = model_for(entry, settings)
        self._keeper.options = options_of(settings)
        self._watch.person = person_of(settings, self._helplines)

    def _who_answers(self) -> Chosen:
        """The server where one is set for this computer, else the model named or chosen."""
        wanted = self._named or self._chosen
        return who_answers(self._server, self._paths, wanted, named=bool(self._named))

    def back_up(self) -> None:
        """Make today's backup if there is none; a failure is logged and never stops talking.

        Raises:
            StoreError: store_corrupt, for then the copy found what nobody had met with yet.
        """
        try:
            back_up_if_due(self._paths.database, self._paths.backups, key=self._key)
        except StoreError as error:
            _log.warning("no backup today: %s", error)
            if error.code == "store_corrupt":
                raise

    def close(self) -> None:
        """End the engine, then the store: in this order nothing is written after the end.

        What was said since the start goes into today's backup; the key is overwritten. Once closed,
        it stays so.
        """
        if self._closed:
            return
        self._closed = True
        self._turns.close()
        self._temporary_store.close()
        changed = self._store.changed
        self._store.close()
        if changed:
            self._back_up_after_use()
        if self._key is not None:
            self._key.clear()
        self._lock.release()

    def _back_up_after_use(self) -> None:
        try:
            create_backup(self._paths.database, self._paths.backups, key=self._key)
        except StoreError as error:
            _log.warning("no backup after use: %s", error)


def open_session(
    paths: Paths,
    make_engine: Callable[[], Engine],
    model: str = "",
    key: Key | None = None,
    check: bool = False,
    server: Server | None = None,
) -> Session:
    """Open the store and prepare the engine; no model is loaded yet.

    One session writes to a profile at a time: a second raises WorldError("already_open").

    Args:
        key: of an encrypted profile; the session keeps a copy, and overwrites it when it is closed.
        check: look for damage first, as after it was met with.
        server: answers instead of a model on this computer; `make_engine` makes what asks it.
    """
    with ExitStack() as undo:
        lock = lock_home(paths)
        undo.callback(lock.release)
        refuse_emptied(paths)
        own = key.copy() if key else None
        store = open_store(
            paths.database,
            key=own,
            before_migration=lambda: _back_up_older(paths, own),
            check=check,
        )
        undo.callback(store.close)
        if own:
            finish(paths, own)
        session = Session(paths, store, make_engine(), lock, model, own, server=server)
        undo.pop_all()
    return session


def _log_notice(store: Store) -> tuple[str, ...]:
    """What is to be said of a log that was damaged."""
    return ("store_log_cut",) if store.log_cut else ()


def _back_up_older(paths: Paths, key: Key | None) -> None:
    """Keep a copy of the older schema. A full disk does not keep a person from their words."""
    try:
        back_up_before_migration(paths.database, paths.backups, key)
    except StoreError as error:
        if error.code == "store_corrupt":
            raise
        _log.warning("no backup before the migration: %s", error)


def one_at_a_time(
    screen: Callable[[Sequence[str]], Screening],
) -> Callable[[Sequence[str]], Screening]:
    """The same screening for several threads: it remembers its latest texts."""
    lock = Lock()

    def screened(turns: Sequence[str]) -> Screening:
        with lock:
            return screen(turns)

    return screened


def person_of(settings: Settings, lines: HelpLines) -> Person:
    """What the guard has to know of the person."""
    return Person(
        settings.is_minor, settings.called_by, listed_numbers(lines.for_region(settings.region))
    )


def model_for(entry: CatalogueEntry, settings: Settings) -> Model:
    """How this model is to be run under these settings."""
    plan = Plan(settings.gpu_layers, settings.context, settings.threads)
    request = LoadRequest(
        entry.path,
        plan,
        adapter=Path(settings.adapter) if settings.adapter else None,
        library=Path(settings.library) if settings.library else None,
    )
    sampling = replace(Sampling(), **entry.sampling)
    writes = entry.writes_memory or (settings.memory_any_model and not entry.starter)
    return Model(entry.id, request, sampling, entry.starter, writes)


def options_of(settings: Settings) -> Options:
    """What the person chose about the memory."""
    return Options(settings.memory_on, settings.memory_ask_first, settings.memory_slots_off)
