"""The page of talk: banner, messages or the empty state, bars, composer and status line.

Only arranges and passes on; what is shown and what a press does, `talk` decides.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.bars import Bar, UndoBar
from desktop.ui.chat_view import ChatView
from desktop.ui.composer import Composer
from desktop.ui.empty_state import EmptyState
from desktop.ui.icons import Icons
from desktop.ui.models import MessageModel
from desktop.ui.place_line import PlaceLine
from desktop.ui.shapes import COLUMN
from desktop.ui.status_line import StatusLine
from desktop.ui.theme import Look


class TalkPage(QWidget):
    """Everything of a conversation that can be seen."""

    def __init__(self, model: MessageModel, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._look = Look()
        self._starter_told = False
        self.setObjectName("talkPage")
        self.banner = Bar("banner", icons, self)
        self.danger_bar = Bar("dangerBar", icons, self, can_close=False)
        self.undo_bar = UndoBar(icons, self)
        self.starter_bar = Bar("starterBar", icons, self)
        self.view = ChatView(model, icons, self)
        self.empty = EmptyState(self)
        self.composer = Composer(icons, self)
        self.place = PlaceLine(self)
        self.status = StatusLine(self)
        self.latest_button = QPushButton(self)
        self.latest_button.setObjectName("latestButton")
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self.view)
        self._arrange()
        self._connect()
        self._retranslate()

    def show_messages(self, there_are: bool) -> None:
        """The talk, or what stands where nothing has been said yet."""
        self._pages.setCurrentWidget(self.view if there_are else self.empty)
        self._show_starter()
        self._place_latest()

    def tell_starter(self, told: bool) -> None:
        """Whether there is word about the small model, where nothing has been said yet."""
        self._starter_told = told
        self._show_starter()

    def announce(self, text: str) -> None:
        """Say something once to a screen reader."""
        event = QAccessibleAnnouncementEvent(self.view, text)
        QAccessible.updateAccessibility(event)

    def set_look(self, look: Look) -> None:
        self._look = look
        bars = (self.danger_bar, self.banner, self.undo_bar, self.starter_bar)
        for part in (self.view, self.composer, *bars):
            part.set_look(look)
        size = look.pixels(18)
        self.latest_button.setIcon(self._icons.icon("latest", look.colour("accent"), size))
        self._column.setMaximumWidth(round(COLUMN * look.scale) + 64)
        self.banner.setMaximumWidth(round(COLUMN * look.scale) + 32)
        self._place_latest()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()
        super().changeEvent(event)

    def _arrange(self) -> None:
        self._column = QWidget(self)
        inner = QVBoxLayout(self._column)
        inner.setContentsMargins(16, 0, 16, 8)
        inner.setSpacing(8)
        for part in (self.undo_bar, self.starter_bar, self.composer, self.place, self.status):
            inner.addWidget(part)
        for line in (self.place, self.status):
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self._column, 1000)
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(_centred(self.banner))
        column.addWidget(self._pages, 1)
        column.addLayout(middle)

    def _connect(self) -> None:
        self.latest_button.hide()
        self._pages.installEventFilter(self)
        self.starter_bar.closed.connect(lambda: self.tell_starter(False))
        self.latest_button.clicked.connect(self.view.scroll_to_end)
        self.view.end_left.connect(self._place_latest)
        self.view.end_reached.connect(self._place_latest)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._pages and event.type() == QEvent.Type.Resize:
            self._place_latest()
        return super().eventFilter(watched, event)

    def _show_starter(self) -> None:
        self.starter_bar.setVisible(
            self._starter_told and self._pages.currentWidget() is self.empty
        )

    def _place_latest(self) -> None:
        """Over the lower edge of the talk, while its end is out of sight."""
        away = not self.view.is_at_end() and self._pages.currentWidget() is self.view
        self.latest_button.setVisible(away)
        if not away:
            return
        self.latest_button.adjustSize()
        area = self._pages.geometry()
        x = area.center().x() - self.latest_button.width() // 2
        self.latest_button.move(x, area.bottom() - self.latest_button.height() - 10)
        self.latest_button.raise_()

    def _retranslate(self) -> None:
        self.latest_button.setText(self.tr("To the latest"))
        self.latest_button.setAccessibleName(self.tr("To the latest message"))


def _centred(bar: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(16, 4, 16, 4)
    row.addStretch(1)
    row.addWidget(bar, 1000)
    row.addStretch(1)
    return row
