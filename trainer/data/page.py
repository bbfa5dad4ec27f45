"""The report of a dataset as one HTML page that needs nothing else; draws, measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_WIDTH, _HEIGHT = 720, 120
_STYLE = (
    "body{font:16px/1.6 system-ui,'Noto Sans SC',sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color:#223;background:#fff}table{border-collapse:collapse;width:100%}"
    "td,th{padding:.25rem .6rem;border-bottom:1px solid #ccd;text-align:right;vertical-align:top}"
    "td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}"
    "li{color:#556;font-size:14px;overflow-wrap:anywhere}h3{margin-bottom:.2rem}"
)
Counts = Mapping[str, int]


def page(told: Mapping[str, Any], name: str) -> str:
    """The whole page from what report.json holds."""
    parts = [
        f"<h1>{escape(name)}</h1><p>{escape(summary(told))}</p>",
        _account(told),
        *(
            _histograms(f"Length in {unit}", rows, told["bins"][unit])
            for unit, rows in told["histograms"].items()
            if unit != "turns"
        ),
        _histograms("Turns", told["histograms"].get("turns", {}), told["bins"]["turns"]),
        _section("Topics", {s: c for s, c in told["topics"].items() if set(c) != {"none given"}}),
        _section("Licences", {"dialogues": told["licences"]}),
        _drops(told),
        _section("Mended", told["mended"]),
        _unreadable(told),
        _style(told["style"]),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(name)}</title>'
        f"<style>{_STYLE}</style>{''.join(parts)}</html>\n"
    )


def summary(told: Mapping[str, Any]) -> str:
    """What matters most, in a few sentences."""
    kept, records = sum(told["kept"].values()), sum(told["records"].values())
    sides = {
        s: sum(c.get(s, 0) for c in told["splits"].values()) for s in ("train", "valid", "test")
    }
    shares = ", ".join(f"{n:,} {s}" for s, n in sides.items() if n)
    proof = told["proof"]
    return (
        f"{kept:,} of {records:,} records were kept ({shares}), of "
        f"{told['source_questions']:,} source questions. Across the split stand "
        f"{proof['near_across_the_split']} near-duplicates (likeness {proof['likeness']} or more "
        f"of all runs of five characters; {proof['dialogues']:,} dialogues compared, "
        f"{proof['candidates_checked_exactly']:,} pairs checked exactly)."
    )


def _account(told: Mapping[str, Any]) -> str:
    """Per source: records = kept + dropped + unreadable."""
    rows = ""
    for source in sorted(set(told["records"]) | set(told["read"])):
        dropped = sum(told["dropped"].get(source, {}).values())
        splits = told["splits"].get(source, {})
        values = [
            told["records"].get(source, 0),
            told["unreadable"].get(source, 0),
            dropped,
            told["kept"].get(source, 0),
            *(splits.get(split, 0) for split in ("train", "valid", "test")),
            told["repeated"].get(source, 0),
        ]
        rows += f"<tr><td>{escape(source)}</td>{_cells(values)}</tr>"
    names = ("records", "unreadable", "dropped", "kept", "train", "valid", "test", "repeated")
    head = "".join(f"<th>{n}</th>" for n in names)
    return f"<h2>Account</h2><table><tr><th></th>{head}</tr>{rows}</table>"


def _cells(values: list[int]) -> str:
    return "".join(f"<td>{value:,}</td>" for value in values)


def _histograms(title: str, rows: Mapping[str, Counts], width: int) -> str:
    drawn = "".join(
        f"<h3>{escape(source)}</h3>{histogram(f'{title}, {source}', counts, width)}"
        for source, counts in rows.items()
    )
    return f"<h2>{escape(title)}</h2>{drawn}"


def histogram(title: str, counts: Mapping[Any, int], width: int) -> str:
    """Columns by length as inline SVG; what lies beyond 99 of 100 dialogues is one last column."""
    sizes = {int(size): n for size, n in counts.items()}
    end, below = 0, 0
    for size in sorted(sizes):
        end, below = size, below + sizes[size]
        if below >= 0.99 * sum(sizes.values()):
            break
    columns = [(size, sizes.get(size, 0)) for size in range(0, end + width, width)]
    beyond = sum(n for size, n in sizes.items() if size > end)
    shown = [*columns, (end + width, beyond)] if beyond else columns
    tallest, step = max(n for _, n in shown), _WIDTH / len(shown)
    marks = "".join(
        f'<rect x="{i * step:.1f}" y="{_HEIGHT * (1 - n / tallest):.1f}" '
        f'width="{max(1, step - 1):.1f}" height="{_HEIGHT * n / tallest:.1f}" fill="#5b8a72">'
        f"<title>from {size}: {n:,}</title></rect>"
        for i, (size, n) in enumerate(shown)
    )
    labels = "".join(
        f'<text x="{i * step:.1f}" y="{_HEIGHT + 16}">{shown[i][0]}</text>'
        for i in range(0, len(shown), max(1, len(shown) // 8))
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT + 22}" role="img" font-size="12" fill="#556" '
        f'aria-label="{escape(title)}">{marks}{labels}</svg>'
    )


def _section(title: str, rows: Mapping[str, Counts]) -> str:
    """Bars of counts, source by source; nothing when there are none."""
    drawn = "".join(
        f"<h3>{escape(source)}</h3>{bars(f'{title}, {source}', counts)}"
        for source, counts in rows.items()
        if counts
    )
    return f"<h2>{escape(title)}</h2>{drawn}" if drawn else ""


def bars(title: str, counts: Counts) -> str:
    """Names and counts as horizontal bars, the largest 20."""
    shown = sorted(counts.items(), key=lambda row: -row[1])[:20]
    widest = max(n for _, n in shown) or 1
    marks = "".join(
        f'<text x="330" y="{i * 22 + 15}" text-anchor="end">{escape(name[:42])}</text>'
        f'<rect x="340" y="{i * 22 + 3}" width="{n / widest * 290:.1f}" height="15" '
        'fill="#c2703d"/>'
        f'<text x="{345 + n / widest * 290:.1f}" y="{i * 22 + 15}">{n:,}</text>'
        for i, (name, n) in enumerate(shown)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {len(shown) * 22 + 6}" role="img" font-size="13" fill="#223" '
        f'aria-label="{escape(title)}">{marks}</svg>'
    )


def _drops(told: Mapping[str, Any]) -> str:
    samples = "".join(
        f"<h3>{escape(reason)}</h3><ul>{''.join(f'<li>{escape(row)}</li>' for row in rows)}</ul>"
        for reason, rows in told["samples"].items()
    )
    return _section("Dropped", told["dropped"]) + samples


def _unreadable(told: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<li>{escape(u['file'])}:{u['line']}: {escape(u['why'])}</li>"
        for u in told["unreadable_named"]
    )
    return f"<h2>Unreadable</h2><ul>{rows}</ul>" if rows else ""


def _style(by_source: Mapping[str, Mapping[str, float]]) -> str:
    names = list(dict.fromkeys(name for values in by_source.values() for name in values))
    head = "".join(f"<th>{escape(source)}</th>" for source in by_source)
    rows = "".join(
        f"<tr><td>{escape(name.replace('_', ' '))}</td>"
        + "".join(f"<td>{values.get(name, 0):,.4g}</td>" for values in by_source.values())
        + "</tr>"
        for name in names
    )
    return f"<h2>Style of the counsellor's turns</h2><table><tr><th></th>{head}</tr>{rows}</table>"
