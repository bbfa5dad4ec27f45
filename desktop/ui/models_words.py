"""Numbers of the models page in plain words: sizes, times, what a model is good at, how it fared.

In the language of now; no technical name stands here. Knows no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from desktop.chat.models_events import Machine, ModelCard, Progress
from desktop.wording import Wording

MINUTE, HOUR = 60, 3600


class ModelsWords(QObject):
    """Says them; holds nothing."""

    def size(self, size: int | None) -> str:
        """E.g. "34 MB" or "2.5 GB", in thousands as disks are sold."""
        if size is None:
            return self.tr("size not known yet")
        if size < 1_000_000_000:
            return f"{max(1, round(size / 1e6))} MB"
        return f"{QLocale().toString(size / 1e9, 'f', 1)} GB"

    def time(self, seconds: float | None) -> str:
        """About how long; "" where it cannot be said."""
        if seconds is None:
            return ""
        if seconds < MINUTE:
            return self.tr("less than a minute left")
        if seconds < HOUR:
            return self.tr("about %n minutes left", "", round(seconds / MINUTE))
        return self.tr("about %n hours left", "", max(1, round(seconds / HOUR)))

    def progress(self, progress: Progress) -> str:
        """How far a download is."""
        parts = [
            self.tr("{have} of {size}").format(
                have=self.size(progress.have), size=self.size(progress.size)
            )
        ]
        if progress.rate > 0:
            parts.append(self.tr("{rate} a second").format(rate=self.size(round(progress.rate))))
        if words := self.time(progress.seconds_left):
            parts.append(words)
        return "  ·  ".join(parts)

    def machine(self, machine: Machine) -> str:
        """What counts of this computer."""
        parts = [
            self.tr("{memory} of memory, {free} of it free").format(
                memory=self.size(machine.memory), free=self.size(machine.free_memory)
            )
        ]
        if machine.gpu:
            gpu = self.tr("graphics card {name} with {free} free")
            parts.append(gpu.format(name=machine.gpu, free=self.size(machine.gpu_free_memory)))
        else:
            parts.append(self.tr("no graphics card that models can use"))
        parts.append(self.tr("{free} free on the disk").format(free=self.size(machine.free_disk)))
        if machine.measured is not None:
            rate = round(machine.measured.tokens_per_second)
            parts.append(self.tr("%n pieces of words a second, as measured here", "", rate))
        return self.tr("This computer: {parts}.").format(parts=self._comma().join(parts))

    def good_at(self, card: ModelCard) -> str:
        """What a model is good at, and who made it."""
        known = {
            "chat": self.tr("good at talking"),
            "memory": self.tr("can propose what is remembered"),
            "languages": self.tr("speaks several languages"),
        }
        parts = [known[name] for name in card.good_at if name in known]
        if card.maker:
            parts.insert(0, self.tr("by {maker}").format(maker=card.maker))
        return self._comma().join(parts)

    def fit(self, card: ModelCard, wording: Wording) -> str:
        """How it fits, and at what speed."""
        verdict = card.file.verdict
        sentence = wording.sentence(verdict.code, verdict.details)
        if verdict.tokens_per_second >= 1 and not verdict.guessed:
            rate = self.tr(
                "About %n pieces of words a second.", "", round(verdict.tokens_per_second)
            )
            return f"{sentence} {rate}"
        return sentence

    def trial(self, card: ModelCard) -> str:
        """What its trial on this computer said."""
        if card.report is None:
            return self.tr("Not tried on this computer yet.")
        if not card.report.accepted:
            return self.tr("Tried on this computer: it cannot be used.")
        if card.report.warned:
            return self.tr(
                "Tried on this computer: it can be used; there is something to know about it."
            )
        return self.tr("Tried on this computer: everything was all right.")

    def _comma(self) -> str:
        """Punctuation needs no translator, but it is not the same everywhere."""
        return "，" if QLocale().language() == QLocale.Language.Chinese else ", "
