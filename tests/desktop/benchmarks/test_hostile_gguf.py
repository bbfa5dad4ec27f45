"""The hostile files really are: each mutation changes the file, and one that fails is counted."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from desktop.benchmarks.engine_shape import TINY, write_large_model
from desktop.benchmarks.hostile_files import KINDS, mutate, read_fields
from desktop.benchmarks.hostile_gguf import Outcome, figures, main
from desktop.engine.gguf_header import check_model_file


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "tiny.gguf"
    write_large_model(path, sizes=TINY)
    return path


def test_the_layout_ends_where_the_header_does(tiny: Path) -> None:
    header, fields = check_model_file(tiny), read_fields(tiny)
    assert sum(field.name == "offset" for field in fields) == header.tensors
    assert fields[-1].name == "end"
    assert 0 < fields[-1].at < tiny.stat().st_size


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_the_file(tiny: Path, tmp_path: Path, kind: str) -> None:
    fields, whole = read_fields(tiny), tiny.read_bytes()
    drawn, changed = random.Random(3), []
    for _ in range(5):
        copy = Path(shutil.copyfile(tiny, tmp_path / "copy.gguf"))
        mutate(copy, fields, kind, drawn)
        changed.append(copy.read_bytes() != whole)
    assert any(changed)


def test_what_is_not_told_or_stays_is_a_miss() -> None:
    good = Outcome("cut", "model_truncated", told=True, left=False, seconds=1)
    assert not any(figure.missed for figure in figures([good]))
    untold = Outcome("cut", "KeyError", told=False, left=False, seconds=1)
    left = Outcome("cut", "talks", told=True, left=True, seconds=99)
    assert [figure.missed for figure in figures([untold, left])][:4] == [False, True, True, True]


def test_a_few_of_them_in_the_real_engine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--count", "6", "--seed", "5"]) == 0
    assert "exceptions that came through" in capsys.readouterr().out
