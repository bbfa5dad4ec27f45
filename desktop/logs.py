"""The log: ids, counts and faults, in a small rotating file under the person's data folder.

What someone typed is never logged (promise 1); nothing here could, since it only sets up handlers.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_NAME = "xinyu.log"
MAXIMUM_BYTES = 512 * 1024


def start_log(folder: Path) -> logging.Handler:
    """Log to `folder`; where that cannot be written, say nothing and keep running."""
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / FILE_NAME, maxBytes=MAXIMUM_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return handler
