"""Nothing of the app opens a socket to elsewhere but the fetching process."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
NETWORK = {
    "socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "xmlrpc", "asyncio",
    "huggingface_hub", "httpx2", "httpx", "httpcore", "requests", "urllib3", "aiohttp",
    "PySide6.QtNetwork", "PySide6.QtWebEngineCore",
}  # fmt: skip
# Each with what it opens. Whoever adds one here says so in docs/privacy.md, too.
MAY = {
    "desktop/models/fetcher/client.py": "the hub, once the person said go",
    "desktop/models/fetcher/faults.py": "names of exceptions, and the system's proxies",
    "desktop/models/fetcher/transfer.py": "the hub, once the person said go",
    "desktop/benchmarks/hub_server.py": "a server on loopback, for tests and benchmarks",
    "desktop/ui/single_instance.py": "a local socket to the window that is open already",
}
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "desktop").rglob("*.py"))


def imported(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def network_of(module: str) -> set[str]:
    names = imported((ROOT / module).read_text("utf-8"))
    return {
        name
        for name in names
        if any(name == network or name.startswith(network + ".") for network in NETWORK)
    }


@pytest.mark.parametrize("module", MODULES)
def test_only_named_modules_import_what_can_open_a_socket(module: str) -> None:
    assert module in MAY or network_of(module) == set()


def test_every_named_module_is_there_and_needs_it() -> None:
    for module in MAY:
        assert network_of(module), module


def test_the_check_can_fail() -> None:
    assert imported("from urllib import request") >= {"urllib.request"}
    assert imported("import http.client") == {"http.client"}
