"""What each quantisation of a model costs on held-out dialogues, and whether the GGUF is the model.

xinyu-convert bench quality --model DIR [--texts FILE] [--imatrix FILE]
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from converter.benchmarks.figures import Figure, parser, report
from converter.export import Order, export
from converter.verify import KL_TARGET, NMSE_LIMIT, TOP1_LIMIT

_TOP1 = {"Q8_0": 0.97, "Q6_K": 0.95, "Q5_K_M": 0.935, "Q4_K_M": 0.90}
"""Shares of equal first choices that a 4B model reaches; a small model is asked for the same."""


def main(argv: Sequence[str]) -> int:
    """Export every quantisation, print what it cost."""
    options = parser("measure what quantising costs")
    options.add_argument("--model", type=Path, required=True, metavar="DIR")
    options.add_argument("--texts", type=Path, metavar="FILE", help="held-out dialogues")
    options.add_argument("--imatrix", type=Path, metavar="FILE", help="dialogues to weigh by")
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-quality-") as folder:
        order = Order(
            given.model, Path(folder) / "out", ("F16", *KL_TARGET), texts=given.texts,
            imatrix=given.imatrix, name="measured",
        )  # fmt: skip
        found = export(order, lambda *_: None)
    return report([*_equality(found), *_cost(found)], given.json)


def _equality(found: dict[str, Any]) -> list[Figure]:
    logits, tokens = found["logits"]["F16"], found["tokens"]
    different = tokens["different_as_control"] + tokens["different_as_text"]
    return [
        Figure("strings cut", tokens["strings"]),
        Figure("of these cut differently from Hugging Face", different, "", 0),
        Figure("F16 against Hugging Face: NMSE of logits", logits["nmse"], "", NMSE_LIMIT["F16"]),
        Figure("F16: same first choice", logits["top1"], "", None, TOP1_LIMIT),
        Figure("F16: greedy continuations equal", logits["continuations_equal"]),
    ]


def _cost(found: dict[str, Any]) -> list[Figure]:
    figures = [Figure("dialogues", found["divergence"]["files"]["Q8_0"]["texts"])]
    sizes = {about["quantisation"]: about["size"] for about in found["files"].values()}
    for kind, target in KL_TARGET.items():
        one = found["divergence"]["files"][kind]
        figures += [
            Figure(f"{kind}: size", sizes[kind] / 1e6, "MB"),
            Figure(f"{kind}: mean KL", one["kl_mean"], "nats", target),
            Figure(f"{kind}: its bootstrap error", one["kl_error"], "nats"),
            Figure(f"{kind}: 99.9 % KL", one["kl_999"], "nats"),
            Figure(f"{kind}: same first choice", one["top1"], "", None, _TOP1[kind]),
            Figure(f"{kind}: perplexity ratio", one["perplexity_ratio"]),
        ]
    return figures
