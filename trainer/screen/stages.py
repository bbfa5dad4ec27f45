"""The two stages of `xinyu-train screen`: what is read, in which order, and what comes out.

Knows where things lie; counting stands in `measure`, training in `fit`, words in `report`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.screen import cases, corpus, encoders, fit, linear, rows, thresholds
from trainer.screen.load import Load, escaped, measured
from trainer.screen.measure import Answer
from trainer.screen.prepare import folds as make_folds
from trainer.screen.prepare import write_corpus, write_rows
from trainer.screen.relations import Relation, relations

SMILE_TRAINED = 1200
SMILE_MEASURED = 2000
SMILE_READ = 170_000
ROWS, ENCODERS = "rows.json.xz", "encoders"
LICENCES = {
    "psyguard": "MIT, 2024 qiuhuachuan",
    "smile": "CC0",
    "cpsycound": "CC BY 4.0, CAS-SIAT-XinHai",
    "emollm": "MIT, 2024 SmartFlowAI",
    "cases": "Apache-2.0",
}
# Utterances of CPsyCounE that are not ordinary talk (topic, file: indexes).
NOT_ORDINARY = {
    "Family Relationship/2": (0, 8, 10), "Family Relationship/3": (0, 2, 6), "Sex/1": (0,),
    "Sex/2": (0, 2), "Love&Marriage/2": (10,), "Self-growth/2": (2,), "Self-growth/3": (0, 4),
}  # fmt: skip
IDIOMS = (
    "累死我了", "作业多到死", "笑死我了", "热死了", "困死了", "饿死了快去吃饭", "堵死了",
    "这道题难死了", "吓死宝宝了", "烦死了不想上班", "气死我了", "冷死了", "忙死了", "丑死了",
    "可爱死了这只猫", "好吃到死", "死机了电脑又", "他是我的死党", "这个死胡同走不通", "尴尬得想死",
    "社死现场", "撑死我了", "甜死了这奶茶", "无聊死了", "急死人了", "该死的闹钟", "我真的会谢笑死",
    "羡慕死你了", "想死你了什么时候回来", "渴死了", "吵死了楼上", "被蚊子咬死了", "期末要背死了",
    "这游戏难打死了", "疼死了撞到桌角", "死活打不开瓶盖", "臭死了这豆腐", "辣死我了", "帅死了",
    "加班加到死", "死猪不怕开水烫", "要死要活地减肥", "打死我也不说", "笑不活了", "馋死我了",
    "手机没电了死定了", "香死了", "麻烦死了", "晒死了", "感动死了",
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Where things are read from."""

    shared: Path
    assets: Path

    @property
    def guard(self) -> Path:
        return self.shared / "evaluation" / "data" / "psyguard" / "valid.json.xz"

    @property
    def smile(self) -> Path:
        return self.shared / "corpora" / "smile.jsonl.xz"

    @property
    def cpsycoune(self) -> Path:
        return self.shared / "evaluation" / "data" / "cpsycoune"

    @property
    def given(self) -> Path:
        return self.shared / "safety" / "cases_give.tsv"


@dataclass(frozen=True)
class Figures:
    """Everything that was asked of the screen, with what it answered."""

    guard: list[tuple[rows.GuardRow, Answer]]
    given: list[tuple[cases.Case, Answer]]
    tuned: list[tuple[cases.Case, Answer]]
    scored: list[tuple[cases.Case, Answer]]
    ordinary: dict[str, list[Answer]]
    relations: list[tuple[Relation, Answer]]
    load: Load


def training_rows(places: Places, seed: int) -> list[rows.Row]:
    """Tuned cases, PsyGUARD, plain sentences, ordinary talk."""
    found = [rows.from_case(case) for case in _cases(places) if case.tuned]
    found += [rows.from_guard(i, row) for i, row in enumerate(rows.read_guard(places.guard))]
    found += rows.plain(Path(__file__).parent / "plain.tsv")
    own = rows.own_dialogues(places.assets / "dialogues")
    found += rows.ordinary(own, "dialogues")
    smile = rows.smile_turns(places.smile, SMILE_TRAINED, seed, measured=False)
    return found + list(rows.ordinary(smile, "smile"))


def prepare(places: Places, work: Path, seed: int) -> str:
    """Write what the encoder is trained on into the work folder."""
    examples, folds = _examples(places, seed)
    write_rows(work / ROWS, examples, folds)
    texts = corpus.texts(places.shared, places.assets, SMILE_READ, seed)
    write_corpus(work / "corpus.txt.xz", texts)
    return json.dumps({"rows": len(examples), "texts": len(texts)})


