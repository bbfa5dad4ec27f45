"""Several people on one computer: who is there, what is where, what an older folder becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.errors import StoreError, UsageError, WorldError
from desktop.paths import Paths
from desktop.profiles import create
from desktop.profiles.access import is_protected
from desktop.profiles.create import create_profile
from desktop.profiles.erase import (
    erase_everything,
    erase_profile,
    finish_erasing,
    inventory,
    inventory_of_everything,
)
from desktop.profiles.locks import held
from desktop.profiles.profile import Card, find_profile, list_profiles, save_card
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.vault.key import Key


def say(paths: Paths, text: str, key: Key | None = None) -> None:
    with open_store(paths.database, key=key) as store:
        conversations = Conversations(store)
        conversations.append_person(conversations.create().id, text)


def heard(paths: Paths, key: Key | None = None) -> list[str]:
    with open_store(paths.database, read_only=True, key=key) as store:
        return [text for (text,) in store.rows("SELECT text FROM messages ORDER BY id")]


def test_an_older_data_folder_is_the_first_profile_in_place(paths: Paths) -> None:
    say(paths, "以前说的话")

    (first,) = list_profiles(paths)

    assert first.paths.database == paths.home / "xinyu.db"
    assert not is_protected(first.paths)
    assert heard(first.paths) == ["以前说的话"]


def test_a_fresh_start_has_one_profile_and_writes_nothing(paths: Paths) -> None:
    assert [profile.id for profile in list_profiles(paths)] == ["first"]
    assert not paths.home.exists()


def test_each_has_a_place_and_a_key_of_its_own(paths: Paths) -> None:
    say(paths, "第一个人")
    one, protected = create_profile(paths, "阿青", "clay", "密码一")
    two, open_one = create_profile(paths, "Bo", "sky", None)
    assert protected is not None
    assert open_one is None
    say(one.paths, "阿青的话", protected.key)
    say(two.paths, "Bo's words")

    assert [p.name for p in list_profiles(paths)] == ["", "Bo", "阿青"]
    assert heard(one.paths, protected.key) == ["阿青的话"]
    assert heard(paths) == ["第一个人"]
    assert "阿青的话".encode() not in one.paths.database.read_bytes()
    assert find_profile(paths, "bo").paths == two.paths


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "profile_name_empty"),
        (" \n\t", "profile_name_empty"),
        ("x" * 41, "profile_name_long"),
        ("阿青", "profile_name_taken"),
        ("first", "profile_name_taken"),
    ],
)
def test_names_that_cannot_be(paths: Paths, name: str, code: str) -> None:
    say(paths, "在")
    create_profile(paths, "阿青", passphrase=None)

    with pytest.raises(UsageError, match=code):
        create_profile(paths, name, passphrase=None)
    assert len(list_profiles(paths)) == 2


def test_a_profile_that_could_not_be_made_leaves_nothing(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("store_disk_full")

    monkeypatch.setattr(create, "open_store", full)
    with pytest.raises(StoreError, match="store_disk_full"):
        create_profile(paths, "阿青", passphrase="密码")
    assert list(paths.profiles.iterdir()) == []


def test_a_card_that_cannot_be_read_hides_no_profile(paths: Paths) -> None:
    made, _ = create_profile(paths, "阿青", passphrase=None)
    (made.paths.folder / "profile.json").write_text("{broken")

    assert made.id in [profile.id for profile in list_profiles(paths)]
    save_card(made.paths, Card("新的名字"))
    assert find_profile(paths, "新的名字").id == made.id


def test_two_programs_on_one_profile(paths: Paths) -> None:
    with (
        held(paths),
        pytest.raises(WorldError, match="already_open"),
        held(replace(paths)),
    ):
        raise AssertionError("both held it")


def test_erasing_one_leaves_the_others(paths: Paths) -> None:
    say(paths, "第一个人")
    made, _ = create_profile(paths, "阿青", passphrase="密码")
    goes = inventory(made.paths)
    assert {path.name for path in goes.files} >= {"xinyu.db", "keys.json", "profile.json"}

    erase_profile(made)

    assert [p.id for p in list_profiles(paths)] == ["first"]
    assert heard(paths) == ["第一个人"]
    assert not paths.profiles.exists()


def test_erasing_the_first_leaves_models_and_others(paths: Paths) -> None:
    say(paths, "第一个人")
    made, _ = create_profile(paths, "阿青", passphrase=None)
    paths.models.mkdir()
    (paths.models / "big.gguf").write_text("model")

    erase_profile(find_profile(paths, "first"))

    assert sorted(path.name for path in paths.home.iterdir()) == ["models", "profiles"]
    assert [p.id for p in list_profiles(paths)] == [made.id]


def test_erasing_everything_leaves_no_file(paths: Paths) -> None:
    say(paths, "第一个人")
    create_profile(paths, "阿青", passphrase="密码")
    (paths.home / "logs").mkdir()
    (paths.home / "logs" / "xinyu.log").write_text("log")
    assert len(inventory_of_everything(paths).files) >= 5

    erase_everything(paths)

    assert not paths.home.exists()


def test_a_cut_off_erasure_goes_on_at_the_next_start(paths: Paths) -> None:
    made, _ = create_profile(paths, "阿青", passphrase=None)
    made.paths.folder.replace(paths.profiles / f".gone-{made.id}")

    finish_erasing(paths)

    assert [p.id for p in list_profiles(paths)] == ["first"]
    assert not paths.profiles.exists()
