"""Colours that can be read, a stylesheet without holes, a look that follows the choice."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.paths import assets_folder
from desktop.ui.theme import CONTRAST, DARK, LIGHT, Look, Palette, make_look, style_values

PAIRS = [
    ("ink", ground) for ground in ("paper", "surface", "side", "hover", "own", "counsellor", "mark")
]
PAIRS += [("ink_soft", ground) for ground in ("paper", "surface", "side")]
PAIRS += [("accent", ground) for ground in ("paper", "surface", "side")]
PAIRS += [("help", "paper"), ("help", "surface"), ("on_accent", "accent")]


def luminance(colour: str) -> float:
    parts = QColor(colour).getRgbF()[:3]
    linear = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_pair_can_be_read(palette: Palette, text: str, ground: str) -> None:
    colours = asdict(palette)
    least = 7.0 if palette is CONTRAST and text == "ink" else 4.5

    assert contrast(colours[text], colours[ground]) >= least


@pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])
def test_the_focus_ring_can_be_seen(palette: Palette) -> None:
    for ground in (palette.paper, palette.surface, palette.side):
        assert contrast(palette.focus, ground) >= 3


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_the_stylesheet_has_no_holes(scale: float) -> None:
    template = Template((assets_folder() / "styles" / "window.qss").read_text("utf-8"))

    assert "$" not in template.substitute(style_values(Look(scale=scale)))


def test_a_choice_overrules_the_system(qtbot: QtBot) -> None:
    assert make_look("dark", 1.0, still=False).colours is DARK
    assert make_look("light", 1.0, still=False).colours is LIGHT
    assert make_look("contrast", 1.0, still=False).contrast
    assert not make_look("light", 1.0, still=True).moving


def test_type_grows_with_the_scale(qtbot: QtBot) -> None:
    assert Look(scale=2.0).font().pixelSize() == 2 * Look().font().pixelSize()
    assert Look().pitch == 24
