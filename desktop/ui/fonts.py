"""Which faces draw the window's words and emoji, and whether the system has them.

Knows nothing of the window, of settings or of where the sentences about a missing font stand: it
answers with families, "" where there is none. No font comes with the app; the system's are named.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication, QTextLayout

# Faces with simplified forms, in the order they are wanted: macOS, Windows, Linux.
CHINESE_FACES = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Heiti SC",
    "SimHei",
    "SimSun",
)
EMOJI_FACES = (
    "Apple Color Emoji",
    "Segoe UI Emoji",
    "Noto Color Emoji",
    "Twemoji",
    "Twitter Color Emoji",
    "JoyPixels",
)
# What fontconfig answers when nobody chose a face; the Chinese face's own letters suit better.
NOBODYS_CHOICE = ("DejaVu Sans", "Bitstream Vera Sans", "Verdana")
BODY_PIXELS = 15


def chosen_families() -> dict[str, str]:
    """The faces for "chinese", "emoji" and "text", "" where none; works with no application yet."""
    with _application():
        chinese = _chinese_face()
        return {
            "chinese": chinese,
            "emoji": _first_present(EMOJI_FACES),
            "text": _text_face(chinese),
        }


def missing_fonts(families: Mapping[str, str]) -> list[str]:
    """Codes of the sentences (desktop.wording) that say what is missing and what to install."""
    return [f"font_missing_{purpose}" for purpose in ("chinese", "emoji") if not families[purpose]]


def apply_fonts(app: QGuiApplication, scale: float) -> None:
    """Give the application its text face, Chinese and emoji faces behind it, at `scale`."""
    families = chosen_families()
    emoji = [families["emoji"]] if families["emoji"] else []
    QFontDatabase.setApplicationEmojiFontFamilies(emoji)
    app.setFont(scaled_font(families, scale))


def scaled_font(families: Mapping[str, str], scale: float) -> QFont:
    """The body font: the system's own size where that is larger than ours."""
    named = (families[purpose] for purpose in ("text", "chinese", "emoji"))
    font = QFont(list(dict.fromkeys(family for family in named if family)))
    system = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    font.setPixelSize(round(max(BODY_PIXELS, system.pixelSize()) * scale))
    return font


def newest_drawn(samples: Mapping[float, str], family: str) -> float:
    """The newest emoji version whose sample the face draws as one glyph; 0 for none.

    A face older than the table would show an empty box, or a family as four people in a row.
    """
    drawn = [version for version, sample in samples.items() if draws_as_one(sample, family)]
    return max(drawn, default=0.0)


def draws_as_one(emoji: str, family: str) -> bool:
    """Whether the face itself draws `emoji`, and as one glyph."""
    if not family:
        return False
    font = QFont([family])
    font.setPixelSize(BODY_PIXELS)
    glyphs = _glyphs(emoji, font)
    return len(glyphs) == 1 and glyphs[0][0] == family and glyphs[0][1] != 0


def _glyphs(text: str, font: QFont) -> list[tuple[str, int]]:
    """The face and number of each glyph in order; number 0 is the box for "not in this face"."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [
        (run.rawFont().familyName(), glyph)
        for run in layout.glyphRuns()
        for glyph in run.glyphIndexes()
    ]


def _chinese_face() -> str:
    """The first wanted face; else any face of the system that has simplified Chinese."""
    found = _first_present(CHINESE_FACES)
    if found:
        return found
    others = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    return next((family for family in others if not QFontDatabase.isPrivateFamily(family)), "")


def _text_face(chinese: str) -> str:
    """The face the system draws its own windows with."""
    system = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    return chinese if chinese and system in NOBODYS_CHOICE else system


def _first_present(wanted: Iterable[str]) -> str:
    present = set(QFontDatabase.families())
    return next((family for family in wanted if family in present), "")


@contextmanager
def _application() -> Iterator[None]:
    """An application for as long as fonts are asked for, where there is none yet."""
    if QGuiApplication.instance() is not None:
        yield
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QGuiApplication([])
    try:
        yield
    finally:
        app.shutdown()
