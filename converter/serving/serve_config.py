"""`xinyu-convert serve-config`: writes a folder with what a server of Xinyu's model needs.

The folder is new, and whole or not there. Knows the order and the files; what stands in them,
`commands` and `librechat` say.
"""

from __future__ import annotations

import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from converter.errors import InputError
from converter.serving.commands import KEY, TEMPLATE, Terms, server_toml, start_script
from converter.serving.librechat import env_example, librechat_yaml
from converter.serving.shared import Shared, read_shared
from converter.serving.subject import Subject, read_subject

ENGINES = ("llama-server", "vllm", "librechat")
SMALLEST_CONTEXT = 1024


@dataclass(frozen=True)
class ServeOrder:
    """What is asked for; 0 and "" let the assets or the model decide.

    Attributes:
        engine: one of ENGINES.
        model: a GGUF or a model folder.
        out: a folder that is not there yet.
        address: where clients find the server; "" is this computer.
        memory_model: for LibreChat, a model that calls tools, to write the memory.
    """

    engine: str
    model: Path
    out: Path
    name: str = ""
    context: int = 0
    people: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    address: str = ""
    operator: str = ""
    language: str = "zh"
    region: str = "CN"
    memory_model: str = ""


def serve_config(order: ServeOrder) -> dict[str, Any]:
    """Write the folder and say what is in it; raises InputError and leaves nothing."""
    if order.out.exists():
        raise InputError(f"{order.out} is there already.", "Give a new folder as --out.")
    shared = read_shared()
    subject = read_subject(order.model, order.engine, order.name, shared)
    terms = _terms(order, subject, shared)
    draft = order.out.with_name(order.out.name + ".part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        files = _write(draft, order, subject, terms, shared)
        draft.rename(order.out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {
        "out": str(order.out),
        "files": files,
        "model": subject.name,
        "context": terms.context,
        "people": terms.people,
        "address": terms.address,
        "template": "the desktop's" if subject.ours else "the model's own, copied for the desktop",
    }


def _terms(order: ServeOrder, subject: Subject, shared: Shared) -> Terms:
    limits = shared.table["limits"]
    context = order.context or limits["context"]
    if subject.trained:
        context = min(context, subject.trained)
    if context < SMALLEST_CONTEXT:
        raise InputError(f"A context of {context} is too short.", f"At least {SMALLEST_CONTEXT}.")
    engine = order.engine if order.engine != "librechat" else _behind(subject)
    port = order.port or shared.table[engine.replace("-", "_")]["port"]
    address = (order.address or f"http://127.0.0.1:{port}").rstrip("/").removesuffix("/v1")
    _check(address)
    return Terms(
        engine, context, order.people or limits["people"], order.host, port, address, order.operator
    )


def _behind(subject: Subject) -> str:
    return "llama-server" if subject.model.is_file() else "vllm"


def _check(address: str) -> None:
    """The desktop would refuse anything else."""
    parts = urlsplit(address)
    secure = parts.scheme == "https" and bool(parts.hostname)
    here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if "@" in parts.netloc or parts.query or parts.fragment or not (secure or here):
        raise InputError(
            f"{address} is neither https nor this computer.",
            "Give the https address at which people's computers find the server.",
        )


def _write(
    folder: Path, order: ServeOrder, subject: Subject, terms: Terms, shared: Shared
) -> list[str]:
    (folder / TEMPLATE).write_text(subject.template, "utf-8")
    (folder / "start.sh").write_text(start_script(subject, terms, shared), "utf-8")
    (folder / "start.sh").chmod(0o755)
    (folder / "server.toml").write_text(server_toml(subject, terms, shared), "utf-8")
    key = folder / KEY
    key.touch(mode=0o600)
    key.write_text(secrets.token_urlsafe(32) + "\n", "ascii")
    if order.engine == "librechat":
        page = librechat_yaml(
            subject, terms, shared, order.language, order.region, order.memory_model
        )
        (folder / "librechat.yaml").write_text(page, "utf-8")
        (folder / "librechat.env.example").write_text(env_example(), "utf-8")
    files = sorted(path.name for path in folder.iterdir())
    about = {"stage": "serve-config", "engine": order.engine, "model": subject.name}
    manifest = {**about, "context": terms.context, "people": terms.people, "files": files}
    (folder / "manifest.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1), "utf-8"
    )
    return [*files, "manifest.json"]
