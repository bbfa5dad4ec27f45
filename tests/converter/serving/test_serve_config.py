"""What serve-config writes is what the desktop does: template, sampling, persona, memory."""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from converter.cli import main
from converter.errors import InputError
from converter.serving.serve_config import ENGINES, ServeOrder, serve_config
from desktop.catalogue.entries import choose_entry
from desktop.chat.prompt import load_prompt
from desktop.engine.base import ChatMessage, GenerateRequest, LoadRequest, Sampling, Token
from desktop.engine.server.client import ServerEngine
from desktop.engine.server.place import read_place, sampling_of
from desktop.memory.slots import load_slots
from desktop.paths import assets_folder

ASSETS = assets_folder()
STARTER = choose_entry(ASSETS, "").path
SCHOOL = "https://ai.school.example"


def order(out: Path, engine: str = "llama-server", model: Path = STARTER) -> ServeOrder:
    return ServeOrder(engine, model, out, address=SCHOOL, operator="第一中学")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with a template of its own; nothing of it is loaded."""
    made = tmp_path / "model 心屿"
    made.mkdir()
    (made / "config.json").write_text('{"max_position_embeddings": 40960}')
    (made / "chat_template.jinja").write_text("{{ messages[0]['content'] }}<|im_end|>")
    return made


def command_of(out: Path) -> list[str]:
    text = (out / "start.sh").read_text("utf-8")
    return shlex.split(text.partition("exec ")[2].replace("\\\n", " "))


def librechat(out: Path, **more: Any) -> dict[str, Any]:
    yaml = pytest.importorskip("yaml", reason="PyYAML reads what was written")
    serve_config(replace(order(out, "librechat"), **more))
    page = yaml.safe_load((out / "librechat.yaml").read_text("utf-8"))
    assert isinstance(page, dict)
    return page


@pytest.mark.parametrize("engine", ENGINES)
def test_a_folder_is_whole(engine: str, tmp_path: Path, folder: Path) -> None:
    out = tmp_path / "out"
    found = serve_config(order(out, engine, folder if engine == "vllm" else STARTER))

    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert sorted(path.name for path in out.iterdir()) == sorted(found["files"])
    assert manifest["engine"] == engine
    assert subprocess.run(["sh", "-n", str(out / "start.sh")], check=False).returncode == 0
    assert stat.S_IMODE((out / "server.key").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_the_desktop_reads_its_file_and_samples_alike(tmp_path: Path) -> None:
    out = tmp_path / "out"
    serve_config(order(out))

    place = read_place(out / "server.toml")

    assert place.base == SCHOOL
    assert place.context == 2048  # what the starter was trained for
    assert place.operator["zh"] == "第一中学"
    assert len(place.key()) > 30
    assert place.template is None  # the desktop's own
    same = replace(Sampling(), repeat_penalty=1.0)
    assert replace(same, **sampling_of(place)) == same


def test_the_template_goes_along_byte_for_byte(tmp_path: Path, folder: Path) -> None:
    serve_config(order(tmp_path / "ours"))
    serve_config(order(tmp_path / "theirs", "vllm", folder))

    ours = (tmp_path / "ours" / "chat_template.jinja").read_bytes()
    theirs = (tmp_path / "theirs" / "chat_template.jinja").read_bytes()
    assert ours == (ASSETS / "chat_template.jinja").read_bytes()
    assert theirs == (folder / "chat_template.jinja").read_bytes()
    place = read_place(tmp_path / "theirs" / "server.toml")
    assert place.template == tmp_path / "theirs" / "chat_template.jinja"


def test_llama_server_gives_every_talk_the_whole_context(tmp_path: Path) -> None:
    serve_config(replace(order(tmp_path / "out"), people=3))

    command = command_of(tmp_path / "out")

    assert command[0] == "llama-server"
    assert command[command.index("--ctx-size") + 1] == str(3 * 2048)
    assert command[command.index("--parallel") + 1] == "3"
    assert "--no-slots" in command


def test_vllm_is_started_with_our_limits(tmp_path: Path, folder: Path) -> None:
    serve_config(order(tmp_path / "out", "vllm", folder))

    command = command_of(tmp_path / "out")

    assert command[:3] == ["vllm", "serve", str(folder)]
    assert command[command.index("--max-model-len") + 1] == "8192"
    assert command[command.index("--chat-template") + 1] == "chat_template.jinja"


def test_the_key_stands_on_no_command_line(tmp_path: Path, folder: Path) -> None:
    for engine, model in (("llama-server", STARTER), ("vllm", folder)):
        serve_config(order(tmp_path / engine, engine, model))
        key = (tmp_path / engine / "server.key").read_text("ascii").strip()
        for name in ("start.sh", "server.toml", "manifest.json"):
            assert key not in (tmp_path / engine / name).read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_librechat_has_persona_keys_and_limits_of_the_assets(language: str, tmp_path: Path) -> None:
    page = librechat(tmp_path / "out", language=language, memory_model="tools-4b")
    slots = load_slots(ASSETS)

    preset = page["modelSpecs"]["list"][0]["preset"]
    question = {"zh": "你好", "en": "hello"}[language]
    assert (
        preset["promptPrefix"] == load_prompt(ASSETS, name="server").for_text(question)[0].content
    )
    assert preset["max_tokens"] == Sampling().maximum_tokens
    memory = page["memory"]
    assert memory["validKeys"] == list(slots.all)
    assert memory["tokenLimit"] == slots.limits.tokens
    assert memory["charLimit"] == slots.limits.characters
    assert memory["messageWindowSize"] == slots.limits.window_messages
    for name, slot in slots.all.items():
        assert name in memory["agent"]["instructions"]
        assert str(slot.budget) in memory["agent"]["instructions"]
    (endpoint,) = page["endpoints"]["custom"]
    assert endpoint["baseURL"] == f"{SCHOOL}/v1"
    assert endpoint["apiKey"] == "${XINYU_SERVER_KEY}"
    assert "12356" in page["interface"]["customWelcome"]


def test_librechat_without_a_model_that_calls_tools_writes_no_memory(tmp_path: Path) -> None:
    page = librechat(tmp_path / "out")

    assert "agent" not in page["memory"]
    assert page["memory"]["disabled"] is False  # people may write it themselves


def test_names_cannot_break_out(tmp_path: Path) -> None:
    odd = 'x"; rm -rf / #\n$(touch pwned)'
    serve_config(replace(order(tmp_path / "out"), name=odd, operator='a"\nkey_file = "/etc/shadow'))

    assert subprocess.run(["sh", "-n", str(tmp_path / "out/start.sh")], check=False).returncode == 0
    assert "$(" not in (tmp_path / "out/start.sh").read_text("utf-8").partition("exec")[2]
    assert read_place(tmp_path / "out/server.toml").key_file == tmp_path / "out/server.key"


@pytest.mark.parametrize(
    "address",
    [
        "http://ai.school.example",
        "http://127.0.0.1.evil.example",
        "https://a:b@ai.school.example",
        "ftp://a",
    ],
)
def test_an_address_the_desktop_would_refuse_is_not_written(address: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="neither https nor this computer"):
        serve_config(replace(order(tmp_path / "out"), address=address))

    assert not (tmp_path / "out").exists()


def test_what_cannot_be_served_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = ["serve-config", "--out", str(tmp_path / "out"), "--engine"]
    (tmp_path / "empty").mkdir()
    (tmp_path / "no.gguf").write_bytes(b"nothing")
    cases = (
        ["vllm", "--model", str(STARTER)],
        ["vllm", "--model", str(tmp_path / "empty")],
        ["llama-server", "--model", str(tmp_path / "empty")],
        ["llama-server", "--model", str(tmp_path / "no.gguf")],
        ["llama-server", "--model", str(tmp_path / "gone")],
        ["llama-server", "--model", str(STARTER), "--context", "100"],
    )
    for case in cases:
        assert main([*base, *case]) == 2
        assert capsys.readouterr().err.startswith("xinyu-convert: ")
        assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(InputError, match="is there already"):
        serve_config(order(tmp_path / "out"))


@pytest.mark.model
@pytest.mark.skipif(sys.platform == "win32", reason="start.sh is for POSIX shells")
def test_the_written_start_command_starts_a_server_the_desktop_talks_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    program = os.environ.get("XINYU_LLAMA_SERVER") or shutil.which("llama-server")
    if not program:
        pytest.skip("no llama-server: XINYU_LLAMA_SERVER or the PATH may name one")
    monkeypatch.setenv("PATH", f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    out = tmp_path / "out"
    serve_config(ServeOrder("llama-server", STARTER, out, port=port, people=1))
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([str(out / "start.sh")], stdout=log, stderr=subprocess.STDOUT)
    engine = ServerEngine(read_place(out / "server.toml"), ASSETS / "chat_template.jinja")
    try:
        loaded = _when_it_listens(engine, out)
        ask = GenerateRequest([ChatMessage("user", "你好")], Sampling(maximum_tokens=24))
        text = "".join(found.text for found in engine.generate(ask) if isinstance(found, Token))
    finally:
        engine.close()
        process.terminate()
        process.wait(20)
    assert loaded == 2048
    assert text


def _when_it_listens(engine: ServerEngine, out: Path) -> int:
    from desktop.errors import EngineError

    deadline = time.monotonic() + 60
    while True:
        try:
            return engine.load(LoadRequest(out)).plan.context
        except EngineError as error:
            if error.code != "server_unreachable" or time.monotonic() > deadline:
                raise
        time.sleep(0.2)
