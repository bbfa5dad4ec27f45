"""The transfer against a hub that misbehaves: the file is right, or a sentence says what is wrong.

In this process, so that every case is quick; `test_download.py` does it with the real child.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import os
import socket
import ssl
import threading
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.benchmarks.hub_server import Act, HubServer
from desktop.models import fetch_lines as lines
from desktop.models.fetcher import transfer as transfer_module
from desktop.models.fetcher.client import Guard
from desktop.models.fetcher.faults import FetchError
from desktop.models.fetcher.transfer import MOST_TRIES, PIECE, Transfer
from desktop.paths import assets_folder

SIZE = 1_500_000
SENTENCES = tomllib.loads((assets_folder() / "i18n" / "messages.toml").read_text("utf-8"))
SECRET = "hf_the_person_s_own"


class Line:
    """One order with its reports and the seconds it waited."""

    def __init__(self, hub: HubServer, part: Path) -> None:
        self.order = lines.Order(
            deed="fetch",
            endpoint=hub.url,
            repository="own/noise-GGUF",
            file=hub.file.name,
            revision=hub.commit,
            part=str(part),
            size=SIZE,
            sha256=hub.sha256,
            patience=0.001,
        )
        self.part = part
        self.reports: list[lines.Report] = []
        self.waits: list[float] = []

    def fetch(self, **changes: object) -> lines.Fetched:
        order = replace(self.order, **changes)  # type: ignore[arg-type]
        return Transfer(order, self.reports.append, self.waits.append).fetch()

    def ask(self, **changes: object) -> lines.Offered:
        order = replace(self.order, deed="ask", **changes)  # type: ignore[arg-type]
        return Transfer(order, self.reports.append, self.waits.append).ask()

    def refused(self, **changes: object) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.fetch(**changes)
        assert caught.value.code in SENTENCES
        return caught.value


@pytest.fixture
def line(hub: HubServer, tmp_path: Path) -> Line:
    return Line(hub, tmp_path / "parts" / "data.part")


def whole(line: Line, hub: HubServer) -> bool:
    return line.part.read_bytes() == hub.file.read_bytes()


def test_a_quiet_line_brings_the_file_once(line: Line, hub: HubServer) -> None:
    done = line.fetch()

    assert done == lines.Fetched(hub.sha256, SIZE)
    assert whole(line, hub)
    assert hub.sent == SIZE
    assert isinstance(line.reports[-1], lines.Hashing)


def test_asking_fetches_nothing_of_the_file(line: Line, hub: HubServer) -> None:
    found = line.ask(revision="")

    assert found == lines.Offered(hub.commit, SIZE, hub.sha256)
    assert [one.method for one in hub.asked] == ["HEAD"]
    assert hub.sent == 0


@pytest.mark.parametrize("reset", [False, True])
def test_cuts_are_gone_on_from(line: Line, hub: HubServer, reset: bool) -> None:
    cuts = (1, 70_001, 400_000, 3)
    hub.storage_acts.extend(Act(cut_after=after, reset=reset) for after in cuts)

    line.fetch()

    assert whole(line, hub)
    assert hub.sent <= SIZE + len(cuts) * 2 * PIECE
    assert [report.code for report in line.reports if isinstance(report, lines.Held)] == [
        "download_cut"
    ] * len(cuts)


def test_the_hub_itself_may_be_down_for_a_while(line: Line, hub: HubServer) -> None:
    hub.hub_acts.extend([Act(status=503), Act(status=502)])

    line.fetch()

    assert whole(line, hub)


def test_a_line_that_is_always_cut_is_given_up_and_what_came_stays(
    line: Line, hub: HubServer
) -> None:
    hub.storage_acts.append(Act(cut_after=700_000))
    hub.always = Act(cut_after=0)

    fault = line.refused()

    assert (fault.code, fault.keep) == ("download_cut", True)
    assert 700_000 - PIECE <= line.part.stat().st_size <= 700_000
    assert len(line.waits) == MOST_TRIES - 1


def test_every_wait_is_longer_than_the_one_before(line: Line, hub: HubServer) -> None:
    hub.always = Act(cut_after=0)

    line.refused()

    assert line.waits == sorted(line.waits)
    assert line.waits[-1] > line.waits[0]


def test_a_server_that_goes_silent_is_left(
    line: Line, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_module, "SILENCE", 0.3)
    hub.storage_acts.append(Act(silent_after=500_000))

    line.fetch()

    assert whole(line, hub)
    assert [r.code for r in line.reports if isinstance(r, lines.Held)] == ["download_stalled"]


def test_one_flipped_byte_is_always_found(line: Line, hub: HubServer) -> None:
    for place in (4, 77, SIZE // 2, SIZE - 1):
        hub.storage_acts.append(Act(flip=place))

        assert line.refused().code == "download_wrong_bytes"
        assert not line.part.exists()


def test_a_byte_flipped_on_the_disk_between_two_parts_is_found(line: Line, hub: HubServer) -> None:
    line.part.parent.mkdir(parents=True)
    start = bytearray(hub.file.read_bytes()[:600_000])
    start[300_000] ^= 1
    line.part.write_bytes(start)

    assert line.refused().code == "download_wrong_bytes"


def test_another_part_than_was_asked_for_does_not_get_into_the_file(
    line: Line, hub: HubServer
) -> None:
    hub.storage_acts.extend([Act(cut_after=600_000), Act(shift=1000)])

    line.fetch()

    assert whole(line, hub)
    assert "download_wrong_range" in [r.code for r in line.reports if isinstance(r, lines.Held)]


def test_another_part_under_the_right_name_is_found_at_the_end(line: Line, hub: HubServer) -> None:
    hub.storage_acts.extend([Act(cut_after=600_000), Act(shift=1000, lie_about_shift=True)])

    assert line.refused().code == "download_wrong_bytes"
    assert not line.part.exists()


def test_a_server_that_never_sends_the_right_part_is_asked_for_the_whole(
    line: Line, hub: HubServer
) -> None:
    hub.storage_acts.extend([Act(cut_after=600_000), Act(shift=1000), Act(shift=-1000)])

    line.fetch()

    assert whole(line, hub)


def test_a_server_that_ignores_ranges_still_brings_the_file(line: Line, hub: HubServer) -> None:
    hub.storage_acts.extend([Act(cut_after=600_000), Act(ignore_range=True)])

    line.fetch()

    assert whole(line, hub)


def test_a_part_longer_than_the_file_is_begun_anew(line: Line, hub: HubServer) -> None:
    line.part.parent.mkdir(parents=True)
    line.part.write_bytes(b"GGUF" + bytes(SIZE))

    line.fetch()

    assert whole(line, hub)


def test_a_finished_part_is_only_checked(line: Line, hub: HubServer) -> None:
    line.part.parent.mkdir(parents=True)
    line.part.write_bytes(hub.file.read_bytes())

    assert line.fetch().sha256 == hub.sha256
    assert hub.sent == 0


@pytest.mark.parametrize("where", ["hub_acts", "storage_acts"])
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "download_forbidden"),
        (403, "download_forbidden"),
        (404, "download_not_found"),
        (410, "download_not_found"),
        (407, "download_proxy"),
        (451, "download_refused"),
    ],
)
def test_a_no_is_told_at_once(
    line: Line, hub: HubServer, where: str, status: int, code: str
) -> None:
    getattr(hub, where).append(Act(status=status))

    fault = line.refused()

    assert (fault.code, fault.keep, line.waits) == (code, True, [])


@pytest.mark.parametrize(
    "headers",
    [{"Retry-After": "7"}, {"RateLimit": '"resolvers";r=0;t=7'}],
)
def test_too_many_requests_waits_as_long_as_was_asked(
    line: Line, hub: HubServer, headers: dict[str, str]
) -> None:
    hub.hub_acts.append(Act(status=429, headers=headers))
    hub.storage_acts.append(Act(status=429, headers=headers))

    line.fetch()

    assert whole(line, hub)
    assert line.waits == [7.0, 7.0]


def test_a_long_wait_is_said_and_not_sat_out(line: Line, hub: HubServer) -> None:
    hub.hub_acts.append(Act(status=429, headers={"Retry-After": "3600"}))

    fault = line.refused()

    assert (fault.code, fault.details["minutes"], line.waits) == ("download_too_many", 60, [])


def test_a_date_to_wait_for_is_understood(line: Line, hub: HubServer) -> None:
    hub.hub_acts.append(Act(status=429, headers={"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}))

    assert line.refused().code == "download_too_many"


@pytest.mark.parametrize("where", ["hub_acts", "storage_acts"])
def test_a_log_in_page_is_no_model(line: Line, hub: HubServer, where: str) -> None:
    getattr(hub, where).append(Act(page=True))

    assert line.refused().code == "download_captive"
    assert not line.part.exists() or line.part.stat().st_size == 0


def test_a_log_in_page_in_the_middle_keeps_what_came(line: Line, hub: HubServer) -> None:
    hub.storage_acts.extend([Act(cut_after=600_000), Act(page=True)])

    fault = line.refused()

    assert (fault.code, fault.keep) == ("download_captive", True)
    line.fetch()
    assert whole(line, hub)


def test_a_log_in_page_that_calls_itself_a_file_is_found(line: Line, hub: HubServer) -> None:
    hub.file.write_bytes(b"<html>" + bytes(SIZE - 6))

    assert line.refused().code == "download_captive"


def test_being_sent_to_a_log_in_page_is_told(line: Line, hub: HubServer) -> None:
    elsewhere = {"Location": hub.storage_url + "/login"}
    hub.hub_acts.append(Act(status=302, headers=elsewhere))

    assert line.refused().code == "download_captive"


def test_nothing_is_fetched_over_an_open_line(line: Line, hub: HubServer) -> None:
    hub.redirect_to = "http://storage.example/blob"

    assert line.refused().code == "download_captive"
    assert [one.role for one in hub.asked] == ["hub"]


@pytest.mark.parametrize("change", ["commit", "sha256"])
def test_a_file_that_changed_between_two_parts_is_not_put_together(
    line: Line, hub: HubServer, change: str
) -> None:
    hub.storage_acts.append(Act(cut_after=600_000))
    hub.always = Act(cut_after=0)
    line.refused()
    setattr(hub, change, "d" * (40 if change == "commit" else 64))
    hub.always = Act()

    fault = line.refused()

    assert fault.code in ("download_changed", "download_not_found")
    assert fault.code == "download_not_found" or not line.part.exists()


def test_a_file_that_grew_is_not_put_together(line: Line, hub: HubServer) -> None:
    hub.storage_acts.append(Act(cut_after=600_000))
    hub.file.write_bytes(hub.file.read_bytes() + b"more")

    assert line.refused().code == "download_changed"


def test_other_things_than_a_hub_are_told(line: Line, hub: HubServer) -> None:
    hub.hub_acts.append(Act(status=200))

    with pytest.raises(FetchError) as caught:
        line.ask()

    assert caught.value.code == "download_not_a_hub"


def test_a_line_to_nobody_is_told(line: Line, hub: HubServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    assert line.refused(endpoint=f"http://127.0.0.1:{port}").code == "download_no_line"


def test_a_server_that_speaks_no_tls_is_a_certificate(line: Line, hub: HubServer) -> None:
    assert line.refused(endpoint=hub.url.replace("http:", "https:")).code == "download_certificate"


def test_a_certificate_nobody_vouches_for_is_told(
    line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real greeting with a real certificate, made by itself; and taken once it is vouched for."""
    certificate = own_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:
        greeted = threading.Thread(target=greet, args=(server, context), daemon=True)
        greeted.start()
        address = f"https://127.0.0.1:{server.getsockname()[1]}"

        assert line.refused(endpoint=address).code == "download_certificate"

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert line.refused(endpoint=address).code == "download_refused"
        greeted.join(timeout=10)


