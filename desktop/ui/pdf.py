"""A page of HTML as a PDF. Needs Qt but no display; loads nothing from anywhere."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.errors import StoreError
from desktop.vault.files import PARTIAL, move_durably

MARGIN_MILLIMETRES = 18


def write_pdf(html: str, target: Path) -> None:
    """Write the page to `target`, whole.

    Raises:
        StoreError: export_unwritable.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    partial = target.with_name(target.name + PARTIAL)
    try:
        partial.touch(0o600)
        writer = QPdfWriter(str(partial))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margin = float(MARGIN_MILLIMETRES)
        margins = QMarginsF(margin, margin, margin, margin)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        writer.setCreator("Xinyu")
        document = QTextDocument()
        document.setHtml(html)
        document.print_(writer)
        del writer
        if not partial.stat().st_size:
            raise OSError("nothing was written")
        move_durably(partial, target)
    except OSError as error:
        raise StoreError("export_unwritable", folder=str(target.parent)) from error
    finally:
        partial.unlink(missing_ok=True)
        del application
