"""The people who use this computer: each a folder with a small card that can be read unlocked.

The card holds what the choice of profiles and the lock screen need (name, colour, language, region
for the help numbers) and nothing that was said. The first profile is the data folder itself, as it
was before there were profiles; the others lie under profiles/. Knows neither keys nor SQL.
"""

from __future__ import annotations

import json
import secrets
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.errors import StoreError, UsageError
from desktop.paths import Paths
from desktop.vault.files import write_durably

CARD = "profile.json"
FIRST = "first"
LONGEST_NAME = 40
DEFAULT_COLOUR = "islet"
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True)
class Card:
    """What can be read of a profile while it is locked.

    Attributes:
        name: "" where none was given, as in a data folder from before there were profiles.
        colour: a name of assets/profile_colours.toml.
        language, region, theme: of the lock screen; "" follows the computer.
    """

    name: str = ""
    colour: str = DEFAULT_COLOUR
    language: str = ""
    region: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Profile:
    """One person's place."""

    paths: Paths
    card: Card

    @property
    def id(self) -> str:
        return self.paths.profile or FIRST

    @property
    def name(self) -> str:
        return self.card.name


def list_profiles(paths: Paths) -> list[Profile]:
    """All profiles, the first one first, the others by name; there is always at least one."""
    others = [_profile(paths, folder.name) for folder in _folders(paths)]
    others.sort(key=lambda profile: (profile.name.casefold(), profile.id))
    first = _profile(paths, "")
    return [first, *others] if not others or is_used(first.paths) else others


def is_used(paths: Paths) -> bool:
    """Whether somebody's things lie there."""
    return any(path.exists() for path in (paths.database, paths.keys, paths.folder / CARD))


def find_profile(paths: Paths, wanted: str) -> Profile:
    """The profile of this name, or of this id.

    Raises:
        UsageError: profile_unknown, profile_ambiguous.
    """
    known = list_profiles(paths)
    named = [p for p in known if _folded(p.name) == _folded(wanted) and wanted]
    found = [p for p in known if p.id == wanted] or named
    if not found:
        raise UsageError("profile_unknown", name=wanted, known=", ".join(map(label, known)))
    if len(found) > 1:
        raise UsageError("profile_ambiguous", name=wanted, ids=", ".join(p.id for p in found))
    return found[0]


def label(profile: Profile) -> str:
    """What to call it on the command line."""
    return profile.name or profile.id


def save_card(paths: Paths, card: Card) -> None:
    """Keep the card; the old or the new one, never half."""
    content = {"format": 1, **card.__dict__}
    try:
        write_durably(
            paths.folder / CARD, json.dumps(content, ensure_ascii=False, indent=1).encode()
        )
    except OSError as error:
        raise StoreError("store_folder_unwritable", folder=str(paths.folder)) from error


def read_card(paths: Paths) -> Card:
    """The card; one that cannot be read counts as empty, for the conversations still open."""
    try:
        with (paths.folder / CARD).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
        words = {key: found.get(key) for key in Card.__dataclass_fields__}
    except (OSError, ValueError, AttributeError, RecursionError):
        return Card()
    known = {key: value[:LONGEST_NAME] for key, value in words.items() if isinstance(value, str)}
    return replace(Card(), **known)


def checked_name(paths: Paths, name: str, own: str = "") -> str:
    """The name as it is kept.

    Args:
        own: id of the profile that is renamed, whose own name is not taken.

    Raises:
        UsageError: profile_name_empty, profile_name_long, profile_name_taken.
    """
    kept = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not kept:
        raise UsageError("profile_name_empty")
    if len(kept) > LONGEST_NAME:
        raise UsageError("profile_name_long", most=LONGEST_NAME)
    taken = [p for p in list_profiles(paths) if p.id != own]
    if _folded(kept) in {_folded(word) for p in taken for word in (p.name, p.id)}:
        raise UsageError("profile_name_taken", name=kept)
    return kept


def new_folder_name() -> str:
    return secrets.token_hex(4)


def load_colours(assets: Path) -> dict[str, dict[str, str]]:
    """Colours of profiles by name: hex for light and dark."""
    table: dict[str, dict[str, str]] = tomllib.loads(
        (assets / "profile_colours.toml").read_text("utf-8")
    )
    return table


def _profile(paths: Paths, name: str) -> Profile:
    own = replace(paths, profile=name)
    return Profile(own, read_card(own))


def _folders(paths: Paths) -> Iterable[Path]:
    """Folders of other profiles; those being made or erased begin with a dot."""
    try:
        found = sorted(paths.profiles.iterdir())
    except OSError:
        return []
    return [folder for folder in found if folder.is_dir() and not folder.name.startswith(".")]


def _folded(name: str) -> str:
    return name.strip().casefold()
