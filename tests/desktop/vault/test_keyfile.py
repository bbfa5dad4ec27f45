"""The wrapped key: which words open it, what a damaged or older file says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.errors import UsageError, VaultError
from desktop.vault import passphrase
from desktop.vault.key import Key
from desktop.vault.keyfile import KeyFile, new_key_file, read_key_file, write_key_file
from desktop.vault.passphrase import Cost, measured_cost
from desktop.vault.recovery import new_recovery_key, read, written

CHEAP = Cost(64, 1, b"a salt of sixteen")


@pytest.fixture
def key() -> Key:
    return Key.random()


@pytest.mark.parametrize(
    "words", ["a", "密码 🌱👩‍👧", "x" * 10_000, "  spaces stay  ", "é", "\ud83d half"]
)
def test_a_passphrase_opens_what_it_closed(key: Key, words: str, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_key_file(path, new_key_file().with_passphrase(key, words, CHEAP))

    assert read_key_file(path).open_with_passphrase(words) == key
    with pytest.raises(VaultError, match="passphrase_wrong"):
        read_key_file(path).open_with_passphrase(words + " ")


def test_the_same_word_from_another_keyboard_opens_it(key: Key) -> None:
    keys = new_key_file().with_passphrase(key, "cafe\u0301", CHEAP)

    assert keys.open_with_passphrase("caf\u00e9") == key


def test_empty_and_endless_passphrases_are_refused(key: Key) -> None:
    with pytest.raises(VaultError, match="passphrase_empty"):
        new_key_file().with_passphrase(key, "", CHEAP)
    with pytest.raises(UsageError, match="passphrase_too_long"):
        new_key_file().with_passphrase(key, "x" * (passphrase.LONGEST + 1), CHEAP)


def test_the_recovery_key_opens_it_however_it_is_typed(key: Key) -> None:
    printed = new_recovery_key()
    keys = new_key_file().with_recovery_key(key, printed)

    assert keys.open_with_recovery_key(printed) == key
    assert keys.open_with_recovery_key(printed.lower().replace("-", "  ")) == key
    assert keys.open_with_recovery_key(printed.replace("1", "l").replace("0", "o")) == key
    with pytest.raises(VaultError, match="recovery_key_wrong"):
        keys.open_with_recovery_key(new_recovery_key())


@given(st.binary(min_size=20, max_size=20), st.integers(0, 35), st.sampled_from("0123456789ABCXYZ"))
def test_a_slip_of_the_pen_is_told(material: bytes, place: int, letter: str) -> None:
    letters = written(material).replace("-", "")
    assert read(letters) == material
    slip = letters[:place] + letter + letters[place + 1 :]
    if slip != letters:  # 20 bits check the others: one slip in a million would pass
        with pytest.raises(VaultError, match="recovery_key_mistyped"):
            read(slip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=80))
def test_any_text_for_a_recovery_key_is_a_sentence(text: str) -> None:
    with pytest.raises(VaultError, match="recovery_key_mistyped"):
        read(text)


def test_a_changed_byte_anywhere_is_damage_not_a_wrong_passphrase(key: Key, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_key_file(path, new_key_file().with_passphrase(key, "words", CHEAP))
    whole = path.read_bytes()
    for place in range(1, len(whole) - 2, 7):
        if not whole[place : place + 1].isspace():
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(VaultError, match="keys_damaged"):
                read_key_file(path)
    path.write_bytes(whole[:-40])
    with pytest.raises(VaultError, match="keys_damaged"):
        read_key_file(path)


def test_a_cost_that_somebody_lowered_opens_nothing(key: Key) -> None:
    keys = new_key_file().with_passphrase(key, "words", CHEAP)
    slot = keys.slots["passphrase"]
    cheaper = type(slot)(slot.nonce, slot.sealed, {**slot.details, "passes": 2})

    with pytest.raises(VaultError, match="passphrase_wrong"):
        KeyFile(keys.id, {"passphrase": cheaper}).open_with_passphrase("words")


def test_a_slot_of_another_profile_opens_nothing(key: Key) -> None:
    keys = new_key_file().with_passphrase(key, "words", CHEAP)

    with pytest.raises(VaultError, match="passphrase_wrong"):
        KeyFile("another", keys.slots).open_with_passphrase("words")


def test_a_newer_file_is_told_and_left_alone(key: Key, tmp_path: Path) -> None:
    import hashlib

    path = tmp_path / "keys.json"
    body = {"format": 99, "id": "x", "slots": {}}
    text = json.dumps(body, sort_keys=True).encode()
    path.write_text(json.dumps({**body, "sha256": hashlib.sha256(text).hexdigest()}))

    with pytest.raises(VaultError, match="keys_newer"):
        read_key_file(path)
    with pytest.raises(VaultError, match="keys_missing"):
        read_key_file(tmp_path / "none.json")


def test_a_cleared_key_is_zeros_and_says_nothing(key: Key) -> None:
    material = key.material
    assert "…" in repr(key)
    assert material.hex() not in repr(key)
    key.clear()
    assert bytes(material) == b""
    with pytest.raises(ValueError, match="cleared"):
        _ = key.material


def test_the_measured_cost_is_never_below_the_least() -> None:
    cost = measured_cost(target=0.0)

    assert (cost.memory_kib, cost.passes) == (passphrase.MEMORY_KIB, passphrase.LEAST_PASSES)
    assert cost.salt != measured_cost(target=0.0).salt
