"""What the window is given: the makers of its other pages and dialogs, as small protocols.

So the window neither builds them nor knows what they need, and tests may hand in their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.memory.slots import Slot
from desktop.settings import Settings
from desktop.ui.about import AboutDialog
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.help_panel import HelpPanel
from desktop.ui.opening import Rescue
from desktop.ui.settings_dialog import SettingsDialog
from desktop.ui.welcome import WelcomePage
from desktop.wording import Wording

if TYPE_CHECKING:  # these are given the parts themselves
    from desktop.ui.controller import Controller
    from desktop.ui.extras import Extras
    from desktop.ui.models_hand import ModelsHand
    from desktop.ui.talk_page import TalkPage


@dataclass(frozen=True)
class WindowParts:
    """Makers; each is called when its part is first wanted.

    Attributes:
        make_wording: sentences of a language.
        make_welcome: the first page, given the language and the region.
        make_help: the panel of help numbers, given wording and region.
        make_about: given the model's name and whether it is the starter.
        make_models: given controller, extras, page of talk, the settings and the wording of now.
        slots: of the memory, by name.
        rescue: what can be done with a store that cannot be opened.
    """

    make_wording: Callable[[str], Wording]
    make_welcome: Callable[[str, str], WelcomePage]
    make_help: Callable[[Wording, str], HelpPanel]
    make_settings: Callable[[Settings, QWidget], SettingsDialog]
    make_about: Callable[[str, bool, QWidget], AboutDialog]
    make_picker: Callable[[tuple[str, ...], QWidget], EmojiPicker]
    make_models: Callable[
        [Controller, Extras, TalkPage, Callable[[], Settings], Callable[[], Wording]], ModelsHand
    ]
    slots: Mapping[str, Slot]
    rescue: Rescue
