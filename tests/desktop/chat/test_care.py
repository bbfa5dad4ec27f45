"""What a turn leaves behind when risk was noticed: names and times, never what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.chat.events import Screened
from desktop.chat.session import Session, open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import StoreError
from desktop.paths import Paths, assets_folder
from desktop.safety.plan import is_due, plan_text
from desktop.settings import Settings
from desktop.store.database import open_store
from desktop.store.records import EmergencyContact, SafetyPlan
from desktop.wording import load_wording

DANGER = "药我已经攒够了，今晚就吃"
FRIEND = "我朋友说今晚要跳楼，我联系不上她了"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, assets_folder())


@pytest.fixture
def session(paths: Paths) -> Iterator[Session]:
    made = open_session(paths, lambda: ScriptedEngine(["我在。"] * 9))
    yield made
    made.close()


def say(session: Session, text: str) -> None:
    for _ in session.send(None, text):
        pass


def test_what_was_noticed_is_noted_with_what_was_shown(session: Session) -> None:
    say(session, DANGER)

    (note,) = session.care.records.notes()
    assert note.tier == "T4"
    assert note.rules
    assert note.shown[:2] == ("card:first", "safety_t4")
    assert session.care.pinned_lines("zh") == [
        "对方最近有过很艰难的时刻；今天的安全值得温和地问一句。"
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (DANGER, "今天的安全值得温和地问一句"),
        ("I took all the pills, tonight is the night", "hard moments lately"),
    ],
)
def test_what_was_noted_goes_with_the_next_script_in_the_language_of_the_talk(
    paths: Paths, text: str, line: str
) -> None:
    engine = ScriptedEngine(["我在。"] * 9)
    session = open_session(paths, lambda: engine)
    say(session, text)
    session.close()

    (request,) = engine.requests
    assert line in "".join(message.content for message in request.messages)


def test_nothing_that_was_typed_is_in_a_note_or_a_count(session: Session, paths: Paths) -> None:
    texts = (
        DANGER,
        FRIEND,
        "我妈天天打我",
        "I took all the pills, tonight is the night",
        "我要捅死他",
    )
    for text in texts:
        say(session, text)
    session.close()

    with open_store(paths.database) as store:
        stored = " ".join(
            str(value)
            for table in ("safety_notes", "safety_counts")
            for row in store.rows(f"SELECT * FROM {table}")
            for value in row
        )
    assert "card:" in stored
    assert not [word for word in ("took", "all the", "tonight", "不想", "捅") if word in stored]
    assert not [letter for letter in stored if letter >= "\u0100"]


def test_help_is_told_before_anything_is_noted(session: Session) -> None:
    for event in session.send(None, DANGER):
        if isinstance(event, Screened):
            assert session.care.records.notes() == []
            break


def test_ordinary_talk_and_what_only_lasts_leave_nothing_new(session: Session) -> None:
    say(session, "今天天气不错")
    assert session.care.records.notes() == []
    assert session.care.records.counts() == []
    assert session.care.pinned_lines("zh") == []


def test_months_are_not_counted_where_the_person_does_not_want_it(session: Session) -> None:
    session.save_settings(replace(Settings(), count_help=False))
    say(session, DANGER)
    assert session.care.records.counts() == []
    assert len(session.care.records.notes()) == 1

    session.save_settings(Settings())
    say(session, DANGER)
    assert ("card:first", 1) in [(one.name, one.count) for one in session.care.records.counts()]


def test_a_note_that_cannot_be_kept_stops_no_turn(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("store_disk_full")

    monkeypatch.setattr(session.care.records, "add_note", full)
    names = [type(event).__name__ for event in session.send(None, DANGER)]
    assert "ReplyFinished" in names


def test_pinned_lines_name_nobody(session: Session) -> None:
    session.care.records.save_plan(["手抖", "", "", "姐姐小雨", "", ""])
    session.care.records.save_contact(EmergencyContact("小雨", "13800000000", "来"))
    say(session, DANGER)

    lines = session.care.pinned_lines("en") + session.care.pinned_lines("zh")

    assert len(lines) == 6
    assert not [word for word in ("小雨", "1380", "手抖", "药", "T4") if word in "".join(lines)]
    session.care.records.delete_notes()
    assert session.care.pinned_lines("zh") == []


def test_a_plan_is_due_after_thirty_days() -> None:
    plan = SafetyPlan(("a", "", "", "", "", ""), 0.0)
    assert not is_due(plan, 29 * 86_400)
    assert is_due(plan, 30 * 86_400)
    assert not is_due(SafetyPlan(), 10**9)


def test_a_plan_as_text_keeps_the_order_and_says_what_is_empty() -> None:
    plan = SafetyPlan(("手抖\n睡不着", "", "", "", "", "交给姐姐"), 0.0)
    text = plan_text(plan, load_wording(assets_folder(), "zh"))
    assert text.startswith("1. 我怎么知道难熬的时候要来了\n   手抖\n   睡不着\n2. ")
    assert text.count("（还没有写）") == 4
    assert text.endswith("   交给姐姐")
