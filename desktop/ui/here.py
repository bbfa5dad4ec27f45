"""The profile that is open, its key and its window; and how all of it goes when it is locked."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from PySide6.QtGui import QGuiApplication

from desktop.errors import XinyuError
from desktop.profiles.profile import Profile, save_card
from desktop.ui.window import MainWindow
from desktop.vault.key import Key

_log = logging.getLogger(__name__)


def copied_here() -> bool:
    """Whether what lies on the clipboard was copied in this program."""
    return QGuiApplication.clipboard().ownsClipboard()


@dataclass
class Here:
    """What is open; `key` is None where there is no passphrase."""

    profile: Profile
    key: Key | None
    window: MainWindow

    def close(self) -> None:
        """Close the talk: widgets, store, engine; what of it is on the clipboard; the key."""
        if self.key is not None and copied_here():
            QGuiApplication.clipboard().clear()
        self.window.close()
        self.keep_card()
        self.window.deleteLater()
        self.forget_key()

    def forget_key(self) -> None:
        if self.key is not None:
            self.key.clear()

    def keep_card(self) -> None:
        """Keep what the gate is to look like next time, beside the profile."""
        settings = self.window.settings
        card = replace(
            self.profile.card,
            language="" if settings.language == "system" else settings.language,
            region=settings.region,
            theme="" if settings.theme == "system" else settings.theme,
        )
        if card == self.profile.card or not self.profile.paths.folder.is_dir():
            return
        self.profile = replace(self.profile, card=card)
        try:
            save_card(self.profile.paths, card)
        except XinyuError as error:
            _log.warning("%s", error)
