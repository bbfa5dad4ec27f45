"""A file must end its replies where the model ends them, and only there it decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from converter.chat import LIMIT, Chat, hold, prove_ends
from converter.errors import ProofError
from converter.hf_folder import ModelFolder


def test_second_turn_has_the_first_reply_as_history(tiny: Path) -> None:
    seen: list[list[int]] = []

    def answer(ids: Sequence[int], limit: int) -> list[int]:
        seen.append(list(ids))
        assert limit == LIMIT
        return [40, 41, 42, 2]

    found = hold(ModelFolder(tiny), answer, (2,), 1000)
    assert found == Chat((4, 4), (True, True))
    assert seen[1][: len(seen[0])] == seen[0]
    assert seen[1][len(seen[0]) :][:4] == [40, 41, 42, 2]


def test_reply_that_never_ends_is_said(tiny: Path) -> None:
    found = hold(ModelFolder(tiny), lambda _ids, limit: [40] * limit, (2,), 1000)
    assert found == Chat((LIMIT, LIMIT), (False, False))
    prove_ends(found, found, "x")
    with pytest.raises(ProofError, match="Q8_0 does not end its reply in turn 2"):
        prove_ends(Chat((5, 9), (False, True)), found, "Q8_0")


def test_turn_without_room_did_not_end(tiny: Path) -> None:
    def answer(ids: Sequence[int], limit: int) -> list[int]:
        assert len(ids) + limit <= 200
        return [40] * limit

    found = hold(ModelFolder(tiny), answer, (2,), 200)
    assert found.ended == (False, False)
    assert found.tokens[1] == 0


def test_starter_ends_both_turns(shared: Path) -> None:
    from converter.prepare import prepare
    from converter.reference_model import ReferenceModel
    from converter.verify import prove_chat

    folder = shared / "starter-reference"
    files = {"Q5_K_M": shared / "starter-reference-Q5_K_M.gguf"}
    found = prove_chat(prepare(ModelFolder(folder)), ReferenceModel(folder), files)
    assert found["reference"]["ended"] == [True, True]
    assert found["Q5_K_M"]["ended"] == [True, True]
