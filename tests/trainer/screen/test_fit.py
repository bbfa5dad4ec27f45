"""Training in small: the app's command gives the features, a written model can be used by it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="scikit-learn is needed to train the screen")

from trainer.screen import fit, rows, thresholds

RISK = ("我想自杀", "我不想活了", "想死", "活不下去了")
CALM = ("今天吃面", "去爬山", "天气不错", "猫很可爱")


def few() -> list[rows.Row]:
    quiet = [rows.Row((t,), (False,) * 9, t, "cases") for t in CALM * 3]
    loud = [rows.Row((t,), (True, True, *(False,) * 7), t, "cases") for t in RISK * 3]
    return quiet + loud


def write(path: Path, fitted: fit.Fitted, bounds: dict[str, float]) -> None:
    fit.save(path, fitted)
    fit.vouch(path, {"zh": bounds, "en": bounds}, {})


def test_a_small_model_learns_is_written_and_is_used(tmp_path: Path) -> None:
    examples = few()
    found = fit.features(examples)
    fitted = fit.fit(examples, found)
    likely = fit.probabilities(fit.numbers(fitted, found))
    bounds = dict.fromkeys(rows.HEADS, 0.5)
    write(tmp_path / "m.npz", fitted, bounds)
    answers = fit.ask_screen("--json", [*RISK, *CALM], tmp_path / "m.npz")

    assert likely[len(CALM) * 3 :, 0].min() > likely[: len(CALM) * 3, 0].max()
    assert ["learned:T2" in answer["reasons"] for answer in answers] == [True] * 4 + [False] * 4


def test_the_app_says_what_training_says(tmp_path: Path) -> None:
    examples = few()
    found = fit.features(examples)
    fitted = fit.fit(examples, found)
    low = dict.fromkeys(rows.HEADS, 0.999)
    write(tmp_path / "m.npz", fitted, low)
    scores = [a["score"] for a in fit.ask_screen("--json", list(CALM), tmp_path / "m.npz")]
    expected = np.minimum(fit.probabilities(fit.numbers(fitted, found))[:4].max(axis=1), 0.499)

    assert np.allclose(scores, expected, atol=1e-3)


def test_thresholds_keep_quiet_rows_quiet() -> None:
    examples = [
        rows.Row((t,), (False,) * 9, t, s) for t in CALM for s in ("cases", "psyguard", "smile")
    ]
    likely = np.full((len(examples), 9), 0.4)
    bounds = thresholds.choose(examples, likely)["zh"]

    assert all(0.4 < bound <= thresholds.HIGHEST for bound in bounds.values())


def test_the_shipped_manifest_names_its_sources() -> None:
    path = Path(fit.__file__).resolve().parents[2] / "assets" / "safety" / "screen_model.json"
    manifest = json.loads(path.read_text("utf-8"))

    assert manifest["licences"]["psyguard"].startswith("MIT")
    assert manifest["reviewed_by_a_clinician"] is False
    assert tuple(manifest["heads"]) == rows.HEADS
