"""`xinyu models`: what is here, what fits, fetching, checking, adding and removing, in a terminal.

Says what the window's page says, with the same sentences. Asks before anything is fetched; with
--yes it does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TextIO

from desktop.catalogue.listing import ModelEntry, Quantisation, find_entry, read_listing
from desktop.chat.graphics_card import graphics_card
from desktop.errors import ModelFileError, UsageError, WorldError
from desktop.models.download import Download, Downloads, Offer, wanted_file
from desktop.models.endpoints import Token, make_endpoint
from desktop.models.events import Checking, Failed, Finished, Paused, Progress, Waiting
from desktop.models.fit import Machine, Verdict, fits, recommended
from desktop.models.machine import read_machine
from desktop.models.shelf import DAMAGED, Shelf, ShelvedModel
from desktop.paths import Paths
from desktop.wording import Wording

YES = ("y", "yes", "是", "好", "好的")


@dataclass(frozen=True)
class Desk:
    """What a deed works with.

    Attributes:
        ask: shows a question, returns what was typed; raises EOFError where nobody answers.
    """

    shelf: Shelf
    listing: list[ModelEntry]
    wording: Wording
    out: TextIO
    ask: Callable[[str], str] = input

    def say(self, code: str, **details: str | int) -> None:
        self.out.write(self.wording.sentence(code, details) + "\n")

    def agrees(self, code: str, **details: str | int) -> bool:
        """Whether the person says yes; raises UsageError where there is nobody to ask."""
        try:
            answer = self.ask(self.wording.sentence(code, details) + " ")
        except EOFError as error:
            raise UsageError("models_needs_yes") from error
        return answer.strip().lower() in YES


def run(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    """Do one deed; return the exit status."""
    listing = read_listing(paths.assets)
    desk = Desk(Shelf(paths, listing), listing, wording, sys.stdout)
    for told in desk.shelf.told():
        print(wording.error(told), file=sys.stderr)
    return DEEDS[options.deed](options, desk)


def _machine(desk: Desk) -> Machine:
    gpu, free = graphics_card()
    return read_machine(desk.shelf.folder, gpu=gpu, gpu_free_memory=free)


def _list(options: argparse.Namespace, desk: Desk) -> int:
    machine = _machine(desk)
    here = desk.shelf.models()
    offers = [(e, f) for e in desk.listing for f in e.quantisations if f.repository]
    rows = [_shelved_row(model) for model in here]
    others = [_offer_row(machine, e, f, desk) for e, f in offers if not desk.shelf.holds(e, f)]
    if options.json:
        desk.out.write(json.dumps({"here": rows, "available": others}, ensure_ascii=False) + "\n")
        return 0
    desk.say("models_here", folder=str(desk.shelf.folder))
    for model in here:
        state = desk.wording.sentence(f"model_state_{model.state}")
        name = model.name[desk.wording.language]
        desk.out.write(f"  {model.id:<28} {_size(model.size):>8}  {name} · {state}\n")
    desk.say("models_available")
    for row in others:
        desk.out.write(f"  {row['id']:<16} {row['quantisation']:<8} {_size(row['size']):>10}")
        desk.out.write(f"  {row['sentence']}\n")
    return 0


def _recommend(options: argparse.Namespace, desk: Desk) -> int:
    machine = _machine(desk)
    present = [(model.entry, model.quantisation) for model in desk.shelf.models()]
    choice = recommended(machine, desk.listing, present)
    if choice is None:
        raise WorldError("assets_damaged", path="catalogue.json")
    row = _fit_row(choice.entry, choice.quantisation, choice.verdict, desk.wording)
    if options.json:
        desk.out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return 0
    desk.say(
        "models_recommended",
        name=choice.entry.name[desk.wording.language],
        quantisation=choice.quantisation.name,
        size=_size(choice.quantisation.size),
        why=str(row["sentence"]),
    )
    if not choice.entry.bundled and not desk.shelf.holds(choice.entry, choice.quantisation):
        desk.out.write(f"  xinyu models get {choice.entry.id} --quant {choice.quantisation.name}\n")
    return 0


def _get(options: argparse.Namespace, desk: Desk) -> int:
    entry, file = _wanted(options, desk)
    if options.endpoint is not None:
        desk.shelf.use_endpoint(make_endpoint(options.endpoint).url)
    endpoint = make_endpoint(desk.shelf.endpoint)
    held = desk.shelf.holds(entry, file)
    if held is not None:
        desk.say("models_already", id=held.id)
        return 0
    token = _token(options)
    downloads = Downloads(desk.shelf)
    offer = downloads.ask(wanted_file(entry, file), endpoint, token)
    if not options.yes and not desk.agrees(
        "models_ask_get",
        name=entry.name[desk.wording.language],
        size=_size(offer.left),
        host=endpoint.host,
        licence=entry.licence,
    ):
        raise WorldError("download_not_confirmed")
    return _follow(downloads.start(offer, offer.size, token), offer, desk)


def _follow(download: Download, offer: Offer, desk: Desk) -> int:
    """Show what happens; Ctrl-C is a pause."""
    meter = _Meter(desk)
    try:
        for event in download.events():
            if isinstance(event, Finished):
                meter.end()
                desk.say("models_got", id=event.model.id, path=str(event.model.path))
                return 0
            if isinstance(event, Failed):
                meter.end()
                raise event.error
            if not isinstance(event, Paused):
                meter.show(event)
    except KeyboardInterrupt:
        download.pause()
        meter.end()
        desk.say("models_paused", id=offer.wanted.entry)
        return 130
    return 1


def _verify(options: argparse.Namespace, desk: Desk) -> int:
    models = [_model(desk, name) for name in options.models] or desk.shelf.models()
    rows, bad = [], 0
    for model in models:
        try:
            checked = desk.shelf.verify(model)
        except ModelFileError as error:
            bad += 1
            rows.append({"id": model.id, "state": model.state, "sha256": ""})
            print(desk.wording.error(error), file=sys.stderr)
            continue
        bad += checked.state == DAMAGED
        rows.append({"id": model.id, "state": checked.state, "sha256": checked.sha256})
        if not options.json:
            state = desk.wording.sentence(f"model_state_{checked.state}")
            desk.out.write(f"{model.id}: {state} {checked.sha256}\n")
    if options.json:
        desk.out.write(json.dumps({"models": rows}) + "\n")
    return 1 if bad else 0


def _remove(options: argparse.Namespace, desk: Desk) -> int:
    model = _model(desk, options.wanted)
    desk.shelf.remove(model)
    code = "models_forgotten" if model.origin == "in_place" else "models_removed"
    desk.say(code, id=model.id, path=str(model.path))
    return 0


def _add(options: argparse.Namespace, desk: Desk) -> int:
    candidate = desk.shelf.inspect(options.file)
    if (
        candidate.template_differs
        and not options.yes
        and not desk.agrees("models_ask_template", name=candidate.path.name)
    ):
        desk.say("models_not_added", name=candidate.path.name)
        return 1
    meter = _Meter(desk)
    model = desk.shelf.add(
        options.file, not options.in_place, lambda have, size: meter.show(Checking(have, size))
    )
    meter.end()
    desk.say("models_added", id=model.id, path=str(model.path))
    return 0


def _folder(options: argparse.Namespace, desk: Desk) -> int:
    if options.usual or options.folder is not None:
        desk.shelf.use_folder(None if options.usual else options.folder)
    desk.out.write(f"{desk.shelf.folder}\n")
    return 0


DEEDS: Mapping[str, Callable[[argparse.Namespace, Desk], int]] = {
    "list": _list,
    "recommend": _recommend,
    "get": _get,
    "verify": _verify,
    "remove": _remove,
    "add": _add,
    "folder": _folder,
}


def _wanted(options: argparse.Namespace, desk: Desk) -> tuple[ModelEntry, Quantisation]:
    entry = find_entry(desk.listing, options.wanted)
    file = entry.quantisation(options.quant) if entry else None
    if entry is None or file is None:
        raise UsageError("model_unknown", name=f"{options.wanted} {options.quant}".strip())
    return entry, file


def _model(desk: Desk, name: str) -> ShelvedModel:
    model = desk.shelf.find(name)
    if model is None:
        raise UsageError("model_unknown", name=name)
    return model


def _token(options: argparse.Namespace) -> Token | None:
    if options.token_file is None:
        return None
    try:
        secret = options.token_file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("models_token_unreadable", file=str(options.token_file)) from error
    return Token(secret, options.token_host) if secret else None


def _shelved_row(model: ShelvedModel) -> dict[str, Any]:
    return {
        "id": model.id,
        "path": str(model.path),
        "entry": model.entry,
        "quantisation": model.quantisation,
        "size": model.size,
        "sha256": model.sha256,
        "state": model.state,
        "origin": model.origin,
    }


def _offer_row(
    machine: Machine, entry: ModelEntry, file: Quantisation, desk: Desk
) -> dict[str, Any]:
    return _fit_row(entry, file, fits(machine, entry, file), desk.wording)


def _fit_row(
    entry: ModelEntry, file: Quantisation, found: Verdict, wording: Wording
) -> dict[str, Any]:
    return {
        "id": entry.id,
        "quantisation": file.name,
        "size": file.size,
        "fit": found.level,
        "reason": found.reason,
        "needed": found.needed,
        "available": found.available,
        "tokens_per_second": round(found.tokens_per_second, 2),
        "guessed": found.guessed,
        "sentence": wording.sentence(found.code, found.details),
    }


def _size(count: int | None) -> str:
    """Bytes as people and shops count them."""
    if count is None:
        return "?"
    return f"{count / 10**9:.1f} GB" if count >= 10**9 else f"{max(1, round(count / 10**6))} MB"


class _Meter:
    """One line that is written over; where the output is no terminal, a line now and then."""

    STEP = 0.1

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._live = desk.out.isatty()
        self._told = -1.0
        self._slow_told = False

    def show(self, event: Progress | Waiting | Checking) -> None:
        if isinstance(event, Waiting):
            self._write(self._desk.wording.error(event.error), keep=True)
            return
        share = event.have / event.size if event.size else 0.0
        if not self._live and share - self._told < self.STEP and share < 1:
            return
        self._told = share
        code = "models_checking" if isinstance(event, Checking) else "models_progress"
        text = self._desk.wording.sentence(code, self._numbers(event, share))
        self._write(text, keep=not self._live)
        if isinstance(event, Progress) and event.slow and not self._slow_told:
            self._slow_told = True
            hours = round((event.seconds_left or 0) / 3600)
            self._write(self._desk.wording.sentence("download_slow", {"hours": hours}), keep=True)

    def end(self) -> None:
        if self._live:
            self._desk.out.write("\n")

    def _numbers(self, event: Progress | Checking, share: float) -> dict[str, str | int]:
        left = event.seconds_left if isinstance(event, Progress) else None
        rate = event.rate if isinstance(event, Progress) else 0.0
        return {
            "percent": int(share * 100),
            "have": _size(event.have),
            "size": _size(event.size),
            "rate": f"{rate / 10**6:.1f}",
            "minutes": "…" if left is None else max(1, round(left / 60)),
        }

    def _write(self, text: str, keep: bool) -> None:
        start = "\r\x1b[K" if self._live else ""
        self._desk.out.write(start + text + ("\n" if keep else ""))
        self._desk.out.flush()
