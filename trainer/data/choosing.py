"""Second step: near-duplicates leave, sources and topics are mixed, source questions are split.

Works on numbers only: what a dialogue says is not looked at again. Seeded, so that the same recipe
over the same corpora gives the same dataset.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trainer.data.recipe import Recipe
from trainer.data.sketches import Groups
from trainer.data.staging import Staged

TRAIN, VALID, TEST, DUPLICATE, NOT_TAKEN, TOO_NEAR = range(6)
REASONS = {
    DUPLICATE: "near-duplicate",
    NOT_TAKEN: "not taken by the mix",
    TOO_NEAR: "near a dialogue of the other side",
}
NEAR = 0.7
"""Likeness of two whole dialogues from which the later one is a near-duplicate."""
TWIN = 0.5
"""Likeness of whole dialogues, or of first words, from which both tell of one source question."""
Fates = npt.NDArray[np.int8]
Numbers = npt.NDArray[np.int64]


@dataclass
class Choice:
    """What becomes of every staged dialogue, and how often it is written when it is trained on."""

    fate: Fates
    copies: npt.NDArray[np.int16]
    groups: int


def choose(staged: Staged, recipe: Recipe) -> Choice:
    """Decide for all dialogues."""
    count = len(staged)
    random = np.random.default_rng(recipe.seed)
    groups = Groups(count)
    fate = np.zeros(count, np.int8)
    for earlier, later, likeness in staged.whole.pairs(TWIN):
        groups.join(earlier, later)
        if likeness >= NEAR and recipe.cleaning.near_duplicates:
            fate[later] = DUPLICATE
    for earlier, later, _ in staged.openers.pairs(TWIN):
        groups.join(staged.opener[earlier], staged.opener[later])
    for keys in (staged.question, staged.key):
        _join_equal(np.frombuffer(keys, np.uint64), groups)
    copies = _mix(staged, recipe, fate, random)
    roots = groups.all()
    _split(staged, recipe, fate, roots, random)
    return Choice(fate, copies, len(np.unique(roots[fate <= TEST])))


def _join_equal(keys: npt.NDArray[np.uint64], groups: Groups) -> None:
    """One set of all numbers that share a key other than 0."""
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero((keys[order][1:] == keys[order][:-1]) & (keys[order][1:] != 0))
    for position in same.tolist():
        groups.join(int(order[position]), int(order[position + 1]))


def _mix(
    staged: Staged, recipe: Recipe, fate: Fates, random: np.random.Generator
) -> npt.NDArray[np.int16]:
    """Take from every source as its weight says, its topics in proportion; return the copies."""
    weights = {source.name: source.weight for source in recipe.source}
    origin = np.frombuffer(staged.origin, np.uint16)
    stratum = np.frombuffer(staged.stratum, np.uint32)
    free = {
        name: int(((origin == number) & (fate == TRAIN)).sum())
        for name, number in staged.origins.items()
    }
    wanted = sum(weights[name] * n for name, n in free.items())
    scale = recipe.dialogues / wanted if recipe.dialogues and wanted else 1.0
    copies = np.ones(len(staged), np.int16)
    for name in staged.origins:
        share = weights[name] * scale
        numbers = [k for (source, _), k in staged.strata.items() if source == name]
        members = [np.flatnonzero((stratum == k) & (fate == TRAIN)) for k in numbers]
        chosen = [random.permutation(m) for m in members]
        for drawn, n in zip(
            chosen, proportional([len(m) for m in members], share % 1), strict=True
        ):
            if share < 1:
                fate[drawn[n:]] = NOT_TAKEN
            else:
                copies[drawn] = int(share)
                copies[drawn[:n]] += 1
    return copies


def proportional(sizes: list[int], share: float) -> list[int]:
    """How many to take of every part so that the whole gets its share and parts keep proportions.

    The floor of each, and what is missing to the whole goes to the largest remainders.
    """
    exact = [size * share for size in sizes]
    taken = [int(value) for value in exact]
    order = sorted(range(len(sizes)), key=lambda n: exact[n] - taken[n], reverse=True)
    for number in order[: round(sum(exact)) - sum(taken)]:
        taken[number] += 1
    return taken


def _split(
    staged: Staged,
    recipe: Recipe,
    fate: Fates,
    roots: npt.NDArray[np.int32],
    random: np.random.Generator,
) -> None:
    """Put whole groups on one side, source by source; a group that is too large is trained on."""
    origin = np.frombuffer(staged.origin, np.uint16)
    for number in staged.origins.values():
        # A group of several sources belongs to that of its first dialogue.
        own = np.flatnonzero((fate <= TEST) & (origin[roots] == number))
        if len(own) == 0:
            continue
        order = own[np.argsort(roots[own], kind="stable")]
        bounds = np.flatnonzero(np.diff(roots[order])) + 1
        groups = np.split(order, bounds)
        waiting = {VALID: recipe.split.valid * len(own), TEST: recipe.split.test * len(own)}
        for position in random.permutation(len(groups)).tolist():
            side = max(waiting, key=lambda s: waiting[s])
            if len(groups[position]) <= waiting[side] + 0.5 and waiting[side] > 0:
                fate[groups[position]] = side
                waiting[side] -= len(groups[position])
