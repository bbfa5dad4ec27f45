"""What is found out about a server before anybody speaks: model, context, tokenizer, template.

Every question is one that changes nothing and says nothing of a person. Where the server renders
with a template of its own, this is where it is noticed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from desktop.engine.base import ChatMessage, Sampling
from desktop.engine.server.dialect import COMPLETIONS, WITH_TOKENS, Dialect
from desktop.engine.server.faults import fault
from desktop.engine.server.marks import Marks, ServerTokens
from desktop.engine.server.place import Kind, Place
from desktop.engine.server.wire import Wire
from desktop.engine.template import ChatTemplate
from desktop.errors import EngineError

UNKNOWN_CONTEXT = 4096
PROBE = (
    ChatMessage("system", "一"),
    ChatMessage("user", "二"),
    ChatMessage("assistant", "three"),
    ChatMessage("user", "four"),
)
NO_DOOR = ("server_no_such_door", "server_refused", "server_failed")


@dataclass(frozen=True)
class Known:
    """What was found out.

    Attributes:
        dialect: how to ask this server.
        context: tokens of a prompt and its reply together.
        tokens: counts them; None where only bytes bound them.
        chat: the server renders the prompt; there is no /v1/completions.
        same_template: it renders as we do; None where it cannot be asked, or need not.
    """

    dialect: Dialect
    context: int
    tokens: ServerTokens | None
    chat: bool = False
    same_template: bool | None = None


class Handshake:
    """Asks one server.

    Args:
        template: the one that prompts are rendered with.
        sleep: waits while the server still loads its model.
    """

    def __init__(
        self,
        place: Place,
        wire: Wire,
        template: ChatTemplate,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._place = place
        self._wire = wire
        self._template = template
        self._sleep = sleep
        self._marks = Marks(template)

    def greet(self) -> Known:
        """Find out all of it; raises EngineError, or Cancelled."""
        model, length = self._model()
        dialect = Dialect(self._place.kind, model, self._marks.stops)
        length = length or self._slot_length()
        tokens = self._tokens(dialect)
        if tokens is not None:
            dialect = self._with_stops(dialect, tokens)
        chat = not self._completes(dialect, tokens)
        same = self._renders_alike(dialect, tokens) if chat else None
        if same is False and not self._place.other_template:
            raise fault(self._place, "server_template_differs")
        return Known(dialect, self._context(length), tokens, chat, same)

    def _context(self, length: int) -> int:
        known = [number for number in (self._place.context, length) if number > 0]
        return min(known, default=UNKNOWN_CONTEXT)

    def _model(self) -> tuple[str, int]:
        """The model's name, and the length it is served with (0: not told)."""
        listed = self._listed()
        wanted = self._place.model
        if wanted and listed and wanted not in listed:
            raise fault(self._place, "server_model_missing", model=wanted)
        if not wanted and len(listed) != 1:
            raise fault(self._place, "server_model_missing", model="?")
        name = wanted or next(iter(listed))
        return name, listed.get(name, 0)

    def _listed(self) -> dict[str, int]:
        try:
            answer = self._patiently("/v1/models")
        except EngineError as error:
            if error.code in NO_DOOR[:2]:
                return {}  # some servers have no list
            raise
        data = answer.get("data") if isinstance(answer, dict) else None
        if not isinstance(data, list):
            raise fault(self._place, "server_strange", what="/v1/models")
        named = [
            item for item in data if isinstance(item, dict) and isinstance(item.get("id"), str)
        ]
        return {item["id"]: _whole(item.get("max_model_len")) for item in named}

    def _patiently(self, path: str) -> Any:
        """A server that is still loading its model is given time."""
        deadline = time.monotonic() + self._place.patience.loading
        while True:
            try:
                return self._wire.ask(path)
            except EngineError as error:
                if error.code != "server_loading" or time.monotonic() > deadline:
                    raise
            self._sleep(0.5)

    def _slot_length(self) -> int:
        """llama-server tells how long one conversation may get."""
        if self._place.kind is not Kind.LLAMA_SERVER:
            return 0
        answer = self._patiently_or_none("/props")
        settings = answer.get("default_generation_settings") if isinstance(answer, dict) else None
        return _whole(settings.get("n_ctx")) if isinstance(settings, dict) else 0

    def _patiently_or_none(self, path: str) -> Any:
        try:
            return self._patiently(path)
        except EngineError as error:
            if error.code in NO_DOOR:
                return None
            raise

    def _tokens(self, dialect: Dialect) -> ServerTokens | None:
        if self._place.kind not in WITH_TOKENS:
            return None

        def ask(texts: list[str], trusted: bool) -> list[list[int]]:
            bodies = [("/tokenize", dialect.tokens_of(text, trusted)) for text in texts]
            return [self._numbers(answer) for answer in self._wire.ask_all(list(bodies))]

        tokens = ServerTokens(ask, self._place.kind)
        try:
            tokens(self._marks.closing, True)
        except EngineError as error:
            if error.code in NO_DOOR:
                return None
            raise
        return tokens

    def _numbers(self, answer: Any) -> list[int]:
        tokens = answer.get("tokens") if isinstance(answer, dict) else None
        if not isinstance(tokens, list) or not all(type(token) is int for token in tokens):
            raise fault(self._place, "server_strange", what="/tokenize")
        return tokens

    def _with_stops(self, dialect: Dialect, tokens: ServerTokens) -> Dialect:
        """A model that does not know the template's marks was trained with another one."""
        ids = [found[0] for mark in self._marks.stops if len(found := tokens(mark, True)) == 1]
        if self._marks.closing and len(tokens(self._marks.closing, True)) != 1:
            raise fault(self._place, "server_template_foreign", mark=self._marks.closing)
        return Dialect(dialect.kind, dialect.model, dialect.stops, tuple(ids))

    def _completes(self, dialect: Dialect, tokens: ServerTokens | None) -> bool:
        """One token of a reply to nothing: does it speak, and is there a door for our prompts?"""
        text = "".join(segment.text for segment in self._template.segments(PROBE, answer=True))
        prompt = tokens(text, True) if tokens is not None else text
        body = dialect.completion(prompt, Sampling(temperature=0.0), 1)
        try:
            for _ in self._wire.stream(COMPLETIONS, body):
                pass
        except EngineError as error:
            if error.code == "server_no_such_door":
                return False
            raise
        return True

    def _renders_alike(self, dialect: Dialect, tokens: ServerTokens | None) -> bool | None:
        """Whether the server's own template makes the same of a short talk; None: not to know."""
        if tokens is None:
            return None
        answer = None
        path, body = dialect.rendered(PROBE)
        try:
            answer = self._wire.ask(path, body)
        except EngineError as error:
            if error.code not in NO_DOOR:
                raise
        ours = "".join(segment.text for segment in self._template.segments(PROBE, answer=True))
        if isinstance(answer, dict) and isinstance(answer.get("prompt"), str):
            return bool(answer["prompt"] == ours)
        if isinstance(answer, dict) and isinstance(answer.get("tokens"), list):
            return bool(answer["tokens"] == tokens(ours, True))
        return None


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
