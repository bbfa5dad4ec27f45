"""Boxes to choose one of a few values, among them the region whose help numbers are shown.

Knows neither settings nor the table of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

# For a person whose country is not in the table; no country has this code.
ELSEWHERE = "ZZ"


class ChoiceBox(QComboBox):
    """A combo box of values with words; scrolling the page never changes it by accident.

    Signals:
        value_chosen: the value the person chose.
    """

    value_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.activated.connect(self._on_activated)

    def offer(self, choices: Iterable[tuple[str, str]], chosen: str) -> None:
        """Show these (value, words) pairs; says nothing to the outside."""
        with QSignalBlocker(self):
            self.clear()
            for value, words in choices:
                self.addItem(words, value)
            self.setCurrentIndex(max(0, self.findData(chosen)))

    def value(self) -> str:
        return str(self.currentData())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A chevron of our own: style sheets take the system's arrow away."""
        super().paintEvent(event)
        size = self.fontMetrics().height() // 5
        right = self.width() - 4 * size
        top = (self.height() - size) // 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().buttonText().color(), 1.6))
        corners = ((right - size, top), (right, top + size), (right + size, top))
        painter.drawPolyline([QPoint(*corner) for corner in corners])
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def _on_activated(self) -> None:
        self.value_chosen.emit(self.value())


class RegionBox(ChoiceBox):
    """The regions of the help table, by name, and "another place"."""

    def __init__(self, regions: Sequence[str], chosen: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._regions = tuple(regions)
        self.setObjectName("regionBox")
        self.setMinimumContentsLength(10)
        self._name(chosen)

    def choose(self, region: str) -> None:
        """Show this region, as when it was chosen elsewhere."""
        self._name(region)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._name(self.value())
        super().changeEvent(event)

    def _name(self, chosen: str) -> None:
        names = self._names()
        choices = [(region, names.get(region, region)) for region in self._regions]
        likely = (chosen, chosen.split("-")[0])
        known = next((region for region in likely if region in self._regions), ELSEWHERE)
        self.offer([*choices, (ELSEWHERE, self.tr("Another place"))], known)
        self.setAccessibleName(self.tr("Region, for the right help numbers"))

    def _names(self) -> dict[str, str]:
        return {
            "CN": self.tr("Mainland China"),
            "CN-SH": self.tr("Mainland China: Shanghai"),
            "HK": self.tr("Hong Kong"),
            "TW": self.tr("Taiwan"),
            "MO": self.tr("Macao"),
            "SG": self.tr("Singapore"),
            "MY": self.tr("Malaysia"),
            "US": self.tr("United States"),
            "CA": self.tr("Canada"),
            "GB": self.tr("United Kingdom"),
            "GB-ENG": self.tr("United Kingdom: England"),
            "IE": self.tr("Ireland"),
            "AU": self.tr("Australia"),
            "NZ": self.tr("New Zealand"),
        }
