"""Dialogues are rendered by the model's template and only the counsellor's tokens are scored."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from converter.errors import InputError
from converter.hf_folder import ModelFolder
from converter.texts import read_prompts, read_samples


def _file(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def test_only_what_the_counsellor_says_is_scored(tiny: Path, tmp_path: Path) -> None:
    turns = [
        {"role": "client", "content": "我不开心"},
        {"role": "counselor", "content": "愿意说说吗？"},
        {"role": "client", "content": "嗯"},
        {"role": "counselor", "content": "我在听。"},
    ]
    file = _file(tmp_path / "d.jsonl", {"id": 1, "turns": turns})
    (sample,) = read_samples(ModelFolder(tiny), file, longest=512, limit=9)
    tokenizer = Tokenizer.from_file(str(tiny / "tokenizer.json"))
    said = tokenizer.decode(sample.following(), skip_special_tokens=False)
    assert said == "愿意说说吗？<|im_end|>\n我在听。<|im_end|>\n"


def test_plain_text_is_scored_whole_and_cut(tiny: Path, tmp_path: Path) -> None:
    file = _file(tmp_path / "t.jsonl", {"text": "hello " * 100})
    (sample,) = read_samples(ModelFolder(tiny), file, longest=20, limit=9)
    assert len(sample.ids) == 20
    assert sample.scored == list(range(19))


def test_built_in_dialogues_are_usable(tiny: Path) -> None:
    samples = read_samples(ModelFolder(tiny), None, longest=512, limit=100)
    assert len(samples) == 8
    assert all(0 <= p < len(s.ids) - 1 for s in samples for p in s.scored)
    assert len(read_prompts(ModelFolder(tiny), 3)) == 3


@pytest.mark.parametrize("line", ["{", '"text"', '{"turns": [{"role": "x"}]}', "{}"])
def test_bad_lines_are_named(tiny: Path, tmp_path: Path, line: str) -> None:
    (tmp_path / "bad.jsonl").write_text('{"text": "good"}\n' + line + "\n", "utf-8")
    with pytest.raises(InputError, match=r"bad.jsonl, line 2 is not a dialogue"):
        read_samples(ModelFolder(tiny), tmp_path / "bad.jsonl", longest=9, limit=9)


def test_texts_without_counsellor_are_refused(tiny: Path, tmp_path: Path) -> None:
    file = _file(tmp_path / "d.jsonl", {"messages": [{"role": "user", "content": "hi"}]})
    with pytest.raises(InputError, match="nothing to measure"):
        read_samples(ModelFolder(tiny), file, longest=9, limit=9)
    with pytest.raises(InputError, match="There is no file"):
        read_samples(ModelFolder(tiny), tmp_path / "none", longest=9, limit=9)


@pytest.mark.parametrize("template", ["{% for %}", "{{ raise_exception('no') }}", "{{ 1 + 'a' }}"])
def test_broken_templates_are_refused(copy: Path, template: str) -> None:
    (copy / "chat_template.jinja").write_text(template, "utf-8")
    with pytest.raises(InputError, match="The chat template"):
        read_samples(ModelFolder(copy), None, longest=99, limit=9)
