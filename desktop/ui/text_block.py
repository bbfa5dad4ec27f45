"""Text laid out in lines of even height: measuring, painting, and where the mouse points into it.

Positions are Qt's: UTF-16 units. Works on plain text only; a link in it is just words. Knows no
bubbles, no model and no theme.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

LINE_SEPARATOR = "\u2028"
Span = tuple[int, int]


class TextBlock:
    """A text at one width.

    Attributes:
        text: as it was given.
        width: of the longest line.
        height: of all lines.
    """

    def __init__(
        self,
        text: str,
        font: QFont,
        width: float,
        pitch: float,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        self.text = text
        self._pitch = pitch
        self._layout = QTextLayout(text.replace("\n", LINE_SEPARATOR), font)
        self._layout.setTextOption(_option(alignment))
        self._layout.setCacheEnabled(True)
        metrics = QFontMetricsF(font)
        baseline = (pitch - metrics.height()) / 2 + metrics.ascent()
        self.width, lines = self._break_lines(width, baseline)
        self.height = lines * pitch

    def paint(
        self,
        painter: QPainter,
        origin: QPointF,
        clip: QRectF,
        spans: Sequence[tuple[Span, QColor, QColor]] = (),
    ) -> None:
        """Paint in the painter's pen; `spans` have colours of their own (ink, ground)."""
        formats = [_format(span, ink, ground) for span, ink, ground in spans if span[0] < span[1]]
        self._layout.draw(painter, origin, formats, clip)

    def position_at(self, point: QPointF) -> int:
        """The place between two characters that lies nearest to a point."""
        count = self._layout.lineCount()
        if not count:
            return 0
        number = max(0, min(count - 1, int(point.y() // self._pitch)))
        return self._cursor_of(number, point.x())

    def word_at(self, position: int) -> Span:
        """The word around a position."""
        modes = QTextLayout.CursorMode.SkipWords
        start = self._layout.previousCursorPosition(min(position + 1, self.length), modes)
        end = self._layout.nextCursorPosition(start, modes)
        return start, max(start, len16(utf16_slice(self.text, start, end).rstrip()) + start)

    def step(self, position: int, forward: bool, words: bool = False) -> int:
        """The next or previous place a cursor may stand, never inside an emoji."""
        mode = QTextLayout.CursorMode.SkipWords if words else QTextLayout.CursorMode.SkipCharacters
        if forward:
            return self._layout.nextCursorPosition(position, mode)
        return self._layout.previousCursorPosition(position, mode)

    def top_of(self, position: int) -> float:
        """The upper edge of the line that holds a position."""
        line = self._layout.lineForTextPosition(position)
        return line.lineNumber() * self._pitch if line.isValid() else 0.0

    @property
    def length(self) -> int:
        """In UTF-16 units."""
        return len16(self.text)

    def _break_lines(self, width: float, baseline: float) -> tuple[float, int]:
        widest, number = 0.0, 0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, number * self._pitch + baseline - line.ascent()))
            widest = max(widest, line.naturalTextWidth())
            number += 1
        self._layout.endLayout()
        return min(widest, width), max(number, 1)

    def _cursor_of(self, number: int, x: float) -> int:
        position: int = self._layout.lineAt(number).xToCursor(x)
        return position


def utf16_slice(text: str, start: int, end: int) -> str:
    """The part between two of Qt's positions."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "replace")


def len16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def span16(text: str, start: int, length: int) -> Span:
    """Qt's positions of a piece counted in characters."""
    first = len16(text[:start])
    return first, first + len16(text[start : start + length])


def estimated_lines(text: str, font_pixels: float, width: float) -> int:
    """About how many lines a text takes, without laying it out: Chinese is wide, Latin is not."""
    wide = (len(text.encode("utf-8", "surrogatepass")) - len(text)) / 2
    ems = wide + 0.55 * max(0.0, len(text) - wide)
    return int(ems * font_pixels / max(width, font_pixels)) + 1 + text.count("\n")


def _option(alignment: Qt.AlignmentFlag) -> QTextOption:
    option = QTextOption(alignment)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _format(span: Span, ink: QColor, ground: QColor) -> QTextLayout.FormatRange:
    part = QTextLayout.FormatRange()
    part.start, part.length = span[0], span[1] - span[0]
    form = QTextCharFormat()
    form.setForeground(ink)
    form.setBackground(ground)
    part.format = form
    return part
