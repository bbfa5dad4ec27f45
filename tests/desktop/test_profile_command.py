"""`xinyu profile …` and `xinyu chat --profile`, as a script uses them."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop import cli
from desktop.engine.scripted import ScriptedEngine
from tests.support.cheap_keys import cheap_keys  # noqa: F401

SECRET = "只对你说的话"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    cheap_keys: None,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Calls the command with lines on its standard input."""
    monkeypatch.setattr(cli, "make_engine", lambda: ScriptedEngine(["我在听。"]))

    def call(*arguments: str, lines: tuple[str, ...] = ()) -> tuple[int, str, str]:
        typed = io.TextIOWrapper(
            io.BytesIO("".join(f"{line}\n" for line in lines).encode()), encoding="utf-8"
        )
        monkeypatch.setattr("sys.stdin", typed)
        monkeypatch.setattr("builtins.input", lambda _prompt: _line(typed))
        status = cli.main(["--language", "en", *arguments])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return call


def _line(stream: io.TextIOWrapper) -> str:
    line = stream.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


@pytest.fixture
def made(run: Run) -> str:
    """A protected profile in which something was said; its recovery key."""
    status, out, _ = run("profile", "create", "阿青", "--passphrase-stdin", lines=("密码", "密码"))
    assert status == 0
    status, _, err = run(
        "chat", "--profile", "阿青", "--passphrase-stdin", lines=("密码", SECRET, "/quit")
    )
    assert (status, err) == (0, "")
    found = re.search(r"(?:[0-9A-Z]{4}-){8}[0-9A-Z]{4}", out)
    assert found is not None
    return found[0]


def test_the_list(run: Run, made: str) -> None:
    run("profile", "create", "Bo", "--without-passphrase", "--colour", "sky")
    status, out, _ = run("profile", "list", "--json")

    rows = json.loads(out)["profiles"]
    assert status == 0
    assert [(row["name"], row["protected"]) for row in rows] == [("Bo", False), ("阿青", True)]


def test_wrong_and_missing_passphrases(run: Run, made: str) -> None:
    talk = ("chat", "--profile", "阿青", "--passphrase-stdin")
    status, _, err = run(*talk, lines=("不对",))
    assert status == 1
    assert "not the right one" in err
    assert run(*talk, lines=())[0] == 2
    assert run("chat", "--profile", "nobody")[0] == 2
    for _ in range(3):
        run(*talk, lines=("不对",))
    assert "please wait" in run(*talk, lines=("密码",))[2]


def test_changing_and_recovering(run: Run, made: str) -> None:
    change = ("profile", "passphrase", "阿青", "--passphrase-stdin")
    assert run(*change, lines=("密码", "第二个"))[0] == 0
    assert run(*change, lines=("密码", "第三个"))[0] == 1
    recover = ("profile", "recover", "阿青", "--passphrase-stdin")
    assert run(*recover, lines=(made.lower(), "第三个"))[0] == 0
    assert run("profile", "backup", "阿青", "--passphrase-stdin", lines=("第三个",))[0] == 0
    assert run(*recover, lines=(made[:-1] + "?", "x"))[0] == 1


