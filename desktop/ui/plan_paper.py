"""The safety plan on paper: as a PDF file or through the system's printer dialog.

Takes the plan as it is on disk, the contact and the emergency numbers of the region; writes nothing
else anywhere.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDate, QLocale, QMarginsF, QObject, QSaveFile, Qt
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.safety.plan import step_codes
from desktop.ui.keeper import Keeper
from desktop.wording import Wording

DOTS_PER_INCH = 300
PAGE_MARGIN = 20.0  # millimetres


def ask_for_file(parent: QWidget, title: str, name: str) -> str:
    """Where to save, "" for nowhere."""
    return QFileDialog.getSaveFileName(parent, title, name, "PDF (*.pdf)")[0]


class PlanPaper(QObject):
    """Prints the plan.

    Args:
        danger: the sentence with the emergency numbers of the person's region.
        ask_file: asks where a PDF goes.
    """

    def __init__(
        self,
        keeper: Keeper,
        wording: Callable[[], Wording],
        danger: Callable[[], str],
        ask_file: Callable[[QWidget, str, str], str] = ask_for_file,
    ) -> None:
        super().__init__(keeper)
        self._keeper, self._wording, self._danger = keeper, wording, danger
        self._ask_file = ask_file

    def save_pdf(self, parent: QWidget) -> str:
        """Ask where and write it; returns a sentence about it, "" when given up."""
        name = self.tr("Safety plan") + ".pdf"
        chosen = self._ask_file(parent, self.tr("Save the plan as PDF"), name)
        if not chosen:
            return ""
        path = Path(chosen if chosen.lower().endswith(".pdf") else f"{chosen}.pdf")
        code = "plan_pdf_saved" if self.write_pdf(path) else "plan_pdf_failed"
        return self._wording().sentence(code, {"file": path.name})

    def write_pdf(self, path: Path) -> bool:
        """Write the PDF whole or not at all; whether it was written."""
        file = QSaveFile(str(path))
        if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
            return False
        writer = QPdfWriter(file)
        writer.setTitle(self.tr("Safety plan"))
        writer.setResolution(DOTS_PER_INCH)
        margins = QMarginsF(PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN, PAGE_MARGIN)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        self.document().print_(writer)
        del writer  # it finishes the file when it goes
        return file.commit()

    def print_it(self, parent: QWidget) -> str:
        """The system's printer dialog; returns a sentence where there is no printing here."""
        try:
            from PySide6.QtPrintSupport import QPrintDialog, QPrinter
        except ImportError:
            return self._wording().sentence("plan_no_printer")
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, parent)
        dialog.accepted.connect(lambda: self.document().print_(printer))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()
        return ""

    def document(self) -> QTextDocument:
        """The page."""
        made = QTextDocument()
        font = QGuiApplication.font()
        font.setPointSizeF(11)
        made.setDefaultFont(font)
        made.setHtml(self._html())
        return made

    def _html(self) -> str:
        wording, plan = self._wording(), self._keeper.plan()
        locale = QLocale(wording.language)
        today = locale.toString(QDate.currentDate(), QLocale.FormatType.LongFormat)
        parts = [f"<h2>{_text(self.tr('My safety plan'))}</h2><p>{_text(today)}</p>"]
        for number, ((question, _), said) in enumerate(
            zip(step_codes(), plan.steps, strict=True), 1
        ):
            parts.append(f"<h3>{number}. {_text(wording.sentence(question))}</h3>")
            parts.append(f"<p>{_text(said) or '&nbsp;'}</p>")
        if contact := self._keeper.contact():
            details = {"name": contact.name, "number": contact.number}
            parts.append(f"<p><b>{_text(wording.sentence('contact_card', details))}</b></p>")
        parts.append(f"<p><b>{_text(self._danger())}</b></p>")
        return "".join(parts)


def _text(words: str) -> str:
    return html.escape(words).replace("\n", "<br>")
