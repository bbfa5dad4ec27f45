"""What happens on the page of talk: opening a conversation, sending, and showing what a turn tells.

Stands between the Controller (asks and hears), the Library (reads) and the page (shows). Knows no
other page and no list of conversations: it tells by signals when one begins or changes.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.chat.events import (
    ConversationChanged,
    Message,
    ModelLoading,
    ModelReady,
    NoticeDue,
    PersonSaid,
    PromptShortened,
    ReplyBegan,
    ReplyFinished,
    ReplyText,
    SearchHit,
    TurnEvent,
)
from desktop.chat.library import Library
from desktop.chat.temporary import is_temporary
from desktop.errors import XinyuError
from desktop.ui.controller import Controller, Turn
from desktop.ui.models import MessageModel
from desktop.ui.rows import Action, Notice
from desktop.ui.talk_page import TalkPage
from desktop.wording import Wording


class Talk(QObject):
    """Keeps one conversation in view, and what belongs to each while the window is open.

    Signals:
        conversation_began: id of the conversation that a first message made.
        conversation_used: a Conversation that is new or was talked in.
        shown: another conversation, or none, is in view.
        model_ready: the ModelReady event.
        leave_wanted: the person wants the window closed; nothing is asked.
        failed: XinyuError about something that is not part of a conversation, and a deed: what to
            do to try again, or None.
    """

    conversation_began = Signal(int)
    conversation_used = Signal(object)
    shown = Signal()
    model_ready = Signal(object)
    failed = Signal(object, object)
    leave_wanted = Signal()

    def __init__(
        self, page: TalkPage, model: MessageModel, controller: Controller, wording: Wording
    ) -> None:
        super().__init__(page)
        self.conversation_id: int | None = None
        self.wording = wording
        self._page = page
        self._model = model
        self._controller = controller
        self._library: Library | None = None
        self._drafts: dict[int | None, str] = {}
        self._notices: dict[int, list[Notice]] = {}
        self._shortened: set[int] = set()
        self._editing: Message | None = None
        self._beginning: Turn | None = None
        self._wanted: SearchHit | None = None
        self._connect()

    def use_library(self, library: Library | None) -> None:
        self._library = library

    # Opening

    def open(self, conversation_id: int | None) -> None:
        """Show a conversation, or the place for a new one."""
        self._leave()
        if is_temporary(self.conversation_id) and self.conversation_id != conversation_id:
            self._forget(self.conversation_id)
        self.conversation_id = conversation_id
        self._beginning = None
        self._reload()
        self._page.composer.set_text(self._drafts.pop(conversation_id, ""))
        self._page.composer.setFocus()
        self._show_state()
        self.shown.emit()

    def open_hit(self, hit: SearchHit) -> None:
        """Show the message that a search found."""
        if hit.conversation_id != self.conversation_id:
            self.open(hit.conversation_id)
        if self._model.find(hit.message_id) < 0:
            # it stands in another version: go there first, then look again
            self._wanted = hit
            self._controller.select_version(hit.message_id)
            return
        self._page.view.show_found(hit.message_id, hit.start, hit.length)

    def forget(self, conversation_id: int) -> None:
        """The conversation was deleted."""
        if conversation_id == self.conversation_id:
            self.open(None)

    def _forget(self, conversation_id: int | None) -> None:
        """A temporary conversation is left: nothing of it stays, not even here."""
        if conversation_id is not None:
            self._notices.pop(conversation_id, None)
        self._drafts.pop(conversation_id, None)
        if self._controller.talking_in(conversation_id) is not None:
            self._controller.stop()
        self._controller.forget_temporary()
        self._page.empty.set_temporary(False)

    def retranslate(self, wording: Wording) -> None:
        self.wording = wording
        self._model.retranslate()
        self._page.place.tell(self._page.place.goes, wording)

    def add_notice(self, conversation_id: int | None, notice: Notice) -> None:
        """Keep a quiet line with a conversation, and show it where that is in view."""
        if conversation_id is None:
            return
        self._notices.setdefault(conversation_id, []).append(notice)
        if conversation_id != self.conversation_id:
            return
        if notice.is_about_reply:
            self._reload()
        else:
            self._model.add_notice(notice)

    def replace_notice(self, conversation_id: int, old: Notice, new: Notice) -> None:
        """Say a quiet line otherwise, where it stands."""
        known = self._notices.get(conversation_id, [])
        self._notices[conversation_id] = [new if notice == old else notice for notice in known]
        if conversation_id == self.conversation_id:
            self._model.replace_notice(old, new)

    # What the person does

    def send(self, text: str) -> None:
        """Say what was written, or say it again where a message is being edited."""
        if self._beginning is not None:
            return  # the first message is not on disk yet: there is no conversation to go on with
        self._page.composer.set_text("")
        self._page.view.forget_found()
        if self._editing is not None:
            turn = self._controller.edit(self._editing, text)
            self._end_edit()
        else:
            temporary = self._page.empty.temporary and self.conversation_id is None
            turn = self._controller.send(self.conversation_id, text, temporary=temporary)
            if self.conversation_id is None:
                self._beginning = turn
        self._model.set_pending(text)
        self._page.show_messages(True)
        self._page.view.scroll_to_end()
        self._show_state()

    def stop(self) -> None:
        self._controller.stop()

    def _connect(self) -> None:
        page, controller = self._page, self._controller
        page.composer.sent.connect(self.send)
        page.composer.stop_pressed.connect(self.stop)
        page.composer.edit_given_up.connect(self._on_edit_given_up)
        page.empty.opener_chosen.connect(self.send)
        page.view.asked.connect(self._on_asked)
        controller.event_happened.connect(self._on_event)
        controller.turn_ended.connect(self._on_turn_ended)
        controller.change_done.connect(self._on_change_done)

    def _on_asked(self, name: str, message_id: int) -> None:
        if name == Action.LEAVE:
            self.leave_wanted.emit()
            return
        row = self._model.find(message_id)
        message = self._model.row(row).message if row >= 0 else None
        if message is None:
            return
        match name:
            case "edit":
                self._begin_edit(message)
            case "again":
                self._drop_notices(message)
                self._controller.regenerate(message)
            case "answer":
                self._drop_notices(message)
                self._controller.answer(message)
            case "earlier" | "later":
                self._step_version(message, -1 if name == "earlier" else 1)
        self._show_state()

    def _begin_edit(self, message: Message) -> None:
        if self._editing is None:
            self._drafts[self.conversation_id] = self._page.composer.text()
        self._editing = message
        self._page.composer.set_editing(True)
        self._page.composer.set_text(message.text)
        self._page.composer.setFocus()

    def _end_edit(self) -> None:
        self._editing = None
        self._page.composer.set_editing(False)
        self._page.composer.set_text(self._drafts.pop(self.conversation_id, ""))

    def _on_edit_given_up(self) -> None:
        self._end_edit()

    def _step_version(self, message: Message, step: int) -> None:
        if self._library is None:
            return
        versions = self._library.versions(message.id)
        place = versions.index(message.id) + step
        if 0 <= place < len(versions):
            self._controller.select_version(versions[place])

    # What a turn tells

    def _on_event(self, turn: Turn, event: TurnEvent) -> None:
        self._tell_status(event)
        if isinstance(event, ConversationChanged):
            self._on_conversation_changed(turn, event)
        if isinstance(event, NoticeDue):
            self._tell_notice(event)
        if not self.is_here(turn):
            return
        match event:
            case PersonSaid() | ReplyBegan():
                self._model.put(event.message)
                self._page.show_messages(True)
            case ReplyText():
                self._model.grow(event.message_id, event.text)
            case ReplyFinished():
                self._finish(event)
            case PromptShortened():
                self._tell_shortened(turn, event)
            case _:
                pass
        self._show_state()

    def _tell_status(self, event: TurnEvent) -> None:
        status = self._page.status
        match event:
            case ModelLoading():
                status.model_loading()
            case ModelReady():
                status.model_ready(event)
                self.model_ready.emit(event)
            case ReplyFinished():
                status.reply_finished(event.tokens_per_second)
            case _:
                pass

    def _on_conversation_changed(self, turn: Turn, event: ConversationChanged) -> None:
        if not is_temporary(event.conversation.id):
            self.conversation_used.emit(event.conversation)
        if turn is self._beginning:
            self._beginning = None
            self.conversation_id = event.conversation.id
            self.conversation_began.emit(event.conversation.id)

    def _finish(self, event: ReplyFinished) -> None:
        if event.message.text:
            self._model.put(event.message)
            row = self._model.row(self._model.find(event.message.id))
            self._page.announce(self._model.spoken(row))

    def _tell_notice(self, event: NoticeDue) -> None:
        """That this is an AI, or that a pause is possible: a quiet line, said once aloud."""
        words = self.wording.sentence(event.code)
        action = Action.LEAVE if event.code == "notice_break" else Action.NONE
        message = event.message
        self.add_notice(message.conversation_id, Notice(words, message.id, action, message.id))
        self._page.announce(words)

    def _tell_shortened(self, turn: Turn, event: PromptShortened) -> None:
        """Once for each conversation: it stays so from then on."""
        conversation_id = turn.conversation_id
        if conversation_id is not None and conversation_id not in self._shortened:
            self._shortened.add(conversation_id)
            words = self.wording.sentence("prompt_shortened", {"dropped": event.dropped})
            last = turn.said or self._model.last_message()
            self.add_notice(conversation_id, Notice(words, after=last.id if last else 0))

    def _on_turn_ended(self, turn: Turn) -> None:
        if turn.aside:
            return
        self._page.status.loading_ended()
        if turn is self._beginning:
            self._beginning = None
        if turn.failed is not None:
            self._tell_failure(turn, turn.failed.error)
        elif self.is_here(turn) and turn.kept is None and not turn.loading:
            self._reload()
        self._show_state()

    def _tell_failure(self, turn: Turn, error: XinyuError) -> None:
        if turn.loading:
            self.failed.emit(error, self._controller.load)
        elif turn.draft and turn.said is None:
            self._give_back(turn)
            self.failed.emit(error, None)
        elif self.is_here(turn):
            self._reload()
            last = self._model.last_message()
            unanswered = last is not None and last.role == "user"
            action = Action.ANSWER if unanswered else Action.NONE
            after = last.id if last else 0
            notice = Notice(self.wording.error(error), after, action, after)
            self.add_notice(turn.conversation_id, notice)
            self._page.announce(self.wording.error(error))

    def _give_back(self, turn: Turn) -> None:
        """What could not be kept on disk goes back where it was written."""
        if turn.conversation_id == self.conversation_id:
            self._model.set_pending(None)
            newer = self._page.composer.text()
            self._page.composer.set_text("\n".join(filter(None, (turn.draft, newer))))
            self._page.show_messages(self._model.rowCount() > 0)
        else:
            newer = self._drafts.get(turn.conversation_id, "")
            self._drafts[turn.conversation_id] = "\n".join(filter(None, (turn.draft, newer)))

    def _on_change_done(self, name: str) -> None:
        if name == "select_version" and self.conversation_id is not None:
            self._reload()
            if self._wanted is not None:
                hit, self._wanted = self._wanted, None
                self._page.view.show_found(hit.message_id, hit.start, hit.length)

    # Inside

    def is_here(self, turn: Turn) -> bool:
        if turn.conversation_id is None:
            return turn is self._beginning
        return turn.conversation_id == self.conversation_id

    def _leave(self) -> None:
        if self._editing is not None:
            self._end_edit()
        text = self._page.composer.text()
        if text:
            self._drafts[self.conversation_id] = text
        self._model.set_pending(None)

    def _reload(self) -> None:
        """Read the conversation again, with the reply under way as far as it has come."""
        if self._library is None:
            return
        messages: list[Message] = []
        notices: list[Notice] = []
        if self.conversation_id is not None:
            try:
                messages = self._library.messages(self.conversation_id)
            except XinyuError as error:
                self.failed.emit(error, self._reload)
            notices = self._notices.get(self.conversation_id, [])
        self._model.load(messages, [*notices, *self._unanswered(messages)])
        turn = self._controller.talking_in(self.conversation_id)
        if turn is not None and turn.reply is not None:
            row = self._model.find(turn.reply.id)
            if row >= 0:
                missing = turn.text[len(self._model.row(row).text) :]
                self._model.grow(turn.reply.id, missing)
        self._page.show_messages(self._model.rowCount() > 0)

    def _unanswered(self, messages: list[Message]) -> list[Notice]:
        """The last word is the person's and nobody answers: the window was closed too early."""
        last = messages[-1] if messages else None
        if last is None or last.role != "user" or self._controller.talking_in(self.conversation_id):
            return []
        known = self._notices.get(last.conversation_id, [])
        if any(notice.after == last.id and notice.is_about_reply for notice in known):
            return []
        words = self.tr("This has not been answered yet.")
        return [Notice(words, last.id, Action.ANSWER, last.id)]

    def _drop_notices(self, message: Message) -> None:
        """What was offered behind a message is being done."""
        kept = self._notices.get(message.conversation_id, [])
        self._notices[message.conversation_id] = [
            notice for notice in kept if notice.after != message.id or not notice.is_about_reply
        ]

    def _show_state(self) -> None:
        turn = self._beginning or self._controller.talking_in(self.conversation_id)
        self._page.composer.set_streaming(turn is not None)
        self._page.view.busy = turn is not None
