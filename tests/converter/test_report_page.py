"""The page is one whole document: a well-formed picture, misses marked, nothing from outside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from converter.cli import main
from converter.report_page import Point, export_page, picture


def test_page_of_an_export_stands_alone(exported: Path) -> None:
    page = (exported / "report.html").read_text("utf-8")
    figures = json.loads((exported / "manifest.json").read_text("utf-8"))["figures"]
    assert page == export_page(figures)
    assert "tiny" in page
    assert "Q5_K_M" in page
    assert not re.search(r"(?:src|href)=|https?:|<script", page)
    assert "report.html" in json.loads((exported / "manifest.json").read_text())["outputs"]


def test_names_are_text_not_markup(exported: Path) -> None:
    figures = json.loads((exported / "manifest.json").read_text("utf-8"))["figures"]
    figures["card"]["name"] = "<script>x</script>"
    assert "<script" not in export_page(figures)


def test_miss_is_marked(exported: Path) -> None:
    figures = json.loads((exported / "manifest.json").read_text("utf-8"))["figures"]
    assert " missed" not in export_page(figures)
    figures["divergence"]["files"]["Q5_K_M"]["within"] = False
    assert "class=miss" in export_page(figures)


def test_picture_puts_smaller_divergence_lower_and_larger_files_right() -> None:
    points = [Point("Q8_0", 50, 0.002, 1e-4, 0.003), Point("Q4_K_M", 30, 0.05, 0.06, 0.06)]
    root = ElementTree.fromstring(picture(points))
    first, second = root.findall("circle")
    assert float(first.attrib["cx"]) > float(second.attrib["cx"])
    assert float(first.attrib["cy"]) > float(second.attrib["cy"])
    assert {text.text for text in root.findall("text")} >= {"Q8_0", "Q4_K_M", "0.001", "0.1"}


def test_equal_files_can_be_drawn() -> None:
    assert "circle" in picture([Point("F32", 10, 0.0, 0.0)])
    assert picture([]) == ""


def test_verify_writes_one_where_asked(
    exported: Path, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["verify", str(exported / "tiny-Q8_0.gguf"), "--against", str(tiny)]
    assert main([*words, "--report", str(tmp_path / "r.html")]) == 0
    assert "Q8_0" in (tmp_path / "r.html").read_text("utf-8")
    assert "is equal" in capsys.readouterr().out
