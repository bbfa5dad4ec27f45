"""Line icons in the colour of the theme, from the SVG files in assets/icons/.

Knows the files and a colour; which icon means what is the widgets' business.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


class Icons:
    """Loads and tints icons; keeps those it made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str, int], QPixmap] = {}

    def icon(self, name: str, colour: QColor, size: int = 20) -> QIcon:
        return QIcon(self.pixmap(name, colour, size))

    def pixmap(self, name: str, colour: QColor, size: int = 20) -> QPixmap:
        """The icon `name` in `colour`, `size` pixels wide on the screen."""
        key = (name, colour.name(), size)
        if key not in self._made:
            self._made[key] = self._draw(name, colour, size)
        return self._made[key]

    def _draw(self, name: str, colour: QColor, size: int) -> QPixmap:
        source = (self._folder / f"{name}.svg").read_text("utf-8")
        tinted = source.replace("currentColor", colour.name())
        ratio = QGuiApplication.primaryScreen().devicePixelRatio()
        pixmap = QPixmap(round(size * ratio), round(size * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer = QSvgRenderer(QByteArray(tinted.encode()))
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        return pixmap
