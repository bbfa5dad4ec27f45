"""An adapter from a 4-bit base: both merges are measured, and the better one is what is written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from converter.adapter_file import AdapterOrder, export_adapter
from converter.cli import main
from converter.errors import InputError
from converter.export import Order, export
from converter.four_bit import FULL, ROUNDED, on_rounded_base, round_matrix
from converter.gguf_file import read_gguf
from converter.hf_folder import ModelFolder
from converter.prepare import prepare

pytest.importorskip("bitsandbytes", reason="bitsandbytes is not installed")

NF4 = (
    -1.0, -0.6961928, -0.52507305, -0.39491749, -0.28444138, -0.18477343, -0.09105004, 0.0,
    0.0795803, 0.1609302, 0.2461123, 0.33791524, 0.44070983, 0.5626170, 0.72295684, 1.0,
)  # fmt: skip
"""The published table (QLoRA, appendix E)."""


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture
def four_bit(adapter: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(adapter, tmp_path / "four-bit"))
    table = {"settings": {"lora": {"quantise": "nf4"}}, "inputs": {}}
    (folder / "manifest.json").write_text(json.dumps(table), "utf-8")
    return folder


def test_rounding_lands_on_the_published_table() -> None:
    values = np.random.default_rng(2).standard_normal((4, 128), np.float32)
    made = round_matrix(values, "F32")
    for block, given in zip(made.reshape(-1, 64), values.reshape(-1, 64), strict=True):
        scale = np.abs(block).max()
        assert abs(scale / np.abs(given).max() - 1) < 0.03
        nearest = np.abs((block / scale)[:, None] - np.array(NF4)).min(axis=1)
        assert nearest.max() < 1e-5


def test_the_better_merge_is_written_and_proven(
    tiny: Path, four_bit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = Order(tiny, tmp_path / "out", ("F32",), four_bit, base="F32", strings=100, name="q")
    figures = export(order, _quiet)
    found = figures["merge_base"]
    assert found["loss"][FULL] != found["loss"][ROUNDED]
    assert found["used"] == min(found["loss"], key=lambda name: found["loss"][name])
    assert found["reason"] == "its manifest says so"
    assert figures["logits"]["F32"]["nmse"] < 1e-8
    file = str(tmp_path / "out" / "q-F32.gguf")
    words = ["verify", file, "--against", str(tiny), "--adapter", str(four_bit)]
    assert main(words) == 0
    assert "is equal to the folder" in capsys.readouterr().out


@pytest.mark.parametrize("better", [FULL, ROUNDED])
def test_each_merge_is_what_pefts_would_be(
    tiny: Path, four_bit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, better: str
) -> None:
    losses = iter([1.0, 2.0] if better == FULL else [2.0, 1.0])
    monkeypatch.setattr("converter.four_bit._loss", lambda *_: next(losses))
    order = Order(tiny, tmp_path / "out", ("F32",), four_bit, base="F32", strings=100, name="q")
    figures = export(order, _quiet)
    assert figures["merge_base"]["used"] == better
    assert figures["logits"]["F32"]["nmse"] < 1e-8
    merged = prepare(ModelFolder(tiny), adapter=four_bit)
    wanted = on_rounded_base(merged) if better == ROUNDED else merged
    values = read_gguf(tmp_path / "out" / "q-F32.gguf").values
    assert values["general.source.sha256"] == wanted.fingerprint


def test_the_two_merges_are_not_the_same(tiny: Path, four_bit: Path) -> None:
    plain = prepare(ModelFolder(tiny), adapter=four_bit)
    for one, other in zip(plain.plan, on_rounded_base(plain).plan, strict=True):
        same: Any = np.array_equal(one.read(), other.read())
        assert same == (not other.rounded)


def test_without_the_model_it_cannot_be_measured(
    tiny: Path, four_bit: Path, tmp_path: Path
) -> None:
    order = Order(tiny, tmp_path / "out", ("F16",), four_bit, compare_logits=False)
    with pytest.raises(InputError, match="cannot be measured which merge is better"):
        export(order, _quiet)
    with pytest.raises(InputError, match=r"measured when it is merged.*Merge it instead"):
        export_adapter(AdapterOrder(four_bit, tiny, tmp_path / "a.gguf"), _quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["four-bit"]
