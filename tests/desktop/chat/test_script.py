"""What the prompt carries at risk, and that it stays where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.chat.prompt import Prompt
from desktop.chat.script import CALM, Risk, Script, load_script
from desktop.engine.base import ChatMessage
from desktop.engine.prompt import PromptBuilder
from desktop.engine.template import ChatTemplate
from desktop.paths import assets_folder
from desktop.store.records import Message, State

PARTS = ("reminder", "form", "notes", "t2", "t3", "t4", "M", "A", "V", "P", "TP")
TEXTS = {part: {"zh": f"[{part}]", "en": f"[{part}]"} for part in PARTS}
CHATML = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def script(lines: Sequence[str] = ()) -> Script:
    return Script(TEXTS, again_after=3, remind_after=4, pinned=lambda _: lines)


def places(*levels: int, lines: Sequence[str] = ()) -> dict[int, str]:
    return script(lines).before([Risk(level) for level in levels], "zh")


def test_ordinary_talk_carries_nothing_but_a_reminder_now_and_then() -> None:
    assert places(0, 1, 0) == {}
    assert places(*[0] * 9) == {4: "[reminder]", 8: "[reminder]"}


def test_a_tier_is_said_where_it_begins_again_later_and_when_it_changes() -> None:
    found = places(0, 2, 2, 2, 2, 4, 0)
    assert found == {1: "[t2]\n[form]", 4: "[t2]\n[form]", 5: "[t4]\n[form]"}


def test_kinds_have_scripts_of_their_own() -> None:
    risk = Risk(3, frozenset({"P", "A"}))
    assert script().before([risk], "zh") == {0: "[t3]\n[A]\n[P]\n[form]"}
    assert script().before([Risk(0, frozenset({"TP"}))], "zh") == {0: "[TP]\n[form]"}


def test_pinned_lines_stand_with_the_newest_script_only() -> None:
    found = places(2, 2, 2, 2, lines=["说过会打给姐姐"])
    assert found[0] == "[t2]\n[form]"
    assert found[3] == "[t2]\n[form]\n[notes]\n- 说过会打给姐姐"
    assert places(0, 0, lines=["说过会打给姐姐"]) == {}


def test_what_was_said_once_stays_where_it_stood() -> None:
    levels = [0, 2, 2, 3, 3, 3, 3, 0, 0, 0, 0, 0, 2]
    for count in range(1, len(levels)):
        before, after = places(*levels[:count]), places(*levels[: count + 1])
        assert before.items() <= after.items()


def path(count: int) -> list[Message]:
    found = []
    for number in range(count):
        role = "user" if number % 2 == 0 else "assistant"
        found.append(Message(number + 1, 1, None, role, f"话{number}", State.COMPLETE, None, 0.0))
    return found


def test_the_script_stands_right_before_the_message_it_belongs_to() -> None:
    prompt = Prompt({"zh": "系统", "en": "system"}, script=script())
    messages = prompt.messages(path(3), {3: Risk(2)})
    assert messages[-2:] == [ChatMessage("system", "[t2]\n[form]"), ChatMessage("user", "话2")]


def test_length_never_pushes_the_script_out() -> None:
    prompt = Prompt({"zh": "系统", "en": "system"}, script=Script(TEXTS, 100, 100))
    builder = PromptBuilder(ChatTemplate(CHATML), lambda text, _: [ord(c) for c in text], 400)
    risks = {1: CALM, 3: Risk(2)} | {number: Risk(2) for number in range(5, 400, 2)}
    for count in range(3, 121, 2):
        fitted = builder.fit(prompt.messages(path(count), risks), 20)
        words = "".join(map(chr, fitted.tokens))
        assert "[t2]" in words, count
        assert words.count("[t2]") == 1
    assert fitted.dropped > 0


def test_ordinary_turns_add_nothing_to_what_was_read() -> None:
    prompt = Prompt({"zh": "系统", "en": "system"}, script=script())
    for count in (1, 3, 5, 7):
        before = prompt.messages(path(count), {})
        assert prompt.messages(path(count + 2), {})[: len(before)] == before


def test_the_real_scripts_have_every_part_in_both_languages() -> None:
    real = load_script(assets_folder())
    for language in ("zh", "en"):
        words = real.before([Risk(2)], language)[0]
        assert "AI" in words
        assert not any(character.isdigit() for character in words)
