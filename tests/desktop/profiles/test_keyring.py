"""The system's keyring: one more way in, whose loss loses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from desktop.errors import VaultError
from desktop.paths import Paths
from desktop.profiles.access import Access
from desktop.profiles.create import protect
from desktop.vault.system_keyring import Keyring


@dataclass
class Drawer:
    """A keyring in memory that can be told to refuse."""

    kept: dict[str, str] = field(default_factory=dict)
    refuses: bool = False

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get(service + username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service + username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        del self.kept[service + username]

    def _answer(self) -> None:
        if self.refuses:
            raise RuntimeError("org.freedesktop.Secret.Error.IsLocked")


@pytest.fixture
def drawer() -> Drawer:
    return Drawer()


@pytest.fixture
def access(paths: Paths, drawer: Drawer) -> Access:
    key = protect(paths, "密码").key
    access = Access(paths, lambda: drawer)
    access.use_keyring(key)
    return access


def test_it_opens_without_a_passphrase(access: Access) -> None:
    assert access.uses_keyring
    assert access.unlock_with_keyring() == access.unlock("密码")


def test_it_never_holds_the_key_itself(access: Access, drawer: Drawer) -> None:
    import base64

    key = access.unlock("密码")
    assert all(base64.b64decode(kept) != bytes(key.material) for kept in drawer.kept.values())


@pytest.mark.parametrize("loss", ["emptied", "replaced", "refusing", "nonsense"])
def test_losing_it_loses_nothing(access: Access, drawer: Drawer, loss: str) -> None:
    name = next(iter(drawer.kept))
    match loss:
        case "emptied":
            drawer.kept.clear()
        case "replaced":
            drawer.kept[name] = "AAAA" * 10 + "AAA="
        case "nonsense":
            drawer.kept[name] = "非 base64"
        case "refusing":
            drawer.refuses = True

    with pytest.raises(VaultError, match="keyring_"):
        access.unlock_with_keyring()
    access.unlock("密码")


def test_a_keyring_that_refuses_is_told_and_changes_nothing(paths: Paths, drawer: Drawer) -> None:
    key = protect(paths, "密码").key
    drawer.refuses = True
    access = Access(paths, lambda: drawer)

    with pytest.raises(VaultError, match="keyring_refused"):
        access.use_keyring(key)
    assert not access.uses_keyring


def test_forgetting_needs_no_keyring(access: Access, drawer: Drawer) -> None:
    drawer.refuses = True
    access.forget_keyring()

    assert not access.uses_keyring
    with pytest.raises(VaultError, match="keyring_"):
        access.unlock_with_keyring()


def test_no_keyring_at_all(paths: Paths) -> None:
    def none() -> Keyring:
        raise VaultError("keyring_unavailable")

    key = protect(paths, "密码").key
    with pytest.raises(VaultError, match="keyring_unavailable"):
        Access(paths, none).use_keyring(key)
