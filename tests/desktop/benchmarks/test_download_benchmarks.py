"""The benchmarks of fetching and of the first start measure what they say, on a small scale."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.benchmarks import offline_start
from desktop.benchmarks.download import download_with_cuts, flipped_bytes, main
from desktop.benchmarks.offline_start import counted, first_start


def test_cuts_of_every_kind_and_the_file_is_right(tmp_path: Path) -> None:
    found = download_with_cuts(tmp_path, 30_000_000, cuts=6, seed=3)

    assert found.right
    assert set(found.breaks) == {"close", "reset", "stop"}
    assert found.starts == 1 + found.breaks.count("stop")
    assert found.size <= found.sent <= found.size + 6 * 1_000_000
    assert found.loadable_early == 0


def test_a_flipped_byte_is_counted(tmp_path: Path) -> None:
    assert flipped_bytes(tmp_path, flips=1, seed=3) == (0, 0)


def test_the_report_can_be_read_by_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--size", "20000000", "--cuts", "0", "--flips", "0", "--json"])

    figures = {one["name"]: one for one in json.loads(capsys.readouterr().out)["figures"]}
    assert status == 0
    assert figures["bytes fetched over size"]["value"] == 1.0


def test_what_is_beyond_loopback_is_told_apart() -> None:
    record = "\n".join(
        [
            "7 socket(AF_UNIX, SOCK_STREAM, 0) = 3",
            '7 connect(3, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = 0',
            "7 socket(AF_INET, SOCK_STREAM, 0) = 3",
            '7 connect(3, {sa_family=AF_INET, sin_addr=inet_addr("127.0.0.1")}, 16) = 0',
            '8 connect(3, {sa_family=AF_INET, sin_addr=inet_addr("1.2.3.4")}, 16) = -1',
            '8 connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1")}, 28) = -1',
        ]
    )

    assert counted(record) == (3, 2, 1)


@pytest.mark.skipif(bool(offline_start.what_is_missing()), reason=offline_start.what_is_missing())
def test_from_the_start_to_the_first_reply_no_internet_socket_is_made() -> None:
    start = first_start(network=False)

    assert start.replied
    assert (start.connects, start.sockets) == (0, 0)


@pytest.mark.skipif(bool(offline_start.what_is_missing()), reason=offline_start.what_is_missing())
def test_a_network_that_is_there_is_not_used_either() -> None:
    start = first_start(network=True)

    assert start.replied
    assert (start.connects, start.sockets) == (0, 0)
