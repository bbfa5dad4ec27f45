"""Build a dataset folder from a recipe: read, clean, choose, write, prove, report; manifest last.

Everything is made in a folder beside the one asked for and moved into place when it is whole: what
was there before stays untouched by whatever goes wrong.
"""

from __future__ import annotations

import copy
import errno
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer import dataset, manifest
from trainer.data import choosing, filters, page, proof, staging, writing
from trainer.data.progress import Reading
from trainer.data.recipe import Recipe, Source
from trainer.errors import TrainerError, UsageError, WorldError
from trainer.sft.progress import Say
from trainer.sources import alpaca, cpsycound, emollm, esconv, messages, own, sharegpt, smile
from trainer.sources.reading import Origin, Record
from trainer.starter.places import ASSETS, TRAINING

Stream = Callable[[Path, Origin], Iterator[tuple[Record, str, int]]]
READERS: dict[str, Stream] = {
    "smile": smile.stream,
    "cpsycound": cpsycound.stream,
    "system_input_output": emollm.stream,
    "alpaca": alpaca.stream,
    "sharegpt": sharegpt.stream,
    "messages": messages.stream,
    "esconv": esconv.stream,
    "own": own.stream,
}
ROOM = {".xz": 20, ".gz": 12}
"""Bytes needed while building for a stored byte of a corpus; 5 when it is not packed."""
TRIES = 3


@dataclass(frozen=True)
class Order:
    """A recipe, where its corpora stand, and the folder to make."""

    recipe: Recipe
    corpora: Path
    out: Path
    replace: bool = False
    files: dict[str, Path] = field(default_factory=dict)


def build(order: Order, say: Say) -> dict[str, Any]:
    """Make the folder; UsageError in one sentence, and nothing changed, when it cannot be."""
    order = _checked(order)
    with _untouched(order.out), _beside(order.out) as (made, scratch):
        figures = _make(order, made, scratch, say)
        _move(made, order.out)
    return figures


def _checked(order: Order) -> Order:
    """Everything that can be known before reading, all faults at once."""
    out, files, faults = order.out, {}, []
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file. Give another --out.")
    if out.exists() and any(out.iterdir()):
        if not order.replace:
            raise UsageError(f"{out} holds something already. Give another --out, or --replace.")
        if not (out / manifest.NAME).is_file():
            raise UsageError(f"{out} is no dataset of this program, so --replace leaves it alone.")
    for source in order.recipe.source:
        files[source.name] = _place(order.corpora, source.path)
        if not files[source.name].exists():
            faults.append(f"source {source.name!r}: {files[source.name]} does not exist")
        if source.excluded and not _place(order.corpora, source.excluded).is_file():
            faults.append(f"source {source.name!r}: {source.excluded} does not exist")
    tokenizer = order.recipe.lengths.tokenizer
    if tokenizer and not _place(order.corpora, tokenizer).is_file():
        faults.append(f"lengths.tokenizer: {tokenizer} does not exist")
    if faults:
        raise UsageError("What the recipe names is not there:\n  " + "\n  ".join(faults))
    _check_room(out, files)
    return Order(order.recipe, order.corpora, out, order.replace, files)


def _place(corpora: Path, name: str) -> Path:
    """A path of the recipe; `assets:` stands for the folder of the program's own data."""
    if name.startswith("assets:"):
        return ASSETS / name.removeprefix("assets:")
    return corpora / name


