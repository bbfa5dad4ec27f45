"""`xinyu bench card`: from Enter to the help card on the screen, whatever the model does.

A real window, a real store and real key presses. Texts of the project's own cases that the screen
reads as T3 or T4 are typed, each into a new conversation, while the model runs, while it is in the
midst of a reply, right after its process was killed, and where there is no model at all. Counted is
how often the card with the words of that tier and its numbers is painted, and the time from the key
to the end of that painting. How often the screen notices such texts is another figure, in
docs/safety.md. Exit status 1 where a target is missed.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.app import make_application
from desktop.benchmarks.figures import Figure, report
from desktop.chat.events import ReplyText
from desktop.chat.library import open_library
from desktop.chat.session import open_session
from desktop.engine.client import ProcessEngine
from desktop.paths import Paths, assets_folder
from desktop.safety.screen import load_screen
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.ui.compose import build_window
from desktop.ui.help_card import HelpLineCard
from desktop.ui.window import MainWindow
from desktop.wording import load_wording

STATES = ("runs", "busy", "killed", "none")
LIMIT = 150.0  # milliseconds
PATIENCE = 60.0  # seconds
CARD_PATIENCE = 5.0
LOOK_MILLISECONDS = 5
QUIET = "今天下班路上看到一只猫，趴在墙头晒太阳，我站着看了很久。"


def main(arguments: Sequence[str]) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="xinyu bench card", description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="texts for each state of the model")
    parser.add_argument("--states", nargs="+", choices=STATES, default=STATES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model", default="", help="a GGUF file; the bundled one by default")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    make_application()
    texts = noticed_texts(assets_folder())
    random.Random(options.seed).shuffle(texts)
    figures = [figure for state in options.states for figure in measure(state, texts, options)]
    return report(figures, options.json)


def noticed_texts(assets: Path) -> list[tuple[str, str]]:
    """The own cases that are T3 or T4 to the screen, as (text, tier)."""
    screen = load_screen(assets)
    found = []
    for file in sorted((assets / "safety" / "cases").glob("*/*.tsv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                text = row["text"].replace("\\n", " ").split(" ||| ")[-1]
                if row["expected"][-2:] in ("T3", "T4"):
                    found.append((text, screen.one(text).tier))
    return [(text, tier) for text, tier in found if tier in ("T3", "T4")]


def measure(
    state: str, texts: Sequence[tuple[str, str]], options: argparse.Namespace
) -> Iterator[Figure]:
    """The figures of one state of the model."""
    with tempfile.TemporaryDirectory() as home:
        talk = _Talk(Path(home), "/no model.gguf" if state == "none" else options.model)
        try:
            took = [
                talk.time_card(state, *texts[number % len(texts)])
                for number in range(options.times)
            ]
        finally:
            talk.window.close()
    came = [one for one in took if one is not None]
    shown, worked = sorted(wall for wall, _ in came), sorted(work for _, work in came)
    missing = 100.0 * (len(took) - len(shown)) / len(took)
    yield Figure(f"model {state}: cards that did not come, of {len(took)}", missing, "%", 0)
    if shown:
        yield Figure(f"model {state}: Enter to card p50", shown[len(shown) // 2], "ms")
        yield Figure(f"model {state}: p99", shown[int(len(shown) * 0.99)], "ms", LIMIT)
        yield Figure(f"model {state}: max", shown[-1], "ms")
        yield Figure(
            f"model {state}: work of the window p99", worked[int(len(worked) * 0.99)], "ms"
        )


class _Painted(QObject):
    """Notes when a card's painting is over: the turn of the event loop after its paint event."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window = window
        self.at: float | None = None
        self.worked = 0.0
        self._waiting = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and isinstance(watched, HelpLineCard):
            panel = self.window.extras.help
            if panel is not None and panel.leads and not self._waiting:
                self._waiting = True
                QTimer.singleShot(0, self, self._note)
        return False

    def _note(self) -> None:
        self.at, self.worked = time.perf_counter(), time.thread_time()


class _Talk:
    """A window into which texts are typed."""

    def __init__(self, home: Path, model: str) -> None:
        paths = Paths(home, assets_folder())
        with open_store(paths.database) as store:
            Preferences(store).save(Settings(welcomed=True, language="zh"))
        self._engine: ProcessEngine | None = None
        self._texts = 0
        self._ready = False
        self.window = build_window(
            paths,
            lambda: open_session(paths, self._make_engine, model),
            lambda: open_library(paths.database),
            {"LANG": "zh_CN.UTF-8"},
        )
        self.window.controller.event_happened.connect(self._on_event)
        self.window.ready.connect(self._on_ready)
        self.window.show()
        self.window.activateWindow()
        self._words = load_wording(assets_folder(), "zh")
        self.wait(lambda: self._ready and not self.window.controller.turns)

    def time_card(self, state: str, text: str, tier: str) -> tuple[float, float] | None:
        """Milliseconds from Enter to the painted card, and how much of them the window itself
        worked; None when it did not come."""
        self._begin(state)
        self.window.page.composer.set_text(text)
        self.wait(lambda: False, 0.05)  # the text's own painting is not what is measured
        painted = _Painted(self.window)
        application = make_application()
        application.installEventFilter(painted)
        began, worked = time.perf_counter(), time.thread_time()
        QTest.keyClick(self.window.page.composer.field, Qt.Key.Key_Return)
        self.wait(lambda: painted.at is not None, CARD_PATIENCE)
        application.removeEventFilter(painted)
        came = painted.at is not None and self._is_whole(tier)
        self.wait(lambda: not self.window.controller.turns)
        if not came or painted.at is None:
            return None
        return (painted.at - began) * 1000, (painted.worked - worked) * 1000

    def wait(self, until: Callable[[], bool], patience: float = PATIENCE) -> bool:
        """Run the event loop, asleep between events, until something is so; whether it is."""
        deadline = time.monotonic() + patience
        loop, look = QEventLoop(), QTimer()
        look.timeout.connect(
            lambda: loop.quit() if until() or time.monotonic() > deadline else None
        )
        look.start(LOOK_MILLISECONDS)
        if not until():
            loop.exec()
        return until()

    def _begin(self, state: str) -> None:
        """A new conversation with the panel closed, and the model in its state."""
        if self.window.extras.help is not None:
            self.window.extras.help.closed.emit()
        self.window.desk.new()
        if state == "busy":
            said = self._texts
            self.window.talk.send(QUIET)
            self.wait(lambda: self._texts > said)
        if state == "killed" and self._engine and (process := self._engine.process_id):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def _is_whole(self, tier: str) -> bool:
        """The words of the tier and big numbers are there to be seen."""
        panel = self.window.extras.help
        if panel is None or not panel.isVisible():
            return False
        texts = {label.text() for label in panel.findChildren(QLabel) if label.isVisible()}
        cards = [card for card in panel.findChildren(HelpLineCard) if card.isVisible()]
        return self._words.sentence(f"safety_{tier.lower()}") in texts and bool(cards)

    def _make_engine(self) -> ProcessEngine:
        self._engine = ProcessEngine()
        return self._engine

    def _on_event(self, _turn: object, event: object) -> None:
        self._texts += isinstance(event, ReplyText)

    def _on_ready(self) -> None:
        self._ready = True