def train(places: Places, out: Path, work: Path, seed: int, today: str) -> str:
    """Write the models that ship; says how many rows they saw."""
    known = _learn(places, work, seed)
    encoder = None
    if known.encoded:
        encoder = out.with_name("screen_encoder.npz")
        shutil.copyfile(work / ENCODERS / encoders.FULL, encoder)
    sources = sorted({row.source for row in known.rows})
    counts = {name: sum(row.source == name for row in known.rows) for name in sources}
    about = {
        "made_on": today,
        "seed": seed,
        "rows": counts,
        "licences": LICENCES,
        "reviewed_by_a_clinician": False,
    }
    shutil.copyfile(linear.path_of(work / ENCODERS, "full"), out)
    fit.vouch(out, known.thresholds, about, encoder)
    size = out.stat().st_size + (encoder.stat().st_size if encoder else 0)
    return json.dumps({"rows": counts, "thresholds": known.thresholds, "bytes": size})


@dataclass(frozen=True)
class _Learned:
    """Rows and their folds, and the thresholds chosen on held-out numbers.

    Attributes:
        encoded: whether an encoder judges beside the runs of characters.
    """

    rows: list[rows.Row]
    folds: NDArray[np.int64]
    thresholds: dict[str, dict[str, float]]
    encoded: bool


def _learn(places: Places, work: Path, seed: int) -> _Learned:
    """What the work folder holds for today's rows, made where it is missing."""
    examples, folds = _examples(places, seed)
    write_rows(work / ROWS, examples, folds)
    made = work / ENCODERS
    encoders.forget_others(made, work / ROWS)
    encoded = encoders.ensure(made, work / ROWS, seed)
    linear.ensure(work / ROWS, made)
    numbers = encoders.held_out(made) if encoded else None
    likely = fit.probabilities(linear.held_out(made, folds), numbers)
    return _Learned(examples, folds, thresholds.choose(examples, likely), encoded)


def _examples(places: Places, seed: int) -> tuple[list[rows.Row], NDArray[np.int64]]:
    examples = training_rows(places, seed)
    return examples, make_folds(examples, rows.read_guard(places.guard), seed)


def figures(places: Places, work: Path, seed: int) -> Figures:
    """Ask the screen everything; PsyGUARD by models that did not see the row."""
    every = _cases(places)
    asked = list(relations())
    return Figures(
        guard=guard_by_folds(places, work, seed),
        given=ask_cases(cases.read_file(places.given, pair_column=False)),
        tuned=ask_cases([case for case in every if case.tuned]),
        scored=ask_cases([case for case in every if not case.tuned]),
        ordinary={name: _ask(texts) for name, texts in ordinary(places, seed).items()},
        relations=list(zip(asked, _ask_turns([r.turns for r in asked]), strict=True)),
        load=measured([case.text for case in every[::7]]),
    )


def guard_by_folds(places: Places, work: Path, seed: int) -> list[tuple[rows.GuardRow, Answer]]:
    """Each fifth is screened by rules and models of everything else; stratified, seed 0."""
    known = _learn(places, work, seed)
    given = rows.read_guard(places.guard)
    where = [i for i, row in enumerate(known.rows) if row.source == "psyguard"]
    answers: dict[int, Answer] = {}
    for fold in range(int(known.folds.max()) + 1):
        outside = [i for i, place in enumerate(where) if known.folds[place] == fold]
        encoder = encoders.fold(work / ENCODERS, fold) if known.encoded else None
        weights = linear.path_of(work / ENCODERS, str(fold))
        fit.vouch(weights, known.thresholds, {}, encoder)
        lines = [escaped(given[i].text) for i in outside]
        answers |= zip(outside, fit.ask_screen("--json", lines, weights), strict=True)
    return [(row, answers[i]) for i, row in enumerate(given)]


def ordinary(places: Places, seed: int) -> dict[str, list[str]]:
    """Talk in which nothing should be noticed."""
    return {
        "CPsyCounE seeker turns": seeker_turns(places.cpsycoune),
        "SMILE client turns": rows.smile_turns(places.smile, SMILE_MEASURED, seed, measured=True),
        "idioms with 死": list(IDIOMS),
    }


def seeker_turns(folder: Path) -> list[str]:
    """The seekers' turns that are ordinary talk."""
    found = []
    for path in sorted(folder.rglob("*.json")):
        left_out = NOT_ORDINARY.get(f"{path.parent.name}/{path.stem}", ())
        said = json.loads(path.read_text("utf-8"))
        for number, utterance in enumerate(said):
            who, _, words = utterance.partition("：")
            if who == "求助者" and number not in left_out:
                found.append(words)
    return found


def _cases(places: Places) -> list[cases.Case]:
    return cases.read_cases(places.assets / "safety" / "cases")


def ask_cases(asked: Sequence[cases.Case]) -> list[tuple[cases.Case, Answer]]:
    """The shipped screen's answer to every case."""
    answers = _ask_turns([rows.turns_of(case.text) for case in asked])
    return list(zip(asked, answers, strict=True))


def _ask_turns(conversations: Sequence[tuple[str, ...]]) -> list[Answer]:
    return fit.ask_screen("--context", [json.dumps(turns) for turns in conversations])


def _ask(texts: Sequence[str]) -> list[Answer]:
    return fit.ask_screen("--json", [escaped(text) for text in texts])
