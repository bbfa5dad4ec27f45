"""Pictures of the window's states, made by driving the real window with the scripted engine.

`make screenshots` runs this under Xvfb; look at every picture before it is committed. A composition
root beside `app`: it knows the store (to lay out a talk to look at) and the window.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from desktop.app import make_application
from desktop.chat.kept import StoredTimes
from desktop.chat.library import open_library
from desktop.chat.notices import UseTimes
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.errors import EngineError, StoreError
from desktop.paths import Paths, assets_folder
from desktop.screenshot_memories import ENGLISH_MEMORIES, MEMORIES, keep
from desktop.screenshots_care import (
    after,
    breathe,
    fold,
    help_in_settings,
    leave,
    open_page,
    press_help,
    show_code,
    wait_for,
    write_old,
    write_own,
)
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.preferences import Preferences
from desktop.store.records import State
from desktop.ui.age_question import AgeQuestion
from desktop.ui.compose import build_window
from desktop.ui.window import MainWindow

CHINESE_TALK = (
    ("user", "最近总是睡不好，半夜三点多就醒了，醒来就开始想很多事。"),
    ("assistant", "半夜醒来，一个人对着那些念头，会格外累。醒来时，最先冒出来的通常是什么？"),
    ("user", "大多是工作上的事。我怕自己做不好，怕别人失望。"),
    ("assistant", "怕做不好，也怕让人失望，像是白天没放下的担子，夜里又压了上来。"),
    ("user", "对，就是那种放不下的感觉。\n其实也没有人真的怪我，可我总觉得自己不够好。"),
    ("assistant", "没有人怪你，你心里那个声音却不肯停。它说得最多的一句话，是什么？"),
)
ENGLISH_TALK = (
    ("user", "I keep waking up at three and then I can't stop thinking."),
    ("assistant", "Three in the morning is a lonely hour to be awake. What comes up first?"),
    ("user", "Work, mostly. I'm afraid of letting people down."),
    (
        "assistant",
        "So even at night you are still carrying them all. Has anyone told you that you let them"
        " down, or is it more a feeling that will not leave?",
    ),
)
EMOJI_TALK = (
    ("user", "今天带🐶出门走了走，路边的🌸都开了 😊"),
    ("assistant", "听起来今天有一点轻。是什么让你想出门的？"),
    ("user", "家里人来了 👨‍👩‍👧‍👦，她还给我比了个 👍🏽 ❤️‍🩹 🏳️‍🌈 1️⃣ 🇨🇳"),
    ("assistant", "有人在身边，还有人替你比了个 👍🏽，这一点暖也可以留在心里。"),
)
TITLES = ("半夜总是醒", "和妈妈又吵架了", "面试前一晚", "想念小猫", "不想去上班", "只想有人听我说")
ENGLISH_TITLES = ("Awake at three", "Mum and me", "The interview", "Missing the cat")
DANGER = "药我已经攒够了，今晚就吃。"
REPLY = "听起来你这阵子一直绷着，连睡觉都没有真正放松下来。是从什么时候开始的？"


@dataclass
class Scene:
    """One picture: how to prepare the store and what to do before it is taken."""

    act: Callable[[MainWindow], None] = lambda window: None
    settings: Settings = field(default_factory=lambda: Settings(welcomed=True, language="zh"))
    talk: Sequence[tuple[str, str]] = CHINESE_TALK
    engine: Callable[[], ScriptedEngine] = lambda: ScriptedEngine([REPLY], tokens_per_second=40)
    size: QSize = field(default_factory=lambda: QSize(1080, 760))
    repeat: int = 1
    wait: int = 500
    talked_for: float = 0.0
    own: Callable[[Store], None] = lambda store: None


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m desktop.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--only", default="", help="a picture's name")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    application = make_application()
    for name, scene in scenes().items():
        if options.only in ("", name):
            take(application, scene, options.out / f"{name}.png")
            print(f"{name}.png")
    return 0


def scenes() -> dict[str, Scene]:
    """All pictures by name."""
    welcomed = Settings(welcomed=True, language="zh")
    dark, large = replace(welcomed, theme="dark"), replace(welcomed, font_scale=2.0)
    english, narrow = replace(welcomed, language="en"), QSize(480, 640)
    slow = Scene(say("还是老样子，躺下就开始想。", 1100))
    return {
        "first_start": Scene(settings=Settings(language="zh"), talk=()),
        "empty": Scene(),
        "talk": Scene(open_first, engine=quick),
        "streaming": slow,
        "thinking": Scene(say("还是老样子，躺下就开始想。", 250), engine=very_slow),
        "stopped": Scene(stop_midway),
        "versions": Scene(answer_twice, engine=two_replies),
        "long_talk": Scene(scroll_up, repeat=60),
        "search": Scene(search("放不下"), repeat=1),
        "hover": Scene(hover),
        "keyboard": Scene(move_by_keyboard),
        "editing": Scene(edit),
        "deleted": Scene(delete),
        "engine_restarted": Scene(say("还是睡不着。", 900), engine=dying),
        "disk_full": Scene(disk_full),
        "help": Scene(show_help),
        "help_inline": Scene(say("有时候我真的不想活了。", 900), engine=quick),
        "help_fixed": Scene(say("药我已经攒够了，今晚就吃。", 900), engine=no_model),
        "memory_line": Scene(say("叫我小雨吧。", 900), engine=quick),
        "memory_panel": Scene(show_memory, own=keep(MEMORIES)),
        "memory_empty": Scene(show_memory),
        "dark_memory": Scene(show_memory, dark, own=keep(MEMORIES), engine=quick),
        "english_memory": Scene(show_memory, english, ENGLISH_TALK, own=keep(ENGLISH_MEMORIES)),
        "narrow_480_memory": Scene(show_memory, size=narrow, own=keep(MEMORIES)),
        "temporary": Scene(begin_temporary),
        "help_plain": Scene(show_help, settings=replace(welcomed, region="US")),
        "help_code": Scene(show_code),
        "help_abuse": Scene(after(say("我老公又打我了，把我锁在家里。", 900), press_help)),
        "help_folded": Scene(after(say("有时候我真的不想活了。", 900), fold), engine=quick),
        "help_bar": Scene(after(say(DANGER, 900), open_page("plan")), engine=no_model),
        "plan": Scene(open_page("plan"), own=write_own),
        "plan_review": Scene(open_page("plan"), own=write_old),
        "calm": Scene(breathe),
        "contact": Scene(open_page("contact"), own=write_own),
        "notes": Scene(after(say(DANGER, 900), open_page("notes")), engine=no_model),
        "left_quickly": Scene(leave),
        "settings_help": Scene(help_in_settings),
        "dark_help_fixed": Scene(say(DANGER, 900), dark, engine=no_model, own=write_own),
        "dark_plan": Scene(open_page("plan"), dark, own=write_own),
        "english_help_fixed": Scene(say(DANGER, 900), english, ENGLISH_TALK, own=write_own),
        "english_plan": Scene(open_page("plan"), english, ENGLISH_TALK, own=write_own),
        "narrow_480_fixed": Scene(say(DANGER, 900), size=narrow, engine=no_model, own=write_own),
        "narrow_480_plan": Scene(
            after(say(DANGER, 900), open_page("plan")), size=narrow, own=write_own
        ),
        "large_200_fixed": Scene(say(DANGER, 900), large, engine=no_model, own=write_own),
        "large_200_plan": Scene(open_page("plan"), large, own=write_own),
        "large_200_calm": Scene(breathe, large),
        "settings": Scene(show_settings),
        "first_start_child": Scene(choose_child, Settings(language="zh"), talk=()),
        "settings_age": Scene(show_age, replace(welcomed, age_band="teen")),
        "notice": Scene(say("说实话，你是真人吗？", 900), engine=quick),
        "break_card": Scene(say("还有一件事想说。", 900), engine=quick, talked_for=7200),
        "emoji": Scene(open_first, talk=EMOJI_TALK),
        "emoji_picker": Scene(show_picker),
        "dark": Scene(open_first, replace(welcomed, theme="dark")),
        "dark_search": Scene(search("放不下"), replace(welcomed, theme="dark")),
        "dark_empty": Scene(settings=replace(welcomed, theme="dark")),
        "contrast": Scene(move_by_keyboard, replace(welcomed, theme="contrast")),
        "english": Scene(open_first, replace(welcomed, language="en"), ENGLISH_TALK),
        "english_empty": Scene(settings=replace(welcomed, language="en"), talk=ENGLISH_TALK),
        "large_200": Scene(open_first, replace(welcomed, font_scale=2.0)),
        "large_200_empty": Scene(settings=replace(welcomed, font_scale=2.0)),
        "narrow_480": Scene(open_first, size=QSize(480, 640)),
        "narrow_480_start": Scene(settings=Settings(language="zh"), talk=(), size=QSize(480, 640)),
        "narrow_480_help": Scene(show_help, size=QSize(480, 640)),
        "narrow_480_list": Scene(open_list, size=QSize(480, 640)),
        "narrow_480_large": Scene(
            open_first, replace(welcomed, font_scale=2.0), size=QSize(480, 640)
        ),
    }


def take(application: QApplication, scene: Scene, path: Path) -> None:
    """One picture, with a store and a window of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder), assets_folder())
        prepare_store(paths, scene)
        engine = scene.engine()
        window = build_window(
            paths,
            lambda: open_session(paths, lambda: engine),
            lambda: open_library(paths.database),
            {"LANG": "zh_CN.UTF-8"},
        )
        window.resize(scene.size)
        ready: list[bool] = []
        window.ready.connect(lambda: ready.append(True))
        window.show()
        window.activateWindow()
        while not ready:
            wait_for(10)
        wait_for(scene.wait)
        scene.act(window)
        wait_for(150)
        grab(application, window).save(str(path))
        for dialog in application.topLevelWidgets():
            if dialog is not window:
                dialog.close()
        window.close()
        window.deleteLater()
        wait_for(10)


