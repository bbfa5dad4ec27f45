"""A QR code drawn in the window, so that a number can be dialled by pointing a phone at it.

Always dark on white with its quiet margin, whatever the theme: phones read nothing else reliably.
Says nothing but what it is given; nothing leaves the window.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

MODULE_PIXELS = 5
QUIET = 4  # modules of margin that the standard asks for


def modules(content: str) -> list[bytes]:
    """The rows of the code for `content`, one byte a module, dark ones not zero."""
    import segno

    return [bytes(row) for row in segno.make_qr(content, error="m").matrix]


class QrCode(QWidget):
    """The code of one text.

    Args:
        name: what a screen reader says; the code itself cannot be heard.
    """

    def __init__(self, content: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = modules(content)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = (len(self._rows) + 2 * QUIET) * MODULE_PIXELS
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    left, top = (x + QUIET) * MODULE_PIXELS, (y + QUIET) * MODULE_PIXELS
                    place = QRectF(left, top, MODULE_PIXELS, MODULE_PIXELS)
                    painter.fillRect(place, Qt.GlobalColor.black)
        painter.end()
