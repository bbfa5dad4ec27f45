"""Strings that break tokenizers, made again and again from one seed.

Pure data and chance: knows no tokenizer and no file. Every string is valid Unicode text (no lone
surrogates: those are not encodable and the app never passes them on).
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence

CJK = (
    "这段时间我不开心", "上班也提不起劲。", "我觉得自己很没用……", "“谢谢你听我说”",
    "考试、失眠、和家人吵架", "繁體中文：憂鬱與焦慮", "生僻字𠮷𡈽𪚥龘", "〇〡〢㈠①②③",
    "ｆｕｌｌｗｉｄｔｈ１２３，。！", "ひらがなカタカナ漢字ー", "한국어 문장입니다",
    "㍿㌔㍑", "ㄅㄆㄇㄈ", "々〆ヶ", "我很好😀但是😭",
)  # fmt: skip
EMOJI = (
    "👨‍👩‍👧‍👦", "👩🏽‍🚀", "🏳️‍🌈", "🏴‍☠️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇨🇳", "🇨🇳🇺🇸🇯",
    "1️⃣", "#️⃣", "*️⃣", "👍🏿", "👍🏻👍🏼👍🏽👍🏾", "❤️", "❤", "❤️‍🔥", "☺️", "🤷‍♀️",
    "🧑🏻‍🤝‍🧑🏿", "👁️‍🗨️", "🫠", "🥹", "🐦‍⬛", "‍", "️", "🏽",
)  # fmt: skip
SPACES = (
    " ", "  ", "   ", "\t", "\t\t", "\n", "\n\n", "\n\n\n", "\r", "\r\n", "\r\n\r\n", " \n",
    "\n ", " \n \n ", "\xa0", "\u2002", "\u2003\u2003", "\u2028", "\u2029", "\u202f",
    "\u3000", "\u3000\u3000", "\u1680", "\x85", "\x0b", "\x0c", "        ", "\t \t ",
    " \u3000\n",
)  # fmt: skip
CONTROL = (
    "\x00", "\x01\x02", "\x07", "\x08", "\x1b[31m", "\x7f", "\x1c\x1d\x1e\x1f", "\x80\x9f",
    "\ufeff", "\u200b", "\u200c", "\u200e\u200f", "\u202a\u202e", "\u2066\u2069", "�",
    "\ufffe", "\uffff", "\ue000", "\U000f0000", "\xad", "\u2060", "\U000e0001",
)  # fmt: skip
LATIN = (
    "I'm", "don't", "we'LL", "it'S", "you've", "they'd", "'re", "’m fine", "'", "''",
    "naïve café", "Straße", "İstanbul", "ſtop 'ſ", "ǅ", "ﬁne", "e\u0301", "a\u0300\u0316",
    "Ångström", "HELLO", "CamelCaseWord", "snake_case", "x=1;y=2",
    "https://example.org/a?b=c&d=%20", "user@example.org", "C:\\a\\b", "</p><br/>",
    "{{ x }}", "...", "!?!?", "--", "—–", "“”‘’", "$$$", "~!@#$%^&*()_+",
)  # fmt: skip
NUMBERS = (
    "0", "7", "12", "123", "1234", "12345678901234567890", "3.14159", "-1,000,000.00",
    "1e-10", "2024-01-31", "12:30", "٣٤٥", "१२३", "Ⅷ", "½", "x²", "₁₂", "𝟘𝟙", "第3次",
    "13800138000",
)  # fmt: skip
OTHER = (
    "Привет, мир", "שלום", "مرحبا بالعالم", "नमस्ते", "สวัสดี", "ສະບາຍດີ", "ຂອບໃຈ", "Γειά",
    "Հայ", "ქართული", "አማርኛ", "தமிழ்", "བོད་", "မြန်မာ", "ខ្មែរ", "∑∫√∞≠", "→⇒↯", "♠♥♦♣",
    "𝓗𝓮𝓵𝓵𝓸", "𝕏", "𐍈", "🜁", "ᚠᚢᚦ", "⠓⠊",
)  # fmt: skip
POOLS: tuple[tuple[str, ...], ...] = (CJK, EMOJI, SPACES, CONTROL, LATIN, NUMBERS, OTHER)

_BLOCKS = (
    (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x600), (0x900, 0xE00), (0x2000, 0x2070),
    (0x2190, 0x2C00), (0x3000, 0x3100), (0x3400, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0xFB00),
    (0xFF00, 0xFFF0), (0x1F300, 0x1FB00), (0x20000, 0x20500),
)  # fmt: skip


def hostile_strings(
    count: int, seed: int, special: Sequence[str] = (), *, composed: bool = False
) -> list[str]:
    """`count` different strings; the fixed lists first, then seeded mixtures of five kinds.

    `special` are texts of control tokens to be mixed in whole and broken. `composed` brings every
    string to Unicode's form C, for a tokenizer that does so itself (llama.cpp does not).
    """
    seen: dict[str, None] = {}
    for text in _stream(random.Random(seed), tuple(special)):
        seen[unicodedata.normalize("NFC", text) if composed else text] = None
        if len(seen) == count:
            break
    return list(seen)


def _stream(chance: random.Random, special: tuple[str, ...]) -> Iterator[str]:
    for pool in (*POOLS, special):
        yield from pool
    while True:
        yield _mixture(chance, POOLS)
        yield _one_pool(chance)
        yield _random_characters(chance)
        yield _space_runs(chance)
        if special:
            yield _broken_special(chance, special)


def _mixture(chance: random.Random, pools: Sequence[Sequence[str]]) -> str:
    return "".join(chance.choice(chance.choice(pools)) for _ in range(chance.randint(2, 9)))


def _one_pool(chance: random.Random) -> str:
    pool = chance.choice(POOLS)
    join = chance.choice(("", " ", "\n", "，"))
    return join.join(chance.choice(pool) for _ in range(chance.randint(2, 7)))


def _random_characters(chance: random.Random) -> str:
    low, high = chance.choice(_BLOCKS)
    made = (chance.randrange(low, high) for _ in range(chance.randint(1, 12)))
    return "".join(chr(code) for code in made if unicodedata.category(chr(code)) != "Cn")


def _space_runs(chance: random.Random) -> str:
    words = LATIN + CJK + NUMBERS
    parts = []
    for _ in range(chance.randint(1, 4)):
        parts.append("".join(chance.choice(SPACES) for _ in range(chance.randint(1, 5))))
        parts.append(chance.choice(words))
    return "".join(parts[chance.randint(0, 1) :])


def _broken_special(chance: random.Random, special: Sequence[str]) -> str:
    token = chance.choice(special)
    cut = chance.randint(1, max(1, len(token) - 1))
    pieces = (token, token + token, token[:cut], token[cut:], token[:cut] + " " + token[cut:])
    around = (_mixture(chance, POOLS), chance.choice(pieces), _mixture(chance, POOLS))
    return "".join(around[chance.randint(0, 1) : chance.randint(2, 3)])
