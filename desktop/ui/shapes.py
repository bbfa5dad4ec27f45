"""Where everything of a row stands: bubble, text, time, footnote, and what can be pressed.

Shapes are in the row's own coordinates and are kept for as long as row and width stay the same.
Paints nothing; asks no model.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF

from desktop.ui.rows import Action, Kind, Row
from desktop.ui.text_block import TextBlock, estimated_lines
from desktop.ui.theme import Look

COLUMN = 680
COMFORTABLE = 240
PADDING = QSizeF(16, 10)
BETWEEN_TURNS = 24
WITHIN_TURN = 12
TIME_HEIGHT = 52
TARGET = 32
KEPT = 160
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Wording:
    """The few words that are painted, in the window's language."""

    stopped: str = ""
    interrupted: str = ""
    again: str = ""
    answer: str = ""
    help: str = ""
    fold: str = ""
    unfold: str = ""
    undo: str = ""
    keep: str = ""
    drop: str = ""
    still: str = ""
    let_go: str = ""
    leave: str = ""

    def of(self, name: str) -> str:
        """The words on what can be pressed."""
        known: str = getattr(self, name.removeprefix("memory_"), self.answer)
        return known


@dataclass
class Shape:
    """One row.

    Attributes:
        time: where the time stands, empty if it does not.
        zones: what can be pressed, by name: earlier, later, again, answer, help, quiet_help,
            fold, unfold.
    """

    height: float
    bubble: QRectF = field(default_factory=QRectF)
    origin: QPointF = field(default_factory=QPointF)
    block: TextBlock | None = None
    time: QRectF = field(default_factory=QRectF)
    note: QRectF = field(default_factory=QRectF)
    note_text: str = ""
    versions: QRectF = field(default_factory=QRectF)
    zones: dict[str, QRectF] = field(default_factory=dict)


