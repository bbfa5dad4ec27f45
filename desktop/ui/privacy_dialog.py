"""Passphrase, backups, export, import, erasing: what a person may do with their own profile.

Quick deeds are done here while the talk stays open; those that need it closed are handed to the
front. Every export says that its file can be read by anybody who has it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.errors import XinyuError
from desktop.profiles import restore
from desktop.profiles.access import Access
from desktop.profiles.erase import inventory, inventory_of_everything
from desktop.profiles.profile import Profile
from desktop.ui.aside import Aside
from desktop.ui.exchange_deeds import ExchangeDeeds
from desktop.ui.front import Front
from desktop.ui.gate_parts import button, label
from desktop.ui.secret_dialogs import EraseDialog, PassphraseDialog
from desktop.ui.window import MainWindow
from desktop.vault.key import Key


class PrivacyDialog(QDialog):
    """The page. It belongs to the window of talk, and goes with it when that is locked."""

    def __init__(
        self, profile: Profile, key: Key | None, access: Access, window: MainWindow, front: Front
    ) -> None:
        super().__init__(window)
        self._profile, self._key, self._access = profile, key, access
        self._window, self._front = window, front
        self._wording = front.gate.wording
        self._aside = Aside(self)
        self._exchange = ExchangeDeeds(profile, key, window, front, self._say)
        self.setObjectName("privacyDialog")
        self.setWindowTitle(self.tr("Passphrase, backups, export"))
        self.resize(560, 680)
        self.told = label("notice")
        self.told.hide()
        self._column = QVBoxLayout()
        self._column.setContentsMargins(24, 16, 24, 24)
        self._column.setSpacing(8)
        self._column.addWidget(self.told)
        self._arrange_lock()
        self._arrange_backups()
        self._arrange_exchange()
        self._arrange_people()
        self._column.addStretch(1)
        self._frame()

    # The sections

    def _arrange_lock(self) -> None:
        self._section(self.tr("Who can read this"))
        if self._key is None:
            self._note(self._wording.sentence("profile_unprotected"))
            self._row((self.tr("Set a passphrase…"), self._set_passphrase))
            return
        self._note(self.tr("Everything here is encrypted. Only your passphrase opens it."))
        self._row(
            (self.tr("Change the passphrase…"), self._set_passphrase),
            (self.tr("A new recovery key…"), self._renew_recovery),
        )
        self.keyring = QCheckBox(self.tr("The system's keyring may open it too"))
        self.keyring.setChecked(self._access.uses_keyring)
        self.keyring.clicked.connect(self._on_keyring)
        self._column.addWidget(self.keyring)
        self._note(
            self.tr(
                "Handy, and weaker: whoever is logged in as you can then open it. If the keyring is"
                " lost, the passphrase still works."
            )
        )

    def _arrange_backups(self) -> None:
        self._section(self.tr("Backups"))
        self._note(self.tr("Made every day and after use, and checked. Choose one to go back."))
        self.backups = QListWidget()
        self.backups.setMinimumHeight(120)
        self.backups.setAccessibleName(self.tr("Backups"))
        self._column.addWidget(self.backups)
        self._row(
            (self.tr("Back up now"), self._back_up),
            (self.tr("Add what is missing"), lambda: self._restore(replace=False)),
            (self.tr("Go back to it"), lambda: self._restore(replace=True)),
        )
        self._list_backups()

    def _arrange_exchange(self) -> None:
        deeds = self._exchange
        self._section(self.tr("Take it with you"))
        self._note(self.tr("These files are not encrypted: whoever has one can read it."))
        self._row(
            (self.tr("Everything…"), deeds.export_everything),
            (self.tr("This conversation…"), deeds.export_conversation),
            (self.tr("A summary for a therapist…"), deeds.write_summary),
        )
        self._note(self.tr("From an export of Xinyu, ChatGPT or LibreChat:"))
        self._row((self.tr("Import a file…"), deeds.import_file))

    def _arrange_people(self) -> None:
        self._section(self.tr("Other people on this computer"))
        self._note(self.tr("Each has a place of their own. Nothing is shared but the models."))
        self._row(
            (self.tr("A place for somebody else…"), self._front.make_new),
            (self.tr("Somebody else comes in"), self._front.choose),
        )
        self._section(self.tr("Erase"))
        self._row(
            (self.tr("Erase this profile…"), lambda: self._erase(everything=False)),
            (self.tr("Erase everything…"), lambda: self._erase(everything=True)),
        )

    # Deeds

    def _set_passphrase(self) -> None:
        dialog = PassphraseDialog(self, has_one=self._key is not None)
        if not dialog.exec():
            return
        new = dialog.first.take()
        if dialog.old is None:
            self._front.protect(new)
            return
        old = dialog.old.take()

        def change() -> None:
            key = self._access.unlock(old)
            self._access.set_passphrase(key, new)
            key.clear()

        self._do(change, lambda _: self._say(self._wording.sentence("passphrase_changed")))

    def _renew_recovery(self) -> None:
        key = self._key
        assert key is not None

        def show(printed: object) -> None:
            box = QMessageBox(self)
            box.setWindowTitle(self.tr("Your recovery key"))
            box.setText(self._wording.sentence("recovery_key_keep"))
            box.setInformativeText(str(printed))
            box.open()

        self._do(lambda: self._access.renew_recovery_key(key), show)

    def _on_keyring(self, wanted: bool) -> None:
        key = self._key
        assert key is not None
        work = (lambda: self._access.use_keyring(key)) if wanted else self._access.forget_keyring
        self._do(work, lambda _: None, lambda: self.keyring.setChecked(self._access.uses_keyring))

    def _back_up(self) -> None:
        paths, key = self._profile.paths, self._key

        def done(made: object) -> None:
            self._say(self._wording.sentence("backup_made", {"file": Path(str(made)).name}))
            self._list_backups()

        self._do(lambda: restore.back_up(paths, key), done)

    def _restore(self, *, replace: bool) -> None:
        chosen = self.backups.selectedItems()
        if not chosen:
            self._say(self.tr("Choose a backup first."))
            return
        name = str(chosen[0].data(0x0100))
        if replace:
            self._front.do(
                self.tr("Going back to the backup…"),
                lambda paths, key: restore.replace(paths, restore.find(paths, name, key), key),
                lambda aside: self._replaced(name, aside),
            )
        else:
            self._front.do(
                self.tr("Adding what is missing…"),
                lambda paths, key: restore.merge(paths, restore.find(paths, name, key), key),
                lambda done: self._exchange.counted("restore_merged", done.added),
            )

    def _replaced(self, name: str, aside: Path | None) -> str:
        details: dict[str, str | int] = {"day": name[6:16], "file": aside.name if aside else "—"}
        return self._wording.sentence("restore_replaced", details)

    def _erase(self, *, everything: bool) -> None:
        paths = self._profile.paths
        goes = inventory_of_everything(paths) if everything else inventory(paths)
        word = self.tr("erase") if everything else self._profile.name or self.tr("erase")
        dialog = EraseDialog(self, [str(path) for path in goes.files], word)
        if dialog.exec():
            self._front.erase(everything=everything)

    # Inside

    def _list_backups(self) -> None:
        self.backups.clear()
        for path, backup in restore.inside(self._profile.paths, self._key):
            words = self.tr("{file}: cannot be opened").format(file=path.name)
            if backup is not None:
                words = self.tr("{day}: {conversations} conversations, {messages} messages").format(
                    day=path.stem.removeprefix("xinyu-"),
                    conversations=backup.conversations,
                    messages=backup.messages,
                )
            item = QListWidgetItem(words)
            item.setData(0x0100, path.name)
            self.backups.addItem(item)

    def _do(
        self,
        work: Callable[[], object],
        done: Callable[[object], None],
        finally_: Callable[[], None] = lambda: None,
    ) -> None:
        def ended(result: object) -> None:
            done(result)
            finally_()

        def failed(error: XinyuError) -> None:
            self._say(self._wording.error(error))
            finally_()

        self._aside.run(work, ended, failed)

    def _say(self, sentence: str) -> None:
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        self.told.setAccessibleName(sentence)

    def done(self, result: int) -> None:
        self._aside.wait()
        super().done(result)

    def _section(self, words: str) -> None:
        self._column.addSpacing(12)
        self._column.addWidget(label("section", words))

    def _note(self, words: str) -> None:
        self._column.addWidget(label("soft", words))

    def _row(self, *deeds: tuple[str, Callable[[], object]]) -> None:
        """Buttons below one another: words of any length fit, also at 200 %."""
        for words, deed in deeds:
            made = button("quiet", deed)
            made.setText(words)
            row = QHBoxLayout()
            row.addWidget(made)
            row.addStretch(1)
            self._column.addLayout(row)

    def _frame(self) -> None:
        page = QWidget()
        page.setObjectName("settingsBody")
        page.setLayout(self._column)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(page)
        closing = button("primary", self.accept)
        closing.setText(self.tr("Done"))
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addStretch(1)
        foot.addWidget(closing)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll, 1)
        whole.addLayout(foot)
