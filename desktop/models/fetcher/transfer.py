"""One order, carried out with huggingface-hub's own transfer, until it is done or cannot be.

The library resumes within one call; over several processes it does not (it deletes what it has).
So its two parts are called themselves: `get_hf_file_metadata` before every try, which also says
whether the file is still the same one, and `http_get` with what is here already.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from inspect import signature
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

from filelock import FileLock, Timeout
from huggingface_hub import constants, set_client_factory
from huggingface_hub.file_download import (
    HfFileMetadata,
    get_hf_file_metadata,
    hf_hub_url,
    http_get,
)

from desktop.errors import ModelFileError
from desktop.models.endpoints import host_of
from desktop.models.fetch_lines import Fetched, Got, Hashing, Held, Offered, Order, Report
from desktop.models.fetcher.client import Guard
from desktop.models.fetcher.faults import FetchError, fault_of
from desktop.models.fetcher.part import PartFile
from desktop.models.file_bytes import file_sha256

# Small pieces: what a cut throws away is less than one of them.
PIECE = 128 * 1024
SILENCE, GREETING = 30, 15
MOST_TRIES = 6
LONGEST_PAUSE = 60.0
# A server that asks for a longer wait is obeyed by ending; the person starts again later.
LONGEST_ASKED_WAIT = 180.0
MOST_WRONG_RANGES = 2
REPORT_EVERY = 0.2
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
Tell = Callable[[Report], None]
# Not of its public interface, so only where it is there: the tries are counted and told here.
_NO_TRIES_OF_ITS_OWN: dict[str, Any] = (
    {"_nb_retries": 0} if "_nb_retries" in signature(http_get).parameters else {}
)


class Transfer:
    """Carries one order out.

    Args:
        order: what to do.
        tell: where reports go.
        sleep: waits so many seconds.
    """

    def __init__(
        self, order: Order, tell: Tell, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._order = order
        self._tell = tell
        self._sleep = sleep
        self._host = host_of(order.endpoint)
        self._told_at = 0.0
        self._wrong_ranges = 0
        guard = Guard(order.endpoint, order.token, order.file, order.size)
        set_client_factory(guard.client)
        constants.HF_HUB_DISABLE_TELEMETRY = True
        constants.DOWNLOAD_CHUNK_SIZE = PIECE
        constants.HF_HUB_DOWNLOAD_TIMEOUT = SILENCE

    def ask(self) -> Offered:
        """Commit, size and hash of the file; raises FetchError."""
        found = self._metadata()
        if not found.size or not _COMMIT.fullmatch(found.commit_hash or ""):
            raise FetchError("download_not_a_hub", host=self._host)
        return Offered(found.commit_hash or "", found.size, _hash_of(found))

    def fetch(self) -> Fetched:
        """All of the file, right and on the disk; raises FetchError."""
        path = Path(self._order.part)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(path.with_suffix(".lock"), timeout=0):
                return self._fetch_alone(path)
        except Timeout as error:
            raise FetchError("download_twice", name=self._order.file) from error

    def _fetch_alone(self, path: Path) -> Fetched:
        try:
            with PartFile(path, self._order.size, self._host, self._on_bytes) as part:
                self._tell(Got(part.have, self._order.size))
                self._fill(part)
                part.flush()
            return self._verified(path)
        except FetchError as error:
            if not error.keep:
                path.unlink(missing_ok=True)
            raise

    def _fill(self, part: PartFile) -> None:
        """Try until every byte is there; only tries that bring nothing are counted."""
        tries = 0
        while part.have < self._order.size:
            before = part.have
            try:
                self._transfer(part)
            except Exception as error:
                fault = fault_of(error, self._order.endpoint, self._order.file)
                tries = 1 if part.have > before else tries + 1
                self._bear(fault, tries, part)

    def _transfer(self, part: PartFile) -> None:
        """One try, from where we are."""
        found = self._metadata()
        self._check_same(found)
        http_get(
            found.location,
            cast(BinaryIO, part),
            resume_size=part.have,
            headers={"Accept-Encoding": "identity"},
            expected_size=self._order.size,
            displayed_filename=self._order.file,
            tqdm_class=cast(Any, _NoBar),
            **_NO_TRIES_OF_ITS_OWN,
        )

    def _bear(self, fault: FetchError, tries: int, part: PartFile) -> None:
        """Wait and go on, or raise it."""
        fault.details.setdefault("host", self._host)
        fault.details["host"] = fault.details["host"] or self._host
        if fault.details.get("name") == "":
            fault.details["name"] = self._order.file
        asked = fault.wait or 0.0
        if not fault.again or tries >= MOST_TRIES or asked > LONGEST_ASKED_WAIT:
            raise fault
        if fault.code == "download_wrong_range":
            self._bear_wrong_range(fault, part)
        pause = max(asked, min(self._order.patience * 2 ** (tries - 1), LONGEST_PAUSE))
        self._tell(Held(fault.code, pause, fault.details))
        self._sleep(pause)

    def _bear_wrong_range(self, fault: FetchError, part: PartFile) -> None:
        """A server that cannot send a part is asked once for the whole."""
        self._wrong_ranges += 1
        if self._wrong_ranges == MOST_WRONG_RANGES:
            part.empty()
        if self._wrong_ranges > MOST_WRONG_RANGES:
            raise fault

    def _metadata(self) -> HfFileMetadata:
        """The hub's word on the file; raises FetchError."""
        order = self._order
        url = hf_hub_url(
            order.repository, order.file, revision=order.revision or None, endpoint=order.endpoint
        )
        try:
            return get_hf_file_metadata(url, token=False, timeout=GREETING, endpoint=order.endpoint)
        except Exception as error:
            raise fault_of(error, order.endpoint, order.file) from error

    def _check_same(self, found: HfFileMetadata) -> None:
        """Parts of two revisions must never be put together."""
        order, told = self._order, _hash_of(found)
        other_hash = bool(told and order.sha256 and told != order.sha256)
        if found.size != order.size or found.commit_hash != order.revision or other_hash:
            if found.commit_hash is None:
                raise FetchError("download_captive", host=self._host)
            raise FetchError("download_changed", keep=False, name=order.file)

    def _verified(self, path: Path) -> Fetched:
        """The bytes on the disk, not those that came through the line, are what counts."""
        digest, size = file_sha256(path, self._on_hashed)
        wrong = self._order.sha256 and digest != self._order.sha256
        if wrong or size != self._order.size:
            raise FetchError("download_wrong_bytes", keep=False, name=self._order.file)
        self._check_model(path)
        return Fetched(digest, size)

    def _check_model(self, path: Path) -> None:
        from desktop.engine.gguf_header import check_model_file

        try:
            check_model_file(path)
        except ModelFileError as error:
            raise FetchError("download_not_a_model", keep=False, host=self._host) from error

    def _on_bytes(self, have: int) -> None:
        if self._due() or have == self._order.size:
            self._tell(Got(have, self._order.size))

    def _on_hashed(self, have: int, size: int) -> None:
        if self._due() or have == size:
            self._tell(Hashing(have, size))

    def _due(self) -> bool:
        """Whether it is time for the next report; a pipe is not for every piece."""
        now = time.monotonic()
        if now - self._told_at < REPORT_EVERY:
            return False
        self._told_at = now
        return True


class _NoBar(AbstractContextManager["_NoBar"]):
    """In place of the library's progress bar: the part itself tells what arrives."""

    def __init__(self, **_options: object) -> None:
        """Whatever a bar is made with."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing was opened."""

    def update(self, _count: int) -> None:
        """Nothing is drawn."""


def _hash_of(found: HfFileMetadata) -> str:
    """The hub marks large files with the sha256 of their bytes; other marks are no such hash."""
    mark = (found.etag or "").lower()
    return mark if _SHA256.fullmatch(mark) else ""
