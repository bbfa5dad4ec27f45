"""The shelf: what is here, what was pinned of it, adding and removing; a broken book is no loss."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.benchmarks.hub_server import write_model
from desktop.catalogue.listing import ModelEntry, Quantisation
from desktop.errors import ModelFileError, WorldError
from desktop.models import shelf as shelf_module
from desktop.models.file_bytes import file_sha256
from desktop.models.shelf import Shelf
from desktop.models.shelf_index import Index
from desktop.paths import Paths, assets_folder
from desktop.wording import load_wording

STARTER = assets_folder() / "models" / "xinyu-starter-Q5_K_M.gguf"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A model on a stick."""
    folder = tmp_path / "U 盘"
    folder.mkdir()
    return write_model(folder / "某个模型.gguf", 200_000)


def book(paths: Paths) -> Path:
    return paths.models / "shelf.json"


def test_an_empty_shelf_has_what_came_along(shelf: Shelf, paths: Paths) -> None:
    (starter,) = shelf.models()

    assert (starter.id, starter.origin, starter.state) == ("xinyu-starter", "bundled", "ready")
    assert starter.path == paths.bundled_models / STARTER.name
    assert not paths.models.exists()


def test_the_bundled_one_is_what_it_says(shelf: Shelf) -> None:
    assert shelf.verify(shelf.models()[0]).state == "ready"


def test_looking_at_a_file_changes_nothing(shelf: Shelf, stick: Path, paths: Paths) -> None:
    candidate = shelf.inspect(stick)

    assert (candidate.size, candidate.architecture) == (200_000, "qwen3")
    assert candidate.template_differs
    assert not paths.models.exists()


def test_our_own_template_is_recognised(shelf: Shelf) -> None:
    assert not shelf.inspect(STARTER).template_differs


def test_a_copy_is_whole_pinned_and_ours(shelf: Shelf, stick: Path, paths: Paths) -> None:
    told: list[tuple[int, int]] = []

    model = shelf.add(stick, copy=True, tell=lambda have, size: told.append((have, size)))

    assert model.path == paths.models / stick.name
    assert model.path.read_bytes() == stick.read_bytes()
    assert (model.state, model.origin) == ("ready", "added")
    assert model.sha256 == file_sha256(stick)[0]
    assert told[-1] == (200_000, 200_000)
    stick.unlink()
    assert shelf.verify(model).state == "ready"


def test_in_place_it_stays_where_it_is(shelf: Shelf, stick: Path, paths: Paths) -> None:
    model = shelf.add(stick, copy=False)

    assert (model.path, model.origin, model.state) == (stick, "in_place", "ready")
    assert list(paths.models.glob("*.gguf")) == []


def test_a_pulled_stick_is_away_and_comes_back(shelf: Shelf, stick: Path) -> None:
    model = shelf.add(stick, copy=False)
    hidden = stick.with_suffix(".away")
    stick.rename(hidden)

    away = shelf.find(model.id)
    assert away is not None
    assert (away.state, away.usable) == ("away", False)

    hidden.rename(stick)
    back = shelf.find(model.id)
    assert back is not None
    assert back.usable


def test_one_flipped_byte_is_found_and_remembered(shelf: Shelf, stick: Path) -> None:
    model = shelf.add(stick, copy=True)
    data = bytearray(model.path.read_bytes())
    data[123_456] ^= 1
    model.path.write_bytes(data)

    seen = shelf.find(model.id)
    assert seen is not None
    assert seen.state == "unverified"
    assert shelf.verify(seen).state == "damaged"
    again = shelf.find(model.id)
    assert again is not None
    assert (again.state, again.usable) == ("damaged", False)


def test_a_shorter_file_is_seen_without_reading_it(shelf: Shelf, stick: Path) -> None:
    model = shelf.add(stick, copy=True)
    model.path.write_bytes(model.path.read_bytes()[:-1])

    found = shelf.find(model.id)
    assert found is not None
    assert found.state == "damaged"


