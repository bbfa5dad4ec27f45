"""Goes down the plans for one load: what to try next, and whether what ran is good enough.

Starts from what is remembered, tries better again where there is more room than then, corrects the
estimate by what the process measured, and never repeats what has failed. Starts no process.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from desktop.engine.base import Plan, Tuned
from desktop.engine.machine import Machine
from desktop.engine.plan import LEFT, gpu_budget, plans_to_try, rank, takes_less
from desktop.engine.plans import PlanBook, Remembered, plan_key, trial_key
from desktop.engine.shape import MIB, Shape, gpu_bytes

# Less than this is the ordinary coming and going of other programs.
GROWN = 256 * MIB
# How often a load that ran is done again because a better one would have fitted.
BETTER_TRIES = 1
MOST_EXTRA = 2048 * MIB
DEFAULTS = Plan()

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A plan that ended the process in this session.

    Attributes:
        plan: which.
        free_bytes: of the GPUs before its process began.
    """

    plan: Plan
    free_bytes: int


@dataclass(frozen=True)
class Subject:
    """What a load is about: which model, where, and what was asked for."""

    model: str
    shape: Shape
    machine: Machine
    asked: Plan


class Walk:
    """One walk down.

    Args:
        subject: what is to be loaded.
        book: what is remembered.
        failure: of this session, or None.
    """

    def __init__(self, subject: Subject, book: PlanBook, failure: Failure | None = None) -> None:
        self._subject, self._book = subject, book
        self._key = plan_key(subject.model, subject.machine, subject.asked)
        self._known = book.plan(self._key)
        self._extra = self._known.extra_bytes if self._known else None
        self._free = subject.machine.free_gpu_bytes
        if failure is not None:
            self._blame(failure)
        self._failed: list[Plan] = [failure.plan] if failure else []
        if (
            self._known
            and self._known.failed
            and self._free <= self._known.failed_free_bytes + GROWN
        ):
            self._failed.append(self._known.failed)
        self._better_tries = 0
        self._good: Plan | None = None
        self._steps = self._remembered_first(self._plans())

    def next(self) -> Plan | None:
        """The plan to try now; None when all have failed."""
        return self._steps[0] if self._steps else None

    def failed(self, plan: Plan) -> None:
        """`plan` did not run: whatever asks as much is not tried any more.

        Where a smaller one ran before, that one comes again.
        """
        self._failed.append(plan)
        rest = [step for step in self._steps if step != plan]
        if self._good is not None:
            rest, self._good = [self._good, *self._plans()], None
        self._steps = [step for step in rest if self._allowed(step)]

    def keeps(self, plan: Plan, left: int) -> bool:
        """Whether `plan`, which left so many bytes of a GPU, is kept; else ask for the next one.

        Too little left asks for a smaller one. Where room for more remains, the corrected estimate
        is tried, once.
        """
        asked = self._subject.asked
        if left < 0 or not plan.gpu_layers or asked.gpu_layers >= 0:
            return True
        self._correct(plan, left)
        if left < LEFT and self._better_tries <= BETTER_TRIES:
            log.info("plan %s leaves %d MiB: too little", plan, left // MIB)
            self._good, self._better_tries = None, BETTER_TRIES
            self._failed.append(plan)
            self._steps = self._plans()
            return not self._steps
        better = self._plans()[:1]
        if self._better_tries < BETTER_TRIES and better and rank(better[0]) > rank(plan):
            log.info("plan %s leaves %d MiB: room for more", plan, left // MIB)
            self._better_tries += 1
            self._good = plan
            self._steps = better
            return False
        return True

    def remember(self, plan: Plan) -> None:
        """`plan` runs."""
        best = self._known.best if self._known else plan
        self._known = Remembered(
            plan=plan,
            best=plan if rank(plan) >= rank(best) else best,
            free_bytes=self._free,
            extra_bytes=self._extra,
            failed=self._known.failed if self._known else None,
            failed_free_bytes=self._known.failed_free_bytes if self._known else 0,
        )
        self._book.keep_plan(self._key, self._known)

    def keep_tuned(self, tuned: Tuned, gpu: bool) -> None:
        """What a trial of this model found."""
        subject = self._subject
        self._book.keep_tuned(trial_key(subject.model, subject.machine, gpu), tuned)

    def is_tuned(self, gpu: bool) -> bool:
        return self._tuned(gpu) is not None

    def is_lowered(self, plan: Plan) -> bool:
        """Less than what once ran on this computer, or than what this session began with."""
        best = self._known.best if self._known else plan
        return rank(plan)[:3] < rank(best)[:3]

    def _blame(self, failure: Failure) -> None:
        """Where nobody else took the memory, the plan itself is to blame: also the next time."""
        if failure.plan.gpu_layers and self._free >= failure.free_bytes - GROWN:
            known = self._known or Remembered(failure.plan, failure.plan, self._free)
            self._known = replace(known, failed=failure.plan, failed_free_bytes=self._free)
            self._book.keep_plan(self._key, self._known)

    def _plans(self) -> list[Plan]:
        """All that may be tried, with what trials found for GPU and CPU filled in."""
        subject = self._subject
        asked = self._filled(subject.asked, self._tuned(gpu=True))
        found = plans_to_try(asked, subject.shape, subject.machine, self._extra)
        on_cpu = self._filled(replace(subject.asked, gpu_layers=0), self._tuned(gpu=False))
        found = [plan for plan in found if plan.gpu_layers]
        found += plans_to_try(on_cpu, subject.shape, subject.machine)
        return [step for step in found if self._allowed(step)] or found[-1:]

    def _allowed(self, step: Plan) -> bool:
        return all(takes_less(step, plan, self._subject.shape) for plan in self._failed)

    def _tuned(self, gpu: bool) -> Tuned | None:
        return self._book.tuned(trial_key(self._subject.model, self._subject.machine, gpu))

    def _filled(self, plan: Plan, tuned: Tuned | None) -> Plan:
        """What the person did not ask for comes from the trial."""
        if tuned is None:
            return plan
        return replace(
            plan,
            threads=plan.threads or tuned.threads,
            batch=tuned.batch if plan.batch == DEFAULTS.batch else plan.batch,
            attention=tuned.attention if plan.attention is DEFAULTS.attention else plan.attention,
        )

    def _remembered_first(self, steps: list[Plan]) -> list[Plan]:
        """What ran last time comes first, unless there is much more room now, or too little."""
        known = self._known
        if (
            known is None
            or not steps
            or not self._allowed(known.plan)
            or not self._fits(known.plan)
        ):
            return steps
        if self._free > known.free_bytes + GROWN and rank(steps[0]) > rank(known.plan):
            return steps
        tuned = self._tuned(gpu=bool(known.plan.gpu_layers))
        asked = self._filled(self._subject.asked, tuned)
        first = replace(
            known.plan, threads=asked.threads, batch=asked.batch, attention=known.plan.attention
        )
        if rank(steps[0])[:3] == rank(first)[:3]:
            return steps
        smaller = [step for step in steps if takes_less(step, first, self._subject.shape)]
        return [first, *smaller] if self._fits(first) else steps

    def _still_as_little(self, known: Remembered) -> bool:
        """No more free than when a plan failed."""
        return self._free <= known.failed_free_bytes + GROWN

    def _fits(self, plan: Plan) -> bool:
        if not plan.gpu_layers:
            return True
        room = gpu_budget(self._subject.machine, self._extra)
        # What was measured to fit needs no spare for what an estimate overlooks.
        return gpu_bytes(plan, self._subject.shape) + (self._extra or 0) <= room + GROWN // 8

    def _correct(self, plan: Plan, left: int) -> None:
        """What the process took beyond the estimate, as far as one GPU tells."""
        if len(self._subject.machine.gpus) == 1:
            used = self._free - left
            estimate = gpu_bytes(plan, self._subject.shape)
            # Beyond these bounds it was another program that came or went.
            self._extra = max(-estimate // 2, min(used - estimate, MOST_EXTRA))
