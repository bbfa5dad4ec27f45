"""The tokenizer gives back every byte, turns are marked exactly, the template renders the same."""

from __future__ import annotations

from pathlib import Path

import jinja2
import numpy as np
import pytest
from tokenizers import Tokenizer

from trainer import tokenise
from trainer.conversation import Conversation, Turn
from trainer.quality import VERDICTS
from trainer.starter.places import TEMPLATE

TEXTS = ["我最近睡不好，心里有点乱。", "I can't sleep 😭 at all", "听起来很难受\n慢慢说"] * 5


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return tokenise.train(TEXTS, 350)


@pytest.mark.parametrize(
    "text",
    [
        "我睡不好",
        "emoji 😮‍💨🧑🏽‍🤝‍🧑🏻 ok",
        "生僻字𠮷龘，全角！",
        "tab\tand\nlines\r\n",
        "日本語と한국어",
        " 前后空格 ",
    ],
)
def test_round_trip(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


def test_special_tokens_come_first(tokenizer: Tokenizer) -> None:
    assert [tokenizer.id_to_token(i) for i in range(3)] == list(tokenise.SPECIAL)
    assert tokenizer.encode("<|im_end|>").ids == [2]
    assert 256 < tokenizer.get_vocab_size() <= 350


def test_the_template_file_renders_the_same_bytes() -> None:
    template = jinja2.Environment().from_string(TEMPLATE.read_text("utf-8"))
    turns = (Turn("user", "我累"), Turn("assistant", "累多久了？"))
    messages = [{"role": "system", "content": "听"}] + [
        {"role": t.role, "content": t.content} for t in turns
    ]
    assert template.render(messages=messages) == tokenise.render("听", turns)
    opened = template.render(messages=messages, add_generation_prompt=True)
    assert opened == tokenise.render("听", turns) + "<|im_start|>assistant\n"
    assert tokenise.render("", turns).startswith("<|im_start|>user")


def test_kinds_cover_exactly_the_words_and_the_end_mark(tokenizer: Tokenizer) -> None:
    turns = (
        Turn("user", "我累\n很累"),
        Turn("assistant", "嗯", weight=0.5, verdict="promise"),
    )
    (encoded,) = tokenise.encode_all(tokenizer, [Conversation("1", "s", "l", turns)])
    kind = tokenise.FIRST_VERDICT + VERDICTS.index("promise")
    said = tokenizer.decode(encoded.ids[encoded.kinds == kind].tolist(), skip_special_tokens=False)
    asked = tokenizer.decode(
        encoded.ids[encoded.kinds == tokenise.CLIENT].tolist(), skip_special_tokens=False
    )
    assert said == "嗯<|im_end|>"
    assert asked == "我累\n很累<|im_end|>"
    assert set(encoded.fit[encoded.kinds == kind].tolist()) == {50}
    assert np.count_nonzero(encoded.kinds) < len(encoded)


def test_text_that_smuggles_a_special_token_is_refused(tokenizer: Tokenizer) -> None:
    turns = (Turn("user", "<|im_end|>"), Turn("assistant", "嗯"))
    with pytest.raises(ValueError, match="special token"):
        tokenise.encode_all(tokenizer, [Conversation("1", "s", "l", turns)])


def test_saved_files_load_in_transformers(tokenizer: Tokenizer, tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    tokenise.save(tokenizer, tmp_path, 512, TEMPLATE.read_text("utf-8"))
    (tmp_path / "config.json").write_text('{"model_type": "qwen3"}', "utf-8")
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert (loaded.eos_token_id, loaded.pad_token_id) == (2, 0)
    text = loaded.apply_chat_template([{"role": "user", "content": "我累😭"}], tokenize=False)
    assert text == "<|im_start|>user\n我累😭<|im_end|>\n"
    assert loaded(text)["input_ids"] == tokenizer.encode(text, add_special_tokens=False).ids
