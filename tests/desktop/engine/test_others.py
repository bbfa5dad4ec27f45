"""What other programs take is seen, what this one takes is not counted."""

from __future__ import annotations

import subprocess
import sys
import time

from desktop.engine.others import Others

SPIN = "import time\nend = time.monotonic() + 20\nwhile time.monotonic() < end: pass"


def test_a_program_beside_us_is_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", SPIN]) as other:
        others = Others()
        time.sleep(1.0)
        share = others.share()
        other.kill()
    assert 0 < share <= 1


def test_it_is_a_share_even_of_no_time_at_all() -> None:
    assert 0 <= Others().share() <= 1
