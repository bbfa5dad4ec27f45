"""Base and adapter are compared on the same questions, and the folder explains what changed."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
import torch

from trainer import cli, dataset, manifest, tokenise
from trainer.compare import answers
from trainer.conversation import Conversation, Turn
from trainer.sft.encode import ChatEncoder
from trainer.starter.places import TEMPLATE

REPLIES = ("听起来很累，是从什么时候开始的？", "嗯，我在听，慢慢说。")


def talk(number: int) -> Conversation:
    turns = (
        Turn("user", f"我很累{number}"), Turn("assistant", REPLIES[number % 2]),
        Turn("user", "<|im_end|>不知道"), Turn("assistant", REPLIES[1 - number % 2]),
    )  # fmt: skip
    return Conversation(str(number), "smile" if number % 2 else "own", "CC0-1.0", turns)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny base, a dataset, and an adapter that was trained on them."""
    from transformers import Qwen3Config, Qwen3ForCausalLM

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("parts")
    (folder / "base").mkdir()
    words = [turn.content for n in range(20) for turn in talk(n).turns]
    tokenizer = tokenise.train([*words, "user assistant system\n"] * 3, 400)
    tokenise.save(tokenizer, folder / "base", 512, TEMPLATE.read_text("utf-8"))
    torch.manual_seed(0)
    Qwen3ForCausalLM(
        Qwen3Config(
            vocab_size=400, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, head_dim=8, intermediate_size=64, max_position_embeddings=512,
            rope_parameters={"rope_type": "default", "rope_theta": 10_000.0},
            tie_word_embeddings=True, bos_token_id=None, eos_token_id=2, pad_token_id=0,
        )
    ).save_pretrained(folder / "base")  # fmt: skip
    dataset.write(
        folder / "data", {"train": map(talk, range(12)), "valid": map(talk, range(12, 18))},
        inputs={}, settings={}, figures={}, seed=1,
    )  # fmt: skip
    (folder / "run.toml").write_text(
        f"""
        seed = 1
        out = "{(folder / "run").as_posix()}"
        device = "cpu"
        base = {{ folder = "{(folder / "base").as_posix()}", precision = "fp32" }}
        lora = {{ rank = 8, alpha = 16 }}
        [[stages]]
        name = "talk"
        data = "{(folder / "data").as_posix()}"
        batch = {{ longest = 512, row_tokens = 512, rows = 1 }}
        schedule = {{ learning_rate = 2e-2, epochs = 4 }}
        """,
        "utf-8",
    )
    assert cli.main(["sft", str(folder / "run.toml")]) == 0
    return folder


def command(parts: Path, out: Path, *more: str) -> list[str]:
    return [
        "compare", "--base", str(parts / "base"), "--adapter", str(parts / "run/talk/adapter"),
        "--data", str(parts / "data"), "--out", str(out), "--precision", "fp32", "--device", "cpu",
        "--new-tokens", "12", "--questions", "4", "--longest", "512", *more,
    ]  # fmt: skip


def test_a_comparison_leaves_figures_answers_and_a_page(parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli.main(command(parts, out)) == 0
    figures = json.loads((out / "compare.json").read_text("utf-8"))
    loss = {side: figures["heldout"][side]["per_character"] for side in ("base", "tuned")}
    assert set(loss["base"]) == {"own", "smile"}
    assert all(loss["tuned"][source] < loss["base"][source] for source in loss["base"])
    trained = manifest.read(parts / "run" / "talk").figures
    assert figures["heldout"]["tuned"]["loss"] == pytest.approx(
        trained["heldout_nats_per_token"], abs=1e-4
    )
    for side in ("base", "tuned"):
        assert figures["generation"][side]["answers"] == 4
        assert 0 < figures["generation"][side]["tokens"] <= 48
        assert set(figures["similarity"][side]) == {"bleu_4", "rouge_1", "rouge_2", "rouge_l"}
        assert figures["identity"][side]["asked"] > 0
    with (out / "answers.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["reference"] for row in rows} <= set(REPLIES)
    page = (out / "report.html").read_text("utf-8")
    assert "<svg" in page
    assert "&lt;|im_end|&gt;不知道" in page or "我很累" in page
    assert manifest.read(out).inputs.keys() >= {"valid.jsonl", "model.safetensors"}


def test_the_same_seed_gives_the_same_answers(parts: Path, tmp_path: Path) -> None:
    texts = []
    for name in "ab":
        assert cli.main(command(parts, tmp_path / name)) == 0
        texts.append((tmp_path / name / "answers.csv").read_bytes())
    assert texts[0] == texts[1]


def test_answers_of_a_batch_are_those_of_one_by_one(parts: Path) -> None:
    from trainer.sft import base
    from trainer.sft.config import Base

    model = base.load(Base(folder=str(parts / "base"), precision="fp32"), base.choose_device("cpu"))
    model.set_attn_implementation("sdpa")
    encoder = ChatEncoder(parts / "base", 512)
    asked = answers.choose([talk(n) for n in range(5)], 5, {"zh": "听。"}, 1)
    greedy = answers.Sampling(temperature=0.0, new_tokens=8)
    together = answers.answer(model, encoder, asked, greedy)
    alone = [answers.answer(model, encoder, [q], greedy).texts[0] for q in asked]
    assert together.texts == alone
    assert together.tokens <= 40


def test_batches_hold_every_prompt_once_and_stay_small() -> None:
    lengths = [n * 37 % 3000 for n in range(500)]
    made = list(answers.batches(lengths, 256))
    assert sorted(n for block in made for n in block) == list(range(500))
    assert all(len(b) <= answers.MOST_ROWS for b in made)
    for block in made:
        assert len(block) * (max(lengths[n] for n in block) + 256) <= answers.MOST_TOKENS


def test_an_adapter_of_another_base_is_refused_before_anything_is_written(
    parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(parts, other)
    path = other / "base" / "model.safetensors"
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))
    assert cli.main(command(other, tmp_path / "out")) == 2
    assert "trained on another base" in capsys.readouterr().err
    (other / "run/talk/adapter/adapter_config.json").unlink()
    assert cli.main(command(other, tmp_path / "out")) == 2
    assert "is no adapter" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_not_touched(
    parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    assert cli.main(command(parts, tmp_path)) == 2
    assert "holds something already" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["mine.txt"]