def greet(server: socket.socket, context: ssl.SSLContext) -> None:
    """Two visitors; whoever takes the certificate is answered."""
    for _ in range(2):
        visitor, _address = server.accept()
        with contextlib.suppress(OSError), visitor:
            spoken = context.wrap_socket(visitor, server_side=True)
            with spoken:
                spoken.recv(4096)
                spoken.sendall(b"HTTP/1.1 418 No\r\nContent-Length: 0\r\n\r\n")


def own_certificate(folder: Path) -> Path:
    """A key and its certificate for 127.0.0.1, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody")])
    now = datetime.datetime.now(datetime.UTC)
    home = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([home]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "own.pem"
    plain = serialization.NoEncryption()
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


def test_a_dead_proxy_is_told_and_its_password_is_not(
    line: Line, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("ALL_PROXY", f"http://someone:secret@127.0.0.1:{port}")

    fault = line.refused()

    assert (fault.code, fault.details["proxy"]) == ("download_proxy", f"127.0.0.1:{port}")


def test_a_proxy_is_used(line: Line, hub: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes through a proxy names the whole address."""
    monkeypatch.setenv("HTTP_PROXY", hub.url)

    line.refused(endpoint="http://localhost:9")

    assert hub.asked[0].path.startswith("http://localhost:9/own/noise-GGUF/resolve/")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