def grab(application: QApplication, window: MainWindow) -> QPixmap:
    """The window with the dialogs and popups that lie over it."""
    picture = window.grab()
    painter = QPainter(picture)
    for other in application.topLevelWidgets():
        if other.isVisible() and other is not window:
            place = other.mapToGlobal(QPoint(0, 0)) - window.mapToGlobal(QPoint(0, 0))
            painter.drawPixmap(place, other.grab())
    painter.end()
    return picture


def prepare_store(paths: Paths, scene: Scene) -> None:
    """A few conversations, the newest of which is the scene's."""
    paths.home.mkdir(exist_ok=True)
    now = time.time()
    clock = Clock(now - 86_400 * 5)
    with open_store(paths.database) as store:
        Preferences(store).save(scene.settings)
        if scene.talked_for:
            StoredTimes(store).save(UseTimes(now - 60, 60, scene.talked_for))
        scene.own(store)
        if not scene.talk:
            return
        conversations = Conversations(store, clock)
        english = scene.settings.language == "en"
        titles = ENGLISH_TITLES if english else TITLES
        for title in reversed(titles[1:]):
            write_talk(conversations, clock, title, CHINESE_TALK[:2], 1)
        clock.now = now - 5400
        write_talk(
            conversations,
            clock,
            titles[0],
            scene.talk,
            scene.repeat,
        )


