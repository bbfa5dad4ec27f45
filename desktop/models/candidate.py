"""A file somebody wants to add, looked at but not touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop.engine.gguf_header import check_model_file


@dataclass(frozen=True)
class Candidate:
    """A file somebody wants to add, looked at but not touched.

    Attributes:
        architecture: as it says itself.
        name: as it says itself, or the file's.
        template_differs: its chat template is not the one our models are trained with; it will
            talk, but the counsellor's prompt was not made for it. The person is asked.
    """

    path: Path
    size: int
    architecture: str
    name: str
    template_differs: bool


def look_at(path: Path, trained_template: str) -> Candidate:
    """What a file is; raises ModelFileError with what is wrong with it.

    Args:
        trained_template: the chat template that our models are trained with.
    """
    path = path.expanduser().absolute()
    header = check_model_file(path)
    return Candidate(
        path=path,
        size=path.stat().st_size,
        architecture=header.architecture,
        name=str(header.values.get("general.name") or path.stem),
        template_differs=header.chat_template.strip() != trained_template.strip(),
    )
