"""One window for one data folder: a second start brings the first window to the front.

A local socket, named by a hash of the folder, that only this person may use. Knows nothing of the
window: it tells when it was asked. The store's own lock, not this, keeps the data safe.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

ASK = b"raise\n"
ANSWER = b"raised\n"
WAIT_MILLISECONDS = 1500


class SingleInstance(QObject):
    """The door between two starts of the app with one data folder.

    Start with `raise_other()`; when that is False, `listen()`.

    Signals:
        raised: another start asked this one to come to the front.
    """

    raised = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(home)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_new_connection)

    def raise_other(self) -> bool:
        """Ask a running instance to come to the front; True when it answered that it does."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(WAIT_MILLISECONDS):
            return False
        socket.write(ASK)
        socket.flush()
        answered = socket.waitForReadyRead(WAIT_MILLISECONDS)
        return answered and socket.readAll().data() == ANSWER

    def listen(self) -> bool:
        """Be the one who is asked; False when another instance already is.

        A socket left behind by an instance that died is removed; one that still takes
        connections never is, even when its owner does not answer.
        """
        lock = QLockFile(_lock_path(self._name))
        lock.setStaleLockTime(10_000)
        if not lock.tryLock(2 * WAIT_MILLISECONDS):
            return False
        try:
            return self._listen_alone()
        finally:
            lock.unlock()

    def close(self) -> None:
        """Stop being asked and take the socket away."""
        self._server.close()

    def _listen_alone(self) -> bool:
        if self._takes_connections():
            return False
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def _takes_connections(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        return socket.waitForConnected(WAIT_MILLISECONDS)

    def _on_new_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda asking=socket: self._on_asked(asking))
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._on_asked(socket)

    def _on_asked(self, socket: QLocalSocket) -> None:
        if socket.readAll().data() != ASK:
            socket.abort()
            return
        socket.write(ANSWER)
        socket.flush()
        socket.disconnectFromServer()
        self.raised.emit()


def server_name(home: Path) -> str:
    """The socket's name for this folder, the same however the folder is written."""
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:20]
    name = f"xinyu-{digest}"
    # A folder of this person's own where the system has one: nobody else can sit on the name.
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return str(Path(runtime) / name) if runtime and os.access(runtime, os.W_OK) else name


def _lock_path(name: str) -> str:
    return str(Path(tempfile.gettempdir()) / name) + ".lock"
