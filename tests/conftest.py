"""How tests are named, where they write, how properties are searched, and their databases.

Properties never run against the clock, and on the build server they ask the same questions.
"""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from storage import s3_clients, schema
from storage.database import connect
from tests import databases, object_stores

settings.register_profile("developer", deadline=None)
settings.register_profile("server", deadline=None, derandomize=True)
settings.load_profile("server" if os.environ.get("CI") else "developer")

_LONGEST_NAME = 60
_MEMORY = Path("/dev/shm")  # noqa: S108 - each run makes a folder there that only its user can enter
_ROOM_BYTES = 4 * 2**30
_OURS = "yinxin-tests-"
_TEMPORARY = "PYTEST_DEBUG_TEMPROOT"

# Each worker, and each process that a test starts, would compile every module anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure() -> None:
    """Let tests write into memory: they kill processes, and no test cuts the power.

    The programs force every write to the disk as ever; in memory that takes no time. Each run
    has a folder of its own, because pytest takes away what other runs have in a common one.
    """
    if _TEMPORARY in os.environ or not _MEMORY.is_dir():
        return
    for left in _MEMORY.glob(f"{_OURS}*"):
        if not Path("/proc", left.name.removeprefix(_OURS).partition("-")[0]).exists():
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        folder = tempfile.mkdtemp(prefix=f"{_OURS}{os.getpid()}-", dir=_MEMORY)
        Path(folder).chmod(0o711)  # PostgreSQL runs as another user, and passes through
        os.environ[_TEMPORARY] = os.environ["TMPDIR"] = folder
        tempfile.tempdir = None
        atexit.register(shutil.rmtree, folder, ignore_errors=True)


class _ByFile(LoadGroupScheduling):  # type: ignore[misc]  # untyped library
    """Hands out groups of tests, and else whole files: what a file prepares is prepared once."""

    def _split_scope(self, nodeid: str) -> str:
        scope: str = super()._split_scope(nodeid)
        return scope.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    """Share out the tests by file where groups are to stay together."""
    return _ByFile(config, log) if config.getoption("dist") == "loadgroup" else None


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name long texts by their argument: signed ones differ from worker to worker."""
    long = isinstance(val, str | bytes) and len(val) > _LONGEST_NAME
    return argname if long else None


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[databases.PostgresqlDatabases]:
    """Empty databases on a real PostgreSQL; it starts with the first test that asks."""
    with databases.running_postgresql() as server:
        lent = databases.PostgresqlDatabases(server)
        yield lent
        lent.drop_all()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores are asked again as often as ever, and without pauses."""
    without = s3_clients._RETRIES.new(backoff_factor=0, backoff_jitter=0)
    monkeypatch.setattr(s3_clients, "_RETRIES", without)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, to copy."""
    path = tmp_path_factory.mktemp("template") / "db.sqlite3"
    engine = connect(f"sqlite:///{path}")
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def new_postgresql(
    postgresql_databases: databases.PostgresqlDatabases,
) -> Iterator[databases.NewDatabase]:
    """Makes databases on PostgreSQL."""
    lent: list[str] = []

    def lend() -> str:
        lent.append(postgresql_databases.lend())
        return lent[-1]

    yield lend
    for address in lent:
        postgresql_databases.take_back(address)


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> databases.NewDatabase:
    """Makes databases in files."""
    return lambda: databases.new_file(tmp_path, sqlite_template)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest) -> databases.NewDatabase:
    """Makes databases with every table and no row, in either dialect."""
    made: databases.NewDatabase = request.getfixturevalue(f"new_{request.param}")
    return made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database for the tests of a module that leave it as they found it."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        made = connect(databases.new_file(tmp_path_factory.mktemp("shared"), template))
        yield made
        made.dispose()
        return
    lent: databases.PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
    address = lent.lend()
    made = connect(address)
    yield made
    made.dispose()
    lent.take_back(address)


@pytest.fixture
def engine(new_database: databases.NewDatabase) -> Iterator[Engine]:
    """One database with every table and no row, in either dialect."""
    made = connect(new_database())
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def locking_s3_address(s3_address: str) -> str:
    """The address of a bucket with object lock on the same server."""
    return object_stores.locking(s3_address)


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """The address of a bucket on a real S3 server; it starts with the first test that asks."""
    with object_stores.running_s3() as address:
        yield address
