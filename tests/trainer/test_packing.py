"""Packing keeps every dialogue whole and alone; masks are exact; batches weigh as the mix says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from trainer import packing, tokenise
from trainer.conversation import Conversation, Turn
from trainer.errors import WorldError
from trainer.starter import model as models
from trainer.starter import store
from trainer.starter.batches import Batches, token_weights
from trainer.starter.recipe import Batch, Mix, System
from trainer.tokenise import Encoded

PROMPTS = store.Prompts(
    {"zh": "听。", "en": "Listen."}, {"zh": ("陪着听。",), "en": ("Hear them.",)}
)


def test_every_piece_stands_in_one_bin_and_none_overflows() -> None:
    random = np.random.default_rng(0)
    lengths = random.integers(1, 100, 500).tolist()
    bins = packing.pack(lengths, 100, window=120)
    assert sorted(piece for pieces in bins for piece in pieces) == list(range(500))
    filled = [sum(lengths[piece] for piece in pieces) for pieces in bins]
    assert max(filled) <= 100
    assert sum(filled) / (100 * len(bins)) > 0.9


def test_a_piece_longer_than_a_row_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than a row"):
        packing.pack([5, 101], 100)


def test_rows_number_their_dialogues_and_pad_the_rest() -> None:
    rows = packing.lay_out([[0, 1]], [[(0, 2), (10, 1)], [(4, 3)]], 8, padding=99)
    assert rows.positions.tolist() == [[0, 1, 10, 4, 5, 6, 99, 99]]
    assert rows.documents.tolist() == [[0, 0, 0, 1, 1, 1, -1, -1]]


def test_long_dialogues_are_cut_at_a_turn() -> None:
    ids = np.array([1, 7, 7, 2, 1, 8, 8, 8, 2, 1, 9, 2], np.uint16)
    whole = Encoded(ids, np.ones(12, np.uint8), np.ones(12, np.uint8))
    assert packing.cut_long(whole, 12) == (whole, False)
    made, cut = packing.cut_long(whole, 10)
    assert cut
    assert made.ids.tolist() == ids[:9].tolist()
    made, _ = packing.cut_long(whole, 3)
    assert len(made) == 0


def test_the_mask_is_causal_within_a_dialogue_only() -> None:
    mask = models.packed_mask(torch.tensor([[0, 0, 1, 1, -1]]))
    assert isinstance(mask, torch.Tensor)
    assert mask[0, 0].int().tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [0, 0, 1, 0, 0],
        [0, 0, 1, 1, 0],
        [0, 0, 0, 0, 1],
    ]


def conversation(number: int, words: str, **more: object) -> Conversation:
    turns = (Turn("user", f"我{number}"), Turn("assistant", words, weight=0.5))
    return replace(Conversation(str(number), "smile", "l", turns), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tokens() -> store.TokenStore:
    tokenizer = tokenise.train(["我很累，听。Listen. Hear them. 陪着听"] * 3, 300)
    given = [conversation(n, "嗯，" * (n % 7 + 1)) for n in range(40)]
    given.append(conversation(40, "Yes.", source="own", language="en", priority=1.0))
    made, cut = store.build(tokenizer, given, PROMPTS, 256)
    assert cut == 0
    return made


def mix(**changes: object) -> Mix:
    verdicts = dict.fromkeys(("good", "own"), 1.0) | dict.fromkeys(
        ("invented", "own_life", "forum", "promotion", "long", "sign_off", "promise"), 0.0
    )
    values: dict[str, object] = {
        "dropout": 0.0,
        "client": 0.25,
        "own_repeats": 3.0,
        "system": System(0.0, 0.0, 1.0),
        "verdicts": verdicts | {"greeting_by_name": 0.0, "template": 0.0},
    }
    return Mix(**(values | changes))  # type: ignore[arg-type]


def test_the_store_round_trips(
    tokens: store.TokenStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("store") / "t.npz"
    tokens.save(path)
    loaded = store.TokenStore.load(path)
    for name, array in vars(tokens).items():
        np.testing.assert_array_equal(getattr(loaded, name), array)


def test_fit_scales_only_when_the_mix_says_so(tokens: store.TokenStore) -> None:
    plain, fitted = token_weights(tokens, mix()), token_weights(tokens, mix(fit=True))
    assert set(np.unique(plain).tolist()) == {0.0, 0.25, 1.0}
    assert set(np.unique(fitted).tolist()) == {0.0, 0.25, 0.5}
    assert plain[-1] == 0


def test_batches_give_each_dialogue_its_prompt_and_only_words_weigh(
    tokens: store.TokenStore,
) -> None:
    batches = Batches(tokens, mix(), Batch(2, 256), 0, torch.device("cpu"))
    piece = next(iter(batches))
    assert piece.ids.shape == (2, 256)
    for row in range(2):
        for number in range(int(piece.documents[row].max()) + 1):
            inside = piece.documents[row] == number
            ids = piece.ids[row][inside]
            assert ids[0] == 1
            assert (ids == 1).sum() == 3  # system, person, counsellor
            # inside a dialogue, targets are the next inputs and weigh only at its words
            weights = piece.weights[row][inside]
            assert torch.equal(
                piece.targets[row][inside][:-1][weights[:-1] > 0], ids[1:][weights[:-1] > 0]
            )
            assert weights[-1] == 0
    assert (piece.weights[piece.documents < 0] == 0).all()


def test_a_pass_takes_dialogues_as_often_as_the_mix_says(tokens: store.TokenStore) -> None:
    batches = Batches(
        tokens, mix(whole=0.0, system=System(1.0, 0.0, 0.0)), Batch(1, 256), 0, torch.device("cpu")
    )
    piece = next(iter(batches))
    assert int(piece.documents.max()) + 1 == 3
    assert (piece.ids == 1).sum() == 6


def test_a_mix_that_takes_nothing_is_a_plain_sentence(tokens: store.TokenStore) -> None:
    with pytest.raises(WorldError, match="takes none"):
        Batches(tokens, mix(whole=0.0, own_repeats=0.0), Batch(1, 256), 0, torch.device("cpu"))


def test_packed_rows_give_the_same_loss_as_single_dialogues(tokens: store.TokenStore) -> None:
    from trainer.starter.recipe import Model

    net = models.build(Model(32, 2, 2, 1, 16, 64, 256), 300, seed=0)
    net.train(False)
    spans = tokens.spans()[:3]
    first, second = (torch.tensor(tokens.ids[s : s + n].astype(np.int64)) for s, n in spans[:2])
    alone = models.hidden(
        net, second[None], models.packed_mask(torch.zeros(1, len(second), dtype=torch.long))
    )
    both = torch.cat([first, second])[None]
    numbers = torch.cat([torch.zeros(len(first)), torch.ones(len(second))])[None]
    together = models.hidden(net, both, models.packed_mask(numbers))
    assert torch.allclose(together[:, len(first) :], alone, atol=1e-4)
