"""Kills a program while it encrypts, changes a passphrase, migrates, backs up, restores.

Afterwards the profile must open, with the old passphrase or the new one, with every message, and
with nothing readable left beside an encrypted database.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from desktop.benchmarks import privacy_deeds as deeds
from desktop.benchmarks.figures import Figure
from desktop.errors import VaultError, XinyuError
from desktop.paths import Paths
from desktop.profiles.access import Access, is_protected
from desktop.store.backup import backups, inspect_backup
from desktop.vault.key import Key


def measure(folder: Path, kills: int, seed: int) -> list[Figure]:
    """Kill in turn; the moment is drawn from the time the deed takes."""
    deeds.cheap()
    chance, found = random.Random(seed), Counter[str]()
    templates = {deed: _template(folder, deed) for deed in deeds.DEEDS}
    lengths = {deed: _length(folder, deed, templates[deed]) for deed in deeds.DEEDS}
    for number in range(kills):
        deed = deeds.DEEDS[number % len(deeds.DEEDS)]
        home = _fresh(folder, templates[deed])
        found["midway"] += _kill(deed, home, chance.uniform(0, lengths[deed] * 1.1))
        found.update(judge(deed, home, templates[deed]))
    return [
        Figure("killed while encrypting, rewrapping, migrating …", kills, "x"),
        Figure("of these, before the deed was done", found["midway"], "x"),
        Figure("profiles that do not open", found["closed"], "", 0),
        Figure("profiles with messages lost", found["lost"], "", 0),
        Figure("half encrypted: words readable beside the lock", found["readable"], "", 0),
        Figure("backups that are not whole", found["half"], "", 0),
    ]


def judge(deed: str, home: Path, template: Path) -> Counter[str]:
    """What is wrong with a profile after a deed that was cut off; empty is well."""
    paths, found = deeds.paths_of(home), Counter[str]()
    before = _words_of(template, deed)
    try:
        key = _any_key(paths)
        after = deeds.texts(paths, key)
    except XinyuError as error:
        print(f"{deed}: {error}", file=sys.stderr)
        return Counter(closed=1)
    if not _is_kept(deed, before, after, paths, key):
        found["lost"] += 1
    found["readable"] += key is not None and _readable(home, before[:20])
    for path in backups(paths.backups):
        if inspect_backup(path, key) is None:
            print(f"{deed}: {path.name} is not whole", file=sys.stderr)
            found["half"] += 1
    return found


def _is_kept(deed: str, before: list[str], after: list[str], paths: Paths, key: Key | None) -> bool:
    """Restoring may have put the backup in its place; everything else keeps every message."""
    if deed == "replace":
        aside = list(paths.folder.glob("xinyu.earlier-*.db"))
        return after == before or (len(after) == deeds.MESSAGES and len(aside) == 1)
    if deed == "merge":
        return after[: len(before)] == before and len(after) in (20, 20 + deeds.MESSAGES)
    return after == before


def _any_key(paths: Paths) -> Key | None:
    """The key by the old passphrase or the new one; neither raises."""
    if not is_protected(paths):
        return None
    for words in (deeds.NEW, deeds.OLD):
        try:
            return Access(paths).unlock(words)
        except VaultError as error:
            if error.code != "passphrase_wrong":
                raise
    raise VaultError("passphrase_wrong")


def _words_of(template: Path, deed: str) -> list[str]:
    paths = deeds.paths_of(template)
    key = None if deed == "encrypt" else Access(paths).unlock(deeds.OLD)
    from contextlib import closing

    from desktop.store.connection import connect

    with closing(connect(paths.database, read_only=True, key=key)) as database:
        rows = database.execute("SELECT text FROM messages ORDER BY id").fetchall()
    return [text for (text,) in rows]


def _readable(home: Path, words: list[str]) -> bool:
    files = [path for path in home.rglob("*") if path.is_file()]
    return any(text.encode() in path.read_bytes() for path in files for text in words)


def _template(folder: Path, deed: str) -> Path:
    home = folder / f"template-{deed}"
    deeds.prepare(deed, home)
    return home


def _fresh(folder: Path, template: Path) -> Path:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(template, home)
    return home


def _length(folder: Path, deed: str, template: Path) -> float:
    """Seconds from READY to DONE, the longer of two runs."""
    return max(_timed(deed, _fresh(folder, template)) for _ in range(2))


def _timed(deed: str, home: Path) -> float:
    with _start(deed, home) as process:
        assert process.stdout is not None
        process.stdout.readline()
        begun = time.monotonic()
        if process.stdout.readline().strip() != deeds.DONE:
            raise RuntimeError(f"{deed} does not come to its end")
        return time.monotonic() - begun


def _kill(deed: str, home: Path, after: float) -> bool:
    """True when the deed was not done yet."""
    with _start(deed, home) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.kill()
        return deeds.DONE not in process.stdout.read()


def _start(deed: str, home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", deeds.__name__, deed, str(home)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
