"""What Xinyu is, said honestly: an AI and no therapy, which model answers, whose work it stands on.

Knows no settings and no model file: the name of the model that runs is given.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

# Whose work Xinyu stands on: name, licence, where it is found.
NOTICES = (
    ("Qt, PySide6", "LGPL-3.0", "qt.io"),
    ("llama.cpp", "MIT", "github.com/ggml-org/llama.cpp"),
    ("llama-cpp-python", "MIT", "github.com/abetlen/llama-cpp-python"),
    ("sqlite-utils", "Apache-2.0", "github.com/simonw/sqlite-utils"),
    ("SQLite", "public domain", "sqlite.org"),
    ("platformdirs", "MIT", "github.com/tox-dev/platformdirs"),
    ("Jinja2", "BSD-3-Clause", "github.com/pallets/jinja"),
    ("HTTPX2", "BSD-3-Clause", "github.com/pydantic/httpx2"),
    ("filelock", "MIT", "github.com/tox-dev/filelock"),
    ("emojibase-data", "MIT", "github.com/milesj/emojibase"),
    ("Unicode CLDR", "Unicode-3.0", "cldr.unicode.org"),
    ("Python", "PSF-2.0", "python.org"),
)
LICENCE = "Apache-2.0"


class AboutDialog(QDialog):
    """The about box.

    `starter` says that the small model that came along is the one that runs; `words_go` is the
    sentence that says where words go, "" where they stay here.

    Signals:
        models_wanted: the page of models.
    """

    models_wanted = Signal()

    def __init__(
        self,
        program_version: str,
        model_name: str = "",
        starter: bool = False,
        parent: QWidget | None = None,
        words_go: str = "",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("aboutDialog")
        self.setWindowTitle(self.tr("About Xinyu"))
        self.resize(480, 560)
        column = QVBoxLayout()
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(_label("large", self.tr("Xinyu 心屿 🌱")))
        column.addWidget(_label("soft", self._version(program_version)))
        paragraphs = [self._what_it_is(words_go), self._who_answers(model_name, starter)]
        for paragraph in paragraphs:
            column.addWidget(_label("body", paragraph))
        column.addWidget(self._models_button(), 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(_label("section", self.tr("Built with the work of others")))
        column.addWidget(_label("soft", self._notices()))
        column.addStretch(1)
        self._frame(column)

    def _models_button(self) -> QPushButton:
        """The way to a larger one."""
        choose = QPushButton(self.tr("Choose a model…"))
        choose.setProperty("kind", "quiet")
        choose.setMinimumHeight(36)
        choose.setAutoDefault(False)
        choose.clicked.connect(self.accept)
        choose.clicked.connect(self.models_wanted)
        return choose

    def _frame(self, column: QVBoxLayout) -> None:
        page = QWidget()
        page.setObjectName("aboutBody")
        page.setLayout(column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(page)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setProperty("kind", "quiet")
        close.setMinimumHeight(32)
        buttons.setContentsMargins(16, 0, 16, 0)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 12)
        whole.addWidget(scroll, 1)
        whole.addWidget(buttons)
        close.setFocus()

    def _version(self, program_version: str) -> str:
        text = self.tr("Version {version}, licence {licence}")
        return text.format(version=program_version, licence=LICENCE)

    def _what_it_is(self, words_go: str) -> str:
        if words_go:
            honest = self.tr(
                "The one who answers is an AI, not a person. It is no doctor, no therapy and not"
                " for emergencies."
            )
            return f"{words_go} {honest}"
        return self.tr(
            "Xinyu runs on your own computer and needs no network. The one who answers is an AI,"
            " not a person. It is no doctor, no therapy and not for emergencies."
        )

    def _who_answers(self, model_name: str, starter: bool) -> str:
        if not model_name:
            return self.tr("No model is loaded at the moment.")
        if not starter:
            text = self.tr("The model that answers now is {model}. It can be wrong.")
            return text.format(model=model_name)
        text = self.tr(
            "The model that answers now is {model}, the small starter model that came along. It"
            " was trained from scratch for this project on public counselling dialogues and ones"
            " written for it. It is very small: it forgets, misunderstands and says wrong things."
            " A larger model can be chosen in the settings."
        )
        return text.format(model=model_name)

    def _notices(self) -> str:
        return "\n".join(f"{name}: {licence}, {place}" for name, licence, place in NOTICES)


def installed_version() -> str:
    """The version of the installed package, "" where it runs without being installed."""
    try:
        return version("xinyu")
    except PackageNotFoundError:
        return ""


def _label(tone: str, words: str) -> QLabel:
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("tone", tone)
    label.setWordWrap(True)
    return label
