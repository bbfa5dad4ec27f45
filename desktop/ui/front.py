"""Who sees what, and when: the gate before the talk, the talk, the gate again when it is locked.

Locking closes the whole talk: its widgets, the store, the engine's process and with it the cached
prompt; the key is overwritten. What a person was writing is kept in the profile. Longer deeds with
a profile (encrypting, importing, restoring) run between the two, while no store is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from desktop.errors import VaultError, XinyuError
from desktop.paths import Paths
from desktop.profiles.access import Access
from desktop.profiles.create import Protected, create_profile, protect
from desktop.profiles.erase import erase_everything, erase_profile, finish_erasing
from desktop.profiles.profile import Profile, list_profiles, load_colours
from desktop.ui.aside import Aside
from desktop.ui.gate import Gate
from desktop.ui.here import Here
from desktop.ui.idle import IdleWatch
from desktop.ui.lock_corner import LockCorner
from desktop.ui.system_lock import SystemLock
from desktop.ui.theme import Theme
from desktop.ui.translations import Translations
from desktop.ui.window import MainWindow
from desktop.vault.key import Key

MakeWindow = Callable[[Profile, Key | None, bool], MainWindow]


class Front(QObject):
    """Owns the gate, and the window of talk while there is one.

    Args:
        paths: of the data folder.
        make_window: the window of a profile; True: look for damage first.
        access: how to unlock a profile.
    """

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        gate: Gate,
        theme: Theme,
        translations: Translations,
        make_window: MakeWindow,
        language: str = "",
        access: Callable[[Paths], Access] = Access,
    ) -> None:
        super().__init__(application)
        self.gate = gate
        self._paths = paths
        self._theme, self._translations = theme, translations
        self._make_window = make_window
        self._language = language
        self._access = access
        self._here: Here | None = None
        self._profile: Profile | None = None
        self._renewing: Key | None = None
        self._aside = Aside(self)
        self._after_gate: Callable[[], None] = self.choose
        self._idle = IdleWatch(application, self)
        self._system = SystemLock(self)
        application.aboutToQuit.connect(self._on_quit)
        self._connect()

    @property
    def window(self) -> MainWindow | None:
        """The window of talk, while it is unlocked."""
        return self._here.window if self._here else None

    # Coming in

    def begin(self) -> None:
        """The first thing a person sees: the talk, the lock, or the choice."""
        finish_erasing(self._paths)
        profiles = list_profiles(self._paths)
        if len(profiles) > 1:
            self.choose()
        else:
            self.approach(profiles[0], at_start=True)

    def choose(self) -> None:
        """Ask who is here."""
        colours = load_colours(self._paths.assets)
        shade = "dark" if self._theme.look.dark else "light"
        profiles = list_profiles(self._paths)
        self._dress(profiles[0])
        self.gate.choice.offer(
            [(p, colours.get(p.card.colour, colours["islet"])[shade]) for p in profiles]
        )
        self.gate.show_page(self.gate.choice)
        self._leave()

    def approach(self, profile: Profile, *, at_start: bool = False) -> None:
        """Open a profile, or ask for its passphrase."""
        access = self._access(profile.paths)
        if not access.protected:
            self._enter(profile, None)
            return
        self._ask(profile, access)
        if at_start and _uses_keyring(access):
            self._try(access.unlock_with_keyring)

    def come_to_front(self) -> None:
        """Another start asked for the window."""
        window: QWidget = self._here.window if self._here else self.gate
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    # Going out

    def lock(self) -> None:
        """Lock at once; a profile without a passphrase stays as it is."""
        if self._here is None or self._here.key is None:
            return
        profile = self._here.profile
        self.gate.stand_where(self._here.window)
        self._ask(profile, self._access(profile.paths))
        self._leave()

    def leave(self) -> None:
        """Lock, or let somebody else come in where there is no lock."""
        if self._here is not None and self._here.key is None:
            self.gate.stand_where(self._here.window)
            self.choose()
        else:
            self.lock()

    def do(
        self,
        words: str,
        work: Callable[[Paths, Key | None], Any],
        said: Callable[[Any], str],
    ) -> None:
        """A deed while nothing is open; afterwards the talk again, and what came of it in words."""
        if self._here is None or self._aside.busy:
            return
        profile, key = self._here.profile, self._key_copy()

        def back(sentence: str) -> None:
            self._enter(profile, key, sentence=sentence)

        self._wait(words)
        self._aside.run(
            lambda: work(profile.paths, key),
            lambda result: back(said(result)),
            lambda error: back(self.gate.wording.error(error)),
        )

    def protect(self, passphrase: str) -> None:
        """Encrypt the profile that is open; then its recovery key, then the talk again."""
        if self._here is None or self._aside.busy:
            return
        profile = self._here.profile
        self._wait(self.tr("Encrypting. Please leave the computer on."))
        self._aside.run(
            lambda: protect(profile.paths, passphrase),
            lambda done: self._show_recovery(profile, done),
            lambda error: self._enter(profile, None, sentence=self.gate.wording.error(error)),
        )

    def erase(self, *, everything: bool) -> None:
        """Erase the profile that is open, or all there is."""
        if self._here is None or self._aside.busy:
            return
        profile = self._here.profile
        self._wait(self.tr("Erasing…"))

        def work() -> None:
            if everything:
                erase_everything(self._paths)
            else:
                erase_profile(profile)

        def done(_: object) -> None:
            if everything:
                QGuiApplication.quit()
            else:
                self.begin()

        self._aside.run(work, done, lambda error: self._tell(error, self.begin))

    def mend(self) -> None:
        """Damage was met with: open again, looking for it, so that a backup can be offered."""
        if self._here is None:
            return
        profile, key = self._here.profile, self._key_copy()
        self._wait(self.tr("Looking for what is damaged…"))
        self._enter(profile, key, check=True)

    # Inside: the gate

    def _connect(self) -> None:
        gate = self.gate
        gate.choice.chosen.connect(self.approach)
        gate.choice.new_wanted.connect(self.make_new)
        gate.unlock.unlock_wanted.connect(self._on_unlock_wanted)
        gate.unlock.keyring_wanted.connect(self._on_keyring_wanted)
        gate.unlock.other_wanted.connect(self.choose)
        gate.making.wanted.connect(self._on_create_wanted)
        gate.making.cancelled.connect(self.begin)
        gate.recovery.kept.connect(lambda: self._after_gate())
        gate.renew.wanted.connect(self._on_renewed)
        gate.telling.understood.connect(lambda: self._after_gate())
        self._idle.idle.connect(self.lock)
        self._system.locked.connect(self.lock)

    def make_new(self) -> None:
        """The page on which a profile is made."""
        if self._here is not None:
            self.gate.stand_where(self._here.window)
        self.gate.making.begin()
        self.gate.show_page(self.gate.making)
        self._leave()

    def _ask(self, profile: Profile, access: Access) -> None:
        self._profile = profile
        self._dress(profile)
        several = len(list_profiles(self._paths)) > 1
        self.gate.unlock.begin(profile.name, several=several, keyring=_uses_keyring(access))
        self.gate.unlock.wait(round(access.seconds_left))
        self.gate.show_page(self.gate.unlock)

    def _on_unlock_wanted(self, typed: str, recovering: bool) -> None:
        assert self._profile is not None
        access = self._access(self._profile.paths)
        if recovering:
            self._try(lambda: access.unlock_with_recovery_key(typed), self._renew)
        else:
            self._try(lambda: access.unlock(typed))

    def _on_keyring_wanted(self) -> None:
        assert self._profile is not None
        self._try(self._access(self._profile.paths).unlock_with_keyring)

    def _try(self, unlock: Callable[[], Key], then: Callable[[Key], None] | None = None) -> None:
        profile = self._profile
        assert profile is not None
        self.gate.unlock.set_busy(True)
        self._aside.run(
            unlock, then or (lambda key: self._enter(profile, key)), self._on_stayed_locked
        )

    def _on_stayed_locked(self, error: XinyuError) -> None:
        assert self._profile is not None
        self.gate.unlock.tell(self.gate.wording.error(error))
        self.gate.unlock.wait(round(self._access(self._profile.paths).seconds_left))

    def _renew(self, key: Key) -> None:
        self._renewing = key
        self.gate.show_page(self.gate.renew)

    def _on_renewed(self, passphrase: str) -> None:
        profile, key = self._profile, self._renewing
        assert profile is not None
        assert key is not None
        self._renewing = None
        self.gate.waiting.say(self.tr("One moment…"))
        self.gate.show_page(self.gate.waiting)
        self._aside.run(
            lambda: self._access(profile.paths).set_passphrase(key, passphrase),
            lambda _: self._enter(profile, key),
            lambda error: self._tell(error, lambda: self._enter(profile, key)),
        )

    def _on_create_wanted(self, name: str, colour: str, passphrase: str) -> None:
        self.gate.waiting.say(self.tr("Making it…"))
        self.gate.show_page(self.gate.waiting)

        def failed(error: XinyuError) -> None:
            self.gate.making.tell(self.gate.wording.error(error))
            self.gate.show_page(self.gate.making)

        def done(made: tuple[Profile, Protected | None]) -> None:
            profile, protected = made
            if protected is None:
                self._enter(profile, None)
            else:
                self._show_recovery(profile, protected)

        self._aside.run(
            lambda: create_profile(self._paths, name, colour, passphrase or None), done, failed
        )

    def _show_recovery(self, profile: Profile, done: Protected) -> None:
        left = [
            self.gate.wording.sentence("still_readable", {"file": str(path)})
            for path in done.still_readable
        ]
        self.gate.recovery.begin(done.recovery_key, "\n".join(left))
        self._after_gate = lambda: self._enter(profile, done.key)
        self.gate.show_page(self.gate.recovery)

    def _tell(self, error: XinyuError, then: Callable[[], None]) -> None:
        self.gate.telling.say(self.gate.wording.error(error))
        self._after_gate = then
        self.gate.show_page(self.gate.telling)

    def _wait(self, words: str) -> None:
        """The gate with a sentence; the talk is closed behind it."""
        assert self._here is not None
        self.gate.stand_where(self._here.window)
        self.gate.waiting.say(words)
        self.gate.show_page(self.gate.waiting)
        self._leave()

    def _dress(self, profile: Profile) -> None:
        """Look and language of the gate, as the profile's card says."""
        card = profile.card
        self._translations.choose(self._language or card.language or "system")
        self._theme.choose(card.theme or "system", 1.0, still=False)
        self.gate.speak(self._translations.language, card.region)

    # Inside: the talk

    def _enter(
        self, profile: Profile, key: Key | None, *, check: bool = False, sentence: str = ""
    ) -> None:
        window = self._make_window(profile, key, check)
        self._here = Here(profile, key, window)
        corner = LockCorner(window, locks=key is not None, leave=self.leave)
        corner.setVisible(key is not None or len(list_profiles(self._paths)) > 1)
        window.add_to_header(corner)
        window.ready.connect(self._on_ready)
        window.damage_met.connect(self.mend)
        if sentence:
            window.ready.connect(lambda: window.page.banner.tell(sentence, []))
        if self.gate.isVisible():
            window.setGeometry(self.gate.geometry())
        window.show()
        self.gate.hide()

    def _on_ready(self) -> None:
        """The settings are known: when to lock, and what the gate is to look like."""
        if self._here is None:
            return
        settings = self._here.window.settings
        self._idle.set_minutes(settings.lock_after if self._here.key else 0)

    def set_idle_minutes(self, minutes: int) -> None:
        """The person changed it."""
        self._idle.set_minutes(minutes if self._here and self._here.key else 0)

    def _leave(self) -> None:
        """Close the talk: store, engine, widgets, clipboard; overwrite the key."""
        if self._here is None:
            return
        here, self._here = self._here, None
        self._idle.set_minutes(0)
        self.gate.repaint()
        here.close()
        self._dress(here.profile)

    def _key_copy(self) -> Key | None:
        return self._here.key.copy() if self._here and self._here.key else None

    def _on_quit(self) -> None:
        self._aside.wait()
        if self._here is not None:
            self._here.keep_card()
            self._here.forget_key()


def _uses_keyring(access: Access) -> bool:
    try:
        return access.uses_keyring
    except VaultError:
        return False  # its keys cannot be read; unlocking tells
