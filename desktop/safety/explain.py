"""Says in words which rules and which runs of characters decided: for reviewers of the data.

Plain text in, plain text out; nothing here changes a decision.
"""

from __future__ import annotations

from desktop.safety.features import described
from desktop.safety.judge import Judgement, language, names, places
from desktop.safety.model import HEADS
from desktop.safety.rules import Hit
from desktop.safety.screen import Screen

SHOWN_RUNS = 8


def explain(screen: Screen, text: str) -> str:
    """Several lines about one text."""
    judgement = screen.judge.one(text)
    said = judgement.screening
    lines = [
        f"tier {said.tier}  kinds {' '.join(said.kinds) or '-'}  score {said.score}",
        f"read as: {judgement.settled.text!r}",
        "rules:",
        *(_about_hit(judgement, hit, text) for hit in judgement.findings.hits),
        "concepts: " + (", ".join(sorted(judgement.findings.concepts)) or "-"),
        *_about_model(screen, judgement),
    ]
    return "\n".join(lines)


def _about_hit(judgement: Judgement, hit: Hit, text: str) -> str:
    start, end = judgement.settled.place(hit.start, hit.end)
    kinds = " ".join(sorted(hit.kinds)) or "-"
    return f"  {hit.rule}: read as {hit.reading}, T{hit.tier}, kinds {kinds}: {text[start:end]!r}"


def _about_model(screen: Screen, judgement: Judgement) -> list[str]:
    model = screen.judge.model
    if model is None:
        return ["learned model: not available"]
    features = places(judgement.findings)
    words = described(judgement.findings.rest, names(judgement.findings))
    bounds = model.thresholds[language(judgement.settled.text)]
    lines = ["learned model (believed from / says; what the encoder alone leans to):"]
    leaning = model.encoder.logits(judgement.findings.rest) if model.encoder else None
    for number, head in enumerate(HEADS):
        value, bound = judgement.probabilities[head], bounds[head]
        mark = "*" if value >= bound else " "
        loudest = model.contributions(features, head)[:SHOWN_RUNS]
        runs = ", ".join(f"{words[place]!r} {part:+.2f}" for place, part in loudest)
        alone = f"; {leaning[number]:+.1f}" if leaning is not None else ""
        lines.append(f" {mark}{head:2} {bound:.2f} / {value:.2f}{alone}: {runs}")
    return lines
