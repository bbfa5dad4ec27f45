"""Every word of the window exists in both languages, and the compiled files are the newest."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.ui.translations import Translations

FOLDER = assets_folder() / "i18n"
SOURCES = sorted((Path(__file__).resolve().parents[3] / "desktop" / "ui").glob("*.py"))
TOOLS = Path(sys.executable).parent
LANGUAGES = ("zh", "en")
Entry = tuple[str, str]


def tool(name: str) -> str:
    path = TOOLS / f"pyside6-{name}"
    if not path.exists():
        pytest.skip(f"pyside6-{name} is not installed beside this Python")
    return str(path)


def entries(path: Path) -> dict[Entry, ET.Element]:
    found = {}
    for context in ET.parse(path).getroot().findall("context"):
        for message in context.findall("message"):
            key = (context.findtext("name", ""), message.findtext("source", ""))
            translation = message.find("translation")
            assert translation is not None
            found[key] = translation
    return found


@pytest.fixture(scope="module")
def in_the_code(tmp_path_factory: pytest.TempPathFactory) -> set[Entry]:
    """What pyside6-lupdate finds now."""
    made = tmp_path_factory.mktemp("ts") / "now.ts"
    subprocess.run(
        [tool("lupdate"), "-locations", "none", *map(str, SOURCES), "-ts", str(made)],
        check=True,
        capture_output=True,
    )
    return set(entries(made))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_translated(language: str, in_the_code: set[Entry]) -> None:
    known = entries(FOLDER / f"xinyu_{language}.ts")

    assert set(known) == in_the_code
    unfinished = [key for key, entry in known.items() if entry.get("type") == "unfinished"]
    assert unfinished == []
    assert all("".join(entry.itertext()).strip() for entry in known.values())


def test_chinese_is_chinese() -> None:
    known = entries(FOLDER / "xinyu_zh.ts")
    foreign = [
        key
        for key, entry in known.items()
        if not any("\u3400" <= letter <= "\u9fff" for letter in "".join(entry.itertext()))
    ]

    assert foreign == []


def test_placeholders_are_kept() -> None:
    for (_, source), entry in entries(FOLDER / "xinyu_zh.ts").items():
        words = "".join(entry.itertext())
        for piece in (
            "{day}",
            "{title}",
            "{text}",
            "{time}",
            "{device}",
            "{some}",
            "{all}",
            "{line}",
            "%n",
        ):
            assert (piece in source) == (piece in words), source


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_the_newest(language: str, tmp_path: Path, qtbot: QtBot) -> None:
    made = tmp_path / "now.qm"
    subprocess.run(
        [tool("lrelease"), str(FOLDER / f"xinyu_{language}.ts"), "-qm", str(made)],
        check=True,
        capture_output=True,
    )
    now, kept = QTranslator(), QTranslator()
    assert now.load(str(made))
    assert kept.load(f"xinyu_{language}", str(FOLDER))

    for context, source in entries(FOLDER / f"xinyu_{language}.ts"):
        assert kept.translate(context, source, "", 2) == now.translate(context, source, "", 2)


def test_the_language_follows_the_system_and_the_choice(qtbot: QtBot) -> None:
    application = QCoreApplication.instance()
    assert application is not None
    translations = Translations(application, FOLDER, {"LANG": "en_GB.UTF-8"})

    translations.choose("system")
    assert translations.language == "en"
    translations.choose("zh")
    assert QCoreApplication.translate("HelpButton", "I need a person") == "需要有人帮忙"
    # Qt's own words too: standard buttons, context menus
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    translations.remove()
    assert QCoreApplication.translate("HelpButton", "I need a person") == "I need a person"
