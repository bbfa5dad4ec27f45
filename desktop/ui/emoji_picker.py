"""A small window to choose an emoji from: search, groups, recently used, skin tones.

Shows what the table holds and tells what was chosen; knows nothing of the composer, and keeps
nothing: whoever opened it remembers which were used last.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.emoji_grid import EmojiListModel, EmojiView
from desktop.ui.emoji_table import GROUPS, Emoji, EmojiTable, recent_first

RECENT = "recent"
COLUMNS, ROWS = 9, 6


class EmojiPicker(QFrame):
    """The popup.

    Signals:
        emoji_chosen: the text to insert.
        recent_changed: tuple of the emoji used last, the newest first.
    """

    emoji_chosen = Signal(str)
    recent_changed = Signal(tuple)

    def __init__(
        self, table: EmojiTable, recent: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._table = table
        self._recent = tuple(recent)
        self.setObjectName("emojiPicker")
        self._search = QLineEdit()
        self._search.setClearButtonEnabled(True)
        self._groups = QButtonGroup(self)
        self._model = EmojiListModel(self)
        self._view = EmojiView(self._model)
        self._name = QLabel()
        self._name.setProperty("tone", "soft")
        self._arrange()
        self._connect()
        self._write()

    def open_at(self, anchor: QWidget) -> None:
        """Open above `anchor`, below it where there is no room, always on the screen."""
        self._search.clear()
        self._show_group(RECENT if self._recent_emoji() else GROUPS[0])
        self._fit()
        self.resize(self.sizeHint())
        self.move(_beside(anchor, self.size()))
        self.show()
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._step_back()
        elif event.text().strip():
            self._search.setFocus()
            self._search.insert(event.text())
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter in the search field act on the emoji below it."""
        if watched is self._search and isinstance(event, QKeyEvent):
            if event.type() != QEvent.Type.KeyPress:
                return False
            if event.key() == Qt.Key.Key_Down:
                self._view.enter()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_activated(self._view.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(8)
        column.addWidget(self._search)
        column.addLayout(self._group_buttons())
        column.addWidget(self._view, 1)
        column.addWidget(self._name)

    def _group_buttons(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, group in enumerate((RECENT, *GROUPS)):
            button = QPushButton()
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setMinimumHeight(32)
            button.setProperty("kind", "chip")
            button.setProperty("group", group)
            self._groups.addButton(button)
            grid.addWidget(button, place // 5, place % 5)
        return grid

    def _connect(self) -> None:
        self._search.textChanged.connect(self._on_search_changed)
        self._search.installEventFilter(self)
        self._groups.buttonClicked.connect(self._on_group_clicked)
        self._view.emoji_chosen.connect(self._on_activated)
        self._view.tones_wanted.connect(self._on_tones_wanted)
        self._view.left_upwards.connect(self._search.setFocus)
        self._view.selectionModel().currentChanged.connect(self._on_current_changed)

    def _write(self) -> None:
        words = self._group_words()
        for button in self._groups.buttons():
            button.setText(words[button.property("group")])
        self._search.setPlaceholderText(self.tr("Search emoji"))
        self._search.setAccessibleName(self.tr("Search emoji"))
        self._view.setAccessibleName(self.tr("Emoji"))
        self.setAccessibleName(self.tr("Choose an emoji"))
        self._model.language = interface_language()

    def _group_words(self) -> dict[str, str]:
        return {
            RECENT: self.tr("Recent"),
            "smileys": self.tr("Faces"),
            "people": self.tr("People"),
            "nature": self.tr("Nature"),
            "food": self.tr("Food"),
            "travel": self.tr("Travel"),
            "activities": self.tr("Activities"),
            "objects": self.tr("Things"),
            "symbols": self.tr("Signs"),
            "flags": self.tr("Flags"),
        }

    def _fit(self) -> None:
        """As large as the type asks for and the screen allows."""
        cell = self._view.cell()
        room = self.screen().availableGeometry().size()
        columns = min(COLUMNS, max(4, (room.width() - 64) // cell))
        rows = min(ROWS, max(2, (room.height() // 2) // cell))
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self._view.setMinimumSize(columns * cell + bar + 4, rows * cell)

    def _show_group(self, group: str) -> None:
        for button in self._groups.buttons():
            button.setChecked(button.property("group") == group)
        self._show(self._recent_emoji() if group == RECENT else self._table.group(group))

    def _show(self, emoji: Sequence[Emoji]) -> None:
        self._model.show(emoji)
        self._view.scrollToTop()
        self._view.setCurrentIndex(self._model.index(0))
        if not emoji:
            self._name.setText(self.tr("Nothing found. Try another word."))

    def _recent_emoji(self) -> list[Emoji]:
        found = (self._table.get(text) for text in self._recent)
        return [emoji for emoji in found if emoji is not None]

    def _step_back(self) -> None:
        """Out of the skin tones, then out of the search, then away."""
        if self._model.narrowed or self._search.text():
            self._search.clear()
            self._on_search_changed("")
            self._search.setFocus()
        else:
            self.hide()

    def _on_search_changed(self, words: str) -> None:
        if words.strip():
            self._show(self._table.search(words))
            return
        chosen = self._groups.checkedButton()
        self._show_group(chosen.property("group") if chosen else GROUPS[0])

    def _on_group_clicked(self, button: QPushButton) -> None:
        self._search.clear()
        self._show_group(button.property("group"))

    def _on_tones_wanted(self, index: QModelIndex) -> None:
        emoji = self._model.emoji(index)
        if emoji is None or not emoji.variants:
            return
        self._show([emoji, *self._table.variants(emoji)])
        self._model.narrowed = True
        self._view.setFocus()

    def _on_current_changed(self, index: QModelIndex) -> None:
        emoji = self._model.emoji(index)
        if emoji is None:
            self._name.setText("")
            return
        name = emoji.names[self._model.language]
        words = self.tr("{name} (hold for skin tones)") if emoji.variants else "{name}"
        words = words.format(name=name)
        room = max(160, self._view.width())
        elide = Qt.TextElideMode.ElideRight
        self._name.setText(self._name.fontMetrics().elidedText(words, elide, room))

    def _on_activated(self, index: QModelIndex) -> None:
        emoji = self._model.emoji(index)
        if emoji is None:
            return
        self._recent = recent_first(emoji.text, self._recent)
        self.hide()
        self.emoji_chosen.emit(emoji.text)
        self.recent_changed.emit(self._recent)


def _beside(anchor: QWidget, size: QSize) -> QPoint:
    room = anchor.screen().availableGeometry()
    corner = anchor.mapToGlobal(QPoint(0, 0))
    top = corner.y() - size.height() - 8
    if top < room.top():
        top = corner.y() + anchor.height() + 8
    left = min(corner.x(), room.right() - size.width() - 8)
    top = min(top, room.bottom() - size.height() - 8)
    return QPoint(max(room.left() + 8, left), max(room.top() + 8, top))


def interface_language() -> str:
    """The language the window speaks: the translations set Qt's default locale."""
    return "zh" if QLocale().language() == QLocale.Language.Chinese else "en"
