"""What opens beside the talk when it is asked for: help drawer, settings, about, emoji.

Made when first wanted, by the makers the window was given. Knows neither the store nor a turn.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.chat.events import ModelReady
from desktop.safety.respond import Reaction
from desktop.settings import Settings
from desktop.ui.emoji_picker import EmojiPicker
from desktop.ui.help_dialog import offer_help
from desktop.ui.help_panel import HelpPanel
from desktop.ui.parts import WindowParts
from desktop.ui.shell import Shell
from desktop.wording import Wording


class Extras(QObject):
    """Opens and closes them.

    Signals:
        region_chosen: the person chose another region in the drawer.
        settings_changed: the Settings after each change in the dialog.
        emoji_chosen: the text to insert.
        recent_changed: tuple of the emoji used last.
        help_opened, help_closed: the drawer is there, or gone.
        page_wanted: name of a page of the drawer that the help offers.
        leave_wanted: somebody comes, and this must not be seen.
        models_wanted: the page of models.

    Attributes:
        window: what they open over.
    """

    region_chosen = Signal(str)
    settings_changed = Signal(object)
    emoji_chosen = Signal(str)
    recent_changed = Signal(object)
    help_opened = Signal()
    help_closed = Signal()
    page_wanted = Signal(str)
    leave_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, parts: WindowParts, shell: Shell, window: QWidget) -> None:
        super().__init__(window)
        self._parts = parts
        self._shell = shell
        self.window = window
        self._picker: EmojiPicker | None = None
        self.help: HelpPanel | None = None
        self.help_by_itself = False
        self._minor = False
        self.make_panel: Callable[[], HelpPanel] | None = None  # for dialogs, set by Care

    def show_help(self, wording: Wording, region: str) -> None:
        """People who can help; needs neither the store nor a model."""
        panel = self.help_panel(wording, region)
        self.help_by_itself = False
        self._shell.set_drawer(panel)
        panel.focus_first()
        self.help_opened.emit()

    def open_help(self, wording: Wording, region: str, reaction: Reaction) -> None:
        """The same by itself; the keyboard stays where it is unless that place is covered."""
        panel = self.help_panel(wording, region)
        panel.lead_with(reaction)
        if not self.help_shown:
            self.help_by_itself = True
            self._shell.set_drawer(panel)
            if self._shell.drawer_covers_talk:
                panel.focus_first()
        self.help_opened.emit()

    def help_panel(self, wording: Wording, region: str) -> HelpPanel:
        """The panel, which may be hidden."""
        if self.help is None:
            self.help = self._parts.make_help(wording, region)
            self.help.closed.connect(self._on_help_closed)
            self.help.offer_pages()
            self.help.region_chosen.connect(self.region_chosen)
            self.help.set_minor(self._minor)
            self.help.page_wanted.connect(self.page_wanted)
            self.help.leave_wanted.connect(self.leave_wanted)
        return self.help

    def new_panel(self, wording: Wording, region: str) -> HelpPanel:
        """Another panel, for a window that lies over the drawer."""
        panel = self._parts.make_help(wording, region)
        panel.region_chosen.connect(self.region_chosen)
        return panel

    @property
    def help_shown(self) -> bool:
        return self.help is not None and not self.help.isHidden()

    def use_wording(self, wording: Wording) -> None:
        if self.help is not None:
            self.help.set_wording(wording)

    def use_region(self, region: str) -> None:
        if self.help is not None:
            self.help.set_region(region)

    def use_minor(self, minor: bool) -> None:
        """Youth lines stand beside the crisis line for people under 18."""
        self._minor = minor
        if self.help is not None:
            self.help.set_minor(minor)

    def show_settings(self, settings: Settings) -> None:
        dialog = self._parts.make_settings(settings, self.window)
        dialog.settings_changed.connect(self.settings_changed)
        dialog.models_wanted.connect(self.models_wanted)
        self.open_dialog(dialog)

    def show_about(self, ready: ModelReady | None) -> None:
        name = ready.loaded.name if ready else ""
        dialog = self._parts.make_about(name, ready.starter if ready else False, self.window)
        dialog.models_wanted.connect(self.models_wanted)
        self.open_dialog(dialog)

    def show_picker(self, recent: tuple[str, ...], anchor: QWidget) -> None:
        if self._picker is None:
            self._picker = self._parts.make_picker(recent, self.window)
            self._picker.emoji_chosen.connect(self.emoji_chosen)
            self._picker.recent_changed.connect(self.recent_changed)
        self._picker.open_at(anchor)

    def open_dialog(self, dialog: QDialog) -> None:
        """Over the window, with people's numbers in reach there too."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.make_panel is not None:
            offer_help(dialog, self.make_panel)
        dialog.open()

    def _on_help_closed(self) -> None:
        self._shell.set_drawer(None)
        self.help_closed.emit()
