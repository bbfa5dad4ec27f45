"""librechat.yaml: our endpoint, our persona, the six keys of the memory, our limits.

LibreChat has no screening, no guard and no template of ours; what it has is set as the desktop's.
JSON is YAML too, so values are written as JSON and nothing a name holds can break the file.
"""

from __future__ import annotations

import json
from typing import Any

from converter.serving.commands import Terms
from converter.serving.shared import Shared
from converter.serving.subject import Subject

KEY_VARIABLE = "XINYU_SERVER_KEY"
# The desktop asks its memory agent without chance.
MEMORY_TEMPERATURE = 0.0


def librechat_yaml(
    subject: Subject,
    terms: Terms,
    shared: Shared,
    language: str = "zh",
    region: str = "CN",
    memory_model: str = "",
) -> str:
    """The whole file.

    Args:
        memory_model: writes the memory by calling tools; "" leaves it to people themselves, since
            the counsellor's template carries no tools.
    """
    parts: dict[str, Any] = {
        "version": shared.table["librechat"]["version"],
        "cache": True,
        "registration": {"socialLogins": []},
        "interface": _interface(shared, language, region),
        "endpoints": {"custom": [_endpoint(subject, terms, shared, memory_model)]},
        "modelSpecs": _specs(subject, terms, shared, language),
        "memory": _memory(shared, language, memory_model),
    }
    head = (
        "# Xinyu on LibreChat; written by xinyu-convert serve-config, see docs/server.md.\n"
        "# Not equal to the desktop: no screening for risk, no guard over replies, no encryption\n"
        "# by the person's own passphrase, and the memory is not shown before it is kept.\n"
    )
    return head + "\n".join(_yaml(name, value) for name, value in parts.items())


def env_example() -> str:
    """What LibreChat's own .env needs beside what it has."""
    return (
        "# Add these lines to LibreChat's .env; the key is the one in server.key.\n"
        f"{KEY_VARIABLE}=\n"
        "ALLOW_REGISTRATION=false\n"
        "ALLOW_SOCIAL_LOGIN=false\n"
        "ALLOW_SHARED_LINKS=false\n"
    )


def _interface(shared: Shared, language: str, region: str) -> dict[str, Any]:
    numbers = shared.numbers(region, language)
    closed = ("modelSelect", "parameters", "presets", "multiConvo", "fileSearch", "webSearch")
    more = ("runCode", "bookmarks", "feedback")
    nobody = {"use": False, "create": False, "share": False, "public": False}
    return {
        "customWelcome": shared.table["librechat"][language].format(numbers=numbers),
        **dict.fromkeys((*closed, *more), False),
        "memories": True,
        "temporaryChat": True,
        "prompts": nobody,
        "agents": nobody,
        "marketplace": {"use": False},
    }


def _endpoint(subject: Subject, terms: Terms, shared: Shared, memory_model: str) -> dict[str, Any]:
    table, sampling = shared.table["librechat"], shared.table["sampling"]
    return {
        "name": table["endpoint"],
        "apiKey": f"${{{KEY_VARIABLE}}}",
        "baseURL": f"{terms.address}/v1",
        "models": {"default": [subject.name, *filter(None, [memory_model])], "fetch": False},
        # A title or a summary would send the talk once more, to be kept in clear text.
        "titleConvo": False,
        "summarize": False,
        "modelDisplayLabel": table["label"],
        "dropParams": ["user", "frequency_penalty", "presence_penalty"],
        "addParams": {"top_k": sampling["top_k"], "min_p": sampling["min_p"]},
    }


def _specs(subject: Subject, terms: Terms, shared: Shared, language: str) -> dict[str, Any]:
    table, sampling = shared.table["librechat"], shared.table["sampling"]
    preset = {
        "endpoint": table["endpoint"],
        "model": subject.name,
        "promptPrefix": shared.persona[language],
        "temperature": sampling["temperature"],
        "top_p": sampling["top_p"],
        "max_tokens": shared.table["limits"]["reply_tokens"],
        "maxContextTokens": terms.context,
    }
    spec = {"name": "xinyu", "label": table["label"], "default": True, "preset": preset}
    return {"enforce": True, "prioritize": True, "list": [spec]}


def _memory(shared: Shared, language: str, memory_model: str) -> dict[str, Any]:
    limits = shared.slots["limits"]
    memory: dict[str, Any] = {
        "disabled": False,
        "personalize": True,
        "validKeys": list(shared.slots["slots"]),
        "tokenLimit": limits["tokens"],
        "charLimit": limits["characters"],
        "messageWindowSize": limits["window_messages"],
    }
    if memory_model:
        memory["agent"] = {
            "enabled": True,
            "provider": shared.table["librechat"]["endpoint"],
            "model": memory_model,
            "instructions": _instructions(shared, language),
            "model_parameters": {
                "temperature": MEMORY_TEMPERATURE,
                "max_tokens": shared.table["limits"]["memory_tokens"],
            },
        }
    return memory


def _instructions(shared: Shared, language: str) -> str:
    """The rules of the memory, and each key with its meaning and its share of the tokens."""
    of = {
        "zh": "{name}：{meaning}（最多 {budget} 个词元）",
        "en": "{name}: {meaning} ({budget} tokens at most)",
    }
    slots = "\n".join(
        of[language].format(name=name, meaning=slot[f"meaning_{language}"], budget=slot["budget"])
        for name, slot in shared.slots["slots"].items()
    )
    return str(shared.table["librechat"][f"memory_{language}"]).strip().format(slots=slots)


def _yaml(name: str, value: Any) -> str:
    return f"{name}: {json.dumps(value, ensure_ascii=False, indent=2)}\n"
