"""The engine process: reads requests from stdin, answers on stdout, logs to stderr.

The only place where llama.cpp is loaded. Three threads: this one works, one reads requests (so that
a cancel is heard in the middle of a computation), one says twice a second that all is well. Ends
when stdin closes, because then nobody is there to talk to. Never logs what a person typed.
"""

from __future__ import annotations

import gc
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from jinja2 import TemplateError

from desktop.engine import protocol
from desktop.engine.abort import AbortFlag
from desktop.engine.base import Done, GenerationEvent, Loaded, Plan, Started, Stats
from desktop.engine.exits import EXIT_COMPUTE, EXIT_FAULT
from desktop.engine.llama import ComputeFailedError, Context, Library, LoadFailedError, Model
from desktop.engine.llama_adapter import Adapters
from desktop.engine.llama_devices import free_bytes
from desktop.engine.machine import Machine
from desktop.engine.machine_facts import read_machine
from desktop.engine.memory_use import resident_bytes
from desktop.engine.outbox import Outbox, claim_pipes
from desktop.engine.plan import choose_threads
from desktop.engine.prompt import PromptBuilder
from desktop.engine.session import Progress, Session
from desktop.engine.template import ChatTemplate
from desktop.engine.trial import Trial
from desktop.errors import XinyuError

BEAT = 0.4
# A trial begins when nothing was asked for so long, and takes so long at most.
IDLE_SECONDS, TRIAL_SECONDS = 4.0, 6.0
# A GPU with less than this is left alone: a trial needs buffers of its own.
TRIAL_ROOM = 1 << 30
UNASKED, FIRST_TRIAL = 0, -10
REHEARSED_TOKENS = 4

Work = (
    protocol.Load
    | protocol.UseAdapter
    | protocol.Tune
    | protocol.CheckHealth
    | protocol.Generate
    | protocol.GenerateStructured
)


@dataclass
class _Running:
    """What is loaded."""

    model: Model
    context: Context
    session: Session
    adapters: Adapters
    plan: Plan
    tune: bool
    threads_open: bool
    replied: bool = False


