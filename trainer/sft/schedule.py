"""The learning rate over the steps of a stage. A pure function of the step."""

from __future__ import annotations

import math

from trainer.sft.config import Schedule


def rate(schedule: Schedule, step: int, total: int) -> float:
    """The rate of a step counted from 0: up over the warm-up, then as the kind says."""
    warm_up = schedule.warm_up or math.ceil(schedule.warm_up_share * total)
    if step < warm_up:
        return schedule.learning_rate * (step + 1) / warm_up
    if schedule.kind == "constant":
        return schedule.learning_rate
    done = (step - warm_up) / max(1, total - warm_up)
    share = 1 - done if schedule.kind == "linear" else (1 + math.cos(math.pi * done)) / 2
    return schedule.learning_rate * share
