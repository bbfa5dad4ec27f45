"""The seam of the engine: what can be asked of it and what it answers.

Everything is a small frozen value, so that a real process, a scripted engine and a test speak the
same language. Knows neither processes nor llama.cpp.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class ChatMessage:
    """One message of the prompt; role is "system", "user" or "assistant"."""

    role: str
    content: str


class Attention(StrEnum):
    """Whether attention is computed without its table of scores; AUTO leaves it to llama.cpp."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class CacheType(StrEnum):
    """How keys and values are stored; Q8_0 takes half the memory and needs attention ON."""

    F16 = "f16"
    Q8_0 = "q8_0"


@dataclass(frozen=True)
class Plan:
    """How a model is to be run.

    Attributes:
        gpu_layers: layers on the GPU, the output counted as one; 0 is the CPU alone, -1 as many as
            fit.
        context: tokens the key-value cache holds; 0 asks for the model's own length, within limits.
        threads: CPU threads; 0 lets the worker choose.
        batch: prompt tokens evaluated in one call.
        attention: how attention is computed.
        cache: how the key-value cache is stored.
    """

    gpu_layers: int = -1
    context: int = 0
    threads: int = 0
    batch: int = 256
    attention: Attention = Attention.AUTO
    cache: CacheType = CacheType.F16


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn; the values of a model come from its catalogue entry."""

    temperature: float = 0.6
    top_p: float = 0.8
    top_k: int = 20
    min_p: float = 0.0
    repeat_penalty: float = 1.05
    repeat_window: int = 256
    maximum_tokens: int = 512
    seed: int | None = None


@dataclass(frozen=True)
class Loaded:
    """The model is ready.

    Attributes:
        plan: the plan as it was carried out (numbers, no "choose for me").
        architecture: `general.architecture` of the GGUF, e.g. "qwen3".
        name: `general.name` of the GGUF, or the file's stem.
        parameters: number of weights.
        layers: number of blocks in the model.
        device: "CPU" or the GPU's own name.
        train_context: tokens the model was trained for.
        seconds: time the load took.
        host: the server that answers, as a person is told it; "" where the engine process does.
        left_bytes: least memory of a GPU that was still free after a full batch; -1 without one.
        note: code of a quiet word about the plan: "plan_lowered" where it is smaller than it once
            was here, "library_unusable" where the chosen build of llama.cpp does not load; or "".
        adapter: name of the adapter in use, or "".
    """

    plan: Plan
    architecture: str
    name: str
    parameters: int
    layers: int
    device: str
    train_context: int
    seconds: float
    host: str = ""
    left_bytes: int = -1
    note: str = ""
    adapter: str = ""


@dataclass(frozen=True)
class Started:
    """The prompt was fitted and is about to be read.

    Attributes:
        prompt_tokens: whole prompt after fitting.
        reused_tokens: of these, already in the cache.
        evaluated_tokens: of these, read now; prompt_tokens - reused_tokens.
        dropped_messages: oldest messages that were left out so that the prompt fits.
    """

    prompt_tokens: int
    reused_tokens: int
    evaluated_tokens: int
    dropped_messages: int


@dataclass(frozen=True)
class Token:
    """More text of the reply; whole characters only, may hold several tokens."""

    text: str


class Reason(StrEnum):
    """Why a reply ended."""

    END_OF_TURN = "end_of_turn"
    LENGTH = "length"
    CANCELLED = "cancelled"
    REPETITION = "repetition"


@dataclass(frozen=True)
class Done:
    """The reply is over.

    Attributes:
        reason: why.
        tokens: tokens drawn.
        prompt_seconds: time spent reading the prompt.
        decode_seconds: time spent writing the reply.
    """

    reason: Reason
    tokens: int
    prompt_seconds: float
    decode_seconds: float

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.decode_seconds if self.decode_seconds > 0 else 0.0


GenerationEvent = Started | Token | Done


@dataclass(frozen=True)
class Stats:
    """What the engine process costs at this moment."""

    resident_bytes: int
    cached_tokens: int
    generated_tokens: int


@dataclass(frozen=True)
class Tuned:
    """What a trial found to be quickest; seconds are those of a typical turn.

    Attributes:
        threads: CPU threads.
        batch: tokens read in one call.
        attention: how attention is computed.
        seconds: of a typical turn with these.
        default_seconds: of the same turn with what was there before.
        steady: nothing else took the computer's time meanwhile, as far as measuring tells.
    """

    threads: int
    batch: int
    attention: Attention
    seconds: float
    default_seconds: float
    steady: bool = True


@dataclass(frozen=True)
class LoadRequest:
    """Which file to run and how.

    Attributes:
        model: a GGUF file.
        plan: what is asked for; what is left open is chosen by what this computer has.
        adapter: a GGUF adapter made for exactly this model, or None.
        library: folder of a build of llama.cpp to use instead of the installed one, or None.
    """

    model: Path
    plan: Plan = field(default_factory=Plan)
    adapter: Path | None = None
    library: Path | None = None


@dataclass(frozen=True)
class GenerateRequest:
    """A conversation to be answered; `messages` ends with the person's."""

    messages: Sequence[ChatMessage]
    sampling: Sampling = field(default_factory=Sampling)


@dataclass(frozen=True)
class StructuredRequest:
    """A question asked aside about a conversation, answered within a grammar.

    It is work for a pause: it branches off what is cached of the conversation, leaves that cache
    as it is, and ends at once when it is cancelled.

    Attributes:
        messages: the conversation as it was last answered, and the question as the person's next.
        grammar: GBNF with a rule `root`; the answer is a whole sentence of it unless it was cut.
    """

    messages: Sequence[ChatMessage]
    grammar: str
    sampling: Sampling = field(default_factory=Sampling)


class Engine(Protocol):
    """One model, one conversation at a time, one owner thread; only `cancel` may come from another.

    Every method raises `desktop.errors.EngineError` (or ModelFileError from `load`) when the world
    fails. After an error the engine can be used again: it restarts by itself at the next request.
    """

    @property
    def loaded(self) -> Loaded | None:
        """What is loaded, or None."""
        ...

    def load(self, request: LoadRequest) -> Loaded:
        """Load a model, walking down to smaller plans where a plan fails."""
        ...

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        """Yield Started, then Token..., then exactly one Done.

        Closing the iterator early cancels the reply.
        """
        ...

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        """The same events for a question aside; the conversation's cache stays as it is.

        Raises EngineError("aside_no_room") where the cache has no room beside the conversation, and
        EngineError("engine_not_loaded") where no model is running: none is loaded for this.
        """
        ...

    def cancel(self) -> None:
        """Stop the reply that is under way; safe from any thread, harmless when there is none."""
        ...

    def stats(self) -> Stats:
        """Ask the engine what it costs."""
        ...

    def close(self) -> None:
        """End the engine; safe to call twice."""
        ...
