"""The same training by other means: TRL's SFTTrainer, and a plain loop of padded dialogues.

For comparison only; nothing of the trainer imports this.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trainer.sft.config import LINEARS
from trainer.sft.encode import Example

PADDED = 8
LENGTH, ROWS = 2048, 8


def plain(
    case: Any, model: Any, talks: Sequence[Example], device: Any, _: Path | None
) -> dict[str, Any]:
    """Eight padded dialogues a step, PEFT as it comes, checkpointing on."""
    import torch

    from trainer.benchmarks.sft import timed

    model.set_attn_implementation("sdpa")
    tuned = _peft(model, case.rank)
    model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    model.enable_input_require_grads()
    tuned.train()
    weights = [p for p in tuned.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=1e-4)

    def step(number: int) -> int:
        chosen = talks[number * PADDED : number * PADDED + PADDED]
        width = max(map(len, chosen))
        ids = torch.zeros(PADDED, width, dtype=torch.long)
        labels = torch.full((PADDED, width), -100)
        mask = torch.zeros(PADDED, width, dtype=torch.long)
        for row, talk in enumerate(chosen):
            known = torch.from_numpy(talk.ids.astype("int64"))
            ids[row, : len(talk)], mask[row, : len(talk)] = known, 1
            labels[row, : len(talk)] = known.where(torch.from_numpy(talk.weights) > 0, -100)
        moved = {"input_ids": ids, "attention_mask": mask, "labels": labels}
        tuned(**{k: v.to(device) for k, v in moved.items()}).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        return sum(map(len, chosen))

    return timed(step, case.steps, device)


def trl(
    case: Any, model: Any, talks: Sequence[Example], device: Any, _: Path | None
) -> dict[str, Any]:
    """TRL's SFTTrainer, packing of the best-fit kind to rows of 2,048 tokens, eight rows a step."""
    import datasets
    import pyarrow
    import torch
    import transformers
    from trl import SFTConfig, SFTTrainer

    model.set_attn_implementation("sdpa")
    length = LENGTH if case.shape != "toy" else 1024
    rows = ROWS if case.recompute else ROWS // 2
    lines = [
        {"input_ids": t.ids[:length].tolist(), "assistant_masks": _mask(t, length)} for t in talks
    ]
    # Named, because some versions of datasets, dill and pyarrow cannot fingerprint a table.
    data = datasets.Dataset(pyarrow.Table.from_pylist(lines), fingerprint="made-up")
    clock = _clock(transformers.TrainerCallback, torch, device)
    with tempfile.TemporaryDirectory() as folder:
        settings = SFTConfig(
            output_dir=folder, packing=True, max_length=length, max_steps=case.steps + 3,
            per_device_train_batch_size=rows, gradient_checkpointing=case.recompute,
            bf16=device.type == "cuda", use_cpu=device.type == "cpu", logging_steps=1000,
            save_strategy="no", report_to=[], learning_rate=1e-4, disable_tqdm=True,
        )  # fmt: skip
        trainer = SFTTrainer(
            model=model, args=settings, train_dataset=data, processing_class=_words(),
            peft_config=_settings(case.rank), callbacks=[clock],
        )  # fmt: skip
        packed = trainer.train_dataset
        mean = sum(len(ids) for ids in packed["input_ids"]) / len(packed)
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        trainer.train()
    seconds = clock.end - clock.begin
    return {
        "tokens_per_second": mean * rows * case.steps / seconds,
        "seconds_a_step": seconds / case.steps,
        "tokens_a_row": mean,
    }


def _mask(talk: Example, length: int) -> list[int]:
    return [int(w > 0) for w in talk.weights[:length]]


def _clock(kind: Any, torch: Any, device: Any) -> Any:
    """Times the steps after the third."""

    class Clock(kind):  # type: ignore[misc]
        begin = end = 0.0

        def on_step_end(self, _: Any, state: Any, *__: Any, **___: Any) -> None:
            if device.type == "cuda":
                torch.cuda.synchronize()
            if state.global_step == 3:
                self.begin = time.perf_counter()
            self.end = time.perf_counter()

    return Clock()


def _settings(rank: int) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules=list(LINEARS), task_type="CAUSAL_LM"
    )


def _peft(model: Any, rank: int) -> Any:
    from peft import get_peft_model

    return get_peft_model(model, _settings(rank))


def _words() -> Any:
    """A tokenizer that is asked for nothing: the data is tokens already."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({"<pad>": 0, "<end>": 1, "<unk>": 2}, unk_token="<unk>"))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<end>", unk_token="<unk>"
    )
