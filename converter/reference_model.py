"""The Hugging Face model itself, in float32 on the CPU: what every export is measured against.

An adapter is merged by PEFT, not by `merge`, so that the proof does not rest on what it proves.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

import numpy as np

from converter.architectures import find_architecture
from converter.architectures.chatglm import CHATGLM
from converter.divergence import Logits
from converter.errors import InputError
from converter.hf_folder import ModelFolder, read_table
from converter.runtime import idle_cores


class ReferenceModel:
    """Logits and greedy text by transformers.

    `rounded`: names of matrices that are rounded to NF4 first, with the type they are stored as.
    """

    def __init__(
        self,
        folder: Path,
        adapter: Path | None = None,
        rounded: Mapping[str, str] | None = None,
    ) -> None:
        with _quiet():
            self._model = _load(folder)
            _round(self._model, rounded or {})
            if adapter is not None:
                self._model = _merged(self._model, adapter)

    def logits(self, ids: Sequence[int]) -> Logits:
        """After every position: float32 [len(ids), vocabulary]."""
        import torch

        with torch.inference_mode():
            out: Logits = self._model(torch.tensor([list(ids)])).logits[0].numpy()
        return out.astype(np.float32, copy=False)

    @contextmanager
    def watched(self, modules: Sequence[str], see: Callable[[str, Any], None]) -> Iterator[None]:
        """Inside, `see(module, inputs)` is called with what flows into each of `modules`."""
        known = dict(self._model.named_modules())
        hooks = [
            known[name].register_forward_pre_hook(
                lambda _module, given, name=name: see(name, given[0].detach())
            )
            for name in modules
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def greedy(self, ids: Sequence[int], limit: int, ends: Collection[int]) -> list[int]:
        """The most likely continuation, at most `limit` ids, ended by (and with) one of `ends`."""
        import torch
        from transformers import GenerationConfig

        if not hasattr(self._model, "generate"):
            return self._greedy_plainly(ids, limit, ends)
        # A configuration of our own, and the model's own emptied, which generate would fill in
        # from: the folder's may ask for sampling or for a penalty.
        settings: Any = GenerationConfig  # untyped
        self._model.generation_config = settings()
        wanted = settings(
            do_sample=False, max_new_tokens=limit, eos_token_id=sorted(ends), pad_token_id=0
        )
        prompt = torch.tensor([list(ids)])
        with torch.inference_mode():
            whole = self._model.generate(
                prompt, attention_mask=torch.ones_like(prompt), generation_config=wanted
            )
        made: list[int] = whole[0, len(ids) :].tolist()
        return made

    def _greedy_plainly(self, ids: Sequence[int], limit: int, ends: Collection[int]) -> list[int]:
        """The same for a model without generate: every step reads the whole text again."""
        made: list[int] = []
        while len(made) < limit and not (made and made[-1] in ends):
            made.append(int(self.logits([*ids, *made])[-1].argmax()))
        return made


def _round(model: Any, rounded: Mapping[str, str]) -> None:
    import torch

    from converter.four_bit import round_matrix

    parameters = dict(model.named_parameters()) if rounded else {}
    for name, dtype in rounded.items():
        values = parameters[name].detach().numpy()
        parameters[name].data = torch.from_numpy(round_matrix(values, dtype))


def _load(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(idle_cores())
    if find_architecture(read_table(folder / "config.json", "It is no model.")) is CHATGLM:
        return _chatglm(folder)
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True, attn_implementation="eager"
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(
            f"transformers cannot load {folder.name} ({error!s:.100}).", "Save the model again."
        ) from None
    return model.eval()


def _chatglm(folder: Path) -> Any:
    """Not transformers': its own code lies in the folder and is not run."""
    import torch

    from converter.architectures import chatglm_reference

    stored = ModelFolder(folder)
    sizes = CHATGLM.sizes(stored.config)
    names = [row.source for row in CHATGLM.tensors(sizes)]
    values = {name: torch.from_numpy(stored.tensors[name].read().copy()) for name in names}
    return chatglm_reference.load(sizes, values)


def _merged(model: Any, adapter: Path) -> Any:
    try:
        from peft import PeftModel
    except ImportError:
        raise InputError(
            "PEFT is not installed, so the merge cannot be proven.",
            "Install peft, or pass --skip-logits (then nothing can be published).",
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return PeftModel.from_pretrained(model, str(adapter)).merge_and_unload().eval()
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        raise InputError(
            f"PEFT cannot load {adapter.name} ({error!s:.100}).", "Save the adapter again."
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """transformers draws a progress bar on stderr while loading; the converter has its own."""
    with redirect_stderr(io.StringIO()):
        yield
