"""What is asked before a model is fetched, added or removed, with a yes and a no.

Fills the page of questions; what a yes does is given.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from desktop.chat.models_events import Candidate, ModelCard, Offered
from desktop.ui.models_question import QuestionPage
from desktop.ui.models_words import ModelsWords
from desktop.wording import Wording


class Add(Protocol):
    """Takes a file in."""

    def __call__(self, path: Path, *, copy: bool) -> None: ...


class Questions(QObject):
    """Each returns True: it stands there to be answered."""

    def __init__(self, page: QuestionPage, wording: Wording, parent: QObject) -> None:
        super().__init__(parent)
        self._page = page
        self._wording = wording
        self._words = ModelsWords(self)

    def fetch(self, name: str, offered: Offered, yes: Callable[[], object]) -> bool:
        """Before a single byte of a model is fetched."""
        offer, host = offered.offer, offered.host
        left = self._words.size(offer.left)
        sentences = [
            self.tr("{size} would be downloaded from {host}.").format(size=left, host=host),
            self.tr(
                "As with every download, {host} learns this computer's internet address and which"
                " file it fetches. Nothing of your conversations goes there."
            ).format(host=host),
            self.tr(
                "You can go on talking meanwhile, pause at any time, and go on later. Where the"
                " line costs by amount, mind the size."
            ),
        ]
        if offer.have:
            here = self.tr("{have} of it are here already.")
            sentences.insert(1, here.format(have=self._words.size(offer.have)))
        download = self.tr("Download {size} from {host}").format(size=left, host=host)
        title = self.tr("Download {model}?").format(model=name)
        self._page.ask(title, sentences, [(download, yes)], self.tr("Not now"))
        return True

    def add(self, candidate: Candidate, add: Add) -> bool:
        """Before a file is taken in."""
        sentences = [
            self.tr("{file}, {size}.").format(
                file=candidate.path.name, size=self._words.size(candidate.size)
            )
        ]
        if candidate.template_differs:
            sentences.append(
                self.tr(
                    "It was made for another form of conversation than Xinyu's own models. It may"
                    " well talk, but keep less to Xinyu's manner. The trial shows what it does."
                )
            )
        sentences.append(
            self.tr(
                "Copied, it is always here. Used where it lies, it needs no room, and answers only"
                " while its disk or stick is connected."
            )
        )
        copy = (self.tr("Copy it"), lambda: add(candidate.path, copy=True))
        place = (self.tr("Use it where it lies"), lambda: add(candidate.path, copy=False))
        title = self.tr("Add {model}?").format(model=candidate.name)
        self._page.ask(title, sentences, [copy, place], self.tr("Rather not"))
        return True

    def remove(self, card: ModelCard, yes: Callable[[], object]) -> bool:
        """Before a model is taken away."""
        name = card.name[self._wording.language]
        if card.origin == "in_place":
            sentences = [self.tr("The file itself stays where it is; Xinyu only forgets it.")]
        else:
            words = self.tr("This frees {size} on the disk. Your conversations stay.")
            sentences = [words.format(size=self._words.size(card.file.size))]
            if card.origin == "downloaded":
                sentences.append(self.tr("It can be downloaded again."))
        title = self.tr("Remove {model}?").format(model=name)
        self._page.ask(title, sentences, [(self.tr("Remove it"), yes)], self.tr("Keep it"))
        return True
