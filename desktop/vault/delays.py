"""Wrong passphrases cost time: each one more than the last, also after a restart; nothing is wiped.

The count is written before the passphrase is tried, so ending the program does not save a guess.
Somebody who holds the files can copy them and guess elsewhere: against that stands Argon2's cost,
not this. Where nothing can be written the count lasts as long as the program.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import VaultError
from desktop.vault.files import write_durably

FREE_TRIES = 3
LONGEST_WAIT = 300.0
WRONG = frozenset({"passphrase_wrong", "recovery_key_wrong"})


def wait_after(tries: int) -> float:
    """Seconds to wait after so many wrong tries in a row: 0, 0, 0, 2, 4, 8 … 300."""
    if tries <= FREE_TRIES:
        return 0.0
    return min(2.0 ** min(tries - FREE_TRIES, 20), LONGEST_WAIT)


class Delays:
    """The count of wrong tries of one profile.

    Args:
        path: where it is kept.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._here: tuple[int, float] = (0, 0.0)

    def seconds_left(self) -> float:
        """How long to wait before the next try. A clock set back cannot make it longer."""
        tries, last = self._read()
        since = self._clock() - last
        wait = wait_after(tries)
        return wait if since < 0 else max(0.0, wait - since)

    @contextmanager
    def trying(self) -> Iterator[None]:
        """A try; wrong if the block raises a VaultError of `WRONG`.

        Raises:
            VaultError: passphrase_wait, while it is too early.
        """
        if (left := self.seconds_left()) > 0:
            raise VaultError("passphrase_wait", seconds=max(1, round(left)))
        tries, _ = self._read()
        self._write(tries + 1)
        try:
            yield
        except VaultError as error:
            if error.code not in WRONG:
                self._write(tries)
            raise
        self._forget()

    def _read(self) -> tuple[int, float]:
        try:
            found = json.loads(self._path.read_bytes())
            stored = (int(found["tries"]), float(found["last"]))
        except (OSError, ValueError, KeyError, TypeError):
            stored = (0, 0.0)
        return max(stored, self._here)

    def _write(self, tries: int) -> None:
        self._here = (tries, self._clock())
        with contextlib.suppress(OSError):
            write_durably(self._path, json.dumps({"tries": tries, "last": self._here[1]}).encode())

    def _forget(self) -> None:
        self._here = (0, 0.0)
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)
