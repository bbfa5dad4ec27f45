"""A tiny base with a real tokenizer and a dataset folder, made once for all tests here."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from trainer import dataset, tokenise
from trainer.conversation import Conversation, Turn
from trainer.sft.encode import Account, ChatEncoder, Example
from trainer.starter.places import TEMPLATE

REPLIES = (
    "听起来很累，是从什么时候开始的？", "这件事一直压在心里，不好受吧。", "嗯，我在听，慢慢说。",
)  # fmt: skip


def talk(number: int, source: str = "smile") -> Conversation:
    """A dialogue of one to four exchanges; every fifth has a turn that must not be learned."""
    chance = random.Random(number)
    turns: list[Turn] = []
    for _ in range(chance.randint(1, 4)):
        turns.append(Turn("user", f"我{'很' * chance.randint(1, 4)}累{number}"))
        weight = 0.0 if number % 5 == 0 and len(turns) > 2 else chance.choice((0.5, 1.0))
        turns.append(Turn("assistant", chance.choice(REPLIES), weight=weight))
    return Conversation(str(number), source, "CC0-1.0", tuple(turns))


@pytest.fixture(autouse=True)
def _few_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Qwen3 of two layers with random weights and a tokenizer learned from the talks."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    folder = tmp_path_factory.mktemp("base") / "tiny"
    folder.mkdir()
    words = [turn.content for n in range(40) for turn in talk(n).turns]
    tokenizer = tokenise.train([*words, "user assistant system\n心屿你是，。"] * 3, 400)
    tokenise.save(tokenizer, folder, 512, TEMPLATE.read_text("utf-8"))
    torch.manual_seed(0)
    model = Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=8, intermediate_size=64, max_position_embeddings=512,
            rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
            tie_word_embeddings=True, bos_token_id=None, eos_token_id=2, pad_token_id=0,
        )
    )  # fmt: skip
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def dataset_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty dialogues to train on and ten held out, of two sources."""
    folder = tmp_path_factory.mktemp("data") / "talks"
    talks = [talk(n, "smile" if n % 3 else "own") for n in range(50)]
    dataset.write(
        folder,
        {"train": talks[:40], "valid": talks[40:]},
        inputs={}, settings={}, figures={}, seed=1,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def encoded(base_folder: Path) -> list[Example]:
    """A dozen encoded dialogues."""
    talks = [talk(number) for number in range(1, 13)]
    return ChatEncoder(base_folder, 512).encode_all(talks, ["听。", ""] * 6, Account())
