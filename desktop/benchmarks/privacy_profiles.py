"""Many random deeds with three people's profiles: nobody ever reads another's words.

Every message names whose it is; after each deed what was read must name nobody else. Keys, lists,
searches, exports, backups and opening with another's key are all tried.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desktop.benchmarks import privacy_deeds
from desktop.benchmarks.figures import Figure
from desktop.errors import StoreError, VaultError
from desktop.paths import Paths, assets_folder
from desktop.profiles.access import Access
from desktop.profiles.create import create_profile
from desktop.store.backup import create_backup, inspect_backup
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store
from desktop.store.export import write_export
from desktop.store.search import Search
from desktop.store.tables import load_rules
from desktop.vault.key import Key

NAMES = ("owner-a", "owner-b", "owner-c")


@dataclass
class Person:
    """One profile; the third has no passphrase."""

    name: str
    paths: Paths
    key: Key | None


def measure(folder: Path, operations: int, seed: int) -> list[Figure]:
    """All deeds in one random order."""
    privacy_deeds.cheap()
    people = [_person(Paths(folder, assets_folder()), name) for name in NAMES]
    chance, counts = random.Random(seed), Counter[str]()
    for _ in range(operations):
        person = chance.choice(people)
        deed = chance.choice(_DEEDS)
        seen = deed(person, people, chance)
        counts[deed.__name__] += 1
        counts["crossed"] += any(other in seen for other in NAMES if other != person.name)
    return [
        Figure("deeds with 3 profiles", operations, "x"),
        Figure("kinds of deeds", len([name for name in counts if name != "crossed"]), ""),
        Figure("another's words read", counts["crossed"], "", 0),
    ]


def _person(paths: Paths, name: str) -> Person:
    words = None if name == NAMES[-1] else f"passphrase of {name}"
    profile, protected = create_profile(paths, name, passphrase=words)
    return Person(name, profile.paths, protected.key if protected else None)


def _store(person: Person) -> Store:
    return open_store(person.paths.database, key=person.key)


def say(person: Person, _people: list[Person], chance: random.Random) -> str:
    with _store(person) as store:
        conversations = Conversations(store)
        known = conversations.all()
        if known and chance.random() < 0.7:
            id_ = chance.choice(known).id
        else:
            id_ = conversations.create(f"title {person.name}").id
        conversations.append_person(id_, f"words of {person.name} {chance.random()}")
        return " ".join(message.text for message in conversations.messages(id_))


def look(person: Person, _people: list[Person], _chance: random.Random) -> str:
    with _store(person) as store:
        return " ".join(talk.title for talk in Conversations(store).all())


def search(person: Person, _people: list[Person], chance: random.Random) -> str:
    with _store(person) as store:
        hits = Search(store).find(chance.choice(["owner", "o", "words of", "title"]))
        return " ".join(hit.title + hit.text for hit in hits)


def export(person: Person, _people: list[Person], _chance: random.Random) -> str:
    out = io.StringIO()
    with _store(person) as store:
        write_export(store, load_rules(person.paths.assets), out, safety_notes=True)
    return out.getvalue()


def delete(person: Person, _people: list[Person], chance: random.Random) -> str:
    with _store(person) as store:
        conversations = Conversations(store)
        if known := conversations.all():
            conversations.delete(chance.choice(known).id)
            conversations.purge()
        return " ".join(talk.title for talk in conversations.all())


def back_up(person: Person, people: list[Person], chance: random.Random) -> str:
    """A backup, which another's key must not open."""
    made = create_backup(person.paths.database, person.paths.backups, key=person.key)
    other = chance.choice([each for each in people if each is not person])
    if person.key is not None and inspect_backup(made, other.key) is not None:
        return other.name
    return ""


def try_another(person: Person, people: list[Person], chance: random.Random) -> str:
    """Another's key and passphrase, on this one's files."""
    other = chance.choice([each for each in people if each is not person])
    if person.key is None:
        return ""
    try:
        Access(person.paths, clock=lambda: 0.0)._keys().open_with_passphrase(
            f"passphrase of {other.name}"
        )
    except VaultError:
        pass
    else:
        return other.name
    try:
        open_store(person.paths.database, key=other.key).close()
    except StoreError:
        return ""
    return other.name


_DEEDS: tuple[Callable[[Person, list[Person], random.Random], str], ...] = (
    say,
    say,
    say,
    look,
    search,
    export,
    delete,
    back_up,
    try_another,
)
