"""The drawer at the right: a head with a title and a way out, and pages that are made when wanted.

How to add a page: derive from `DrawerPage`, give it a `title`, a `show_now` that reads anew what it
shows, and a `focus_first`; then call `window.drawer.add("memory", lambda: MemoryPage(...))` where
the window is put together, and `window.drawer.open("memory")` where it is wanted. A page may open
another by emitting `page_wanted`. It scrolls by itself, is told of a new language by the usual
LanguageChange event, and needs no place, no frame and no close button of its own. Whatever stood in
the drawer's place before (the help numbers above all) comes back when the drawer is closed.

Knows no page; neither store nor model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.help_dialog import HelpButton
from desktop.ui.shell import Shell
from desktop.ui.theme import Look

NARROWEST = 300


@runtime_checkable
class Focusable(Protocol):
    """Knows where its keyboard begins, as the help panel does."""

    def focus_first(self) -> None: ...


class DrawerPage(QWidget):
    """A page of the drawer.

    Signals:
        page_wanted: name of another page.
    """

    page_wanted = Signal(str)

    def title(self) -> str:
        """In the language of now."""
        raise NotImplementedError

    def show_now(self) -> None:
        """It is about to be seen: read anew what it shows."""

    def set_look(self, look: Look) -> None:
        """Colours, size of type and whether things may move, for a page that paints itself."""

    def focus_first(self) -> None:
        """Put the keyboard where one begins."""
        if (first := self.nextInFocusChain()) is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)


class Drawer(QFrame):
    """Holds the pages and stands in the shell's place for drawers while one is open.

    Signals:
        closed: it is gone; nothing else took its place.
        help_wanted: the help button was pressed, which stands here where the drawer hides the
            window's own.
    """

    closed = Signal()
    help_wanted = Signal()

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._makers: dict[str, Callable[[], DrawerPage]] = {}
        self._pages: dict[str, DrawerPage] = {}
        self._frames: dict[str, QScrollArea] = {}
        self._look = Look()
        self._shown = ""
        self._before: QWidget | None = None
        self.setObjectName("drawer")
        self._title = QLabel()
        self._title.setProperty("tone", "title")
        self._title.setWordWrap(True)
        self.close_button = QPushButton()
        self.close_button.setProperty("kind", "quiet")
        self.close_button.setMinimumHeight(32)
        self.close_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.close_button.clicked.connect(self.close_drawer)
        self.help_button = HelpButton()
        self.help_button.clicked.connect(self.help_wanted)
        self._stack = QStackedWidget()
        self._arrange()
        self._write()
        self.hide()

    @property
    def shell(self) -> Shell:
        """Where the drawer stands."""
        return self._shell

    @property
    def shown(self) -> str:
        """Name of the page that can be seen; empty for none."""
        return "" if self.isHidden() else self._shown

    def add(self, name: str, make: Callable[[], DrawerPage]) -> None:
        """Take a page; it is made when it is first opened."""
        self._makers[name] = make

    def page(self, name: str) -> DrawerPage:
        """A page, made if it was not yet."""
        if name not in self._pages:
            page = self._makers[name]()
            page.page_wanted.connect(self.open)
            page.set_look(self._look)
            self._pages[name] = page
            self._frames[name] = _scrolling(page)
            self._stack.addWidget(self._frames[name])
        return self._pages[name]

    def set_look(self, look: Look) -> None:
        """The look of now, for pages that are made and those to come."""
        self._look = look
        for page in self._pages.values():
            page.set_look(look)

    def open(self, name: str) -> None:
        """Show a page, and put the keyboard on it."""
        page = self.page(name)
        self._shown = name
        page.show_now()
        self._stack.setCurrentWidget(self._frames[name])
        if self._shell.drawer is not self:
            self._before = self._shell.drawer
        self._write()
        self._keep_width()
        self._shell.set_drawer(self)
        self._show_help_button()
        page.focus_first()

    def close_drawer(self) -> None:
        """Give the place back to what stood there before."""
        before, self._before = self._before, None
        self._shell.set_drawer(before)
        if before is None:
            self.closed.emit()
        elif isinstance(before, Focusable):
            before.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_help_button()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_drawer()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            QTimer.singleShot(0, self, self._keep_width)  # when the page has changed as well

    def _show_help_button(self) -> None:
        self.help_button.setVisible(self._shell.drawer is self and self._shell.drawer_lies_over)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.help_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        column.addWidget(self._stack, 1)

    def _write(self) -> None:
        self.help_button.write()
        self.close_button.setText(self.tr("Close") if self._before is None else self.tr("Back"))
        if self._shown:
            title = self._pages[self._shown].title()
            self._title.setText(title)
            self.setAccessibleName(title)

    def _keep_width(self) -> None:
        """Wide enough for the page's widest button, at every size of type."""
        if not self._shown:
            return
        bar = self._frames[self._shown].verticalScrollBar().sizeHint().width()
        margins = self.contentsMargins().left() + 16 + 8
        room = self._pages[self._shown].minimumSizeHint().width() + bar + margins
        self.setMinimumWidth(max(NARROWEST, room))


def _scrolling(page: DrawerPage) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setWidget(page)
    return scroll
