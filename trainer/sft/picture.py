"""The curve of a run as a picture: training loss by step, held-out loss at every check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SMOOTHED = 0.9


def draw(events: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write a PNG; a run without events gives empty axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    steps = [e for e in events if e["event"] == "step"]
    checks = [e for e in events if e["event"] == "check"]
    at = [e["step"] for e in steps]
    losses = [e["loss"] for e in steps]
    axes.plot(at, losses, color="#b9c4cc", linewidth=0.8, label="training")
    axes.plot(at, smooth(losses), color="#3b6d8c", linewidth=1.6, label="training, smoothed")
    axes.plot(
        [e["step"] for e in checks],
        [e["heldout"] for e in checks],
        color="#c2703d", marker="o", markersize=4, label="held out",
    )  # fmt: skip
    if checks:
        best = min(checks, key=lambda e: e["heldout"])
        axes.annotate(
            f"{best['heldout']:.3f}", (best["step"], best["heldout"]),
            textcoords="offset points", xytext=(0, -14), ha="center", color="#c2703d",
        )  # fmt: skip
    axes.set_xlabel("step")
    axes.set_ylabel("nats per token")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(path)


def smooth(values: Sequence[float]) -> list[float]:
    """An exponential mean without the bias of its beginning."""
    made: list[float] = []
    mean = 0.0
    for number, value in enumerate(values, 1):
        mean = SMOOTHED * mean + (1 - SMOOTHED) * value
        made.append(mean / (1 - SMOOTHED**number))
    return made
