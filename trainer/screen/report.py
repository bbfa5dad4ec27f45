"""Writes figures as the tables of docs/safety.md. Words and tables only; measures nothing.

Errors are listed by the number of the case, never by its words, and public rows never at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from trainer.screen import measure
from trainer.screen.cases import Case
from trainer.screen.load import Load, percentile
from trainer.screen.measure import Answer, Share, share
from trainer.screen.relations import held
from trainer.screen.stages import Figures

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
Pairs = Sequence[tuple[Case, Answer]]


def insert(path: Path, figures: str) -> None:
    """Replace what stands between the two marks."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}", "utf-8")


def page(figures: Figures, today: str) -> str:
    """All tables."""
    parts = [
        f"Measured {today or 'on an unnamed day'} by `xinyu-train screen figures`.",
        _guard(figures),
        _cases("Given cases (36 rows, read but never trained on)", figures.given),
        _cases("Own cases, scored part (never trained on)", figures.scored),
        _cases("Own cases, tuned part (trained on: an upper bound, not a result)", figures.tuned),
        _families(figures.scored),
        _confusion(figures.scored),
        _ordinary(figures),
        _relations(figures),
        _load(figures.load),
        _errors(figures.scored),
    ]
    return "\n\n".join(parts)


def _table(head: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def _guard(figures: Figures) -> str:
    groups = {"all": figures.guard}
    for source in sorted({row.source for row, _ in figures.guard}):
        groups[source] = [pair for pair in figures.guard if pair[0].source == source]
    lines = []
    for name, pairs in groups.items():
        for least in (1, 2):
            counted = measure.guard_figures(pairs, least)
            lines.append([name, f"T{least}+", *counted.values()])
    head = ["rows", "alarm from", "recall all", "recall high severity", "false alarms"]
    return "### PsyGUARD valid split, five-fold cross-validation\n\n" + _table(head, lines)


def _cases(title: str, pairs: Pairs) -> str:
    groups: Mapping[str, Pairs] = {"all": pairs, **measure.by(pairs, lambda case: case.lang)}
    counted = {name: measure.case_figures(group) for name, group in groups.items()}
    head = ["", *counted]
    names = list(counted["all"])
    lines = [[name, *(figure[name] for figure in counted.values())] for name in names]
    return f"### {title}\n\n" + _table(head, lines)


def _families(pairs: Pairs) -> str:
    lines = []
    for name, group in measure.by(pairs, lambda case: case.family).items():
        counted = measure.case_figures(group)
        chosen = ("T2+ recalled", "T0 false alarms", "exact or adjacent", "kinds right")
        lines.append([name, *(counted[key] for key in chosen)])
    head = ["family", "T2+ recalled", "T0 false alarms", "exact or adjacent", "kinds right"]
    return "### Scored part by family\n\n" + _table(head, lines)


def _confusion(pairs: Pairs) -> str:
    counted = measure.confusion(pairs)
    lines = [
        [f"T{row}", *(counted.get((row, column), 0) for column in range(5))] for row in range(5)
    ]
    head = ["expected", *(f"said T{column}" for column in range(5))]
    return "### Scored part: expected and said tiers\n\n" + _table(head, lines)


def _ordinary(figures: Figures) -> str:
    lines = []
    for name, answers in figures.ordinary.items():
        hard = share(_is_forced(answer) for answer in answers)
        soft = share(0 < measure.level(a) < 3 and not _is_forced(a) for a in answers)
        kinds = share(measure.alarmed(a) and not measure.level(a) for a in answers)
        lines.append([name, hard, soft, kinds])
    head = ["ordinary talk", "card forced (T3+ or M)", "soft check (T1, T2)", "kind only (M too)"]
    return "### Ordinary load\n\n" + _table(head, lines)


def _is_forced(answer: Answer) -> bool:
    return measure.level(answer) >= 3 or "M" in answer["kinds"]


def _relations(figures: Figures) -> str:
    outcome: dict[str, list[bool]] = {}
    for relation, answer in figures.relations:
        kept = held(relation, measure.level(answer), answer["kinds"])
        outcome.setdefault(relation.name, []).append(kept)
    every = [kept for group in outcome.values() for kept in group]
    lines: list[list[str | Share]] = [["all", share(every)]]
    lines += [[name, share(group)] for name, group in outcome.items()]
    return "### Metamorphic relations held\n\n" + _table(["relation", "held"], lines)


def _load(load: Load) -> str:
    middle, late = percentile(load.milliseconds, 50), percentile(load.milliseconds, 99)
    long = ", ".join(f"{length:,} characters {value:.0f} ms" for length, value in load.long.items())
    return (
        "### Time and memory for one message\n\n"
        f"{len(load.milliseconds)} cases through the running command: median {middle:.1f} ms, "
        f"p99 {late:.1f} ms; median for long texts: {long}. Memory at its highest "
        f"{load.peak:.0f} MB, a bare process with numpy {load.bare:.0f} MB: "
        f"{load.peak - load.bare:.0f} MB more. (Whatever else ran on the machine is in the times.)"
    )


def _errors(pairs: Pairs) -> str:
    missed = [c.id for c, a in pairs if (c.tier or 0) >= 3 and measure.level(a) < 2]
    wrong = [c.id for c, a in pairs if c.tier == 0 and measure.alarmed(a)]
    kinds = [c.id for c, a in pairs if c.tier is None and not c.kinds <= set(a["kinds"])]
    return "\n\n".join(
        (
            "### Errors on the scored part, by the case's number",
            "T3 or T4 without a card: " + (", ".join(missed) or "none"),
            "T0 with an alarm: " + (", ".join(wrong) or "none"),
            "Kinds not named: " + (", ".join(kinds) or "none"),
        )
    )
