"""Wrong passphrases: slower each time, also after a restart and with the clock set back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from desktop.errors import VaultError
from desktop.vault.delays import LONGEST_WAIT, Delays, wait_after


@dataclass
class Clock:
    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def fail(delays: Delays, code: str = "passphrase_wrong") -> None:
    with pytest.raises(VaultError, match=code), delays.trying():
        raise VaultError(code)


def test_each_wrong_try_costs_more_and_none_wipes() -> None:
    waits = [wait_after(tries) for tries in range(40)]

    assert waits[:4] == [0, 0, 0, 0]
    assert waits == sorted(waits)
    assert waits[4:7] == [2, 4, 8]
    assert waits[-1] == LONGEST_WAIT


def test_the_count_survives_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    for _ in range(4):
        fail(Delays(tmp_path / "attempts.json", clock))

    again = Delays(tmp_path / "attempts.json", clock)
    with pytest.raises(VaultError, match="passphrase_wait"), again.trying():
        raise AssertionError("tried too early")
    clock.now += 2.1
    with again.trying():
        pass
    assert again.seconds_left() == 0
    assert not (tmp_path / "attempts.json").exists()


def test_a_program_that_ends_while_trying_saves_no_guess(tmp_path: Path) -> None:
    delays = Delays(tmp_path / "attempts.json", Clock())
    for _ in range(4):
        with pytest.raises(KeyboardInterrupt), delays.trying():
            raise KeyboardInterrupt

    assert delays.seconds_left() > 0


def test_a_clock_set_back_makes_nobody_wait_longer(tmp_path: Path) -> None:
    clock = Clock()
    for _ in range(5):
        fail(Delays(tmp_path / "a.json", clock))
        clock.now += 400
    fail(Delays(tmp_path / "a.json", clock))
    clock.now -= 86_400 * 365

    assert Delays(tmp_path / "a.json", clock).seconds_left() == wait_after(6)


def test_a_mistyped_recovery_key_costs_nothing(tmp_path: Path) -> None:
    delays = Delays(tmp_path / "a.json", Clock())
    for _ in range(10):
        fail(delays, "recovery_key_mistyped")

    assert delays.seconds_left() == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_cannot_be_written_counts_for_this_program(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    delays = Delays(tmp_path / "a.json", Clock())
    for _ in range(4):
        fail(delays)
    tmp_path.chmod(0o700)

    assert delays.seconds_left() > 0


def test_a_damaged_count_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[nonsense")

    assert Delays(tmp_path / "a.json", Clock()).seconds_left() == 0
