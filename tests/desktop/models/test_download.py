"""Fetching as the app does it: a real child process, a real hub on loopback, a real shelf."""

from __future__ import annotations

import json
import os
import signal
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.benchmarks.hub_server import PIECE, Act, HubServer
from desktop.errors import WorldError
from desktop.models import download as download_module
from desktop.models.download import Download, Downloads, Offer, Wanted
from desktop.models.endpoints import Token, host_of, make_endpoint
from desktop.models.events import (
    Checking,
    DownloadEvent,
    Failed,
    Finished,
    Paused,
    Progress,
    Waiting,
)
from desktop.models.fetch_child import FetchChild, environment
from desktop.models.fetch_lines import Order, read_report
from desktop.models.shelf import Shelf
from desktop.paths import Paths, assets_folder
from desktop.wording import load_wording

SIZE = 1_500_000
SECRET = "hf_the_person_s_own"
Fetch = Callable[[Offer], list[DownloadEvent]]


def until_half(download: Download) -> Iterator[DownloadEvent]:
    """Events until a third has arrived."""
    for event in download.events():
        yield event
        if isinstance(event, Progress) and event.have > SIZE // 3:
            return


def loadable(shelf: Shelf) -> list[Path]:
    """Everything in the models folder that has a model's name."""
    return sorted(shelf.folder.rglob("*.gguf"))


def test_asked_agreed_fetched_and_on_the_shelf(
    downloads: Downloads, shelf: Shelf, hub: HubServer, wanted: Wanted
) -> None:
    offer = downloads.ask(wanted, make_endpoint(hub.url))
    assert (offer.size, offer.sha256, offer.have, hub.sent) == (SIZE, hub.sha256, 0, 0)

    events = list(downloads.start(offer, offer.size).events())

    assert isinstance(events[0], Progress)
    assert any(isinstance(event, Checking) for event in events)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.model.path.read_bytes() == hub.file.read_bytes()
    assert (finished.model.state, finished.model.sha256) == ("ready", hub.sha256)
    assert shelf.find(finished.model.id) == finished.model
    assert downloads.unfinished() == []


def test_without_a_yes_to_this_very_size_nothing_is_fetched(
    downloads: Downloads, hub: HubServer, offer: Offer
) -> None:
    with pytest.raises(WorldError) as caught:
        downloads.start(offer, offer.size - 1)

    assert caught.value.code == "download_not_confirmed"
    assert (hub.asked, hub.sent) == ([], 0)


def test_a_pause_ends_the_process_and_later_it_goes_on(
    downloads: Downloads, hub: HubServer, offer: Offer
) -> None:
    hub.always = Act(rate=1_000_000)
    download = downloads.start(offer, offer.size)
    seen = []
    for event in download.events():
        seen.append(event)
        if isinstance(event, Progress) and event.have > SIZE // 3:
            download.pause()

    assert isinstance(seen[-1], Paused)
    (left,) = downloads.unfinished()
    assert SIZE // 3 < left.have < SIZE
    assert left.left == SIZE - left.have
    hub.always = Act()
    before = hub.sent

    last = list(downloads.start(left, left.size).events())[-1]

    assert isinstance(last, Finished)
    assert last.model.path.read_bytes() == hub.file.read_bytes()
    assert hub.sent - before <= left.left + 2 * PIECE


def test_a_killed_fetcher_is_told_and_gone_on_from(
    downloads: Downloads, shelf: Shelf, hub: HubServer, offer: Offer
) -> None:
    hub.always = Act(rate=1_000_000)
    download = downloads.start(offer, offer.size)
    events = []
    for event in download.events():
        events.append(event)
        if isinstance(event, Progress) and event.have > SIZE // 3:
            os.kill(download.pid, signal.SIGTERM)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert (failed.error.code, failed.resumable) == ("download_fetcher_died", True)
    assert loadable(shelf) == []
    hub.always = Act()
    (left,) = downloads.unfinished()

    last = list(downloads.start(left, left.size).events())[-1]

    assert isinstance(last, Finished)
    assert last.model.path.read_bytes() == hub.file.read_bytes()


def test_an_end_of_the_app_ends_the_fetching(
    downloads: Downloads, hub: HubServer, offer: Offer
) -> None:
    """The child notices that nobody listens any more, even when nobody could say goodbye."""
    hub.always = Act(rate=200_000)
    order = Order(
        deed="fetch",
        endpoint=hub.url,
        repository=offer.wanted.repository,
        file=offer.wanted.file,
        revision=offer.revision,
        part=str(hub.file.parent / "data.part"),
        size=SIZE,
        sha256=offer.sha256,
    )
    child = FetchChild(order)
    next(child.reports())
    child._input.close()

    deadline = time.monotonic() + 10
    while child._process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)

    assert child._process.poll() == 3
    child.end()


