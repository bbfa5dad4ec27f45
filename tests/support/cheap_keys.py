"""Passphrases that cost little, for tests in which their cost is not the question."""

from __future__ import annotations

import pytest

from desktop.vault import passphrase


@pytest.fixture
def cheap_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id as ever, with 64 KiB and one pass."""
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)
    monkeypatch.setattr(passphrase, "LEAST_PASSES", 1)
    monkeypatch.setattr(passphrase, "MOST_PASSES", 1)
