"""The line shows the stage, its size and the time left, and is silent where nobody looks."""

from __future__ import annotations

import io

from converter.bar import Bar, duration, readable
from converter.stages import Stage

STAGES = (Stage("write F16", 2_000_000_000, 40.0), Stage("token ids", 0, 20.0))


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_line_says_stage_size_and_time_left() -> None:
    now = [0.0]
    bar = Bar(STAGES, _Terminal(), lambda: now[0])
    bar.show("write F16", 0, 100)
    assert "1:00 left" in bar.line("write F16", 0.0, 0.0)
    now[0] = 10.0
    line = bar.line("write F16", 0.5, now[0])
    assert "1/2  write F16  [##########----------]" in line
    assert "1.00 GB of 2.00 GB" in line
    assert line.endswith("0:30 left")
    bar.show("token ids", 0, 1)
    assert "0:20 left" in bar.line("token ids", 0.0, now[0])


def test_stage_that_was_not_planned_is_shown_plainly() -> None:
    assert Bar((), _Terminal()).line("metadata", 1.0, 0.0).startswith("metadata  [####")


def test_terminal_is_cleared_and_other_streams_stay_silent() -> None:
    terminal, file = _Terminal(), io.StringIO()
    for stream in (terminal, file):
        with Bar(STAGES, stream) as bar:
            bar.show("token ids", 1, 2)
    assert "2/2  token ids" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert file.getvalue() == ""


def test_words_for_sizes_and_times() -> None:
    assert (readable(1_500_000), readable(2.5e9)) == ("1.5 MB", "2.50 GB")
    assert (duration(65), duration(3725)) == ("1:05", "1:02:05")
