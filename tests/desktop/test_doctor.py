"""`xinyu doctor` says what is there, and the command where something would be quicker."""

from __future__ import annotations

import io
import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.cli import main
from desktop.doctor import Diagnosis, Patient, command, diagnose, print_diagnosis
from desktop.engine.base import LoadRequest
from desktop.engine.child import default_environment
from desktop.engine.client import ProcessEngine
from desktop.engine.plans import FILE_NAME
from desktop.graphics import Graphics
from desktop.paths import Paths, assets_folder
from desktop.wording import LANGUAGES, load_wording
from tests.support.tiny_gguf import write_tiny_gguf

WORKER = Path(__file__).parents[1] / "support" / "fake_worker.py"
FONTS = {"chinese": "Noto Sans CJK SC", "emoji": "Noto Color Emoji"}
RTX = Graphics("NVIDIA GeForce RTX 4060", "cuda")
Look = Callable[..., Diagnosis]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    model = write_tiny_gguf(tmp_path / "tiny.gguf")

    def build(
        mode: str = "fine",
        graphics: tuple[Graphics, ...] = (),
        fonts: dict[str, str] = FONTS,
        library: Path | None = None,
        home: Path = tmp_path / "home",
    ) -> Diagnosis:
        command = [sys.executable, str(WORKER), mode, str(tmp_path / "starts")]
        engine = ProcessEngine(command, environment=default_environment())
        paths = Paths(home, assets_folder())
        return diagnose(Patient(paths, engine, graphics, lambda: fonts, library, model))

    return build


def problems(diagnosis: Diagnosis) -> list[str]:
    return [finding.code for finding in diagnosis.findings if finding.problem]


def said(diagnosis: Diagnosis, language: str = "en") -> str:
    out = io.StringIO()
    print_diagnosis(diagnosis, load_wording(assets_folder(), language), False, out)
    return out.getvalue()


def test_a_computer_without_a_gpu_is_well(look: Look) -> None:
    diagnosis = look()
    assert diagnosis.healthy
    assert "No GPU" in said(diagnosis)


@pytest.mark.parametrize(
    ("graphics", "flag"),
    [
        (RTX, "-DGGML_CUDA=on"),
        (Graphics("AMD GPU", "vulkan"), "-DGGML_VULKAN=on"),
        (Graphics("Apple GPU", "metal"), "-DGGML_METAL=on"),
    ],
)
def test_a_cpu_build_beside_a_gpu_is_told_with_the_command(
    look: Look, graphics: Graphics, flag: str
) -> None:
    diagnosis = look(graphics=(graphics,))
    assert problems(diagnosis) == ["doctor_cpu_build"]
    for language in LANGUAGES:
        text = said(diagnosis, language)
        assert graphics.name in text
        assert flag in text
        assert "--no-binary llama-cpp-python" in text
        assert "llama-cpp-python==" in text


def test_commands_can_be_typed_as_they_stand() -> None:
    builds = tomllib.loads((assets_folder() / "doctor.toml").read_text("utf-8"))
    for build in builds.values():
        assert "{" not in command(build, "linux")
        assert "pip install" in command(build, "linux")
    assert command(builds["cuda"], "win32").startswith("$env:CMAKE_ARGS")


def test_a_gpu_in_use_is_told_with_its_memory(look: Look) -> None:
    diagnosis = look("gpu", graphics=(RTX,))
    assert diagnosis.healthy
    assert "Test GPU (CUDA), 24576 MiB" in said(diagnosis)


def test_a_build_in_a_folder_loads_or_not(look: Look, tmp_path: Path) -> None:
    assert "doctor_library_loads" in [f.code for f in look(library=tmp_path).findings]
    bad = look("bad-library", library=tmp_path)
    assert problems(bad) == ["library_unusable"]
    assert bad.machine is not None
    assert str(tmp_path) in said(bad)


def test_what_is_wrong_is_told_beside_the_rest(look: Look, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ill = look("exit", fonts={"chinese": "x", "emoji": ""}, home=tmp_path / "file" / "home")
    assert problems(ill) == ["engine_start_failed", "store_folder_unwritable", "font_missing_emoji"]
    assert said(ill).count("✗") == 3


def test_the_remembered_plan_is_told(look: Look, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    command = [sys.executable, str(WORKER), "gpu", str(tmp_path / "starts")]
    engine = ProcessEngine(command, plans=tmp_path / "home" / FILE_NAME)
    engine.load(LoadRequest(tmp_path / "tiny.gguf"))
    engine.close()
    diagnosis = look("gpu")
    assert diagnosis.remembered is not None
    assert "tiny.gguf, 3 layers on the GPU, 2048 tokens" in said(diagnosis)


def test_the_command_really_asks_this_computer(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert status == (0 if told["healthy"] else 1)
    assert told["machine"]["devices"][0]["kind"] == "cpu"
    assert told["machine"]["memory_bytes"] > 0
