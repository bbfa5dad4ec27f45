"""`xinyu models` as somebody in a terminal sees it, against a hub on loopback."""

from __future__ import annotations

import argparse
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop import models_arguments, models_command
from desktop.benchmarks.hub_server import Act, HubServer, write_model
from desktop.errors import UsageError, WorldError
from desktop.models.shelf import Shelf
from desktop.paths import Paths, assets_folder
from desktop.wording import load_wording
from tests.support.own_hub import without_proxies

SIZE = 1_200_000
Run = Callable[..., int]


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    without_proxies(monkeypatch)
    (tmp_path / "hub").mkdir()
    with HubServer(write_model(tmp_path / "hub" / "Noise-Q4_K_M.gguf", SIZE)) as server:
        yield server


@pytest.fixture
def paths(own_home: Path, tmp_path: Path) -> Paths:
    """Assets whose catalogue has one small model to fetch, of which nothing is known yet."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "models").symlink_to(assets_folder() / "models")
    shutil.copy(assets_folder() / "chat_template.jinja", assets)
    raw = json.loads((assets_folder() / "catalogue.json").read_text("utf-8"))
    public = raw["public"][0]
    public.update(id="noise", repository="own/noise-GGUF")
    public["quantisations"] = [
        {"name": "Q4_K_M", "file": "Noise-Q4_K_M.gguf", "revision": None, "size": None,
         "sha256": None}
    ]  # fmt: skip
    (assets / "catalogue.json").write_text(json.dumps({**raw, "public": [public]}), "utf-8")
    return Paths(own_home, assets)


@pytest.fixture
def run(paths: Paths) -> Run:
    def do(*arguments: object, language: str = "en") -> int:
        parser = argparse.ArgumentParser()
        models_arguments.add_arguments(parser)
        options = parser.parse_args([str(word) for word in arguments])
        return models_command.run(options, paths, load_wording(assets_folder(), language))

    return do


def answer(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Somebody who types this when asked; nothing at all for ""."""
    monkeypatch.setattr("sys.stdin", io.StringIO(words))


def test_list_says_what_is_here_and_what_can_be_had(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("list") == 0

    shown = capsys.readouterr().out
    assert "Xinyu starter · ready" in shown
    assert "noise" in shown
    assert "Its size is not known" in shown


def test_list_for_programs(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("list", "--json")

    raw = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in raw["here"]] == ["xinyu-starter"]
    assert [(row["id"], row["fit"]) for row in raw["available"]] == [("noise", "unknown")]


def test_recommend_names_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recommend", "--json") == 0

    assert json.loads(capsys.readouterr().out)["id"] == "xinyu-starter"


@pytest.mark.parametrize(("language", "words"), [("en", "Downloaded"), ("zh", "下载好了")])
def test_get_asks_shows_and_fetches(
    run: Run,
    hub: HubServer,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    words: str,
) -> None:
    answer(monkeypatch, "y\n")

    assert run("get", "NOISE", "--endpoint", hub.url, language=language) == 0

    shown = capsys.readouterr().out
    assert "1 MB" in shown
    assert "Apache-2.0" in shown
    assert words in shown
    assert "100" in shown
    assert (paths.models / "Noise-Q4_K_M.gguf").read_bytes() == hub.file.read_bytes()


def test_a_no_fetches_nothing(
    run: Run, hub: HubServer, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "n\n")

    with pytest.raises(WorldError) as caught:
        run("get", "noise", "--endpoint", hub.url)

    assert (caught.value.code, caught.value.exit_status) == ("download_not_confirmed", 1)
    assert hub.sent == 0


def test_nobody_to_answer_fetches_nothing(
    run: Run, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "")

    with pytest.raises(UsageError) as caught:
        run("get", "noise", "--endpoint", hub.url)

    assert (caught.value.code, caught.value.exit_status) == ("models_needs_yes", 2)
    assert hub.sent == 0


def test_what_is_here_is_not_fetched_again(
    run: Run, hub: HubServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run("get", "noise", "--endpoint", hub.url, "--yes")
    before = hub.sent

    assert run("get", "noise", "--yes") == 0

    assert hub.sent == before
    assert "nothing to download" in capsys.readouterr().out


def test_a_failure_is_a_sentence_and_a_second_try_goes_on(
    run: Run, hub: HubServer, paths: Paths
) -> None:
    hub.storage_acts.extend([Act(cut_after=700_000), Act(status=403)])

    with pytest.raises(WorldError) as caught:
        run("get", "noise", "--endpoint", hub.url, "--yes")
    assert caught.value.code == "download_forbidden"
    before = hub.sent

    assert run("get", "noise", "--yes") == 0
    assert hub.sent - before < SIZE - 500_000


def test_the_token_is_read_from_a_file_and_goes_where_it_is_for(
    run: Run, hub: HubServer, tmp_path: Path
) -> None:
    secret = tmp_path / "token"
    secret.write_text("hf_secret\n")

    run("get", "noise", "--endpoint", hub.url, "--yes", "--token-file", secret)

    assert all("authorization" not in one.headers for one in hub.asked)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("get", "nobody"), "model_unknown"),
        (("get", "noise", "--quant", "Q99"), "model_unknown"),
        (("verify", "nobody"), "model_unknown"),
        (("remove", "nobody"), "model_unknown"),
        (("get", "noise", "--token-file", "/nowhere/token"), "models_token_unreadable"),
    ],
)
def test_wrong_words_are_wrong_usage(run: Run, arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*arguments)

    assert caught.value.code == code


def test_a_bad_endpoint_is_not_remembered(run: Run, paths: Paths) -> None:
    with pytest.raises(WorldError):
        run("get", "noise", "--endpoint", "http://somewhere.example")

    assert Shelf(paths, []).endpoint == ""


def test_verify_finds_a_flipped_byte(
    run: Run, hub: HubServer, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    run("get", "noise", "--endpoint", hub.url, "--yes")
    assert run("verify") == 0
    model = paths.models / "Noise-Q4_K_M.gguf"
    data = bytearray(model.read_bytes())
    data[77_777] ^= 1
    model.write_bytes(data)

    assert run("verify", "Noise-Q4_K_M") == 1

    assert "not what it was" in capsys.readouterr().out


def test_add_asks_about_another_template(
    run: Run,
    paths: Paths,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = write_model(tmp_path / "foreign.gguf", 100_000)
    answer(monkeypatch, "n\n")

    assert run("add", file) == 1
    shown = capsys.readouterr().out
    assert "The chat template of foreign.gguf" in shown
    assert "was not added" in shown

    answer(monkeypatch, "是\n")
    assert run("add", file) == 0
    assert (paths.models / "foreign.gguf").exists()


def test_add_in_place_and_forget(run: Run, paths: Paths, tmp_path: Path) -> None:
    file = write_model(tmp_path / "stick.gguf", 100_000)

    assert run("add", file, "--in-place", "--yes") == 0
    assert not (paths.models / "stick.gguf").exists()
    assert run("remove", "stick") == 0
    assert file.exists()


def test_another_folder(
    run: Run, paths: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("folder", tmp_path / "large") == 0
    assert run("folder", "--usual") == 0

    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "large"), str(paths.models)]
