"""Small corpora written by the tests, and quiet torch threads."""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "2")
REPOSITORY = Path(__file__).resolve().parents[2]


def smile_record(number: int, turns: list[tuple[str, str]]) -> dict[str, object]:
    """One SMILE line: turns of (role, content)."""
    return {"id": number, "turns": [{"role": r, "content": c} for r, c in turns]}


@pytest.fixture
def smile_file(tmp_path: Path) -> Path:
    """Thirty plain dialogues, then a damaged line, one that is empty and one of an unknown role."""
    path = tmp_path / "smile.jsonl.xz"
    letters = "云山河海风雨花草树木日月星辰春夏秋冬东西南北金银铜铁松竹梅兰菊荷鱼鸟虫马牛羊鸡犬"
    words = [letters[n : n + 2] + letters[-n - 3 : -n - 1] for n in range(30)]
    with lzma.open(path, "wt", encoding="utf-8") as stream:
        for number in range(30):
            word = words[number]
            turns = [
                ("client", f"{word}让我发愁，{word * 4}{word[::-1] * 4}"),
                ("counselor", f"听起来{word}{word[::-1] * 5}，最难的是哪一刻？"),
                ("client", f"{word[::-1]}想到{word * 5}"),
                ("counselor", f"{word * 6}，确实不容易，{word[1:] * 6}"),
            ]
            stream.write(json.dumps(smile_record(number, turns), ensure_ascii=False) + "\n")
        stream.write("{broken\n")
        stream.write(json.dumps(smile_record(31, [("client", "没人回答我")])) + "\n")
        stream.write(json.dumps(smile_record(32, [("robot", "嘀")])) + "\n")
    return path


@pytest.fixture
def shared_corpora() -> Path:
    """The real corpora beside the checkout; skips where they are absent."""
    folder = REPOSITORY.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip("the public corpora are not beside this checkout")
    return folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes runs when it is asked for."""
    if "slow" not in (config.getoption("-m") or ""):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="takes minutes: pytest -m slow"))
