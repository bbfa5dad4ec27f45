"""A short measured trial in the engine process: which threads, batch and attention are quickest.

Works with a context of its own, as small as it may be, so that the conversation's cache stays and
a message that comes meanwhile finds everything ready: the abort flag ends the trial at once. What
is not clearly quicker than what is used now is not chosen.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

from desktop.engine.abort import AbortFlag
from desktop.engine.base import Attention, CacheType, Plan, Tuned
from desktop.engine.llama import Context, Library, LoadFailedError, Model
from desktop.engine.others import Others
from desktop.engine.plan import MOST_THREADS
from desktop.engine.shape import CPU_ROWS

# A turn as people have it: a message and a little of the prompt read, a reply written.
READ, WRITTEN = 100, 100
TRIAL_CONTEXT = 1024
# What one measurement should take, and how many tokens it may then have.
MEASURE_SECONDS = 0.12
FEWEST, MOST_WRITTEN, MOST_READ = 4, 48, 512
CLEARLY = 0.97
# The same plan measured at the end may differ so much from the beginning.
STEADY = 1.25
# A share of the processors: more, and threads that wait for each other look slow in vain.
LITTLE = 0.15
CPU_BATCHES, GPU_BATCHES = (32, 64, 128), (256, 512, 1024)

log = logging.getLogger(__name__)


class CutShortError(Exception):
    """A message came, or the time was over."""


class Trial:
    """One trial of a loaded model.

    Args:
        plan: as it is carried out now.
        cores: physical ones.
        logical: processors.
        seconds: at most.
    """

    def __init__(
        self,
        library: Library,
        model: Model,
        plan: Plan,
        abort: AbortFlag,
        *,
        cores: int,
        logical: int,
        seconds: float,
    ) -> None:
        self._library, self._model, self._abort = library, model, abort
        self._plan = replace(plan, context=min(plan.context, TRIAL_CONTEXT))
        self._cores, self._logical = cores, logical
        self._until = time.monotonic() + seconds
        self._context: Context | None = None
        self._made_for: Plan | None = None
        self._sizes = (FEWEST, FEWEST)

    def run(self) -> Tuned | None:
        """The quickest that was found in the time; None where a message cut it short."""
        best, quickest, usual, steady = self._plan, 0.0, 0.0, False
        others = Others()
        try:
            self._size()
            quickest = usual = self._turn_seconds(self._plan)
            for variants in (self._threads, self._batches, self._attentions):
                for plan in variants(best):
                    seconds = self._turn_seconds(plan)
                    log.info("trial: %s %.3f s", plan, seconds)
                    if seconds < quickest * CLEARLY:
                        best, quickest = plan, seconds
            again = self._turn_seconds(self._plan)
            steady = usual / STEADY < again < usual * STEADY and others.share() < LITTLE
        except CutShortError:
            if self._abort.raised:
                return None
        finally:
            self._close()
        return Tuned(best.threads, best.batch, best.attention, quickest, usual, steady)

    def _threads(self, plan: Plan) -> Iterator[Plan]:
        """Nothing to choose where a GPU does it all."""
        if plan.gpu_layers > self._model.layers:
            return
        counts = {1, self._cores - 1, self._cores, min(self._logical, MOST_THREADS)}
        for threads in sorted(count for count in counts if count > 0 and count != plan.threads):
            yield replace(plan, threads=threads)

    def _batches(self, plan: Plan) -> Iterator[Plan]:
        for batch in GPU_BATCHES if plan.gpu_layers else CPU_BATCHES:
            # On a CPU a larger batch is cut into rows anyway.
            if batch != (plan.batch if plan.gpu_layers else min(plan.batch, CPU_ROWS)):
                yield replace(plan, batch=batch)

    def _attentions(self, plan: Plan) -> Iterator[Plan]:
        if plan.cache is CacheType.F16:
            yield replace(plan, attention=Attention.OFF)
            yield replace(plan, attention=Attention.ON)

    def _size(self) -> None:
        """As many tokens as a measurement has time for on this computer."""
        written = self._write_seconds(self._plan, FEWEST) / FEWEST
        read = self._read_seconds(self._plan, 4 * FEWEST) / (4 * FEWEST)
        most = min(MOST_READ, self._plan.context // 2)
        self._sizes = (
            max(4 * FEWEST, min(most, round(MEASURE_SECONDS / max(read, 1e-9)))),
            max(FEWEST, min(MOST_WRITTEN, round(MEASURE_SECONDS / max(written, 1e-9)))),
        )

    def _turn_seconds(self, plan: Plan) -> float:
        """The better of two measurements, for a turn of the usual size."""
        read, written = self._sizes
        try:
            return min(
                self._read_seconds(plan, read) / read * READ
                + self._write_seconds(plan, written) / written * WRITTEN
                for _ in range(2)
            )
        except LoadFailedError:
            return float("inf")  # this build or this memory cannot do it

    def _read_seconds(self, plan: Plan, tokens: int) -> float:
        context = self._ready(plan)
        began = time.perf_counter()
        for start in range(0, tokens, plan.batch):
            self._evaluate(context, min(plan.batch, tokens - start), start)
        context.wait()
        return time.perf_counter() - began

    def _write_seconds(self, plan: Plan, tokens: int) -> float:
        context = self._ready(plan)
        self._evaluate(context, 1, 0)
        began = time.perf_counter()
        for position in range(1, tokens + 1):
            self._evaluate(context, 1, position)
            context.wait()
        return time.perf_counter() - began

    def _evaluate(self, context: Context, tokens: int, position: int) -> None:
        if time.monotonic() > self._until or not context.evaluate([0] * tokens, position):
            raise CutShortError

    def _ready(self, plan: Plan) -> Context:
        """An empty context for this plan; threads alone need no new one."""
        like = replace(plan, threads=0)
        if self._context is None or self._made_for != like:
            self._close()
            self._context = Context(self._library, self._model, plan, self._abort)
            self._made_for = like
        self._context.set_threads(plan.threads)
        self._context.keep(0)
        return self._context

    def _close(self) -> None:
        if self._context is not None:
            self._context.close()
        self._context = None
