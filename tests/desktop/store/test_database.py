"""open_store and Store: a place to write, or a plain reason why not, and nothing touched."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from desktop.errors import StoreError
from desktop.store.conversations import Conversations
from desktop.store.database import Store, open_store, set_aside

posix_only = pytest.mark.skipif(os.name != "posix", reason="uses POSIX users and limits")


def refusal(path: Path, **options: object) -> str:
    """The code with which opening is refused."""
    with pytest.raises(StoreError) as caught:
        open_store(path, **options)  # type: ignore[arg-type]
    return caught.value.code


def run_child(script: str, *arguments: object) -> str:
    """Run a script in another process and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def filled(path: Path) -> Path:
    """A database with 300 messages, closed."""
    with open_store(path) as store:
        conversations = Conversations(store)
        conversations.create()
        with store.transaction() as change:  # at once: 300 commits wait for the disk 300 times
            change.executemany(
                "INSERT INTO messages VALUES (?, 1, ?, 'user', ?, 'complete', NULL, 1, 1)",
                [(n, n - 1 or None, f"第 {n} 句 " + "话" * 100) for n in range(1, 301)],
            )
            change.execute("UPDATE conversations SET head_id = 300")
    return path


def count_messages(path: Path) -> int:
    with open_store(path) as store:
        return len(Conversations(store).messages(1))


