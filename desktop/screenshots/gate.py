"""Pictures of what stands before the talk: who is here, the lock, making a place, the privacy page.

Taken by `python -m desktop.screenshots.gate --out DIR`; `make screenshots` runs it too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_application
from desktop.chat.library import open_library
from desktop.chat.session import open_session
from desktop.engine.scripted import ScriptedEngine
from desktop.paths import Paths, assets_folder
from desktop.profiles.create import create_profile
from desktop.profiles.profile import Card, save_card
from desktop.screenshots.care import wait_for
from desktop.screenshots.scene import grab
from desktop.screenshots.talks import CHINESE_TALK
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.store.preferences import Preferences
from desktop.store.records import State
from desktop.ui.front import Front
from desktop.ui.front_door import build_front

PASSPHRASE = "小岛 有 风 经过"


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m desktop.screenshots.gate", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--only", default="", help="a picture's name")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    application = make_application()
    for name, (act, card, size) in scenes().items():
        if options.only in ("", name):
            take(application, act, card, size, options.out / f"{name}.png")
            print(f"{name}.png")
    return 0


Act = Callable[[Front], None]


def scenes() -> dict[str, tuple[Act, Card, QSize]]:
    """All pictures by name."""
    wide, small = QSize(1080, 760), QSize(480, 640)
    chinese = Card("阿青", "clay", "zh", "CN")
    english, dark = Card("Ah Qing", "clay", "en", "CN"), Card("阿青", "clay", "zh", "CN", "dark")
    return {
        "profiles": (choose, chinese, wide),
        "lock": (ask, chinese, wide),
        "lock_wrong": (wrong, chinese, wide),
        "lock_help": (show_help, chinese, wide),
        "lock_dark": (ask, dark, wide),
        "lock_english_480": (ask, english, small),
        "profile_new": (make_new, chinese, wide),
        "recovery_key": (recovery, chinese, wide),
        "talk_with_lock": (unlocked, chinese, wide),
        "privacy": (privacy, chinese, wide),
        "privacy_english": (privacy, english, wide),
    }


def take(application: QApplication, act: Act, card: Card, size: QSize, path: Path) -> None:
    """One picture, with people and a front of their own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder), assets_folder())
        prepare(paths, card)
        front = build_front(
            application,
            paths,
            lambda own, key, check: open_session(
                own, lambda: ScriptedEngine(["我在听。"]), key=key, check=check
            ),
            lambda own, key: open_library(own.database, key),
            {"LANG": "zh_CN.UTF-8"},
        )
        front.gate.resize(size)
        front.begin()
        wait_for(200)
        act(front)
        wait_for(300)
        window: QWidget = front.window or front.gate
        grab(application, window).save(str(path))  # type: ignore[arg-type]
        for other in application.topLevelWidgets():
            if other is not front.gate:
                other.close()
        front.gate.close()
        front.deleteLater()
        wait_for(10)


def prepare(paths: Paths, card: Card) -> None:
    """Three people; the first of them, behind a passphrase, has talked."""
    profile, protected = create_profile(paths, card.name, card.colour, PASSPHRASE)
    assert protected is not None
    settings = Settings(
        welcomed=True, language=card.language, theme=card.theme or "system", lock_after=5
    )
    with open_store(profile.paths.database, key=protected.key) as store:
        Preferences(store).save(settings)
        write(Conversations(store))
    save_card(profile.paths, card)
    create_profile(paths, "小林", "sky", None)
    create_profile(paths, "Mei", "plum", None)


def write(conversations: Conversations) -> None:
    conversation = conversations.create("半夜总是醒")
    said = 0
    for role, text in CHINESE_TALK:
        if role == "user":
            said = conversations.append_person(conversation.id, text).id
        else:
            reply = conversations.begin_reply(conversation.id, said, "starter")
            conversations.finish(reply.id, text, State.COMPLETE)


# What happens before the picture


def choose(front: Front) -> None:
    front.choose()


def ask(front: Front) -> None:
    for made, profile in front.gate.choice._buttons:
        if profile.name in ("阿青", "Ah Qing"):
            made.click()


def wrong(front: Front) -> None:
    ask(front)
    for _ in range(4):
        front.gate.unlock.field.setText("不对")
        front.gate.unlock.unlock_button.click()
        wait_until(lambda: not front._aside.busy)


def show_help(front: Front) -> None:
    ask(front)
    front.gate.show_help()


def make_new(front: Front) -> None:
    front.make_new()
    front.gate.making.name.setText("小林的地方")
    front.gate.making.fields.first.setText("短的")


def recovery(front: Front) -> None:
    front.gate.recovery.begin("7Q4M-0XKD-PA9G-RP3D-73C2-8JW5-J04C-6QX2-FGPA")
    front.gate.show_page(front.gate.recovery)


def unlocked(front: Front) -> None:
    ask(front)
    front.gate.unlock.field.setText(PASSPHRASE)
    front.gate.unlock.unlock_button.click()
    wait_until(lambda: front.window is not None and front.window._library is not None)
    assert front.window is not None
    front.window.desk.open(front.window.conversations.item(0).id)
    wait_for(400)


def privacy(front: Front) -> None:
    unlocked(front)
    assert front.window is not None
    front.window.show_settings()
    front.window.findChildren(QWidget, "settingsDialog")[-1]._privacy.click()  # type: ignore[attr-defined]


def wait_until(condition: Callable[[], bool]) -> None:
    while not condition():
        wait_for(20)


if __name__ == "__main__":
    os.environ.setdefault("QT_SCALE_FACTOR", "1")
    raise SystemExit(main(sys.argv[1:]))
