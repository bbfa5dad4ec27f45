"""The command: exit codes, one sentence each, instant help, and what a person reads."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from converter.cli import main

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "transformers", "llama_cpp", "gguf", "numpy", "tokenizers", "trainer")


def test_help_is_instant_and_light() -> None:
    code = (
        "import sys\nfrom converter.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    begun = time.process_time()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert time.process_time() - begun < 0.3


@pytest.mark.parametrize("words", [[], ["export"], ["bake"], ["verify", "x"]])
def test_wrong_usage_is_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2


def _fails(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_misspelt_quantisation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["export", "--model", str(tmp_path), "--out", str(tmp_path / "o"), "--quant", "Q5KM"]
    assert "Did you mean Q5_K_M?" in _fails(words, 2, capsys)


def test_folder_that_is_no_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["export", "--model", str(tmp_path), "--out", str(tmp_path / "o")]
    assert "config.json" in _fails(words, 2, capsys)
    assert list(tmp_path.iterdir()) == []


def test_missed_proof_is_1(
    exported: Path, copy: Path, edit: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "chat_template.jinja").write_text("{{ messages }}", "utf-8")
    words = ["verify", str(exported / "tiny-Q8_0.gguf"), "--against", str(copy)]
    assert "chat_template" in _fails(words, 1, capsys)


def test_missing_gguf_is_2(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "no.gguf")
    assert "There is no file" in _fails(["verify", missing, "--against", str(tiny)], 2, capsys)
    assert "There is no file" in _fails(["inspect", missing], 2, capsys)


def test_dry_run_says_sizes_and_writes_nothing(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "--model", str(tiny), "--out", str(tmp_path / "o"), "--dry-run"]
    assert main(words) == 0
    assert "Q5_K_M" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_export_with_chinese_and_spaces_in_the_path(
    tiny: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "心 屿 😀" / "out"
    words = ["export", "--model", str(tiny), "--out", str(out), "--quant", "Q8_0", "--name", "心屿"]
    assert main(words) == 0
    said = capfd.readouterr()
    assert "心屿-Q8_0.gguf" in said.out
    assert "token ids equal on 10000 strings" in said.out
    assert said.err == ""
    assert main(["verify", str(out / "心屿-Q8_0.gguf"), "--against", str(tiny)]) == 0
    assert "is equal to the folder" in capfd.readouterr().out


def test_inspect_says_what_it_is(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = exported / "tiny-Q5_K_M.gguf"
    assert main(["inspect", str(file)]) == 0
    said = capsys.readouterr().out
    assert "qwen3, Q5_K_M" in said
    assert "The app would take this file." in said
    assert main(["inspect", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["size"] == file.stat().st_size
    assert found["template"].startswith("{%- for message")
    assert found["concerns"] == []


def test_inspect_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import gguf
    import numpy as np

    writer = gguf.GGUFWriter(tmp_path / "odd.gguf", "mamba")
    writer.add_tensor("x", np.zeros(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert main(["inspect", str(tmp_path / "odd.gguf")]) == 0
    said = capsys.readouterr().out
    assert "no chat template" in said
    assert "architecture mamba" in said


def test_killed_process_leaves_no_model_behind(tiny: Path, tmp_path: Path) -> None:
    """SIGKILL at several moments: no finished folder, and nothing that is named a model."""
    words = [sys.executable, "-m", "converter.cli", "export", "--model", str(tiny)]
    words += ["--out", str(tmp_path / "out"), "--quant", "Q8_0,F16", "--skip-logits"]
    for wait in (0.3, 0.6, 0.9):
        process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.kill()
        process.wait()
        if not (tmp_path / "out").exists():
            assert list(tmp_path.rglob("*.gguf")) == []
