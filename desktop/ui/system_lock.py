"""Tells when the system locks its screen or goes to sleep, where the platform says so.

Linux: logind's Lock and PrepareForSleep on the system bus, and the ActiveChanged of GNOME's, KDE's
and freedesktop's screen savers on the session bus. Windows and macOS tell only programs that ask
through their own interfaces, which PySide6 does not wrap: there the idle time has to do, and
docs/privacy.md says so. A missing bus is no fault.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal, Slot

_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
)


class SystemLock(QObject):
    """Listens.

    Signals:
        locked: the screen is locked, or the computer is about to sleep.

    Attributes:
        listening: how many signals can be heard.
    """

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listening = self._listen() if sys.platform.startswith("linux") else 0

    def _listen(self) -> int:
        try:
            from PySide6.QtDBus import QDBusConnection
        except ImportError:
            return 0
        heard = 0
        system, session = QDBusConnection.systemBus(), QDBusConnection.sessionBus()
        login = "org.freedesktop.login1"
        if system.isConnected():
            manager, path = f"{login}.Manager", "/org/freedesktop/login1"
            heard += system.connect(login, path, manager, "PrepareForSleep", self, _FLAG)
            heard += system.connect(login, "", f"{login}.Session", "Lock", self, _PLAIN)
        if session.isConnected():
            for interface, path in _SAVERS:
                heard += session.connect("", path, interface, "ActiveChanged", self, _FLAG)
        return heard

    @Slot(bool)
    def _on_flag(self, on: bool) -> None:
        if on:
            self.locked.emit()

    @Slot()
    def _on_lock(self) -> None:
        self.locked.emit()


# Qt's own spelling of a slot, as its SLOT macro makes it.
_FLAG = b"1_on_flag(bool)"
_PLAIN = b"1_on_lock()"
