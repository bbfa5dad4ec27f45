"""What the window shows when risk is noticed, with a model, a dead one or none."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.chat import session
from desktop.chat.events import ReplyBegan, Screened, TurnEvent
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError, ModelFileError
from desktop.paths import assets_folder
from desktop.safety.judge import Screening
from desktop.ui import help_panel
from desktop.ui.help_card import HelpLineCard
from desktop.ui.rows import Kind
from desktop.ui.window import MainWindow
from desktop.wording import load_wording
from tests.support.window_desk import WAIT, Desk, said, shown

WORDING = load_wording(assets_folder(), "zh")
ENGINES = {
    "runs": lambda: ScriptedEngine(["我在。"]),
    "missing": lambda: ScriptedEngine(load_error=ModelFileError("model_missing", path="小.gguf")),
    "cannot start": lambda: ScriptedEngine(load_error=EngineError("engine_start_failed")),
    "dies": lambda: ScriptedEngine(failures={0: (0, EngineError("engine_died"))}),
}


class ByName:
    """A screen that reads tier and kinds off the message; "~" says that they only last."""

    notices: tuple[str, ...] = ()

    def conversation(self, turns: Sequence[str]) -> Screening:
        words = turns[-1].split()
        tier = next((word.strip("~") for word in words if word.strip("~")[:1] == "T"), "T0")
        kinds = tuple(word for word in words if word in ("V", "A", "M", "P", "friend"))
        kinds = tuple("TP" if kind == "friend" else kind for kind in kinds)
        return Screening(tier, kinds, 0.9, ("lasting",) if "~" in turns[-1] else ("rule",))


@pytest.fixture(autouse=True)
def by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "load_screen_or_floor", lambda _: ByName())


def words(code: str) -> str:
    return WORDING.sentence(code)


def notices(window: MainWindow) -> list[str]:
    return [row.text for row in window.messages.rows() if row.kind is Kind.NOTICE]


def panel_texts(window: MainWindow) -> list[str]:
    panel = window.extras.help
    assert panel is not None
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def panel_shown(window: MainWindow) -> bool:
    return window.extras.help is not None and window.extras.help.isVisible()


def test_nothing_noticed_changes_nothing(desk: Desk) -> None:
    window = desk.open()

    desk.ask(window, "今天天气不错")

    assert shown(window) == ["今天天气不错", "我在听。愿意多说一点吗？"]
    assert window.extras.help is None or not window.extras.help.isVisible()
    assert not window.page.danger_bar.isVisible()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("tier", ["T3", "T4"])
def test_the_panel_opens_by_itself_whatever_the_model_does(
    desk: Desk, tier: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(help_panel, "announce", lambda _, spoken: heard.append(spoken))
    window = desk.open(ENGINES[engine]())

    desk.ask(window, tier)

    assert panel_shown(window)
    assert words(f"safety_{tier.lower()}") in panel_texts(window)
    assert heard[0].startswith(words(f"safety_{tier.lower()}"))
    assert said(window)[0] == tier


def test_help_is_there_before_the_reply_begins(desk: Desk) -> None:
    window = desk.open()
    told: list[tuple[type, bool]] = []

    def note(_: object, event: TurnEvent) -> None:
        told.append((type(event), panel_shown(window)))

    window.controller.event_happened.connect(note)
    desk.ask(window, "T4")

    kinds = [kind for kind, _ in told]
    assert kinds.index(Screened) < kinds.index(ReplyBegan)
    assert told[kinds.index(Screened)][1]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_passing_wish_gets_one_quiet_line_that_opens_help(desk: Desk, engine: str) -> None:
    window = desk.open(ENGINES[engine]())

    desk.ask(window, "T1")
    desk.ask(window, "T1 again")

    assert notices(window).count(words("safety_t1")) == 1
    assert shown(window)[1] == words("safety_t1")
    assert not panel_shown(window)
    index = window.messages.index(1)
    zone = window.page.view.shape_of(1).zones["quiet_help"].center().toPoint()
    place = window.page.view.visualRect(index).topLeft() + zone
    desk.qtbot.mouseClick(window.page.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert panel_shown(window)


@pytest.mark.parametrize("engine", ENGINES)
def test_active_thoughts_get_words_numbers_and_a_button_in_the_talk(
    desk: Desk, engine: str
) -> None:
    window = desk.open(ENGINES[engine]())

    desk.ask(window, "T2")

    assert not panel_shown(window)
    card = shown(window)[1]
    assert card.startswith(words("safety_t2"))
    assert "12356" in card
    assert "help" in window.page.view.shape_of(1).zones
    window.page.view.setFocus(Qt.FocusReason.TabFocusReason)
    window.page.view.setCurrentIndex(window.messages.index(1))
    desk.qtbot.keyClick(window.page.view, Qt.Key.Key_Return)
    assert panel_shown(window)
    desk.qtbot.keyClick(window.extras.help, Qt.Key.Key_Escape)
    assert not panel_shown(window)


def test_the_card_stays_when_the_message_is_answered_anew_and_is_not_said_twice(
    desk: Desk,
) -> None:
    window = desk.open(ScriptedEngine(["一", "二"]))
    desk.ask(window, "T2")
    before = notices(window)

    desk.act(window, "again", 2)

    assert notices(window) == before
    assert said(window) == ["T2", "二"]


def test_the_card_comes_back_when_its_message_was_put_aside(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "T2")

    desk.act(window, "edit", 0)
    desk.ask(window, "T2 in other words")

    assert len(notices(window)) == 1


@pytest.mark.parametrize(("kind", "code"), [("friend", "tp"), ("V", "v"), ("A", "a"), ("P", "p")])
def test_each_kind_has_its_own_words(desk: Desk, kind: str, code: str) -> None:
    window = desk.open()

    desk.ask(window, f"about {kind}")

    assert shown(window)[1].startswith(words(f"safety_kind_{code}"))


def test_poison_shows_the_ambulance_first_and_largest(desk: Desk) -> None:
    window = desk.open()

    desk.ask(window, "T4 M")

    texts = panel_texts(window)
    assert texts.index(words("safety_t4")) < texts.index(words("safety_kind_m"))
    panel = window.extras.help
    assert panel is not None
    numbers = [card.findChild(QLabel) for card in panel.findChildren(HelpLineCard)]
    assert [(label.text(), label.property("tone")) for label in numbers[:2]] == [
        ("120", "largest"),
        ("12356", "number"),
    ]


def test_the_keyboard_stays_where_it_is_and_so_do_the_words(desk: Desk, qtbot: QtBot) -> None:
    window = desk.open(ScriptedEngine(["我在。" * 40], tokens_per_second=40))
    desk.say(window, "T4")
    window.page.composer.set_text("还没写完")
    qtbot.waitUntil(lambda: panel_shown(window), timeout=WAIT)

    assert window.page.composer.isAncestorOf(window.focusWidget())
    assert window.page.composer.text() == "还没写完"
    window.show_help()
    assert window.extras.help is not None
    assert window.extras.help.isAncestorOf(window.focusWidget())
    window.talk.stop()
    desk.settle(window)


def test_where_the_panel_covers_all_the_keyboard_goes_there_and_back(desk: Desk) -> None:
    window = desk.open()
    window.resize(480, 640)

    desk.ask(window, "T3")

    panel = window.extras.help
    assert panel is not None
    assert panel.isAncestorOf(window.focusWidget())
    desk.qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert window.page.composer.isAncestorOf(window.focusWidget())


def test_what_was_closed_stays_closed_until_there_is_something_new(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "T3")
    desk.qtbot.keyClick(window.extras.help, Qt.Key.Key_Escape)

    desk.ask(window, "T3~")
    assert not panel_shown(window)
    assert window.page.danger_bar.isVisible()
    assert "12356" in window.page.danger_bar.label.text()
    desk.ask(window, "T3")
    assert panel_shown(window)


def test_a_bar_with_the_emergency_number_stays_while_danger_is_near(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "T4")
    bar = window.page.danger_bar
    assert not bar.isVisible()

    narrow = window.page.width()
    desk.qtbot.keyClick(window.extras.help, Qt.Key.Key_Escape)
    assert window.page.width() > narrow
    assert bar.isVisible()
    assert "120" in bar.label.text()
    desk.ask(window, "T4~")
    assert bar.isVisible()
    there = window.talk.conversation_id
    window.desk.new()
    assert not bar.isVisible()
    window.desk.open(there)
    assert bar.isVisible()
    desk.ask(window, "T3~")
    assert "12356" in bar.label.text()
    assert "120" not in bar.label.text()


def test_an_edit_that_takes_danger_away_takes_its_words_from_the_panel(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "T4")

    desk.act(window, "edit", 0)
    desk.ask(window, "好多了")

    assert words("safety_t4") not in panel_texts(window)
    assert not window.page.danger_bar.isVisible()


def test_parts_that_cannot_be_read_are_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ByName, "notices", ("safety_rules_floor",))

    window = desk.open()

    assert words("safety_rules_floor") in window.page.banner.label.text()


def test_the_real_screen_is_what_the_window_uses(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    window = desk.open(ENGINES["missing"]())

    desk.ask(window, "药我已经攒够了，今晚就吃")

    assert words("safety_t4") in panel_texts(window)
