"""A finished export or check as one HTML page that needs nothing else: tables and one picture.

Draws figures that were measured elsewhere; measures nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 720, 380, 70, 50
_LEAST = 1e-6
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;"
    "color:#223;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.3rem .6rem;border-bottom:1px solid #ccd;text-align:right}"
    "td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}"
    ".miss{color:#a02020;font-weight:bold}"
)


@dataclass(frozen=True)
class Point:
    """One file of the picture: bytes, mean KL with its error, and the target if it has one."""

    kind: str
    size: int
    mean: float
    error: float
    target: float | None = None


def export_page(figures: Mapping[str, Any]) -> str:
    """The page of a finished export."""
    sizes = {about["quantisation"]: about["size"] for about in figures["files"].values()}
    divergence = figures.get("divergence") or {"files": {}, "reference": "", "texts": ""}
    rows = {kind: one for kind, one in divergence["files"].items() if kind in sizes}
    facts = {
        "Architecture": figures["architecture"],
        "Parameters": f"{figures['parameters'] / 1e6:.2f} M",
        "Licence": figures["card"]["licence"] or "none given",
        "Template sha256": figures["template_sha256"],
        "Token ids": f"equal on {figures['tokens']['strings']} strings",
        "Measured against": f"{divergence['reference']}, {divergence['texts']}",
        **{f"{k} against Hugging Face": _agreement(v) for k, v in _logits(figures).items()},
    }
    return _page(str(figures["card"]["name"]), facts, rows, sizes)


def check_page(found: Mapping[str, Any], size: int) -> str:
    """The page of one checked file."""
    kind = str(found["quantisation"])
    facts = {
        "Metadata keys equal": found["metadata_keys_equal"],
        "Largest tensor error": found["largest_tensor_error"],
        "Token ids": f"equal on {found['tokens']['strings']} strings",
    }
    return _page(str(found["file"]), facts, {kind: found["divergence"]}, {kind: size})


def _logits(figures: Mapping[str, Any]) -> dict[str, Any]:
    return dict(figures.get("logits") or {})


def _agreement(found: Mapping[str, Any]) -> str:
    return f"NMSE {found['nmse']:.1e}, top-1 {found['top1']:.2%} of {found['positions']} positions"


def _page(
    title: str,
    facts: Mapping[str, Any],
    rows: Mapping[str, Mapping[str, Any]],
    sizes: Mapping[str, int],
) -> str:
    points = [
        Point(kind, sizes[kind], one["kl_mean"], one["kl_error"], one.get("target"))
        for kind, one in rows.items()
    ]
    listed = "".join(
        f"<tr><td>{escape(k)}</td><td>{escape(str(v))}</td></tr>" for k, v in facts.items()
    )
    table = "".join(_row(kind, one, sizes[kind]) for kind, one in rows.items())
    head = "<tr><th>Type</th><th>MB</th><th>Mean KL</th><th>99.9 %</th><th>Top-1</th>"
    head += "<th>Perplexity</th><th>Target</th></tr>"
    quality = f"<h2>What quantising cost</h2>{picture(points)}<table>{head}{table}</table>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1><table>{listed}</table>"
        f"{quality if points else ''}</html>\n"
    )


def _row(kind: str, one: Mapping[str, Any], size: int) -> str:
    missed = one.get("within") is False
    cells = [
        f"{size / 1e6:.1f}", f"{one['kl_mean']:.5f} ± {one['kl_error']:.5f}",
        f"{one['kl_999']:.4f}", f"{one['top1']:.2%}", f"× {one['perplexity_ratio']:.4f}",
        f"{one.get('target', '–')}{' missed' if missed else ''}",
    ]  # fmt: skip
    name = f"<tr{' class=miss' if missed else ''}><td>{escape(kind)}</td>"
    return name + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def picture(points: Sequence[Point]) -> str:
    """Mean KL (logarithmic, with its error) against size as inline SVG; targets as short lines."""
    if not points:
        return ""
    values = [max(p.mean, _LEAST) for p in points] + [p.target for p in points if p.target]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 0.01)
    widest = max(p.size for p in points) * 1.15
    right, top = _WIDTH - _LEFT - 20, _HEIGHT - _BOTTOM - 20

    def across(size: float) -> float:
        return round(_LEFT + size / widest * right, 1)

    def down(mean: float) -> float:
        share = (math.log10(max(mean, 10.0**low)) - low) / (high - low)
        return round(20 + top * (1 - share), 1)

    lines = [_level(10.0**n, down(10.0**n)) for n in range(low, high + 1)]
    marks = [_mark(point, across(point.size), down) for point in points]
    label = f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 8}" text-anchor="middle">size, MB</text>'
    ticks = [_tick(widest * n / 4, across(widest * n / 4)) for n in range(5)]
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-size="13" '
        f'aria-label="Mean KL divergence by size">{"".join([*lines, *ticks, *marks])}{label}</svg>'
    )


def _level(value: float, y: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y}" y2="{y}" stroke="#dde"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:g}</text>'
    )


def _tick(size: float, x: float) -> str:
    y = _HEIGHT - _BOTTOM + 16
    return f'<text x="{x}" y="{y}" text-anchor="middle">{size / 1e6:.3g}</text>'


def _mark(point: Point, x: float, down: Any) -> str:
    y = down(point.mean)
    parts = [
        f'<line x1="{x}" x2="{x}" y1="{down(point.mean + point.error)}" '
        f'y2="{down(point.mean - point.error) if point.mean > point.error else y}" stroke="#357"/>',
        f'<circle cx="{x}" cy="{y}" r="5" fill="#357"/>',
        f'<text x="{x + 9}" y="{y - 6}">{escape(point.kind)}</text>',
    ]
    if point.target:
        level = down(point.target)
        parts.append(
            f'<line x1="{x - 14}" x2="{x + 14}" y1="{level}" y2="{level}" stroke="#a02020" '
            'stroke-width="2"/>'
        )
    return "".join(parts)
