"""What the window shows when risk is noticed, before any reply and whether or not a model runs.

A quiet line, a card in the talk, the help panel that opens by itself, or that and a bar with the
emergency number: how loud, `Reaction` says. Knows no text of a person and no rule of the screening.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.chat.events import ReplyBegan, Screened, TurnEvent
from desktop.chat.session import Opened
from desktop.safety.helplines import HelpLine
from desktop.safety.respond import Card, Reaction, is_echo, named_lines, words_to_say
from desktop.ui.controller import Controller, Turn
from desktop.ui.extras import Extras
from desktop.ui.models import MessageModel
from desktop.ui.rows import Action, Notice
from desktop.ui.talk import Talk
from desktop.ui.talk_page import TalkPage

SHOWN_OF_A_KIND = 2


@dataclass(frozen=True)
class _Told:
    """Words that stand in a talk: behind which message, and their code."""

    message_id: int
    code: str


class Care(QObject):
    """Hears what the screening noticed and shows help.

    Args:
        region: whose numbers are shown now.
    """

    def __init__(
        self,
        talk: Talk,
        page: TalkPage,
        model: MessageModel,
        extras: Extras,
        controller: Controller,
        region: Callable[[], str],
    ) -> None:
        super().__init__(page)
        self._talk, self._page, self._model = talk, page, model
        self._extras, self._region = extras, region
        self._noticed: dict[int, Screened] = {}
        self._told: dict[int, list[_Told]] = {}
        controller.opened.connect(self._on_opened)
        controller.event_happened.connect(self._on_event)
        talk.shown.connect(self.refresh)
        page.view.asked.connect(self._on_asked)
        extras.help_opened.connect(self._show_bar)
        extras.help_closed.connect(self._show_bar)

    def show_help(self) -> None:
        """The panel, asked for by the person."""
        self._extras.show_help(self._talk.wording, self._region())

    def refresh(self) -> None:
        """Another conversation, language or region: say what belongs to it."""
        reaction = self._reaction()
        if self._extras.help is not None:
            loud = reaction is not None and reaction.card >= Card.FIXED
            self._extras.help.lead_with(reaction if loud else None)
        self._show_bar()

    def _on_opened(self, opened: Opened) -> None:
        """Parts of the screening that could not be read are told."""
        if opened.notices:
            sentences = map(self._talk.wording.sentence, opened.notices)
            self._page.banner.tell("\n".join(sentences), [])

    def _on_asked(self, name: str, _message_id: int) -> None:
        if name == Action.HELP:
            self.show_help()

    def _on_event(self, turn: Turn, event: TurnEvent) -> None:
        if isinstance(event, Screened):
            self._take(event)
        elif isinstance(event, ReplyBegan) and turn.screened is None:
            self._calm(event.message.conversation_id)

    def _calm(self, conversation_id: int) -> None:
        """Nothing is noticed any more, as after an edit."""
        if self._noticed.pop(conversation_id, None) is not None:
            self.refresh()

    def _take(self, event: Screened) -> None:
        conversation_id = event.message.conversation_id
        before = self._noticed.get(conversation_id)
        self._noticed[conversation_id] = event
        if event.reaction.card <= Card.INLINE:
            self._write(event)
        else:
            louder = before is None or before.reaction.card < event.reaction.card
            if louder or not is_echo(event.screening):
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
        lines = [line for line in named_lines(reaction, found) if "-" not in line.region]
        kinds = dict.fromkeys(line.kind for line in lines)
        rows = [[line for line in lines if line.kind == kind][:SHOWN_OF_A_KIND] for kind in kinds]
        return [" · ".join(_named(line, wording.language) for line in row) for row in rows]

    # The bar

    def _show_bar(self) -> None:
        """While danger is near and the panel is closed: the emergency numbers."""
        reaction = self._reaction()
        if reaction is None or reaction.card < Card.FIRST or self._extras.help_shown:
            self._page.danger_bar.hide()
            return
        panel = self._extras.help_panel(self._talk.wording, self._region())
        deed = (self.tr("Show the numbers"), self.show_help)
        self._page.danger_bar.tell(panel.danger_sentence(), [deed])

    def _reaction(self) -> Reaction | None:
        shown = self._talk.conversation_id
        event = self._noticed.get(shown) if shown is not None else None
        return event.reaction if event else None


def _named(line: HelpLine, language: str) -> str:
    return f"{line.number} {line.name.get(language, '')}".strip()
