"""A tiny model learns on a CPU, round-trips through its folder, and runs through every stage."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import trainer
from trainer import cli, manifest, tokenise
from trainer.conversation import Conversation, Turn, read_all
from trainer.errors import UsageError, WorldError
from trainer.starter import evaluate, export, recipe, stages, store
from trainer.starter import model as models
from trainer.starter.batches import Batches
from trainer.starter.optimiser import Optimisers, Schedule
from trainer.starter.train import Trainer, device_named

TINY = Path(trainer.__file__).parent / "configs" / "starter-tiny.toml"


@pytest.fixture(autouse=True)
def _few_threads() -> None:
    torch.set_num_threads(1)


def quiet(_: str) -> None:
    pass


def test_the_schedule_rises_then_falls_to_zero() -> None:
    schedule = Schedule(peak=1.0, warm_up=10, steps=100)
    assert schedule.rate(0) == pytest.approx(0.1)
    assert schedule.rate(9) == pytest.approx(0.91)
    assert schedule.rate(50) == pytest.approx(0.5)
    assert schedule.rate(100) == 0


def test_each_parameter_has_one_optimiser() -> None:
    sizes = recipe.load(TINY).model
    net = models.build(sizes, 300, 0)
    made = Optimisers(net, matrix_decay=0.1, embedding_decay=0.1, betas=(0.9, 0.95), clip=1.0)
    groups = [*made._muon.param_groups, *made._adamw.param_groups]
    held = [id(p) for group in groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in net.parameters())
    assert net.lm_head.weight is net.model.embed_tokens.weight


def test_dropout_acts_in_training_only() -> None:
    net = models.build(recipe.load(TINY).model, 300, 0)
    models.ResidualDropout(net).share = 0.5
    ids = torch.arange(20)[None]
    mask = models.packed_mask(torch.zeros(1, 20))
    net.train(False)
    assert torch.equal(models.hidden(net, ids, mask), models.hidden(net, ids, mask))
    net.train(True)
    assert not torch.equal(models.hidden(net, ids, mask), models.hidden(net, ids, mask))


def test_thirty_steps_lower_the_loss_and_the_folder_round_trips(tmp_path: Path) -> None:
    settings = recipe.load(TINY)
    words = ["听起来很累，是从什么时候开始的？", "这件事一直压在心里，不好受吧。"]
    talks = [
        Conversation(
            str(n),
            "own",
            "l",
            (Turn("user", f"我很累{n}"), Turn("assistant", words[n % 2])),
            priority=1.0,
        )
        for n in range(60)
    ]
    tokenizer = tokenise.train([t.content for c in talks for t in c.turns], 340)
    tokens, _ = store.build(tokenizer, talks, store.load_prompts(), 512)
    net = models.build(settings.model, 340, 0)
    learner = Trainer(net, torch.device("cpu"))
    batches = Batches(tokens, settings.pretrain, settings.batch, 0, learner.device)
    optimisers = Optimisers(net, matrix_decay=0.1, embedding_decay=0.1, betas=(0.9, 0.95), clip=1.0)
    figures = learner.run(batches, optimisers, Schedule(1e-2, 2, 30), range(30), quiet)
    assert figures.steps == 30
    assert figures.losses[-1][1] < 0.6 * figures.losses[0][1]

    source = tmp_path / "tokenizer"
    source.mkdir()
    tokenise.save(tokenizer, source, 512, "{{ messages }}")
    config = models.configuration(settings.model, 340)
    export.save(net.state_dict(), config, source, settings.sampling, tmp_path / "hf")
    loaded = export.load(tmp_path / "hf")
    before = evaluate.heldout(export.clean_copy(net.state_dict(), config), tokenizer, talks)
    after = evaluate.heldout(loaded, evaluate.load_tokenizer(tmp_path / "hf"), talks)
    assert after.per_character == pytest.approx(before.per_character, rel=0.01)
    assert before.counsellor_characters == sum(c.characters("assistant") for c in talks)
    saved = json.loads((tmp_path / "hf" / "config.json").read_text("utf-8"))
    assert (saved["eos_token_id"], saved["pad_token_id"], saved["dtype"]) == (2, 0, "bfloat16")


def test_the_held_out_loss_is_that_of_the_model_by_hand() -> None:
    talks = [
        Conversation("1", "s", "l", (Turn("user", "我累"), Turn("assistant", "嗯，说说看。"))),
        Conversation("2", "s", "l", (Turn("user", "我很累很累"), Turn("assistant", "好。"))),
    ]
    tokenizer = tokenise.train(["我累嗯，说说看。很好"] * 2, 300)
    net = models.build(recipe.load(TINY).model, 300, 0)
    net = export.clean_copy(net.state_dict(), models.configuration(recipe.load(TINY).model, 300))
    nats = 0.0
    for encoded in tokenise.encode_all(tokenizer, talks):
        ids = torch.tensor(encoded.ids.astype(np.int64))[None]
        scores = net(input_ids=ids).logits[0].log_softmax(-1)
        for place in np.flatnonzero(encoded.kinds > tokenise.CLIENT):
            nats -= scores[place - 1, ids[0, place]].item()
    measured = evaluate.heldout(net, tokenizer, talks)
    assert measured.per_character == pytest.approx(nats / 8, rel=1e-4)


def test_a_gpu_that_is_not_there_is_a_plain_sentence() -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(WorldError, match="No GPU"):
        device_named("cuda")


@pytest.fixture
def few_heldout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hold out two of the fixture's dialogues instead of the real ones."""
    from trainer.starter import data

    monkeypatch.setattr(data, "load_heldout", lambda _: frozenset({"smile:3", "smile:7"}))


