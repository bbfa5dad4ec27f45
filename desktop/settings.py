"""The person's choices: each declared once, with its default, its limits and how it is read.

Knows no SQL and no window. Rows come from wherever they are kept; a bad one never stops the start,
it falls back to its default and is told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, TypeVar

LONGEST_DRAFT = 100_000
AGE_BANDS = ("child", "teen", "adult", "unsaid")
MINORS = ("child", "teen")
_Value = TypeVar("_Value")
_Parse = Callable[[str], Any]


@dataclass(frozen=True)
class SettingFault:
    """A stored choice that could not be used.

    Attributes:
        key: the option's name.
        reason: what was expected, for the log; not what was stored.
    """

    key: str
    reason: str


def _option(default: _Value, parse: Callable[[str], _Value]) -> _Value:
    """Declare an option."""
    made: _Value = field(default=default, metadata={"parse": parse})
    return made


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"one of {', '.join(allowed)}")
        return text

    return parse


def _switch(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true or false")
    return text == "true"


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        rule = f"a whole number from {lowest} to {highest}"
        # ASCII digits only: int() would take "١٢", and "1_0", too
        if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 12):
            raise ValueError(rule)
        if not lowest <= int(text) <= highest:
            raise ValueError(rule)
        return int(text)

    return parse


def _number(lowest: float, highest: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not lowest <= value <= highest:  # not a number fails here too
            raise ValueError(f"a number from {lowest} to {highest}")
        return value

    return parse


def _text(longest: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > longest or "\x00" in text:
            raise ValueError(f"at most {longest} characters")
        return text

    return parse


def _words(most: int, longest: int) -> Callable[[str], tuple[str, ...]]:
    def parse(text: str) -> tuple[str, ...]:
        rule = f"a JSON list of at most {most} texts of at most {longest} characters"
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(rule) from None
        if not isinstance(value, list) or len(value) > most:
            raise ValueError(rule)
        if not all(isinstance(word, str) and 0 < len(word) <= longest for word in value):
            raise ValueError(rule)
        return tuple(value)

    return parse


@dataclass(frozen=True)
class Settings:
    """All choices.

    Attributes:
        language: of the window; "system" follows the computer.
        theme: colours; "system" follows the computer.
        font_scale: 1.0 is the system's own size.
        reduced_motion: nothing slides or fades.
        enter_sends: Enter sends and Shift+Enter breaks the line; otherwise Ctrl+Enter sends.
        welcomed: the first start was seen.
        called_by: how the counsellor addresses the person; empty: not at all.
        region: whose help numbers are shown.
        age_band: "child" is under 14 with a guardian's consent, "teen" 14 to 17, "adult", "unsaid";
            "" was never asked.
        model: file of the model to run; empty: the best there is.
        threads: for the engine; 0: chosen by the program.
        gpu_layers: -1: as many as fit.
        context: tokens; 0: chosen by the program.
        adapter: file of an adapter made for the model; empty: none.
        library: folder of a build of llama.cpp to use; empty: the installed one.
        recent_emoji: last used first.
        window_geometry: the window's place, in the window's own words.
        sidebar_open: the conversation list is shown.
        memory_on: anything is remembered between conversations.
        memory_ask_first: what the model would remember waits for a yes.
        memory_slots_off: slots that are neither written nor used.
        memory_any_model: a model that the catalogue says nothing about may propose, too.
        lock_after: minutes without a touch; 0: never. Only where there is a passphrase.
        draft: what was being written when the window was locked or closed.
        count_help: how often help was shown is counted by month, on this computer alone.
    """

    language: str = _option("system", _choice("system", "zh", "en"))
    theme: str = _option("system", _choice("system", "light", "dark", "contrast"))
    font_scale: float = _option(1.0, _number(0.8, 2.0))
    reduced_motion: bool = _option(False, _switch)
    enter_sends: bool = _option(True, _switch)
    welcomed: bool = _option(False, _switch)
    called_by: str = _option("", _text(40))
    region: str = _option("CN", _text(8))
    age_band: str = _option("", _choice("", *AGE_BANDS))
    model: str = _option("", _text(4096))
    threads: int = _option(0, _whole(0, 1024))
    gpu_layers: int = _option(-1, _whole(-1, 10_000))
    context: int = _option(0, _whole(0, 1_048_576))
    adapter: str = _option("", _text(4096))
    library: str = _option("", _text(4096))
    recent_emoji: tuple[str, ...] = _option((), _words(most=64, longest=32))
    window_geometry: str = _option("", _text(4096))
    sidebar_open: bool = _option(True, _switch)
    memory_on: bool = _option(True, _switch)
    memory_ask_first: bool = _option(False, _switch)
    memory_slots_off: tuple[str, ...] = _option((), _words(most=16, longest=32))
    memory_any_model: bool = _option(False, _switch)
    lock_after: int = _option(10, _whole(0, 24 * 60))
    draft: str = _option("", _text(LONGEST_DRAFT))
    count_help: bool = _option(True, _switch)

    @property
    def is_minor(self) -> bool:
        """Under 18, as far as was said."""
        return self.age_band in MINORS


def parse_settings(rows: Mapping[str, str]) -> tuple[Settings, list[SettingFault]]:
    """Read the stored rows; never raises. Rows of options unknown here are passed over."""
    values: dict[str, Any] = {}
    faults = []
    for option in fields(Settings):
        if option.name in rows:
            try:
                values[option.name] = _parser(option)(rows[option.name])
            except (ValueError, TypeError, AttributeError) as error:
                faults.append(SettingFault(option.name, str(error)))
    return Settings(**values), faults


def to_rows(settings: Settings) -> dict[str, str]:
    """One row for each option, as `parse_settings` reads it.

    Raises:
        ValueError: an option is outside its limits, and would not be read again.
    """
    rows = {option.name: _written(getattr(settings, option.name)) for option in fields(Settings)}
    for option in fields(Settings):
        _parser(option)(rows[option.name])
    return rows


def _parser(option: Field[Any]) -> _Parse:
    parse: _Parse = option.metadata["parse"]
    return parse


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=True)
    return str(value)
