"""One way of writing: white space, full-width punctuation, repeated marks, polite 您 as 你.

Pure functions on strings; applied alike to training and held-out text, and to nothing a person
types.
"""

from __future__ import annotations

import re

CHINESE = "\u4e00-\u9fff"
PLAIN = re.compile(
    f"[^{CHINESE}，。？！、；：“”（）《》0-9a-zA-Z…]|[，。？！、…]{{2}}|[0-9a-zA-Z][?!,;:]|您|你们好"
)
INVISIBLE = re.compile(
    "[\ufe0e\u200b\u200c\u200e\u200f\ufeff\u2060\ufffc\ufffd\u20e3▲●▽⇨○◍■◆▶▷◎▪⏩▣◀▼□▾➤※]"
)
SPACES = re.compile("[\xa0\u3000\u2006\t ]+")
LETTERS = str.maketrans(
    {"\u2028": "\n", "\r": "\n", "⋯": "…", "⾃": "自", "﹏": "～", "〰": "～", "~": "～"}
)
STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (f"(?<=[{CHINESE}，。？！、；：”）]) (?=[{CHINESE}“（])", ""),
        (f"(?<=[{CHINESE}]),(?=[{CHINESE}])", "，"),
        (f"(?<=[{CHINESE}])\\?", "？"),
        (f"(?<=[{CHINESE}])!", "！"),
        (f"(?<=[{CHINESE}]);", "；"),
        (f"(?<=[{CHINESE}]):(?=[{CHINESE}])", "："),
        (r"。{3,}|…{2,}|\.{3,}", "……"),
        (r"([！？～，、])\1+", r"\1"),
        ("。。", "。"),
        ("[，、]([。？！])", r"\1"),
        (r"//|\*\*|#{2,}", ""),
        (r"\n{2,}", "\n"),
        ("您", "你"),
        ("你们好", "你好"),
    )
)


def normalise(text: str) -> str:
    """Return the text in the one way of writing; most texts are returned as they are."""
    if not PLAIN.search(text):
        return text
    text = SPACES.sub(" ", INVISIBLE.sub("", text.translate(LETTERS)))
    for pattern, by in STEPS:
        text = pattern.sub(by, text)
    return text.strip().strip("-—_=*#").strip()
