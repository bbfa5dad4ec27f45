"""Preferences: choices survive, bad rows do not stop the start."""

from __future__ import annotations

from dataclasses import replace

from desktop.settings import Settings
from desktop.store.database import Store
from desktop.store.preferences import Preferences


def test_a_new_store_has_the_defaults(store: Store) -> None:
    assert Preferences(store).load() == (Settings(), [])


def test_what_is_saved_is_loaded(store: Store) -> None:
    chosen = replace(
        Settings(), theme="dark", font_scale=1.25, recent_emoji=("👩‍👧", "😢"), called_by="小雨"
    )
    Preferences(store).save(chosen)
    assert Preferences(store).load() == (chosen, [])
    Preferences(store).save(replace(chosen, welcomed=True))
    assert Preferences(store).load() == (replace(chosen, welcomed=True), [])


def test_half_an_emoji_in_a_name_is_storable(store: Store) -> None:
    Preferences(store).save(replace(Settings(), called_by="雨\ud83d\x07"))
    assert Preferences(store).load()[0].called_by == "雨\ufffd"


def test_a_bad_row_is_told_and_the_rest_is_kept(store: Store) -> None:
    Preferences(store).save(replace(Settings(), theme="dark", threads=4))
    with store.transaction() as change:
        change.execute("UPDATE settings SET value = 'loud' WHERE key = 'theme'")
        change.execute("UPDATE settings SET value = x'ff00' WHERE key = 'region'")
        change.execute("INSERT INTO settings VALUES ('of_a_later_version', '1')")
    loaded, faults = Preferences(store).load()
    assert (loaded.theme, loaded.threads, loaded.region) == ("system", 4, "CN")
    assert {fault.key for fault in faults} == {"theme", "region"}


def test_rows_of_other_options_stay(store: Store) -> None:
    with store.transaction() as change:
        change.execute("INSERT INTO settings VALUES ('of_a_later_version', '1')")
    Preferences(store).save(replace(Settings(), theme="dark"))
    rows = dict(store.rows("SELECT key, value FROM settings"))
    assert rows["of_a_later_version"] == "1"
