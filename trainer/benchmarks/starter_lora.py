"""The whole way on two CPU cores: `python -m trainer.benchmarks.starter_lora --base DIR --out DIR`.

A dataset of this project's own dialogues, and of SMILE where --corpora has it; the shipped
configuration starter-lora on it; then what changed. Prints seconds and figures of each part.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trainer import cli, dataset, manifest
from trainer.conversation import Conversation
from trainer.errors import WorldError

CONFIG = Path(__file__).resolve().parents[1] / "configs" / "sft" / "starter-lora.toml"
SEED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Build, train, compare; exit status 1 when the held-out loss did not fall."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--base", type=Path, required=True, help="Hugging Face folder of a starter")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--corpora", type=Path, help="folder of the public corpora")
    parser.add_argument("--dialogues", type=int, default=240, help="to train on")
    parser.add_argument("--questions", type=int, default=24)
    figures = run(parser.parse_args(arguments))
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 0 if figures["heldout_after"] < figures["heldout_before"] else 1


def run(parsed: argparse.Namespace) -> dict[str, Any]:
    """All three parts; WorldError when one of them fails."""
    out: Path = parsed.out
    seconds: dict[str, float] = {}
    begin = time.monotonic()
    build(out / "data", parsed.corpora, parsed.dialogues)
    seconds["build"] = time.monotonic() - begin
    data, base, adapter = (
        str(p) for p in (out / "data", parsed.base, out / "run/dialogue/adapter")
    )
    train = ["sft", str(CONFIG), "--base", base, "--data", data, "--out", str(out / "run")]
    compare = ["compare", "--base", base, "--adapter", adapter, "--data", data]
    compare += ["--out", str(out / "compare"), "--precision", "fp32", "--longest", "1024"]
    compare += ["--questions", str(parsed.questions), "--new-tokens", "64"]
    for name, command in (("sft", train), ("compare", compare)):
        begin = time.monotonic()
        if cli.main(command):
            raise WorldError(f"xinyu-train {name} failed.")
        seconds[name] = time.monotonic() - begin
    made = manifest.read(out / "run" / "dialogue").figures
    return {
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "minutes": round(sum(seconds.values()) / 60, 1),
        "heldout_before": made["heldout_before"],
        "heldout_after": made["heldout_nats_per_token"],
        "steps": made["steps"],
        "tokens_per_second": made["tokens_per_second"],
    }


def build(folder: Path, corpora: Path | None, count: int) -> None:
    """Own dialogues in Chinese, and as many of SMILE, an eighth of each held out."""
    from trainer.sources import own, smile

    own_talks = own.read(Path(cli.__file__).resolve().parents[1] / "assets" / "dialogues")
    talks = [t for t in own_talks.conversations if t.language == "zh"]
    chance = random.Random(SEED)
    chosen: list[list[Conversation]] = [chance.sample(talks, min(len(talks), count // 2))]
    if corpora is not None:
        smiling = smile.read(corpora / "smile.jsonl.xz").conversations
        chosen.append(chance.sample(smiling, count // 2))
    held = [talk for part in chosen for talk in part[: len(part) // 8]]
    train = [talk for part in chosen for talk in part[len(part) // 8 :]]
    dataset.write(
        folder, {"train": train, "valid": held},
        inputs={}, settings={"dialogues": count}, figures={}, seed=SEED,
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
