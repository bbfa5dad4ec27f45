"""Sentences for the person that do not belong to a widget, in both languages.

Errors and notices are codes with details everywhere below the window; here they become words, from
assets/i18n/messages.toml. The window's own strings go through Qt's translation files instead.
Knows no Qt, so that the terminal says exactly what the window says.
"""

from __future__ import annotations

import locale
import tomllib
from collections.abc import Mapping
from pathlib import Path

from desktop.errors import XinyuError

LANGUAGES = ("zh", "en")


class Wording:
    """Makes sentences in one language.

    Attributes:
        language: "zh" or "en".
    """

    def __init__(self, language: str, sentences: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self._sentences = sentences

    def sentence(self, code: str, details: Mapping[str, str | int] | None = None) -> str:
        """The sentence of `code`; a code without one gives the general sentence and the code."""
        known = self._sentences.get(code)
        if known is None:
            return self._sentences["unknown"][self.language].format(code=code)
        return known[self.language].format_map(_Blank(details or {}))

    def error(self, error: XinyuError) -> str:
        """What happened, what is safe, what to do."""
        return self.sentence(error.code, error.details)


class _Blank(dict[str, str | int]):
    """Details in which a missing one reads as an ellipsis: better than a traceback."""

    def __missing__(self, key: str) -> str:
        return "…"


def load_wording(assets: Path, language: str) -> Wording:
    """Read the sentences; an unknown language falls back to Chinese, the first language here."""
    sentences = tomllib.loads((assets / "i18n" / "messages.toml").read_text("utf-8"))
    return Wording(language if language in LANGUAGES else "zh", sentences)


def system_language(environment: Mapping[str, str]) -> str:
    """The system's language, "zh" or "en"; Chinese, the first one here, where it names none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        if value := environment.get(name):
            return _language_of(value)
    return _language_of(locale.getlocale()[0] or "")


def _language_of(name: str) -> str:
    """ "en" for any language but Chinese; the "C" locale speaks none."""
    if not name or name.split(".")[0] in ("C", "POSIX"):
        return "zh"
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"
