"""Protecting a profile in place: the same rows, nothing readable left, old or new when cut off."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import StoreError, VaultError, WorldError
from desktop.paths import Paths
from desktop.profiles import create
from desktop.profiles.access import Access, is_protected
from desktop.profiles.create import protect
from desktop.profiles.locks import held
from desktop.store.backup import backups, create_backup, newest_good_backup
from desktop.store.connection import is_plain
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.store.search import Search
from desktop.vault.key import Key

WORDS = "没有人知道的秘密"


@pytest.fixture
def talked(paths: Paths) -> Paths:
    """A profile with a conversation and a backup."""
    with open_store(paths.database) as store:
        conversations = Conversations(store)
        conversation = conversations.create("标题")
        said = conversations.append_person(conversation.id, WORDS)
        reply = conversations.begin_reply(conversation.id, said.id, "starter")
        conversations.checkpoint(reply.id, "嗯")
    create_backup(paths.database, paths.backups, date(2026, 3, 1))
    return paths


def readable(folder: Path) -> list[str]:
    """Files in which the words can be found."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and WORDS.encode() in path.read_bytes()
    ]


def texts(paths: Paths, key: Key | None) -> list[str]:
    with open_store(paths.database, key=key) as store:
        return [text for (text,) in store.rows("SELECT text FROM messages ORDER BY id")]


def test_the_same_rows_and_nothing_readable(talked: Paths) -> None:
    assert readable(talked.folder) != []

    done = protect(talked, "新的密码")

    assert readable(talked.folder) == []
    assert is_protected(talked)
    assert texts(talked, Access(talked).unlock("新的密码")) == [WORDS, "嗯"]
    with open_store(talked.database, read_only=True, key=done.key) as store:
        assert [hit.text for hit in Search(store).find("秘")] == [WORDS]
    found = newest_good_backup(talked.backups, done.key)
    assert found is not None
    assert (found.day, found.messages) == (date(2026, 3, 1), 2)


def test_the_recovery_key_gives_a_new_passphrase(talked: Paths) -> None:
    printed = protect(talked, "忘记了的密码").recovery_key
    access = Access(talked)

    key = access.unlock_with_recovery_key(printed)
    access.set_passphrase(key, "新的密码")

    assert access.unlock("新的密码") == key
    with pytest.raises(VaultError, match="passphrase_wrong"):
        access.unlock("忘记了的密码")
    renewed = access.renew_recovery_key(key)
    with pytest.raises(VaultError, match="recovery_key_wrong"):
        access.unlock_with_recovery_key(printed)
    assert access.unlock_with_recovery_key(renewed) == key


def test_a_lost_or_damaged_key_file_comes_back_from_its_copy(talked: Paths) -> None:
    done = protect(talked, "密码")
    for spoil in (lambda: talked.keys.unlink(), lambda: talked.keys.write_bytes(b"{}")):
        spoil()
        assert Access(talked).unlock("密码") == done.key
        assert talked.keys.read_bytes() == (talked.backups / "keys.json").read_bytes()


def test_the_old_passphrase_opens_no_copy(talked: Paths) -> None:
    protect(talked, "旧的")
    access = Access(talked)
    stale = (talked.backups / "keys.json").read_bytes()
    access.set_passphrase(access.unlock("旧的"), "新的")
    (talked.backups / "keys.json").write_bytes(stale)  # as if cut off between the two files

    access.unlock("新的")

    talked.keys.unlink()
    with pytest.raises(VaultError, match="passphrase_wrong"):
        access.unlock("旧的")


@pytest.mark.parametrize("step", ["fold_log", "make_keys", "encrypt_copy", "_take_place"])
def test_a_failure_at_any_step_leaves_the_old_one(
    talked: Paths, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise StoreError("store_disk_full")

    monkeypatch.setattr(create, step, full)
    with pytest.raises(StoreError, match="store_disk_full"):
        protect(talked, "密码")

    assert not is_protected(talked)
    assert texts(talked, None) == [WORDS, "嗯"]
    assert not list(talked.folder.glob("*.partial"))


def test_cut_off_after_the_rename_is_finished_at_the_next_start(
    talked: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_backup = backups(talked.backups)[0].read_bytes()
    plain = talked.database.read_bytes()
    key = protect(talked, "密码").key
    (talked.folder / "xinyu.db.readable").write_bytes(plain)
    backups(talked.backups)[0].write_bytes(plain_backup)
    assert len(readable(talked.folder)) == 2

    session = open_session(talked, lambda: ScriptedEngine([]), key=key)
    session.close()

    assert readable(talked.folder) == []
    assert not is_plain(backups(talked.backups)[-1])


def test_an_open_profile_is_not_encrypted_under_somebodys_hands(talked: Paths) -> None:
    with held(talked), pytest.raises(WorldError, match="already_open"):
        protect(talked, "密码")


def test_twice_is_told(talked: Paths) -> None:
    protect(talked, "密码")
    with pytest.raises(VaultError, match="already_protected"):
        protect(talked, "密码")


def test_a_readable_file_in_its_place_is_refused(talked: Paths, tmp_path: Path) -> None:
    shutil.copyfile(talked.database, tmp_path / "plain.db")
    key = protect(talked, "密码").key
    shutil.copyfile(tmp_path / "plain.db", talked.database)

    with pytest.raises(StoreError, match="store_not_encrypted"):
        open_store(talked.database, key=key)


def test_files_set_aside_earlier_are_named(talked: Paths) -> None:
    aside = talked.folder / "xinyu.damaged-20260301-120000.db"
    shutil.copyfile(talked.database, aside)

    assert protect(talked, "密码").still_readable == (aside,)
