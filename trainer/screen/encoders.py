"""Where the tuned encoders lie, and whether they belong to the rows of today.

`tune` writes six of them and the fingerprint of the rows it saw. Training and figures take them
from a folder, so that a GPU elsewhere may have made them; where there is none they are made here.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FINGERPRINT, HELD_OUT, FULL = "rows.sha256", "held_out.npz", "full.npz"
BASE = Path(__file__).with_name("base.npz")


def ensure(folder: Path, rows: Path, seed: int) -> bool:
    """Tune the encoders on these rows unless the folder has them; False where there is no base."""
    if _belongs(folder, rows) and (folder / HELD_OUT).is_file() and (folder / FULL).is_file():
        return True
    if not BASE.is_file():
        return False
    from trainer.screen import tune

    tune.tune_all(rows, BASE, folder, tune.Settings(), seed)
    return True


def forget_others(folder: Path, rows: Path) -> None:
    """Empty the folder when what lies there belongs to other rows, and mark it for these."""
    if folder.is_dir() and not _belongs(folder, rows):
        for path in folder.iterdir():
            path.unlink()
    mark(folder, rows)


def fold(folder: Path, number: int) -> Path:
    """The encoder that did not see this fold."""
    return folder / f"fold{number}.npz"


def held_out(folder: Path) -> NDArray[Any]:
    """Every row's numbers from the encoder that did not see it."""
    with np.load(folder / HELD_OUT) as arrays:
        return np.asarray(arrays["numbers"])


def mark(folder: Path, rows: Path) -> None:
    """Write down which rows the folder belongs to."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(rows.read_bytes()).hexdigest()
    (folder / FINGERPRINT).write_text(digest + "\n", "utf-8")


def _belongs(folder: Path, rows: Path) -> bool:
    marked = folder / FINGERPRINT
    digest = hashlib.sha256(rows.read_bytes()).hexdigest()
    return marked.is_file() and marked.read_text("utf-8").strip() == digest
