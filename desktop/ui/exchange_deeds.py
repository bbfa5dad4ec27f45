"""Exports and imports as the window offers them: which file, what of it, and what came of it.

Exports read beside the open talk; an import closes it for as long as it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMessageBox

from desktop.errors import XinyuError
from desktop.exchange.reading import ImportReport, import_file
from desktop.exchange.writing import Writer, write_text
from desktop.paths import Paths
from desktop.profiles.profile import Profile
from desktop.profiles.unlocked import Unlocked
from desktop.ui.front import Front
from desktop.ui.pdf import write_pdf
from desktop.ui.secret_dialogs import SummaryDialog
from desktop.ui.window import MainWindow
from desktop.vault.key import Key

SHOWN = 6


class ExchangeDeeds(QObject):
    """What leaves a profile, and what comes in.

    Args:
        say: shows a sentence.
    """

    def __init__(
        self,
        profile: Profile,
        key: Key | None,
        window: MainWindow,
        front: Front,
        say: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._profile, self._key = profile, key
        self._window, self._front, self._say = window, front, say
        self._wording = front.gate.wording
        self.ask_target: Callable[[str, str, str], str] = self._ask_target
        self.ask_source: Callable[[str], str] = self._ask_source

    def export_everything(self) -> None:
        """All tables; the safety plan and notes only after a question."""
        target = self.ask_target(self.tr("Export everything"), "xinyu.json", "JSON (*.json)")
        if not target:
            return
        with_safety = self._wants_safety()

        def write(writer: Writer) -> None:
            counts = writer.everything(Path(target), safety_notes=with_safety)
            self._say(self.counted("export_done", counts, file=target))

        self._write(write)

    def export_conversation(self) -> None:
        """The conversation that is shown."""
        shown = self._window.talk.conversation_id
        if shown is None:
            self._say(self.tr("Open a conversation first."))
            return
        kinds = "Markdown (*.md);;HTML (*.html);;PDF (*.pdf)"
        target = self.ask_target(self.tr("Export this conversation"), "xinyu.md", kinds)
        if not target:
            return

        def write(writer: Writer) -> None:
            path = Path(target)
            kind = path.suffix.lower().lstrip(".")
            if kind == "pdf":
                write_pdf(writer.page(shown), path)
            else:
                writer.conversation(shown, "html" if kind in ("html", "htm") else "md", path)
            self._say(self._wording.sentence("export_written", {"file": target}))

        self._write(write)

    def write_summary(self) -> None:
        """A draft; saved as the person changed it."""
        drafts: list[str] = []
        self._write(lambda writer: drafts.append(writer.summary()))
        if not drafts:
            return
        dialog = SummaryDialog(self._window, drafts[0])
        if not dialog.exec():
            return
        title = self.tr("Save the summary")
        target = self.ask_target(title, "xinyu.md", "Markdown (*.md)")
        if target:
            self._guard(lambda: write_text(Path(target), dialog.text.toPlainText() + "\n"))
            self._say(self._wording.sentence("export_written", {"file": target}))

    def import_file(self) -> None:
        """Take in a file; the talk is closed meanwhile."""
        source = self.ask_source(self.tr("Import a file"))
        if not source:
            return

        def work(paths: Paths, key: Key | None) -> ImportReport:
            from desktop.profiles.unlocked import rules_of

            with Unlocked(paths, key).writing() as store:
                return import_file(store, rules_of(paths), Path(source))

        self._front.do(self.tr("Importing…"), work, self._imported)

    def counted(self, code: str, added: Mapping[str, int], **details: str | int) -> str:
        """A sentence with the numbers of conversations and messages."""
        numbers = {name: added.get(name, 0) for name in ("conversations", "messages")}
        return self._wording.sentence(code, {**numbers, **details})

    def _imported(self, report: ImportReport) -> str:
        details: dict[str, str | int] = {
            "conversations": report.conversations,
            "messages": report.messages,
            "present": report.present,
        }
        lines = [self._wording.sentence("import_done", details)]
        for name, number in report.unknown.most_common(SHOWN):
            words: dict[str, str | int] = {"name": name, "number": number}
            lines.append(self._wording.sentence("import_passed_over", words).strip())
        return "\n".join(lines)

    def _write(self, write: Callable[[Writer], object]) -> None:
        def work() -> None:
            paths = self._profile.paths
            with Unlocked(paths, self._key).reading() as store:
                write(Writer(store, paths.assets, self._wording))

        self._guard(work)

    def _guard(self, work: Callable[[], object]) -> None:
        try:
            work()
        except XinyuError as error:
            self._say(self._wording.error(error))

    def _wants_safety(self) -> bool:
        answer = QMessageBox.question(
            self._window,
            self.tr("Safety plan and notes"),
            self.tr("Shall the safety plan and the safety notes be in the file as well?"),
            QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,
        )
        return answer == QMessageBox.StandardButton.Yes

    def _ask_target(self, title: str, name: str, kinds: str) -> str:
        return QFileDialog.getSaveFileName(self._window, title, name, kinds)[0]

    def _ask_source(self, title: str) -> str:
        return QFileDialog.getOpenFileName(self._window, title, "", "JSON, ZIP (*.json *.zip)")[0]
