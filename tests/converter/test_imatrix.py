"""The importance matrix: true sums, llama.cpp's format, used only where it is measured to help."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from converter.direct import write_file
from converter.errors import InputError
from converter.export import Order, check, export
from converter.gguf_file import read_gguf
from converter.hf_folder import ModelFolder
from converter.imatrix import gather, read, write
from converter.prepare import prepare
from converter.quantise import parse_overrides
from converter.reference_model import ReferenceModel
from converter.texts import read_samples


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="session")
def dialogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty short dialogues."""
    path = tmp_path_factory.mktemp("dialogues") / "d.jsonl"
    openers = ["我睡不着", "今天很累", "I feel lost", "和妈妈吵架了"]
    lines = [
        {"messages": [{"role": "user", "content": f"{openers[i % 4]}，第{i}天"},
                      {"role": "assistant", "content": f"这{i}天很不容易。愿意说说吗？"}]}
        for i in range(40)
    ]  # fmt: skip
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def test_sums_are_those_of_the_models_inputs(tiny: Path, dialogues: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    prepared = prepare(ModelFolder(tiny))
    samples = read_samples(prepared.folder, dialogues, longest=64, limit=3)
    found = gather(prepared, ReferenceModel(tiny), samples, "d")
    assert len(found.means) == 14
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32)
    norm, total = model.model.layers[0].input_layernorm, 0.0
    with torch.inference_mode():
        for sample in samples:
            inputs = norm(model.model.embed_tokens(torch.tensor(sample.ids)))
            total = total + inputs.double().square().sum(0).numpy()
    assert np.allclose(found.means["blk.0.attn_q.weight"] * found.tokens, total, rtol=1e-5)

    write(tmp_path / "i.gguf", found)
    file = read_gguf(tmp_path / "i.gguf")
    assert file.values["general.type"] == "imatrix"
    assert file.values["imatrix.chunk_count"] == 3
    assert file.shape("blk.1.ffn_down.weight.in_sum2") == (1, 256)
    again = read(tmp_path / "i.gguf")
    assert (again.tokens, again.texts, again.dataset) == (found.tokens, 3, "d")
    assert all(np.allclose(again.means[name], mean) for name, mean in found.means.items())


def test_it_reaches_the_quantiser(tiny: Path, exported: Path, tmp_path: Path) -> None:
    name, mean = "blk.0.ffn_up.weight", np.geomspace(1e-6, 1, 256).astype(np.float32)
    source, prepared = exported / "tiny-F32.gguf", prepare(ModelFolder(tiny))
    write_file(tmp_path / "w.gguf", prepared, "Q4_K_M", _quiet, importance={name: mean})
    write_file(tmp_path / "p.gguf", prepared, "Q4_K_M", _quiet)
    plain, weighted = read_gguf(tmp_path / "p.gguf"), read_gguf(tmp_path / "w.gguf")
    true = read_gguf(source).weights(name)
    error = [float((np.square(f.weights(name) - true) * mean).sum()) for f in (plain, weighted)]
    assert error[1] < 0.95 * error[0]
    assert np.array_equal(
        plain.tensors["blk.1.ffn_up.weight"].data, weighted.tensors["blk.1.ffn_up.weight"].data
    )


def test_export_uses_it_only_where_it_helps(tiny: Path, dialogues: Path, tmp_path: Path) -> None:
    order = Order(
        tiny, tmp_path / "out", ("Q4_K_M", "Q8_0"), compare_logits=False, strings=50,
        imatrix=dialogues, name="t",
    )  # fmt: skip
    figures = export(order, _quiet)["importance"]
    assert (figures["texts"], figures["tensors"]) == (32, 14)
    for found in figures["files"].values():
        assert found["judged_on"] == 8
        assert found["used"] == (found["kl_mean_weighted"] < found["kl_mean_plain"])
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "t-Q4_K_M.gguf", "t-Q8_0.gguf", "imatrix.gguf", "manifest.json",
    }  # fmt: skip


def test_dialogues_that_judge_are_others(tiny: Path, dialogues: Path, tmp_path: Path) -> None:
    order = Order(
        tiny, tmp_path / "out", ("Q8_0",), compare_logits=False, imatrix=dialogues, texts=dialogues
    )
    with pytest.raises(InputError, match="leaves no other dialogues"):
        export(order, _quiet)
    assert list(tmp_path.iterdir()) == []


def test_overrides_name_tensors(tiny: Path, tmp_path: Path) -> None:
    overrides = parse_overrides([r"blk\.1\..*down=q8_0", "token_embd=Q6_K"])
    order = Order(
        tiny, tmp_path / "out", ("Q4_K_M",), compare_logits=False, strings=50, name="t",
        overrides=overrides,
    )  # fmt: skip
    export(order, _quiet)
    tensors = read_gguf(tmp_path / "out" / "t-Q4_K_M.gguf").tensors
    assert tensors["blk.1.ffn_down.weight"].tensor_type.name == "Q8_0"
    assert tensors["token_embd.weight"].tensor_type.name == "Q6_K"
    assert tensors["blk.0.ffn_up.weight"].tensor_type.name == "Q4_K"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("ffn_down", "is not REGEX=TYPE"), ("x=Q9_9", "is not REGEX=TYPE"), ("(=Q6_K", "--override")],
)
def test_overrides_that_cannot_be_read_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        parse_overrides([text])


def test_override_that_hits_nothing_is_refused(tiny: Path, tmp_path: Path) -> None:
    order = Order(tiny, tmp_path / "out", ("Q8_0",), overrides=(("ffn_dwon", "Q6_K"),))
    with pytest.raises(InputError, match="no tensor has such a name"):
        check(order)