def test_wrong_bytes_are_never_loadable(
    fetch: Fetch, shelf: Shelf, hub: HubServer, offer: Offer, downloads: Downloads
) -> None:
    hub.always = Act(flip=SIZE // 2)

    last = fetch(offer)[-1]

    assert isinstance(last, Failed)
    assert (last.error.code, last.resumable) == ("download_wrong_bytes", False)
    assert loadable(shelf) == []
    assert [model.origin for model in shelf.models()] == ["bundled"]


def test_at_no_moment_is_anything_unverified_loadable(
    downloads: Downloads, shelf: Shelf, hub: HubServer, offer: Offer
) -> None:
    hub.storage_acts.append(Act(cut_after=500_000))

    for event in downloads.start(offer, offer.size).events():
        assert loadable(shelf) == [] or isinstance(event, Finished)


def test_a_cut_is_told_as_a_wait(fetch: Fetch, hub: HubServer, offer: Offer) -> None:
    hub.storage_acts.append(Act(cut_after=500_000))

    waits = [event for event in fetch(offer) if isinstance(event, Waiting)]

    wording = load_wording(assets_folder(), "en")
    assert [wait.cause for wait in waits] == ["download_cut"]
    assert "faltered" in wording.error(waits[0].error)
    assert host_of(hub.url) in wording.error(waits[0].error)


def test_a_no_of_the_hub_is_a_sentence(
    downloads: Downloads, hub: HubServer, wanted: Wanted
) -> None:
    hub.hub_acts.append(Act(status=403))

    with pytest.raises(WorldError) as caught:
        downloads.ask(wanted, make_endpoint(hub.url))

    sentence = load_wording(assets_folder(), "en").error(caught.value)
    assert wanted.file in sentence
    assert "token" in sentence


@pytest.mark.parametrize("known", [{"size": 7}, {"sha256": "e" * 64}])
def test_another_file_than_the_catalogue_knows_is_not_fetched(
    downloads: Downloads, hub: HubServer, wanted: Wanted, known: dict[str, object]
) -> None:
    with pytest.raises(WorldError) as caught:
        downloads.ask(replace(wanted, **known), make_endpoint(hub.url))  # type: ignore[arg-type]

    assert caught.value.code == "download_changed"


def test_the_hash_of_the_catalogue_goes_before_that_of_the_hub(
    downloads: Downloads, fetch: Fetch, hub: HubServer, wanted: Wanted
) -> None:
    """A mirror that names no hash is held against the one that is known."""
    known = replace(wanted, sha256=hub.sha256)
    hub.sha256 = "0" * 40
    hub.always = Act(flip=1000)

    offer = downloads.ask(known, make_endpoint(hub.url))

    last = fetch(offer)[-1]
    assert isinstance(last, Failed)
    assert last.error.code == "download_wrong_bytes"


def test_a_hash_nobody_knew_is_learned_and_pinned(
    downloads: Downloads, fetch: Fetch, shelf: Shelf, hub: HubServer, wanted: Wanted
) -> None:
    real, hub.sha256 = hub.sha256, "0" * 40
    offer = downloads.ask(wanted, make_endpoint(hub.url))

    last = fetch(offer)[-1]

    assert isinstance(last, Finished)
    assert last.model.sha256 == real
    changed = bytearray(last.model.path.read_bytes())
    changed[999] ^= 1
    last.model.path.write_bytes(changed)
    assert shelf.verify(last.model).state == "damaged"


def test_no_room_is_said_before_anything_is_fetched(
    downloads: Downloads, hub: HubServer, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_module, "free_disk", lambda _folder: 1_000_000)

    with pytest.raises(WorldError) as caught:
        downloads.start(offer, offer.size)

    assert caught.value.code == "download_no_space"
    assert hub.asked == []


def test_another_endpoint_goes_on_where_the_first_one_stopped(
    downloads: Downloads, hub: HubServer, wanted: Wanted
) -> None:
    """It is the same file at the same commit: a mirror may finish what the hub began."""
    hub.always = Act(rate=1_000_000)
    offer = downloads.ask(wanted, make_endpoint(hub.url))
    download = downloads.start(offer, offer.size)
    for event in download.events():
        if isinstance(event, Progress) and event.have > SIZE // 3:
            download.pause()

    with HubServer(hub.file) as mirror:
        again = downloads.ask(wanted, make_endpoint(mirror.url))
        last = list(downloads.start(again, again.size).events())[-1]

        assert isinstance(last, Finished)
        assert mirror.sent == again.left < SIZE * 0.7


def test_another_folder_chosen_meanwhile_is_for_the_next_one(
    downloads: Downloads, shelf: Shelf, hub: HubServer, offer: Offer, tmp_path: Path
) -> None:
    begun_in = shelf.folder
    hub.always = Act(rate=3_000_000)
    events = []
    for event in downloads.start(offer, offer.size).events():
        if not events:
            shelf.use_folder(tmp_path / "elsewhere")
        events.append(event)

    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.model.path.parent, last.model.state) == (begun_in, "ready")
    assert last.model.path in {model.path for model in shelf.models()}


