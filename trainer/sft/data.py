"""From a dataset folder to examples with their account; knows no model, only its tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trainer import dataset
from trainer.conversation import Conversation
from trainer.errors import UsageError
from trainer.sft.config import Prompt, Stage
from trainer.sft.encode import Account, ChatEncoder, Example, draw_systems
from trainer.starter.store import load_prompts


@dataclass(frozen=True)
class Prepared:
    """A stage's examples, their accounts, and the sha256 of the files they were read from."""

    train: list[Example]
    valid: list[Example]
    accounts: dict[str, Account]
    inputs: dict[str, str]


def prepare(stage: Stage, base: Path, seed: int) -> Prepared:
    """Read and encode a stage's dataset; UsageError in one sentence when it cannot be learned."""
    folder = Path(stage.data)
    inputs = dataset.hashes(folder)
    encoder = ChatEncoder(base, stage.batch.longest)
    accounts = {"train": Account(), "valid": Account()}
    shown = Prompt(none=0, variant=0, full=1)
    train = encode(
        dataset.read_all(folder, "train"), encoder, stage.prompt, seed, accounts["train"]
    )
    valid = encode(dataset.read_all(folder, "valid"), encoder, shown, seed, accounts["valid"])
    for split, examples in (("train", train), ("valid", valid)):
        if not examples:
            raise UsageError(
                f"No dialogue of {folder / split}.jsonl can be learned from: none has a turn of "
                f"weight above 0 within batch.longest = {stage.batch.longest} tokens."
            )
    return Prepared(train, valid, accounts, inputs)


def encode(
    talks: list[Conversation], encoder: ChatEncoder, shares: Prompt, seed: int, account: Account
) -> list[Example]:
    """Dialogues as examples, each with the system prompt its id draws."""
    prompts = load_prompts()
    drawn = (shares.none, shares.variant, shares.full)
    systems = draw_systems(talks, drawn, prompts.full, prompts.variants, seed)
    return encoder.encode_all(talks, systems, account)
