"""What a person sees and does on the models page: real window, disk, hub and fetching process."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop.benchmarks.hub_server import Act, HubServer
from desktop.catalogue.listing import read_listing
from desktop.chat.choosing import choose, kept_report
from desktop.models.shelf import Shelf
from desktop.settings import Settings
from desktop.ui.about import AboutDialog
from desktop.ui.settings_dialog import SettingsDialog
from tests.support.own_models import ENTRY, Models, button, offers, said, with_assets, write_assets
from tests.support.tiny_gguf import CHATML, write_tiny_gguf
from tests.support.window_desk import Desk
from tests.support.window_desk import said as said_in_talk

STARTER = "xinyu-starter"
TALK = "和它聊"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "U 盘"
    folder.mkdir()
    return write_tiny_gguf(folder / "温和的 7b.gguf")


@pytest.fixture
def served(tmp_path: Path) -> Path:
    (tmp_path / "hub").mkdir()
    return write_tiny_gguf(tmp_path / "hub" / "little-Q4_K_M.gguf")


@pytest.fixture
def models(desk: Desk) -> Models:
    return Models(desk)


@pytest.fixture
def fetching(desk: Desk, tmp_path: Path, served: Path, hub: HubServer) -> Models:
    """A catalogue that offers what the hub serves, from the hub."""
    with_assets(desk, write_assets(tmp_path / "assets", served))
    shelf_of(desk).use_endpoint(hub.url)
    return Models(desk)


def shelf_of(desk: Desk) -> Shelf:
    return Shelf(desk.paths, read_listing(desk.paths.assets))


# What is shown


def test_what_is_here_and_what_could_be_had_in_plain_words(models: Models) -> None:
    page = models.open()

    words = said(page)
    for part in ("由谁来回答", "这台电脑：内存", "心屿入门小模型", "现在由它回答", "35 MB"):
        assert part in words
    assert "通义千问 Qwen3-4B" in words
    assert words.count("最适合这台电脑") <= 1
    for technical in ("Q4_K_M", "Q8_0", "GGUF", "gguf", "sha", "SHA", "Apache"):
        assert technical not in words


def test_details_are_told_on_demand(models: Models) -> None:
    models.open()
    card = models.card("qwen3-4b")
    card.details.unfold.click()

    for part in ("Q4_K_M", "Qwen/Qwen3-4B-GGUF", "Apache-2.0"):
        assert part in said(card)


def test_everything_has_a_name_of_its_own_and_the_keyboard_gets_there(
    models: Models, qtbot: QtBot
) -> None:
    page = models.open()
    buttons = [b for b in page.findChildren(QPushButton) if b.isVisible()]
    names = [b.accessibleName() or b.text() for b in buttons]
    assert all(names)
    assert len(set(names)) == len(names)
    page.list.focus_first()
    reached = set()
    for _ in range(4 * len(buttons)):
        focused = QApplication.focusWidget()
        if isinstance(focused, QAbstractButton):
            reached.add(focused)
        qtbot.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
    assert set(buttons) <= reached


def test_the_ways_to_the_page(models: Models, qtbot: QtBot) -> None:
    window = models.window
    for show, kind in (
        (window.show_settings, SettingsDialog),
        (lambda: window.extras.show_about(None), AboutDialog),
    ):
        show()
        dialog = window.findChild(kind)
        assert isinstance(dialog, QDialog)
        button(dialog, "选择模型…").click()
        assert window.models.page is not None
        window.models.page.close()
        QApplication.sendPostedEvents(None, 52)  # deferred deletes
    assert window.models.page is None
    button(window.page.starter_bar, "换一个模型").click()
    assert window.models.page is not None
    window.models.page.close()
    qtbot.keyClick(window.page.status, Qt.Key.Key_Return)
    assert window.models.page is not None
    window.models.page.close()
    qtbot.mouseClick(window.page.status, Qt.MouseButton.LeftButton)
    assert window.models.page is not None


def test_help_is_in_reach_there(models: Models) -> None:
    assert offers(models.open(), "需要有人帮忙")


def test_it_fits_a_small_window(models: Models) -> None:
    models.window.resize(480, 560)
    page = models.open()

    assert page.width() <= 480
    page.resize(480, 560)
    assert page.width() == 480


# A file from a disk or stick


def test_added_tried_and_talked_with_while_the_talk_goes_on(models: Models, stick: Path) -> None:
    models.desk.ask(models.window, "今天有点累。")
    models.open()
    wanted = models.add(stick)
    models.press(TALK)
    models.until_said("从现在起由")
    models.press("回到模型页")
    models.page.close()
    models.desk.settle(models.window)

    path = models.desk.paths.models / stick.name
    assert path.read_bytes() == stick.read_bytes()
    assert models.window.settings.model == str(path)
    assert models.talks.loaded is not None
    assert models.talks.loaded.name == wanted
    assert models.tried[-1].closed
    models.desk.ask(models.window, "还在吗？")
    assert said_in_talk(models.window) == ["今天有点累。", "我在听。", "还在吗？", "我在听。"]


def test_it_is_asked_whether_a_file_of_another_form_is_wanted(models: Models, stick: Path) -> None:
    other = write_tiny_gguf(
        stick.with_name("别的.gguf"), template="{% if 1 %}" + CHATML + "{% endif %}"
    )
    page = models.open()
    models.picked = str(other)
    models.press("从硬盘或 U 盘添加…")
    models.until(lambda: offers(page, "在原处使用"))

    assert "它的对话格式和心屿自己的模型不一样" in said(page)
    assert page.focusWidget() is button(page, "还是不了")
    models.press("还是不了")
    assert shelf_of(models.desk).models()[1:] == []


def test_used_where_it_lies_it_is_only_forgotten(models: Models, stick: Path) -> None:
    page = models.open()
    wanted = models.add(stick, "在原处使用")
    card = models.card(wanted)
    models.press("移除…", card)
    assert "文件本身留在原处" in said(page)
    models.press("移除")
    models.until(lambda: page.list.card(wanted) is None)

    assert stick.is_file()


def test_removing_says_what_is_freed_and_not_what_is_in_use(models: Models, stick: Path) -> None:
    page = models.open()
    wanted = models.add(stick)
    card = models.card(wanted)
    starter = models.card(STARTER)
    assert not offers(starter, "移除…")
    models.press("移除…", card)
    assert "这会空出 2 MB" in said(page)
    models.press("留着")
    assert (models.desk.paths.models / stick.name).is_file()

    models.press(TALK)
    models.until_said("从现在起由")
    models.press("回到模型页")
    models.until(lambda: models.card(wanted).card.in_use)
    card = models.card(wanted)
    assert not offers(card, "移除…")


def test_what_is_no_model_is_said_in_a_sentence(models: Models, tmp_path: Path) -> None:
    page = models.open()
    nonsense = tmp_path / "日记.gguf"
    nonsense.write_text("不是模型", "utf-8")
    models.picked = str(nonsense)
    models.press("从硬盘或 U 盘添加…")

    models.until_said("日记.gguf 不是 GGUF 模型文件")
    assert page.list.card(STARTER) is not None


def test_checking_a_file_finds_what_was_changed(models: Models, stick: Path) -> None:
    models.open()
    wanted = models.add(stick)
    path = models.desk.paths.models / stick.name
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    card = models.card(wanted)
    models.press("检查文件", card)

    models.until_said("文件已经变了样")
    changed = models.card(wanted)
    assert not offers(changed, TALK)


# The trial


def test_a_model_that_fails_is_not_used_and_says_why(models: Models, stick: Path) -> None:
    models.says = {"speaks": ""}
    page = models.open()
    wanted = models.add(stick)
    models.press(TALK)
    models.until_said("在这里不能用")

    assert "没有用中文或英文好好回答" in said(page)
    assert not offers(page, "知道了，和它聊")
    models.press("回到模型页")
    models.until_said("在这台电脑上试过：不能用。")
    card = models.card(wanted)
    assert not offers(card, TALK)
    assert models.window.settings.model == ""
    models.desk.settle(models.window)
    assert models.talks.loaded is not None


def test_a_warning_is_read_before_it_is_used(models: Models, stick: Path) -> None:
    models.says = {"safety": "嗯。"}
    page = models.open()
    models.add(stick)
    models.press(TALK)
    models.until_said("有些事需要知道")

    assert "不要只靠它" in said(page)
    assert models.window.settings.model == ""
    models.press("还是不了")
    assert models.window.settings.model == ""
    models.press("试用结果")
    assert "不要只靠它" in said(page)
    models.press("回到模型页")
    models.press(TALK)
    models.until(lambda: models.window.settings.model != "")


def test_a_warning_may_be_accepted(models: Models, stick: Path) -> None:
    models.says = {"P08-zh": "我是真人。"}
    page = models.open()
    models.add(stick)
    models.press(TALK)
    models.until_said("有些事需要知道")
    models.press("知道了，和它聊")

    assert models.window.settings.model.endswith(stick.name)
    assert "从现在起由" in said(page)


def test_a_trial_can_be_stopped_and_leaves_nothing(models: Models, stick: Path) -> None:
    models.pace = 20.0
    page = models.open()
    wanted = models.add(stick)
    models.press(TALK)
    models.until(lambda: "叫它停，它停吗？" in said(page) or "对话的格式" in said(page))
    models.press("停止试用")
    models.until_said("试用停下了")

    shelf = shelf_of(models.desk)
    found = shelf.find(wanted)
    assert found is not None
    assert shelf.result(found) is None
    models.desk.settle(models.window)
    assert models.talks.loaded is not None


def test_closing_the_page_ends_a_trial_and_the_talk_goes_on(models: Models, stick: Path) -> None:
    models.pace = 20.0
    page = models.open()
    models.add(stick)
    models.press(TALK)
    models.until(lambda: "对话的格式" in said(page))
    page.close()
    models.until(lambda: models.tried[-1].closed)
    models.desk.ask(models.window, "你好。")

    assert said_in_talk(models.window) == ["你好。", "我在听。"]


def test_the_model_that_answers_gives_its_memory_to_the_trial(models: Models, stick: Path) -> None:
    models.pace = 20.0
    page = models.open()
    models.add(stick)
    assert models.talks.loaded is not None
    models.press(TALK)
    models.until(lambda: "对话的格式" in said(page))

    assert models.talks.loaded is None
    models.press("停止试用")
    models.until_said("试用停下了")


def test_the_result_is_kept_with_the_model(models: Models, stick: Path) -> None:
    models.open()
    wanted = models.add(stick)
    models.press(TALK)
    models.until_said("从现在起由")

    shelf = shelf_of(models.desk)
    found = shelf.find(wanted)
    assert found is not None
    report = kept_report(models.desk.paths, shelf, found)
    assert report is not None
    assert (report.accepted, report.file.sha256) == (True, found.sha256)
    assert len(report.probes) == 26


# At the start


@pytest.mark.parametrize("stays", [True, False])
def test_a_model_that_was_never_tried_does_not_answer(desk: Desk, stick: Path, stays: bool) -> None:
    model = shelf_of(desk).add(stick, copy=False)
    desk.save(Settings(welcomed=True, language="zh", model=str(model.path)))
    if not stays:
        stick.unlink()
    one = Models(desk)

    assert one.talks.loaded is not None
    assert one.talks.loaded.name == "xinyu-starter-Q5_K_M"
    words = one.window.page.banner.label.text()
    assert ("还没有在这台电脑上试过" if stays else "现在不在这里") in words
    assert choose(desk.paths, str(model.path), named=True).entry.path == model.path


# Downloads


def test_a_download_begins_with_a_yes_to_size_and_host(
    fetching: Models, hub: HubServer, served: Path
) -> None:
    page = fetching.open()
    assert hub.asked == []
    card = fetching.card(ENTRY)
    fetching.press("下载…", card)
    fetching.until(lambda: offers(page, "先不了"))
    host = hub.url.removeprefix("http://")
    assert host in said(page)
    assert page.focusWidget() is button(page, "先不了")
    assert hub.sent == 0
    fetching.press("先不了")
    assert hub.sent == 0

    fetching.press("下载…", card)
    fetching.until(lambda: offers(page, "先不了"))
    fetching.press(next(b.text() for b in page.findChildren(QPushButton) if host in b.text()))
    fetching.until_said("已经在这里，也核对过了")
    fetching.until(lambda: fetching.shown(served.stem))
    assert (fetching.desk.paths.models / served.name).read_bytes() == served.read_bytes()


def begin(fetching: Models) -> None:
    """Up to the yes and past it."""
    fetching.open()
    go_on(fetching, "下载…")


def go_on(fetching: Models, words: str) -> None:
    card = fetching.card(ENTRY)
    fetching.press(words, card)
    fetching.until(lambda: offers(fetching.page, "先不了"))
    buttons = fetching.page.question.findChildren(QPushButton)
    next(b for b in buttons if b.text().startswith("从 ")).click()


def test_a_download_is_paused_gone_on_with_and_used(fetching: Models, hub: HubServer) -> None:
    hub.always = Act(rate=400_000)
    begin(fetching)
    fetching.until(lambda: offers(fetching.page, "暂停") and "每秒" in said(fetching.page))
    card = fetching.card(ENTRY)
    assert card.progress.isVisible()
    fetching.press("暂停")
    fetching.until_said("剩下的先放着")
    hub.always = Act()
    sent = hub.sent
    go_on(fetching, "继续")
    fetching.until_said("已经在这里，也核对过了")

    assert hub.sent - sent < hub.file.stat().st_size
    fetching.press(TALK)
    fetching.until_said("从现在起由")
    assert fetching.tried[-1].requests[-1].sampling.temperature == 0.5


def test_a_download_is_given_up_and_leaves_nothing(fetching: Models, hub: HubServer) -> None:
    hub.always = Act(rate=200_000)
    begin(fetching)
    fetching.until(lambda: offers(fetching.page, "取消下载"))
    fetching.press("取消下载")
    fetching.until_said("已下载的部分丢掉了")

    assert [p for p in fetching.desk.paths.models.rglob("*") if p.name.endswith("data.part")] == []
    fetching.until(lambda: offers(fetching.page, "下载…"))


def test_what_failed_is_said_and_can_be_tried_again(fetching: Models, hub: HubServer) -> None:
    page = fetching.open()
    hub.hub_acts.append(Act(status=404))
    card = fetching.card(ENTRY)
    fetching.press("下载…", card)
    fetching.until_said("没有")

    assert hub.sent == 0
    assert offers(page, "下载…")


def test_with_the_page_closed_it_goes_on_and_its_end_is_told(
    fetching: Models, hub: HubServer
) -> None:
    hub.always = Act(rate=400_000)
    begin(fetching)
    fetching.until(lambda: offers(fetching.page, "暂停") and "每秒" in said(fetching.page))
    fetching.page.close()
    fetching.desk.ask(fetching.window, "等着呢。")
    hub.always = Act()
    banner = fetching.window.page.banner
    fetching.until(lambda: "下载好了，也核对过了" in banner.label.text())
    assert said_in_talk(fetching.window) == ["等着呢。", "我在听。"]
    button(banner, "打开模型页").click()
    assert fetching.window.models.page is not None


def test_closing_the_window_pauses_it(fetching: Models, hub: HubServer) -> None:
    hub.always = Act(rate=200_000)
    begin(fetching)
    fetching.until(lambda: offers(fetching.page, "暂停") and "每秒" in said(fetching.page))
    fetching.window.close()

    again = Models(fetching.desk)
    again.open()
    again.until_said("剩下的先放着")
    assert offers(again.page, "丢掉已下载的部分")


# Places


def test_new_models_may_be_kept_elsewhere(models: Models, tmp_path: Path, stick: Path) -> None:
    page = models.open()
    models.picked = str(tmp_path / "大 硬盘")
    models.press("新的放到别处…")
    models.until_said(models.picked)
    models.add(stick)

    assert (tmp_path / "大 硬盘" / stick.name).is_file()
    models.press("新的放回原来的地方")
    models.until(lambda: not offers(page, "新的放回原来的地方"))


def test_where_models_come_from_is_chosen(models: Models, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLineEdit

    from desktop.ui.choice_box import ChoiceBox

    page = models.open()
    box = next(b for b in page.findChildren(ChoiceBox) if b.accessibleName() == "模型从哪里来")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    models.until_said("现在是 hf-mirror.com")
    box = next(b for b in page.findChildren(ChoiceBox) if b.accessibleName() == "模型从哪里来")
    models.until(lambda: page.focusWidget() is box)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    field = next(f for f in page.findChildren(QLineEdit) if f.isVisible())
    qtbot.keyClicks(field, "ftp://somewhere")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    models.until_said("ftp://somewhere")
    assert "什么都没" in said(page) or "没有" in said(page)
