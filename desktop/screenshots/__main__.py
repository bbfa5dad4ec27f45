"""`python -m desktop.screenshots`: takes all pictures, or one."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from desktop.app import make_application
from desktop.screenshots.scene import take
from desktop.screenshots.scenes import scenes


def main(arguments: Sequence[str] | None = None) -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m desktop.screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--only", default="", help="a picture's name")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    application = make_application()
    for name, scene in scenes().items():
        if options.only in ("", name):
            take(application, scene, options.out / f"{name}.png")
            print(f"{name}.png")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("QT_SCALE_FACTOR", "1")
    raise SystemExit(main(sys.argv[1:]))
