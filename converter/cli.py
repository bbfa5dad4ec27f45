"""`xinyu-convert`: turns the command line into one call and its outcome into an exit code.

0 done, 1 the world failed or a proof was missed, 2 what was given cannot be used. Every failure is
one sentence on stderr. Heavy libraries are imported inside the verbs, so that --help is instant.
"""

from __future__ import annotations

import argparse
import errno
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from converter.bar import Bar
from converter.errors import ConverterError, InputError
from converter.lines import (
    adapter_report,
    estimate_report,
    export_report,
    publish_report,
    serve_report,
    verify_report,
)

BENCHMARKS = ("parity", "quality", "adapters", "corruptions", "kills", "shapes")
_GIVEN_WRONG = {errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; usage errors leave through argparse with 2."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.verb(arguments) or 0)
    except ConverterError as error:
        return _fail(str(error), error.exit_code)
    except OSError as error:
        return _fail(_plain(error), 2 if error.errno in _GIVEN_WRONG else 1)
    except KeyboardInterrupt:
        return _fail("Stopped. Nothing was left behind.", 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xinyu-convert", description="Turn a Hugging Face model folder into a proven GGUF."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_export(verbs)
    _add_adapter(verbs)
    _add_verify(verbs)
    _add_inspect(verbs)
    _add_publish(verbs)
    _add_serve_config(verbs)
    _add_bench(verbs)
    return parser


def _add_export(verbs: Any) -> None:
    verb = verbs.add_parser("export", help="write, quantise and prove GGUF files")
    verb.add_argument("--model", type=Path, required=True, metavar="DIR", help="model folder")
    verb.add_argument("--adapter", type=Path, metavar="DIR", help="PEFT adapter to merge into it")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder")
    verb.add_argument("--quant", default="Q5_K_M", metavar="LIST", help="e.g. Q5_K_M,Q6_K,F16")
    verb.add_argument(
        "--from", dest="base", default="F16", choices=("F16", "BF16", "F32"),
        help="float type that is proven and measured against (default F16)",
    )  # fmt: skip
    verb.add_argument("--name", help="the model's name (default: manifest, else folder)")
    verb.add_argument("--licence", help="licence id (default: from the folder's manifest)")
    verb.add_argument("--texts", type=Path, metavar="FILE", help="held-out dialogues, JSON lines")
    verb.add_argument(
        "--imatrix", type=Path, metavar="FILE",
        help="dialogues (JSON lines) to weigh columns by; used where it lowers the divergence",
    )  # fmt: skip
    verb.add_argument(
        "--override", action="append", default=[], metavar="REGEX=TYPE",
        help="store tensors of such names as TYPE, e.g. ffn_down=Q8_0; may be repeated",
    )  # fmt: skip
    verb.add_argument(
        "--skip-logits", action="store_true",
        help="do not load the Hugging Face model (no memory for it); the manifest says so",
    )  # fmt: skip
    verb.add_argument(
        "--dry-run", action="store_true", help="say sizes, memory and time, write nothing"
    )
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")
    verb.set_defaults(verb=_export)


def _add_adapter(verbs: Any) -> None:
    verb = verbs.add_parser("adapter", help="write and prove an adapter alone as a GGUF LoRA")
    verb.add_argument("--adapter", type=Path, required=True, metavar="DIR", help="PEFT folder")
    verb.add_argument("--base", type=Path, required=True, metavar="DIR", help="its base's folder")
    verb.add_argument("--out", type=Path, required=True, metavar="FILE", help="new GGUF file")
    verb.add_argument("--type", default="F16", choices=("F16", "F32"), help="default F16")
    verb.add_argument("--skip-logits", action="store_true", help="do not prove the predictions")
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")
    verb.set_defaults(verb=_adapter)


def _add_verify(verbs: Any) -> None:
    verb = verbs.add_parser("verify", help="prove that a GGUF is equal to a model folder")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--against", type=Path, required=True, metavar="DIR", help="model folder")
    verb.add_argument("--adapter", type=Path, metavar="DIR", help="adapter merged into the folder")
    verb.add_argument("--texts", type=Path, metavar="FILE", help="held-out dialogues, JSON lines")
    verb.add_argument("--report", type=Path, metavar="FILE", help="also write an HTML page")
    verb.add_argument("--json", action="store_true", help="print the figures as JSON")
    verb.set_defaults(verb=_verify)


def _add_inspect(verbs: Any) -> None:
    verb = verbs.add_parser("inspect", help="say what a GGUF is and what is wrong with it")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--json", action="store_true", help="print as JSON")
    verb.set_defaults(verb=_inspect)


def _add_publish(verbs: Any) -> None:
    verb = verbs.add_parser("publish", help="put a proven export into the app's catalogue")
    verb.add_argument("folder", type=Path, metavar="DIR", help="finished export")
    verb.add_argument("--catalogue", type=Path, required=True, metavar="FILE", help="JSON")
    verb.add_argument("--quant", default="", metavar="NAME", help="this one only")
    verb.add_argument("--json", action="store_true", help="print the entries as JSON")
    verb.set_defaults(verb=_publish)


def _add_serve_config(verbs: Any) -> None:
    verb = verbs.add_parser(
        "serve-config", help="write start command and configuration of a server (docs/server.md)"
    )
    verb.add_argument("--engine", required=True, choices=("llama-server", "vllm", "librechat"))
    verb.add_argument("--model", type=Path, required=True, metavar="DIR|FILE", help="what to serve")
    verb.add_argument("--out", type=Path, required=True, metavar="DIR", help="new folder")
    verb.add_argument("--name", default="", help="what clients ask for (default: the file's name)")
    verb.add_argument("--address", default="", metavar="URL", help="https address for clients")
    verb.add_argument("--operator", default="", help="who runs it, as people are told")
    verb.add_argument("--context", type=int, default=0, metavar="N", help="tokens of a talk")
    verb.add_argument("--people", type=int, default=0, metavar="N", help="talks at the same time")
    verb.add_argument("--host", default="127.0.0.1", help="where the server listens")
    verb.add_argument("--port", type=int, default=0)
    verb.add_argument("--language", choices=("zh", "en"), default="zh", help="of LibreChat's words")
    verb.add_argument("--region", default="CN", help="whose help numbers LibreChat shows")
    verb.add_argument(
        "--memory-model", default="", metavar="NAME",
        help="a model on that server that calls tools, to write LibreChat's memory",
    )  # fmt: skip
    verb.add_argument("--json", action="store_true", help="print what was written as JSON")
    verb.set_defaults(verb=_serve_config)


def _add_bench(verbs: Any) -> None:
    verb = verbs.add_parser("bench", help="measure the converter itself (docs/benchmarks.md)")
    verb.add_argument("what", choices=BENCHMARKS)
    verb.add_argument("rest", nargs=argparse.REMAINDER, help="options of the benchmark; --json")
    verb.set_defaults(verb=_bench)


def _export(arguments: argparse.Namespace) -> None:
    from converter.quantise import parse_overrides, parse_types

    types = tuple(parse_types(arguments.quant))
    from converter.estimate import estimate
    from converter.export import Order, export

    order = Order(
        model=arguments.model,
        out=arguments.out,
        types=types,
        adapter=arguments.adapter,
        base=arguments.base,
        name=arguments.name,
        licence=arguments.licence,
        texts=arguments.texts,
        compare_logits=not arguments.skip_logits,
        imatrix=arguments.imatrix,
        overrides=parse_overrides(arguments.override),
    )
    if arguments.dry_run:
        found = estimate(order)
        print(_json(asdict(found)) if arguments.json else estimate_report(found))
        return
    stages = estimate(order).stages if sys.stderr.isatty() else ()
    with Bar(stages) as bar:
        figures = export(order, bar.show)
    print(_json(figures) if arguments.json else export_report(arguments.out, figures))


def _adapter(arguments: argparse.Namespace) -> None:
    from converter.adapter_file import AdapterOrder, export_adapter

    order = AdapterOrder(
        arguments.adapter, arguments.base, arguments.out, arguments.type, not arguments.skip_logits
    )
    with Bar() as bar:
        figures = export_adapter(order, bar.show)
    print(_json(figures) if arguments.json else adapter_report(order.out, figures))


def _verify(arguments: argparse.Namespace) -> None:
    from converter.fingerprint import SOURCE
    from converter.four_bit import as_in_file
    from converter.gguf_file import read_gguf
    from converter.hf_folder import ModelFolder
    from converter.prepare import prepare
    from converter.verify import verify_file

    if not arguments.file.is_file():
        raise InputError(f"There is no file {arguments.file}.", "Give the path of a GGUF file.")
    prepared = prepare(ModelFolder(arguments.against), adapter=arguments.adapter)
    if prepared.four_bit:
        carried = str(read_gguf(arguments.file).values.get(SOURCE))
        prepared = as_in_file(prepared, carried)
    found = verify_file(arguments.file, prepared, arguments.texts)
    if arguments.report:
        from converter.report_page import check_page
        from converter.whole import whole_file

        with whole_file(arguments.report) as draft:
            draft.write_text(check_page(found, arguments.file.stat().st_size), "utf-8")
    print(_json(found) if arguments.json else verify_report(found))


def _inspect(arguments: argparse.Namespace) -> None:
    from converter.inspect_file import inspect_file, report

    found = inspect_file(arguments.file)
    print(_json(found) if arguments.json else report(found))


def _publish(arguments: argparse.Namespace) -> None:
    from converter.footprint import measure
    from converter.publish import Publication, publish

    order = Publication(arguments.folder, arguments.catalogue, arguments.quant.upper())
    entries = publish(order, measure)
    print(_json({"entries": entries}) if arguments.json else publish_report(entries))


def _serve_config(arguments: argparse.Namespace) -> None:
    from dataclasses import fields

    from converter.serving.serve_config import ServeOrder, serve_config

    order = ServeOrder(**{f.name: getattr(arguments, f.name) for f in fields(ServeOrder)})
    found = serve_config(order)
    print(_json(found) if arguments.json else serve_report(found))


def _bench(arguments: argparse.Namespace) -> int:
    module = import_module(f"converter.benchmarks.{arguments.what}")
    return int(module.main(arguments.rest))


def _json(table: dict[str, Any]) -> str:
    return json.dumps(table, ensure_ascii=False, indent=1, default=str)


def _fail(sentence: str, code: int) -> int:
    print(f"xinyu-convert: {sentence}", file=sys.stderr)
    return code


def _plain(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    return f"The disk refused: {error.strerror or error}{place}. Nothing was left behind."


if __name__ == "__main__":
    raise SystemExit(main())
