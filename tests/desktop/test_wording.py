"""Every code has a sentence in both languages, and every sentence can be filled."""

from __future__ import annotations

import re
import string
import tomllib

import pytest

from desktop.errors import EngineError
from desktop.paths import assets_folder
from desktop.wording import load_wording, system_language

SENTENCES = tomllib.loads((assets_folder() / "i18n" / "messages.toml").read_text("utf-8"))
CLASSES = "XinyuError|UsageError|WorldError|ModelFileError|EngineError|StoreError"
RAISED = re.compile(rf"""(?:\b(?:{CLASSES})|sentence|_say)\(\s*"([a-z0-9_]+)\"""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_stand_and_take_the_same_details(code: str) -> None:
    entry = SENTENCES[code]

    assert set(entry) == {"zh", "en"}
    assert placeholders(entry["zh"]) == placeholders(entry["en"])


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_sentences_are_plain(code: str) -> None:
    for text in SENTENCES[code].values():
        assert "!" not in text
        assert "！" not in text
        assert not re.search(r"\berror\b|traceback|exception", text, re.IGNORECASE)


def test_every_code_that_is_raised_has_a_sentence() -> None:
    source = assets_folder().parent / "desktop"
    codes = {
        code for path in source.rglob("*.py") for code in RAISED.findall(path.read_text("utf-8"))
    }

    assert len(codes) > 10
    assert codes - set(SENTENCES) == set()


def test_an_unknown_code_still_gives_a_sentence() -> None:
    wording = load_wording(assets_folder(), "en")

    assert "never_heard_of" in wording.error(EngineError("never_heard_of"))


def test_a_missing_detail_does_not_break_a_sentence() -> None:
    wording = load_wording(assets_folder(), "zh")

    assert "…" in wording.sentence("model_missing")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "POSIX"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_language_of_the_system(environment: dict[str, str], language: str) -> None:
    assert system_language(environment) == language
