"""The benchmark's corruptions do damage something, and each is caught with its own words."""

from __future__ import annotations

from pathlib import Path

from converter.benchmarks.corruptions import CORRUPTIONS, measure


def test_every_corruption_is_caught_and_the_true_export_is_not(tmp_path: Path) -> None:
    found = measure(tmp_path)
    published = [name for name, sentence in found.items() if sentence is None]
    assert published == [next(iter(CORRUPTIONS))]
    assert len(found) >= 13
    assert len({sentence for sentence in found.values() if sentence}) == len(found) - 1