def _stored(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _check_room(out: Path, files: dict[str, Path]) -> None:
    """UsageError when the disk clearly cannot hold what building needs."""
    stored = [file for path in files.values() for file in _stored(path)]
    needed = sum(file.stat().st_size * ROOM.get(file.suffix, 5) for file in stored)
    parent = next(p for p in out.absolute().parents if p.exists())
    free = shutil.disk_usage(parent).free
    if needed > free:
        raise UsageError(
            f"Building needs about {needed / 1e9:.1f} GB in {parent}, and {free / 1e9:.1f} GB are "
            "free. Nothing was changed."
        )


@contextmanager
def _untouched(out: Path) -> Iterator[None]:
    """A full disk, a folder that cannot be written and Ctrl-C are one sentence."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise WorldError(f"Stopped. {out} is as it was before.") from error
    except TrainerError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UsageError(
                f"The disk is full. {out} is as it was before; free some room and build again."
            ) from error
        raise UsageError(
            f"{error.filename or out}: {error.strerror}. {out} is as it was before."
        ) from error


@contextmanager
def _beside(out: Path) -> Iterator[tuple[Path, Path]]:
    """A folder for the result and one for what is needed meanwhile, on the same disk as `out`."""
    parent = out.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=parent) as name:
        made, scratch = Path(name) / "made", Path(name) / "scratch"
        made.mkdir()
        scratch.mkdir()
        yield made, scratch


def _move(made: Path, out: Path) -> None:
    """Put the finished folder where it was asked for; a former one leaves only then."""
    former = made.parent / "former"
    if out.exists():
        out.rename(former)
    try:
        made.rename(out)
    except OSError:
        if former.exists():
            former.rename(out)
        raise


def _make(order: Order, made: Path, scratch: Path, say: Say) -> dict[str, Any]:
    recipe, account = order.recipe, staging.Account()
    tokenizer = recipe.lengths.tokenizer
    measure = writing.Measure(
        recipe.lengths, _place(order.corpora, tokenizer) if tokenizer else None
    )
    staged = staging.Staged(scratch)
    try:
        _read(order, staged, account, say)
        say(f"{len(staged):,} dialogues stay after cleaning; looking for near ones")
        choice = choosing.choose(staged, recipe)
        say("Writing")
        figures, proven, account = _write(recipe, made, scratch, staged, choice, measure, account)
    finally:
        staged.close()
    if not account.balanced():
        raise AssertionError("kept + dropped + unreadable must equal records for every source")
    told = {
        **account.figures(),
        **figures.told(),
        "source_questions": choice.groups,
        "proof": {
            "near_across_the_split": len(proven.near),
            "likeness": choosing.NEAR,
            "dialogues": proven.dialogues,
            "candidates_checked_exactly": proven.candidates,
        },
    }
    _report(order, made, told)
    return told


def _read(order: Order, staged: staging.Staged, account: staging.Account, say: Say) -> None:
    """First pass over all sources; UsageError when one is empty or too much is unreadable."""
    total = sum(f.stat().st_size for path in order.files.values() for f in _stored(path))
    watched = Reading(total, say)
    try:
        for source in order.recipe.source:
            path = order.files[source.name]
            origin = Origin(source.name, source.licence, source.language, watched.seen)
            cleaning = order.recipe.cleaning
            steps = filters.chain(cleaning.filters, _excluded(order, source), account.note)
            if cleaning.weigh:
                steps = (*steps, filters.weigher())
            records = READERS[source.format](path, origin)
            if not staging.stage(records, source.name, steps, staged, account, watched.tick):
                raise UsageError(f"The corpus {source.name} ({path}) is empty: it has no dialogue.")
    finally:
        watched.close()
    _check_readable(order.recipe, account)
    if not len(staged):
        raise UsageError(f"No dialogue is left after cleaning: {_reasons(account)}.")


def _excluded(order: Order, source: Source) -> frozenset[str]:
    """Keys `source:id` of the dialogues that must not be used."""
    if not source.excluded:
        return frozenset()
    path = _place(order.corpora, source.excluded)
    try:
        return frozenset(f"{source.name}:{name}" for name in json.loads(path.read_text())["ids"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not of the form {{'ids': [...]}}.") from error


def _check_readable(recipe: Recipe, account: staging.Account) -> None:
    count = account.unreadable.total()
    if count <= recipe.limits.unreadable:
        return
    named = "\n  ".join(f"{u.file}:{u.line}: {u.why}" for u in account.named)
    rest = count - len(account.named)
    more = f"\n  and {rest:,} more" if rest > 0 else ""
    raise UsageError(
        f"{count:,} of {account.records.total():,} records cannot be read, and the recipe allows "
        f"{recipe.limits.unreadable:,} (limits.unreadable):\n  {named}{more}"
    )


def _reasons(account: staging.Account) -> str:
    ledger = account.ledger.dropped
    reasons = {f"{n:,} {why}" for by in ledger.values() for why, n in by.items()}
    return ", ".join(sorted(reasons)) or "there was none"


def _write(
    recipe: Recipe,
    made: Path,
    scratch: Path,
    staged: staging.Staged,
    choice: choosing.Choice,
    measure: writing.Measure,
    account: staging.Account,
) -> tuple[writing.Figures, proof.Proof, staging.Account]:
    """Write, prove, and write again without held-out dialogues the proof found too near."""
    for _ in range(TRIES):
        tried = copy.deepcopy(account)
        figures = writing.write(made, staged, choice, measure, tried, recipe.seed)
        proven = proof.prove(made, scratch)
        if not proven.near:
            return figures, proven, tried
        for number, talk in enumerate(staged):
            if (talk.source, talk.id) in proven.near and choice.fate[number] <= choosing.TEST:
                choice.fate[number] = choosing.TOO_NEAR
    raise WorldError("Near-duplicates stay across the split. Lower split.valid and split.test.")


def _report(order: Order, made: Path, told: dict[str, Any]) -> None:
    """report.json, report.html and, last, the manifest."""
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (made / "report.json").write_text(text + "\n", "utf-8")
    (made / "report.html").write_text(page.page(told, order.out.name), "utf-8")
    inputs = {
        f"{name}/{file.relative_to(path) if path.is_dir() else file.name}": file
        for name, path in order.files.items()
        for file in _stored(path)
    }
    rules = {name: TRAINING / name for name in ("cleaning.toml", "scrub.toml")}
    written: dict[str, int] = {}
    for counts in told["splits"].values():
        for split, count in counts.items():
            written[split] = written.get(split, 0) + count
    written["train"] = written.get("train", 0) + sum(told["repeated"].values())
    manifest.write(
        made,
        dataset.STAGE,
        inputs=manifest.hash_files({**inputs, **rules}),
        settings=asdict(order.recipe),
        figures={"dialogues": written, "proof": told["proof"]},
        seed=order.recipe.seed,
    )
