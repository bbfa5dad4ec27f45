"""The encoder as it is trained and as the app runs it give the same numbers, and it can learn."""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is needed to train the encoder")

from trainer.screen import encoders, network, pretrain, tune  # noqa: E402

ASK = (
    "import sys, json, pathlib\n"
    "from desktop.safety.encoder import load_encoder\n"
    "from desktop.safety.tokens import tokens\n"
    "encoder = load_encoder(pathlib.Path(sys.argv[1]))\n"
    "texts = json.loads(sys.argv[2])\n"
    "print(json.dumps([(tokens(t), encoder.logits(t).tolist()) for t in texts]))"
)
SMALL = network.Shape(width=32, layers=2, heads=2, inner=64, buckets=64)
TEXTS = ("我不想活了", "今天吃面", "i want to die", "lovely weather :sun:", "", "我" * 300)


def small_base(path: Path) -> Path:
    texts = [list("我不想活了"), list("今天去爬山"), ["i", "want", "tea"]] * 20
    model, known = pretrain.train(texts, SMALL, 2, 0, torch.device("cpu"))
    np.savez_compressed(path, **network.written(model, known.words))
    return path


def test_the_app_computes_what_was_trained(tmp_path: Path) -> None:
    base = small_base(tmp_path / "base.npz")
    with np.load(base) as arrays:
        model, words = network.restored({name: arrays[name] for name in arrays.files}, 0.0)
    model.eval()
    said, numbers = the_apps(base)
    expected = tune.predict(
        model, network.Vocabulary(words, SMALL.buckets), said, torch.device("cpu")
    )

    assert max(map(len, said)) == network.LONGEST
    assert np.allclose(numbers, expected, atol=1e-4)


def the_apps(base: Path) -> tuple[list[list[str]], np.ndarray]:
    """Tokens and numbers of the app's encoder, from its own process: the packages stay apart."""
    command = [sys.executable, "-c", ASK, str(base), json.dumps(TEXTS)]
    done = subprocess.run(command, capture_output=True, check=True)
    answers = json.loads(done.stdout)
    return [said for said, _ in answers], np.array([numbers for _, numbers in answers])


def test_tuning_learns_a_plain_difference_and_leaves_what_training_needs(tmp_path: Path) -> None:
    base = small_base(tmp_path / "base.npz")
    rows = tmp_path / "rows.json.xz"
    with lzma.open(rows, "wt", encoding="utf-8") as stream:
        for number in range(40):
            loud = number % 2
            line = {
                "tokens": list("我不想活了" if loud else "今天去爬山"), "labels": [loud] * 9,
                "weight": 1.0, "group": f"g{number // 2}", "source": "cases",
                "fold": number // 2 % 5,
            }  # fmt: skip
            stream.write(json.dumps(line) + "\n")
    settings = tune.Settings(epochs=6, rate=5e-3, rows_a_step=20, joined=0.0)
    tune.tune_all(rows, base, tmp_path / "out", settings, 0)
    numbers = encoders.held_out(tmp_path / "out")

    assert numbers[1::2].min() > numbers[::2].max()
    assert (tmp_path / "out" / encoders.FULL).is_file()
    assert encoders.ensure(tmp_path / "out", rows, 0)
