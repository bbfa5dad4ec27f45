"""For every test: Qt draws into memory unless told otherwise, and nobody's own data is touched."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def pytest_configure(config: pytest.Config) -> None:
    # The offscreen platform, which draws into memory, says that it has no window manager.
    config.addinivalue_line("qt_log_ignore", "This plugin does not support")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for this test alone; its name is one that has broken programs before."""
    home = tmp_path / "心屿 data 🌱"
    monkeypatch.setenv("XINYU_HOME", str(home))
    monkeypatch.setenv("XINYU_SERVER", "")  # whatever is set on the computer that runs the tests
    return home


@pytest.fixture(autouse=True)
def no_widgets_left() -> Iterator[None]:
    """Take away what a test leaves open: every window that lives is dressed anew with each look,
    so that a hundred forgotten ones make the next test take a hundred times as long."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return
    for widget in QApplication.topLevelWidgets():
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
