"""The window before the talk, and whenever it is locked: pages, and the help button in its corner.

Holds nothing that was said. Help works here without a store and without a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.create_pages import CreatePage, NewPassphrasePage, RecoveryPage
from desktop.ui.gate_pages import ChoicePage, TellPage, UnlockPage, WaitPage
from desktop.ui.help_panel import HelpPanel
from desktop.ui.shell import Shell
from desktop.wording import Wording

SIZE = QSize(1080, 760)
SMALLEST = QSize(480, 560)


class Gate(QMainWindow):
    """Pages one at a time.

    Args:
        colours: of profiles.
        make_help: the panel of help numbers, given wording and region.
        wording: sentences of the language of now.

    Signals:
        closed: the person closed it.
    """

    closed = Signal()

    def __init__(
        self,
        colours: Mapping[str, Mapping[str, str]],
        make_help: Callable[[Wording, str], HelpPanel],
        make_wording: Callable[[str], Wording],
    ) -> None:
        super().__init__()
        self._make_help = make_help
        self._make_wording = make_wording
        self.wording = make_wording("zh")
        self._region = ""
        self._help: HelpPanel | None = None
        self.choice, self.unlock = ChoicePage(), UnlockPage()
        self.making, self.recovery = CreatePage(colours), RecoveryPage()
        self.renew, self.waiting, self.telling = NewPassphrasePage(), WaitPage(), TellPage()
        self.help_button = QPushButton()
        self.help_button.setObjectName("helpButton")
        self.help_button.clicked.connect(self.show_help)
        self._pages = QStackedWidget()
        self._shell = self._arrange()
        self._help_key = QAction(self)
        self._help_key.setShortcut(QKeySequence("F1"))
        self._help_key.triggered.connect(self.show_help)
        self.addAction(self._help_key)
        self.setMinimumSize(SMALLEST)
        self.resize(SIZE)
        self._write()

    def show_page(self, page: QWidget) -> None:
        """Show one of the pages, in the place of the others."""
        self._pages.setCurrentWidget(page)
        self.show()
        self.activateWindow()

    @property
    def page(self) -> QWidget | None:
        return self._pages.currentWidget()

    def speak(self, language: str, region: str) -> None:
        """The language and the region for the help numbers."""
        self.wording = self._make_wording(language)
        self._region = region
        if self._help is not None:
            self._help.set_wording(self.wording)
            self._help.set_region(region)
        self._write()

    def stand_where(self, other: QWidget) -> None:
        """Take another window's place."""
        if other.isVisible():
            self.setGeometry(other.geometry())

    def show_help(self) -> None:
        """People who can help."""
        if self._help is None:
            self._help = self._make_help(self.wording, self._region or "CN")
            self._help.closed.connect(self._on_help_closed)
        self._shell.set_drawer(self._help)
        self._help.focus_first()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._write()
        super().changeEvent(event)

    def _arrange(self) -> Shell:
        pages = (self.choice, self.unlock, self.making, self.recovery, self.renew)
        for page in (*pages, self.waiting, self.telling):
            self._pages.addWidget(page)
        header, content = QWidget(), QWidget()
        header.setObjectName("header")
        content.setObjectName("content")
        row = QHBoxLayout(header)
        row.setContentsMargins(20, 10, 16, 6)
        row.addStretch(1)
        row.addWidget(self.help_button)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self._pages, 1)
        shell = Shell(QWidget(), QWidget(), content)
        shell.set_bare(True)
        shell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCentralWidget(shell)
        return shell

    def _on_help_closed(self) -> None:
        self._shell.set_drawer(None)
        self.help_button.setFocus()

    def _write(self) -> None:
        self.help_button.setText(self.tr("I need a person"))
        self.help_button.setToolTip(self.tr("Numbers of people who can help (F1)"))
        self.help_button.setAccessibleName(self.tr("I need a person"))
        self._help_key.setText(self.tr("I need a person"))
        self.setWindowTitle(self.tr("Xinyu"))
