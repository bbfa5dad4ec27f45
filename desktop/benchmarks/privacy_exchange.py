"""Export, wipe, import: is every row the same? And an import of a gigabyte: in how much memory?"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from desktop.benchmarks import privacy_deeds
from desktop.benchmarks.figures import Figure
from desktop.benchmarks.large_store import invented_text, make_large_store
from desktop.exchange.reading import import_file
from desktop.exchange.writing import Writer
from desktop.paths import Paths, assets_folder
from desktop.profiles.create import create_profile
from desktop.profiles.erase import erase_profile
from desktop.store.database import open_store
from desktop.store.export import rows_of
from desktop.store.tables import load_rules, read_tables
from desktop.vault.key import Key
from desktop.wording import load_wording

MESSAGES_A_TALK = 20


def measure(folder: Path, messages: int, seed: int) -> list[Figure]:
    """A profile with passphrase goes out, is erased, and comes back into a new one."""
    privacy_deeds.cheap()
    paths, target = Paths(folder / "home", assets_folder()), folder / "export.json"
    profile, protected = create_profile(paths, "甲", passphrase="密码")
    assert protected is not None
    profile.paths.database.unlink()
    make_large_store(profile.paths.database, messages, seed, protected.key)
    before, tables = _rows(profile.paths, protected.key)
    begun = time.perf_counter()
    with open_store(profile.paths.database, read_only=True, key=protected.key) as store:
        Writer(store, paths.assets, load_wording(paths.assets, "zh")).everything(
            target, safety_notes=True
        )
    written = time.perf_counter() - begun
    erase_profile(profile)
    profile, protected = create_profile(paths, "甲", passphrase="另一个")
    assert protected is not None
    begun = time.perf_counter()
    with open_store(profile.paths.database, key=protected.key) as store:
        import_file(store, load_rules(paths.assets), target)
    read = time.perf_counter() - begun
    after, _ = _rows(profile.paths, protected.key)
    different = sum(one != other for one, other in zip(before, after, strict=False))
    return [
        Figure("rows exported", len(before), ""),
        Figure("tables", tables, ""),
        Figure("rows that differ after export, wipe, import", different, "", 0),
        Figure("rows missing or added", abs(len(before) - len(after)), "", 0),
        Figure("export", written, "s"),
        Figure("import", read, "s"),
    ]


def measure_large(folder: Path, megabytes: int, seed: int) -> list[Figure]:
    """A conversation export of ChatGPT's shape, taken in by a process of its own."""
    path = folder / "conversations.json"
    conversations = _write_large(path, megabytes << 20, seed)
    begun = time.perf_counter()
    command = [sys.executable, "-m", __name__, str(path), str(folder / "home")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    taken, peak = map(int, done.stdout.split())
    return [
        Figure("size of the file", path.stat().st_size / 2**20, "MB"),
        Figure("conversations in it", conversations, ""),
        Figure("conversations not taken", conversations - taken, "", 0),
        Figure("import", time.perf_counter() - begun, "s"),
        Figure("most memory it took", peak / 1024, "MB", 512),
    ]


def _rows(paths: Paths, key: Key) -> tuple[list[str], int]:
    rules = load_rules(paths.assets)
    with open_store(paths.database, read_only=True, key=key) as store:
        rows = [repr(row) for row in rows_of(store, rules, safety_notes=True)]
        return rows, len(read_tables(store, rules))


def _write_large(path: Path, size: int, seed: int) -> int:
    chance, count = random.Random(seed), 0
    with path.open("w", encoding="utf-8") as out:
        out.write("[")
        while out.tell() < size:
            out.write(",\n" if count else "")
            out.write(json.dumps(_conversation(chance, count), ensure_ascii=False))
            count += 1
        out.write("]")
    return count


def _conversation(chance: random.Random, number: int) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for place in range(MESSAGES_A_TALK):
        mapping[f"m{place}"] = {
            "id": f"m{place}",
            "parent": f"m{place - 1}" if place else None,
            "message": {
                "author": {"role": "assistant" if place % 2 else "user"},
                "content": {
                    "content_type": "text",
                    "parts": [" ".join(invented_text(chance) for _ in range(15))],
                },
                "create_time": 1.6e9 + number * 100 + place,
            },
        }
    return {
        "title": f"talk {number}",
        "create_time": 1.6e9 + number * 100,
        "current_node": f"m{MESSAGES_A_TALK - 1}",
        "mapping": mapping,
    }


def take(path: Path, home: Path) -> None:
    """Import into a new encrypted profile; print conversations, and the most memory in KiB."""
    with open_store(home / "xinyu.db", key=Key.random()) as store:
        report = import_file(store, load_rules(assets_folder()), path)
    print(report.conversations, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
