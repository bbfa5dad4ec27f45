"""Tells whose export a file is and reads it piece by piece, so that a large one fits into memory.

Ours (see desktop/store/export.py), ChatGPT's and LibreChat's. A file that is none of these, is cut
off or damaged raises UsageError, and then nothing was changed.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.errors import StoreError, UsageError
from desktop.exchange import chatgpt, librechat
from desktop.exchange.depth import WatchedFile
from desktop.exchange.foreign import PassedOver
from desktop.store.database import Store
from desktop.store.export import FORMAT, VERSION
from desktop.store.import_rows import import_rows
from desktop.store.import_talk import ForeignTalk, import_talks
from desktop.store.tables import Rules

OURS = "xinyu"
_CHATGPT_FILE = "conversations.json"


@dataclass(frozen=True)
class ImportReport:
    """What came of an import.

    Attributes:
        source: "xinyu", "chatgpt" or "librechat".
        conversations, messages: that were added.
        present: conversations that were there already.
        unknown: parts that were not taken, by name and number.
    """

    source: str
    conversations: int
    messages: int
    present: int
    unknown: Counter[str] = field(default_factory=Counter)


def import_file(store: Store, rules: Rules, path: Path) -> ImportReport:
    """Take what is in the file; whole, or not at all.

    Raises:
        UsageError: import_missing, import_unknown, import_damaged, import_newer.
        StoreError: what the disk has to say about our own file.
    """
    with _damage_told(path):
        source = _source(path)
        if source == OURS:
            return _import_ours(store, rules, path)
        passed = PassedOver()
        taken = import_talks(store, _talks(path, source, passed), source)
    return ImportReport(source, taken.conversations, taken.messages, taken.present, passed.parts)


def _import_ours(store: Store, rules: Rules, path: Path) -> ImportReport:
    done = import_rows(store, rules, _own_rows(path))
    return ImportReport(
        OURS,
        done.added["conversations"],
        done.added["messages"],
        done.present["conversations"],
        done.unknown,
    )


def _own_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    import ijson

    with _opened(path) as file:
        for item in ijson.items(file, "rows.item", use_float=True):
            ((table, row),) = item.items()
            yield table, dict(row)


def _talks(path: Path, source: str, passed: PassedOver) -> Iterator[ForeignTalk]:
    import ijson

    with _opened(path) as file:
        if source == librechat.NAME:
            for conversation in ijson.items(file, "", use_float=True):
                yield librechat.talk(conversation, passed)
            return
        for conversation in ijson.items(file, "item", use_float=True):
            if isinstance(conversation, dict) and "mapping" in conversation:
                yield chatgpt.talk(conversation, passed)
            else:
                passed.count("entry that is no conversation")


def _source(path: Path) -> str:
    """Whose file it is, from its first keys."""
    import ijson

    head: dict[str, Any] = {}
    reached = ""
    with _opened(path) as file:
        for prefix, event, value in ijson.parse(file, use_float=True):
            if prefix == "" and event == "start_array":
                return chatgpt.NAME
            if event == "map_key" and value in ("rows", "messages"):
                reached = value
                break
            if "." not in prefix and event in ("string", "number"):
                head[prefix] = value
    if head.get("format") == FORMAT and reached == "rows":
        if head.get("version", 0) > VERSION:
            raise UsageError("import_newer", file=path.name)
        return OURS
    if "conversationId" in head and reached == "messages":
        return librechat.NAME
    raise UsageError("import_unknown", file=path.name)


@contextmanager
def _opened(path: Path) -> Iterator[WatchedFile]:
    """The file, or the conversations inside ChatGPT's archive."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive, archive.open(_CHATGPT_FILE) as inner:
            yield WatchedFile(inner)
    else:
        with path.open("rb") as file:
            yield WatchedFile(file)


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    """What a file may do to its reader, as one sentence for the person."""
    from ijson.common import JSONError

    try:
        yield
    except StoreError:
        raise
    except UsageError as error:
        raise UsageError(error.code, file=path.name) from error
    except (JSONError, zipfile.BadZipFile, KeyError, RecursionError, UnicodeError) as error:
        raise UsageError("import_damaged", file=path.name) from error
    except OSError as error:
        raise UsageError("import_missing", file=str(path)) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError("import_damaged", file=path.name) from error
