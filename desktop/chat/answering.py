"""Who answers: the engine process on this computer, or a server that somebody set.

Looks for `server.toml` in the places of whoever looks after this computer. A file that is there but
cannot be used never means that another model answers in its place: then nobody does, and it is
said why. Knows neither Qt nor HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from desktop.catalogue.entries import CatalogueEntry
from desktop.engine.base import (
    Engine,
    GenerateRequest,
    GenerationEvent,
    Loaded,
    LoadRequest,
    Stats,
    StructuredRequest,
)
from desktop.engine.server.place import Place, read_place, sampling_of
from desktop.errors import XinyuError
from desktop.paths import Paths, server_files

# A server's penalty looks at the prompt too, where the engine's looks at the reply alone: it would
# punish a model for taking up the person's own words. So none is asked for unless it is set.
SERVER_SAMPLING = {"repeat_penalty": 1.0}
PROMPT_HERE, PROMPT_ELSEWHERE = "counsellor", "server"


@dataclass(frozen=True)
class WordsGo:
    """Where the words of a talk go, as a person is told it.

    Attributes:
        host: the server; "" where the file that names one cannot be used.
        loopback: another program on this computer.
        operator: who runs the server, by language; may be empty.
    """

    host: str
    loopback: bool
    operator: Mapping[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """Code of the sentence that stands by the talk as long as it lasts."""
        if not self.host:
            return "words_go_nowhere"
        if self.loopback:
            return "words_stay_server"
        return "words_leave_to" if self.operator else "words_leave"

    def details(self, language: str) -> dict[str, str | int]:
        """What the sentences are filled with."""
        named = self.operator.get(language) or next(iter(self.operator.values()), self.host)
        return {"host": self.host, "operator": named}


@dataclass(frozen=True)
class Server:
    """A server that is set for this computer.

    Attributes:
        file: where it is set.
        place: the server; None where the file cannot be used.
        fault: why not.
    """

    file: Path
    place: Place | None = None
    fault: XinyuError | None = None

    @property
    def words_go(self) -> WordsGo:
        place = self.place
        return WordsGo(place.host, place.loopback, place.operator) if place else WordsGo("", False)

    @property
    def prompt(self) -> str:
        """Which system prompt is true of it."""
        return PROMPT_ELSEWHERE if self.place and not self.place.loopback else PROMPT_HERE

    def entry(self) -> CatalogueEntry:
        """The model entry of kind server."""
        place = self.place
        name = (place.model or place.host) if place else self.file.name
        return CatalogueEntry(
            id=f"server:{place.host}/{place.model}" if place else "server:",
            path=self.file,
            name={"zh": name, "en": name},
            writes_memory=place.writes_memory if place else False,
            sampling=SERVER_SAMPLING | sampling_of(place) if place else {},
        )

    def make_engine(self, assets: Path) -> Engine:
        """The engine that asks the server."""
        if self.place is None:
            return NobodyEngine(self.fault or XinyuError("unexpected"))
        from desktop.engine.server.client import ServerEngine

        return ServerEngine(self.place, assets / "chat_template.jinja")


def find_server(paths: Paths, environment: Mapping[str, str]) -> Server | None:
    """The server that is set for this computer, None where none is; nothing is asked of it."""
    for file in server_files(paths.home, environment):
        if file.exists():
            try:
                return Server(file, read_place(file))
            except XinyuError as error:
                return Server(file, fault=error)
    return None


def engine_maker(
    server: Server | None, assets: Path, make_here: Callable[[], Engine]
) -> Callable[[], Engine]:
    """Makes the engine of that model."""
    return make_here if server is None else lambda: server.make_engine(assets)


class NobodyEngine:
    """Stands where nobody can answer: says why, whatever it is asked."""

    def __init__(self, fault: XinyuError) -> None:
        self._fault = fault

    @property
    def loaded(self) -> Loaded | None:
        return None

    def load(self, request: LoadRequest) -> Loaded:
        raise self._fault

    def generate(self, request: GenerateRequest) -> Iterator[GenerationEvent]:
        raise self._fault

    def generate_structured(self, request: StructuredRequest) -> Iterator[GenerationEvent]:
        raise self._fault

    def cancel(self) -> None:
        return None

    def stats(self) -> Stats:
        return Stats(0, 0, 0)

    def close(self) -> None:
        return None
