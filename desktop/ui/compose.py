"""Puts the window together from its parts: for the app, the screenshots and the tests alike.

The composition root hands in how to open the session and the library; everything else the window
needs is made here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QWidget

from desktop.chat.library import Library
from desktop.chat.models import ModelsDesk
from desktop.chat.rescue import begin_anew, go_back, newest_offer
from desktop.chat.session import Session
from desktop.memory.slots import load_slots
from desktop.paths import Paths
from desktop.safety.helplines import load_helplines
from desktop.settings import Settings
from desktop.ui.about import AboutDialog
from desktop.ui.controller import Controller
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.help_panel import HelpPanel
from desktop.ui.icons import Icons
from desktop.ui.models_hand import MakeDesk, ModelsHand
from desktop.ui.opening import Rescue
from desktop.ui.parts import WindowParts
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.theme import Theme
from desktop.ui.translations import Translations
from desktop.ui.welcome import WelcomePage
from desktop.ui.window import MainWindow
from desktop.vault.key import Key
from desktop.wording import load_wording


def build_window(
    paths: Paths,
    open_session: Callable[[], Session],
    open_library: Callable[[], Library],
    environment: Mapping[str, str],
    language: str | None = None,
    key: Key | None = None,
    on_privacy: Callable[[MainWindow], object] | None = None,
    make_desk: MakeDesk | None = None,
) -> MainWindow:
    """The window, not shown yet; its store begins to open at once, in the conversation thread.

    Args:
        open_session: called in the conversation thread.
        open_library: called in the main thread, once the session is open.
        language: "zh" or "en" to overrule the person's settings.
        key: of an encrypted profile, to find a backup that it opens.
        on_privacy: the person wants passphrase, backups, export, erasing.
        make_desk: of the models page; given whom to tell.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise RuntimeError("the window needs a QApplication")
    window = MainWindow(
        Controller(open_session),
        open_library,
        make_parts(paths, key, lambda: on_privacy(window) if on_privacy else None, make_desk),
        theme_of(application, paths),
        Translations(application, paths.assets / "i18n", environment),
        Icons(paths.assets / "icons"),
        language or "",
    )
    window.begin()
    return window


def theme_of(application: QApplication, paths: Paths) -> Theme:
    """The application's theme: it has one stylesheet, so it has one theme."""
    known = application.findChild(Theme)
    return known if isinstance(known, Theme) else Theme(application, paths.assets / "styles")


def make_parts(
    paths: Paths,
    key: Key | None = None,
    show_privacy: Callable[[], object] = lambda: None,
    make_desk: MakeDesk | None = None,
) -> WindowParts:
    """The makers of pages and dialogs; tables are read when they are first needed."""
    wording = partial(load_wording, paths.assets)

    def make_welcome(language: str, region: str) -> WelcomePage:
        wordings = {name: wording(name) for name in ("zh", "en")}
        return WelcomePage(load_helplines(paths.assets), wordings, language, region)

    def make_settings(settings: Settings, parent: QWidget) -> SettingsDialog:
        regions = load_helplines(paths.assets).regions()
        dialog = SettingsDialog(settings, paths.folder, regions, parent)
        dialog.privacy_wanted.connect(dialog.accept)
        dialog.privacy_wanted.connect(show_privacy)
        return dialog

    def open_data_folder() -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(paths.folder)))

    return WindowParts(
        make_wording=wording,
        make_welcome=make_welcome,
        make_help=lambda words, region: HelpPanel(load_helplines(paths.assets), words, region),
        make_settings=make_settings,
        make_about=_make_about,
        make_picker=partial(_make_picker, paths),
        make_models=partial(ModelsHand, make_desk=make_desk or partial(ModelsDesk, paths)),
        slots=load_slots(paths.assets).all,
        rescue=Rescue(
            newest_offer=partial(newest_offer, paths, key),
            go_back=partial(go_back, paths),
            begin_anew=partial(begin_anew, paths, key),
            open_data_folder=open_data_folder,
        ),
    )


def _make_about(model_name: str, starter: bool, parent: QWidget) -> AboutDialog:
    from importlib.metadata import PackageNotFoundError, version

    try:
        program_version = version("xinyu")
    except PackageNotFoundError:
        program_version = ""
    words_go = parent.page.place.text() if isinstance(parent, MainWindow) else ""
    return AboutDialog(program_version, model_name, starter, parent, words_go)


def _make_picker(paths: Paths, recent: tuple[str, ...], parent: QWidget) -> EmojiPicker:
    from desktop.ui.emoji_table import load_emoji

    return EmojiPicker(load_emoji(paths.assets), recent, parent)
