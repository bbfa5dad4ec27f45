"""Renders the chat template of a GGUF so that what people type can never become a control token.

The template is rendered with a placeholder for every content; the result is cut at the placeholders
into pieces of the template, which may hold control tokens, and contents, which may not. Knows
Jinja, in its sandbox because the template comes out of a file, and no tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from desktop.engine.base import ChatMessage

# Private-use characters around a number: no template looks for them, and no content is searched.
_PLACEHOLDER = "\ue0f1{}\ue0f2"
_PLACED = re.compile("\ue0f1(\\d+)\ue0f2")


@dataclass(frozen=True)
class Segment:
    """A piece of the prompt; control tokens are recognised only where `trusted`."""

    text: str
    trusted: bool


class ChatTemplate:
    """One template, compiled once.

    Args:
        source: `tokenizer.chat_template` as it stands in the file.
        bos: text of the token that begins a sequence, for templates that write it themselves.
        eos: text of the token that ends one.
    """

    def __init__(self, source: str, bos: str = "", eos: str = "") -> None:
        self._template = _environment().from_string(source)
        self._words = {"bos_token": bos, "eos_token": eos, "enable_thinking": False}

    def segments(self, messages: Sequence[ChatMessage], *, answer: bool) -> list[Segment]:
        """The prompt in pieces; with `answer` it ends where the assistant begins to speak."""
        try:
            return self._segments(messages, answer)
        except TemplateError:
            # Some templates refuse a system message; its words then lead the first message.
            return self._segments(_without_system(messages), answer)

    @cached_property
    def until_next(self) -> str:
        """What stands between the assistant's words and the person's next ones.

        E.g. "<|im_end|>\\n<|im_start|>user\\n".
        """
        talk = [ChatMessage("user", "a"), ChatMessage("assistant", "b"), ChatMessage("user", "c")]
        segments = self.segments(talk, answer=False)
        words = [index for index, segment in enumerate(segments) if not segment.trusted]
        between = segments[words[-2] + 1 : words[-1]]
        return "".join(segment.text for segment in between)

    def _segments(self, messages: Sequence[ChatMessage], answer: bool) -> list[Segment]:
        placed = [
            {"role": message.role, "content": _PLACEHOLDER.format(number)}
            for number, message in enumerate(messages)
        ]
        parts = _PLACED.split(self._render(placed, answer))
        contents = self._contents(messages, parts, answer)
        segments = [
            Segment(contents[int(part)] if odd else part, trusted=not odd)
            for index, part in enumerate(parts)
            if (odd := index % 2 == 1) or part
        ]
        return [segment for segment in segments if segment.text]

    def _contents(
        self, messages: Sequence[ChatMessage], parts: Sequence[str], answer: bool
    ) -> list[str]:
        """The contents as the template would print them: as they are, or trimmed."""
        contents = [message.content for message in messages]
        trimmed = [content.strip() for content in contents]
        if contents == trimmed:
            return contents
        plain = [{"role": message.role, "content": message.content} for message in messages]
        return trimmed if self._render(plain, answer) == _joined(parts, trimmed) else contents

    def _render(self, messages: list[dict[str, str]], answer: bool) -> str:
        words = {"messages": messages, "add_generation_prompt": answer, **self._words}
        try:
            return self._template.render(**words)
        except TemplateError:
            raise
        except Exception as error:  # it came out of a file: whatever it does is its own fault
            raise TemplateError(type(error).__name__) from error


def _joined(parts: Sequence[str], contents: Sequence[str]) -> str:
    return "".join(contents[int(part)] if index % 2 else part for index, part in enumerate(parts))


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    system = [message for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    if not system or not rest:
        return list(messages)
    words = "\n\n".join(message.content for message in [*system, rest[0]])
    return [ChatMessage(rest[0].role, words), *rest[1:]]


def _environment() -> ImmutableSandboxedEnvironment:
    """As transformers makes it, so that training and chat read a template alike."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,
        extensions=["jinja2.ext.loopcontrols", _GenerationTag],
    )
    environment.code_generator_class = _Unfolded
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise
    return environment


class _Unfolded(CodeGenerator):
    """Computes nothing while a template is compiled, which is while a model loads.

    Else what is constant in a file would be: gigabytes of it, where somebody wrote that. When it is
    rendered, the client's patience has a limit.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        if isinstance(node, nodes.TemplateData):
            return super()._output_child_to_const(node, frame, finalize)
        raise nodes.Impossible


def _to_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _raise(message: str) -> NoReturn:
    raise TemplateError(message)


class _GenerationTag(Extension):
    """`{% generation %}` marks what is trained on; here its body simply stands."""

    tags = {"generation"}  # noqa: RUF012 - the class attribute that Jinja looks for

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)