class Shapes:
    """Makes shapes at one width and look, and keeps those used last."""

    def __init__(self) -> None:
        self.look = Look()
        self.wording = Wording()
        self.width = 0.0
        self._kept: OrderedDict[Row, Shape] = OrderedDict()

    def configure(self, look: Look, wording: Wording, width: float) -> None:
        """Everything has to be measured anew."""
        self.look, self.wording, self.width = look, wording, width
        self._kept.clear()

    def shape(self, row: Row) -> Shape:
        return keep_last(self._kept, row, self._make, KEPT)

    def estimate(self, row: Row) -> float:
        """About how high a row is; cheap enough for thousands of rows."""
        if row.kind is Kind.NOTICE:
            return 60.0 * self.look.scale
        lines = estimated_lines(row.text, self.look.pixels(), self._text_width)
        height = lines * self.look.pitch + 2 * PADDING.height() + self._gap(row)
        return height + (self._footer_height if self._has_footer(row) else 0)

    @property
    def column(self) -> QRectF:
        """The column of talk; only its left edge and width count."""
        margin = 16 if self.width < 600 else 32
        width = max(120.0, min(self.width - 2 * margin, COLUMN * self.look.scale))
        return QRectF((self.width - width) / 2, 0, width, 0)

    @property
    def target(self) -> float:
        return max(TARGET, self.look.pixels(TARGET))

    @property
    def tools_width(self) -> float:
        """Room beside a bubble for what can be done with it."""
        return 2 * self.target + 8

    @property
    def _text_width(self) -> float:
        column = self.column.width()
        beside = column - self.tools_width
        roomy = beside >= COMFORTABLE * self.look.scale
        widest = min(column * 0.86, beside) if roomy else column * 0.94
        return max(80.0, widest - 2 * PADDING.width())

    @property
    def _footer_height(self) -> float:
        return self.target + 2

    def _gap(self, row: Row) -> float:
        if row.timed:
            return TIME_HEIGHT * max(1.0, self.look.scale)
        return WITHIN_TURN if row.close else BETWEEN_TURNS

    def _make(self, row: Row) -> Shape:
        return self._notice(row) if row.kind is Kind.NOTICE else self._message(row)

    def _message(self, row: Row) -> Shape:
        look, column, top = self.look, self.column, self._gap(row)
        block = (
            None if row.waiting else TextBlock(row.text, look.font(), self._text_width, look.pitch)
        )
        width = block.width if block else look.pixels(44)
        height = block.height if block else look.pitch
        size = QSizeF(width + 2 * PADDING.width(), height + 2 * PADDING.height())
        left = column.right() - size.width() if row.own else column.left()
        shape = Shape(top + size.height(), QRectF(QPointF(round(left), top), size), block=block)
        shape.origin = shape.bubble.topLeft() + QPointF(PADDING.width(), PADDING.height())
        if row.timed:
            shape.time = QRectF(column.left(), 0, column.width(), top)
        if self._has_footer(row):
            self._add_footer(row, shape)
        return shape

    def _has_footer(self, row: Row) -> bool:
        message = row.message
        return message is not None and (message.versions > 1 or row.broken)

    def _add_footer(self, row: Row, shape: Shape) -> None:
        """Versions first, then why the reply is not whole and what can be done."""
        assert row.message is not None
        top = shape.bubble.bottom() + 2
        pieces: list[tuple[str, float]] = []
        if row.message.versions > 1:
            count = f"{row.message.version}/{row.message.versions}"
            wide = self._advance(count) + 8
            pieces += [("earlier", self.target), ("versions", wide), ("later", self.target)]
        if row.broken:
            shape.note_text = self._note_text(row)
            pieces.append(("note", self._advance(shape.note_text) + 16))
            if row.last:
                pieces.append(("again", self._advance(self.wording.again) + 24))
        left = shape.bubble.left()
        if row.own:
            left = shape.bubble.right() - sum(wide for _, wide in pieces)
        for name, wide in pieces:
            self._set_piece(shape, name, QRectF(left, top, wide, self.target))
            left += wide
        shape.height += self._footer_height

    def _set_piece(self, shape: Shape, name: str, rect: QRectF) -> None:
        if name == "versions":
            shape.versions = rect
        elif name == "note":
            shape.note = rect
        else:
            shape.zones[name] = rect

    def _note_text(self, row: Row) -> str:
        assert row.message is not None
        stopped = row.message.state.value == "stopped"
        return self.wording.stopped if stopped else self.wording.interrupted

    def _notice(self, row: Row) -> Shape:
        look, column = self.look, self.column
        block = TextBlock(
            row.text,
            look.font(13),
            column.width() - 48,
            look.pixels(21),
            Qt.AlignmentFlag.AlignHCenter,
        )
        shape = Shape(BETWEEN_TURNS + block.height, block=block)
        shape.origin = QPointF(column.left() + 24, BETWEEN_TURNS)
        shape.bubble = QRectF(shape.origin, QSizeF(column.width() - 48, block.height))
        action = row.notice.action if row.notice else Action.NONE
        if action is Action.QUIET_HELP:
            shape.zones[action.value] = shape.bubble.adjusted(0, -6, 0, 6)
            shape.height += 6
        elif action:
            second = row.notice.second if row.notice else Action.NONE
            also = Action.FOLD if action is Action.HELP else second
            self._add_pills(shape, [offer for offer in (action, also) if offer])
        return shape

    def _add_pills(self, shape: Shape, actions: list[Action]) -> None:
        """What can be pressed below a notice: side by side where there is room."""
        wides = [self._advance(self.wording.of(action.value)) + 32 for action in actions]
        whole = sum(wides) + 8 * (len(wides) - 1)
        beside = whole <= self.column.width()
        left = self.column.center().x() - whole / 2
        for action, wide in zip(actions, wides, strict=True):
            x = left if beside else self.column.center().x() - wide / 2
            shape.zones[action.value] = QRectF(x, shape.height + 8, wide, self.target)
            left += wide + 8
            shape.height += 0 if beside else self.target + 8
        shape.height += self.target + 8 if beside else 0

    def _advance(self, text: str) -> float:
        return QFontMetricsF(self.look.font(13)).horizontalAdvance(text)


def keep_last(
    kept: OrderedDict[Key, Value], key: Key, make: Callable[[Key], Value], most: int
) -> Value:
    """The value of a key, made where it is not kept; the one used longest ago goes."""
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    value = kept[key] = make(key)
    if len(kept) > most:
        kept.popitem(last=False)
    return value
