"""Configurations: the shipped ones are right, and faults are told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

import trainer
from trainer import cli, settings
from trainer.errors import UsageError
from trainer.sft import config
from trainer.sft.config import Config, Given

CONFIGS = Path(trainer.__file__).parent / "configs" / "sft"
NAMES = (
    "qwen3-4b-lora", "qwen3-14b-qlora", "identity-then-dialogue", "psydt-qwen3-4b", "starter-lora",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_configuration_is_read(name: str) -> None:
    made = config.load(CONFIGS / f"{name}.toml")
    assert made.stages
    assert Path(made.out).name == name


def test_the_shipped_configurations_are_all_tested() -> None:
    shipped = {path.stem for path in CONFIGS.glob("*.toml")}
    assert shipped == set(NAMES)


def test_psydt_is_the_published_recipe_at_a_length_that_fits() -> None:
    made = config.load(CONFIGS / "psydt-qwen3-4b.toml")
    stage, lora = made.stages[0], made.lora
    assert (lora.rank, lora.alpha, lora.dropout) == (8, 32, 0.1)
    assert lora.targets == ("q_proj", "k_proj", "v_proj", "o_proj")
    assert (stage.schedule.learning_rate, stage.schedule.epochs, stage.schedule.warm_up) == (
        2e-4, 3, 100,
    )  # fmt: skip
    assert (stage.batch.dialogues, stage.checks.every, stage.checks.keep) == (8, 200, 3)
    assert stage.batch.longest >= 4096


def test_the_others_are_what_their_names_say() -> None:
    assert config.load(CONFIGS / "qwen3-14b-qlora.toml").base.quantise == "nf4"
    identity, talk = config.load(CONFIGS / "identity-then-dialogue.toml").stages
    assert (identity.name, talk.name) == ("identity", "dialogue")
    assert identity.checks.patience > 0
    starter = config.load(CONFIGS / "starter-lora.toml")
    assert (starter.device, starter.base.precision) == ("cpu", "fp32")


FAULTY = """
seed = 1
out = "x"
devise = "cpu"

[base]
folder = "y"
precision = "bf61"

[lora]
rank = 0
alpha = 8
targets = ["q_porj"]

[[stages]]
name = "a"
data = "z"

[stages.batch]
rows = 2

[stages.schedule]
learning_rat = 1e-4
epochs = "three"
"""


def test_five_faults_are_told_at_once_with_the_nearest_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "run.toml"
    path.write_text(FAULTY, "utf-8")
    assert cli.main(["sft", str(path)]) == 2
    said = capsys.readouterr().err
    for words in (
        "has 6 faults", "devise: unknown, did you mean 'device'?",
        "base.precision: 'bf61' is none of 'bf16', 'fp16', 'fp32', did you mean 'bf16'?",
        "lora.rank: 0 is not between 1 and 512",
        "stages[0].schedule.learning_rat: unknown, did you mean 'learning_rate'?",
        "stages[0].schedule.learning_rate: missing",
        "stages[0].schedule.epochs: must be of type float, is 'three'",
    ):  # fmt: skip
        assert words in said
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('targets = ["q_porj"]', 'targets = ["q_porj"]', "did you mean 'q_proj'"),
        ("rows = 2", "rows = 2\ndialogues = 3", "rows or dialogues"),
        ("rows = 2", "rows = 2\nlongest = 9000\nrow_tokens = 8000", "more than batch.row_tokens"),
        ("rows = 2", "rows = 2\nmicro_tokens = 100", "less than batch.longest"),
        ('name = "a"', 'name = "../a"', "letters, digits"),
        ('name = "a"', 'name = "a"\nprompt = { none = 0.5 }', "do not sum to 1"),
        ('precision = "bf16"', 'precision = "fp32"\nquantise = "nf4"', "base.precision"),
        ("epochs = 3", "epochs = 3\n[stages.checks]\nsources = { smile = -1 }", "checks.sources"),
    ],
)
def test_what_contradicts_itself_is_told(was: str, now: str, said: str) -> None:
    import tomllib

    right = (
        FAULTY.replace('devise = "cpu"\n', "")
        .replace("bf61", "bf16")
        .replace("rank = 0", "rank = 4")
    )
    right = right.replace("learning_rat =", "learning_rate =").replace('"three"', "3")
    if "q_porj" not in was:
        right = right.replace("q_porj", "q_proj")
    with pytest.raises(UsageError, match=r"faults?:") as caught:
        config.parse(tomllib.loads(right.replace(was, now)))
    assert said in str(caught.value)


def test_the_command_line_overrides_paths_and_names_the_nearest_stage() -> None:
    path = CONFIGS / "identity-then-dialogue.toml"
    made = config.load(path, Given(base="b", out="o", data={"": "all", "identity": "few"}))
    assert (made.base.folder, made.out) == ("b", "o")
    assert [stage.data for stage in made.stages] == ["few", "all"]
    with pytest.raises(UsageError, match="did you mean 'identity'"):
        config.load(path, Given(data={"identiy": "x"}))


def test_settings_left_to_default_are_named() -> None:
    raw = settings.load(CONFIGS / "starter-lora.toml")
    left = set(config.left_to_default(Config, raw))
    assert {
        "base.quantise",
        "lora.rslora",
        "stages[0].checks.gain",
        "stages[0].prompt.full",
    } <= left
    assert not {"seed", "lora.rank", "stages[0].batch.rows"} & left