def write_talk(
    conversations: Conversations,
    clock: Clock,
    title: str,
    talk: Sequence[tuple[str, str]],
    repeat: int,
) -> None:
    """A talk said over and over; in a short one more than an hour lies before its last words."""
    conversation = conversations.create(title)
    said_id = 0
    lines = [*talk] * repeat
    for number, (role, text) in enumerate(lines):
        clock.now += 4000 if number == len(lines) - 2 and repeat == 1 and number else 40
        if role == "user":
            said_id = conversations.append_person(conversation.id, text).id
        else:
            reply = conversations.begin_reply(conversation.id, said_id, "starter")
            conversations.finish(reply.id, text, State.COMPLETE)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float

    def __call__(self) -> float:
        return self.now


# What happens before the picture


def open_first(window: MainWindow) -> None:
    window.desk.open(window.conversations.item(0).id)


def show_memory(window: MainWindow) -> None:
    open_first(window)
    wait_for(50)
    window.show_memory()


def begin_temporary(window: MainWindow) -> None:
    window.page.empty.set_temporary(True)


def say(text: str, wait: int) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        open_first(window)
        window.page.composer.set_text(text)
        window.page.composer.action_button.click()
        wait_for(wait)

    return act


def stop_midway(window: MainWindow) -> None:
    say("还是老样子，躺下就开始想。", 800)(window)
    window.page.composer.action_button.click()
    wait_for(200)


