"""What is shown for each tier and kind, and that every word and line named there exists."""

from __future__ import annotations

import itertools

import pytest

from desktop.paths import assets_folder
from desktop.safety.helplines import KIND_ORDER, load_helplines
from desktop.safety.judge import Screening
from desktop.safety.respond import Card, is_echo, named_lines, reaction, words_to_say
from desktop.safety.table import KINDS, TIERS
from desktop.wording import load_wording

ALL = [
    Screening(tier, kinds, 0.5, ())
    for tier in TIERS
    for size in range(3)
    for kinds in itertools.combinations(KINDS, size)
]


@pytest.mark.parametrize(("tier", "card"), list(zip(TIERS, Card, strict=True)))
def test_each_tier_has_its_card(tier: str, card: Card) -> None:
    assert reaction(Screening(tier, (), 0.5, ())).card == card


def test_nothing_noticed_shows_nothing() -> None:
    nothing = reaction(Screening("T0", (), 0.0, ()))

    assert (nothing.messages, nothing.lines) == ((), ())


@pytest.mark.parametrize("screening", ALL, ids=lambda s: s.tier + "".join(s.kinds))
def test_words_and_lines_exist(screening: Screening) -> None:
    shown = reaction(screening, is_minor=True)
    for language in ("zh", "en"):
        wording = load_wording(assets_folder(), language)
        general = wording.sentence("never_heard_of").replace("never_heard_of", "")
        for code in shown.messages:
            assert wording.sentence(code).replace(code, "") != general
    assert set(shown.lines) <= set(KIND_ORDER)
    assert bool(shown.lines) == (shown.card > Card.NONE)


def test_imminent_and_medical_put_the_emergency_number_first() -> None:
    assert reaction(Screening("T4", ("A",), 1, ())).lines[0] == "emergency"
    assert reaction(Screening("T0", ("M",), 1, ())).lines[0] == "emergency"
    assert reaction(Screening("T3", (), 1, ())).plan_in_reach


def test_a_minor_sees_the_youth_line() -> None:
    assert "youth" in reaction(Screening("T2", (), 1, ()), is_minor=True).lines
    assert "youth" not in reaction(Screening("T2", (), 1, ())).lines


def test_soft_words_are_said_once_and_those_of_danger_whenever_it_is_there_anew() -> None:
    for tier, again in (("T1", ()), ("T2", ()), ("T3", ("safety_t3",)), ("T4", ("safety_t4",))):
        anew = Screening(tier, (), 0.9, ("rule",))
        words = words_to_say(anew, reaction(anew), ())
        assert words_to_say(anew, reaction(anew), words) == again
        lasting = Screening(tier, (), 0.9, ("lasting",))
        assert is_echo(lasting)
        assert words_to_say(lasting, reaction(lasting), words) == ()


@pytest.mark.parametrize(
    ("tier", "kinds", "first"),
    [("T3", (), "12356"), ("T4", (), "110"), ("T4", ("M",), "120"), ("T0", ("A",), "110")],
)
def test_which_number_comes_first(tier: str, kinds: tuple[str, ...], first: str) -> None:
    lines = load_helplines(assets_folder()).for_region("CN")

    shown = named_lines(reaction(Screening(tier, kinds, 0.9, ())), lines)

    assert shown[0].number == first
