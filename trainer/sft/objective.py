"""The model with its loss as one module: what is wrapped for several processes is this.

Knows the packing and the loss, nothing of optimisers, steps or files.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn

from trainer.sft import loss
from trainer.sft.pieces import Piece


class Objective(nn.Module):
    """Weighted nats of a piece.

    Args:
        model: a causal language model, with or without PEFT around it, whose attention is
            trainer.sft.attention's.
        neftune: noise on the embeddings in training (Jain et al. 2023, arXiv 2310.05914); 0 none.
    """

    def __init__(self, model: nn.Module, neftune: float = 0.0) -> None:
        super().__init__()
        self.model = model
        self.neftune = neftune
        self._noise_size: Tensor | None = None
        self._embedding().register_forward_hook(self._noise)

    def forward(self, piece: Piece) -> Tensor:
        """The sum over the piece's rows of weight times nats, a float32 scalar."""
        self._noise_size = self._sizes(piece) if self.neftune and self.training else None
        states = self._states(piece)
        return loss.weighted_nats(states, self._head(), piece.targets, piece.weights)

    @torch.no_grad()
    def nats(self, piece: Piece) -> Tensor:
        """The nats of each row that counts, (rows,) float32."""
        return loss.nats(self._states(piece), self._head(), piece.targets)

    def causal(self) -> Any:
        """The language model itself, adapters injected."""
        unwrap = getattr(self.model, "get_base_model", None)
        return unwrap() if unwrap else self.model

    def layers(self) -> list[nn.Module]:
        """Its decoder layers."""
        return list(self.causal().model.layers)

    def _states(self, piece: Piece) -> Tensor:
        out = self.causal().model(
            input_ids=piece.ids,
            position_ids=piece.positions,
            use_cache=False,
            cu_seq_lens_q=piece.bounds,
            max_length_q=piece.longest,
        )
        return cast(Tensor, out.last_hidden_state)[0].index_select(0, piece.places)

    def _head(self) -> Tensor:
        weight = self.causal().get_output_embeddings().weight
        return cast(Tensor, weight.detach())

    def _embedding(self) -> nn.Embedding:
        return cast(nn.Embedding, self.causal().get_input_embeddings())

    def _sizes(self, piece: Piece) -> Tensor:
        """How large the noise is at each position, (1, tokens, 1): smaller in longer dialogues."""
        lengths = piece.bounds.diff()
        width = self._embedding().weight.shape[1]
        sizes = self.neftune / (lengths * width).float().sqrt()
        return sizes.repeat_interleave(lengths, output_size=piece.tokens)[None, :, None]

    def _noise(self, module: nn.Module, _: Any, out: Tensor) -> Tensor:
        if self._noise_size is None or not module.training:
            return out
        noise = torch.empty_like(out).uniform_(-1, 1)
        return out + noise * self._noise_size.to(out.dtype)
