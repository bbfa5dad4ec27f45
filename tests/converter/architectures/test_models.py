"""Each architecture, tied and untied, predicts in llama.cpp what it predicts in transformers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from converter.benchmarks.checkpoints import KINDS, small_config
from converter.export import Order, export


@pytest.mark.parametrize("tied", [True, False], ids=["tied", "untied"])
@pytest.mark.parametrize("kind", KINDS)
def test_float32_export_predicts_the_same(
    make_folder: Callable[..., Path], tmp_path: Path, kind: str, tied: bool
) -> None:
    folder = make_folder(*small_config(kind, tied=tied))
    order = Order(folder, tmp_path / "out", ("F32",), base="F32", strings=300)
    found = export(order, lambda *_: None)["logits"]["F32"]
    assert found["nmse"] < 1e-9
    assert found["top1"] == 1.0
    assert found["continuations_equal"] == found["continuations"]
