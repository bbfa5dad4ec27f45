"""The verb `compare`: base and adapter on the same held-out dialogues, questions and probes.

The base is loaded once; without the adapter means with the adapter switched off, so that both sides
differ in nothing else.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainer import dataset, manifest
from trainer.errors import UsageError

STAGE = "compare"
SHOWN = 30
"""Questions on the page; answers.csv holds all."""


@dataclass(frozen=True)
class Order:
    """What is compared with what, on what, and where to."""

    base: Path
    adapter: Path
    data: Path
    out: Path
    split: dataset.Split = "valid"
    questions: int = 200
    probes: Path | None = None
    device: str = "auto"
    precision: str = "bf16"
    temperature: float = 0.7
    new_tokens: int = 256
    longest: int = 4096
    seed: int = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `xinyu-train compare`."""
    for name, what in (
        ("base", "folder of the base model"),
        ("adapter", "the folder `adapter` of a run"),
        ("data", "dataset folder"),
        ("out", "folder that is made"),
    ):
        parser.add_argument(f"--{name}", type=Path, required=True, help=what)
    parser.add_argument("--split", choices=("valid", "test"), default="valid")
    parser.add_argument("--questions", type=int, default=200, help="how many are answered")
    parser.add_argument("--probes", type=Path, help="another table of identity probes")
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--precision", choices=("bf16", "fp16", "fp32"), default="bf16")
    parser.add_argument("--temperature", type=float, default=0.7, help="0: the likeliest token")
    parser.add_argument("--new-tokens", type=int, default=256, help="of an answer at most")
    parser.add_argument("--longest", type=int, default=4096, help="tokens of a dialogue at most")
    parser.add_argument("--seed", type=int, default=1)


def run(parsed: argparse.Namespace) -> int:
    """Verb `compare`."""
    from trainer.sft.progress import say

    known = Order.__dataclass_fields__
    compare(Order(**{k: v for k, v in vars(parsed).items() if k in known}), say)
    return 0


def compare(order: Order, say: Any) -> dict[str, Any]:
    """Measure both sides and write the folder; UsageError before anything is loaded or written."""
    from trainer.sft import base
    from trainer.sft.config import Base

    if order.out.exists() and (not order.out.is_dir() or any(order.out.iterdir())):
        raise UsageError(f"{order.out} holds something already. Give another --out.")
    held = Base(folder=str(order.base), precision=order.precision)  # type: ignore[arg-type]
    device = base.choose_device(order.device)
    base.check(held)
    inputs = {**dataset.hashes(order.data), **base.hashes(order.base)}
    inputs |= check_adapter(order.adapter, inputs)
    talks = dataset.read_all(order.data, order.split)
    say(f"Loading {order.base}")
    sides = Sides(base.load(held, device), order.adapter)
    figures, rows = measure(order, sides, talks, device, say)
    write(order, figures, rows, inputs)
    say(f"Written: {order.out / 'report.html'}")
    return figures


def check_adapter(folder: Path, base: dict[str, str]) -> dict[str, str]:
    """The adapter's hash; UsageError when it is none, or one that was trained on another base."""
    from trainer.sft.adapter import CONFIG, WEIGHTS

    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise UsageError(f"{folder} is no adapter: {name} is missing.")
    if manifest.is_finished(folder):
        trained = manifest.read(folder).inputs
        for name, wanted in trained.items():
            if name.endswith(".safetensors") and base.get(name) != wanted:
                raise UsageError(
                    f"The adapter {folder} was trained on another base: {name} differs."
                )
    return {f"adapter/{WEIGHTS}": manifest.sha256(folder / WEIGHTS)}


class Sides:
    """A base with an adapter that can be switched off."""

    def __init__(self, model: Any, adapter: Path) -> None:
        import warnings

        from peft import PeftModel

        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
                self.model: Any = PeftModel.from_pretrained(model, str(adapter))
        except (RuntimeError, ValueError, KeyError) as error:
            raise UsageError(f"The adapter {adapter} does not fit this base: {error}") from error
        self.model.train(False)

    def without(self, side: str) -> AbstractContextManager[Any]:
        """Within it the model is the side asked for."""
        if side == "tuned":
            return nullcontext()
        switched: AbstractContextManager[Any] = self.model.disable_adapter()
        return switched


