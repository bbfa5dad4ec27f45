"""The verb `xinyu screen`: one line in, one JSON object out, in the same order; never a crash.

    xinyu screen --json       one UTF-8 text a line, a line break inside is written \\n
    xinyu screen --context    a JSON list of turns a line, the last of the person's is screened
    xinyu screen --explain T  which rule or which runs of characters decided

Knows the contract of tiers.md, section 9, and nothing of how a tier comes about. Heavy imports
stand inside what needs them, so that `xinyu --help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from desktop.paths import find_paths
from desktop.system import use_one_thread_for_sums
from desktop.wording import load_wording, system_language

if TYPE_CHECKING:
    from desktop.safety.judge import Screening
    from desktop.safety.screen import Screen

PERSON = ("user", "client", "human", "person", "seeker")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument("--json", action="store_true", help="screen each line of standard input")
    ways.add_argument("--context", action="store_true", help="a JSON list of turns a line")
    ways.add_argument("--explain", metavar="TEXT", help="say what decided about TEXT")
    # For the trainer, which shares files and commands with the app and no code.
    ways.add_argument("--features", action="store_true", help=argparse.SUPPRESS)
    ways.add_argument("--tokens", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--weights", type=Path, help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Do what was asked; 0 always, for a line that cannot be read is answered too."""
    from desktop.safety.explain import explain
    from desktop.safety.screen import load_screen

    paths = find_paths(os.environ)
    screen = load_screen(paths.assets, options.weights)
    language = getattr(options, "language", None) or system_language(os.environ)
    wording = load_wording(paths.assets, language)
    for notice in screen.notices:
        print(wording.sentence(notice), file=sys.stderr)
    if options.explain is not None:
        print(explain(screen, options.explain).encode("utf-8", "replace").decode("utf-8"))
        return 0
    answer_lines(sys.stdin.buffer, sys.stdout, _answer(options, screen))
    return 0


def answer_lines(
    lines: BinaryIO | Iterable[bytes], out: TextIO, answer: Callable[[str], str]
) -> None:
    """One line out for each line in."""
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        out.write(answer(line) + "\n")
        out.flush()


def _answer(options: argparse.Namespace, screen: Screen) -> Callable[[str], str]:
    if options.features:
        return lambda line: json.dumps(_features(screen, line))
    if options.tokens:
        return lambda line: json.dumps(_tokens(screen, line), ensure_ascii=False)
    if options.context:
        return lambda line: as_json(context_line(screen, line))
    return lambda line: as_json(screen.one(line.replace("\\n", "\n")))


def context_line(screen: Screen, line: str) -> Screening:
    """Screen one line of --context; a line that is no list of turns gives T0 and says so."""
    from desktop.safety.judge import NOTHING, Screening

    if not line.strip():
        return NOTHING
    try:
        turns = persons_turns(json.loads(line))
    except (ValueError, RecursionError):
        return Screening("T0", (), 0.0, ("unreadable_line",))
    return screen.conversation(turns)


def persons_turns(raw: object) -> list[str]:
    """The person's words of a list of turns; ValueError when it is none."""
    if isinstance(raw, str):
        return [raw]
    if not isinstance(raw, list):
        raise ValueError("no list of turns")
    found = []
    for turn in raw:
        if isinstance(turn, str):
            found.append(turn)
        elif isinstance(turn, dict):
            if str(turn.get("role", "user")).lower() in PERSON:
                found.append(str(turn.get("content") or ""))
        else:
            raise ValueError("a turn that is neither text nor object")
    return found


def as_json(screening: Screening) -> str:
    """The object of the contract."""
    return json.dumps(
        {
            "tier": screening.tier,
            "kinds": list(screening.kinds),
            "score": screening.score,
            "reasons": list(screening.reasons),
        }
    )


def _features(screen: Screen, line: str) -> dict[str, object]:
    """Everything that the learned models see of a conversation."""
    from desktop.safety.judge import places
    from desktop.safety.screen import joined
    from desktop.safety.tokens import tokens

    findings = screen.judge.one(joined(persons_turns(json.loads(line)))).findings
    return {"places": [int(place) for place in places(findings)], "tokens": tokens(findings.rest)}


def _tokens(screen: Screen, line: str) -> list[str]:
    """A text as the encoder reads it, before any rule hides a word."""
    from desktop.safety.tokens import tokens

    return tokens(screen.judge.normaliser.one(line.replace("\\n", "\n")).text)


def main() -> int:
    """`python -m desktop.safety.screen_command`, for the trainer."""
    use_one_thread_for_sums(os.environ)
    parser = argparse.ArgumentParser(prog="xinyu screen")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
