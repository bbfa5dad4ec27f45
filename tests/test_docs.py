"""The documents say what is there: commands, verbs, folders, messages of the protocol."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from desktop.engine.protocol import Event, Request

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\(([^)#]+)\)")
FENCED = re.compile(r"^    ((?:make|xinyu)[^#\n]*)", re.MULTILINE)


def tracked_files() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()


def commands(text: str) -> list[str]:
    return [re.sub(r'"[^"]*"', "TEXT", line).strip() for line in FENCED.findall(text)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in LINK.findall(document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), target


def test_both_readmes_show_the_same_commands() -> None:
    assert commands(README) == commands(CHINESE)
    assert len(commands(README)) >= 12


@pytest.mark.parametrize("program", ["desktop", "trainer", "converter"])
def test_every_verb_is_documented(program: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"{program}.cli", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    verbs = re.findall(r"^    ([a-z][a-z-]+)\s{2,}", done.stdout, re.MULTILINE)
    name = {"desktop": "xinyu", "trainer": "xinyu-train", "converter": "xinyu-convert"}[program]
    documents = "\n".join(path.read_text("utf-8") for path in DOCUMENTS)

    assert verbs
    for verb in verbs:
        assert f"{name} {verb}" in documents, verb


def test_the_file_tree_names_every_folder_of_the_app() -> None:
    for folder in (ROOT / "desktop").iterdir():
        if folder.is_dir() and any(folder.glob("*.py")):
            assert f"      {folder.name}/" in README, folder.name


def test_every_make_target_of_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = README + (ROOT / "CONTRIBUTING.md").read_text("utf-8")

    assert set(re.findall(r"`?make ([a-z-]+)", text)) <= targets


def test_the_protocol_is_written_down() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text("utf-8")

    for message in get_args(Request) + get_args(Event):
        assert f"`{message.__name__}`" in architecture, message


def test_nothing_of_one_machine_is_in_the_project() -> None:
    foreign = re.compile(
        r"(?<![\w.])/(?:work|root|home)/\w|\b(?:files|index)\.\w+\.org/(?:simple|packages)",
        re.ASCII,
    )
    for name in tracked_files():
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".json", ".sh"} and path.is_file():
            found = foreign.search(path.read_text("utf-8"))
            assert found is None or path == Path(__file__), f"{name}: {found}"
