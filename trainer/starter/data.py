"""Stage `data`: read, clean, take out duplicates and held-out questions, weigh turns.

Writes train.jsonl.xz, heldout.jsonl, report.json and the manifest. Knows no tokens and no model.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trainer import clean, duplicates, manifest, quality
from trainer.conversation import Conversation, write_all
from trainer.errors import WorldError
from trainer.sources import cpsycound, emollm, own, smile
from trainer.sources.reading import Reading
from trainer.starter.places import ASSETS, TRAINING, Say
from trainer.starter.recipe import Recipe

CORPORA = {
    "smile": (smile.read, "smile.jsonl.xz"),
    "cpsycound": (cpsycound.read, "cpsycound.tar.xz"),
    "emollm": (emollm.read, "emollm.tar.xz"),
}
EXCLUDED = "smile_exclude.json"
ANSWERS = "answers.toml"
RULES = ("cleaning.toml", "quality.toml", "concepts.toml")


def run(recipe: Recipe, corpora: Path, out: Path, say: Say) -> None:
    """Make the folder `out`; WorldError when a corpus is missing."""
    files = input_files(recipe, corpora)
    readings = read_sources(recipe.data.sources, files)
    heldout_ids = load_heldout(TRAINING / recipe.data.heldout)
    everything = [c for reading in readings.values() for c in reading.conversations]
    heldout = [_tidied(c) for c in everything if _key(c) in heldout_ids]
    ledger = clean.Ledger()
    train = select(everything, heldout, heldout_ids, excluded_ids(corpora), ledger)
    if not train or not heldout:
        raise WorldError("Nothing is left to train on or to hold out. Are the corpora complete?")
    out.mkdir(parents=True, exist_ok=True)
    write_all(out / "train.jsonl.xz", train)
    write_all(out / "heldout.jsonl", heldout)
    figures = report(readings, ledger, train, heldout)
    text = json.dumps({**figures, "samples": ledger.samples}, ensure_ascii=False, indent=1)
    (out / "report.json").write_text(text + "\n", "utf-8")
    inputs = manifest.hash_files(files)
    manifest.write(
        out, "data", inputs=inputs, settings=asdict(recipe.data), figures=figures, seed=recipe.seed
    )
    say(f"data: {len(train)} dialogues to train on, {len(heldout)} held out")


def input_files(recipe: Recipe, corpora: Path) -> dict[str, Path]:
    """Every file this stage reads, by the name it has in the manifest."""
    files = {name: TRAINING / name for name in (*RULES, recipe.data.heldout)}
    for source in recipe.data.sources:
        if source in CORPORA:
            files[CORPORA[source][1]] = corpora / CORPORA[source][1]
    if "own" in recipe.data.sources:
        files[ANSWERS] = TRAINING / ANSWERS
        files |= {f"dialogues/{p.name}": p for p in (ASSETS / "dialogues").glob("*.jsonl")}
    if (corpora / EXCLUDED).exists():
        files[EXCLUDED] = corpora / EXCLUDED
    missing = sorted(name for name, path in files.items() if not path.is_file())
    if missing:
        raise WorldError(
            f"Missing: {', '.join(missing)}. Give --corpora the folder that holds them."
        )
    return files


def read_sources(sources: Iterable[str], files: dict[str, Path]) -> dict[str, Reading]:
    """Read each source with its reader."""
    readings: dict[str, Reading] = {}
    for source in sources:
        if source == "own":
            readings[source] = own.read(ASSETS / "dialogues")
            readings["answers"] = own.read_answers(TRAINING / ANSWERS)
        else:
            reader, name = CORPORA[source]
            readings[source] = reader(files[name])
    return readings


def load_heldout(path: Path) -> frozenset[str]:
    """Held-out keys (`smile:id`) from the data file."""
    return frozenset(f"smile:{number}" for number in json.loads(path.read_text("utf-8"))["ids"])


def excluded_ids(corpora: Path) -> frozenset[str]:
    """Keys that share a source with evaluation cases; none when the corpus names none."""
    path = corpora / EXCLUDED
    if not path.exists():
        return frozenset()
    return frozenset(f"smile:{number}" for number in json.loads(path.read_text("utf-8"))["ids"])


def select(
    everything: Iterable[Conversation],
    heldout: Iterable[Conversation],
    heldout_ids: frozenset[str],
    excluded: frozenset[str],
    ledger: clean.Ledger,
) -> list[Conversation]:
    """Clean, take out duplicates, weigh; the ledger then holds kept + dropped = read per source."""
    cleaning = clean.load_rules(TRAINING / "cleaning.toml")
    rules = quality.load_rules(TRAINING)
    finder = duplicates.Finder(duplicates.load_thresholds(TRAINING / "cleaning.toml"), heldout)
    ours = [c for c in everything if c.source == own.SOURCE]
    others = (c for c in everything if c.source != own.SOURCE and _key(c) not in heldout_ids)
    kept = list(
        _unseen(clean.clean(others, clean.filters(cleaning, excluded), ledger), finder, ledger)
    )
    ledger.read.update(c.source for c in ours)
    kept = [quality.weigh(c, rules) for c in kept] + [quality.emphasise(c, rules) for c in ours]
    ledger.kept.update(c.source for c in kept)
    return kept


def _unseen(
    conversations: Iterable[Conversation], finder: duplicates.Finder, ledger: clean.Ledger
) -> Iterator[Conversation]:
    for conversation in conversations:
        reason = finder.reason(conversation)
        if reason is None:
            yield conversation
        else:
            ledger.drop(conversation, reason)


def _key(conversation: Conversation) -> str:
    return f"{conversation.source}:{conversation.id}"


def _tidied(conversation: Conversation) -> Conversation:
    """Held-out text gets the one way of writing and nothing else."""
    outcome = clean.tidy(conversation) if conversation.source == smile.SOURCE else conversation
    return conversation if isinstance(outcome, str) else outcome


def report(
    readings: dict[str, Reading],
    ledger: clean.Ledger,
    train: list[Conversation],
    heldout: list[Conversation],
) -> dict[str, Any]:
    """The counts of the stage; raises AssertionError when they do not add up."""
    assert ledger.balanced(), "kept + dropped must equal read for every source"
    verdicts: Counter[str] = Counter()
    for conversation in train:
        verdicts.update(t.verdict for t in conversation.turns if t.role == "assistant")
    return {
        "records": {name: reading.records for name, reading in readings.items()},
        "unreadable": [asdict(u) for reading in readings.values() for u in reading.unreadable],
        "read": dict(ledger.read),
        "kept": dict(ledger.kept),
        "dropped": {source: dict(reasons) for source, reasons in ledger.dropped.items()},
        "heldout": len(heldout),
        "heldout_counsellor_characters": sum(c.characters("assistant") for c in heldout),
        "counsellor_characters": sum(c.characters("assistant") for c in train),
        "client_characters": sum(c.characters("user") for c in train),
        "curated": sum(c.priority > 0 for c in train),
        "verdicts": dict(verdicts),
    }
