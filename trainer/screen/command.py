"""The verb `xinyu-train screen`: trains the learned part of the screen, or measures the whole.

    xinyu-train screen prepare   rows and corpus for the encoder, into --work
    xinyu-train screen train     assets/safety/screen_model.npz, screen_encoder.npz, their manifest
    xinyu-train screen figures   the tables of docs/safety.md, between its two marks

The encoder's base (trainer/screen/base.npz) comes from `python -m trainer.screen.pretrain`. Tuned
encoders are taken from --work where they belong to the same rows (`python -m trainer.screen.tune`
on a GPU, minutes), and otherwise tuned here (hours on two cores).

Public data are read from --shared (the folder beside the checkout) and never copied.
"""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("stage", choices=("prepare", "train", "figures"))
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--assets", type=Path, default=ROOT / "assets")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "screen")
    parser.add_argument("--out", type=Path, help="the .npz file, or the page, to write")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--today", default="", help="the date that is written down")


def run(options: argparse.Namespace) -> int:
    """Do one stage; WorldError says what is missing."""
    from trainer.screen import ratchet, report, stages

    places = stages.Places(options.shared, options.assets)
    if options.stage == "prepare":
        print(stages.prepare(places, options.work, options.seed))
    elif options.stage == "train":
        out = options.out or options.assets / "safety" / "screen_model.npz"
        print(stages.train(places, out, options.work, options.seed, options.today))
    else:
        out = options.out or ROOT / "docs" / "safety.md"
        figures = stages.figures(places, options.work, options.seed)
        report.insert(out, report.page(figures, options.today))
        record = options.assets / "safety" / "screen_figures.json"
        ratchet.write(record, {"scored": figures.scored, "given": figures.given})
        print(f"figures written into {out.name}")
    return 0
