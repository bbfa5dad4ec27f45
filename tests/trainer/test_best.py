"""The model's own answers: which are worth learning, and how they join the token store."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from trainer import quality, tokenise
from trainer.conversation import Conversation, Turn
from trainer.starter import best, store
from trainer.starter import model as models
from trainer.starter.places import TRAINING
from trainer.starter.recipe import Model, Sampling

RULES = quality.load_rules(TRAINING)
GOOD = "听起来这阵子你真的很累，连喘口气的时候都少。最累的是哪一段？"
OPENER = "我这阵子好累"


def test_a_good_answer_scores() -> None:
    assert best.score(GOOD, OPENER, RULES) > 1


@pytest.mark.parametrize(
    "reply",
    [
        "很累吧？",
        GOOD[:-1] + "，是早上？还是晚上？",
        GOOD.rstrip("？") + "那",
        "我能理解你的感受，这阵子你真的很累，最累的是哪一段？",
        "你老公让你很累吧，这阵子你真的太不容易了，最累的是哪一段？",
        "这阵子你真的很累，这阵子你真的很累，最累的是哪一段呢？",
        "听起来你很累，首先，你可以试着早点休息，好好放松一下自己。",
        "听起来 AI 也会累，这阵子你真的很累，最累的是哪一段呢？",
    ],
)
def test_answers_that_break_a_rule_score_nothing(reply: str) -> None:
    assert best.score(reply, OPENER, RULES) == 0


def test_openings_are_chosen_answered_and_added() -> None:
    torch.set_num_threads(1)
    talks = [
        Conversation(str(n), "smile", "l", (Turn("user", f"我好累{n}"), Turn("assistant", "嗯。")),
                     priority=float(n % 2))
        for n in range(10)
    ]  # fmt: skip
    tokenizer = tokenise.train([GOOD, OPENER, "0123456789嗯。"], 400)
    tokens, _ = store.build(tokenizer, talks, store.load_prompts(), 512)
    openings = best.choose(tokens, tokenizer, 100, seed=0)
    assert sorted(o.text for o in openings) == [f"我好累{n}" for n in range(1, 10, 2)]
    net = models.build(Model(32, 1, 2, 1, 16, 64, 512), tokenizer.get_vocab_size(), 0)
    net.set_attn_implementation("sdpa")
    answers = best.answer(net, tokenizer, Sampling(0.6, 0.8, 20, 1.05, 5), [1, 2], openings)
    assert len(answers) == 5

    made = best.learnable(openings[0], GOOD, tokenizer)
    assert tokenizer.decode(made.ids[made.kinds == best.OWN].tolist()) == GOOD
    longer = tokens.extended([made, made], 0.5)
    assert len(longer.lengths) == 12
    assert longer.own.tolist() == [False] * 10 + [True] * 2
    start, length = longer.spans()[-1]
    np.testing.assert_array_equal(longer.ids[start : start + length], made.ids)
    for (old, size), (new, _) in zip(tokens.prompt_spans(), longer.prompt_spans(), strict=True):
        np.testing.assert_array_equal(tokens.ids[old : old + size], longer.ids[new : new + size])
