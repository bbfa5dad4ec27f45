"""The window's language: Qt translation files for our words and for Qt's own.

Source strings are English; the files lie in assets/i18n. After a string changed, run `make
translations`, translate what is new in both, and run it again. Knows no widget: Qt tells them by a
LanguageChange event.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop.wording import system_language

QT_NAMES = {"zh": "qtbase_zh_CN", "en": "qtbase_en"}
LOCALES = {"zh": "zh_CN", "en": "en_US"}


class Translations:
    """Installs the translators of one language at a time.

    Attributes:
        language: "zh" or "en", the one in use.
    """

    def __init__(
        self, application: QCoreApplication, folder: Path, environment: Mapping[str, str]
    ) -> None:
        self._application = application
        self._folder = folder
        self._system = system_language(environment)
        self._installed: list[QTranslator] = []
        self.language = ""

    def choose(self, wanted: str) -> bool:
        """Use "zh", "en" or the system's language; True when that changed anything."""
        language = self._system if wanted == "system" else wanted
        if language == self.language:
            return False
        self.remove()
        self.language = language
        qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        self._installed = [
            *self._install(QT_NAMES[language], qt_folder),
            *self._install(f"xinyu_{language}", str(self._folder)),
        ]
        QLocale.setDefault(QLocale(LOCALES[language]))
        return True

    def remove(self) -> None:
        """Take the translators away: what is said then is the English of the sources."""
        for old in self._installed:
            self._application.removeTranslator(old)
            old.deleteLater()
        self._installed = []
        self.language = ""

    def _install(self, name: str, folder: str) -> list[QTranslator]:
        translator = QTranslator(self._application)
        if not translator.load(name, folder):
            return []
        self._application.installTranslator(translator)
        return [translator]
