"""The comparison as one HTML page that needs nothing else: tables, pictures, answers side by side.

Draws figures that were measured elsewhere; measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _ROW, _LEFT = 720, 46, 190
_COLOURS = {"base": "#9fb3c0", "tuned": "#c2703d", "reference": "#d9d9d9"}
_STYLE = (
    "body{font:16px/1.6 system-ui,'Noto Sans SC',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#223;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.3rem .6rem;border-bottom:1px solid #ccd;text-align:right;vertical-align:top}"
    "td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}"
    ".said{color:#556}.talk td{text-align:left;width:33%;white-space:pre-wrap}"
)
Rows = Mapping[str, Mapping[str, float]]


def page(figures: Mapping[str, Any], talks: Sequence[Mapping[str, str]]) -> str:
    """The whole page.

    Args:
        figures: what compare.json holds.
        talks: said, reference, base and tuned of some questions.
    """
    title = f"{figures['adapter']} over {figures['base']}"
    heldout = {
        source: {side: figures["heldout"][side]["per_character"][source] for side in _sides}
        for source in figures["heldout"]["base"]["per_character"]
    }
    parts = [
        f"<h1>{escape(title)}</h1><p>{escape(summary(figures))}</p>",
        _section("Held-out loss, nats a character (lower is better)", heldout),
        _section("Likeness to the counsellor's answer, percent", _turned(figures["similarity"])),
        _section("Time and length of the answers", _turned(figures["generation"]), drawn=False),
        _section("Style", _turned(figures["style"]), drawn=False),
        _probes(figures["identity"]),
        _side_by_side(talks),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style>{''.join(parts)}</html>\n"
    )


_sides = ("base", "tuned")


def summary(figures: Mapping[str, Any]) -> str:
    """The most important figures in a sentence."""
    before, after = (figures["heldout"][side]["loss"] for side in _sides)
    made = figures["generation"]
    asked = figures["identity"]["tuned"]["asked"]
    right = [figures["identity"][side]["right"] for side in _sides]
    return (
        f"Held-out loss {before:.3f} → {after:.3f} nats a token; "
        f"answers of {made['base']['tokens_an_answer']:.0f} → "
        f"{made['tuned']['tokens_an_answer']:.0f} tokens; identity probes right "
        f"{right[0]} → {right[1]} of {asked}."
    )


def _turned(by_side: Rows) -> Rows:
    """From figures by side to sides by figure."""
    names = dict.fromkeys(name for values in by_side.values() for name in values)
    return {
        name: {side: values[name] for side, values in by_side.items() if name in values}
        for name in names
    }


def _section(title: str, rows: Rows, *, drawn: bool = True) -> str:
    sides = list(dict.fromkeys(side for values in rows.values() for side in values))
    head = "".join(f"<th>{side}</th>" for side in sides)
    lines = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td>{values.get(side, float('nan')):,.4g}</td>" for side in sides)
        + "</tr>"
        for name, values in rows.items()
    )
    drawing = picture(title, rows) if drawn else ""
    return f"<h2>{escape(title)}</h2>{drawing}<table><tr><th></th>{head}</tr>{lines}</table>"


def picture(title: str, rows: Rows) -> str:
    """Bars by name and side as inline SVG."""
    widest = max((v for values in rows.values() for v in values.values()), default=0) or 1
    marks: list[str] = []
    y = 8
    for name, values in rows.items():
        marks.append(f'<text x="{_LEFT - 10}" y="{y + 20}" text-anchor="end">{escape(name)}</text>')
        for number, (side, value) in enumerate(values.items()):
            long = round(value / widest * (_WIDTH - _LEFT - 90), 1)
            top = y + number * 16
            marks.append(
                f'<rect x="{_LEFT}" y="{top}" width="{long}" height="13" '
                f'fill="{_COLOURS[side]}"/><text x="{_LEFT + long + 6}" y="{top + 11}" '
                f'font-size="11">{value:.4g} {side}</text>'
            )
        y += max(_ROW, 16 * len(values) + 12)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {y}" role="img" font-size="13" '
        f'aria-label="{escape(title)}">{"".join(marks)}</svg>'
    )


def _probes(identity: Mapping[str, Mapping[str, Any]]) -> str:
    names = sorted({name for side in identity.values() for name in side["by_category"]})
    lines = "".join(
        f"<tr><td>{escape(name)}</td>"
        + "".join(f"<td>{identity[side]['by_category'].get(name, '–')}</td>" for side in _sides)
        + "</tr>"
        for name in names
    )
    left = identity["tuned"]["not_scored"]
    return (
        f"<h2>Identity probes that are right</h2><table><tr><th></th><th>base</th><th>tuned</th>"
        f"</tr>{lines}</table><p>{left} answers can only be judged by a reader.</p>"
    )


def _side_by_side(talks: Sequence[Mapping[str, str]]) -> str:
    lines = "".join(
        f'<tr><td colspan="3" class="said">{escape(talk["said"])}</td></tr>'
        f"<tr><td>{escape(talk['base'])}</td><td>{escape(talk['tuned'])}</td>"
        f"<td>{escape(talk['reference'])}</td></tr>"
        for talk in talks
    )
    return (
        '<h2>The same question, answered by both</h2><table class="talk"><tr><th>base</th>'
        f"<th>tuned</th><th>reference</th></tr>{lines}</table>"
    )