class TestOpening:
    def test_makes_the_folder_and_the_schema(self, path: Path) -> None:
        with open_store(path) as store:
            assert store.rows("SELECT count(*) FROM conversations") == [(0,)]

    @posix_only
    def test_only_this_person_may_read(self, path: Path) -> None:
        with open_store(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            log = path.with_name(path.name + "-wal")
            assert stat.S_IMODE(log.stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        ("pragma", "value"),
        [
            ("journal_mode", "wal"),
            ("synchronous", 2),
            ("foreign_keys", 1),
            ("secure_delete", 1),
            ("temp_store", 2),
            ("busy_timeout", 5000),
        ],
    )
    def test_how_the_writer_is_set(self, store: Store, pragma: str, value: object) -> None:
        assert store.row(f"PRAGMA {pragma}") == (value,)

    def test_does_not_load_what_sqlite_utils_could_do_without(self, path: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from desktop.store.database import open_store\n"
            "open_store(Path(sys.argv[1])).close(); print('pandas' in sys.modules)"
        )
        assert run_child(script, path) == "False"

    def test_stays_in_its_thread(self, store: Store) -> None:
        caught: list[BaseException] = []

        def elsewhere() -> None:
            try:
                store.rows("SELECT 1")
            except sqlite3.ProgrammingError as error:
                caught.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert len(caught) == 1


class TestReaders:
    def test_see_what_is_committed_and_only_that(self, path: Path, store: Store) -> None:
        insert = "INSERT INTO settings VALUES ('theme', 'dark')"
        with open_store(path, read_only=True) as reader:
            with store.transaction() as change:
                change.execute(insert)
                assert reader.rows("SELECT * FROM settings") == []
            assert reader.rows("SELECT * FROM settings") == [("theme", "dark")]

    def test_see_one_state_inside_a_snapshot(self, path: Path, store: Store) -> None:
        with open_store(path, read_only=True) as reader:
            with reader.snapshot(), reader.snapshot():
                assert reader.rows("SELECT * FROM settings") == []
                with store.transaction() as change:
                    change.execute("INSERT INTO settings VALUES ('theme', 'dark')")
                assert reader.rows("SELECT * FROM settings") == []
            assert reader.rows("SELECT * FROM settings") == [("theme", "dark")]

    def test_cannot_write(self, path: Path, store: Store) -> None:
        with (
            open_store(path, read_only=True) as reader,
            pytest.raises(StoreError, match="store_read_only"),
            reader.transaction() as change,
        ):
            change.execute("DELETE FROM settings")

    def test_make_no_database(self, path: Path) -> None:
        assert refusal(path, read_only=True) == "store_missing"
        assert not path.parent.exists()

    def test_find_what_a_killed_writer_left_in_the_log(self, path: Path) -> None:
        script = (
            "import os, sys; from pathlib import Path\n"
            "from desktop.store.database import open_store\n"
            "from desktop.store.conversations import Conversations\n"
            "c = Conversations(open_store(Path(sys.argv[1])))\n"
            "c.append_person(c.create().id, '还在')\n"
            "sys.stdout.flush(); os._exit(0)"
        )
        run_child(script, path)
        with open_store(path, read_only=True) as reader:
            assert reader.rows("SELECT text FROM messages") == [("还在",)]


class TestTransactions:
    def test_happen_whole_or_not_at_all(self, store: Store) -> None:
        def fail_half_way() -> None:
            with store.transaction() as change:
                change.execute("INSERT INTO settings VALUES ('theme', 'dark')")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_half_way()
        assert store.rows("SELECT * FROM settings") == []

    def test_bad_sql_is_a_fault_of_ours(self, store: Store) -> None:
        with pytest.raises(sqlite3.OperationalError):
            store.rows("SELECT nothing FROM nowhere")


class TestRefusals:
    """Faults are made for real. The tests may run as root, whom permissions do not stop:

    the unwritable folder is a file, the read-only file is met by a child that gave up its rights.
    """

    def test_a_file_where_the_folder_should_be(self, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("not a folder")
        assert refusal(tmp_path / "home" / "xinyu.db") == "store_folder_unwritable"

    def test_a_folder_where_the_file_should_be(self, path: Path) -> None:
        path.mkdir(parents=True)
        assert refusal(path) == "store_folder_unwritable"

    @posix_only
    def test_read_only_file_and_folder(self) -> None:
        script = (
            "import os, sys; from pathlib import Path\n"
            "from desktop.errors import StoreError\n"
            "from desktop.store.database import open_store\n"
            "folder = Path(sys.argv[1]); open_store(folder / 'warm' / 'xinyu.db').close()\n"
            "def attempt(path):\n"
            "    try: open_store(path).close()\n"
            "    except StoreError as error: print(error.code)\n"
            "    else: print('opened')\n"
            "open_store(folder / 'xinyu.db').close(); os.chmod(folder / 'xinyu.db', 0o444)\n"
            "(folder / 'shut').mkdir(mode=0o555); os.chmod(folder, 0o777)\n"
            "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
            "attempt(folder / 'xinyu.db'); attempt(folder / 'shut' / 'xinyu.db')\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            printed = run_child(script, folder)
        assert printed.split() == ["store_read_only", "store_folder_unwritable"]

    def test_locked_by_another_program(self, filled: Path) -> None:
        with holding_lock(filled):
            assert refusal(filled, patience=0.05) == "store_locked"
        assert count_messages(filled) == 300

    def test_disk_full_loses_only_the_message_that_did_not_fit(self, filled: Path) -> None:
        with open_store(filled) as store:
            conversations = Conversations(store)
            (pages,) = store.row("PRAGMA page_count") or (0,)
            store.rows(f"PRAGMA max_page_count = {pages + 1}")
            with pytest.raises(StoreError, match="store_disk_full"):
                conversations.append_person(1, "长" * 100_000)
            store.rows("PRAGMA max_page_count = 1000000")
            assert len(conversations.messages(1)) == 300
            assert conversations.append_person(1, "现在行了").text == "现在行了"
        assert count_messages(filled) == 301

    @posix_only
    def test_disk_failing_a_write_keeps_what_was_confirmed(self, path: Path) -> None:
        script = (
            "import resource, signal, sys; from pathlib import Path\n"
            "from desktop.errors import StoreError\n"
            "from desktop.store.database import open_store\n"
            "from desktop.store.conversations import Conversations\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "store = open_store(Path(sys.argv[1])); c = Conversations(store); k = c.create().id\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
            "kept = 0\n"
            "try:\n"
            "    while kept < 1000: c.append_person(k, '话' * 3000); kept += 1\n"
            "except StoreError as error: print(error.code, kept)\n"
        )
        code, kept = run_child(
            f"{script}\nimport os; sys.stdout.flush(); os._exit(0)", path
        ).split()
        assert code in ("store_disk_failed", "store_disk_full")
        assert int(kept) > 5
        assert count_messages(path) == int(kept)

    def test_not_a_database(self, path: Path) -> None:
        path.parent.mkdir()
        path.write_bytes("这不是数据库".encode() * 100)
        assert refusal(path) == "store_corrupt"
        assert path.read_bytes() == "这不是数据库".encode() * 100

    @pytest.mark.parametrize("clean", [True, False])
    def test_truncated(self, filled: Path, clean: bool) -> None:
        os.truncate(filled, filled.stat().st_size // 2)
        if not clean:
            leave_log(filled)
        assert refusal(filled) == "store_corrupt"

    def test_damaged_bytes_are_found_after_an_unclean_end(self, filled: Path) -> None:
        damage_pages(filled)
        leave_log(filled)
        assert refusal(filled) == "store_corrupt"

    def test_damaged_bytes_met_later_are_told_then(self, filled: Path) -> None:
        damage_pages(filled)
        with open_store(filled) as store, pytest.raises(StoreError, match="store_corrupt"):
            store.rows("SELECT count(text) FROM messages NOT INDEXED WHERE text <> ''")

    def test_newer(self, filled: Path) -> None:
        with open_store(filled) as store, store.transaction() as change:
            change.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('xinyu', 'm900_telepathy', '2030-01-01')"
            )
        before = filled.read_bytes()
        assert refusal(filled) == "store_newer"
        assert refusal(filled, read_only=True) == "store_newer"
        assert filled.read_bytes() == before

    def test_of_another_program(self, path: Path) -> None:
        path.parent.mkdir()
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE recipes (name)")
        before = path.read_bytes()
        assert refusal(path) == "store_foreign"
        assert path.read_bytes() == before

    def test_a_random_log_beside_a_sound_database_changes_nothing(self, filled: Path) -> None:
        leave_log(filled)
        assert count_messages(filled) == 300


class TestSetAside:
    def test_renames_all_parts_and_deletes_none(self, filled: Path) -> None:
        leave_log(filled)
        filled.with_name(filled.name + "-shm").write_bytes(b"shared")
        before = {part.read_bytes() for part in filled.parent.iterdir()}
        target = set_aside(filled)
        assert not filled.exists()
        assert target.name.startswith("xinyu.damaged-")
        assert {part.read_bytes() for part in filled.parent.iterdir()} == before
        assert target.with_name(target.name + "-wal").exists()

    def test_twice_in_a_second(self, path: Path) -> None:
        names = set()
        for _ in range(3):
            open_store(path).close()
            names.add(set_aside(path))
        assert all(name.exists() for name in names)
        assert len(names) == 3

    def test_a_log_without_its_database_is_kept(self, path: Path) -> None:
        path.parent.mkdir()
        leave_log(path)
        open_store(path).close()
        assert len(list(path.parent.glob("xinyu.damaged-*.db-wal"))) == 1

    def test_a_new_store_can_begin_in_its_place(self, filled: Path) -> None:
        set_aside(filled)
        with open_store(filled) as store:
            assert Conversations(store).all() == []


def leave_log(path: Path) -> None:
    """Let the database look as after a killed program."""
    path.with_name(path.name + "-wal").write_bytes(os.urandom(5000))


def damage_pages(path: Path) -> None:
    """Overwrite the middle of every page from the fortieth on."""
    with path.open("r+b") as file:
        for page in range(40, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 300)


@contextmanager
def holding_lock(path: Path) -> Iterator[None]:
    """Another process holds the database's write lock inside this block."""
    script = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True); sys.stdin.read(); c.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        process.communicate("")
