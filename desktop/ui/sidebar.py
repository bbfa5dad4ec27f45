"""The list of conversations with search, and the narrow rail that stands for it in a small window.

Shows what the models hold and says what the person wants; reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.chat.events import SearchHit
from desktop.ui.icons import Icons
from desktop.ui.list_delegates import HitDelegate, RowDelegate, TitleDelegate
from desktop.ui.list_models import ConversationModel, HitModel
from desktop.ui.theme import Look

SEARCH_MILLISECONDS = 160


class PlainList(QListView):
    """A list whose rows are opened by a click or Enter.

    Signals:
        chosen: the row's index.
        delete_pressed: the row's index.
    """

    chosen = Signal(QModelIndex)
    delete_pressed = Signal(QModelIndex)

    def __init__(self, delegate: RowDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.clicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # the editor saw the key first; it is not meant for the list
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.chosen.emit(index)
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self.delete_pressed.emit(index)
        else:
            super().keyPressEvent(event)


class Sidebar(QFrame):
    """Conversations.

    Signals:
        new_wanted, settings_wanted, about_wanted, memory_wanted, folding_wanted: a button was
            pressed.
        chosen: id of a conversation.
        delete_wanted: id of a conversation.
        search_wanted: what is looked for; empty ends the search.
        hit_chosen: a SearchHit.
    """

    new_wanted = Signal()
    settings_wanted = Signal()
    about_wanted = Signal()
    memory_wanted = Signal()
    folding_wanted = Signal()
    chosen = Signal(int)
    delete_wanted = Signal(int)
    search_wanted = Signal(str)
    hit_chosen = Signal(object)

    def __init__(
        self, model: ConversationModel, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._icons = icons
        self._model = model
        self._hits = HitModel(self)
        self.setObjectName("sidebar")
        self._delegates = (TitleDelegate(self), HitDelegate(self))
        self.list = PlainList(self._delegates[0], self)
        self.list.setModel(model)
        self.hits = PlainList(self._delegates[1], self)
        self.hits.setModel(self._hits)
        self.search = QLineEdit(self)
        self.search.setObjectName("searchField")
        self.search.setClearButtonEnabled(True)
        self._nothing = QLabel(self)
        self._nothing.setObjectName("nothingFound")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.new_button = self._make_button("newButton")
        self.settings_button = self._make_button("footButton")
        self.about_button = self._make_button("footButton")
        self.memory_button = self._make_button("footButton")
        self.fold_button = QToolButton(self)
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_MILLISECONDS)
        self._arrange()
        self._connect()
        self._retranslate()

    # What the window asks

    def select(self, conversation_id: int | None) -> None:
        """Mark the conversation that is shown."""
        row = -1 if conversation_id is None else self._model.find(conversation_id)
        if row < 0:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        else:
            self.list.setCurrentIndex(self._model.index(row))

    def show_hits(self, hits: Sequence[SearchHit]) -> None:
        self._hits.load(hits)
        self._pages.setCurrentWidget(self.hits if hits else self._nothing)

    def end_search(self) -> None:
        self.search.clear()
        self._pages.setCurrentWidget(self.list)

    def start_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def set_look(self, look: Look) -> None:
        for delegate in self._delegates:
            delegate.look = look
        soft, size = look.colour("ink_soft"), look.pixels(18)
        for action in self.search.findChildren(QAction):
            action.setIcon(self._icons.icon("close", soft, look.pixels(14)))
        self.new_button.setIcon(self._icons.icon("new", look.colour("accent"), size))
        self.settings_button.setIcon(self._icons.icon("settings", soft, size))
        self.about_button.setIcon(self._icons.icon("about", soft, size))
        self.fold_button.setIcon(self._icons.icon("menu", soft, size))
        self.memory_button.setIcon(self._icons.icon("memory", soft, size))
        foot = (self.settings_button, self.about_button, self.memory_button)
        for button in (self.new_button, *foot):
            button.setIconSize(QSize(size, size))
        self.fold_button.setIconSize(QSize(size, size))
        target = max(36, look.pixels(34))
        self.fold_button.setFixedSize(target, target)
        self.list.scheduleDelayedItemsLayout()
        self.hits.scheduleDelayedItemsLayout()

    # Inside

    def _make_button(self, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        return button

    def _arrange(self) -> None:
        self._pages = QStackedWidget(self)
        for page in (self.list, self.hits, self._nothing):
            self._pages.addWidget(page)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.fold_button)
        top.addWidget(self.new_button, 1)
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.settings_button)
        foot.addWidget(self.about_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.search)
        column.addWidget(self._pages, 1)
        column.addWidget(self.memory_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.new_button.clicked.connect(self.new_wanted)
        self.settings_button.clicked.connect(self.settings_wanted)
        self.about_button.clicked.connect(self.about_wanted)
        self.memory_button.clicked.connect(self.memory_wanted)
        self.fold_button.clicked.connect(self.folding_wanted)
        self.list.chosen.connect(lambda index: self.chosen.emit(self._id(index)))
        self.list.delete_pressed.connect(lambda index: self.delete_wanted.emit(self._id(index)))
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._on_menu_wanted)
        self.hits.chosen.connect(lambda index: self.hit_chosen.emit(self._hits.hit(index.row())))
        self.search.textChanged.connect(lambda: self._timer.start())
        self.search.returnPressed.connect(self._on_search_entered)
        self._timer.timeout.connect(self._on_search_due)

    def _id(self, index: QModelIndex) -> int:
        return self._model.item(index.row()).id

    def _on_search_due(self) -> None:
        words = self.search.text().strip()
        if not words:
            self._pages.setCurrentWidget(self.list)
        self.search_wanted.emit(words)

    def _on_search_entered(self) -> None:
        """Enter looks at once and goes to the first hit."""
        if self._timer.isActive():
            self._timer.stop()
            self._on_search_due()
        if self._hits.rowCount() and self.search.text().strip():
            self.hits.setCurrentIndex(self._hits.index(0))
            self.hit_chosen.emit(self._hits.hit(0))

    def _on_menu_wanted(self, point: QPoint) -> None:
        index = self.list.indexAt(point)
        if index.isValid():
            menu = self.make_menu(index)
            menu.exec(self.list.viewport().mapToGlobal(point))
            menu.deleteLater()

    def make_menu(self, index: QModelIndex) -> QMenu:
        """What can be done with a conversation."""
        menu = QMenu(self)
        conversation_id = self._id(index)
        menu.addAction(self.tr("Rename"), lambda: self.list.edit(index))
        menu.addAction(self.tr("Delete"), lambda: self.delete_wanted.emit(conversation_id))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.end_search()
        elif event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            page = self.list if self._pages.currentWidget() is self.list else self.hits
            page.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("Conversations"))
        self.list.setAccessibleName(self.tr("Conversations"))
        self.hits.setAccessibleName(self.tr("Found messages"))
        self.search.setPlaceholderText(self.tr("Search what was said"))
        self.search.setAccessibleName(self.tr("Search what was said"))
        self._nothing.setText(self.tr("Nothing was found."))
        for action in self.search.findChildren(QAction):
            action.setText(self.tr("End the search"))
        self.new_button.setText(self.tr("New conversation"))
        self.settings_button.setText(self.tr("Settings"))
        self.about_button.setText(self.tr("About"))
        self.memory_button.setText(self.tr("What is remembered"))
        self.fold_button.setToolTip(self.tr("Fold the list away"))
        self.fold_button.setAccessibleName(self.tr("Fold the list away"))


class Rail(QFrame):
    """The sidebar folded to icons.

    Signals:
        pressed: "list", "new", "search" or "settings".
    """

    pressed = Signal(str)
    NAMES = ("list", "new", "search", "settings")
    ICONS = ("menu", "new", "search", "settings")

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self.setObjectName("rail")
        self.buttons = {name: self._make_button(name) for name in self.NAMES}
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for name, button in self.buttons.items():
            if name == "settings":
                column.addStretch(1)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._retranslate()

    def set_look(self, look: Look) -> None:
        size, target = look.pixels(20), max(36, look.pixels(34))
        for name, icon in zip(self.NAMES, self.ICONS, strict=True):
            colour = look.colour("accent" if name == "new" else "ink_soft")
            self.buttons[name].setIcon(self._icons.icon(icon, colour, size))
            self.buttons[name].setIconSize(QSize(size, size))
            self.buttons[name].setFixedSize(target, target)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _make_button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.clicked.connect(lambda: self.pressed.emit(name))
        return button

    def _retranslate(self) -> None:
        words = {
            "list": self.tr("Show the conversations"),
            "new": self.tr("New conversation"),
            "search": self.tr("Search what was said"),
            "settings": self.tr("Settings"),
        }
        for name, button in self.buttons.items():
            button.setToolTip(words[name])
            button.setAccessibleName(words[name])
