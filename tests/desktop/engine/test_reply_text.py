"""Think blocks, control tokens and split characters, however a text is cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.engine.reply_text import ReplyText

HIDDEN = ("<|im_end|>", "<|im_start|>")


def shown(pieces: list[bytes], *, thinking: bool = False) -> str:
    reply = ReplyText(HIDDEN, thinking=thinking)
    parts = [reply.feed(piece) for piece in pieces]
    return "".join(parts) + reply.finish()


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


plain = st.lists(
    st.one_of(
        st.characters(exclude_characters="<>\ufffd", exclude_categories=("Cs",)),
        st.sampled_from(["😀", "👨‍👩‍👧", "❤️", "🇨🇳", "1️⃣", "👍🏽", "好", "\u200d", "\ufe0f", "<"]),
    ),
    max_size=40,
).map("".join)
places = st.lists(st.integers(0, 400), max_size=30)


@settings(deadline=None)  # other work on the machine is no fault
@given(plain, places)
def test_text_comes_out_as_it_is_wherever_it_is_cut(text: str, at: list[int]) -> None:
    assert shown(cut(text.encode(), at)) == text


@settings(deadline=None)  # other work on the machine is no fault
@given(plain, plain, plain, places)
def test_think_blocks_never_show(before: str, thought: str, after: str, at: list[int]) -> None:
    data = f"{before}<think>{thought}</think>{after}".encode()
    assert shown(cut(data, at)) == before + after.lstrip()


@settings(deadline=None)  # other work on the machine is no fault
@given(plain, places)
def test_a_reply_that_begins_inside_a_think_block(text: str, at: list[int]) -> None:
    assert shown(cut(f"{text}</think>\n\n好".encode(), at), thinking=True) == "好"
    assert shown(cut(text.encode(), at), thinking=True) == ""


@settings(deadline=None)  # other work on the machine is no fault
@given(st.lists(st.binary(max_size=4), max_size=30))
def test_no_bytes_whatever_show_a_replacement_character(pieces: list[bytes]) -> None:
    assert "\ufffd" not in shown(pieces)


@settings(deadline=None)  # other work on the machine is no fault
@given(places)
def test_names_of_control_tokens_never_show(at: list[int]) -> None:
    assert shown(cut("好<|im_end|><|im_start|>吗".encode(), at)) == "好吗"


def test_only_blanks_after_a_think_block_are_trimmed() -> None:
    assert shown([b"\r<think></think>"]) == "\r"
    assert shown([b" a <think>b</think>\n\nc"]) == " a c"


def test_an_unclosed_think_block_stays_hidden() -> None:
    assert shown([b"a<thi", b"nk>secret", b" more"]) == "a"


def test_what_only_looks_like_a_tag_is_shown() -> None:
    assert shown([b"a <", b"3 you <thin", b"g>"]) == "a <3 you <thing>"


def test_half_a_character_at_the_end_is_left_out() -> None:
    assert shown(["好".encode(), "听".encode()[:2]]) == "好"


def test_an_emoji_waits_for_its_joiner() -> None:
    reply = ReplyText()
    parts = [reply.feed(c.encode()) for c in "好👩\u200d👧吗"]
    assert parts == ["好", "", "", "", "👩\u200d👧吗"]


def test_plain_text_is_never_held_back() -> None:
    reply = ReplyText(HIDDEN)
    assert [reply.feed(c.encode()) for c in "我在听。"] == list("我在听。")


def test_it_tells_whether_anything_was_thought() -> None:
    empty, full = ReplyText(), ReplyText()
    empty.feed(b"<think>\n\n</think>\n\nyes")
    full.feed(b"<think>hm</think>yes")
    assert (empty.thought, full.thought) == (False, True)
