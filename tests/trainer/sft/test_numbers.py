"""What is written by hand gives the libraries' numbers: attention, loss, LoRA, norms, noise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional

from trainer.errors import UsageError, WorldError
from trainer.sft import adapter, attention, base, fused, loss, memory
from trainer.sft.config import Base, Lora
from trainer.sft.encode import Example
from trainer.sft.objective import Objective
from trainer.sft.pieces import assemble

CPU = torch.device("cpu")


def tuned(folder: Path, precision: Any = "fp32", **changes: Any) -> Any:
    """The base with an adapter that does something (B is not zero)."""
    model = base.load(Base(folder=str(folder), precision=precision), CPU)
    made = adapter.attach(model, Lora(rank=4, alpha=8, **changes), seed=1)
    torch.manual_seed(2)
    for name, parameter in made.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.02)
    return made.train()


def gradients(model: Any) -> torch.Tensor:
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.requires_grad])


def by_the_libraries(model: Any, examples: list[Example]) -> tuple[float, torch.Tensor]:
    """Loss and gradients of dialogue after dialogue, by transformers and PEFT as they are."""
    model.set_attn_implementation("sdpa")
    total = 0.0
    for example in examples:
        ids = torch.from_numpy(example.ids.astype("int64"))[None]
        scores = model(input_ids=ids).logits[0, :-1].float()
        each = functional.cross_entropy(scores, ids[0, 1:], reduction="none")
        nats = (each * torch.from_numpy(example.weights[1:])).sum()
        nats.backward()
        total += nats.item()
    return total, gradients(model)


def packed(model: Any, examples: list[Example]) -> tuple[float, torch.Tensor]:
    """The same by this trainer: one packed row, everything fused."""
    model.set_attn_implementation(attention.register())
    fused.fuse(model)
    nats = Objective(model)(assemble(examples))
    nats.backward()
    return nats.item(), gradients(model)


@pytest.mark.parametrize(
    ("precision", "loss_error", "cosine", "rslora"),
    [("fp32", 1e-5, 0.999999, False), ("fp32", 1e-5, 0.999999, True), ("bf16", 1e-3, 0.999, False)],
)
def test_a_packed_row_is_worth_its_dialogues_one_by_one(
    base_folder: Path,
    encoded: list[Example],
    precision: str,
    loss_error: float,
    cosine: float,
    rslora: bool,
) -> None:
    wanted, wanted_gradients = by_the_libraries(
        tuned(base_folder, precision, rslora=rslora), encoded
    )
    found, found_gradients = packed(tuned(base_folder, precision, rslora=rslora), encoded)
    weight = sum(float(e.weights[1:].sum()) for e in encoded)
    assert abs(found - wanted) / weight < loss_error
    assert functional.cosine_similarity(found_gradients, wanted_gradients, dim=0) > cosine


def test_a_dialogue_does_not_see_its_neighbours(base_folder: Path, encoded: list[Example]) -> None:
    model = tuned(base_folder)
    model.set_attn_implementation(attention.register())
    objective = Objective(model)
    alone = objective.nats(assemble(encoded[1:2]))
    piece = assemble(encoded[:3])
    assert torch.allclose(objective.nats(piece)[piece.owners == 1], alone, atol=1e-5)


def test_recomputed_layers_give_the_same_gradients(
    base_folder: Path, encoded: list[Example]
) -> None:
    model = tuned(base_folder)
    _, kept = packed(model, encoded)
    objective = Objective(model)
    memory.apply(memory.Plan(1, 1), objective.layers())
    calls = []
    objective.layers()[0].mlp.register_forward_pre_hook(lambda *_: calls.append(0))
    model.zero_grad()
    objective(assemble(encoded)).backward()
    assert len(calls) == 2
    assert torch.allclose(gradients(model), kept, atol=1e-6)


def test_the_loss_of_blocks_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss, "BLOCK_BYTES", 64 * 4 * 50)
    torch.manual_seed(0)
    states = torch.randn(300, 16, requires_grad=True)
    head, targets = torch.randn(50, 16), torch.randint(0, 50, (300,))
    weights = torch.rand(300)
    wanted = (functional.cross_entropy(states @ head.T, targets, reduction="none") * weights).sum()
    (wanted_gradient,) = torch.autograd.grad(3 * wanted, states)
    found = loss.weighted_nats(states, head, targets, weights)
    (3 * found).backward()
    assert found.item() == pytest.approx(wanted.item(), rel=1e-5)
    assert states.grad is not None
    assert torch.allclose(states.grad, wanted_gradient, atol=1e-5)
    each = loss.nats(states, head, targets)
    assert (each * weights).sum().item() == pytest.approx(wanted.item(), rel=1e-5)


def test_dropout_drops_only_before_the_adapter_and_only_in_training(
    base_folder: Path, encoded: list[Example]
) -> None:
    model = tuned(base_folder, dropout=0.5)
    model.set_attn_implementation(attention.register())
    fused.fuse(model)
    objective, piece = Objective(model), assemble(encoded)
    assert objective(piece).item() != objective(piece).item()
    objective.train(False)
    found = objective(piece).item()
    assert found == objective(piece).item()
    plain = tuned(base_folder)
    assert found == pytest.approx(packed(plain, encoded)[0], rel=1e-5)


def test_neftune_adds_less_noise_to_longer_dialogues(
    base_folder: Path, encoded: list[Example]
) -> None:
    model = tuned(base_folder)
    model.set_attn_implementation(attention.register())
    objective = Objective(model, neftune=5.0)
    seen: list[torch.Tensor] = []
    embedding = objective.causal().get_input_embeddings()
    embedding.register_forward_hook(
        lambda _, given, out: seen.append(out - embedding.weight[given[0]])
    )
    piece = assemble(encoded[:2])
    objective(piece)
    for number in range(2):
        start, end = piece.bounds[number : number + 2].tolist()
        limit = 5.0 / ((end - start) * 32) ** 0.5
        largest = seen[0][0, start:end].abs().max().item()
        assert 0.8 * limit < largest <= limit * 1.001
    objective.train(False)
    objective(piece)
    assert seen[1].abs().max() == 0


def test_four_bits_train_and_stay_frozen(base_folder: Path, encoded: list[Example]) -> None:
    pytest.importorskip("bitsandbytes", reason="matrices of four bits need bitsandbytes")
    held = Base(folder=str(base_folder), precision="bf16", quantise="nf4")
    model = adapter.attach(base.load(held, CPU), Lora(rank=4, alpha=8), seed=1).train()
    model.set_attn_implementation(attention.register())
    fused.fuse(model)
    matrix = model.get_base_model().model.layers[0].mlp.up_proj.base_layer.weight
    before = matrix.detach().clone()
    assert matrix.dtype == torch.uint8
    objective, piece = Objective(model), assemble(encoded)
    weights = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=2e-2)
    losses = []
    for _ in range(6):
        optimiser.zero_grad()
        nats = objective(piece)
        nats.backward()
        optimiser.step()
        losses.append(nats.item())
    assert losses[-1] < 0.95 * losses[0]
    assert torch.equal(matrix, before)


def test_flash_attention_is_spelled_for_this_torch() -> None:
    assert attention.flash() is not None


def test_an_adapter_of_other_sizes_is_refused(base_folder: Path) -> None:
    model = tuned(base_folder)
    tensors = adapter.state(model)
    adapter.restore(model, tensors)
    name = next(iter(tensors))
    with pytest.raises(UsageError, match="another base"):
        adapter.restore(model, {**tensors, name: tensors[name][:1]})


def test_a_base_without_such_layers_is_a_plain_sentence() -> None:
    with pytest.raises(WorldError, match=r"lora\.targets"):
        fused.lora_layers(torch.nn.Linear(2, 2))
