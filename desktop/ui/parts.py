"""What the window is given: the makers of its other pages and dialogs, as small protocols.

So the window neither builds them nor knows what they need, and tests may hand in their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QWidget

from desktop.memory.slots import Slot
from desktop.settings import Settings
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.help_panel import HelpPanel
from desktop.ui.opening import Rescue
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.welcome import WelcomePage
from desktop.wording import Wording


@dataclass(frozen=True)
class WindowParts:
    """Makers; each is called when its part is first wanted.

    Attributes:
        make_wording: sentences of a language.
        make_welcome: the first page, given the language and the region.
        make_help: the panel of help numbers, given wording and region.
        make_about: given the model's name and whether it is the starter.
        slots: of the memory, by name.
        rescue: what can be done with a store that cannot be opened.
    """

    make_wording: Callable[[str], Wording]
    make_welcome: Callable[[str, str], WelcomePage]
    make_help: Callable[[Wording, str], HelpPanel]
    make_settings: Callable[[Settings, QWidget], SettingsDialog]
    make_about: Callable[[str, bool, QWidget], QDialog]
    make_picker: Callable[[tuple[str, ...], QWidget], EmojiPicker]
    slots: Mapping[str, Slot]
    rescue: Rescue
