"""Nothing calls the app a therapist, a doctor or a licensed counsellor, in any language (G15).

Several laws forbid it. Every string a person or a model reads is looked at sentence by sentence:
one that names a profession or a treatment must say that the app is none, or speak of people who
are. The pages are searched for sentences that claim it of the app.
"""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cli import build_parser

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "README.zh-CN.md", "CHANGELOG.md", "docs/safety.md", "docs/benchmarks.md",
         "assets/models/README.md")  # fmt: skip
PROFESSION = re.compile(
    r"therap|doctor|physician|psychiatr|psycholog|counsell?or|counsell?ing|clinic|diagnos|treatment"
    r"|licen[cs]ed|medical|nurse|\bcure"
    r"|治疗|医生|医师|咨询师|心理咨询|心理辅导|诊断|诊疗|疗程|执照|持证|治愈|护士|大夫",
    re.IGNORECASE,
)
NAMED = PROFESSION.pattern
# What such a sentence may say, and why.
ALLOWED = {
    rf"\b(?:no|not|nor|never|neither|without|nothing)\b[^.;]{{0,60}}?(?:{NAMED})": "a denial",
    rf"(?:不是|不|没有|也没有|判断不了)[^。；]{{0,12}}?(?:{NAMED})": "the same in Chinese",
    r"medical emergency": "names what an ambulance is for",
    r"(?:go to|see|ask|towards|with) a doctor|a doctor who sees you": "points to people who are",
    r"看医生|见到你的医生|急救": "points to people who are",
    r"(?:for|tell) (?:a|your|my|the) therapist": "the person's own",
    r"summary for a therapist|想告诉咨询师|给咨询师": "for a human of the person's own",
    r"医生、医院、热线|doctor, (?:clinic|hospital)|[Dd]octors?, ": "whom to turn to",
    r"public counselling dialogues": "names the data of the starter model",
    r"xinyu doctor --|\n {4}doctor {8,}what this computer offers": "a command for the computer",
}
CLAIM = re.compile(
    r"(?:xinyu|the app|this app|the program|it|we) "
    r"(?:is|are|acts as|works as|offers|provides|gives) "
    r"(?:an? |your |the )?(?:\w+ ){0,2}?(?:therapist|therapy|psychotherapy|doctor|psychologist"
    r"|psychiatrist|counsell?or|treatment|diagnosis|medical)"
    r"|(?:therapist|doctor|counsell?or|psychologist) (?:app|bot|in your pocket|on your computer)"
    r"|(?:心屿|它|本应用|这个应用|我们)(?:就)?(?:是|提供|能做|进行)(?:你的|您的|一?个|一名|一位|专业的?)*"
    r"(?:心理)?(?:医生|医师|治疗师?|咨询师|心理咨询|诊断|诊疗)",
    re.IGNORECASE,
)


def leaves(value: object, where: str) -> Iterator[tuple[str, str]]:
    """All texts of a parsed file, each with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{where}.{key}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, f"{where}[{number}]")


def strings() -> Iterator[tuple[str, str]]:
    """Everything that is shown or read to a model."""
    assets = ROOT / "assets"
    for path in (assets / "i18n/messages.toml", *sorted((assets / "prompts").glob("*.toml"))):
        yield from leaves(tomllib.loads(path.read_text("utf-8")), path.name)
    guard = tomllib.loads((assets / "safety/guard.toml").read_text("utf-8"))
    yield from leaves(guard["words"], "guard.toml")
    for path in sorted((assets / "i18n").glob("*.ts")):
        for element in ElementTree.parse(path).iter():
            if element.tag in ("source", "translation"):
                yield path.name, element.text or ""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    yield "pyproject.toml", project["description"]
    yield "xinyu --help", build_parser().format_help()


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？；])|(?<=[.;!?])\s|\n\n", text) if part.strip()]


def unexplained(text: str) -> list[str]:
    """Sentences that name a profession or a treatment without one of the reasons."""
    return [
        sentence
        for sentence in sentences(text)
        if PROFESSION.search(sentence)
        and not any(re.search(allowed, sentence, re.IGNORECASE) for allowed in ALLOWED)
    ]


def test_no_string_claims_a_profession_or_a_treatment() -> None:
    found = [(where, sentence) for where, text in strings() for sentence in unexplained(text)]
    assert found == []


def test_every_string_was_looked_at() -> None:
    places = {where.split(".")[0] for where, _ in strings()}
    assert {"messages", "counsellor", "safety", "guard", "xinyu_zh", "xinyu_en"} <= places


@pytest.mark.parametrize("page", PAGES)
def test_no_page_claims_it_of_the_app(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    claimed = [sentence for sentence in sentences(text) if CLAIM.search(sentence)]
    assert [sentence for sentence in claimed if unexplained(sentence)] == []


@pytest.mark.parametrize(
    "claim",
    [
        "Xinyu is your therapist.", "It is a licensed counsellor.", "A doctor on your computer.",
        "Xinyu is a doctor and not a bot.", "The app offers professional therapy.",
        "心屿是你的心理咨询师。", "它提供专业的心理治疗。",
    ],
)  # fmt: skip
def test_a_claim_would_be_found(claim: str) -> None:
    assert unexplained(claim) == [claim]
    assert CLAIM.search(claim)


@pytest.mark.parametrize(
    "denial",
    ["It is no doctor and no therapy.", "它不是医生，也不是心理治疗。", "See a doctor today."],
)
def test_a_denial_is_none(denial: str) -> None:
    assert unexplained(denial) == []
