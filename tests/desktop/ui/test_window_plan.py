"""Plan, contact, calm and notes in the real window, by keyboard, by ear, and without a model."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from desktop.chat.care import EmergencyContact, SafetyPlan
from desktop.chat.library import open_library
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import ModelFileError
from desktop.paths import assets_folder
from desktop.safety.helplines import load_helplines
from desktop.store.database import open_store
from desktop.store.safety import SafetyRecords
from desktop.ui import help_card
from desktop.ui.calm_page import CalmPage
from desktop.ui.contact_page import ContactPage
from desktop.ui.help_card import CopyButton, HelpLineCard
from desktop.ui.help_dialog import HelpButton, HelpDialog
from desktop.ui.help_panel import HelpPanel
from desktop.ui.plan_page import PlanPage
from desktop.ui.qr import modules
from desktop.ui.rows import Kind
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.window import MainWindow
from tests.support.window_desk import WAIT, Desk

DANGER = "炭买好了，屋里就我一个，今晚就点火"
CONTACT = EmergencyContact("小雨", "010 5555 0199", "")


def no_model() -> ScriptedEngine:
    return ScriptedEngine(load_error=ModelFileError("model_missing", path="小.gguf"))


def own(desk: Desk) -> SafetyPlan:
    with open_store(desk.paths.database, read_only=True) as store:
        return SafetyRecords(store).plan()


def write(desk: Desk, *, plan: list[str] | None = None, contact: bool = False) -> None:
    with open_store(desk.paths.database) as store:
        if plan:
            SafetyRecords(store).save_plan(plan)
        if contact:
            SafetyRecords(store).save_contact(CONTACT)


def plan_page(window: MainWindow) -> PlanPage:
    page = window.drawer.page("plan")
    assert isinstance(page, PlanPage)
    return page


def panel_of(window: MainWindow) -> HelpPanel:
    assert window.extras.help is not None
    return window.extras.help


def press(widget: QWidget, words: str) -> None:
    next(b for b in widget.findChildren(QPushButton) if b.text() == words).click()


def heard_in(widget: QWidget) -> str:
    """Every name in the accessibility tree below a widget that can be seen."""
    found: list[str] = []

    def walk(part: object) -> None:
        assert isinstance(part, type(root))
        if part.state().invisible:
            return
        found.append(part.text(QAccessible.Text.Name))
        for number in range(part.childCount()):
            child = part.child(number)
            if child is not None:
                walk(child)

    root = QAccessible.queryAccessibleInterface(widget)
    walk(root)
    return "\n".join(found)


def test_the_plan_is_two_presses_away_and_kept_in_the_persons_words(desk: Desk) -> None:
    window = desk.open(no_model())
    window.help_button.click()
    press(panel_of(window), "我的安全计划")
    page = plan_page(window)
    assert window.drawer.shown == "plan"

    page.fields[0].setPlainText("整夜睡不着 😞")
    page.fields[5].setPlainText("药给姐姐")
    assert own(desk) == SafetyPlan()
    page.save_button.click()
    desk.qtbot.waitUntil(lambda: not page.is_changed, timeout=WAIT)

    assert own(desk).steps == ("整夜睡不着 😞", "", "", "", "", "药给姐姐")
    assert not page.is_changed
    window.drawer.close_drawer()
    assert panel_of(window).isVisible()


def test_no_word_changes_without_the_persons_hand(desk: Desk) -> None:
    write(desk, plan=["一", "二", "三", "四", "五", "六"])
    before = own(desk)
    window = desk.open()
    window.drawer.open("plan")
    for text in (DANGER, "我又想起那个计划了", "没事了"):
        desk.ask(window, text)
    window.drawer.open("plan")
    window.drawer.close_drawer()
    window.close()

    assert own(desk) == before


def test_words_not_saved_yet_outlive_the_drawer_and_the_window(desk: Desk) -> None:
    window = desk.open()
    window.drawer.open("plan")
    plan_page(window).fields[1].setPlainText("下楼走一圈")
    window.drawer.close_drawer()
    window.drawer.open("plan")
    assert plan_page(window).fields[1].toPlainText() == "下楼走一圈"
    assert own(desk) == SafetyPlan()

    window.close()

    assert own(desk).steps[1] == "下楼走一圈"


def test_after_thirty_days_it_asks_to_be_read_again(desk: Desk) -> None:
    with open_store(desk.paths.database) as store:
        SafetyRecords(store, lambda: 1_000.0).save_plan(["一", "", "", "", "", ""])
    window = desk.open()
    window.drawer.open("plan")
    press(plan_page(window), "还合适")
    desk.qtbot.waitUntil(lambda: own(desk).reviewed_at != 1_000.0, timeout=WAIT)
    QApplication.processEvents()

    assert own(desk).reviewed_at != 1_000.0
    assert own(desk).steps[0] == "一"
    assert not [b for b in plan_page(window).findChildren(QPushButton)
                if b.text() == "还合适" and b.isVisible()]  # fmt: skip


def test_the_plan_on_paper_is_a_whole_file_or_none(desk: Desk, tmp_path: Path) -> None:
    write(desk, plan=["整夜睡不着", "", "", "", "", ""], contact=True)
    window = desk.open()
    paper = window.care.pages.paper
    text = paper.document().toPlainText()
    assert "整夜睡不着" in text
    assert "小雨 010 5555 0199" in text
    assert "110、120 或 119" in text

    assert paper.write_pdf(tmp_path / "我的 计划.pdf")
    assert (tmp_path / "我的 计划.pdf").read_bytes().startswith(b"%PDF")
    assert not paper.write_pdf(tmp_path / "nowhere" / "plan.pdf")


def test_whom_the_person_chose_stands_on_the_card_with_words_to_copy(desk: Desk) -> None:
    window = desk.open(no_model())
    window.drawer.open("contact")
    page = window.drawer.page("contact")
    assert isinstance(page, ContactPage)
    page.name.setText("小雨")
    page.number.setText("010 5555 0199")
    with desk.qtbot.waitSignal(window.care.pages.contact_changed, timeout=WAIT):
        press(page, "保存")
    window.drawer.close_drawer()

    desk.ask(window, DANGER)

    assert "小雨" in heard_in(panel_of(window))
    press(panel_of(window), "复制这段话")
    assert QGuiApplication.clipboard().text().startswith("小雨，我现在很难受")
    panel_of(window).closed.emit()
    assert "小雨 010 5555 0199" in window.page.danger_bar.label.text()


def test_a_contact_without_name_and_number_is_asked_for(desk: Desk) -> None:
    window = desk.open()
    window.drawer.open("contact")
    page = window.drawer.page("contact")
    press(page, "保存")
    assert "请至少写名字或号码" in heard_in(page)
    with closing(open_library(desk.paths.database)) as library:
        assert library.contact() is None


def test_every_number_of_the_t4_card_is_reached_by_tab_and_announced(desk: Desk) -> None:
    write(desk, contact=True)
    window = desk.open(no_model())
    desk.ask(window, DANGER)
    panel = panel_of(window)
    shown = {"120", "110", "119", "12356", "12355", "12338", "962525"}
    desk.qtbot.waitUntil(  # what stands further down comes after what was noticed is painted
        lambda: {c.line.number for c in panel.findChildren(HelpLineCard) if c.isVisible()} == shown
    )
    tree = heard_in(panel)
    for number in (*shown, CONTACT.number):
        assert help_card.spelled(number) in tree

    reached: set[str] = set()
    window.activateWindow()
    panel.focus_first()
    for _ in range(80):
        at = QApplication.focusWidget()
        assert at is not None
        if isinstance(at, CopyButton):
            desk.qtbot.keyClick(at, Qt.Key.Key_Space)
            reached.add(QGuiApplication.clipboard().text())
        desk.qtbot.keyClick(at, Qt.Key.Key_Tab)
    assert {*shown, CONTACT.number} <= reached


def test_the_card_does_not_wait_for_a_turn_that_hangs(desk: Desk) -> None:
    """The words of danger come while the conversation thread is busy with something else."""
    window = desk.open(ScriptedEngine(["很长的回答" * 40], tokens_per_second=0.5))
    desk.say(window, "今天天气不错")
    desk.qtbot.waitUntil(lambda: window.controller.talking is not None, timeout=WAIT)

    desk.say(window, DANGER)

    assert panel_of(window).isVisible()
    assert panel_of(window).leads
    window.talk.stop()
    desk.settle(window)


def test_a_card_in_the_talk_is_folded_away_and_brought_back_by_keyboard(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "有时候我真的不想活了")
    number = next(i for i, row in enumerate(window.messages.rows()) if row.kind is Kind.NOTICE)
    card = window.messages.row(number).text
    assert "12356" in card
    window.page.view.setFocus(Qt.FocusReason.TabFocusReason)
    window.page.view.setCurrentIndex(window.messages.index(number))

    desk.qtbot.keyClick(window.page.view, Qt.Key.Key_Delete)
    assert window.messages.row(number).text == "给难熬时刻的话和号码，收起来了。"
    desk.qtbot.keyClick(window.page.view, Qt.Key.Key_Return)
    assert window.messages.row(number).text == card


def test_nothing_covers_the_numbers_in_a_small_window(desk: Desk) -> None:
    window = desk.open(no_model())
    window.resize(480, 640)
    desk.ask(window, DANGER)
    window.drawer.open("plan")

    bar = window.page.danger_bar
    assert bar.isVisible()
    place = bar.mapTo(window, bar.rect().center())
    assert bar.isAncestorOf(window.childAt(place)) or window.childAt(place) is bar
    assert window.drawer.y() >= bar.y() + bar.height()
    assert window.drawer.help_button.isVisible()
    window.drawer.help_button.click()
    assert panel_of(window).isVisible()


def test_breathing_stands_still_where_nothing_may_move_and_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from desktop.ui import calm_page

    heard: list[str] = []
    monkeypatch.setattr(calm_page, "announce", lambda _, words: heard.append(words))
    monkeypatch.setattr(calm_page, "IN_SECONDS", 0.02)
    monkeypatch.setattr(calm_page, "OUT_SECONDS", 0.02)
    window = desk.open(no_model())
    window.help_button.click()
    press(panel_of(window), "安静一分钟：呼吸和着陆")
    page = window.drawer.page("calm")
    assert isinstance(page, CalmPage)
    desk.qtbot.keyClick(page.breathing.button, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: not page.breathing.is_running, timeout=WAIT)

    assert heard[:2] == ["吸气……", "呼气……"]
    assert len(heard) == 13
    assert page.breathing.circle.filled == calm_page.SMALL
    for _ in range(6):
        desk.qtbot.keyClick(page.grounding.button, Qt.Key.Key_Space)
    assert page.grounding.says.text() == "你在这里，在这个房间，此刻。再呼吸一次。"


def test_what_was_noted_is_seen_and_deleted(desk: Desk) -> None:
    window = desk.open(no_model())
    desk.ask(window, DANGER)
    window.drawer.open("notes")
    page = window.drawer.page("notes")
    assert "也许此刻就有危险" in heard_in(page)
    assert "炭" not in heard_in(page)
    press(page, "删掉")
    desk.qtbot.waitUntil(lambda: "什么都没有记。" in heard_in(page), timeout=WAIT)
    with open_store(desk.paths.database, read_only=True) as store:
        assert SafetyRecords(store).notes() == []


@pytest.mark.parametrize("way", ["button", "key"])
def test_help_is_one_step_away_in_a_dialog(desk: Desk, way: str) -> None:
    window = desk.open(no_model())
    window.show_settings()
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.activateWindow()
    desk.qtbot.waitUntil(lambda: dialog.isAncestorOf(QApplication.focusWidget()), timeout=WAIT)

    if way == "button":
        dialog.findChildren(HelpButton)[0].click()
    else:
        desk.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F1)

    desk.qtbot.waitUntil(lambda: dialog.findChild(HelpDialog) is not None, timeout=WAIT)
    assert "1 2 3 5 6" in heard_in(dialog.findChild(HelpDialog))
    dialog.findChild(HelpDialog).accept()
    dialog.reject()


def test_the_panel_needs_no_store_and_no_model(desk: Desk) -> None:
    """What a locked app shows: numbers, and nothing of the person's own."""
    window = desk.open()
    panel = window.extras.new_panel(window.talk.wording, "CN")
    desk.qtbot.addWidget(panel)
    panel.show()
    heard = heard_in(panel)
    assert "1 2 0" in heard
    assert "安全计划" not in heard


def test_one_key_hides_everything_and_brings_it_back(desk: Desk) -> None:
    window = desk.open()
    desk.ask(window, "我老公天天打我")
    window.activateWindow()
    title = window.windowTitle()

    desk.qtbot.keyClick(window, Qt.Key.Key_F12)
    leave = window.care.quick_leave
    assert leave.is_away
    assert window.windowTitle() == "笔记"
    window.showNormal()
    sheet = window.childAt(window.rect().center())
    assert "plainSheet" in (sheet.objectName(), sheet.parent().objectName())

    desk.qtbot.keyClick(window, Qt.Key.Key_F12)
    assert not leave.is_away
    assert window.windowTitle() == title


def test_the_code_for_a_phone_holds_the_number_and_nothing_else() -> None:
    import segno

    for line in load_helplines(assets_folder()).for_region("CN"):
        assert line.dial_code == f"tel:{line.number}"
        expected = segno.make_qr(f"tel:{line.number}", error="m").matrix
        assert modules(line.dial_code) == [bytes(row) for row in expected]
    american = {
        line.number: line.dial_code for line in load_helplines(assets_folder()).for_region("US")
    }
    assert american["741741"] == "sms:741741"
