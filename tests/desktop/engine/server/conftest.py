"""A replaying server, and the engine that asks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.engine.base import LoadRequest
from desktop.engine.server.client import ServerEngine
from desktop.engine.server.place import read_place
from desktop.paths import assets_folder
from tests.support.replay_server import ReplayServer, serving

Connect = Callable[..., ServerEngine]
TEMPLATE = assets_folder() / "chat_template.jinja"
QUICK = "[patience]\nconnect = 0.9\nloading = 2\nfirst = 2\nsilence = 1.0\n"


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    with serving() as running:
        yield running


@pytest.fixture
def connect(server: ReplayServer, tmp_path: Path) -> Iterator[Connect]:
    """An engine that has loaded, or is yet to; `lines` go into server.toml."""
    engines: list[ServerEngine] = []

    def make(lines: str = 'kind = "openai"', *, load: bool = True) -> ServerEngine:
        file = tmp_path / "server.toml"
        address = f'address = "http://127.0.0.1:{server.port}/v1"'
        file.write_text(f'{address}\nmodel = "m"\n{lines}\n{QUICK}', "utf-8")
        engines.append(ServerEngine(read_place(file), TEMPLATE))
        if load:
            engines[-1].load(LoadRequest(file))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()
