"""One conversation as Markdown or HTML, and a draft of what a person may want to tell a therapist.

Pure text from messages: what is said is quoted as it stands, nothing is added or judged. PDF is
made from the HTML by the window's side, which has Qt.
"""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from dataclasses import dataclass

from desktop.store.records import Conversation, Message
from desktop.wording import Wording

OWN = "user"
LONGEST_QUOTE = 160


@dataclass(frozen=True)
class Talk:
    """A conversation with the messages of its active path."""

    conversation: Conversation
    messages: Sequence[Message]


def markdown(talk: Talk, wording: Wording) -> str:
    """The conversation; every line a person wrote stays their own, whatever marks it holds."""
    parts = [f"# {_escaped(_title(talk, wording))}", f"*{wording.sentence('document_note')}*"]
    for message in talk.messages:
        parts.append(f"**{_speaker(message, wording)}** · {_when(message.created_at)}")
        parts.append("\n".join(f"> {_escaped(line)}" for line in message.text.split("\n")))
    return "\n\n".join(parts) + "\n"


def page(talk: Talk, wording: Wording) -> str:
    """The conversation as one HTML file that needs nothing else and loads nothing."""
    title = html.escape(_title(talk, wording))
    body = "\n".join(_html_message(message, wording) for message in talk.messages)
    note = html.escape(wording.sentence("document_note"))
    return _PAGE.format(language=wording.language, title=title, note=note, body=body, style=_STYLE)


def summary(talks: Sequence[Talk], wording: Wording) -> str:
    """A draft for the person to change: when, how often, about what, in their own first words."""
    spoken = [talk for talk in talks if talk.messages]
    if not spoken:
        return wording.sentence("summary_empty") + "\n"
    days = sorted(message.created_at for talk in spoken for message in talk.messages)
    said = sum(1 for talk in spoken for message in talk.messages if message.role == OWN)
    lines = [
        f"# {wording.sentence('summary_title')}",
        "",
        wording.sentence(
            "summary_span",
            {
                "first": _day(days[0]),
                "last": _day(days[-1]),
                "conversations": len(spoken),
                "messages": said,
            },
        ),
        "",
        f"## {wording.sentence('summary_topics')}",
        "",
    ]
    for talk in sorted(spoken, key=lambda talk: talk.conversation.created_at):
        lines.append(f"- {_day(talk.conversation.created_at)} {_title(talk, wording)}")
        lines += [f"  - “{quote}”" for quote in _first_words(talk)]
    for code in ("summary_now", "summary_wish"):
        lines += ["", f"## {wording.sentence(code)}", "", "- "]
    return "\n".join(lines) + "\n"


def _first_words(talk: Talk) -> list[str]:
    own = [" ".join(m.text.split()) for m in talk.messages if m.role == OWN]
    return [
        words[:LONGEST_QUOTE] + ("…" if len(words) > LONGEST_QUOTE else "") for words in own[:1]
    ]


def _html_message(message: Message, wording: Wording) -> str:
    side = "own" if message.role == OWN else "other"
    words = html.escape(message.text).replace("\n", "<br>")
    who = html.escape(_speaker(message, wording))
    return f'<p class="who">{who} · {_when(message.created_at)}</p>\n<p class="{side}">{words}</p>'


def _speaker(message: Message, wording: Wording) -> str:
    return wording.sentence("speaker_own" if message.role == OWN else "speaker_xinyu")


def _title(talk: Talk, wording: Wording) -> str:
    return talk.conversation.title or wording.sentence("untitled")


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def _escaped(line: str) -> str:
    """Marks of Markdown at places where they would become one."""
    for mark in "\\`*_[]<>#":
        line = line.replace(mark, "\\" + mark)
    return line


_STYLE = (
    "body{font-family:sans-serif;line-height:1.6;max-width:42em;margin:2em auto;color:#2B2B28}"
    ".who{color:#6B6760;font-size:.85em;margin:1.2em 0 .2em}"
    ".own{background:#DDECE6;padding:.6em 1em}.other{border:1px solid #E6DFD4;padding:.6em 1em}"
)
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<style>{style}</style></head>
<body>
<h1>{title}</h1>
<p><em>{note}</em></p>
{body}
</body></html>
"""
