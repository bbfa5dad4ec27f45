"""Plan, contact, notes and counts on disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.store.database import Store, open_store
from desktop.store.records import EmergencyContact, MonthCount, SafetyPlan
from desktop.store.safety import SafetyRecords

DAY = 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "xinyu.db") as made:
        yield made


def test_a_plan_is_read_as_it_was_written(store: Store) -> None:
    records = SafetyRecords(store, lambda: 100.0)
    assert records.plan() == SafetyPlan()

    records.save_plan(["手抖", "", "", "姐姐 1\n\x00阿明", "", "  药给姐姐  "])

    assert records.plan() == SafetyPlan(("手抖", "", "", "姐姐 1\n阿明", "", "药给姐姐"), 100.0)


def test_emptied_steps_are_gone_and_an_empty_plan_has_no_date(store: Store) -> None:
    records = SafetyRecords(store)
    records.save_plan(["一"] * 6)

    records.save_plan([" "] * 6)

    assert records.plan() == SafetyPlan()
    assert store.rows("SELECT * FROM safety_plan") == []


def test_confirming_moves_the_date_and_no_word(store: Store) -> None:
    now = [0.0]
    records = SafetyRecords(store, lambda: now[0])
    records.save_plan(["一", "", "", "", "", ""])
    now[0] = 40 * DAY

    records.confirm_plan()

    assert records.plan() == SafetyPlan(("一", "", "", "", "", ""), 40 * DAY)


def test_five_texts_are_no_plan(store: Store) -> None:
    with pytest.raises(ValueError, match="5 steps"):
        SafetyRecords(store).save_plan(["x"] * 5)


def test_there_is_one_contact_or_none(store: Store) -> None:
    records = SafetyRecords(store)
    assert records.contact() is None

    records.save_contact(EmergencyContact("甲", "1", ""))
    records.save_contact(EmergencyContact("乙 ", "2", "来\n一下"))
    assert records.contact() == EmergencyContact("乙", "2", "来\n一下")

    records.save_contact(None)
    assert records.contact() is None


def test_notes_come_latest_first_and_are_deleted_one_by_one_or_all(store: Store) -> None:
    now = [1.0]
    records = SafetyRecords(store, lambda: now[0])
    for number in range(3):
        now[0] = float(number)
        records.add_note("T2", ["TP", "A"], [f"rule_{number}"], ["card:inline"])

    notes = records.notes()
    assert [note.rules for note in notes] == [("rule_2",), ("rule_1",), ("rule_0",)]
    assert notes[0].kinds == ("TP", "A")
    records.delete_note(notes[1].id)
    assert [note.id for note in records.notes()] == [notes[0].id, notes[2].id]
    records.delete_notes()
    assert records.notes() == []


@pytest.mark.parametrize("sentence", ["我 不想活了", "two words", ""])
def test_a_sentence_is_no_name_of_a_rule(store: Store, sentence: str) -> None:
    with pytest.raises(ValueError, match="short names"):
        SafetyRecords(store).add_note("T2", [], [sentence], [])


def test_counts_go_by_month(store: Store) -> None:
    now = [1_750_000_000.0]
    records = SafetyRecords(store, lambda: now[0])
    records.count(["card:inline", "kind:A"])
    records.count(["card:inline"])
    now[0] += 62 * DAY
    records.count(["card:inline"])

    assert records.counts() == [
        MonthCount("2025-08", "card:inline", 1),
        MonthCount("2025-06", "card:inline", 2),
        MonthCount("2025-06", "kind:A", 1),
    ]
    records.delete_counts()
    assert records.counts() == []
