"""The main window: three regions, the help button, shortcuts, and who tells whom.

Puts the parts together and passes on what they say; what a turn does is `talk`'s part, what a
conversation is the Library's. Reads settings, and has them saved by the Controller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.events import Conversation, ModelReady, SearchHit
from desktop.chat.library import Library
from desktop.errors import StoreError, XinyuError
from desktop.settings import Settings
from desktop.ui.bars import Deed
from desktop.ui.controller import Controller
from desktop.ui.elided_label import ElidedLabel
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.help_panel import HelpPanel
from desktop.ui.icons import Icons
from desktop.ui.list_models import ConversationModel
from desktop.ui.models import MessageModel
from desktop.ui.parts import WindowParts
from desktop.ui.shell import Shell
from desktop.ui.sidebar import Rail, Sidebar
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage
from desktop.ui.theme import Look, Theme
from desktop.ui.translations import Translations
from desktop.ui.welcome import WelcomeAnswers, WelcomePage

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
    """

    ready = Signal()

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
        self._welcome: WelcomePage | None = None
        self._help: HelpPanel | None = None
        self._picker: EmojiPicker | None = None
        self._deleted: tuple[int, Conversation] | None = None
        self._starter_seen = False
        self.messages = MessageModel(self)
        self.conversations = ConversationModel(self)
        self._make_parts(icons)
        self._arrange()
        self._make_actions()
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

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what is said and how the window stood; then end the thread and the reading side."""
        if self._library is not None:
            self._keep_geometry()
        self.hide()
        self.controller.close()
        if self._library is not None:
            self.talk.use_library(None)
            self._library.close()
            self._library = None
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

    def _save(self, **changes: object) -> None:
        self.settings = replace(self.settings, **changes)  # type: ignore[arg-type]
        self.controller.save_settings(self.settings)

    def _on_settings_changed(self, settings: Settings) -> None:
        other_model = settings.model != self.settings.model
        if settings.language != self.settings.language:
            self._language = ""
        self.apply_settings(settings)
        self.controller.save_settings(settings)
        if self._help is not None:
            self._help.set_region(settings.region)
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
        self.help_button = QPushButton()
        self.help_button.setObjectName("helpButton")
        self._title = ElidedLabel()
        self._title.setObjectName("headerTitle")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.page)

    def _arrange(self) -> None:
        header = QWidget()
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(20, 10, 16, 6)
        row.addWidget(self._title, 1)
        row.addWidget(self.help_button)
        content = QWidget()
        content.setObjectName("content")
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._pages, 1)
        self._shell = Shell(self.sidebar, self.rail, content)
        self.setCentralWidget(self._shell)

    def _make_actions(self) -> None:
        deeds: dict[str, Callable[[], None]] = {
            "Ctrl+N": self.new_conversation,
            "Ctrl+F": self.start_search,
            "F1": self.show_help,
            "Ctrl+,": self.show_settings,
            "Ctrl+B": lambda: self._shell.show_side(not self._shell.side_shown),
            "Ctrl+.": self.show_picker,
        }
        self._actions: dict[str, QAction] = {}
        for keys, deed in deeds.items():
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _=False, deed=deed: deed())
            self.addAction(action)
            self._actions[keys] = action

    def _connect(self) -> None:
        self._theme.look_changed.connect(self._on_look_changed)
        self.help_button.clicked.connect(self.show_help)
        self._connect_sidebar()
        self.talk.conversation_began.connect(self.sidebar.select)
        self.talk.conversation_used.connect(self._on_conversation_used)
        self.talk.model_ready.connect(self._on_model_ready)
        self.talk.failed.connect(self._on_failed)
        self.page.composer.emoji_pressed.connect(self.show_picker)
        self.page.undo_bar.undone.connect(self._on_undone)
        self.page.undo_bar.closed.connect(self._on_undo_over)
        self.controller.opened.connect(self._on_opened)
        self.controller.open_failed.connect(self._on_open_failed)
        self.controller.change_failed.connect(lambda _, error: self._on_failed(error, None))
        self.controller.turn_ended.connect(lambda _: self._show_title())
        self._on_look_changed(self._theme.look)

    def _connect_sidebar(self) -> None:
        side = self.sidebar
        side.new_wanted.connect(self.new_conversation)
        side.settings_wanted.connect(self.show_settings)
        side.about_wanted.connect(self.show_about)
        side.folding_wanted.connect(lambda: self._shell.show_side(False))
        side.chosen.connect(self.open_conversation)
        side.delete_wanted.connect(self.delete_conversation)
        side.search_wanted.connect(self._on_search_wanted)
        side.hit_chosen.connect(self._on_hit_chosen)
        self.rail.pressed.connect(self._on_rail_pressed)
        self.conversations.renamed.connect(self._on_renamed)

    # Opening the store

    def _on_opened(self) -> None:
        try:
            self._library = self._open_library()
            self.talk.use_library(self._library)
            self.apply_settings(self._library.settings())
            self.conversations.load(self._library.conversations())
        except XinyuError as error:
            self._on_open_failed(error)
            return
        self.page.banner.put_away()
        self._restore_geometry()
        self.page.composer.setEnabled(True)
        self.talk.open(None)
        self._show_first_page()
        self.ready.emit()
        QTimer.singleShot(0, self.controller.load)
        self.controller.back_up()

    def _on_open_failed(self, error: XinyuError) -> None:
        deeds: list[Deed] = [(self.tr("Try again"), self._on_retry)]
        if error.code == "store_corrupt" and self._parts.restore_backup is not None:
            deeds.append((self.tr("Go back to the newest backup"), self._on_restore))
        deeds.append((self.tr("Open the folder"), self._parts.open_data_folder))
        self.page.banner.tell(self.talk.wording.error(error), deeds)
        self.page.composer.setEnabled(False)

    def _on_retry(self) -> None:
        self.page.banner.put_away()
        self.controller.open()

    def _on_restore(self) -> None:
        assert self._parts.restore_backup is not None
        try:
            self._parts.restore_backup()
        except XinyuError as error:
            self._on_open_failed(error)
            return
        self._on_retry()

    def _on_failed(self, error: XinyuError, again: Callable[[], object] | None) -> None:
        deeds: list[Deed] = []
        if again is not None:
            deeds.append((self.tr("Try again"), lambda: self._again(again)))
        if isinstance(error, StoreError):
            deeds.append((self.tr("Open the folder"), self._parts.open_data_folder))
        sentence = self.talk.wording.error(error)
        self.page.banner.tell(sentence, deeds)
        self.page.announce(sentence)

    def _again(self, deed: Callable[[], object]) -> None:
        self.page.banner.put_away()
        deed()

    # First start

    def _show_first_page(self) -> None:
        if self.settings.welcomed:
            self._shell.set_bare(False)
            self._pages.setCurrentWidget(self.page)
            return
        language = self._translations.language
        self._welcome = self._parts.make_welcome(language, self.settings.region)
        self._welcome.language_chosen.connect(self._on_language_chosen)
        self._welcome.region_chosen.connect(self._on_region_chosen)
        self._welcome.finished.connect(self._on_welcomed)
        self._pages.addWidget(self._welcome)
        self._pages.setCurrentWidget(self._welcome)
        self._shell.set_bare(True)

    def _on_language_chosen(self, language: str) -> None:
        self._language = ""
        self.apply_settings(replace(self.settings, language=language))

    def _on_region_chosen(self, region: str) -> None:
        self._save(region=region)
        if self._help is not None:
            self._help.set_region(region)

    def _on_welcomed(self, answers: WelcomeAnswers) -> None:
        self._save(
            welcomed=True,
            language=answers.language,
            region=answers.region,
            called_by=answers.called_by,
        )
        self.apply_settings(self.settings)
        self._pages.setCurrentWidget(self.page)
        self._shell.set_bare(False)
        if self._welcome is not None:
            self._pages.removeWidget(self._welcome)
            self._welcome.deleteLater()
            self._welcome = None
        self.page.composer.setFocus()

    # Conversations

    def new_conversation(self) -> None:
        self.sidebar.end_search()
        self.open_conversation(None)

    def open_conversation(self, conversation_id: int | None) -> None:
        self.talk.open(conversation_id)
        self.sidebar.select(conversation_id)
        self._shell.leave_side()
        self._show_title()

    def delete_conversation(self, conversation_id: int) -> None:
        """Take it out of sight, and offer to undo that for a while."""
        taken = self.conversations.take(conversation_id)
        if taken is None:
            return
        self._deleted = taken
        self.controller.delete(conversation_id)
        self.talk.forget(conversation_id)
        self._show_title()
        title = self.conversations.title(taken[1])
        self.page.undo_bar.offer(self.tr("“{title}” was deleted.").format(title=title))

    def _on_undone(self) -> None:
        if self._deleted is not None:
            self.conversations.give_back(*self._deleted)
            self.controller.restore(self._deleted[1].id)
            self.open_conversation(self._deleted[1].id)
            self._deleted = None

    def _on_undo_over(self) -> None:
        self._deleted = None

    def _on_renamed(self, conversation_id: int, title: str) -> None:
        self.controller.rename(conversation_id, title)
        self._show_title()

    def _on_conversation_used(self, conversation: Conversation) -> None:
        self.conversations.put(conversation)
        self._show_title()

    def _show_title(self) -> None:
        row = -1
        if self.talk.conversation_id is not None:
            row = self.conversations.find(self.talk.conversation_id)
        title = self.conversations.title(self.conversations.item(row)) if row >= 0 else ""
        self._title.setText(title)
        self.setWindowTitle(self.tr("Xinyu"))

    # Search

    def start_search(self) -> None:
        self._shell.show_side(True)
        self.sidebar.start_search()

    def _on_search_wanted(self, words: str) -> None:
        if self._library is None or not words:
            return
        try:
            self.sidebar.show_hits(self._library.search(words))
        except XinyuError as error:
            self._on_failed(error, None)

    def _on_hit_chosen(self, hit: SearchHit) -> None:
        self.talk.open_hit(hit)
        self.sidebar.select(hit.conversation_id)
        self._shell.leave_side()
        self._show_title()

    def _on_rail_pressed(self, name: str) -> None:
        match name:
            case "list":
                self._shell.show_side(True)
                self.sidebar.list.setFocus()
            case "new":
                self.new_conversation()
            case "search":
                self.start_search()
            case "settings":
                self.show_settings()

    # Drawer and dialogs

    def show_help(self) -> None:
        """People who can help; needs neither the store nor a model."""
        if self._help is None:
            self._help = self._parts.make_help(self.talk.wording, self.settings.region)
            self._help.closed.connect(self._on_help_closed)
            self._help.region_chosen.connect(self._on_region_chosen)
        self._shell.set_drawer(self._help)
        self._help.focus_first()

    def _on_help_closed(self) -> None:
        self._shell.set_drawer(None)
        self.help_button.setFocus()

    def show_settings(self) -> None:
        dialog = self._parts.make_settings(self.settings, self)
        dialog.settings_changed.connect(self._on_settings_changed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_about(self) -> None:
        name = self._ready.loaded.name if self._ready else ""
        starter = self._ready.starter if self._ready else False
        dialog = self._parts.make_about(name, starter, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_picker(self) -> None:
        if self._picker is None:
            self._picker = self._parts.make_picker(self.settings.recent_emoji, self)
            self._picker.emoji_chosen.connect(self.page.composer.insert)
            self._picker.recent_changed.connect(lambda used: self._save(recent_emoji=tuple(used)))
        self._picker.open_at(self.page.composer.emoji_button)

    # The model

    def _on_model_ready(self, ready: ModelReady) -> None:
        self._ready = ready
        self._say_starter()
        if not ready.starter:
            self.page.tell_starter(False)
        elif not self._starter_seen:
            self._starter_seen = True
            self.page.tell_starter(True)

    def _say_starter(self) -> None:
        words = self.tr(
            "A small starter model answers here, and gets things wrong."
            " A larger one can be chosen in the settings."
        )
        self.page.starter_bar.say(words, [(self.tr("Choose a model"), self.show_settings)])

    # Look and language

    def _on_look_changed(self, look: Look) -> None:
        for part in (self.page, self.sidebar, self.rail, self._shell):
            part.set_look(look)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        wording = self._parts.make_wording(self._translations.language)
        self.talk.retranslate(wording)
        if self._help is not None:
            self._help.set_wording(wording)
        self.help_button.setText(self.tr("I need a person"))
        self.help_button.setToolTip(self.tr("Numbers of people who can help (F1)"))
        self.help_button.setAccessibleName(self.tr("I need a person"))
        names = {
            "Ctrl+N": self.tr("New conversation"),
            "Ctrl+F": self.tr("Search what was said"),
            "F1": self.tr("I need a person"),
            "Ctrl+,": self.tr("Settings"),
            "Ctrl+B": self.tr("Show or fold the conversations"),
            "Ctrl+.": self.tr("Emoji"),
        }
        for keys, action in self._actions.items():
            action.setText(names[keys])
        self._say_starter()
        self._show_title()

    # The window's place

    def _keep_geometry(self) -> None:
        place = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self._save(window_geometry=place, sidebar_open=self._shell.open_when_wide)

    def _restore_geometry(self) -> None:
        if self.settings.window_geometry:
            self.restoreGeometry(
                QByteArray.fromBase64(self.settings.window_geometry.encode("ascii"))
            )
        if not self.settings.sidebar_open:
            self._shell.show_side(False)
