"""What the window shows when risk is noticed, before any reply and whether or not a model runs.

A quiet line, a card in the talk, the help panel that opens by itself, or that and a bar with the
emergency number: how loud, `Reaction` says. Knows no text of a person and no rule of the screening.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import ReplyBegan, Screened, TurnEvent
from desktop.chat.library import Library
from desktop.chat.session import Opened
from desktop.safety.helplines import HelpLine
from desktop.safety.judge import NOTHING, Screening
from desktop.safety.respond import Card, Reaction, is_echo, named_lines, reaction, words_to_say
from desktop.settings import Settings
from desktop.ui.bars import Deed
from desktop.ui.care_pages import CarePages
from desktop.ui.controller import Controller, Turn
from desktop.ui.drawer import Drawer
from desktop.ui.extras import Extras
from desktop.ui.models import MessageModel
from desktop.ui.quick_leave import QuickLeave
from desktop.ui.rows import Action, Kind, Notice
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage

SHOWN_OF_A_KIND = 2
LONGEST_AT_ONCE = 4_000  # characters that are read without the window being late
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Told:
    """Words that stand in a talk: behind which message, and their code."""

    message_id: int
    code: str


class Care(QObject):
    """Hears what the screening noticed and shows help.

    Args:
        settings: the person's choices of now: whose numbers are shown, whether months are counted.

    Attributes:
        pages: plan, calm, contact and notes.

    Signals:
        counting_chosen: whether months may be counted.
    """

    counting_chosen = Signal(bool)

    def __init__(
        self,
        talk: Talk,
        page: TalkPage,
        model: MessageModel,
        extras: Extras,
        controller: Controller,
        drawer: Drawer,
        settings: Callable[[], Settings],
    ) -> None:
        super().__init__(page)
        self._talk, self._page, self._model = talk, page, model
        self._extras, self._settings = extras, settings
        self.pages = CarePages(
            drawer,
            controller,
            lambda: talk.wording,
            self._danger,
            lambda: settings().count_help,
        )
        self.quick_leave = QuickLeave(page.window())
        self._folded: dict[int, Notice] = {}
        self._screen: Callable[[Sequence[str]], Screening] = lambda _: NOTHING
        self._noticed: dict[int, Screened] = {}
        self._told: dict[int, list[_Told]] = {}
        controller.opened.connect(self._on_opened)
        controller.event_happened.connect(self._on_event)
        talk.shown.connect(self.refresh)
        page.view.asked.connect(self._on_asked)
        page.composer.sent.connect(self._on_sent)
        page.empty.opener_chosen.connect(self._on_sent)
        drawer.help_wanted.connect(self.show_help)
        drawer.shell.drawer_changed.connect(self._show_bar)
        extras.page_wanted.connect(self.pages.show)
        extras.leave_wanted.connect(self.quick_leave.leave)
        extras.make_panel = lambda: extras.new_panel(talk.wording, self._region())
        self.pages.counting_chosen.connect(self.counting_chosen)
        self.pages.contact_changed.connect(self.refresh)

    def use_library(self, library: Library | None) -> None:
        """Plan, contact and notes are read from here on."""
        self.pages.use_library(library)

    def close(self) -> None:
        """The window closes: nothing that was written is lost."""
        self.pages.close()

    def show_help(self) -> None:
        """The panel, asked for by the person."""
        self._extras.show_help(self._talk.wording, self._region())

    def refresh(self) -> None:
        """Another conversation, language or region: say what belongs to it."""
        now = self._reaction()
        if self._extras.help is not None:
            loud = now is not None and now.card >= Card.INLINE
            self._extras.help.lead_with(now if loud else None)
            self._extras.help.set_contact(self.pages.contact())
        self._show_bar()

    def _on_opened(self, opened: Opened) -> None:
        """From now on help comes at once; parts of the screening that cannot be read are told."""
        self._screen = opened.screen
        self._extras.help_panel(self._talk.wording, self._region())  # made before it is needed
        if opened.notices:
            sentences = map(self._talk.wording.sentence, opened.notices)
            self._page.banner.tell("\n".join(sentences), [])

    def _on_asked(self, name: str, message_id: int) -> None:
        match name:
            case Action.HELP:
                self.show_help()
            case Action.FOLD:
                self._fold(message_id)
            case Action.UNFOLD:
                self._unfold(message_id)

    def _fold(self, message_id: int) -> None:
        """Put a card in the talk away; one line stays, that brings it back."""
        shown = self._talk.conversation_id
        rows = (row.notice for row in self._model.rows() if row.notice is not None)
        card = next(
            (one for one in rows if (one.message_id, one.action) == (message_id, Action.HELP)), None
        )
        if card is None or shown is None:
            return
        self._folded[message_id] = card
        words = self.tr("Words and numbers for a hard hour, folded away.")
        self._talk.replace_notice(shown, card, replace(card, text=words, action=Action.UNFOLD))

    def _unfold(self, message_id: int) -> None:
        card, shown = self._folded.pop(message_id, None), self._talk.conversation_id
        rows = (row.notice for row in self._model.rows() if row.notice is not None)
        line = next(
            (one for one in rows if (one.message_id, one.action) == (message_id, Action.UNFOLD)),
            None,
        )
        if card is not None and line is not None and shown is not None:
            self._talk.replace_notice(shown, line, card)

    def _on_event(self, turn: Turn, event: TurnEvent) -> None:
        if isinstance(event, Screened):
            self._take(event)
        elif isinstance(event, ReplyBegan) and turn.screened is None:
            self._calm(event.message.conversation_id)

    def _calm(self, conversation_id: int) -> None:
        """Nothing is noticed any more, as after an edit."""
        if self._noticed.pop(conversation_id, None) is not None:
            self.refresh()

    def _on_sent(self, text: str) -> None:
        """Help that must not wait for the disk, the engine or the turn before is shown at once.

        The turn screens the same words again and tells it (`Screened`): what lasts hangs on that.
        """
        if len(text) > LONGEST_AT_ONCE:
            return
        said = [row.text for row in self._model.rows() if row.own and row.kind is Kind.MESSAGE]
        try:
            screening = self._screen([*said, text])
        except Exception as error:  # its text might hold what was typed: only its kind is logged
            _log.error("the screening failed: %s", type(error).__name__)
            return
        shown = reaction(screening)
        if shown.card >= Card.FIXED and self._is_new(screening, shown, self._talk.conversation_id):
            self._extras.open_help(self._talk.wording, self._region(), shown)

    def _is_new(self, screening: Screening, shown: Reaction, conversation_id: int | None) -> bool:
        """Whether the panel is to open by itself: louder than before, or said anew."""
        before = self._noticed.get(conversation_id) if conversation_id is not None else None
        return before is None or before.reaction.card < shown.card or not is_echo(screening)

    def _take(self, event: Screened) -> None:
        conversation_id = event.message.conversation_id
        new = self._is_new(event.screening, event.reaction, conversation_id)
        self._noticed[conversation_id] = event
        if event.reaction.card <= Card.INLINE:
            self._write(event)
        elif new:
            self._open(event)
        if conversation_id == self._talk.conversation_id:
            self.refresh()

    def _open(self, event: Screened) -> None:
        self._extras.open_help(self._talk.wording, self._region(), event.reaction)

    # In the talk

    def _write(self, event: Screened) -> None:
        """The words that do not stand there yet, behind the message."""
        message = event.message
        told = self._told.setdefault(message.conversation_id, [])
        seen = [one.code for one in told if self._model.find(one.message_id) >= 0]
        codes = words_to_say(event.screening, event.reaction, seen)
        if not codes:
            return
        told += [_Told(message.id, code) for code in codes]
        words = [self._talk.wording.sentence(code) for code in codes]
        action = Action.QUIET_HELP
        if event.reaction.card is Card.INLINE:
            words += self._numbers(event.reaction)
            action = Action.HELP
        text = "\n".join(words)
        self._talk.add_notice(message.conversation_id, Notice(text, message.id, action, message.id))
        if action is Action.HELP:
            self._page.announce(text)

    def _numbers(self, reaction: Reaction) -> list[str]:
        """A line for each kind of number, in the order of the reaction."""
        wording, region = self._talk.wording, self._region()
        found = self._extras.help_panel(wording, region).lines.for_region(region)
        lines = named_lines(reaction, found)
        kinds = dict.fromkeys(line.kind for line in lines)
        rows = [[line for line in lines if line.kind == kind][:SHOWN_OF_A_KIND] for kind in kinds]
        return [" · ".join(_named(line, wording.language) for line in row) for row in rows]

    # The bar

    def _show_bar(self) -> None:
        """While danger is near and the panel is closed: numbers that nothing covers."""
        now = self._reaction()
        if now is None or now.card < Card.FIXED or self._extras.help_shown:
            self._page.danger_bar.hide()
            return
        deeds: list[Deed] = [(self.tr("Show the numbers"), self.show_help)]
        if now.plan_in_reach:
            deeds.append((self.tr("My safety plan"), lambda: self.pages.show("plan")))
        self._page.danger_bar.tell(self._bar_words(now), deeds)

    def _bar_words(self, reaction: Reaction) -> str:
        """What to do in danger, else where people are; and whom the person chose."""
        wording = self._talk.wording
        words = [self._danger()]
        if reaction.card < Card.FIRST and (numbers := self._numbers(reaction)):
            words = [wording.sentence("care_bar", {"numbers": numbers[0]})]
        contact = self.pages.contact() if reaction.show_contact else None
        if contact is not None:
            details = {"name": contact.name, "number": contact.number}
            words.append(wording.sentence("contact_card", details))
        return "\n".join(words)

    def _danger(self) -> str:
        panel = self._extras.help_panel(self._talk.wording, self._region())
        return panel.danger_sentence()

    def _region(self) -> str:
        return self._settings().region

    def _reaction(self) -> Reaction | None:
        shown = self._talk.conversation_id
        event = self._noticed.get(shown) if shown is not None else None
        return event.reaction if event else None


def _named(line: HelpLine, language: str) -> str:
    return f"{line.number} {line.name.get(language, '')}".strip()
