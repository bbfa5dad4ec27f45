"""A model of a real shape with random weights: merged and written, beside llama.cpp's own tools.

    xinyu-convert bench shapes --shape 4b --llama-cpp DIR --quantize FILE   # side by side
    xinyu-convert bench shapes --shape 14b                                  # memory of ours alone

Both sides run one after the other, as often as --rounds says, each in a process of its own. Ours
merges an adapter besides; the other side cannot.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from converter.benchmarks.checkpoints import SHAPES, save_adapter, save_shape
from converter.benchmarks.figures import Figure, parser, report
from converter.benchmarks.upstream import Job, convert_command, find_llama_cpp
from converter.benchmarks.watched import Cost, watch
from converter.errors import InputError

_OURS = (
    "import sys\n"
    "from pathlib import Path\n"
    "from converter.direct import write_file\n"
    "from converter.hf_folder import ModelFolder\n"
    "from converter.prepare import prepare\n"
    "model, adapter, out, *kinds = sys.argv[1:]\n"
    "prepared = prepare(ModelFolder(Path(model)), adapter=Path(adapter) if adapter else None)\n"
    "for kind in kinds:\n"
    "    write_file(Path(out) / f'ours-{kind}.gguf', prepared, kind, lambda *_: None)\n"
)
_MEMORY_SHARE, _TIME_SHARE, _MOST = 0.35, 1.0, 5.0


def main(argv: Sequence[str]) -> int:
    """Make the model, run both sides, print the figures."""
    options = parser("merge and quantise a model of a real shape")
    options.add_argument("--shape", choices=sorted(SHAPES), default="4b")
    options.add_argument("--llama-cpp", type=Path, metavar="DIR", help="llama.cpp's source")
    options.add_argument("--quantize", type=Path, metavar="FILE", help="its llama-quantize")
    options.add_argument("--layers", type=int, help="fewer layers than the shape has")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--kinds", default="F16,Q4_K_M", help="what ours writes")
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-shape-") as folder:
        work = Path(folder)
        model = save_shape(work / "model", given.shape, given.layers)
        adapter = save_adapter(work / "adapter", model)
        kinds = tuple(given.kinds.split(","))
        if given.quantize is None:
            figures = _alone(model, adapter, work, kinds)
        else:
            llama_cpp = find_llama_cpp(given.llama_cpp, work / "source")
            figures = _beside(model, adapter, work, (llama_cpp, given.quantize), given.rounds)
    return report(figures, given.json)


def _alone(model: Path, adapter: Path, work: Path, kinds: Sequence[str]) -> list[Figure]:
    cost = _ours(model, adapter, work, kinds)
    return [
        Figure("ours: time", cost.seconds, "s"),
        Figure("ours: processor time", cost.processor, "s"),
        Figure("ours: own memory at most", cost.own / 1e9, "GB"),
        Figure("ours: resident at most, mapped files too", cost.resident / 1e9, "GB", _MOST),
    ]


def _beside(
    model: Path, adapter: Path, work: Path, tools: tuple[Path, Path], rounds: int
) -> list[Figure]:
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(_theirs(model, work, tools))
        ours.append(_ours(model, adapter, work, ("F16", "Q4_K_M")))
    figures = []
    for side, costs in (("llama.cpp", theirs), ("ours", ours)):
        figures += [
            Figure(f"{side}: time (median)", median(c.seconds for c in costs), "s"),
            Figure(f"{side}: processor time (median)", median(c.processor for c in costs), "s"),
            Figure(f"{side}: own memory at most", max(c.own for c in costs) / 1e9, "GB"),
            Figure(f"{side}: resident at most", max(c.resident for c in costs) / 1e9, "GB"),
        ]
    times = [a.seconds / b.seconds for a, b in zip(ours, theirs, strict=True)]
    spent = [a.processor / b.processor for a, b in zip(ours, theirs, strict=True)]
    own = max(c.own for c in ours) / max(c.own for c in theirs)
    resident = max(c.resident for c in ours) / max(c.resident for c in theirs)
    return [
        *figures,
        Figure("time, ours / llama.cpp", median(times), "x", _TIME_SHARE),
        Figure("processor time, ours / llama.cpp", median(spent), "x"),
        Figure("own memory, ours / llama.cpp", own, "x", _MEMORY_SHARE),
        Figure("resident memory, ours / llama.cpp", resident, "x", _MEMORY_SHARE),
    ]


def _ours(model: Path, adapter: Path, work: Path, kinds: Sequence[str]) -> Cost:
    out = _fresh(work / "ours")
    cost = watch([sys.executable, "-c", _OURS, str(model), str(adapter), str(out), *kinds])
    shutil.rmtree(out)
    return cost


def _theirs(model: Path, work: Path, tools: tuple[Path, Path]) -> Cost:
    llama_cpp, quantize = tools
    if not quantize.is_file():
        raise InputError(
            f"There is no {quantize}.", "Build llama-quantize from llama.cpp's source."
        )
    out = _fresh(work / "theirs")
    job = Job(model, out / "f16.gguf", "F16", "qwen2")
    first = watch(convert_command(llama_cpp, [job]))
    second = watch([str(quantize), str(job.out), str(out / "q4.gguf"), "Q4_K_M"])
    shutil.rmtree(out)
    return first.then(second)


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder
