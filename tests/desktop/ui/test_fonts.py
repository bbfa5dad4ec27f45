"""What a person sees: emoji of every kind as one coloured glyph, Chinese in simplified forms."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QTextLayout
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.ui.emoji_table import load_emoji
from desktop.ui.fonts import (
    apply_fonts,
    chosen_families,
    draws_as_one,
    missing_fonts,
    newest_drawn,
    scaled_font,
)
from desktop.wording import load_wording

# The offscreen platform, which draws into memory, says that it has no window manager.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CHECKOUT = Path(__file__).parents[3]
KINDS = {
    "family": "👨‍👩‍👧‍👦",
    "skin tone": "👍🏽",
    "flag": "🇨🇳",
    "keycap": "1️⃣",
    "rainbow flag": "🏳️‍🌈",
}
# Newer faces draw families of four as grey figures, as Unicode advises since 15.1.
COLOURED = [kind for kind in KINDS if kind != "family"]
PIXELS = 32


@pytest.fixture
def emoji_font(qapp: QApplication) -> QFont:
    """The font of a widget, as `apply_fonts` sets it up."""
    families = chosen_families()
    if not families["emoji"]:
        pytest.skip("no colour emoji font on this system")
    QFontDatabase.setApplicationEmojiFontFamilies([families["emoji"]])
    font = scaled_font(families, 1.0)
    font.setPixelSize(PIXELS)
    return font


def glyph_runs(text: str, font: QFont) -> list[tuple[str, int]]:
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return [(run.rawFont().familyName(), number) for run in runs for number in run.glyphIndexes()]


def drawn(text: str, font: QFont) -> QImage:
    font = QFont(font)
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    image = QImage(PIXELS * 3, PIXELS * 2, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setFont(font)
    painter.drawText(4, PIXELS + 8, text)
    painter.end()
    return image


def strongest_colour(image: QImage) -> int:
    pixels = bytes(image.constBits())
    return max(
        max(pixels[at : at + 3]) - min(pixels[at : at + 3]) for at in range(0, len(pixels), 4)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_emoji_of_many_characters_is_one_glyph(kind: str, emoji_font: QFont) -> None:
    face = chosen_families()["emoji"]
    glyphs = glyph_runs(KINDS[kind], emoji_font)
    assert [family for family, _number in glyphs] == [face]
    assert glyphs[0][1] != 0


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_as_wide_as_one_emoji(kind: str, emoji_font: QFont) -> None:
    metrics = QFontMetricsF(emoji_font)
    one = metrics.horizontalAdvance("😀")
    assert metrics.horizontalAdvance(KINDS[kind]) == pytest.approx(one, rel=0.15)


@pytest.mark.parametrize("kind", COLOURED)
def test_it_is_drawn_in_colour(kind: str, emoji_font: QFont) -> None:
    assert strongest_colour(drawn(KINDS[kind], emoji_font)) > 40


def test_words_are_not_in_colour(emoji_font: QFont) -> None:
    assert strongest_colour(drawn("最近睡不好 1", emoji_font)) == 0


def test_digits_are_words_and_not_keycaps(emoji_font: QFont) -> None:
    faces = {family for family, _glyph in glyph_runs("12356", emoji_font)}
    assert chosen_families()["emoji"] not in faces


def test_chinese_comes_from_the_chosen_face(emoji_font: QFont) -> None:
    chinese = chosen_families()["chinese"]
    if not chinese:
        pytest.skip("no Chinese font on this system")
    assert {family for family, _glyph in glyph_runs("直骨心屿", emoji_font)} == {chinese}


def test_a_face_without_the_emoji_does_not_draw_it_as_one(emoji_font: QFont) -> None:
    face = chosen_families()["emoji"]
    assert draws_as_one(KINDS["flag"], face)
    assert not draws_as_one("😀😀", face)
    assert not draws_as_one("\U0001fbff", face)
    assert not draws_as_one("😀", "")


def test_the_newest_version_the_face_knows(emoji_font: QFont) -> None:
    samples = load_emoji(assets_folder()).samples()
    face = chosen_families()["emoji"]
    assert newest_drawn(samples, face) >= 13
    assert newest_drawn({99.0: "\U0001fbff"}, face) == 0
    assert newest_drawn(samples, "") == 0


def test_the_persons_text_size_reaches_a_label(qapp: QApplication, qtbot: QtBot) -> None:
    def height(scale: float) -> int:
        apply_fonts(qapp, scale)
        label = QLabel("慢慢来")
        qtbot.addWidget(label)
        return label.sizeHint().height()

    before, sheet = qapp.font(), qapp.styleSheet()
    qapp.setStyleSheet("")  # a window opened by an earlier test leaves its own sizes there
    try:
        assert height(2.0) == pytest.approx(2 * height(1.0), rel=0.1)
    finally:
        qapp.setStyleSheet(sheet)
        qapp.setFont(before)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_missing_has_a_sentence_that_says_what_to_install(language: str) -> None:
    wording = load_wording(assets_folder(), language)
    codes = missing_fonts({"chinese": "", "emoji": "", "text": "DejaVu Sans"})
    assert codes == ["font_missing_chinese", "font_missing_emoji"]
    for code in codes:
        assert "apt-get install -y fonts-noto" in wording.sentence(code)
    assert missing_fonts({"chinese": "a", "emoji": "b", "text": "c"}) == []


def test_faces_can_be_asked_for_without_an_application() -> None:
    program = (
        "from desktop.ui.fonts import chosen_families\n"
        "first = chosen_families()\n"
        "print(first == chosen_families(), *sorted(first))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["True", "chinese", "emoji", "text"]
