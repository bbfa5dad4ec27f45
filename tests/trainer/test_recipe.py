"""Shipped recipes are valid; faults are reported together with the nearest valid name."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import trainer
from trainer.errors import UsageError
from trainer.starter import recipe

CONFIGS = sorted((Path(trainer.__file__).parent / "configs").glob("starter*.toml"))


def raw() -> dict[str, Any]:
    return tomllib.loads(CONFIGS[0].read_text("utf-8"))


@pytest.mark.parametrize("path", CONFIGS, ids=lambda p: p.name)
def test_shipped_recipes_are_valid(path: Path) -> None:
    made = recipe.load(path)
    assert made.data.sources
    assert made.finish.verdicts["own"] == 1.0


def test_all_faults_are_reported_at_once_with_the_nearest_name() -> None:
    given = raw()
    given["modle"] = given.pop("model")
    given["optimiser"]["learning_rate"] = 7
    given["batch"]["rows"] = "many"
    given["pretrain"]["verdicts"]["sing_off"] = given["pretrain"]["verdicts"].pop("sign_off")
    given["finish"]["client"] = 2.0
    with pytest.raises(UsageError) as caught:
        recipe.parse(given, "r.toml")
    text = str(caught.value)
    assert "r.toml has 7 faults" in text
    assert "modle: unknown, did you mean 'model'?" in text
    assert "model: missing" in text
    assert "optimiser.learning_rate: 7.0 is not between 0 and 1" in text
    assert "batch.rows: must be of type int, is 'many'" in text
    assert "pretrain.verdicts.sing_off: unknown, did you mean 'sign_off'?" in text
    assert "finish.client: 2.0 is not between 0 and 1" in text


def test_settings_that_do_not_fit_together_are_faults() -> None:
    given = raw()
    given["data"]["sources"] = ["smiel"]
    given["batch"]["tokens"] = given["model"]["positions"] * 2
    given["anneal"]["system"] = {"none": 0.5, "variant": 0.5, "full": 0.5}
    with pytest.raises(UsageError) as caught:
        recipe.parse(given)
    text = str(caught.value)
    assert "did you mean 'smile'?" in text
    assert "batch.tokens: more than model.positions" in text
    assert "anneal.system: the three shares do not sum to 1" in text


def test_no_file_and_no_toml_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        recipe.load(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("a =", "utf-8")
    with pytest.raises(UsageError, match="is not TOML"):
        recipe.load(tmp_path / "bad.toml")