def answer_twice(window: MainWindow) -> None:
    say("还是老样子，躺下就开始想。", 600)(window)
    reply = window.messages.last_message()
    assert reply is not None
    window.page.view.asked.emit("again", reply.id)
    wait_for(600)


def scroll_up(window: MainWindow) -> None:
    open_first(window)
    bar = window.page.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)


def search(words: str) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        window.desk.start_search()
        window.sidebar.search.setText(words)
        wait_for(300)
        QTest.keyClick(window.sidebar.search, Qt.Key.Key_Return)

    return act


def hover(window: MainWindow) -> None:
    open_first(window)
    wait_for(50)
    view = window.page.view
    index = window.messages.index(3)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center() - QPoint(150, -10))


def move_by_keyboard(window: MainWindow) -> None:
    open_first(window)
    window.page.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(window.page.view, Qt.Key.Key_Up)
    QTest.keyClick(window.page.view, Qt.Key.Key_Up)


def edit(window: MainWindow) -> None:
    open_first(window)
    window.page.view.asked.emit("edit", window.messages.rows()[4].message_id)


def delete(window: MainWindow) -> None:
    window.desk.delete(window.conversations.item(1).id)


def disk_full(window: MainWindow) -> None:
    open_first(window)
    window.page.composer.set_text("今天又没睡好。")
    window.talk.failed.emit(StoreError("store_disk_full"), None)


def show_help(window: MainWindow) -> None:
    open_first(window)
    window.show_help()


def show_settings(window: MainWindow) -> None:
    window.show_settings()
    wait_for(200)


def show_age(window: MainWindow) -> None:
    show_settings(window)
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    box = dialog.findChild(AgeQuestion)
    assert box is not None
    scroll = next(area for area in dialog.findChildren(QScrollArea) if area.isAncestorOf(box))
    scroll.ensureWidgetVisible(box)
    wait_for(100)


def choose_child(window: MainWindow) -> None:
    question = window.findChild(AgeQuestion)
    assert question is not None
    question.box.setFocus()
    QTest.keyClick(question.box, Qt.Key.Key_Down)
    wait_for(100)
    scroll = next(s for s in window.findChildren(QScrollArea) if s.isAncestorOf(question))
    scroll.ensureWidgetVisible(question)
    wait_for(100)


def show_picker(window: MainWindow) -> None:
    open_first(window)
    window.show_picker()
    wait_for(300)


def open_list(window: MainWindow) -> None:
    open_first(window)
    window.rail.buttons["list"].click()


def quick() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=300)


def very_slow() -> ScriptedEngine:
    return ScriptedEngine([REPLY], tokens_per_second=0.5)


def two_replies() -> ScriptedEngine:
    return ScriptedEngine(["嗯，我在听。", "躺下来，念头就排着队来了。今晚排在最前面的是哪一个？"])


def no_model() -> ScriptedEngine:
    return ScriptedEngine(load_error=EngineError("engine_start_failed", reason="…"))


def dying() -> ScriptedEngine:
    return ScriptedEngine(
        [REPLY],
        failures={0: (14, EngineError("engine_died", cause="SIGKILL"))},
        tokens_per_second=60,
    )


if __name__ == "__main__":
    os.environ.setdefault("QT_SCALE_FACTOR", "1")
    raise SystemExit(main(sys.argv[1:]))
