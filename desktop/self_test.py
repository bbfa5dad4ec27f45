"""`xinyu self-test`: does everything a conversation needs work on this computer?

Each check does the real thing (loads the model, writes a store, renders the template, asks for the
fonts) and ends in a Check; nothing here stops at the first failure. Knows no Qt: the fonts come
from the caller.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from desktop.chat.answering import PROMPT_HERE, Server
from desktop.chat.choosing import who_answers
from desktop.chat.prompt import load_prompt
from desktop.chat.session import model_for
from desktop.engine.base import Engine, GenerateRequest, Token
from desktop.errors import StoreError, XinyuError
from desktop.paths import Paths
from desktop.safety.helplines import COMPILED_IN, load_helplines
from desktop.settings import Settings
from desktop.store.conversations import Conversations
from desktop.store.database import open_store
from desktop.wording import LANGUAGES, Wording, load_wording

QUESTION = "你好，今天有点累。"


@dataclass(frozen=True)
class Check:
    """One thing that was tried.

    Attributes:
        name: "model", "store", "fonts", "templates" or "helplines".
        passed: whether it works.
        detail: what was found, for a maintainer.
        error: the code of the sentence for the person, where it failed.
    """

    name: str
    passed: bool
    detail: str
    error: XinyuError | None = None


@dataclass(frozen=True)
class Report:
    """All checks of one run."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)


def check_all(
    paths: Paths,
    make_engine: Callable[[], Engine],
    model: str,
    font_families: Callable[[], dict[str, str]],
    server: Server | None = None,
) -> Report:
    """Run every check, whatever the others found; `server`: answers in place of a file."""
    tried: Iterable[tuple[str, Callable[[], str]]] = (
        ("model", lambda: _check_model(paths, make_engine, model, server)),
        ("store", lambda: _check_store(paths.home)),
        ("fonts", lambda: _check_fonts(font_families)),
        ("templates", lambda: _check_templates(paths)),
        ("helplines", lambda: _check_helplines(paths.assets)),
    )
    return Report(tuple(_try(name, attempt) for name, attempt in tried))


def _try(name: str, attempt: Callable[[], str]) -> Check:
    try:
        return Check(name, True, attempt())
    except XinyuError as error:
        return Check(name, False, str(error), error)


def _check_model(
    paths: Paths, make_engine: Callable[[], Engine], wanted: str, server: Server | None
) -> str:
    """Load the model and let it say one sentence."""
    chosen = who_answers(server, paths, wanted, named=True)
    if chosen.notice:
        raise XinyuError(chosen.notice)
    model = model_for(chosen.entry, Settings())
    name = server.prompt if server else PROMPT_HERE
    prompt = load_prompt(paths.assets, name=name).for_text(QUESTION)
    engine = make_engine()
    started = time.monotonic()
    try:
        loaded = engine.load(model.request)
        events = engine.generate(GenerateRequest(prompt, model.sampling))
        text = "".join(event.text for event in events if isinstance(event, Token)).strip()
    finally:
        engine.close()
    if not text:
        raise XinyuError("self_test_silent_model", name=loaded.name)
    seconds = time.monotonic() - started
    kind = f" ({loaded.architecture})" if loaded.host else ""
    return f"{loaded.name} on {loaded.device}{kind}, {seconds:.1f} s: {text}"


def _check_store(home: Path) -> str:
    """Write and read a conversation in a store of its own inside the data folder."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix="self-test-") as folder:
            store = open_store(Path(folder) / "xinyu.db")
            try:
                conversations = Conversations(store)
                said = conversations.append_person(conversations.create("").id, QUESTION)
                kept = conversations.messages(said.conversation_id)
            finally:
                store.close()
    except OSError as error:
        raise StoreError("store_folder_unwritable", folder=str(home)) from error
    if [message.text for message in kept] != [QUESTION]:
        raise StoreError("store_corrupt", file="xinyu.db", folder=str(home))
    return str(home)


def _check_fonts(font_families: Callable[[], dict[str, str]]) -> str:
    """A face for Chinese and one for colour emoji."""
    try:
        found = font_families()
    except ImportError as error:
        raise XinyuError("window_package_missing") from error
    for purpose in ("chinese", "emoji"):
        if not found.get(purpose):
            raise XinyuError(f"font_missing_{purpose}")
    return ", ".join(f"{purpose}: {family}" for purpose, family in found.items())


def _check_templates(paths: Paths) -> str:
    """The prompts and the sentences of both languages can be read."""
    load_prompt(paths.assets)
    try:
        for language in LANGUAGES:
            load_wording(paths.assets, language).sentence("unknown", {"code": "-"})
    except (OSError, KeyError, ValueError) as error:
        raise XinyuError("assets_damaged", path=str(paths.assets)) from error
    return ", ".join(LANGUAGES)


def _check_helplines(assets: Path) -> str:
    """The table of numbers can be read; else the compiled-in numbers would be all there is."""
    lines = load_helplines(assets)
    if len(lines.for_region("CN")) <= len(COMPILED_IN):
        raise XinyuError("helplines_broken")
    return f"{len(lines.regions())} regions"


def print_report(report: Report, wording: Wording, as_json: bool, out: TextIO) -> None:
    """For programs one JSON object; for people a line per check."""
    if as_json:
        checks = [_as_row(check) for check in report.checks]
        out.write(json.dumps({"passed": report.passed, "checks": checks}, ensure_ascii=False))
        out.write("\n")
        return
    for check in report.checks:
        text = check.detail if check.error is None else wording.error(check.error)
        out.write(f"{'✓' if check.passed else '✗'} {check.name}: {text}\n")


def _as_row(check: Check) -> dict[str, str | bool | None]:
    code = check.error.code if check.error else None
    return {"name": check.name, "passed": check.passed, "detail": check.detail, "error": code}