def test_a_full_disk_is_told(line: Line) -> None:
    assert line.refused(part="/dev/full").code == "download_disk_full"


def test_the_token_goes_to_the_hub_and_not_to_the_storage(line: Line, hub: HubServer) -> None:
    line.fetch(token=SECRET)

    told = {one.role: one.headers.get("authorization", "") for one in hub.asked}
    assert told == {"hub": f"Bearer {SECRET}", "storage": ""}


def test_a_token_of_other_programs_is_not_sent(
    line: Line, hub: HubServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    (tmp_path / ".netrc").write_text(f"default login someone password {SECRET}\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))

    line.fetch()

    assert all("authorization" not in one.headers for one in hub.asked)


def test_nothing_of_the_person_or_the_computer_is_told(line: Line, hub: HubServer) -> None:
    hub.storage_acts.append(Act(cut_after=600_000))

    line.fetch()

    for one in hub.asked:
        assert set(one.headers) <= {
            "host", "accept", "accept-encoding", "connection", "user-agent", "range",
        }  # fmt: skip
        assert one.headers["user-agent"] == "xinyu"


def test_a_mirror_that_sends_the_file_itself(line: Line, hub: HubServer) -> None:
    hub.direct = True
    hub.storage_acts.append(Act(cut_after=600_000))

    assert line.ask(revision="") == lines.Offered(hub.commit, SIZE, hub.sha256)
    line.fetch(token=SECRET)

    assert whole(line, hub)
    assert {one.role for one in hub.asked} == {"hub"}


def test_a_repository_that_moved_is_followed(line: Line, hub: HubServer) -> None:
    moved = f"/own/renamed-GGUF/resolve/{hub.commit}/{hub.file.name}"
    hub.hub_acts.append(Act(status=307, headers={"Location": moved}))

    line.fetch()

    assert whole(line, hub)


ACTS = st.one_of(
    st.builds(Act, cut_after=st.integers(0, SIZE), reset=st.booleans()),
    st.builds(Act, shift=st.integers(-SIZE, SIZE), lie_about_shift=st.booleans()),
    st.builds(Act, flip=st.integers(0, SIZE - 1)),
    st.builds(Act, status=st.sampled_from([200, 204, 206, 301, 400, 403, 404, 416, 429, 500, 503])),
    st.just(Act(ignore_range=True)),
    st.just(Act(page=True)),
    st.just(Act(headers={"Content-Encoding": "gzip"})),
)


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(storage=st.lists(ACTS, max_size=6), hubs=st.lists(ACTS, max_size=3))
def test_whatever_happens_the_file_is_right_or_there_is_a_sentence(
    line: Line, hub: HubServer, storage: list[Act], hubs: list[Act]
) -> None:
    line.part.unlink(missing_ok=True)
    hub.storage_acts.clear()
    hub.storage_acts.extend(storage)
    hub.hub_acts.clear()
    hub.hub_acts.extend(hubs)

    told = ""
    try:
        line.fetch()
    except FetchError as fault:
        told = fault.code

    assert told in SENTENCES or (not told and whole(line, hub))


def test_nobody_else_is_asked_anything(
    line: Line, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library would look up programs at the official hub, whatever the endpoint is."""
    hosts: set[str] = set()
    real = socket.getaddrinfo

    def noted(host: str, *rest: object, **more: object) -> object:
        hosts.add(host)
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)

    line.fetch()

    assert hosts == {"127.0.0.1", "localhost"}


def test_an_address_nobody_sent_us_to_is_not_called(hub: HubServer) -> None:
    guard = Guard(hub.url, "", "x.gguf", SIZE)

    with guard.client() as client, pytest.raises(FetchError):
        client.get(hub.storage_url + "/blob/x")

    assert hub.asked == []


def test_a_file_without_a_hash_is_learned(line: Line, hub: HubServer) -> None:
    real = hub.sha256
    hub.sha256 = "0" * 40

    assert line.ask().sha256 == ""
    assert line.fetch(sha256="").sha256 == real


def test_a_file_without_a_hash_that_is_no_model_is_thrown_away(line: Line, hub: HubServer) -> None:
    hub.sha256 = "0" * 40
    hub.file.write_bytes(b"GGUF" + bytes(SIZE - 4))

    assert line.refused(sha256="").code == "download_not_a_model"
    assert not line.part.exists()


def test_the_same_file_is_not_fetched_twice_at_once(line: Line, hub: HubServer) -> None:
    from filelock import FileLock

    line.part.parent.mkdir(parents=True)
    with FileLock(line.part.with_suffix(".lock")):
        assert line.refused().code == "download_twice"


def test_a_slow_line_tells_often_enough_to_be_seen_moving(line: Line, hub: HubServer) -> None:
    hub.always = Act(rate=2_000_000)

    line.fetch()

    seen = [report.have for report in line.reports if isinstance(report, lines.Got)]
    assert len(seen) >= 3
    assert seen == sorted(seen)