def test_a_repaired_file_is_right_again(shelf: Shelf, stick: Path) -> None:
    model = shelf.add(stick, copy=True)
    whole = model.path.read_bytes()
    model.path.write_bytes(whole[:-1] + b"\1")
    shelf.verify(model)
    model.path.write_bytes(whole)

    assert shelf.verify(model).state == "ready"
    found = shelf.find(model.id)
    assert found is not None
    assert found.state == "ready"


def test_what_is_no_model_is_not_taken(shelf: Shelf, tmp_path: Path, paths: Paths) -> None:
    wrong = tmp_path / "photo.gguf"
    wrong.write_bytes(b"JFIF" * 100)

    with pytest.raises(ModelFileError) as caught:
        shelf.add(wrong, copy=True)

    assert caught.value.code == "model_not_gguf"
    assert not list(paths.models.rglob("*.gguf")) if paths.models.exists() else True


def test_no_room_is_said_and_nothing_stays(
    shelf: Shelf, stick: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(stick)
    monkeypatch.setattr(
        shelf_module.shutil, "disk_usage", lambda _path: usage._replace(free=100_000)
    )

    with pytest.raises(ModelFileError) as caught:
        shelf.add(stick, copy=True)

    sentence = load_wording(paths.assets, "en").error(caught.value)
    assert "1 MB" in sentence
    assert "0 MB are free" in sentence


def test_an_interrupted_copy_leaves_nothing_loadable(
    shelf: Shelf, stick: Path, paths: Paths
) -> None:
    def stop(_have: int, _size: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.add(stick, copy=True, tell=stop)

    assert [path for path in paths.models.rglob("*") if path.suffix in (".gguf", ".part")] == []


def test_two_files_of_one_name_have_two_names_and_two_ids(
    shelf: Shelf, stick: Path, tmp_path: Path
) -> None:
    other = write_model(tmp_path / stick.name, 200_000, seed=2)

    first, second = shelf.add(stick, copy=True), shelf.add(other, copy=True)
    third = shelf.add(other, copy=False)

    assert first.path != second.path
    assert len({model.id for model in shelf.models()}) == 4
    assert shelf.find(third.path.as_posix()) is not None


def test_removing_deletes_ours_and_forgets_what_is_not_ours(shelf: Shelf, stick: Path) -> None:
    copied, in_place = shelf.add(stick, copy=True), shelf.add(stick, copy=False)

    shelf.remove(copied)
    shelf.remove(next(model for model in shelf.models() if model.origin == "in_place"))

    assert not copied.path.exists()
    assert in_place.path.exists()
    assert [model.origin for model in shelf.models()] == ["bundled"]


def test_what_came_along_stays(shelf: Shelf) -> None:
    with pytest.raises(ModelFileError) as caught:
        shelf.remove(shelf.models()[0])

    assert caught.value.code == "model_is_bundled"


def test_a_file_put_there_by_hand_is_found(shelf: Shelf, stick: Path, paths: Paths) -> None:
    paths.models.mkdir(parents=True)
    shutil.copy(stick, paths.models)

    found = shelf.models()[-1]

    assert (found.path.name, found.state, found.sha256) == (stick.name, "unverified", "")
    assert shelf.verify(found).state == "ready"
    assert shelf.models()[-1].state == "ready"


def test_a_file_deleted_by_hand_is_forgotten(shelf: Shelf, stick: Path) -> None:
    shelf.add(stick, copy=True).path.unlink()

    assert [model.origin for model in shelf.models()] == ["bundled"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"[]",
        b'{"version": 9}',
        b'{"version": 1, "models": [{"path": "../../x", "origin": "added"}]}',
        b'{"version": 1, "models": [{"path": "x", "origin": "stolen"}]}',
        b'{"version": 1, "models": [{"path": "x.gguf", "origin": "added", "size": "1"}]}',
        b"[" * 100_000,
    ],
)
def test_a_broken_book_is_told_and_made_anew(
    shelf: Shelf, stick: Path, paths: Paths, broken: bytes
) -> None:
    model = shelf.add(stick, copy=True)
    book(paths).write_bytes(broken)

    (told,) = shelf.told()
    assert "no model and no conversation is lost" in load_wording(paths.assets, "en").error(told)
    found = next(m for m in shelf.models() if m.path == model.path)

    assert found.state == "unverified"
    assert shelf.verify(found).sha256 == model.sha256
    assert json.loads(book(paths).read_text("utf-8"))["version"] == 1


def test_a_whole_book_is_told_to_nobody(shelf: Shelf, stick: Path) -> None:
    shelf.add(stick, copy=True)

    assert shelf.told() == []


def test_a_model_of_the_catalogue_is_recognised_by_its_bytes(paths: Paths, stick: Path) -> None:
    digest = file_sha256(stick)[0]
    entry = ModelEntry(
        "known",
        {"zh": "认得", "en": "Known"},
        (Quantisation("Q4_K_M", "Known-Q4.gguf", "o/r", "c" * 40, 200_000, digest),),
    )
    shelf = Shelf(paths, [entry])

    model = shelf.add(stick, copy=True)

    assert (model.entry, model.quantisation, model.name["en"]) == ("known", "Q4_K_M", "Known")
    assert shelf.holds(entry, entry.quantisations[0]) == model
    assert shelf.entry_of(model) == entry


def test_a_name_alone_is_no_proof(paths: Paths, stick: Path) -> None:
    """A file called like a known one but with other bytes is damaged, not another model."""
    entry = ModelEntry(
        "known",
        {"zh": "认得", "en": "Known"},
        (Quantisation("Q4_K_M", stick.name, "o/r", "c" * 40, 200_000, "e" * 64),),
    )
    paths.models.mkdir(parents=True)
    shutil.copy(stick, paths.models)
    shelf = Shelf(paths, [entry])

    (found,) = shelf.models()

    assert found.entry == "known"
    assert found.state == "unverified"
    assert shelf.verify(found).state == "damaged"


def test_results_belong_to_the_bytes(shelf: Shelf, stick: Path, tmp_path: Path) -> None:
    model = shelf.add(stick, copy=False)
    shelf.keep_result(model, {"passed": True, "probes": 12})

    copied = shelf.add(stick, copy=True)

    assert shelf.result(copied) == {"passed": True, "probes": 12}
    other = shelf.add(write_model(tmp_path / "other.gguf", 200_000, seed=5), copy=True)
    assert shelf.result(other) is None


def test_profiles_share_one_shelf(shelf: Shelf, stick: Path, paths: Paths) -> None:
    model = shelf.add(stick, copy=True)

    other = Shelf(replace(paths, profile="0123abcd"), [])

    assert model.path in {found.path for found in other.models()}


def test_another_folder_is_for_everybody_and_old_models_stay(
    shelf: Shelf, stick: Path, paths: Paths, tmp_path: Path
) -> None:
    first = shelf.add(stick, copy=True)
    large_disk = tmp_path / "大硬盘"

    shelf.use_folder(large_disk)
    other = Shelf(replace(paths, profile="0123abcd"), [])
    second = other.add(write_model(tmp_path / "second.gguf", 100_000), copy=True)

    assert second.path.parent == large_disk
    assert {first.path, second.path} <= {model.path for model in shelf.models()}
    assert shelf.verify(next(m for m in shelf.models() if m.path == first.path)).state == "ready"
    shelf.remove(next(m for m in shelf.models() if m.path == first.path))
    assert not first.path.exists()
    shelf.use_folder(None)
    assert shelf.folder == paths.models
    assert second.path in {model.path for model in shelf.models()}


def test_a_folder_that_cannot_be_written_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(WorldError) as caught:
        shelf.use_folder(tmp_path / "file" / "models")

    assert caught.value.code == "models_folder_unusable"


def test_two_writers_lose_nothing(paths: Paths) -> None:
    index = Index(paths.models)

    def note(number: int) -> None:
        Index(paths.models).change(
            lambda old: replace(old, results={**old.results, str(number): {"n": number}})
        )

    threads = [threading.Thread(target=note, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(index.read().results) == 20
