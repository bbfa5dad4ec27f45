"""The command `xinyu-train`: one verb a task, heavy imports inside the verb that needs them.

    xinyu-train starter RECIPE.toml --corpora DIR --out DIR     train the bundled starter model
    xinyu-train data build RECIPE.toml --out DIR [--corpora DIR]   a dataset folder from corpora
    xinyu-train data show DIR                                   page through it
    xinyu-train sft CONFIG.toml [--resume] [--stage NAME]       fine-tune a base with LoRA
    xinyu-train compare --base DIR --adapter DIR --data DIR --out DIR   what an adapter changed
    xinyu-train dialogues                                       check the dialogues this project
    writes
    xinyu-train screen train|figures                            train or measure the screening for
    risk

Exit status: 0 done, 1 the world is not as needed (said in one sentence), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from trainer.compare import command as compare_command
from trainer.data import command as data_command
from trainer.errors import TrainerError, UsageError
from trainer.screen import command as screen_command
from trainer.sft import command as sft_command

STAGES = ("data", "tokenizer", "pretrain", "finish", "evaluate")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status."""
    parsed = parser().parse_args(arguments)
    try:
        return int(parsed.verb(parsed))
    except TrainerError as error:
        print(f"xinyu-train: {error}", file=sys.stderr)
        return error.exit_status


def parser() -> argparse.ArgumentParser:
    """The command line; says nothing that needs torch."""
    top = argparse.ArgumentParser(
        prog="xinyu-train", description="From corpora to a trained model."
    )
    verbs = top.add_subparsers(required=True, metavar="VERB")
    starter = verbs.add_parser("starter", help="train the bundled starter model from scratch")
    starter.add_argument("recipe", type=Path, help="e.g. trainer/configs/starter.toml")
    starter.add_argument("--corpora", type=Path, help="folder of the public corpora (stage data)")
    starter.add_argument(
        "--out", type=Path, required=True, help="folder that holds a folder a stage"
    )
    starter.add_argument("--stage", choices=STAGES, help="run one stage; without it all, in order")
    starter.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    starter.add_argument("--model", type=Path, help="evaluate this Hugging Face folder instead")
    starter.add_argument(
        "--system", help="evaluate with this system prompt instead of the product's"
    )
    starter.set_defaults(verb=run_starter)
    data = verbs.add_parser("data", help="build a dataset folder from corpora, or show one")
    data_command.add_arguments(data)
    data.set_defaults(verb=data_command.run)
    sft = verbs.add_parser("sft", help="fine-tune a base model with LoRA or QLoRA")
    sft_command.add_arguments(sft)
    sft.set_defaults(verb=sft_command.run)
    compare = verbs.add_parser("compare", help="base and adapter on the same held-out dialogues")
    compare_command.add_arguments(compare)
    compare.set_defaults(verb=compare_command.run)
    dialogues = verbs.add_parser("dialogues", help="check assets/dialogues and print style figures")
    dialogues.add_argument("folder", nargs="?", type=Path)
    dialogues.set_defaults(verb=run_dialogues)
    screen = verbs.add_parser("screen", help="train or measure the screening for risk")
    screen_command.add_arguments(screen)
    screen.set_defaults(verb=screen_command.run)
    return top


def run_starter(parsed: argparse.Namespace) -> int:
    """Verb `starter`."""
    if parsed.stage != "evaluate" and (parsed.model or parsed.system is not None):
        raise UsageError("--model and --system belong to --stage evaluate.")
    from trainer.starter import recipe, stages

    stages.run(
        recipe.load(parsed.recipe),
        stages.Request(
            out=parsed.out,
            corpora=parsed.corpora,
            stage=parsed.stage,
            device=parsed.device,
            model=parsed.model,
            system=parsed.system,
        ),
        say,
    )
    return 0


def run_dialogues(parsed: argparse.Namespace) -> int:
    """Verb `dialogues`: faults first, then figures by language; 1 when there are faults."""
    from trainer import dialogues, style

    folder = parsed.folder or dialogues.ASSETS / "dialogues"
    try:
        found, faults = dialogues.check_folder(folder, dialogues.load_rules())
    except ValueError as error:
        print(error)
        return 1
    for fault in faults:
        print(fault)
    for language in sorted({d.language for d in found}):
        chosen = [d for d in found if d.language == language]
        pairs = [
            (turn.content, before.content)
            for d in chosen
            for before, turn in zip(d.turns, d.turns[1:], strict=False)
            if turn.role == "assistant"
        ]
        figures = style.figures([reply for reply, _ in pairs], [said for _, said in pairs])
        print(f"{language}: {len(chosen)} dialogues, {figures}")
    print(f"{len(found)} dialogues, {len(faults)} faults")
    return 1 if faults else 0


def say(line: str) -> None:
    """Progress goes to standard output at once."""
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
