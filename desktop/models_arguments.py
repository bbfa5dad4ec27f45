"""The words of `xinyu models`; read with every start of the program, so it loads nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop.models.endpoints import Endpoint


def add_arguments(models: argparse.ArgumentParser) -> None:
    """The deeds and their options."""
    deeds = models.add_subparsers(metavar="DEED", required=True)
    for name, text in (
        ("list", "what is here, what can be had, and how it fits this computer"),
        ("recommend", "the one model that suits this computer best"),
    ):
        parser = deeds.add_parser(name, help=text)
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.set_defaults(deed=name)
    _add_get(deeds)
    verify = deeds.add_parser("verify", help="read whole files and compare them with their hash")
    verify.add_argument("models", nargs="*", metavar="MODEL", help="all of them by default")
    verify.add_argument("--json", action="store_true", help="one JSON object")
    verify.set_defaults(deed="verify")
    remove = deeds.add_parser("remove", help="delete a model; one used in place is forgotten")
    remove.add_argument("wanted", metavar="MODEL")
    remove.set_defaults(deed="remove")
    add = deeds.add_parser("add", help="take in a GGUF file from a disk or a stick")
    add.add_argument("file", metavar="FILE", type=Path)
    add.add_argument("--in-place", action="store_true", help="use it where it lies, do not copy")
    add.add_argument("--yes", action="store_true", help="do not ask about its chat template")
    add.set_defaults(deed="add")
    folder = deeds.add_parser("folder", help="where new models go, for everybody here")
    folder.add_argument("folder", nargs="?", metavar="DIR", type=Path)
    folder.add_argument("--usual", action="store_true", help="back to the usual folder")
    folder.set_defaults(deed="folder")


def _add_get(deeds: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    get = deeds.add_parser("get", help="fetch a model; asks before anything is fetched")
    get.add_argument("wanted", metavar="ID")
    get.add_argument("--quant", default="", metavar="Q", help="which file, e.g. Q8_0")
    get.add_argument(
        "--endpoint", metavar="URL", help="official, mirror, or an address; remembered"
    )
    get.add_argument("--token-file", type=Path, metavar="FILE", help="a file that holds a token")
    get.add_argument("--token-host", default=Endpoint().host, metavar="HOST", help="who may see it")
    get.add_argument("--yes", action="store_true", help="do not ask")
    get.set_defaults(deed="get")
