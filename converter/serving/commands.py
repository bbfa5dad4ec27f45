"""The start commands of llama-server and vLLM, and the desktop's server.toml that matches them.

Pure: from an order to texts. The key never stands on a command line, where every process of the
machine could read it.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from converter.serving.shared import Shared
from converter.serving.subject import Subject

TEMPLATE, KEY = "chat_template.jinja", "server.key"


@dataclass(frozen=True)
class Terms:
    """How it is served.

    Attributes:
        engine: "llama-server" or "vllm".
        context: tokens of a prompt and its reply.
        people: talks answered at once.
        host, port: where the server listens.
        address: where clients find it, e.g. "https://ai.school.example".
        operator: who runs it, as people are told.
    """

    engine: str
    context: int
    people: int
    host: str
    port: int
    address: str
    operator: str = ""


def start_script(subject: Subject, terms: Terms, shared: Shared) -> str:
    """A POSIX shell script that starts the server from its own folder."""
    command = _llama(subject, terms, shared)
    before = ""
    if terms.engine == "vllm":
        command = _vllm(subject, terms, shared)
        before = f"VLLM_API_KEY=$(cat {KEY})\nexport VLLM_API_KEY\n"
    lines = " \\\n  ".join(_joined(command))
    return (
        "#!/bin/sh\n"
        f"# Serves {subject.name} to Xinyu; written by xinyu-convert serve-config.\n"
        "# TLS: give the program a certificate, or put a server with one before it;\n"
        "# Xinyu talks to nothing but https, or its own computer.\n"
        f'set -eu\ncd "$(dirname "$0")"\n{before}exec {lines}\n'
    )


def server_toml(subject: Subject, terms: Terms, shared: Shared) -> str:
    """What the computers of people get as /etc/xinyu/server.toml."""
    lines = [
        "# Where Xinyu's replies come from on this computer; see docs/server.md.",
        f"address = {json.dumps(terms.address)}",
        f"kind = {json.dumps(terms.engine)}",
        f"model = {json.dumps(subject.name)}",
        f'key_file = "{KEY}"',
        '# certificate = "authority.pem"   # only this authority is trusted; else the system\'s',
        f"context = {terms.context}",
    ]
    if terms.operator:
        lines.append(f"operator = {json.dumps(terms.operator, ensure_ascii=False)}")
    if not subject.ours:
        lines.append(f'template = "{TEMPLATE}"')
    lines.append("writes_memory = false   # true for a model that was shown to propose well")
    lines.append("\n[sampling]")
    lines += [f"{name} = {value}" for name, value in shared.table["sampling"].items()]
    lines.append(f"maximum_tokens = {shared.table['limits']['reply_tokens']}")
    return "\n".join(lines) + "\n"


def _llama(subject: Subject, terms: Terms, shared: Shared) -> list[str]:
    sampling = shared.table["sampling"]
    return [
        "llama-server",
        *("--model", str(subject.model), "--alias", subject.name),
        *("--host", terms.host, "--port", str(terms.port)),
        # The cache is shared out among the talks: each gets the whole context.
        *("--ctx-size", str(terms.context * terms.people), "--parallel", str(terms.people)),
        *("--chat-template-file", TEMPLATE, "--api-key-file", KEY),
        *("--temp", str(sampling["temperature"]), "--top-p", str(sampling["top_p"])),
        *("--top-k", str(sampling["top_k"]), "--min-p", str(sampling["min_p"])),
        *shared.table["llama_server"]["flags"],
    ]


def _vllm(subject: Subject, terms: Terms, shared: Shared) -> list[str]:
    return [
        *("vllm", "serve", str(subject.model)),
        *("--served-model-name", subject.name),
        *("--host", terms.host, "--port", str(terms.port)),
        *("--max-model-len", str(terms.context), "--max-num-seqs", str(terms.people)),
        *("--chat-template", TEMPLATE),
        *shared.table["vllm"]["flags"],
    ]


def _joined(command: list[str]) -> list[str]:
    """A flag and its value on one line each."""
    lines: list[str] = []
    for word in command:
        quoted = shlex.quote(word)
        if lines and not word.startswith("--") and lines[-1].startswith("--"):
            lines[-1] += f" {quoted}"
        else:
            lines.append(quoted)
    return lines