def measure(
    order: Order, sides: Sides, talks: Sequence[Any], device: Any, say: Any
) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """All figures, and a row for each question."""
    from trainer import style
    from trainer.compare import answers, probes, similarity
    from trainer.sft.encode import ChatEncoder
    from trainer.starter.store import load_prompts

    encoder, full = ChatEncoder(order.base, order.longest), load_prompts().full
    sampling = answers.Sampling(
        temperature=order.temperature, new_tokens=order.new_tokens, seed=order.seed
    )
    asked = answers.choose(talks, order.questions, full, order.seed)
    table, rules = probes.load_probes(order.probes or probes.PROBES), probes.load_rules()
    figures: dict[str, Any] = {
        "base": order.base.name, "adapter": order.adapter.name, "split": order.split,
        "sampling": asdict(sampling), "dialogues": len(talks), "heldout": {}, "similarity": {},
        "generation": {}, "style": {}, "identity": {},
    }  # fmt: skip
    rows = [
        {"id": q.id, "source": q.source, "said": q.said, "reference": q.reference} for q in asked
    ]
    references, said = [q.reference for q in asked], [q.said for q in asked]
    for side in ("base", "tuned"):
        with sides.without(side):
            say(f"{side}: held-out loss of {len(talks)} dialogues")
            figures["heldout"][side] = heldout_loss(order, sides, encoder, talks, device)
            say(f"{side}: {len(asked)} answers and {len(table)} probes")
            given = answers.answer(sides.model, encoder, asked, sampling)
            probed = answers.answer(sides.model, encoder, probes.questions(table, full), sampling)
        for row, text in zip(rows, given.texts, strict=True):
            row[side] = text
        figures["generation"][side] = given.figures()
        figures["similarity"][side] = similarity.similarity(given.texts, references)
        figures["style"][side] = style.figures(given.texts, said)
        figures["identity"][side] = probes.score(table, probed.texts, rules)
    figures["style"]["reference"] = style.figures(references, said)
    return figures, rows


def heldout_loss(
    order: Order, sides: Sides, encoder: Any, talks: Sequence[Any], device: Any
) -> dict[str, Any]:
    """Nats a token and a character by source, with the packed attention of training."""
    from trainer.sft import attention, data, heldout
    from trainer.sft.config import Prompt
    from trainer.sft.encode import Account
    from trainer.sft.objective import Objective

    shown = Prompt(none=0, variant=0, full=1)
    examples = data.encode(list(talks), encoder, shown, order.seed, Account())
    if not examples:
        raise UsageError(f"No dialogue of {order.data} fits into {order.longest} tokens.")
    sides.model.set_attn_implementation(attention.register())
    found = heldout.measure(Objective(sides.model), examples, 2 * order.longest, device, {})
    sides.model.train(False)
    sides.model.set_attn_implementation("sdpa")
    return asdict(found)


def write(
    order: Order, figures: dict[str, Any], rows: list[dict[str, str]], inputs: dict[str, str]
) -> None:
    """compare.json, answers.csv, figures.csv, report.html and, last, the manifest."""
    from trainer.compare.page import page

    order.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    (order.out / "compare.json").write_text(text + "\n", "utf-8")
    columns = ["id", "source", "said", "reference", "base", "tuned"]
    with (order.out / "answers.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
    with (order.out / "figures.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([("group", "side", "figure", "value"), *flat(figures)])
    shown = rows if len(rows) <= SHOWN else random.Random(order.seed).sample(rows, SHOWN)
    (order.out / "report.html").write_text(page(figures, shown), "utf-8")
    settings = {k: v for k, v in asdict(order).items() if not isinstance(v, Path)}
    manifest.write(order.out, STAGE, inputs=inputs, settings=settings, figures={}, seed=order.seed)


def flat(figures: dict[str, Any]) -> list[tuple[str, str, str, float]]:
    """The figures of both sides, one a line."""
    groups = ("heldout", "similarity", "generation", "style", "identity")
    made: list[tuple[str, str, str, float]] = []
    for group in groups:
        for side, values in figures[group].items():
            for name, value in values.items():
                nested = value.items() if isinstance(value, dict) else [("", value)]
                made += [
                    (group, side, f"{name} {part}".strip(), v)
                    for part, v in nested
                    if isinstance(v, int | float)
                ]
    return made
