"""`python -m desktop.models.fetcher`: reads one order from stdin, reports on stdout, ends.

It ends, too, when its stdin does: nobody is left who wants the file.
"""

from __future__ import annotations

import os
import sys
import threading

from desktop.models.fetch_lines import Order, Refused, Report, read_order, write_line
from desktop.models.fetcher.faults import FetchError, fault_of
from desktop.models.fetcher.transfer import Transfer


def main() -> int:
    """Carry one order out; 0 when it was done, 1 when it failed, 2 for no order."""
    try:
        order = read_order(sys.stdin.readline())
    except (ValueError, TypeError, AttributeError):
        return 2
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    try:
        transfer = Transfer(order, _tell)
        _tell(transfer.ask() if order.deed == "ask" else transfer.fetch())
    except Exception as error:
        _tell(_refused(error, order))
        return 1
    return 0


def _refused(error: Exception, order: Order) -> Refused:
    fault = error
    if not isinstance(fault, FetchError):
        fault = fault_of(error, order.endpoint, order.file)
    details = {"name": order.file, **fault.details}
    return Refused(fault.code, fault.keep, details)


def _tell(report: Report) -> None:
    sys.stdout.write(write_line(report))
    sys.stdout.flush()


def _end_with_stdin() -> None:
    while sys.stdin.read(1024):
        continue
    os._exit(3)


if __name__ == "__main__":
    raise SystemExit(main())
