"""The command `xinyu`: reads arguments, composes what a verb needs, turns errors into sentences.

Exit codes: 0 done, 1 the world failed (a sentence on stderr says how), 2 wrong usage. Heavy
imports stand inside the verb that needs them, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from desktop import models_arguments, profile_command
from desktop.chat import accept_command
from desktop.errors import UsageError, XinyuError
from desktop.paths import Paths, find_paths
from desktop.safety import guard_command, screen_command
from desktop.system import use_one_thread_for_sums
from desktop.wording import Wording, load_wording, system_language

if TYPE_CHECKING:
    from desktop.chat.answering import Server
    from desktop.engine.base import Engine
    from desktop.vault.key import Key

BENCHMARKS = (
    "engine",
    "gpu",
    "store",
    "window",
    "faults",
    "card",
    "guard",
    "memory",
    "privacy",
    "server",
    "download",
    "offline-start",
    "plan",
    "squeeze",
    "hostile-gguf",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; return the exit status."""
    use_one_thread_for_sums(os.environ)
    options = build_parser().parse_args(arguments)
    paths = find_paths(os.environ)
    wording = load_wording(paths.assets, options.language or system_language(os.environ))
    _write_utf8()
    try:
        verb: Callable[[argparse.Namespace, Paths, Wording], int] = options.verb
        return verb(options, paths, wording)
    except XinyuError as error:
        print(wording.error(error), file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    """All verbs and options of `xinyu`."""
    parser = argparse.ArgumentParser(
        prog="xinyu",
        description="Xinyu 心屿: talk, offline, with a listening companion on this computer. "
        "Without a verb the window opens.",
    )
    parser.add_argument("--language", choices=("zh", "en"), help="language of the sentences")
    parser.add_argument("--model", default="", metavar="FILE", help="a GGUF file to talk with")
    parser.set_defaults(verb=_window)
    verbs = parser.add_subparsers(metavar="VERB")
    _add_chat(verbs)
    _add_self_test(verbs)
    _add_doctor(verbs)
    _add_screen(verbs)
    _add_profile(verbs)
    _add_guard(verbs)
    _add_models(verbs)
    _add_accept(verbs)
    _add_bench(verbs)
    return parser


def _add_chat(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    chat = verbs.add_parser("chat", help="talk in the terminal")
    chat.add_argument("--once", metavar="TEXT", help="print one reply and end; keeps nothing")
    chat.add_argument("--json", action="store_true", help="with --once: one JSON object")
    chat.add_argument(
        "--model", default=argparse.SUPPRESS, metavar="FILE", help="a GGUF file to talk with"
    )
    profile_command.add_profile_options(chat)
    chat.add_argument("--seed", type=int, help="with --once: the same reply every time")
    chat.set_defaults(verb=_chat)


def _add_self_test(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    test = verbs.add_parser("self-test", help="check model, store, fonts and templates")
    test.add_argument("--json", action="store_true", help="one JSON object")
    test.add_argument(
        "--model", default=argparse.SUPPRESS, metavar="FILE", help="a GGUF file to check"
    )
    test.set_defaults(verb=_self_test)


def _add_doctor(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    doctor = verbs.add_parser("doctor", help="what this computer offers, and what would be quicker")
    doctor.add_argument("--json", action="store_true", help="one JSON object")
    doctor.add_argument("--library", metavar="DIR", help="check a build of llama.cpp in a folder")
    doctor.set_defaults(verb=_doctor)


def _add_screen(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    screen = verbs.add_parser("screen", help="say what the safety screen notices in texts")
    screen_command.add_arguments(screen)
    screen.set_defaults(verb=lambda options, _paths, _wording: screen_command.run(options))


def _add_profile(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    profile = verbs.add_parser("profile", help="people on this computer: make, protect, back up …")
    profile_command.add_arguments(profile)
    profile.set_defaults(verb=profile_command.run)


def _add_guard(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    guard = verbs.add_parser("guard", help="say what the guard would cut of a reply")
    guard_command.add_arguments(guard)
    guard.set_defaults(
        verb=lambda options, paths, _wording: guard_command.run(options, paths.assets)
    )


def _add_accept(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    accept = verbs.add_parser("accept", help="try whether a model may be talked with here")
    accept_command.add_arguments(accept)
    accept.set_defaults(
        verb=lambda options, paths, wording: accept_command.run(
            options, paths, wording, make_engine
        )
    )


def _add_models(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    models = verbs.add_parser("models", help="what is here, what fits; fetch, check, add, remove")
    models_arguments.add_arguments(models)
    models.set_defaults(verb=_models)


def _add_bench(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bench = verbs.add_parser(
        "bench", help="measure the engine, the store, the window or the memory"
    )
    bench.add_argument("what", choices=BENCHMARKS)
    bench.add_argument("rest", nargs=argparse.REMAINDER, help="options of the benchmark; --json")
    bench.set_defaults(verb=_bench)


def _window(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    from desktop.system import has_display, require_window_libraries

    if not has_display(os.environ):
        print(wording.sentence("no_display"))
        return _talk(*_profile(paths, "", wording), wording, options)
    require_window_libraries(paths.assets, os.environ)
    try:
        from desktop.app import run_window
    except ImportError as error:
        if "PySide6" in str(error) or "shiboken" in str(error):
            raise XinyuError("window_package_missing") from error
        raise
    server = _server(options, paths)
    return run_window(paths, os.environ, make_engine, options.model, options.language, server)


def _chat(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    if options.once is None:
        if options.json:
            raise UsageError("json_needs_once")
        lines = profile_command.Lines(options, wording)
        return _talk(*_profile(paths, options.profile, wording, lines), wording, options)
    return _once(options, paths, wording)


def _profile(
    paths: Paths, wanted: str, wording: Wording, lines: profile_command.Lines | None = None
) -> tuple[Paths, Key | None]:
    """The profile to talk in, unlocked; one must be named where there are several."""
    from desktop.profiles.access import Access
    from desktop.profiles.profile import find_profile, label, list_profiles

    known = list_profiles(paths)
    if not wanted and len(known) > 1:
        raise UsageError("profile_which", names=", ".join(map(label, known)))
    own = find_profile(paths, wanted).paths if wanted else known[0].paths
    access = Access(own)
    if not access.protected:
        return own, None
    ask = lines or profile_command.Lines(argparse.Namespace(), wording)
    return own, access.unlock(ask.ask("ask_passphrase"))


def _talk(paths: Paths, key: Key | None, wording: Wording, options: argparse.Namespace) -> int:
    from desktop.chat.session import open_session
    from desktop.logs import start_log
    from desktop.safety.helplines import load_helplines
    from desktop.terminal import Terminal

    start_log(paths.logs)
    server = _server(options, paths)
    make = _engine_maker(server, paths)
    session = open_session(paths, make, options.model, key, server=server)
    if key is not None:
        key.clear()
    try:
        region = session.opened.settings.region
        helplines = load_helplines(paths.assets)
        read_line = _line_reader(server)
        terminal = Terminal(session, wording, helplines, region, read_line, sys.stdout)
        return 0 if terminal.run() else 1
    finally:
        session.close()


def _once(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    from desktop.chat.answering import PROMPT_HERE
    from desktop.chat.choosing import who_answers
    from desktop.chat.floors import load_guard_or_floor, load_screen_or_floor
    from desktop.chat.prompt import load_prompt, text_language
    from desktop.chat.session import model_for
    from desktop.safety.guard_scene import Scene, listed_numbers
    from desktop.safety.helplines import load_helplines
    from desktop.settings import Settings
    from desktop.terminal import answer_once, print_once, with_seed

    server = _server(options, paths)
    if server is not None:
        goes = server.words_go
        print(wording.sentence(goes.sentence(), goes.details(wording.language)), file=sys.stderr)
    chosen = who_answers(server, paths, options.model, named=True)
    if chosen.notice:
        print(wording.sentence(chosen.notice), file=sys.stderr)
    model = model_for(chosen.entry, Settings())
    name = server.prompt if server else PROMPT_HERE
    prompt = load_prompt(paths.assets, name=name).for_text(options.once)
    screening = load_screen_or_floor(paths.assets).one(options.once)
    scene = Scene(
        level=screening.level,
        kinds=frozenset(screening.kinds),
        language=text_language(options.once) or "zh",
        numbers=listed_numbers(load_helplines(paths.assets).for_region(Settings().region)),
        own=[options.once],
    )
    guarded = load_guard_or_floor(paths.assets).begin(scene)
    engine = _engine_maker(server, paths)()
    try:
        sampling = with_seed(model.sampling, options.seed)
        reply = answer_once(engine, model.request, prompt, sampling, guarded)
        print_once(reply, options.json, sys.stdout)
    finally:
        engine.close()
    return 0


def _models(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    from desktop import models_command

    return models_command.run(options, paths, wording)


def _self_test(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    from desktop.self_test import check_all, print_report

    server = _server(options, paths)
    make = _engine_maker(server, paths)
    report = check_all(paths, make, options.model, _font_families, server)
    print_report(report, wording, options.json, sys.stdout)
    return 0 if report.passed else 1


def _doctor(options: argparse.Namespace, paths: Paths, wording: Wording) -> int:
    from pathlib import Path

    from desktop.catalogue.entries import choose_entry
    from desktop.doctor import Patient, diagnose, print_diagnosis
    from desktop.engine.client import ProcessEngine
    from desktop.graphics import find_graphics, this_system

    library = Path(options.library).expanduser().absolute() if options.library else None
    graphics, model = find_graphics(this_system()), choose_entry(paths.assets, options.model).path
    diagnosis = diagnose(Patient(paths, ProcessEngine(), graphics, _font_families, library, model))
    print_diagnosis(diagnosis, wording, options.json, sys.stdout)
    return 0 if diagnosis.healthy else 1


def _bench(options: argparse.Namespace, _paths: Paths, _wording: Wording) -> int:
    from importlib import import_module

    module = import_module(f"desktop.benchmarks.{options.what.replace('-', '_')}")
    status: int = module.main(options.rest)
    return status


def make_engine() -> Engine:
    """The real engine: a child process that loads llama.cpp, with what is remembered of plans."""
    from desktop.engine.client import ProcessEngine
    from desktop.engine.plans import FILE_NAME

    return ProcessEngine(plans=find_paths(os.environ).home / FILE_NAME, tune=True)


def _server(options: argparse.Namespace, paths: Paths) -> Server | None:
    """The server that is set for this computer; a file named by hand is talked with instead."""
    from desktop.chat.answering import find_server

    return None if options.model else find_server(paths, os.environ)


def _engine_maker(server: Server | None, paths: Paths) -> Callable[[], Engine]:
    from desktop.chat.answering import engine_maker

    return engine_maker(server, paths.assets, make_engine)


def _font_families() -> dict[str, str]:
    """Font families the window would use, by purpose; needs Qt but no display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from desktop.ui.fonts import chosen_families

    return chosen_families()


def _line_reader(server: Server | None) -> Callable[[], str]:
    """Reads a line; where words go to a server, every prompt names it."""
    host = server.words_go.host if server else ""
    prompt = f"{host} › " if host else "› "
    return lambda: input(prompt)


def _write_utf8() -> None:
    """Emoji and Chinese come through whatever the console's code page says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


if __name__ == "__main__":
    raise SystemExit(main())