def test_a_passphrase_never_comes_from_the_command_line(run: Run, made: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run("profile", "create", "x", "--passphrase", "密码")
    assert ended.value.code == 2
    status, _, err = run("profile", "backup", "阿青", lines=("密码",))
    assert status == 2
    assert "--passphrase-stdin" in err


def test_differing_lines_make_nothing(run: Run) -> None:
    status, _, err = run("profile", "create", "A", "--passphrase-stdin", lines=("a", "b"))
    assert status == 2
    assert "not the same" in err
    assert '"A"' not in run("profile", "list", "--json")[1]


def test_an_older_folder_is_protected_in_place(run: Run, own_home: Path) -> None:
    run("chat", lines=(SECRET, "/quit"))
    assert (own_home / "xinyu.db").exists()
    status, out, _ = run(
        "profile", "passphrase", "first", "--passphrase-stdin", lines=("密码", "密码")
    )
    assert status == 0
    assert "recovery key" in out
    for path in own_home.rglob("*"):
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    assert run("chat", "--passphrase-stdin", lines=("密码", "/quit"))[0] == 0


def test_several_profiles_and_none_named(run: Run, made: str) -> None:
    run("profile", "create", "Bo", "--without-passphrase")
    status, _, err = run("chat", lines=("x",))
    assert status == 2
    assert "阿青" in err


def test_export_wipe_import_is_the_same(run: Run, made: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    export = ("profile", "export", "阿青", "--passphrase-stdin", "--with-safety-notes", "--out")
    assert run(*export, str(first), lines=("密码",))[0] == 0
    assert run(*export, str(first), lines=("密码",))[0] == 2  # nothing is overwritten
    status, out, _ = run("profile", "erase", "阿青")
    assert "--yes" in out
    assert run("profile", "erase", "阿青", "--yes")[0] == 0
    run("profile", "create", "阿青", "--passphrase-stdin", lines=("新", "新"))
    status, out, _ = run(
        "profile", "import", "阿青", str(first), "--passphrase-stdin", lines=("新",)
    )
    assert (status, "1 conversations and 2 messages" in out) == (0, True)
    run(*export, str(second), lines=("新",))
    assert (
        json.loads(first.read_text("utf-8"))["rows"]
        == (json.loads(second.read_text("utf-8"))["rows"])
    )


@pytest.mark.parametrize(
    ("options", "beginning"),
    [
        (("--conversation", "1"), "# "),
        (("--conversation", "1", "--format", "html"), "<!DOCTYPE html>"),
        (("--conversation", "1", "--format", "pdf"), "%PDF"),
        (("--summary",), "# What I would like"),
    ],
)
@pytest.mark.usefixtures("qapp")
def test_documents(
    run: Run, made: str, tmp_path: Path, options: tuple[str, ...], beginning: str
) -> None:
    target = tmp_path / "书 面.out"
    status, out, err = run(
        "profile",
        "export",
        "阿青",
        "--passphrase-stdin",
        *options,
        "--out",
        str(target),
        lines=("密码",),
    )
    assert (status, err) == (0, "")
    assert "not encrypted" in out
    assert target.read_bytes().startswith(beginning.encode())
    assert target.stat().st_mode & 0o077 == 0


def test_backup_and_both_ways_back(run: Run, made: str, own_home: Path) -> None:
    (copy,) = own_home.glob("profiles/*/backups/xinyu-*.db")
    kept = copy.with_name("xinyu-2026-01-02.db")
    shutil.copyfile(copy, kept)
    restore = ("profile", "restore", "阿青", "--passphrase-stdin")
    status, out, _ = run(*restore, lines=("密码",))
    assert (status, "1 conversations, 2 messages" in out) == (0, True)
    assert "Add --merge" in run(*restore, "--from", "2026-01-02", lines=("密码",))[1]
    merged = run(*restore, "--from", "2026-01-02", "--merge", lines=("密码",))
    assert (merged[0], "0 conversations" in merged[1]) == (0, True)
    replaced = run(*restore, "--from", "2026-01-02", "--replace", lines=("密码",))
    assert (replaced[0], "set aside as xinyu.earlier-" in replaced[1]) == (0, True)
    assert run(*restore, "--from", "2020-01-01", lines=("密码",))[0] == 2
    kept.write_bytes(b"damaged" * 1000)
    assert run(*restore, "--from", "2026-01-02", lines=("密码",))[0] == 2


def test_a_damaged_import_is_one_sentence(run: Run, made: str, tmp_path: Path) -> None:
    broken = tmp_path / "export.json"
    broken.write_text('{"format": "xinyu-export", "version": 1, "rows": [{"messages"')
    status, _, err = run(
        "profile", "import", "阿青", str(broken), "--passphrase-stdin", lines=("密码",)
    )
    assert status == 2
    assert "Nothing was imported" in err


def test_erasing_everything_says_what_goes(run: Run, made: str, own_home: Path) -> None:
    status, out, _ = run("profile", "erase", "--everything")
    assert (status, "xinyu.db" in out, own_home.exists()) == (0, True, True)
    assert run("profile", "erase", "阿青", "--everything")[0] == 2
    assert run("profile", "erase", "--everything", "--yes")[0] == 0
    assert not own_home.exists()