@pytest.mark.usefixtures("few_heldout")
def test_every_stage_runs_and_is_skipped_when_finished(
    smile_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = ["starter", str(TINY), "--corpora", str(smile_file.parent), "--out", str(out)]
    assert cli.main(command) == 0
    final = out / "final"
    for name in (
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
        "generation_config.json",
        "chat_template.jinja",
        "samples.json",
    ):
        assert (final / name).is_file(), name
    made = manifest.read(final)
    assert made.stage == "finish"
    assert made.figures["heldout"]["dialogues"] == 2
    report = manifest.read(out / "data").figures
    assert report["records"]["smile"] == 33
    assert len(report["unreadable"]) == 3
    kept = report["kept"]["smile"]
    dropped = sum(report["dropped"].get("smile", {}).values())
    assert kept + dropped == report["read"]["smile"] == 28
    assert {c.id for c in read_all(out / "data" / "heldout.jsonl")} == {"3", "7"}
    assert not {c.id for c in read_all(out / "data" / "train.jsonl.xz")} & {"3", "7"}
    capsys.readouterr()
    assert cli.main(command) == 0
    assert capsys.readouterr().out.count("finished already") == 5
    elsewhere = [*command, "--stage", "evaluate", "--model", str(final), "--system", ""]
    assert cli.main(elsewhere) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["dialogues"] == 2
    assert measured["counsellor_nats_per_character"] > 0


def test_a_stage_refuses_an_unfinished_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    status = cli.main(["starter", str(TINY), "--out", str(tmp_path), "--stage", "tokenizer"])
    assert status == 1
    said = capsys.readouterr().err
    assert "did not finish" in said
    assert "Traceback" not in said


def test_wrong_usage_has_status_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["starter", str(TINY), "--out", str(tmp_path)]
    assert cli.main([*given, "--model", "x"]) == 2
    assert "--stage evaluate" in capsys.readouterr().err
    assert cli.main(["starter", str(tmp_path / "no.toml"), "--out", str(tmp_path)]) == 2
    with pytest.raises(UsageError, match="--corpora"):
        stages.run(recipe.load(TINY), stages.Request(tmp_path, stage="data"), quiet)


def test_a_missing_corpus_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["starter", str(TINY), "--out", str(tmp_path / "o"), "--corpora", str(tmp_path)]
    assert cli.main(given) == 1
    assert "smile.jsonl.xz" in capsys.readouterr().err
