"""What an export would write and take, said before anything is written: sizes, memory, time.

Sizes are exact (llama.cpp says the type of every tensor), times are tried out on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass

from converter.chat import LIMIT
from converter.direct import plan_types
from converter.effort import Machine, memory_here, proving_memory, writing_memory
from converter.export import (
    CHAT,
    DIVERGENCE,
    IMPORTANCE,
    PREDICTIONS,
    TOKENS,
    Order,
    check,
    check_room,
    disk_needed,
    file_sizes,
    writing,
)
from converter.prepare import Prepared
from converter.quantise import FLOAT_TYPES
from converter.stages import Stage
from converter.texts import read_samples
from converter.verify import CONTINUATION, LONGEST, PROMPTS, SAMPLES
from converter.weighted import DIALOGUES

_BUILT_IN_POSITIONS = 1200 + PROMPTS * 2 * CONTINUATION
"""The dialogues kept in `texts`, once each and once together, and the continuations."""


@dataclass(frozen=True)
class Estimate:
    """Bytes of each file asked for, of the disk meanwhile, of memory; stages with seconds."""

    parameters: int
    files: dict[str, int]
    needed: int
    free: int
    writing_memory: int
    proving_memory: int
    memory_here: int | None
    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(stage.seconds for stage in self.stages)


def estimate(order: Order) -> Estimate:
    """Refuse, or say what will be written and what it takes; writes nothing. Raises InputError."""
    prepared = check(order)
    sizes = file_sizes(prepared, order)
    free = check_room(order, sizes)
    return Estimate(
        parameters=prepared.parameters,
        files={kind: sizes[kind] for kind in order.types},
        needed=disk_needed(order, sizes),
        free=free,
        writing_memory=writing_memory(),
        proving_memory=proving_memory(
            prepared.parameters, list(sizes.values()), reference=order.compare_logits
        ),
        memory_here=memory_here(),
        stages=tuple(_stages(prepared, order, sizes)),
    )


def _stages(prepared: Prepared, order: Order, sizes: dict[str, int]) -> list[Stage]:
    machine = Machine()
    stages = [_writing(prepared, order, machine, kind, size) for kind, size in sizes.items()]
    quantised = [stage for stage in stages if stage.name.split()[-1] not in FLOAT_TYPES]
    parameters = prepared.parameters
    if order.imatrix is not None:
        learnt = _positions(prepared, order, imatrix=True)
        seconds = machine.forward_seconds(parameters, learnt)
        seconds += sum(stage.seconds for stage in quantised)
        stages.append(Stage(IMPORTANCE, sum(stage.size for stage in quantised), seconds))
    stages.append(Stage(TOKENS, 0, machine.token_seconds(order.strings)))
    if order.compare_logits:
        floats = 1 + sum(kind in FLOAT_TYPES for kind in sizes)
        positions = floats * _BUILT_IN_POSITIONS
        stages.append(Stage(PREDICTIONS, 0, machine.forward_seconds(parameters, positions)))
        replies = (1 + len(sizes)) * 2 * LIMIT
        stages.append(Stage(CHAT, 0, machine.forward_seconds(parameters, replies)))
    if len(sizes) > 1:
        positions = len(sizes) * _positions(prepared, order, imatrix=False)
        stages.append(Stage(DIVERGENCE, 0, machine.forward_seconds(parameters, positions)))
    return stages


def _writing(prepared: Prepared, order: Order, machine: Machine, kind: str, size: int) -> Stage:
    types = plan_types(prepared, kind, None, order.overrides)
    elements = {tensor.name: tensor.elements for tensor in prepared.plan}
    seconds = machine.write_seconds(types, elements) + machine.disk_seconds(size)
    return Stage(writing(kind), size, seconds)


def _positions(prepared: Prepared, order: Order, *, imatrix: bool) -> int:
    """Tokens of the dialogues that are learnt from, or measured on."""
    longest = prepared.context_for(LONGEST)
    file, limit = (order.imatrix, DIALOGUES) if imatrix else (order.texts, SAMPLES)
    samples = read_samples(prepared.folder, file, longest=longest, limit=limit)
    return sum(len(sample.ids) for sample in samples)
