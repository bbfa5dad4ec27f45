"""What import-linter cannot say: what the desktop drags in, folders that must stay bare."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("desktop", "trainer", "converter")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
HEAVY = (
    "torch",
    "transformers",
    "PySide6",
    "llama_cpp",
    "sqlite_utils",
    "peft",
    "datasets",
    "httpx2",
)
DRAWN = ("app", "screenshots")
MAXIMUM_LINES = 400


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def qt_free_modules() -> list[str]:
    found = []
    for path in (ROOT / "desktop").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        window = ("ui" in parts, "benchmarks" in parts, any(part in DRAWN for part in parts))
        native = parts[:2] == ("desktop", "engine") and parts[-1].startswith(("llama", "bare"))
        if not any(window) and not native and parts[-1] != "__main__":
            found.append(".".join(part for part in parts if part != "__init__"))
    return found


def test_below_the_window_nothing_loads_qt_or_torch_or_llama() -> None:
    code = (
        "import importlib, sys\n"
        f"for name in {qt_free_modules()!r}: importlib.import_module(name)\n"
        "heavy = ('PySide6', 'torch', 'transformers', 'llama_cpp')\n"
        "print([name for name in heavy if name in sys.modules])"
    )

    assert run_python(code) == "[]"


@pytest.mark.parametrize("command", ["desktop.cli", "trainer.cli", "converter.cli"])
def test_help_loads_nothing_heavy(command: str) -> None:
    code = (
        "import contextlib, io, sys\n"
        f"from {command} import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "    main(['--help'])\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    assert run_python(code) == "[]"


def test_folders_that_must_hold_no_init() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
    assert list((ROOT / "packaging").rglob("__init__.py")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_is_for_and_stays_readable(path: Path) -> None:
    source = path.read_text("utf-8")

    assert ast.get_docstring(ast.parse(source)), "no docstring"
    assert source.count("\n") <= MAXIMUM_LINES


def test_the_suite_mirrors_the_packages() -> None:
    """Every folder of tests stands for a folder of the package."""
    for package in PACKAGES:
        for folder in (ROOT / "tests" / package).rglob("*"):
            if folder.is_dir() and folder.name != "__pycache__":
                assert (ROOT / folder.relative_to(ROOT / "tests")).is_dir(), folder
