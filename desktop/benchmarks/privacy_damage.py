"""Damages a profile in every way at hand: is it noticed, set aside, and the backup offered?

Bits flipped all over the file and its log, cut off, replaced by a foreign file, and a disk that is
full or fails at any write (strace injects the system's own errors). A loss is silent when the
profile opens, checks as sound, and something that was kept is not there.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from desktop.benchmarks import privacy_deeds as deeds
from desktop.benchmarks.figures import Figure
from desktop.benchmarks.privacy_kills import judge
from desktop.chat.rescue import begin_anew, go_back, newest_offer, refuse_emptied
from desktop.errors import StoreError
from desktop.paths import Paths
from desktop.profiles.access import Access
from desktop.store.backup import create_backup
from desktop.store.connection import connect
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.faults import world_faults
from desktop.vault.key import Key

FLIPS = 120
TITLE, WITH_LOG = "in the log", "with-a-log"
_CALLS = "pwrite64,write,fdatasync,fsync,ftruncate,rename"


def measure(folder: Path, seed: int) -> list[Figure]:
    """Every way, for a profile with a passphrase and one without."""
    deeds.cheap()
    found = Counter[str]()
    for locked in (True, False):
        template = folder / f"template-{locked}"
        key = _make(template, locked)
        _with_damages(folder, template, key, seed, found)
    figures = [
        Figure("damages", found["damages"], "x"),
        Figure("noticed, set aside, backup offered and opened", found["rescued"], "x"),
        Figure("without effect: every message is there", found["harmless"], "x"),
        Figure("last messages in a damaged log, told", found["log_told"], "x"),
        Figure("silent losses, with a passphrase", found["silent_locked"], "", 0),
        Figure("silent losses, without", found["silent_plain"], "", 0),
        Figure("damages with no way on", found["stuck"], "", 0),
    ]
    return figures + _starving(folder)


def _make(home: Path, locked: bool) -> Key | None:
    """A closed database, a backup of it, and a second state with a log that was not folded in."""
    paths = deeds.paths_of(home)
    deeds.prepare("backup" if locked else "encrypt", home)
    key = Access(paths).unlock(deeds.OLD) if locked else None
    logged = home / "logged"
    logged.mkdir()
    with closing(connect(paths.database, key=key)) as database:
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("BEGIN IMMEDIATE")
        database.execute(f"UPDATE conversations SET title = '{TITLE}'")
        database.execute("COMMIT")
        for part in ("xinyu.db", "xinyu.db-wal"):
            shutil.copyfile(home / part, logged / part)
    return key


def _with_damages(
    folder: Path, template: Path, key: Key | None, seed: int, found: Counter[str]
) -> None:
    chance = random.Random(seed)
    with open_store(deeds.paths_of(template).database, read_only=True, key=key) as store:
        before = _rows(store)
    for spoil in _ways(chance):
        home = folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(template, home)
        spoil(home)
        outcome = _outcome(deeds.paths_of(home), key, before)
        found["damages"] += 1
        found[outcome] += 1
        if outcome == "silent":
            print(f"{'locked' if key else 'plain'}, not noticed: {spoil}", file=sys.stderr)
            found["silent_locked" if key else "silent_plain"] += 1


def _ways(chance: random.Random) -> Iterator[Callable[[Path], None]]:
    for _ in range(FLIPS):
        yield partial(_flip_file, chance.random(), chance.randrange(8))
    for _ in range(FLIPS // 2):
        yield partial(_flip_log, chance.random(), chance.randrange(8))
    for share in (0.0, 0.01, 0.3, 0.5, 0.9, 0.999):
        yield partial(_cut, share)
    for content in (b"not a database at all" * 500, b"\x00" * 8192, b"%PDF-1.7 " * 2000):
        yield partial(_replace, content)
    yield lambda home: (home / "xinyu.db").unlink()


def _flip_file(place: float, bit: int, home: Path) -> None:
    _flip(home / "xinyu.db", place, bit)


def _flip(path: Path, place: float, bit: int) -> None:
    with path.open("r+b") as file:
        at = int(place * path.stat().st_size)
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ (1 << bit)]))


def _flip_log(place: float, bit: int, home: Path) -> None:
    for part in ("xinyu.db", "xinyu.db-wal"):
        shutil.copyfile(home / "logged" / part, home / part)
    (home / WITH_LOG).touch()
    _flip(home / "xinyu.db-wal", place, bit)


def _cut(share: float, home: Path) -> None:
    path = home / "xinyu.db"
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


def _replace(content: bytes, home: Path) -> None:
    (home / "xinyu.db").write_bytes(content)


def _outcome(paths: Paths, key: Key | None, before: list[str]) -> str:
    """What a person would meet with after opening, reading everything, and the daily backup."""
    try:
        refuse_emptied(paths)
        with open_store(paths.database, key=key) as store, world_faults(paths.database):
            conversations = Conversations(store)
            titles = [talk.title for talk in conversations.all()]
            for talk in conversations.all():
                conversations.messages(talk.id)
            after = _rows(store)
            create_backup(paths.database, paths.backups, key=key, thorough=True)
    except StoreError:
        return _rescue(paths, key, before)
    if after != before:
        return "silent"
    if (paths.folder / WITH_LOG).exists() and titles != [TITLE]:
        return "log_told" if store.log_cut else "silent"
    return "harmless"


def _rows(store: Store) -> list[str]:
    """All that was kept of every message."""
    return [repr(row) for row in store.rows("SELECT * FROM messages ORDER BY id")]


def _rescue(paths: Paths, key: Key | None, before: list[str]) -> str:
    """Go back to the backup that is offered, and read it."""
    offer = newest_offer(paths, key)
    if offer is None:
        begin_anew(paths)
        return "stuck"
    aside = go_back(paths, offer)
    with open_store(paths.database, key=key) as store:
        kept = _rows(store) == before
    return "rescued" if kept and (aside is None or aside.exists()) else "stuck"


def _starving(folder: Path) -> list[Figure]:
    """Every deed, with a system call that fails from some moment on."""
    if shutil.which("strace") is None or not _can_trace():
        return [Figure("full and failing disk: not measured, strace cannot run here", 0, "")]
    found = Counter[str]()
    for deed in deeds.DEEDS:
        template = folder / f"starved-{deed}"
        deeds.prepare(deed, template)
        for error in ("ENOSPC", "EIO"):
            for moment in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89):
                home = folder / "home"
                shutil.rmtree(home, ignore_errors=True)
                shutil.copytree(template, home)
                found["told"] += _starve(deed, home, error, moment)
                found["tries"] += 1
                found.update(judge(deed, home, template))
    return [
        Figure("deeds on a full or failing disk", found["tries"], "x"),
        Figure("of these told, the others came to their end", found["told"], "x"),
        Figure("profiles that do not open afterwards", found["closed"], "", 0),
        Figure("messages lost", found["lost"], "", 0),
        Figure("words readable beside the lock", found["readable"], "", 0),
        Figure("backups that are not whole", found["half"], "", 0),
    ]


def _can_trace() -> bool:
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True)
    return tried.returncode == 0


def _starve(deed: str, home: Path, error: str, moment: int) -> bool:
    """True when the program ended with the error instead of coming to its end."""
    inject = f"inject={_CALLS}:error={error}:when={moment}+"
    paths = [str(home), *map(str, home.rglob("*"))]
    only = [argument for path in paths for argument in ("-P", path)]
    command = [
        *("strace", "-qq", "-f", "-o", "/dev/null", "-e", f"trace={_CALLS}", "-e", inject),
        *only,
        *(sys.executable, "-m", deeds.__name__, deed, str(home)),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    return deeds.DONE not in done.stdout
