"""`xinyu profile …`: everything the window does with profiles, for scripts and terminals.

Passphrases are typed unseen, or come on standard input with --passphrase-stdin, one a line; never
on the command line, where other programs could read them. Knows no Qt.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from desktop.errors import UsageError
from desktop.paths import Paths
from desktop.wording import Wording

if TYPE_CHECKING:
    from desktop.exchange.writing import Writer
    from desktop.profiles.unlocked import Unlocked
    from desktop.store.backup import Backup
    from desktop.vault.key import Key

FORMATS = ("md", "html", "pdf")
_LONGEST_LINE = 4_000_100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of `xinyu profile`."""
    verbs = parser.add_subparsers(metavar="DEED", required=True)
    listing = verbs.add_parser("list", help="who is here")
    listing.add_argument("--json", action="store_true", help="one JSON object")
    listing.set_defaults(deed="list_all")
    create = _deed(verbs, "create", "make a profile; two lines: the passphrase, twice")
    create.add_argument("--colour", default="", help="islet, clay, sky, plum, wheat, stone")
    create.add_argument(
        "--without-passphrase", action="store_true", help="anybody here can read it"
    )
    _deed(verbs, "passphrase", "protect, or change; two lines: twice the new; or the old, the new")
    _deed(verbs, "recover", "two lines: the recovery key, a new passphrase")
    _deed(verbs, "backup", "make a backup now")
    restore = _deed(verbs, "restore", "show the backups, or go back to one")
    restore.add_argument("--from", dest="source", metavar="DAY", help="a day, or a file")
    how = restore.add_mutually_exclusive_group()
    how.add_argument("--merge", action="store_true", help="add what is missing")
    how.add_argument("--replace", action="store_true", help="set aside what is there")
    _add_exchange(verbs)
    erase = verbs.add_parser("erase", help="show what would go; with --yes, erase it")
    erase.add_argument("name", nargs="?", default="", metavar="NAME")
    erase.add_argument("--everything", action="store_true", help="all profiles, models, logs")
    erase.add_argument("--yes", action="store_true", help="really")
    erase.set_defaults(deed="erase")


def _deed(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str
) -> argparse.ArgumentParser:
    """A verb about one profile."""
    parser = verbs.add_parser(name, help=words)
    parser.add_argument("name", metavar="NAME", help="of the profile, or its id")
    parser.add_argument(
        "--passphrase-stdin", action="store_true", help="passphrases come as lines of stdin"
    )
    parser.set_defaults(deed=name)
    return parser


