"""What may be in a stored text. The one place where text is cleaned; knows no SQL."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85]")
# C0 and C1 controls but tab and line feed, and DEL: unseen, and a terminal would obey them.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return `text` as it can be stored, shown and searched; nothing readable is lost.

    Every line end becomes a line feed. NUL and the other control characters are dropped. The two
    halves of a surrogate pair become their character; a half alone becomes U+FFFD, for something
    was there and nobody can tell what. All else stays as typed, joiners and selectors of emoji
    too. Cleaning twice changes nothing more.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    if _SURROGATES.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
