"""Quantises with an importance matrix and keeps it only where it lowers the measured divergence.

The dialogues it is computed from and those it is judged on are never the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from converter.direct import write_file
from converter.errors import InputError
from converter.four_bit import reference_of
from converter.gguf_file import Progress
from converter.imatrix import Importance, gather
from converter.prepare import Prepared
from converter.texts import Sample, read_samples
from converter.verify import LONGEST, SAMPLES, measure_files

DIALOGUES = 500
_HELD_OUT = 5


@dataclass(frozen=True)
class Weighting:
    """An importance matrix, and the other dialogues that decide whether it is used."""

    importance: Importance
    judges: list[Sample]

    def improve(
        self,
        prepared: Prepared,
        base: Path,
        plain: Path,
        kind: str,
        overrides: tuple[tuple[str, str], ...],
        progress: Progress,
    ) -> dict[str, Any]:
        """Replace `plain` where the weighted file diverges less from `base`; both figures."""
        other = plain.with_name("weighted-" + plain.name)
        means = self.importance.means
        write_file(other, prepared, kind, progress, importance=means, overrides=overrides)
        files = {"plain": plain, "weighted": other}
        context = max(len(sample.ids) for sample in self.judges)
        found = measure_files(base, files, self.judges, max(context, 32))
        used = found["weighted"].kl_mean < found["plain"].kl_mean
        if used:
            other.replace(plain)
        else:
            other.unlink()
        return {
            "used": used,
            "judged_on": len(self.judges),
            **{f"kl_mean_{name}": one.figures()["kl_mean"] for name, one in found.items()},
        }


def weigh(prepared: Prepared, dataset: Path, texts: Path | None) -> Weighting:
    """Compute the matrix; every fifth dialogue judges unless `texts` brings others."""
    longest = prepared.context_for(LONGEST)
    samples = read_samples(prepared.folder, dataset, longest=longest, limit=DIALOGUES)
    if texts is None:
        judges, used = samples[::_HELD_OUT], [s for i, s in enumerate(samples) if i % _HELD_OUT]
    else:
        judges = read_samples(prepared.folder, texts, longest=longest, limit=SAMPLES)
        used = samples
    seen = {tuple(sample.ids) for sample in used}
    judges = [sample for sample in judges if tuple(sample.ids) not in seen]
    if not judges or not used:
        raise InputError(
            f"{dataset.name} leaves no other dialogues to judge the importance matrix on.",
            "Give more dialogues, or others with --texts.",
        )
    reference = reference_of(prepared)
    return Weighting(gather(prepared, reference, used, dataset.name), judges)
