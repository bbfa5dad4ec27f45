"""The figures against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from converter.divergence import SquaredError, Tally, log_softmax


def test_log_softmax_survives_large_logits() -> None:
    found = log_softmax(np.array([[1e4, 1e4], [0.0, np.log(3.0)]], np.float32))
    assert np.allclose(np.exp(found), [[0.5, 0.5], [0.25, 0.75]])


def test_equal_logits_do_not_diverge() -> None:
    logits = np.random.default_rng(0).normal(size=(20, 50)).astype(np.float32)
    tally = Tally()
    tally.add(logits, logits + 3, list(range(20)))
    found = tally.result()
    assert found.kl_mean == pytest.approx(0, abs=1e-9)
    assert (found.top1, found.positions, found.texts) == (1.0, 20, 1)
    assert found.perplexity_ratio == pytest.approx(1)


def test_known_divergence() -> None:
    tally = Tally()
    p = np.log(np.array([[0.75, 0.25]], np.float32))
    q = np.log(np.array([[0.25, 0.75]], np.float32))
    tally.add(p, q, [0])
    found = tally.result()
    assert found.kl_mean == pytest.approx(0.5 * np.log(3), rel=1e-5)
    assert found.top1 == 0.0
    assert found.perplexity_ratio == pytest.approx(3, rel=1e-5)


def test_error_is_between_texts_not_positions() -> None:
    calm = np.zeros((5, 2), np.float32)
    wild = np.tile(np.array([[5, 0]], np.float32), (5, 1))
    tally = Tally()
    tally.add(calm, calm, [0] * 5)
    tally.add(calm, wild, [0] * 5)
    assert tally.result().kl_error > 0.3


def test_squared_error_is_normalised() -> None:
    error = SquaredError()
    error.add(np.full((2, 2), 2, np.float32), np.full((2, 2), 1, np.float32))
    assert error.result() == pytest.approx(0.25)
    assert SquaredError().result() == 0
