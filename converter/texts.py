"""Dialogues to measure on: rendered by the model's own template, counsellor's tokens marked.

Reads JSON lines of {messages}, {turns} or {text}; without a file, a few dialogues kept here. Knows
the template and tokenizer.json, no model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.cutter import cutter_of
from converter.errors import InputError
from converter.hf_folder import ModelFolder

BUILT_IN = "built-in dialogues"
_ROLES = {"client": "user", "counselor": "assistant", "counsellor": "assistant"}

_DIALOGUES: tuple[tuple[str, ...], ...] = (
    (
        "这段时间我不开心",
        "听起来这段日子不太好过。愿意说说，最近一次觉得不开心是什么时候吗？",
        "就是觉得每天都没意思，上班也提不起劲",
        "每天都没什么意思，连上班也提不起劲，这种感觉很耗人。是从什么时候开始的呢？",
    ),
    (
        "我昨晚又失眠了，三点才睡着",
        "三点才睡着，今天一定很累吧。躺着的时候，脑子里在转些什么？",
        "一直在想工作上的事",
        "白天的事跟着你上了床。要不要先说说，其中最放不下的是哪一件？",
    ),
    (
        "考试没考好，我觉得自己很没用",
        "为这次考试你花了不少力气，结果不如意，难受是很自然的。"
        "“没用”这个念头，是看到成绩那一刻冒出来的吗？",
        "是的，爸妈也会失望",
        "你担心的不只是分数，还有爸妈的眼光。他们说过什么，还是你自己这样猜的？",
    ),
    (
        "和男朋友分手了，心里空空的",
        "分开以后心里空了一块，这种空是会疼的。今天哪个时候最难熬？",
    ),
    (
        "我家的猫昨天走了",
        "它走了，家里一下子安静了。我很抱歉。你愿意说说它是一只怎样的猫吗？",
        "它很黏人，每天等我回家😢",
        "每天都有它在门口等你，昨天没有了。这份想念，是因为你们真的很亲近。",
    ),
    (
        "你是谁？",
        "我是心屿，一个在你电脑上运行的人工智能陪伴者，不是真人，也不是医生。你想聊点什么？",
    ),
    (
        "谢谢你听我说",
        "谢谢你愿意说出来。今天就到这里的话，给自己留一点安静的时间吧。",
    ),
    (
        "I feel lonely in this new city.",
        "A new city can feel very quiet. What part of the day is the loneliest?",
        "Evenings, after work.",
        "The evenings, when nobody is waiting. What did your evenings look like before you moved?",
    ),
)


@dataclass(frozen=True)
class Sample:
    """One text as ids; `scored` are the positions whose next token counts, ascending."""

    ids: list[int]
    scored: list[int]

    def following(self) -> list[int]:
        """The ids that came after each scored position."""
        return [self.ids[position + 1] for position in self.scored]


def read_samples(
    folder: ModelFolder, file: Path | None, *, longest: int, limit: int
) -> list[Sample]:
    """At most `limit` samples of `longest` tokens at most. Raises InputError for a bad file."""
    records = _built_in() if file is None else _records(file, limit)
    encode = _encoder(folder)
    render = _renderer(folder)
    samples = [_sample(record, encode, render, longest) for record in records[:limit]]
    usable = [sample for sample in samples if sample.scored]
    if not usable:
        raise InputError(
            "The texts hold nothing to measure on.", "Give dialogues with counsellor turns."
        )
    return usable


def read_prompts(folder: ModelFolder, count: int) -> list[list[int]]:
    """Ids of the built-in openings up to where the counsellor begins, for continuations."""
    encode, render = _encoder(folder), _renderer(folder)
    return [encode(render(r["messages"][:1], True)) for r in _built_in()[:count]]


def chat_turns() -> tuple[str, ...]:
    """What the client of the first built-in dialogue says, turn by turn."""
    return _DIALOGUES[0][::2]


def render_chat(folder: ModelFolder, messages: Sequence[dict[str, str]]) -> str:
    """A conversation up to where the counsellor begins."""
    text: str = _renderer(folder)(messages, True)
    return text


def _built_in() -> list[dict[str, Any]]:
    roles = ("user", "assistant")
    return [
        {"messages": [{"role": roles[i % 2], "content": text} for i, text in enumerate(dialogue)]}
        for dialogue in _DIALOGUES
    ]


def _records(file: Path, limit: int) -> list[dict[str, Any]]:
    if not file.is_file():
        raise InputError(f"There is no file {file}.", "Give JSON lines of dialogues.")
    records: list[dict[str, Any]] = []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip() and len(records) < limit:
                records.append(_record(line, f"{file.name}, line {number}"))
    return records


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
        if isinstance(found.get("text"), str):
            return {"text": found["text"]}
        turns = found.get("messages") or found["turns"]
        messages = [
            {"role": _ROLES.get(t["role"], t["role"]), "content": str(t["content"])} for t in turns
        ]
    except (json.JSONDecodeError, AttributeError, KeyError, TypeError):
        raise InputError(
            f"{where} is not a dialogue.", "Each line holds messages, turns or a text as JSON."
        ) from None
    return {"messages": messages}


def _sample(record: dict[str, Any], encode: Any, render: Any, longest: int) -> Sample:
    if "text" in record:
        ids = encode(record["text"])[:longest]
        return Sample(ids, list(range(len(ids) - 1)))
    messages: Sequence[dict[str, str]] = record["messages"]
    ids = encode(render(messages, False))[:longest]
    scored: list[int] = []
    for i, message in enumerate(messages):
        if message["role"] == "assistant":
            begin = encode(render(messages[:i], True))
            end = encode(render(messages[: i + 1], False))
            if ids[: len(begin)] == begin[: len(ids)]:
                scored.extend(range(len(begin) - 1, min(len(end), len(ids)) - 1))
    return Sample(ids, scored)


def _encoder(folder: ModelFolder) -> Any:
    cutter = cutter_of(folder)
    return lambda text: cutter.bare([text], control=True)[0]


def _renderer(folder: ModelFolder) -> Any:
    """The template as transformers would run it (sandboxed, blocks trimmed)."""
    from jinja2 import TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )

    def refuse(message: str) -> None:
        raise TemplateError(message)

    environment.globals["raise_exception"] = refuse
    try:
        template = environment.from_string(folder.chat_template)
    except TemplateError as error:
        raise InputError(
            f"The chat template is not valid Jinja ({error!s:.80}).", "Correct chat_template.jinja."
        ) from None

    def render(messages: Sequence[dict[str, str]], prompt: bool) -> str:
        try:
            return template.render(messages=messages, add_generation_prompt=prompt)
        except (TemplateError, TypeError) as error:
            raise InputError(
                f"The chat template cannot render a dialogue ({error!s:.80}).",
                "Correct chat_template.jinja.",
            ) from None

    return render
