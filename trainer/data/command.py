"""The verb `data`: its arguments, and nothing that takes time before it is asked for."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `xinyu-train data`."""
    verbs = parser.add_subparsers(required=True, metavar="build|show")
    build = verbs.add_parser("build", help="make a dataset folder from a recipe")
    build.add_argument("recipe", type=Path, help="e.g. trainer/recipes/public.toml")
    build.add_argument("--out", type=Path, required=True, help="folder that is made")
    build.add_argument(
        "--corpora", type=Path, help="folder the recipe's paths start from; else the recipe's own"
    )
    build.add_argument(
        "--replace", action="store_true", help="put it in the place of an older dataset"
    )
    build.set_defaults(data_verb=_build)
    show = verbs.add_parser("show", help="page through a dataset")
    show.add_argument("folder", type=Path)
    show.add_argument("--split", choices=("train", "valid", "test"), default="train")
    show.add_argument("--source", default="", help="only this source")
    show.add_argument("--containing", default="", help="only dialogues that hold this text")
    show.add_argument("--from", dest="start", type=_position, default=1, help="first to show")
    show.set_defaults(data_verb=_show)


def run(parsed: argparse.Namespace) -> int:
    """Verb `data`."""
    return int(parsed.data_verb(parsed))


def _position(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("dialogues are counted from 1")
    return number


def _build(parsed: argparse.Namespace) -> int:
    from trainer.data import recipe

    order_of = recipe.load(parsed.recipe)
    from trainer.data import build, page
    from trainer.sft.progress import say

    corpora = parsed.corpora or parsed.recipe.absolute().parent
    figures = build.build(build.Order(order_of, corpora, parsed.out, parsed.replace), say)
    say(page.summary(figures))
    say(f"Written: {parsed.out / 'report.html'}")
    return 0


def _show(parsed: argparse.Namespace) -> int:
    from trainer.data.show import show

    return show(parsed.folder, parsed.split, parsed.source, parsed.containing, parsed.start)
