"""What stands behind "Details" of a model: its sizes to choose from, and the technical names.

Knows no download and no shelf.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.chat.models_events import FileChoice, ModelCard
from desktop.ui.choice_box import ChoiceBox
from desktop.ui.gate_parts import button, label
from desktop.ui.models_words import ModelsWords


class ModelDetails(QWidget):
    """Folded away until it is asked for.

    Attributes:
        file: the one that was chosen; the best one until then.
    """

    def __init__(self, card: ModelCard, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = card
        self._words = ModelsWords(self)
        self.file = card.file
        self.unfold = button("chip")
        self.unfold.setCheckable(True)
        self.unfold.setText(self.tr("Details"))
        self.unfold.setAccessibleName(self.tr("Details: {model}").format(model=name))
        self.facts = label("soft", self._fact_lines())
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.size_box = self._sizes(name)
        self._arrange()

    def _arrange(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if len(self._card.files) > 1:
            column.addWidget(self.size_box)
        column.addWidget(self.facts)
        row = QHBoxLayout()
        row.addWidget(self.unfold)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(row)
        whole.addWidget(inside)
        inside.hide()
        self.unfold.toggled.connect(inside.setVisible)

    def _sizes(self, name: str) -> ChoiceBox:
        box = ChoiceBox(self)
        box.setMinimumHeight(36)
        box.setAccessibleName(self.tr("Size of {model}").format(model=name))
        choices = [(file.quantisation, self._size_words(file)) for file in self._card.files]
        box.offer(choices, self.file.quantisation)
        box.value_chosen.connect(self._on_size_chosen)
        box.setVisible(len(self._card.files) > 1)
        return box

    def _size_words(self, file: FileChoice) -> str:
        levels = {
            "well": self.tr("fits well"),
            "slowly": self.tr("fits, slowly"),
            "not": self.tr("does not fit"),
        }
        parts = [self._words.size(file.size), levels.get(file.verdict.level, ""), file.quantisation]
        return "  ·  ".join(part for part in parts if part)

    def _on_size_chosen(self, quantisation: str) -> None:
        self.file = next(f for f in self._card.files if f.quantisation == quantisation)
        self.facts.setText(self._fact_lines())

    def _fact_lines(self) -> str:
        card = self._card
        facts = [
            (self.tr("File"), self.file.file),
            (self.tr("Kind"), self.file.quantisation),
            (self.tr("Licence"), card.licence),
            (self.tr("Made from"), card.base),
            (self.tr("Repository"), card.repository),
            (self.tr("Place"), str(card.path.parent) if card.path else ""),
            ("SHA-256", _grouped(card.sha256)),
        ]
        return "\n".join(f"{name}: {value}" for name, value in facts if value)


def _grouped(digest: str) -> str:
    """In groups, so that it breaks into lines where there is little room."""
    return " ".join(digest[start : start + 16] for start in range(0, len(digest), 16))
