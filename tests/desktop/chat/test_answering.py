"""Who answers, and what is said of where words go."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.chat.answering import find_server
from desktop.chat.choosing import who_answers
from desktop.chat.prompt import load_prompt
from desktop.chat.session import model_for
from desktop.engine.base import LoadRequest
from desktop.errors import EngineError
from desktop.paths import Paths, assets_folder, server_files
from desktop.settings import Settings
from desktop.wording import load_wording

ASSETS = assets_folder()
SCHOOL = 'address = "https://ai.school.example"\nmodel = "m"\n'


def paths(home: Path) -> Paths:
    home.mkdir(parents=True, exist_ok=True)
    return Paths(home=home, assets=ASSETS)


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "server.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_the_engine_here_answers(tmp_path: Path) -> None:
    assert find_server(paths(tmp_path), {"XINYU_SERVER": ""}) is None
    assert who_answers(None, paths(tmp_path), "").entry.starter


def test_the_system_place_comes_before_the_data_folder(tmp_path: Path) -> None:
    system, own = server_files(tmp_path, {"PROGRAMDATA": str(tmp_path)})

    assert own == tmp_path / "server.toml"
    assert system.name == "server.toml"
    assert "xinyu" in str(system)


def test_a_file_in_the_data_folder_counts(tmp_path: Path) -> None:
    write(tmp_path, SCHOOL)

    server = find_server(paths(tmp_path), {})

    assert server is not None
    assert server.words_go.host == "ai.school.example"


def test_the_entry_is_of_the_server_and_never_the_starter(tmp_path: Path) -> None:
    file = write(tmp_path, SCHOOL + "writes_memory = true\n[sampling]\ntemperature = 0.3\n")
    server = find_server(paths(tmp_path), {"XINYU_SERVER": str(file)})

    model = model_for(who_answers(server, paths(tmp_path), "/some/other.gguf").entry, Settings())

    assert model.id == "server:ai.school.example/m"
    assert not model.starter
    assert model.writes_memory
    assert model.sampling.temperature == 0.3
    assert model.sampling.repeat_penalty == 1.0


@pytest.mark.parametrize("content", ["address = 5", 'address = "http://ai.school.example"', "[["])
def test_a_file_that_cannot_be_used_means_that_nobody_answers(content: str, tmp_path: Path) -> None:
    """Never another model in its place: whoever set it meant this one."""
    file = write(tmp_path, content)
    server = find_server(paths(tmp_path), {"XINYU_SERVER": str(file)})

    assert server is not None
    assert server.words_go.sentence() == "words_go_nowhere"
    engine = server.make_engine(ASSETS)
    with pytest.raises(EngineError, match="server_"):
        engine.load(LoadRequest(file))
    engine.cancel()
    engine.close()
    assert engine.loaded is None


@pytest.mark.parametrize(
    ("lines", "zh", "en"),
    [
        ('address = "https://a.example"', "会离开这台电脑", "leaves this computer"),
        (
            'address = "https://a.example"\noperator = "First School"',
            "First School",
            "First School",
        ),
        ('address = "http://127.0.0.1:8080"', "另一个程序", "Another program on this computer"),
    ],
)
def test_where_words_go_is_said_in_both_languages(
    lines: str, zh: str, en: str, tmp_path: Path
) -> None:
    server = find_server(paths(tmp_path), {"XINYU_SERVER": str(write(tmp_path, lines))})
    assert server is not None
    goes = server.words_go

    for language, words in (("zh", zh), ("en", en)):
        sentence = load_wording(ASSETS, language).sentence(goes.sentence(), goes.details(language))
        assert words in sentence
        assert goes.host in sentence


def test_the_system_prompt_says_nothing_untrue(tmp_path: Path) -> None:
    away = find_server(paths(tmp_path), {"XINYU_SERVER": str(write(tmp_path / "a", SCHOOL))})
    here = find_server(
        paths(tmp_path),
        {"XINYU_SERVER": str(write(tmp_path / "b", 'address = "http://127.0.0.1:1"'))},
    )
    assert away is not None
    assert here is not None

    for text in ("你好", "hello"):
        system = load_prompt(ASSETS, name=away.prompt).for_text(text)[0].content
        assert "离线" not in system
        assert "offline" not in system
        assert load_prompt(ASSETS, name=here.prompt).for_text(text) == load_prompt(ASSETS).for_text(
            text
        )
