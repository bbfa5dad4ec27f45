"""store_error: which code the person gets for what SQLite and the system report."""

from __future__ import annotations

import errno
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from desktop.errors import StoreError
from desktop.store import faults
from desktop.store.faults import store_error, world_faults

MESSAGES = Path(__file__).parents[3] / "assets" / "i18n" / "messages.toml"


def sqlite_failure(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("made up")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (sqlite3.SQLITE_BUSY, "store_locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "store_locked"),
        (sqlite3.SQLITE_READONLY, "store_read_only"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "store_read_only"),
        (sqlite3.SQLITE_IOERR_FSYNC, "store_disk_failed"),
        (sqlite3.SQLITE_CORRUPT, "store_corrupt"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "store_corrupt"),
        (sqlite3.SQLITE_NOTADB, "store_corrupt"),
        (sqlite3.SQLITE_FULL, "store_disk_full"),
        (sqlite3.SQLITE_CANTOPEN, "store_folder_unwritable"),
    ],
)
def test_what_sqlite_reports(code: int, meaning: str, tmp_path: Path) -> None:
    error = store_error(sqlite_failure(code), tmp_path / "xinyu.db")
    assert error is not None
    assert error.code == meaning
    assert error.details == {"file": "xinyu.db", "folder": str(tmp_path)}


@pytest.mark.parametrize(
    ("number", "meaning"),
    [
        (errno.ENOSPC, "store_disk_full"),
        (errno.EDQUOT, "store_disk_full"),
        (errno.EROFS, "store_read_only"),
        (errno.EIO, "store_disk_failed"),
        (errno.EACCES, "store_folder_unwritable"),
        (errno.ENOTDIR, "store_folder_unwritable"),
    ],
)
def test_what_the_system_reports(number: int, meaning: str, tmp_path: Path) -> None:
    error = store_error(OSError(number, "made up"), tmp_path / "xinyu.db")
    assert error is not None
    assert error.code == meaning


def test_a_failed_write_on_a_full_disk_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_is_full", lambda _path: True)
    error = store_error(sqlite_failure(sqlite3.SQLITE_IOERR_WRITE), tmp_path / "xinyu.db")
    assert error is not None
    assert error.code == "store_disk_full"


def test_bytes_that_are_no_text_are_damage(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as database,
        pytest.raises(StoreError, match="store_corrupt"),
        world_faults(tmp_path / "xinyu.db"),
    ):
        database.execute("SELECT CAST(x'e68801' AS TEXT)").fetchall()


@pytest.mark.parametrize("code", [sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY])
def test_a_fault_of_ours_stays_what_it_is(code: int, tmp_path: Path) -> None:
    assert store_error(sqlite_failure(code), tmp_path) is None
    with pytest.raises(sqlite3.OperationalError), world_faults(tmp_path):
        raise sqlite_failure(code)


def test_the_world_becomes_a_store_error_with_its_cause(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught, world_faults(tmp_path / "xinyu.db"):
        raise sqlite_failure(sqlite3.SQLITE_FULL)
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_every_code_has_a_sentence_in_both_languages() -> None:
    sentences = tomllib.loads(MESSAGES.read_text("utf-8"))
    codes = {*faults._MEANINGS.values(), *faults._SYSTEM_MEANINGS.values()}
    codes |= {"store_newer", "store_foreign", "store_missing", "store_no_room_for_backup"}
    codes |= {"store_set_aside", "store_restored"}
    details = {"file": "f", "folder": "d", "megabytes": 1, "day": "2026-01-02", "messages": 3}
    for code in codes:
        for language in ("zh", "en"):
            assert sentences[code][language].format(**details)
