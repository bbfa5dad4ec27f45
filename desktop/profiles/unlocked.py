"""A profile that is open for one deed: its key, and the store for as long as it is needed.

For deeds outside a conversation (backup, export, import). The key is overwritten at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from desktop.paths import Paths
from desktop.profiles.access import Access
from desktop.profiles.locks import held
from desktop.store.database import Store, open_store
from desktop.store.tables import Rules, load_rules
from desktop.vault.key import Key


@dataclass(frozen=True)
class Unlocked:
    """One profile and its key; None where it has no passphrase."""

    paths: Paths
    key: Key | None

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store, to read from; may be open elsewhere meanwhile."""
        with open_store(self.paths.database, read_only=True, key=self.key) as store:
            yield store

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """The store, to write to; raises WorldError("already_open") while it is open elsewhere."""
        with held(self.paths), open_store(self.paths.database, key=self.key) as store:
            yield store


def rules_of(paths: Paths) -> Rules:
    """What export and import keep to."""
    return load_rules(paths.assets)


@contextmanager
def unlocked(paths: Paths, ask_passphrase: Callable[[], str]) -> Iterator[Unlocked]:
    """Unlock a profile; asks only where it is protected.

    Raises:
        VaultError: it stays locked.
    """
    access = Access(paths)
    key = access.unlock(ask_passphrase()) if access.protected else None
    try:
        yield Unlocked(paths, key)
    finally:
        if key is not None:
            key.clear()
