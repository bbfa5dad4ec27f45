"""Puts the gate, the talk and what may be done with a profile together: for the app and its tests.

The composition root hands in how sessions and libraries are opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import QApplication

from desktop.chat.library import Library
from desktop.chat.models import ModelsDesk
from desktop.chat.models_events import ModelsEvent
from desktop.chat.session import Session
from desktop.paths import Paths
from desktop.profiles.access import Access
from desktop.profiles.profile import Profile, load_colours
from desktop.safety.helplines import load_helplines
from desktop.ui.compose import build_window, theme_of
from desktop.ui.front import Front
from desktop.ui.gate import Gate
from desktop.ui.help_panel import HelpPanel
from desktop.ui.privacy_dialog import PrivacyDialog
from desktop.ui.translations import Translations
from desktop.ui.window import MainWindow
from desktop.vault.key import Key
from desktop.wording import Wording, load_wording

OpenSession = Callable[[Paths, Key | None, bool], Session]
OpenLibrary = Callable[[Paths, Key | None], Library]


def build_front(
    application: QApplication,
    paths: Paths,
    open_session: OpenSession,
    open_library: OpenLibrary,
    environment: Mapping[str, str],
    language: str | None = None,
    access: Callable[[Paths], Access] = Access,
    make_desk: Callable[[Paths, Callable[[ModelsEvent], object]], ModelsDesk] = ModelsDesk,
) -> Front:
    """The front, nothing shown yet; `begin` shows the first window.

    Args:
        open_session: of a profile, with its key; True: look for damage first.
        language: "zh" or "en" to overrule the person's settings.
        make_desk: of the models page of a profile; given whom to tell.
    """

    def make_help(wording: Wording, region: str) -> HelpPanel:
        return HelpPanel(load_helplines(paths.assets), wording, region)

    def make_window(profile: Profile, key: Key | None, check: bool) -> MainWindow:
        return build_window(
            profile.paths,
            lambda: open_session(profile.paths, key, check),
            lambda: open_library(profile.paths, key),
            environment,
            language,
            key=key,
            on_privacy=lambda window: show_privacy(window, profile, key),
            make_desk=partial(make_desk, profile.paths),
        )

    def show_privacy(window: MainWindow, profile: Profile, key: Key | None) -> None:
        dialog = PrivacyDialog(profile, key, access(profile.paths), window, front)
        dialog.open()

    gate = Gate(
        load_colours(paths.assets), make_help, lambda name: load_wording(paths.assets, name)
    )
    translations = Translations(application, paths.assets / "i18n", environment)
    theme = theme_of(application, paths)
    front = Front(
        application, paths, gate, theme, translations, make_window, language or "", access
    )
    return front