def test_a_token_is_for_one_host_alone(
    downloads: Downloads, hub: HubServer, wanted: Wanted
) -> None:
    """The official hub's token stays here when another endpoint is chosen."""
    endpoint = make_endpoint(hub.url)

    downloads.ask(wanted, endpoint, Token(SECRET))
    assert all("authorization" not in one.headers for one in hub.asked)

    offer = downloads.ask(wanted, endpoint, Token(SECRET, endpoint.host))
    list(downloads.start(offer, offer.size, Token(SECRET, endpoint.host)).events())
    told = {one.headers.get("authorization", "") for one in hub.asked if one.role == "storage"}
    assert f"Bearer {SECRET}" in {one.headers.get("authorization") for one in hub.asked}
    assert told == {""}


def test_the_token_is_written_nowhere(
    downloads: Downloads, shelf: Shelf, hub: HubServer, offer: Offer
) -> None:
    hub.always = Act(rate=500_000)
    token = Token(SECRET, host_of(hub.url))
    download = downloads.start(offer, offer.size, token)
    next(iter(download.events()))
    command = Path(f"/proc/{download.pid}/cmdline")
    environ = Path(f"/proc/{download.pid}/environ")

    shown = [path.read_bytes() for path in (command, environ) if path.exists()]
    kept = [path.read_bytes() for path in shelf.folder.rglob("*") if path.is_file()]
    download.pause()

    assert SECRET.encode() not in b"".join(shown + kept)
    assert SECRET not in repr(token)
    assert SECRET not in repr(Order("fetch", "", "", "", token=SECRET))


def test_settings_of_other_programs_change_nothing() -> None:
    foreign = {"HF_ENDPOINT": "http://elsewhere", "HF_TOKEN": "x", "HF_HUB_OFFLINE": "1"}

    made = environment({**foreign, "HTTPS_PROXY": "http://proxy", "PATH": "/bin"})

    assert "HF_ENDPOINT" not in made
    assert "HF_TOKEN" not in made
    assert "HF_HUB_OFFLINE" not in made
    assert made["HTTPS_PROXY"] == "http://proxy"
    assert made["HF_HUB_DISABLE_XET"] == "1"


def test_thrown_away_it_is_gone(downloads: Downloads, hub: HubServer, offer: Offer) -> None:
    hub.always = Act(rate=1_000_000)
    download = downloads.start(offer, offer.size)
    next(iter(download.events()))
    download.pause()
    (left,) = downloads.unfinished()

    downloads.discard(left)

    assert downloads.unfinished() == []


def test_a_part_of_another_commit_is_a_part_of_its_own(
    downloads: Downloads, hub: HubServer, offer: Offer
) -> None:
    hub.always = Act(rate=2_000_000)
    download = downloads.start(offer, offer.size)
    for event in download.events():
        if isinstance(event, Progress) and event.have > SIZE // 3:
            download.pause()

    other = replace(offer, revision="d" * 40)

    assert downloads.unfinished()[0].have > 0
    assert downloads._with_have(other).have == 0


def test_a_file_of_that_name_with_other_bytes_stays(
    fetch: Fetch, shelf: Shelf, hub: HubServer, offer: Offer
) -> None:
    shelf.folder.mkdir(parents=True)
    mine = shelf.folder / offer.wanted.file
    mine.write_bytes(b"somebody's own")

    last = fetch(offer)[-1]

    assert isinstance(last, Finished)
    assert mine.read_bytes() == b"somebody's own"
    assert last.model.path.name == f"Noise-Q4_K_M-{hub.sha256[:12]}.gguf"


def test_lines_that_are_no_reports_are_skipped() -> None:
    assert read_report(b"warning: something\n") is None
    assert read_report(b'{"kind": "Got", "have": "x", "size": 1}\n') is None
    assert read_report(b'{"kind": "Got", "have": 1}\n') is None
    assert read_report(b"[" * 5000) is None
    assert read_report(json.dumps({"kind": "Got", "have": 1, "size": 2}).encode()) is not None


def test_every_fault_of_the_fetcher_has_a_sentence(paths: Paths) -> None:
    import re

    sentences = tomllib.loads((paths.assets / "i18n" / "messages.toml").read_text("utf-8"))
    folder = Path(download_module.__file__).parent
    codes = {
        code
        for path in folder.rglob("*.py")
        for code in re.findall(r'"((?:download|fit|model)_[a-z_]+)"', path.read_text("utf-8"))
    } - {"model_file"}

    assert len(codes) > 20
    assert codes - set(sentences) == set()
