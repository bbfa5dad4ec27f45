"""The page of the memory: see, add, change, pin, delete, switch, and go to where it came from.

A page of the drawer. Reads through the Library and has things done by the Controller; what may be
written is decided far below, and told in one sentence where it was not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.chat.events import Change, Memory, MemoryChanged, MemoryRefused, TurnEvent
from desktop.memory.keeper import Keeper
from desktop.memory.review import Refused
from desktop.memory.slots import Slot
from desktop.settings import Settings
from desktop.ui.controller import Controller
from desktop.ui.drawer import DrawerPage
from desktop.ui.memory_card import EntryEditor, MemoryCard, button, clear, label
from desktop.wording import Wording


@dataclass(frozen=True)
class MemoryView:
    """What the page shows, read anew each time.

    Attributes:
        entries: everything remembered or waiting for a yes.
        conversation_id: of the talk that is shown; None where there is none on disk.
        paused: nothing of it is remembered.
        model_writes: the model that answers may propose.
    """

    entries: tuple[Memory, ...] = ()
    conversation_id: int | None = None
    paused: bool = False
    model_writes: bool = False


class MemoryPage(DrawerPage):
    """What is remembered.

    Args:
        slots: by name, in their order.
        read: the view of now.
        settings: the choices of now.
        wording: sentences in the language of now.

    Signals:
        settings_changed: a Settings.
        source_wanted: a Memory whose words are to be shown where they were said.
    """

    settings_changed = Signal(object)
    source_wanted = Signal(object)

    def __init__(
        self,
        slots: Mapping[str, Slot],
        read: Callable[[], MemoryView],
        settings: Callable[[], Settings],
        wording: Callable[[], Wording],
        controller: Controller,
    ) -> None:
        super().__init__()
        self.setObjectName("memoryPage")
        self._slots, self._read, self._settings = slots, read, settings
        self._wording, self._controller = wording, controller
        self._last: Change | None = None
        self._editing = ""  # "new:SLOT" or "edit:ID"
        self._intro = label("soft")
        self._on, self._ask, self._pause = (_switch() for _ in range(3))
        self._any_model = _switch()
        self._told, self._undo = label("notice"), button()
        self._body = QVBoxLayout()
        self._arrange()
        self._connect()
        self._write()

    # A page of the drawer

    def title(self) -> str:
        return self.tr("What is remembered")

    def show_now(self) -> None:
        self._fill()

    def focus_first(self) -> None:
        self._on.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """The memory changed; what is being written stays."""
        if self.isVisible() and not self._editing:
            self._fill()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
            self._fill()
        super().changeEvent(event)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 8, 16)
        column.setSpacing(8)
        column.addWidget(self._intro)
        for switch in (self._on, self._ask, self._pause, self._any_model):
            column.addWidget(switch)
        told = QHBoxLayout()
        told.addWidget(self._told, 1)
        told.addWidget(self._undo)
        column.addLayout(told)
        column.addLayout(self._body)
        column.addStretch(1)

    def _connect(self) -> None:
        self._on.clicked.connect(lambda on: self._set(memory_on=on))
        self._ask.clicked.connect(lambda on: self._set(memory_ask_first=on))
        self._any_model.clicked.connect(lambda on: self._set(memory_any_model=on))
        self._pause.clicked.connect(self._on_paused)
        self._undo.clicked.connect(self._on_undo)
        self._controller.memory_told.connect(self._on_told)

    def _write(self) -> None:
        self._on.setText(self.tr("Remember things between conversations"))
        self._ask.setText(self.tr("Ask me before anything is remembered"))
        self._pause.setText(self.tr("Remember nothing of this conversation"))
        self._any_model.setText(self.tr("The model I chose may suggest what to remember"))
        self._undo.setText(self.tr("Undo"))

    # What it shows

    def _fill(self) -> None:
        view, settings = self._read(), self._settings()
        self._intro.setText(self._how(view))
        self._on.setChecked(settings.memory_on)
        self._ask.setChecked(settings.memory_ask_first)
        self._ask.setVisible(settings.memory_on and view.model_writes)
        self._any_model.setChecked(settings.memory_any_model)
        self._any_model.setVisible(settings.memory_on and bool(settings.model))
        self._pause.setVisible(settings.memory_on and view.conversation_id is not None)
        self._pause.setChecked(view.paused)
        self._told.setVisible(bool(self._told.text()))
        self._undo.setVisible(self._last is not None)
        clear(self._body)
        self._add_waiting(view)
        for slot in self._slots.values():
            self._add_slot(slot, view, settings)

    def _how(self, view: MemoryView) -> str:
        """Who writes here, in plain words."""
        if view.model_writes:
            return self.tr(
                "Each entry rests on words of yours. You see every change at once, and can undo it."
            )
        return self.tr(
            "The small model does not write here by itself. Say “remember that …” or “call me …”,"
            " or write it here."
        )

    def _add_waiting(self, view: MemoryView) -> None:
        waiting = [entry for entry in view.entries if entry.state == "proposed"]
        if not waiting:
            return
        self._body.addWidget(label("section", self.tr("May this be remembered?")))
        for entry in waiting:
            self._body.addWidget(self._card(entry))

    def _add_slot(self, slot: Slot, view: MemoryView, settings: Settings) -> None:
        language = self._wording().language
        on = slot.name not in settings.memory_slots_off
        self._body.addSpacing(10)
        head = QHBoxLayout()
        head.addWidget(label("section", slot.title[language]), 1)
        switch = _switch(self.tr("on"))
        switch.setAccessibleName(self.tr("Use “{slot}”").format(slot=slot.title[language]))
        switch.setChecked(on)
        switch.clicked.connect(lambda checked: self._set_slot(slot.name, checked))
        head.addWidget(switch)
        self._body.addLayout(head)
        self._body.addWidget(label("soft", slot.meaning[language]))
        for entry in view.entries:
            if entry.slot == slot.name and entry.state == "kept":
                self._body.addWidget(self._card(entry))
        if on:
            self._add_adding(slot)

    def _add_adding(self, slot: Slot) -> None:
        if self._editing == f"new:{slot.name}":
            editor = EntryEditor("")
            editor.written.connect(lambda text: self._keep_new(slot.name, text))
            editor.given_up.connect(self._end_editing)
            self._body.addWidget(editor)
            editor.field.setFocus()
            return
        adding = button(self.tr("Add something"))
        title = slot.title[self._wording().language]
        adding.setAccessibleName(self.tr("Add something to “{slot}”").format(slot=title))
        adding.clicked.connect(lambda: self._edit(f"new:{slot.name}"))
        self._body.addWidget(adding, 0, Qt.AlignmentFlag.AlignLeft)

    def _card(self, entry: Memory) -> QWidget:
        if self._editing == f"edit:{entry.id}":
            editor = EntryEditor(entry.text)
            editor.written.connect(lambda text: self._keep_edit(entry.id, text))
            editor.given_up.connect(self._end_editing)
            return editor
        card = MemoryCard(entry)
        card.edit_wanted.connect(lambda: self._edit(f"edit:{entry.id}"))
        card.source_wanted.connect(lambda: self.source_wanted.emit(entry))
        deeds = self._do
        card.pin_wanted.connect(lambda: deeds(lambda k: k.pin(entry.id, not entry.pinned)))
        card.delete_wanted.connect(lambda: deeds(lambda k: k.delete(entry.id)))
        card.keep_wanted.connect(lambda: deeds(lambda k: k.accept(entry.id)))
        card.renew_wanted.connect(lambda: deeds(lambda k: k.renew(entry.id)))
        return card

    # What the person does

    def _edit(self, what: str) -> None:
        self._editing = what
        self._tell("", None)
        self._fill()
        if (editor := self.findChild(EntryEditor)) is not None:
            editor.field.setFocus()

    def _end_editing(self) -> None:
        self._editing = ""
        self._fill()

    def _keep_new(self, slot: str, text: str) -> None:
        self._do(lambda keeper: keeper.write(slot, text))

    def _keep_edit(self, memory_id: int, text: str) -> None:
        self._do(lambda keeper: keeper.rewrite(memory_id, text))

    def _set(self, **changes: bool) -> None:
        self.settings_changed.emit(replace(self._settings(), **changes))  # type: ignore[arg-type]
        self._fill()

    def _set_slot(self, name: str, on: bool) -> None:
        off = set(self._settings().memory_slots_off) - {name} | (set() if on else {name})
        changed = replace(self._settings(), memory_slots_off=tuple(sorted(off)))
        self.settings_changed.emit(changed)
        self._fill()

    def _on_paused(self, paused: bool) -> None:
        conversation_id = self._read().conversation_id
        if conversation_id is not None:
            self._controller.pause_memory(conversation_id, paused)

    def _on_undo(self) -> None:
        change = self._last
        if change is not None:
            self._do(lambda keeper: keeper.undo(change))

    def _do(self, deed: Callable[[Keeper], Change | Refused]) -> None:
        """Have it done; until it is, there is nothing that could be undone by mistake."""
        self._last = None
        self._undo.hide()
        self._controller.change_memory(deed)

    # What came of it

    def _on_told(self, event: TurnEvent) -> None:
        if not self.isVisible():
            self._last = None
            self._told.clear()
            return
        match event:
            case MemoryChanged():
                self._editing = ""
                self._tell(self._done(event.change), event.change)
                self._fill()
            case MemoryRefused():
                self._tell(self._wording().sentence(event.code), None)
                self._told.show()
                self._undo.hide()
            case _:
                pass

    def _done(self, change: Change) -> str:
        if change.after is None:
            return self.tr("Deleted, with everything it was before: {text}").format(
                text=change.memory.text
            )
        if change.before is None:
            return self.tr("Remembered: {text}").format(text=change.memory.text)
        return self.tr("Changed: {text}").format(text=change.memory.text)

    def _tell(self, words: str, change: Change | None) -> None:
        self._last = change
        self._told.setText(words)
        if words:
            event = QAccessibleAnnouncementEvent(self, words)
            QAccessible.updateAccessibility(event)


def _switch(words: str = "") -> QCheckBox:
    box = QCheckBox(words)
    box.setMinimumHeight(32)
    return box
