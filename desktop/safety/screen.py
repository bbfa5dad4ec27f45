"""Notices when a person may be in danger: text in, tier out; no network, no language model.

    load_screen(assets).one("...")                 one message
    load_screen(assets).conversation([...])        the person's turns, the last one is screened

Deterministic. It keeps judgements of the latest texts only to be quick, never to decide. A broken
table or model leaves what still works, and `notices` says so. It is no diagnosis, and what it says
is for the app to act on, never to be shown to the person as a score.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from desktop.safety.context import Context
from desktop.safety.judge import NOTHING, Judge, Judgement, Screening
from desktop.safety.model import LearnedModel, ModelError, load_model
from desktop.safety.normalise import NO_TABLES, Normaliser, Tables, load_tables
from desktop.safety.rules import Rules
from desktop.safety.table import FLOOR, SignalTable, TableError, load_table

REMEMBERED = 256
TURNS_READ = 60
TURNS_TOGETHER = 6
LONGEST_TURN = 200_000


class Screen:
    """The whole screen.

    Attributes:
        notices: codes of messages.toml, one for each part that could not be read.
    """

    def __init__(self, judge: Judge, table: SignalTable, notices: tuple[str, ...] = ()) -> None:
        self.notices = notices
        self.judge = judge
        self._context = Context(table)
        self._known: OrderedDict[str, Judgement] = OrderedDict()

    def one(self, text: str) -> Screening:
        """Screen a message by itself."""
        return self._judged(text).screening if text.strip() else NOTHING

    def conversation(self, turns: Sequence[str]) -> Screening:
        """Screen the last of the person's turns in the light of those before."""
        if not turns:
            return NOTHING
        read = turns[-TURNS_READ:]
        judged = [self._judged(turn) for turn in read]
        if len(judged) == 1:
            return self.one(turns[-1])
        return self._context.last(judged, self.together(read))

    def together(self, turns: Sequence[str]) -> Judgement:
        """The latest turns read as one text."""
        return self._judged(joined(turns))

    def _judged(self, text: str) -> Judgement:
        text = (
            text
            if len(text) <= LONGEST_TURN
            else text[: LONGEST_TURN // 2] + text[-LONGEST_TURN // 2 :]
        )
        known = self._known.get(text)
        if known is None:
            known = self.judge.one(text)
            if len(text) < 2_000:
                self._known[text] = known
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known


def joined(turns: Sequence[str]) -> str:
    """How turns are read together, here and in training."""
    return "\n".join(turn[-1_000:] for turn in turns[-TURNS_TOGETHER:])


def load_screen(assets: Path, model_file: Path | None = None) -> Screen:
    """Read everything; whatever cannot be read leaves a notice and never an exception."""
    notices: list[str] = []
    table = _table(assets, notices)
    judge = Judge(Normaliser(_tables(assets, notices)), Rules(table), None)
    judge.model = _model(model_file or assets / "safety" / "screen_model.npz", notices)
    return Screen(judge, table, tuple(notices))


def floor_screen() -> Screen:
    """The plainest sentences, compiled in: for a screen that could not be made at all."""
    return Screen(Judge(Normaliser(NO_TABLES), Rules(FLOOR), None), FLOOR, ("safety_rules_floor",))


def _table(assets: Path, notices: list[str]) -> SignalTable:
    try:
        return load_table(assets)
    except (TableError, RecursionError):
        notices.append("safety_rules_floor")
        return FLOOR


def _tables(assets: Path, notices: list[str]) -> Tables:
    try:
        return load_tables(assets)
    except (OSError, ValueError, KeyError, TypeError):
        notices.append("safety_tables_missing")
        return NO_TABLES


def _model(path: Path, notices: list[str]) -> LearnedModel | None:
    try:
        return load_model(path)
    except ModelError:
        notices.append("safety_model_missing")
        return None
