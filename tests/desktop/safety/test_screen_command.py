"""The contract of `xinyu screen`: a line for a line, in order, whatever comes in."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.paths import assets_folder
from desktop.safety.screen import Screen, load_screen
from desktop.safety.screen_command import answer_lines, as_json, context_line, persons_turns

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def screen() -> Screen:
    return load_screen(assets_folder())


def run(*options: str, given_bytes: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "desktop.safety.screen_command", *options]
    return subprocess.run(command, cwd=ROOT, input=given_bytes, capture_output=True, timeout=60)


def test_one_line_out_for_each_line_in() -> None:
    lines = ["我想自杀", "", "今天吃了面条", "第一行\\n我想自杀", "\ufeff", "\u2028x", "a\tb\r"]
    done = run("--json", given_bytes="\n".join(lines).encode() + b"\n\xff\xfe\xfd\n\x00\n")
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]

    assert done.returncode == 0
    assert len(answers) == len(lines) + 2
    assert [answer["tier"] >= "T2" for answer in answers[:4]] == [True, False, False, True]
    for answer in answers:
        assert set(answer) == {"tier", "kinds", "score", "reasons"}
        assert set(answer["kinds"]) <= {"TP", "V", "A", "M", "P"}


@pytest.mark.xfail(reason="the learned model reads it as T3; docs/safety.md, Limits", strict=True)
def test_plain_thoughts_without_a_method_are_the_second_tier(screen: Screen) -> None:
    assert screen.one("我想自杀").tier == "T2"


def test_context_reads_the_persons_words_only(screen: Screen) -> None:
    turns = [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "你想自杀吗"}]

    assert context_line(screen, json.dumps(turns)).tier == "T0"
    turns.append({"role": "user", "content": "我想自杀"})
    assert context_line(screen, json.dumps(turns)).level >= 2


@pytest.mark.parametrize(
    "line", ["", "x", "{}", "[1]", "null", "[" * 50_000, '[{"role":"user"}]', "[]", '["a"', "NaN"]
)
def test_context_never_crashes(screen: Screen, line: str) -> None:
    assert context_line(screen, line).tier == "T0"


def test_explain_names_the_rule_and_the_words() -> None:
    done = run("--explain", "我想自杀")

    assert done.returncode == 0
    assert b"wish_to_die" in done.stdout
    assert "想自杀".encode() in done.stdout


def test_persons_turns_reads_strings_and_objects() -> None:
    assert persons_turns(["a", {"content": "b"}, {"role": "assistant", "content": "c"}]) == [
        "a",
        "b",
    ]


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_any_bytes_give_one_object_a_line(screen: Screen, raw: bytes) -> None:
    lines = raw.split(b"\n")
    out = io.StringIO()
    answer_lines([line + b"\n" for line in lines], out, lambda text: as_json(screen.one(text)))

    answers = out.getvalue().splitlines()
    assert len(answers) == len(lines)
    assert all(json.loads(answer)["tier"][0] == "T" for answer in answers)
