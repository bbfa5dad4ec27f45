"""Places the regions: conversations at the left (or their rail), pages, the drawer at the right.

In a small window the opened list lies over the talk. Only geometry; knows no words and no store.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.theme import Look

SIDE = 248
RAIL = 56
DRAWER = 380
EDGE = 8
TALK = 400
NARROW = 900


class Shell(QWidget):
    """The central widget.

    Signals:
        drawer_changed: something else, or nothing, stands at the right.
    """

    drawer_changed = Signal()

    def __init__(self, side: QWidget, rail: QWidget, content: QWidget) -> None:
        super().__init__()
        self._look = Look()
        self._side, self._rail, self._content = side, rail, content
        self._drawer: QWidget | None = None
        self._top: QWidget | None = None
        self._open = True
        self._over = False
        self._bare = False
        self.setObjectName("shell")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for part in (content, rail, side):
            part.setParent(self)

    @property
    def narrow(self) -> bool:
        """Too small for list and talk side by side."""
        return self.width() < NARROW * max(1.0, 0.8 * self._look.scale)

    @property
    def side_shown(self) -> bool:
        return self._over if self.narrow else self._open

    @property
    def open_when_wide(self) -> bool:
        return self._open

    @property
    def drawer(self) -> QWidget | None:
        """What stands at the right."""
        return self._drawer

    @property
    def drawer_covers_talk(self) -> bool:
        """No part of the talk can be reached while the drawer is open."""
        return self._drawer is not None and self._drawer.width() == self.width()

    @property
    def drawer_lies_over(self) -> bool:
        """The drawer hides a part of the talk, and with it the header's corner."""
        return self._drawer is not None and self._content.geometry().right() >= self._drawer.x()

    def set_look(self, look: Look) -> None:
        self._look = look
        self._place()

    def set_bare(self, bare: bool) -> None:
        """Without list and rail, as at the first start."""
        self._bare = bare
        self._place()

    def show_side(self, shown: bool) -> None:
        """Show the whole list or fold it to the rail."""
        if self.narrow:
            self._over = shown
        else:
            self._open = shown
        self._place()

    def leave_side(self) -> None:
        """A choice was made in the list: where it lies over the talk it goes."""
        self._over = False
        self._place()

    def set_top(self, top: QWidget) -> None:
        """Something that stands above all regions while it is shown, so that nothing covers it."""
        self._top = top
        top.setParent(self)
        top.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest)
        if event.type() in kinds:
            self._place()
        return super().eventFilter(watched, event)

    def set_drawer(self, drawer: QWidget | None) -> None:
        """Show something at the right, or nothing."""
        if self._drawer is not None and self._drawer is not drawer:
            self._drawer.hide()
        self._drawer = drawer
        if drawer is not None:
            drawer.setParent(self)
        self._place()
        if drawer is not None:
            drawer.show()
            drawer.raise_()
        self.drawer_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.narrow:
            self._over = False
        self._place()

    def _place(self) -> None:
        width, top = self.width(), self._place_top()
        height = self.height() - top
        side = min(round(SIDE * max(1.0, 0.75 * self._look.scale)), width)
        rail = max(RAIL, round(52 * self._look.scale))
        left = 0 if self._bare else rail if self.narrow or not self._open else side
        drawer = self._drawer_width(width)
        beside = drawer if self._stands_beside(width - left, drawer) else 0
        self._content.setGeometry(left, top, width - left - beside, height)
        self._rail.setGeometry(0, top, rail, height)
        self._side.setGeometry(0, top, side, height)
        self._side.setVisible(self.side_shown and not self._bare)
        self._rail.setVisible(not self._bare and (self.narrow or not self._open))
        if self.side_shown:
            self._side.raise_()
        if self._drawer is not None:
            self._drawer.setGeometry(QRect(width - drawer, top, drawer, height))
            self._drawer.raise_()

    def _place_top(self) -> int:
        """The height that the strip above all regions takes."""
        if self._top is None or self._top.isHidden():
            return 0
        wide = self.width() - 2 * EDGE
        high = max(self._top.heightForWidth(wide), self._top.minimumSizeHint().height())
        self._top.setGeometry(EDGE, EDGE, wide, high)
        self._top.raise_()
        return high + 2 * EDGE

    def _drawer_width(self, width: int) -> int:
        if self._drawer is None:
            return 0
        wide = round(DRAWER * max(1.0, 0.8 * self._look.scale))
        wide = min(max(wide, self._drawer.minimumWidth()), width)
        return width if width - wide < SIDE else wide

    def _stands_beside(self, room: int, drawer: int) -> bool:
        """Whether talk and drawer both have room; else the drawer lies over the talk."""
        return room - drawer >= TALK * max(1.0, 0.75 * self._look.scale)
