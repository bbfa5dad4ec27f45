"""Stage `tokenizer`: learn the pieces on a sample of the training set, then encode all of it.

Writes the tokenizer's files, tokens.npz and the manifest. Knows no model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from trainer import manifest, tokenise
from trainer.conversation import Conversation, read_all
from trainer.sources import own
from trainer.starter import store
from trainer.starter.places import PROMPTS, TEMPLATE, Say
from trainer.starter.recipe import Recipe, Tokenizer

TOKENS = "tokens.npz"


def run(recipe: Recipe, data: Path, out: Path, say: Say) -> None:
    """Make the folder `out` from a finished data folder."""
    inputs = manifest.verify(data, ["train.jsonl.xz"])
    inputs |= manifest.hash_files({PROMPTS.name: PROMPTS, TEMPLATE.name: TEMPLATE})
    conversations = list(read_all(data / "train.jsonl.xz"))
    prompts = store.load_prompts()
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenise.train(
        sample(conversations, prompts, recipe.tokenizer), recipe.tokenizer.vocabulary
    )
    tokenise.save(tokenizer, out, recipe.model.positions, TEMPLATE.read_text("utf-8"))
    tokens, cut = store.build(tokenizer, conversations, prompts, recipe.batch.tokens)
    tokens.save(out / TOKENS)
    characters = sum(len(t.content) for c in conversations for t in c.turns)
    figures = {
        "dialogues": len(tokens.lengths),
        "tokens": int(tokens.lengths.sum()),
        "characters_per_token": round(characters / max(1, int(tokens.lengths.sum())), 3),
        "vocabulary": tokenizer.get_vocab_size(),
        "cut_at_a_turn": cut,
        "own_dialogues": int(tokens.own.sum()),
    }
    settings = asdict(recipe.tokenizer) | {"row": recipe.batch.tokens}
    manifest.write(
        out, "tokenizer", inputs=inputs, settings=settings, figures=figures, seed=recipe.seed
    )
    say(f"tokenizer: {figures}")


def sample(
    conversations: Sequence[Conversation], prompts: store.Prompts, settings: Tokenizer
) -> Iterator[str]:
    """Our own dialogues and prompts several times, then an even sample of the rest."""
    ours = [c for c in conversations if c.source == own.SOURCE]
    others = [c for c in conversations if c.source != own.SOURCE]
    for _ in range(settings.own_repeats):
        yield from (turn.content for c in ours for turn in c.turns)
        yield from prompts.full.values()
        yield from (text for texts in prompts.variants.values() for text in texts)
    total = sum(len(turn.content) for c in others for turn in c.turns)
    step = max(1, round(total / settings.sample_characters))
    yield from (turn.content for c in others[::step] for turn in c.turns)
