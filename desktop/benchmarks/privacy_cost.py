"""What the lock costs: unlocking, the first page, search, writing; beside a profile without."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from desktop.benchmarks.figures import Figure
from desktop.benchmarks.large_store import invented_text, make_large_store
from desktop.benchmarks.store import like_truth, queries_for
from desktop.chat.library import open_library
from desktop.paths import Paths, assets_folder
from desktop.profiles.access import Access, make_keys
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.search import Search
from desktop.vault.key import Key

PASSPHRASE = "一段不短的密码 with words"
QUERIES, WRITES, ROUNDS = 300, 100, 7


def measure(folder: Path, messages: int, seed: int) -> list[Figure]:
    """Both profiles hold the same; the two sides of every figure alternate."""
    plain, locked = (Paths(folder / name, assets_folder()) for name in ("plain", "locked"))
    key, _ = make_keys(locked, PASSPHRASE)
    make_large_store(plain.database, messages, seed)
    make_large_store(locked.database, messages, seed, key)
    return [
        Figure("messages in each profile", messages, ""),
        *_opening(plain, locked, key),
        *_using(plain, locked, key, seed),
    ]


def _opening(plain: Paths, locked: Paths, key: Key) -> list[Figure]:
    access = Access(locked)
    unlocking = [_seconds(lambda: access.unlock(PASSPHRASE)) for _ in range(ROUNDS)]
    processor = [_processor_seconds(lambda: access.unlock(PASSPHRASE)) for _ in range(ROUNDS)]
    pages: dict[str, list[float]] = {"plain": [], "locked": []}
    for _ in range(ROUNDS):
        pages["plain"].append(_seconds(lambda: _first_page(plain, None)))
        pages["locked"].append(_seconds(lambda: _first_page(locked, key)))
    plain_page, locked_page = median(pages["plain"]), median(pages["locked"])
    return [
        Figure("one guess at the passphrase, processor time", 1000 * median(processor), "ms"),
        Figure("short of 250 ms by", max(0.0, 250 - 1000 * median(processor)), "ms", 0),
        Figure("unlock", 1000 * median(unlocking), "ms", 1000),
        Figure("list and first page, plain", 1000 * plain_page, "ms"),
        Figure("list and first page, encrypted", 1000 * locked_page, "ms"),
        Figure("first page, beyond the plain one", 1000 * (locked_page - plain_page), "ms", 300),
    ]


def _first_page(paths: Paths, key: Key | None) -> None:
    """What the window reads before there is something to see."""
    with open_store(paths.database, key=key):
        library = open_library(paths.database, key)
        library.settings()
        library.messages(library.conversations()[0].id)
        library.close()


def _using(plain: Paths, locked: Paths, key: Key, seed: int) -> list[Figure]:
    with open_store(plain.database) as one, open_store(locked.database, key=key) as other:
        texts = [text for (text,) in one.rows("SELECT text FROM messages LIMIT 20000")]
        queries = queries_for(texts, QUERIES, seed)
        searching = _both(lambda store: _search(store, queries), one, other)
        writing = _both(_write, one, other)
        different = sum(
            [hit.message_id for hit in Search(other).find(query)] != like_truth(other, query, 50)
            for query in queries
        )
    return [
        Figure(f"search, {QUERIES} queries, plain", 1000 * searching[0], "ms"),
        Figure(f"search, {QUERIES} queries, encrypted", 1000 * searching[1], "ms"),
        Figure("search, encrypted / plain", searching[1] / searching[0], "x", 1.5),
        Figure("keep a message, plain", 1000 * writing[0] / WRITES, "ms"),
        Figure("keep a message, encrypted", 1000 * writing[1] / WRITES, "ms"),
        Figure("keep a message, encrypted / plain", writing[1] / writing[0], "x", 1.5),
        Figure("encrypted searches that differ from LIKE", different, "", 0),
    ]


def _both(action: Callable[[Store], None], one: Store, other: Store) -> tuple[float, float]:
    """Median seconds for each of two stores, taken in turn."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for store, times in zip((one, other), spent, strict=True):
            times.append(_seconds(lambda store=store: action(store)))  # type: ignore[misc]
    return median(spent[0]), median(spent[1])


def _search(store: Store, queries: list[str]) -> None:
    search = Search(store)
    for query in queries:
        search.find(query)


def _write(store: Store) -> None:
    import random

    conversations, chance = Conversations(store), random.Random(3)
    id_ = conversations.create().id
    for _ in range(WRITES):
        conversations.append_person(id_, invented_text(chance))


def _seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _processor_seconds(action: Callable[[], object]) -> float:
    begun = time.process_time()
    action()
    return time.process_time() - begun