def _add_exchange(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _deed(verbs, "export", "write everything, a conversation, or a summary to a file")
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    export.add_argument("--with-safety-notes", action="store_true", help="with these as well")
    what = export.add_mutually_exclusive_group()
    what.add_argument("--conversation", type=int, metavar="NUMBER", help="only this one")
    what.add_argument("--summary", action="store_true", help="a draft for a therapist")
    export.add_argument("--format", choices=FORMATS, default="md", help="of a conversation")
    taking = _deed(verbs, "import", "add our export, or ChatGPT's or LibreChat's")
    taking.add_argument("file", type=Path, metavar="FILE")
    taking.set_defaults(deed="import_")


def add_profile_options(parser: argparse.ArgumentParser) -> None:
    """--profile and --passphrase-stdin, for verbs that open a profile."""
    parser.add_argument("--profile", default="", metavar="NAME", help="whose conversations")
    parser.add_argument(
        "--passphrase-stdin", action="store_true", help="the first line is the passphrase"
    )


def run(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    """Do one deed."""
    from desktop.profiles.erase import finish_erasing

    finish_erasing(paths)
    command = ProfileCommand(options, paths, wording, Lines(options, wording), sys.stdout)
    deed: Callable[[], None] = getattr(command, options.deed)
    deed()
    return 0


class Lines:
    """Where passphrases come from: the terminal, unseen, or lines of standard input."""

    def __init__(self, options: argparse.Namespace, wording: Wording) -> None:
        self._from_stdin = getattr(options, "passphrase_stdin", False)
        self._wording = wording

    def ask(self, code: str) -> str:
        """One passphrase; `code` is the sentence that asks for it."""
        if self._from_stdin:
            return _line(sys.stdin)
        if not sys.stdin.isatty():
            raise UsageError("passphrase_needs_stdin")
        return getpass.getpass(self._wording.sentence(code) + " ")

    def ask_twice(self) -> str:
        first, second = self.ask("ask_new_passphrase"), self.ask("ask_passphrase_again")
        if first != second:
            raise UsageError("passphrases_differ")
        return first


class ProfileCommand:
    """The deeds, one method each."""

    def __init__(
        self,
        options: argparse.Namespace,
        paths: Paths,
        wording: Wording,
        lines: Lines,
        out: TextIO,
    ) -> None:
        self._options = options
        self._all = paths
        self._wording = wording
        self._lines = lines
        self._out = out

    def list_all(self) -> None:
        from desktop.profiles.access import is_protected
        from desktop.profiles.profile import list_profiles

        rows = [
            {
                "id": profile.id,
                "name": profile.name,
                "colour": profile.card.colour,
                "protected": is_protected(profile.paths),
            }
            for profile in list_profiles(self._all)
        ]
        if self._options.json:
            self._out.write(json.dumps({"profiles": rows}, ensure_ascii=False) + "\n")
            return
        for row in rows:
            state = "profile_protected" if row["protected"] else "profile_open"
            self._out.write(f"{row['id']:<10} {row['name'] or '—'}  ")
            self._say(state)

    def create(self) -> None:
        from desktop.profiles.create import create_profile
        from desktop.profiles.profile import DEFAULT_COLOUR, checked_name, load_colours

        colour = self._options.colour or DEFAULT_COLOUR
        if colour not in load_colours(self._all.assets):
            raise UsageError("colour_unknown", name=colour)
        checked_name(self._all, self._options.name)
        passphrase = None if self._options.without_passphrase else self._lines.ask_twice()
        if passphrase == "":
            raise UsageError("passphrase_empty")
        profile, protected = create_profile(self._all, self._options.name, colour, passphrase)
        self._say("profile_created", name=profile.name)
        if protected is None:
            self._say("profile_unprotected")
        else:
            self._tell_recovery_key(protected.recovery_key)

    def passphrase(self) -> None:
        from desktop.profiles.access import Access
        from desktop.profiles.create import protect

        paths = self._paths()
        access = Access(paths)
        if access.protected:
            with _cleared(access.unlock(self._lines.ask("ask_passphrase"))) as key:
                access.set_passphrase(key, self._lines.ask("ask_new_passphrase"))
            self._say("passphrase_changed")
            return
        protected = protect(paths, self._lines.ask_twice())
        self._say("profile_now_protected")
        self._tell_recovery_key(protected.recovery_key)
        for path in protected.still_readable:
            self._say("still_readable", file=str(path))

    def recover(self) -> None:
        from desktop.profiles.access import Access

        access = Access(self._paths())
        if not access.protected:
            raise UsageError("profile_not_protected")
        typed = self._lines.ask("ask_recovery_key")
        with _cleared(access.unlock_with_recovery_key(typed)) as key:
            access.set_passphrase(key, self._lines.ask("ask_new_passphrase"))
        self._say("passphrase_changed")

    def backup(self) -> None:
        from desktop.profiles import restore

        with self._unlocked() as held:
            made = restore.back_up(held.paths, held.key)
        self._say("backup_made", file=str(made))

    def restore(self) -> None:
        from desktop.profiles import restore

        wanted = self._options
        with self._unlocked() as held:
            if wanted.source is None:
                self._show_backups(restore.inside(held.paths, held.key))
                return
            backup = restore.find(held.paths, wanted.source, held.key)
            self._show_backups([(backup.path, backup)])
            if wanted.merge:
                done = restore.merge(held.paths, backup, held.key)
                self._say("restore_merged", **_counts(done.added))
            elif wanted.replace:
                aside = restore.replace(held.paths, backup, held.key)
                name = aside.name if aside else "—"
                self._say("restore_replaced", day=backup.day.isoformat(), file=name)
            else:
                self._say("restore_choose")

    def export(self) -> None:
        from desktop.exchange import writing

        wanted = self._options
        target = _free(wanted.out)
        with self._unlocked() as held, held.reading() as store:
            writer = writing.Writer(store, held.paths.assets, self._wording)
            if wanted.summary:
                writing.write_text(target, writer.summary())
            elif wanted.conversation is not None:
                self._write_conversation(writer, target)
            else:
                counts = writer.everything(target, safety_notes=wanted.with_safety_notes)
                if not wanted.with_safety_notes:
                    self._say("export_without_safety")
                self._say("export_done", file=str(target), **_counts(counts))
                return
        self._say("export_written", file=str(target))

    def import_(self) -> None:
        from desktop.exchange.reading import import_file
        from desktop.store.tables import load_rules

        with self._unlocked() as held, held.writing() as store:
            report = import_file(store, load_rules(held.paths.assets), self._options.file)
        self._say(
            "import_done",
            conversations=report.conversations,
            messages=report.messages,
            present=report.present,
        )
        for name, number in report.unknown.most_common():
            self._say("import_passed_over", name=name, number=number)

    def erase(self) -> None:
        from desktop.profiles import erase
        from desktop.profiles.profile import find_profile

        everything = self._options.everything
        if everything == bool(self._options.name):
            raise UsageError("erase_what")
        profile = None if everything else find_profile(self._all, self._options.name)
        goes = erase.inventory_of_everything(self._all)
        if profile is not None:
            goes = erase.inventory(profile.paths)
        for path in goes.files:
            self._out.write(f"  {path}\n")
        self._say("erase_list", files=len(goes.files), kilobytes=goes.size >> 10)
        if not self._options.yes:
            self._say("erase_confirm")
        elif profile is None:
            erase.erase_everything(self._all)
            self._say("erase_done")
        else:
            erase.erase_profile(profile)
            self._say("erase_done")

    # Inside

    def _paths(self) -> Paths:
        from desktop.profiles.profile import find_profile

        return find_profile(self._all, self._options.name).paths

    def _unlocked(self) -> AbstractContextManager[Unlocked]:
        from desktop.profiles.unlocked import unlocked

        return unlocked(self._paths(), lambda: self._lines.ask("ask_passphrase"))

    def _write_conversation(self, writer: Writer, target: Path) -> None:
        kind = self._options.format
        if kind == "pdf":
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            from desktop.ui.pdf import write_pdf

            write_pdf(writer.page(self._options.conversation), target)
        else:
            writer.conversation(self._options.conversation, kind, target)

    def _show_backups(self, found: Sequence[tuple[Path, Backup | None]]) -> None:
        if not found:
            self._say("backups_none")
        for path, backup in found:
            if backup is None:
                self._say("backup_line_unreadable", file=path.name)
            else:
                self._say(
                    "backup_line",
                    file=path.name,
                    conversations=backup.conversations,
                    messages=backup.messages,
                )

    def _tell_recovery_key(self, printed: str) -> None:
        self._say("recovery_key_keep")
        self._out.write(f"\n    {printed}\n\n")

    def _say(self, code: str, **details: str | int) -> None:
        self._out.write(self._wording.sentence(code, details) + "\n")


@contextmanager
def _cleared(key: Key) -> Iterator[Key]:
    """The key, overwritten at the end."""
    try:
        yield key
    finally:
        key.clear()


def _line(stream: TextIO) -> str:
    """One line without its end; the end of input is no passphrase."""
    line = stream.readline(_LONGEST_LINE)
    if not line:
        raise UsageError("passphrase_line_missing")
    return line.rstrip("\r\n")


def _free(target: Path) -> Path:
    """A file that is not there yet: nothing is overwritten."""
    if target.exists():
        raise UsageError("export_exists", file=str(target))
    return target


def _counts(added: Mapping[str, int]) -> dict[str, int]:
    return {name: added.get(name, 0) for name in ("conversations", "messages")} | {
        "rows": sum(added.values())
    }
