"""How old somebody is, asked in four plain steps; under fourteen with a guardian's word for it.

Hands over one of `desktop.settings.AGE_BANDS`; what follows from it is not known here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from desktop.ui.choice_box import ChoiceBox

CHILD, UNSAID = "child", "unsaid"


class AgeQuestion(QWidget):
    """The box, and below it what is asked of the youngest.

    Signals:
        answered: the band, as soon as it is complete.
        changed: something was chosen or ticked.
    """

    answered = Signal(str)
    changed = Signal()

    def __init__(self, band: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = ChoiceBox(self)
        self.box.setObjectName("ageBox")
        self.box.setMinimumHeight(36)
        self._hint = QLabel(self)
        self._hint.setWordWrap(True)
        self._hint.setProperty("tone", "soft")
        self.consent = QCheckBox(self)
        self.consent.setMinimumHeight(32)
        self.consent.setChecked(band == CHILD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.box, self.consent, self._hint):
            column.addWidget(widget)
        self._write(band or UNSAID)
        self.box.value_chosen.connect(lambda _: self._on_changed())
        self.consent.toggled.connect(lambda _: self._on_changed())

    @property
    def is_complete(self) -> bool:
        """Whether it may be taken as it stands: the youngest need a guardian's consent."""
        return self.box.value() != CHILD or self.consent.isChecked()

    def band(self) -> str:
        return self.box.value()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write(self.box.value())
        super().changeEvent(event)

    def _write(self, chosen: str) -> None:
        self.box.offer(
            [
                (UNSAID, self.tr("Rather not say")),
                (CHILD, self.tr("Under 14")),
                ("teen", self.tr("14 to 17")),
                ("adult", self.tr("18 or older")),
            ],
            chosen,
        )
        self.consent.setText(self.tr("A parent or guardian knows and agrees"))
        self._show_state()

    def _on_changed(self) -> None:
        self._show_state()
        self.changed.emit()
        if self.is_complete:
            self.answered.emit(self.band())

    def _show_state(self) -> None:
        child = self.box.value() == CHILD
        self.consent.setVisible(child)
        if child and not self.consent.isChecked():
            words = self.tr(
                "Please look at this page together with a parent or guardian first."
                " The help button works in any case."
            )
        else:
            words = self.tr(
                "Only kept here. Under 18, replies are held to stricter rules"
                " and youth lines stand beside the others."
            )
        self._hint.setText(words)
        self.box.setAccessibleDescription(words)
