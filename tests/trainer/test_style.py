"""Style figures by hand on small sets, and the verb that checks our own dialogues."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from trainer import cli, style


def test_figures_by_hand() -> None:
    replies = ["听起来很累，是吗？", "我能理解你。加油！", "首先，建议你\n1. 早睡", "嗯😊 ok then"]
    clients = ["我很累", "我难过", "睡不着", "听起来"]
    found = style.figures(replies, clients)
    assert found["turns"] == 4
    assert found["question"] == 0.25
    assert found["single_question"] == 1.0
    assert found["template"] == 0.25
    assert found["advice"] == 0.25
    assert found["markdown"] == 0.25
    assert found["emoji"] == 0.25
    assert found["over_220"] == 0
    assert found["leakage"] == 0.25
    assert found["top_10_openers"] == 1.0


def test_copying_and_variety() -> None:
    assert style.copy_share("我睡不着觉", "我睡不着觉") == 1.0
    assert style.copy_share("完全别的话说", "我睡不着觉") == 0.0
    assert style.copy_share("短", "短") == 0.0
    assert style.distinct_2(["啊啊啊啊啊"]) == 0.25
    assert style.self_bleu(["听起来很难受吧"] * 3) == pytest.approx(1.0)
    assert style.self_bleu(["听起来很难受吧", "小猫走丢多久了"]) == 0.0
    assert style.figures([]) == {"turns": 0}


def test_our_own_dialogues_keep_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dialogues"]) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    assert "zh: " in said
    assert "0 faults" in said


def test_a_broken_dialogue_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_text("{\n", "utf-8")
    assert cli.main(["dialogues", str(tmp_path)]) == 1
    assert "a.jsonl:1" in capsys.readouterr().out


def test_help_answers_at_once_and_loads_no_torch() -> None:
    code = (
        "import sys\nfrom trainer import cli\n"
        "try: cli.main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert done.returncode == 0
    assert b"starter" in done.stdout
    assert time.perf_counter() - begin < 2
