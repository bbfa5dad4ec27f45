"""Export and publish, killed at random moments: ever half a model, or an entry without its file?

    xinyu-convert bench kills [--kills 50]

Each round starts the real commands in a process group of their own and kills it at a moment drawn
from the whole length of an undisturbed run. Rounds that were done before their kill do not count.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from converter.benchmarks.checkpoints import save_tiny, small_config
from converter.benchmarks.figures import Figure, parser, report
from converter.errors import ConverterError

_RUN = (
    "import sys\n"
    "from converter.cli import main\n"
    "model, out, catalogue = sys.argv[1:]\n"
    "words = ['--model', model, '--out', out, '--quant', 'Q8_0,Q6_K', '--licence', 'MIT']\n"
    "sys.exit(main(['export', *words]) or main(['publish', out, '--catalogue', catalogue]))\n"
)
_MOST = 10


def main(argv: Sequence[str]) -> int:
    """Kill until enough kills fell into a run; print what was found."""
    options = parser("kill export and publish at random moments")
    options.add_argument("--kills", type=int, default=50)
    given = options.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=given.work, prefix="xinyu-kills-") as folder:
        figures = _measure(Path(folder), given.kills)
    return report(figures, given.json)


def _measure(root: Path, wanted: int) -> list[Figure]:
    model = save_tiny(root / "model", *small_config("qwen3", tied=True))
    whole = _undisturbed(model, root / "whole")
    good = _hashes(root / "whole")
    chance, counts = random.Random(5), {"half": 0, "orphans": 0, "kills": 0, "published": 0}
    for number in range(wanted * _MOST):
        if counts["kills"] >= wanted:
            break
        place = root / f"round{number}"
        killed = _killed(model, place, chance.random() * whole)
        counts["kills"] += killed
        counts["half"] += sum(digest not in good for digest in _hashes(place))
        entries, orphans = _entries(place)
        counts["published"] += killed and entries > 0
        counts["orphans"] += orphans
    return [
        Figure("an undisturbed export and publishing", whole, "s"),
        Figure("kills that fell into a run", counts["kills"], "", None, wanted),
        Figure("of these after a first entry was written", counts["published"]),
        Figure("loadable files that are not whole", counts["half"], "", 0),
        Figure("catalogue entries without their file", counts["orphans"], "", 0),
    ]


def _command(model: Path, place: Path) -> list[str]:
    place.mkdir()
    words = [str(model), str(place / "out"), str(place / "app" / "catalogue.json")]
    return [sys.executable, "-c", _RUN, *words]


def _undisturbed(model: Path, place: Path) -> float:
    begun = time.monotonic()
    (place.parent / place.name).parent.mkdir(exist_ok=True)
    done = subprocess.run(_command(model, place), capture_output=True, text=True)
    if done.returncode != 0:
        raise ConverterError(f"The undisturbed run failed: {done.stderr.strip()[-300:]}")
    return time.monotonic() - begun


def _killed(model: Path, place: Path, wait: float) -> bool:
    process = subprocess.Popen(
        _command(model, place), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def _hashes(place: Path) -> set[str]:
    """Of every file that has the name of a model or can be opened as one under it."""
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in place.rglob("*.gguf")}


def _entries(place: Path) -> tuple[int, int]:
    """Catalogue entries, and how many of them have no file with their bytes."""
    catalogue = place / "app" / "catalogue.json"
    if not catalogue.exists():
        return 0, 0
    entries = json.loads(catalogue.read_text("utf-8"))["entries"]
    models, orphans = catalogue.parent / "models", 0
    for entry in entries:
        file = models / entry["file"]
        held = file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest()
        orphans += held != entry["sha256"]
    return len(entries), orphans
