"""`xinyu guard --explain`, as a reviewer types it."""

from __future__ import annotations

import pytest

from desktop.cli import main


def test_it_names_the_rule_and_shows_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["guard", "--explain", "你好。我是真人。"]) == 0
    said = capsys.readouterr().out
    assert "cut by G5.human (1)" in said
    assert "shown: 你好。说实话" in said


def test_the_tier_and_the_persons_own_words_change_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["guard", "--explain", "你说得对。", "--tier", "T2"])
    assert "G3" in capsys.readouterr().out
    main(["guard", "--explain", "你说「没有我他们会更好」。", "--own", "没有我他们会更好"])
    assert "cut by" not in capsys.readouterr().out
