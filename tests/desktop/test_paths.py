"""Where things lie, with names people really have."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.paths import assets_folder, find_paths


@pytest.mark.parametrize("name", ["心屿 数据", "张 庭 綱", "💚", "plain"])
def test_xinyu_home_moves_everything(tmp_path: Path, name: str) -> None:
    paths = find_paths({"XINYU_HOME": str(tmp_path / name)})

    for place in (paths.database, paths.backups, paths.logs, paths.models):
        assert place.is_relative_to(tmp_path / name)


def test_without_it_the_platform_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert find_paths({}).home.name == "xinyu"


def test_nothing_is_created_by_looking(tmp_path: Path) -> None:
    find_paths({"XINYU_HOME": str(tmp_path / "new")})

    assert not (tmp_path / "new").exists()


def test_assets_of_a_checkout() -> None:
    assert (assets_folder() / "strategies.toml").is_file()
