"""`xinyu bench store`: is the store fast on 100,000 messages, and does it lose nothing when killed?

Prints a table, or with --json one object; exit status 1 where a target is missed. Everything
happens in a temporary folder with invented text.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from desktop.benchmarks.figures import Figure, report
from desktop.benchmarks.kill_writer import kill_repeatedly
from desktop.benchmarks.large_store import invented_text, make_large_store
from desktop.store.backup import create_backup
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.search import Search

_TRUTH = r"""
    SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.text LIKE ? ESCAPE '\' AND c.deleted_at IS NULL ORDER BY m.id DESC LIMIT ?
"""
_LIMIT = 50


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench store", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    figures = measure(options.messages, options.queries, options.kills, options.seed)
    return report(figures, options.json)


def measure(messages: int, queries: int, kills: int, seed: int) -> list[Figure]:
    """All figures, from a store made for it."""
    with tempfile.TemporaryDirectory(prefix="xinyu-bench-") as name:
        folder = Path(name)
        path = folder / "xinyu.db"
        make_large_store(path, messages, seed)
        figures = [Figure("messages in the store", messages, "")]
        figures += _opening(path)
        with open_store(path) as store:
            figures += _reading(store)
            figures += _searching(store, queries, seed)
            figures += _writing(store, seed)
            figures.append(
                Figure("backup, checked", _once(lambda: create_backup(path, folder)), "ms")
            )
        return figures + _killing(folder / "killed" / "xinyu.db", kills, seed)


def queries_for(texts: Sequence[str], number: int, seed: int) -> list[str]:
    """Texts of 1 to 6 characters: pieces of messages, most of them whole, some shuffled or odd."""
    chance = random.Random(seed)
    made: list[str] = []
    while len(made) < number:
        length = len(made) % 6 + 1
        text = chance.choice(texts)
        start = chance.randrange(max(1, len(text) - length + 1))
        query = text[start : start + length]
        odd = chance.random()
        if odd < 0.15:
            query = "".join(chance.sample(query, len(query)))
        elif odd < 0.25:
            query = query.swapcase()
        elif odd < 0.30:
            query = query[:-1] + chance.choice("%_\\\"'*")
        if len(query) == length:
            made.append(query)
    return made


def like_truth(store: Store, query: str, limit: int) -> list[int]:
    """Ids of the messages that SQLite's LIKE finds, by going through all of them."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [id_ for (id_,) in store.rows(_TRUTH, (f"%{escaped}%", limit))]


def _opening(path: Path) -> list[Figure]:
    clean = _median(lambda: open_store(path).close(), 5)
    with open_store(path) as store:
        Conversations(store).touch(1)  # leaves a log, as a killed program does
        unclean = _median(lambda: open_store(path).close(), 3)
        size = path.stat().st_size / 2**20
    return [
        Figure("size of the file", size, "MB"),
        Figure("open", clean, "ms", 100),
        Figure("open after a crash, with check", unclean, "ms", 500),
    ]


def _reading(store: Store) -> list[Figure]:
    conversations = Conversations(store)
    longest = len(conversations.messages(1))
    return [
        Figure("conversation list", _median(conversations.all, 5), "ms", 50),
        Figure(
            f"all {longest:,} messages of a conversation",
            _median(lambda: conversations.messages(1), 9),
            "ms",
            30,
        ),
        Figure(
            "last 50 messages of it",
            _median(lambda: conversations.messages_before(1, None, 50), 9),
            "ms",
            10,
        ),
    ]


def _searching(store: Store, number: int, seed: int) -> list[Figure]:
    texts = [text for (text,) in store.rows("SELECT text FROM messages WHERE text <> ''")]
    search, spent, different = Search(store), [], 0
    for place, query in enumerate(queries_for(texts, number, seed)):
        begun = time.perf_counter()
        hits = search.find(query, _LIMIT)
        spent.append(1000 * (time.perf_counter() - begun))
        found = [hit.message_id for hit in hits]
        different += found != like_truth(store, query, _LIMIT)
        if place % 10 == 0:  # and of some every row
            everything = [hit.message_id for hit in search.find(query, len(texts))]
            different += everything != like_truth(store, query, len(texts))
    return [
        Figure(f"search, {number} queries, p50", _share(spent, 0.5), "ms"),
        Figure("search, p95", _share(spent, 0.95), "ms", 100),
        Figure("search, slowest", max(spent), "ms"),
        Figure("searches that differ from LIKE", different, "", 0),
    ]


def _writing(store: Store, seed: int) -> list[Figure]:
    conversations, chance = Conversations(store), random.Random(seed)
    id_ = conversations.create().id
    texts = [invented_text(chance) for _ in range(200)]
    spent = [_once(lambda text=text: conversations.append_person(id_, text)) for text in texts]  # type: ignore[misc]
    long = _once(lambda: conversations.append_person(id_, "长" * 100_000))
    conversations.delete(id_)
    return [
        Figure("keep a message, on the disk, p50", _share(spent, 0.5), "ms"),
        Figure("keep a message, on the disk, p95", _share(spent, 0.95), "ms", 50),
        Figure("keep a message of 100,000 characters", long, "ms", 1000),
        Figure("remove a conversation for good", _once(conversations.purge), "ms"),
    ]


def _killing(path: Path, kills: int, seed: int) -> list[Figure]:
    result = kill_repeatedly(path, kills, seed)
    return [
        Figure("killed while sending", result.kills, "x"),
        Figure("messages confirmed before the kills", result.confirmed, ""),
        Figure("of these lost", result.lost, "", 0),
        Figure("integrity check not ok", result.damaged, "", 0),
    ]


def _once(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)


def _median(action: Callable[[], object], times: int) -> float:
    return _share([_once(action) for _ in range(times)], 0.5)


def _share(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