class Worker:
    """Does what the client asks, one request after the other."""

    def __init__(self, outbox: Outbox, descriptor: int) -> None:
        self._outbox = outbox
        self._input = descriptor
        self._work: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._abort = AbortFlag()
        self._progress = Progress()
        self._library = Library()
        self._running: _Running | None = None
        self._trial = UNASKED

    def run(self) -> None:
        machine = read_machine()
        self._outbox.send(protocol.Hello(protocol.VERSION, machine))
        for task in (self._listen, self._beat):
            threading.Thread(target=task, daemon=True).start()
        while True:
            try:
                work = self._work.get(timeout=IDLE_SECONDS if self._wants_trial() else None)
            except queue.Empty:
                self._try_out(protocol.Tune(UNASKED, TRIAL_SECONDS), machine)
            else:
                self._do(work, machine)

    def _wants_trial(self) -> bool:
        running = self._running
        return running is not None and running.tune and running.replied

    def _do(self, work: Work, machine: Machine) -> None:
        self._abort.begin(work.id)
        try:
            if isinstance(work, protocol.Load):
                self._load(work, machine)
            elif self._running is None:
                self._outbox.send(protocol.Failed(work.id, "engine_not_loaded", {}))
            elif isinstance(work, protocol.Tune):
                self._try_out(work, machine)
            elif isinstance(work, protocol.UseAdapter):
                self._use_adapter(work, self._running)
            elif isinstance(work, protocol.CheckHealth):
                self._running.session.check()
                self._outbox.send(protocol.Healthy(work.id))
            else:
                self._generate(work, self._running)
        except LoadFailedError as fault:
            self._outbox.send(protocol.Failed(work.id, fault.code, fault.details))
        except TemplateError:
            self._outbox.send(protocol.Failed(work.id, "model_no_template", {}))
        except XinyuError as error:
            self._outbox.send(protocol.Failed(work.id, error.code, error.details))
        finally:
            self._abort.end()

    def _load(self, work: protocol.Load, machine: Machine) -> None:
        began = time.monotonic()
        plan = replace(work.plan, threads=work.plan.threads or choose_threads())
        model = Model(self._library, work.path, plan.gpu_layers)
        context = Context(self._library, model, plan, self._abort)
        session = self._make_session(model, context)
        left = -1
        if plan.gpu_layers:
            self._rehearse(context)
            left = free_bytes()
        plan = replace(plan, context=context.size)
        chosen = work.plan.threads == 0
        self._running = _Running(
            model, context, session, Adapters(model), plan, work.tune, threads_open=chosen
        )
        # Nothing made so far will go away: the collector need not look at it again.
        gc.freeze()
        seconds = time.monotonic() - began
        loaded = _describe(model, plan, machine, seconds, left)
        self._outbox.send(protocol.ModelLoaded(work.id, loaded))

    def _use_adapter(self, work: protocol.UseAdapter, running: _Running) -> None:
        running.session.forget()
        name = running.adapters.use(running.context, work.path)
        self._outbox.send(protocol.AdapterUsed(work.id, name))

    def _try_out(self, work: protocol.Tune, machine: Machine) -> None:
        """Whatever is asked meanwhile ends the trial; it is done once for a load."""
        running = self._running
        assert running is not None
        running.tune = False
        tuned = None
        self._trial = FIRST_TRIAL - work.id  # a number that no request has
        self._abort.begin(self._trial)
        room = free_bytes() if running.plan.gpu_layers else TRIAL_ROOM
        if room >= TRIAL_ROOM and self._work.empty():
            trial = Trial(
                self._library,
                running.model,
                running.plan,
                self._abort,
                cores=machine.cores,
                logical=machine.threads,
                seconds=work.seconds,
            )
            tuned = trial.run()
        self._trial = UNASKED
        self._abort.end()
        if tuned is not None and tuned.steady and running.threads_open:
            running.context.set_threads(tuned.threads)
        self._outbox.send(protocol.TrialDone(work.id, tuned))

    def _make_session(self, model: Model, context: Context) -> Session:
        bos, eos = (
            model.special_text(find(model.vocabulary))
            for find in (model.lib.llama_vocab_bos, model.lib.llama_vocab_eos)
        )
        template = ChatTemplate(model.meta("tokenizer.chat_template"), bos, eos)
        prompts = PromptBuilder(template, model.tokenize, context.size)
        return Session(model, context, prompts, self._abort, self._progress)

    def _rehearse(self, context: Context) -> None:
        """A GPU runs out of memory at the first full batch, so that comes now.

        Single tokens after it: graphs for them are made, too, and take memory of their own.
        """
        full = min(context.batch_size, context.size - REHEARSED_TOKENS)
        context.evaluate([0] * full, 0)
        for position in range(full, full + REHEARSED_TOKENS):
            context.evaluate([0], position)
        context.wait()
        context.keep(0)

    def _generate(
        self, work: protocol.Generate | protocol.GenerateStructured, running: _Running
    ) -> None:
        tell = partial(self._tell, work.id)
        if isinstance(work, protocol.Generate):
            running.session.reply(work.messages, work.sampling, tell)
            running.replied = True
        else:
            running.session.reply_aside(work.messages, work.grammar, work.sampling, tell)

    def _tell(self, request: int, event: GenerationEvent) -> None:
        if isinstance(event, Started):
            self._outbox.send(protocol.ReplyStarted(request, event))
        elif isinstance(event, Done):
            self._outbox.send(protocol.ReplyDone(request, event))
        else:
            self._outbox.send(protocol.ReplyText(request, event.text))

    def _listen(self) -> None:
        with os.fdopen(self._input, "rb") as lines:
            for line in lines:
                try:
                    self._hear(protocol.decode_request(line))
                except protocol.ProtocolError as error:
                    logging.warning("request not understood: %s", error)
        os._exit(0)

    def _hear(self, request: protocol.Request) -> None:
        if isinstance(request, protocol.Cancel):
            self._abort.cancel(request.id)
        elif isinstance(request, protocol.AskStats):
            self._outbox.send(protocol.TellStats(request.id, self._stats()))
        elif isinstance(request, protocol.Quit):
            os._exit(0)
        else:
            self._work.put(request)
            if trial := self._trial:
                self._abort.cancel(trial)

    def _beat(self) -> None:
        while True:
            alive = protocol.Alive(time.process_time(), self._progress.evaluated, self._stats())
            self._outbox.send(alive)
            time.sleep(BEAT)

    def _stats(self) -> Stats:
        return Stats(resident_bytes(), self._progress.cached, self._progress.generated)


def _describe(model: Model, plan: Plan, machine: Machine, seconds: float, left: int) -> Loaded:
    gpus = machine.gpus
    return Loaded(
        plan=plan,
        architecture=model.meta("general.architecture"),
        name=model.meta("general.name"),
        parameters=model.parameters,
        layers=model.layers,
        device=gpus[0].description if plan.gpu_layers and gpus else "CPU",
        train_context=model.train_context,
        seconds=seconds,
        left_bytes=left,
    )


def main() -> None:
    """Run until told to quit; does not return."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the client's business
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(name)s: %(message)s")
    requests, events = claim_pipes()
    _end_on_fault(Worker, requests, events)


def _end_on_fault(make: Callable[[Outbox, int], Worker], requests: int, events: int) -> None:
    """An unknown fault ends the process: its state is in doubt and the client starts another.

    The message of an exception may quote what a person typed, so only places are logged.
    """
    status = EXIT_FAULT
    try:
        make(Outbox(events), requests).run()
    except ComputeFailedError as fault:
        logging.error("compute failed: %s", fault)
        status = EXIT_COMPUTE
    except BaseException as error:
        places = "".join(traceback.format_tb(error.__traceback__))
        logging.error("%s\n%s", type(error).__name__, places)
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
