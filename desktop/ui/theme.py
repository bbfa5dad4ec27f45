"""How the window looks: colours, type and space, in this one place.

Palettes are the ones of the design; the stylesheet is a template in assets/styles/ that is filled
with them. Knows no widget and nothing of conversations.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui.fonts import apply_fonts

BODY_PIXELS = 15
LINE_HEIGHT = 1.6


@dataclass(frozen=True)
class Palette:
    """The colours of one theme; every pair of text and ground keeps to WCAG AA."""

    paper: str
    surface: str
    side: str
    hover: str
    ink: str
    ink_soft: str
    line: str
    accent: str
    on_accent: str
    own: str
    counsellor: str
    help: str
    focus: str
    mark: str


LIGHT = Palette(
    paper="#FAF6F0",
    surface="#FFFFFF",
    side="#F4EEE4",
    hover="#EAE2D5",
    ink="#2B2B28",
    ink_soft="#6B6760",
    line="#E6DFD4",
    accent="#2F6F63",
    on_accent="#FFFFFF",
    own="#DDECE6",
    counsellor="#FFFFFF",
    help="#B4532A",
    focus="#2F6F63",
    mark="#F7E2A9",
)
DARK = Palette(
    paper="#1D2021",
    surface="#272B2C",
    side="#191C1D",
    hover="#2F3435",
    ink="#ECE7DF",
    ink_soft="#A9A399",
    line="#3A3F40",
    accent="#7CC0B1",
    on_accent="#12201D",
    own="#274740",
    counsellor="#272B2C",
    help="#F0A17C",
    focus="#7CC0B1",
    mark="#5E4C1B",
)
CONTRAST = Palette(
    paper="#000000",
    surface="#000000",
    side="#000000",
    hover="#2A2A2A",
    ink="#FFFFFF",
    ink_soft="#F0F0F0",
    line="#FFFFFF",
    accent="#8CF0DC",
    on_accent="#000000",
    own="#00382F",
    counsellor="#000000",
    help="#FFC09C",
    focus="#FFE14D",
    mark="#6B5200",
)


@dataclass(frozen=True)
class Look:
    """Everything a widget that paints itself has to know.

    Attributes:
        colours: the palette in use.
        scale: 1.0 is the design's own size of type.
        moving: things may fade and breathe.
    """

    colours: Palette = LIGHT
    scale: float = 1.0
    moving: bool = True
    contrast: bool = False
    dark: bool = False

    def pixels(self, size: float = BODY_PIXELS) -> int:
        """A size of type or of a target that grows with the type."""
        return round(size * self.scale)

    def colour(self, token: str) -> QColor:
        return QColor(getattr(self.colours, token))

    def font(self, size: float = BODY_PIXELS, *, bold: bool = False) -> QFont:
        """The interface's face with the Chinese and emoji faces behind it."""
        font = QFont(QGuiApplication.font())
        font.setPixelSize(self.pixels(size))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    @property
    def pitch(self) -> int:
        """Height of a line of talk."""
        return round(self.pixels() * LINE_HEIGHT)


class Theme(QObject):
    """Dresses the application and tells when its look changes.

    Signals:
        look_changed: the new Look.
    """

    look_changed = Signal(object)

    def __init__(self, application: QApplication, styles: Path) -> None:
        super().__init__(application)
        self._application = application
        self._template = Template((styles / "window.qss").read_text("utf-8"))
        self._wanted = "system"
        self._scale = 1.0
        self._still = False
        self.look = Look()
        application.setStyle("Fusion")
        apply_fonts(application, 1.0)
        hints = application.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_changed)
        if hasattr(hints, "accessibility"):
            hints.accessibility().contrastPreferenceChanged.connect(self._on_system_changed)

    def choose(self, wanted: str, scale: float, *, still: bool) -> None:
        """Follow the person's settings: "system", "light", "dark" or "contrast"."""
        self._wanted, self._scale, self._still = wanted, scale, still
        self._dress()

    def _on_system_changed(self) -> None:
        self._dress()

    def _dress(self) -> None:
        look = make_look(self._wanted, self._scale, still=self._still or prefers_stillness())
        if look == self.look and self._application.styleSheet():
            return
        self.look = look
        self._application.setPalette(qt_palette(look))
        self._application.setStyleSheet(self._template.substitute(style_values(look)))
        self.look_changed.emit(look)


def make_look(wanted: str, scale: float, *, still: bool) -> Look:
    """The look for a choice, following the system where the choice is "system"."""
    contrast = wanted == "contrast" or (wanted == "system" and prefers_contrast())
    dark = wanted == "dark" or (wanted == "system" and system_is_dark())
    colours = CONTRAST if contrast else DARK if dark else LIGHT
    return Look(colours, scale, not still, contrast, dark or contrast)


def system_is_dark() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def prefers_contrast() -> bool:
    """Whether the system asks for more contrast (Qt 6.10 and newer can tell)."""
    hints = QGuiApplication.styleHints()
    if not hasattr(hints, "accessibility"):
        return False
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def prefers_stillness() -> bool:
    """Whether the system asks for less motion (Qt 6.11 and newer can tell)."""
    hints = QGuiApplication.styleHints()
    accessibility = hints.accessibility() if hasattr(hints, "accessibility") else None
    preference = getattr(accessibility, "motionPreference", None)
    return preference is not None and preference().name == "ReducedMotion"


def style_values(look: Look) -> dict[str, str]:
    """What the stylesheet's placeholders stand for."""
    sizes = {"tiny": 11, "small": 13, "body": 15, "title": 17, "large": 24}
    sizes |= {"help_size": 28, "largest": 44, "round": 8, "round22": 21, "high24": 24}
    values: dict[str, str] = {name: f"{look.pixels(size)}px" for name, size in sizes.items()}
    # Qt drops a radius of more than half the height: half the text's height and half the padding
    values["round18"] = f"{look.pixels(12) + 5}px"
    values["chip"] = f"{look.pixels(9) + 4}px"
    values["pill"] = f"{look.pixels(12) + 4}px"
    values |= asdict(look.colours)
    values["frame"] = "2px" if look.contrast else "1px"
    return values


def qt_palette(look: Look) -> QPalette:
    """The same colours for what Qt paints by itself: menus, dialogs, text cursors."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: "paper",
        roles.Base: "surface",
        roles.AlternateBase: "side",
        roles.Button: "surface",
        roles.WindowText: "ink",
        roles.Text: "ink",
        roles.ButtonText: "ink",
        roles.PlaceholderText: "ink_soft",
        roles.Highlight: "accent",
        roles.HighlightedText: "on_accent",
        roles.Link: "accent",
        roles.LinkVisited: "accent",
        roles.ToolTipBase: "surface",
        roles.ToolTipText: "ink",
        roles.Mid: "line",
        roles.Accent: "accent",
    }
    palette = QPalette()
    for role, token in colours.items():
        palette.setColor(role, look.colour(token))
    palette.setColor(QPalette.ColorGroup.Disabled, roles.Text, look.colour("ink_soft"))
    palette.setColor(QPalette.ColorGroup.Disabled, roles.ButtonText, look.colour("ink_soft"))
    return palette
