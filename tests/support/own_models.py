"""A catalogue of its own with one small model that a hub on loopback serves, and its window."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from desktop.chat.acceptance_table import load_acceptance
from desktop.chat.models import ModelsDesk
from desktop.chat.models_events import ModelsEvent
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.ui.model_card import ModelCardFrame
from desktop.ui.models_page import ModelsPage
from desktop.ui.window import MainWindow
from tests.support.gate import well_behaved
from tests.support.window_desk import WAIT, Desk

ENTRY = "little-one"


def write_assets(folder: Path, file: Path) -> Path:
    """The app's own assets, but for a catalogue that offers `file` beside the starter."""
    folder.mkdir(parents=True)
    for part in assets_folder().iterdir():
        if part.name != "catalogue.json":
            (folder / part.name).symlink_to(part)
    raw = json.loads((assets_folder() / "catalogue.json").read_text("utf-8"))
    raw["public"] = [
        {
            "id": ENTRY,
            "name": {"zh": "小小的一个", "en": "Little one"},
            "maker": "Somebody",
            "good_at": ["chat"],
            "base": "own/little",
            "licence": "Apache-2.0",
            "repository": "own/little-GGUF",
            "context": 2048,
            "starter": False,
            "writes_memory": False,
            "sampling": {"temperature": 0.5, "maximum_tokens": 90},
            "quantisations": [
                {
                    "name": "Q4_K_M",
                    "file": file.name,
                    "revision": None,
                    "size": file.stat().st_size,
                    "sha256": None,
                }
            ],
        }
    ]
    (folder / "catalogue.json").write_text(json.dumps(raw), "utf-8")
    return folder


class Models:
    """The page over a real window; trials run with a scripted engine.

    Attributes:
        says: what the tried model says otherwise, see `tests.support.gate.answers`.
        pace: tokens a second of the tried model; None: without waiting.
        talks: the engine that talks.
        picked: the file or folder the person picks.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.says: Mapping[str, str] = {}
        self.pace: float | None = None
        self.talks = ScriptedEngine(["我在听。"])
        self.picked = ""
        self.tried: list[ScriptedEngine] = []
        self.window: MainWindow = desk.open(self.talks, make_desk=self._make_desk)

    def open(self) -> ModelsPage:
        """The page, once it knows what is here."""
        self.window.models.open()
        page = self.page
        page._choose_file = page._choose_folder = lambda _parent, _title: self.picked
        self.until(lambda: self.shown("xinyu-starter"))
        return page

    def shown(self, model: str) -> bool:
        """Whether there is a card of it to be seen."""
        card = self.page.list.card(model)
        return card is not None and card.isVisible()

    def card(self, model: str) -> ModelCardFrame:
        """Its card as it is now; each look makes a new one."""
        self.until(lambda: self.shown(model))
        card = self.page.list.card(model)
        assert card is not None
        return card

    @property
    def page(self) -> ModelsPage:
        page = self.window.models.page
        assert page is not None
        return page

    def until(self, true: Callable[[], bool]) -> None:
        self.desk.qtbot.waitUntil(true, timeout=WAIT)

    def press(self, words: str, inside: QWidget | None = None) -> None:
        """Once there is such a button."""
        self.until(lambda: offers(inside or self.page, words))
        button(inside or self.page, words).click()

    def until_said(self, words: str) -> None:
        self.until(lambda: words in said(self.page))

    def add(self, file: Path, how: str = "复制过来") -> str:
        """Take a file in as a person does; its id."""
        self.picked = str(file)
        self.press("从硬盘或 U 盘添加…")
        self.until(lambda: offers(self.page, how))
        self.press(how)
        self.until_said("模型已经在这里")
        self.until(lambda: self.shown(file.stem))
        return file.stem

    def _make_desk(self, tell: Callable[[ModelsEvent], object]) -> ModelsDesk:
        return ModelsDesk(self.desk.paths, tell, self._engine)

    def _engine(self) -> ScriptedEngine:
        made = well_behaved(load_acceptance(self.desk.paths.assets), self.says)
        if self.pace:
            made._delay = 1 / self.pace
        self.tried.append(made)
        return made


def with_assets(desk: Desk, assets: Path) -> Desk:
    desk.paths = Paths(desk.paths.home, assets)
    return desk


def said(widget: QWidget) -> str:
    """Every word that can be seen."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def offers(widget: QWidget, words: str) -> bool:
    """Whether a button with these words can be pressed."""
    found = (b for b in widget.findChildren(QPushButton) if b.text() == words)
    return any(b.isVisible() and b.isEnabled() for b in found)


def button(widget: QWidget, words: str) -> QPushButton:
    """The button a person finds under these words."""
    found = [b for b in widget.findChildren(QPushButton) if b.text() == words and b.isVisible()]
    assert found, f"no button “{words}”"
    return found[0]
