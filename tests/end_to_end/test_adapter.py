"""An adapter the converter wrote, over a base it wrote, in the app's own engine process."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from converter.adapter_file import AdapterOrder, export_adapter
from converter.architectures.qwen3 import QWEN_SPLIT
from converter.benchmarks.checkpoints import save_tiny
from converter.export import Order, export
from desktop.engine.base import ChatMessage, GenerateRequest, LoadRequest, Plan, Sampling, Token
from desktop.engine.client import ProcessEngine
from desktop.errors import ModelFileError
from desktop.paths import assets_folder
from desktop.wording import LANGUAGES, load_wording
from tests.support.tiny_gguf import write_tiny_gguf

SIZES = {
    "vocab_size": 384, "hidden_size": 256, "intermediate_size": 256, "num_hidden_layers": 2,
    "num_attention_heads": 8, "num_key_value_heads": 4, "max_position_embeddings": 512,
    "bos_token_id": None, "eos_token_id": 2, "pad_token_id": 0,
}  # fmt: skip
GREEDY = Sampling(temperature=0, repeat_penalty=1.0, maximum_tokens=24)
ASK = GenerateRequest([ChatMessage("user", "hello there")], GREEDY)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """base-F16.gguf, kind.gguf (made for it) and other.gguf (made for another base)."""
    folder = tmp_path_factory.mktemp("适配 器")
    base = _base(folder / "base", spread=0.05)
    order = Order(base, folder / "out", ("F16",), compare_logits=False, strings=100, name="base")
    export(order, _quiet)
    for name, owner in (("kind", base), ("other", _base(folder / "another", spread=0.06))):
        adapter = _adapter(owner, folder / f"{name}-peft")
        export_adapter(
            AdapterOrder(adapter, owner, folder / "out" / f"{name}.gguf", "F32", False), _quiet
        )
    return folder / "out"


def _quiet(_what: str, _done: int, _total: int) -> None:
    pass


def _base(folder: Path, spread: float) -> Path:
    from transformers import Qwen3Config

    sizes = {**SIZES, "initializer_range": spread}
    return save_tiny(folder, QWEN_SPLIT, Qwen3Config(**sizes, head_dim=32))


def _adapter(base: Path, folder: Path) -> Path:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = LoraConfig(r=4, lora_alpha=8, target_modules="all-linear")
        model = get_peft_model(AutoModelForCausalLM.from_pretrained(base), settings)
        for parameter in model.parameters():
            if parameter.requires_grad:
                torch.nn.init.normal_(parameter, 0.0, 0.1)
        model.save_pretrained(folder)
    return folder


@pytest.fixture
def engine() -> Iterator[ProcessEngine]:
    engine = ProcessEngine()
    yield engine
    engine.close()


def reply(engine: ProcessEngine) -> str:
    return "".join(event.text for event in engine.generate(ASK) if isinstance(event, Token))


def test_it_is_laid_on_and_taken_off_without_loading_the_base_again(
    engine: ProcessEngine, files: Path
) -> None:
    request = LoadRequest(files / "base-F16.gguf", Plan(threads=1))
    engine.load(request)
    process, plain = engine.process_id, reply(engine)
    assert engine.use_adapter(files / "kind.gguf").adapter == "kind-peft"
    changed = reply(engine)
    assert changed != plain
    assert reply(engine) == changed
    assert engine.use_adapter(None).adapter == ""
    assert reply(engine) == plain
    other = LoadRequest(request.model, request.plan, files / "kind.gguf")
    assert engine.load(other).adapter == "kind-peft"
    assert reply(engine) == changed
    assert engine.process_id == process


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_it_is_there_again_when_the_process_was_killed(engine: ProcessEngine, files: Path) -> None:
    plan = Plan(threads=1)
    engine.load(LoadRequest(files / "base-F16.gguf", plan, files / "kind.gguf"))
    changed = reply(engine)
    assert engine.process_id is not None
    os.kill(engine.process_id, signal.SIGKILL)
    assert reply(engine) == changed


def test_one_that_does_not_belong_is_refused_in_a_sentence(
    engine: ProcessEngine, files: Path, tmp_path: Path
) -> None:
    engine.load(LoadRequest(files / "base-F16.gguf", Plan(threads=1)))
    plain = reply(engine)
    (tmp_path / "cut.gguf").write_bytes((files / "kind.gguf").read_bytes()[:5000])
    for path, code in (
        (files / "other.gguf", "adapter_wrong_base"),
        (files / "base-F16.gguf", "adapter_unreadable"),
        (tmp_path / "cut.gguf", "adapter_unreadable"),
        (tmp_path / "none.gguf", "adapter_missing"),
    ):
        with pytest.raises(ModelFileError) as caught:
            engine.use_adapter(path)
        assert caught.value.code == code
        for language in LANGUAGES:
            sentence = load_wording(assets_folder(), language).error(caught.value)
            assert path.name in sentence
            assert "(" not in sentence
    assert reply(engine) == plain


def test_a_base_without_a_fingerprint_takes_none(
    engine: ProcessEngine, files: Path, tmp_path: Path
) -> None:
    model = write_tiny_gguf(tmp_path / "tiny.gguf")
    with pytest.raises(ModelFileError, match="adapter_unbound"):
        engine.load(LoadRequest(model, Plan(threads=1), files / "kind.gguf"))
