"""What each program is to be asked, as bodies of requests: the same reply from all, if they can.

The sampling is the app's own in the app's own order. Pure: builds and reads plain values.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.engine.base import ChatMessage, Sampling
from desktop.engine.server.marks import MOST_STOPS
from desktop.engine.server.place import Kind

COMPLETIONS, CHAT = "/v1/completions", "/v1/chat/completions"
STEPS = ["penalties", "top_k", "top_p", "min_p", "temperature"]
WITH_GRAMMAR = (Kind.LLAMA_SERVER, Kind.VLLM)
WITH_TOKENS = (Kind.LLAMA_SERVER, Kind.VLLM)


@dataclass(frozen=True)
class Dialect:
    """One program, and one model of it.

    Attributes:
        stops: marks at which a reply is over.
        stop_tokens: of these, the tokens, where the server told them.
        salt: keeps one person's cached prompts apart from another's, where the server can (vLLM):
            else the time to the first word would tell who said the same.
    """

    kind: Kind
    model: str
    stops: tuple[str, ...]
    stop_tokens: tuple[int, ...] = ()
    salt: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    def completion(
        self, prompt: Sequence[int] | str, sampling: Sampling, limit: int, grammar: str = ""
    ) -> dict[str, Any]:
        """The body that goes to /v1/completions."""
        text = prompt if isinstance(prompt, str) else list(prompt)
        body = {"prompt": text, **self._common(sampling, limit, grammar)}
        if self.kind is Kind.LLAMA_SERVER:
            body["preserved_tokens"] = list(self.stops)
            # One probability a token, only because its number comes along.
            body |= {"n_probs": 1, "post_sampling_probs": True}
        if self.kind is Kind.VLLM:
            body |= {"add_special_tokens": False, "return_token_ids": True}
        return body

    def chat(
        self, messages: Sequence[ChatMessage], sampling: Sampling, limit: int
    ) -> dict[str, Any]:
        """The body that goes to /v1/chat/completions, where there is nothing better."""
        plain = [{"role": message.role, "content": message.content} for message in messages]
        body = {"messages": plain, **self._common(sampling, limit, "")}
        if self.kind in WITH_TOKENS:
            body["chat_template_kwargs"] = {"enable_thinking": False}
        return body

    def tokens_of(self, text: str, trusted: bool) -> dict[str, Any]:
        """The body that goes to /tokenize."""
        if self.kind is Kind.LLAMA_SERVER:
            return {"content": text, "add_special": False, "parse_special": trusted}
        return {"model": self.model, "prompt": text, "add_special_tokens": False}

    def rendered(self, messages: Sequence[ChatMessage]) -> tuple[str, dict[str, Any]]:
        """Where and how to ask what the server's own template makes of messages."""
        plain = [{"role": message.role, "content": message.content} for message in messages]
        kwargs = {"chat_template_kwargs": {"enable_thinking": False}}
        if self.kind is Kind.LLAMA_SERVER:
            return "/apply-template", {"messages": plain, **kwargs}
        return "/tokenize", {"model": self.model, "messages": plain, **kwargs}

    def _common(self, sampling: Sampling, limit: int, grammar: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": limit,
            "temperature": max(0.0, sampling.temperature),
            "top_p": sampling.top_p,
            "stop": list(self.stops[:MOST_STOPS]),
        }
        if sampling.seed is not None:
            body["seed"] = sampling.seed & 0x7FFFFFFF
        return body | self._own(sampling, grammar)

    def _own(self, sampling: Sampling, grammar: str) -> dict[str, Any]:
        """What only this program understands."""
        match self.kind:
            case Kind.LLAMA_SERVER:
                own = _drawing(sampling, "repeat_penalty")
                own |= {"repeat_last_n": sampling.repeat_window, "samplers": STEPS}
                own |= {"cache_prompt": True}
                return own | ({"grammar": grammar} if grammar else {})
            case Kind.VLLM:
                own = _drawing(sampling, "repetition_penalty")
                own |= {"stop_token_ids": list(self.stop_tokens), "cache_salt": self.salt}
                own |= {"skip_special_tokens": False, "spaces_between_special_tokens": False}
                return own | ({"structured_outputs": {"grammar": grammar}} if grammar else {})
            case Kind.LM_STUDIO:
                return _drawing(sampling, "repeat_penalty")
            case Kind.OPENAI:
                return {}


def _drawing(sampling: Sampling, penalty: str) -> dict[str, Any]:
    return {
        "top_k": sampling.top_k if sampling.temperature > 0 else 0,
        "min_p": sampling.min_p,
        penalty: sampling.repeat_penalty,
    }
