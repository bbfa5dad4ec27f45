"""The main window: three regions, the help button, shortcuts, and who tells whom.

Puts the parts together and passes on what they say; what a turn does is `talk`'s part, what a
conversation is the Library's. Reads settings, and has them saved by the Controller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from desktop.chat.events import Memory, ModelReady
from desktop.chat.library import Library
from desktop.errors import XinyuError
from desktop.settings import LONGEST_DRAFT, Settings
from desktop.ui.care import Care
from desktop.ui.content import Content
from desktop.ui.controller import Controller
from desktop.ui.desk import Desk
from desktop.ui.drawer import Drawer
from desktop.ui.extras import Extras
from desktop.ui.first_start import FirstStart
from desktop.ui.icons import Icons
from desktop.ui.list_models import ConversationModel
from desktop.ui.memory_desk import MemoryDesk
from desktop.ui.models import MessageModel
from desktop.ui.opening import Opening
from desktop.ui.parts import WindowParts
from desktop.ui.shell import Shell
from desktop.ui.shortcuts import Shortcuts
from desktop.ui.sidebar import Rail, Sidebar
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage
from desktop.ui.theme import Look, Theme
from desktop.ui.translations import Translations
from desktop.ui.welcome import WelcomeAnswers

SIZE = QSize(1080, 760)
SMALLEST = QSize(480, 560)


class MainWindow(QMainWindow):
    """The window.

    Args:
        controller: the hand to the conversation thread; the window opens and closes it.
        open_library: opens the reading side, once the writing side has made the store.
        parts: makers of the other pages and dialogs.
        theme, translations, icons: how things look and in which language they are said.
        language: overrules the settings, as `xinyu --language` asks; empty for none.

    Signals:
        ready: the conversations are shown and something can be said.
        damage_met: the store is damaged, and a way out is wanted.
    """

    ready = Signal()
    damage_met = Signal()

    def __init__(
        self,
        controller: Controller,
        open_library: Callable[[], Library],
        parts: WindowParts,
        theme: Theme,
        translations: Translations,
        icons: Icons,
        language: str = "",
    ) -> None:
        super().__init__()
        self.controller = controller
        self.settings = Settings()
        self._open_library = open_library
        self._library: Library | None = None
        self._parts = parts
        self._theme = theme
        self._translations = translations
        self._language = language
        self._ready: ModelReady | None = None
        self._starter_seen = False
        self.messages = MessageModel(self)
        self.conversations = ConversationModel(self)
        self._make_parts(icons)
        self._arrange()
        self._make_shortcuts()
        self._connect()
        self.apply_settings(self.settings)
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)

    # Start and end

    def begin(self) -> None:
        """Open the store behind the window; `ready` tells when there is something to see."""
        self.controller.open()

    def come_to_front(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def add_to_header(self, widget: QWidget) -> None:
        """Something beside the help button, which keeps its corner."""
        self._content.add_to_header(widget)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is said and how the window stood; then end the thread and the reading side."""
        if self._library is not None:
            self._keep_geometry()
        self.care.close()
        self.models.close()
        self.hide()
        self.controller.close()
        if self._library is not None:
            self.desk.use_library(None)
            self.memory.use_library(None)
            self.care.use_library(None)
            self._library.close()
            self._library = None
        self._translations.remove()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.page.composer.setFocus()

    # Settings

    def apply_settings(self, settings: Settings) -> None:
        """Look, language and habits as the person chose them."""
        self.settings = settings
        self._translations.choose(self._language or settings.language)
        self._theme.choose(settings.theme, settings.font_scale, still=settings.reduced_motion)
        self.page.composer.set_enter_sends(settings.enter_sends)
        self.extras.use_minor(settings.is_minor)

    def _save(self, **changes: object) -> None:
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.controller.save_settings(self.settings)

    def _on_settings_changed(self, settings: Settings) -> None:
        other_model = settings.model != self.settings.model
        if settings.language != self.settings.language:
            self._language = ""
        self.apply_settings(settings)
        self.controller.save_settings(settings)
        self.extras.use_region(settings.region)
        self.care.refresh()
        if other_model:
            self._starter_seen = False
            self.controller.load()

    # Making

    def _make_parts(self, icons: Icons) -> None:
        self.page = TalkPage(self.messages, icons)
        self.sidebar = Sidebar(self.conversations, icons)
        self.rail = Rail(icons)
        wording = self._parts.make_wording(self._translations.language or "zh")
        self.talk = Talk(self.page, self.messages, self.controller, wording)
        self._opening = Opening(self.page, self.talk, self.controller, self._parts.rescue)
        self._content = Content()
        self._content.pages.addWidget(self.page)
        self.help_button = self._content.help_button

    def _arrange(self) -> None:
        content = self._content
        self._shell = Shell(self.sidebar, self.rail, content)
        self._first_start = FirstStart(content.pages, self.page, self._shell, self._parts)
        self.setCentralWidget(self._shell)
        self.drawer = Drawer(self._shell)
        self._shell.set_top(self.page.danger_bar)
        self.extras = Extras(self._parts, self._shell, self)
        self.desk = Desk(
            self.conversations, self.sidebar, self._shell, self.talk, self.page, self.controller
        )

    def _make_care(self) -> None:
        self.care = Care(
            self.talk,
            self.page,
            self.messages,
            self.extras,
            self.controller,
            self.drawer,
            lambda: self.settings,
        )
        self.care.counting_chosen.connect(lambda on: self._save(count_help=on))

    def _make_memory(self) -> None:
        self.memory = MemoryDesk(
            self.talk,
            self.page,
            self.controller,
            self.drawer,
            self._parts.slots,
            lambda: self.settings,
        )
        self.memory.settings_changed.connect(self._on_settings_changed)
        self.memory.source_wanted.connect(self._on_source_wanted)
        self.sidebar.memory_wanted.connect(self.show_memory)

    def _make_models(self) -> None:
        make, page = self._parts.make_models, self.page
        settings, wording = lambda: self.settings, lambda: self.talk.wording
        self.models = make(self.controller, self.extras, page, settings, wording)
        self.models.settings_changed.connect(self._on_settings_changed)

    def _make_shortcuts(self) -> None:
        self.shortcuts = Shortcuts(
            self,
            {
                "new": self.desk.new,
                "search": self.desk.start_search,
                "help": self.show_help,
                "settings": self.show_settings,
                "list": lambda: self._shell.show_side(not self._shell.side_shown),
                "emoji": self.show_picker,
                "memory": self.show_memory,
                "plan": lambda: self.drawer.open("plan"),
            },
        )

    def _connect(self) -> None:
        self._theme.look_changed.connect(self._on_look_changed)
        self.help_button.clicked.connect(self.show_help)
        self._connect_sides()
        self.talk.model_ready.connect(self._on_model_ready)
        self.talk.failed.connect(self._on_failed)
        self.page.composer.emoji_pressed.connect(self.show_picker)
        self.talk.leave_wanted.connect(self.close)
        self.controller.opened.connect(self._on_opened)
        self.drawer.closed.connect(self.page.composer.setFocus)
        self._make_care()
        self._make_memory()
        self._make_models()
        self.controller.change_failed.connect(lambda _, error: self._on_failed(error, None))
        self._on_look_changed(self._theme.look)

    def _connect_sides(self) -> None:
        side, extras = self.sidebar, self.extras
        side.settings_wanted.connect(self.show_settings)
        side.about_wanted.connect(lambda: extras.show_about(self._ready))
        side.folding_wanted.connect(lambda: self._shell.show_side(False))
        self.rail.pressed.connect(self._on_rail_pressed)
        self.desk.title_changed.connect(self._content.title.setText)
        self.desk.failed.connect(lambda error: self._on_failed(error, None))
        extras.region_chosen.connect(self._on_region_chosen)
        extras.settings_changed.connect(self._on_settings_changed)
        extras.emoji_chosen.connect(self.page.composer.insert)
        extras.recent_changed.connect(lambda used: self._save(recent_emoji=tuple(used)))
        extras.help_closed.connect(self._on_help_closed)
        self._first_start.language_chosen.connect(self._on_language_chosen)
        self._first_start.region_chosen.connect(self._on_region_chosen)
        self._first_start.finished.connect(self._on_welcomed)

    # Opening the store

    def _on_opened(self) -> None:
        try:
            self._library = self._open_library()
            self.apply_settings(self._library.settings())
            self.desk.use_library(self._library)
            self.memory.use_library(self._library)
            self.care.use_library(self._library)
        except XinyuError as error:
            self._opening.fail(error)
            return
        self._opening.succeed()
        self.talk.open(None)
        self._restore_place()
        self._show_first_page()
        self.controller.load()
        self.controller.back_up()
        self.ready.emit()

    def _on_failed(self, error: XinyuError, again: Callable[[], object] | None) -> None:
        self._opening.tell(error, again, self.damage_met.emit)

    # First start

    def _show_first_page(self) -> None:
        if self.settings.welcomed:
            self._first_start.leave()
        else:
            self._first_start.show(self._translations.language, self.settings.region)

    def _on_language_chosen(self, language: str) -> None:
        self._language = ""
        self.apply_settings(replace(self.settings, language=language))

    def _on_region_chosen(self, region: str) -> None:
        self._save(region=region)
        self.extras.use_region(region)
        self.care.refresh()

    def _on_welcomed(self, answers: WelcomeAnswers) -> None:
        self._save(
            welcomed=True,
            language=answers.language,
            region=answers.region,
            called_by=answers.called_by,
            age_band=answers.age_band,
        )
        self.apply_settings(self.settings)
        self._first_start.leave()
        self.page.composer.setFocus()

    # What the keys and the rail do

    def show_help(self) -> None:
        self.extras.show_help(self.talk.wording, self.settings.region)

    def _on_help_closed(self) -> None:
        place = self.page.composer if self.extras.help_by_itself else self.help_button
        place.setFocus()

    def show_memory(self) -> None:
        self.drawer.open("memory")

    def _on_source_wanted(self, memory: Memory) -> None:
        """Show where it was said, even in an earlier version of the talk."""
        if self.memory.open_source(memory):
            self.sidebar.select(memory.conversation_id)
            self.desk.tell_title()
            if self._shell.drawer_covers_talk:
                self.drawer.close_drawer()

    def show_settings(self) -> None:
        self.extras.show_settings(self.settings)

    def show_picker(self) -> None:
        self.extras.show_picker(self.settings.recent_emoji, self.page.composer.emoji_button)

    def _on_rail_pressed(self, name: str) -> None:
        match name:
            case "list":
                self._shell.show_side(True)
                self.sidebar.list.setFocus()
            case "new":
                self.desk.new()
            case "search":
                self.desk.start_search()
            case "settings":
                self.show_settings()

    # The model

    def _on_model_ready(self, ready: ModelReady) -> None:
        self._ready = ready
        self.models.write()
        if not ready.starter:
            self.page.tell_starter(False)
        elif not self._starter_seen:
            self._starter_seen = True
            self.page.tell_starter(True)

    def _on_look_changed(self, look: Look) -> None:
        for part in (self.page, self.sidebar, self.rail, self._shell, self.drawer):
            part.set_look(look)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        wording = self._parts.make_wording(self._translations.language)
        self.talk.retranslate(wording)
        self.extras.use_wording(wording)
        self.care.refresh()
        self.help_button.write()
        self.models.write()
        self.desk.tell_title()
        self.setWindowTitle(self.tr("Xinyu"))

    # The window's place

    def _keep_geometry(self) -> None:
        place = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        side, draft = self._shell.open_when_wide, self.page.composer.text()
        self._save(window_geometry=place, sidebar_open=side, draft=draft[:LONGEST_DRAFT])

    def _restore_place(self) -> None:
        if self.settings.window_geometry:
            place = QByteArray.fromBase64(self.settings.window_geometry.encode("ascii"))
            self.restoreGeometry(place)
        if not self.settings.sidebar_open:
            self._shell.show_side(False)
        if self.settings.draft:
            self.page.composer.set_text(self.settings.draft)
            self._save(draft="")
