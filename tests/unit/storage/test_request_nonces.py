"""Nonces in the database and in memory: used once, whoever asks, and forgotten in time."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from storage.database import connect
from storage.request_nonce_tables import request_nonces
from storage.request_nonces import SqlRequestNonces
from tests.databases import NewDatabase
from tests.doubles.nonces import MemoryNonces
from tests.world import NOON
from verify.ports import NonceStore

UNTIL = NOON + timedelta(minutes=10)
MOMENT = timedelta(microseconds=1)
NONCE = "0f" * 16
OpenStore = Callable[[], NonceStore]


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def open_store(request: pytest.FixtureRequest) -> Iterator[OpenStore]:
    """Opens a store as each worker does, over the same memory."""
    if request.param == "memory":
        store = MemoryNonces()
        yield lambda: store
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    url, engines = new(), list[Engine]()

    def another() -> NonceStore:
        engines.append(connect(url))
        return SqlRequestNonces(engines[-1])

    yield another
    for engine in engines:
        engine.dispose()


def test_a_nonce_is_used_once_by_all_workers_together(open_store: OpenStore) -> None:
    assert open_store().use("610300", NONCE, until=UNTIL, now=NOON)
    assert not open_store().use("610300", NONCE, until=UNTIL, now=NOON)


def test_other_regions_and_other_nonces_are_others(open_store: OpenStore) -> None:
    store = open_store()
    store.use("610300", NONCE, until=UNTIL, now=NOON)

    assert store.use("340200", NONCE, until=UNTIL, now=NOON)
    assert store.use("610300", "f0" * 16, until=UNTIL, now=NOON)


def test_of_many_who_use_it_at_once_one_is_first(open_store: OpenStore) -> None:
    stores = [open_store() for _ in range(4)]

    def use(number: int) -> bool:
        return stores[number % 4].use("610300", NONCE, until=UNTIL, now=NOON)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(40))) == 1


def test_a_nonce_is_remembered_to_its_end_and_no_longer(open_store: OpenStore) -> None:
    store = open_store()
    store.use("610300", NONCE, until=UNTIL, now=NOON)
    store.use("610300", "a" * 32, until=UNTIL + timedelta(hours=1), now=UNTIL)
    assert not store.use("610300", NONCE, until=UNTIL, now=UNTIL)

    store.use("610300", "b" * 32, until=UNTIL + timedelta(hours=1), now=UNTIL + MOMENT)

    assert store.use("610300", NONCE, until=UNTIL + timedelta(hours=1), now=UNTIL + MOMENT)


def test_a_refused_nonce_keeps_the_end_that_it_had(open_store: OpenStore) -> None:
    store = open_store()
    store.use("610300", NONCE, until=UNTIL, now=NOON)

    store.use("610300", NONCE, until=NOON, now=NOON)
    store.use("610300", "c" * 32, until=UNTIL, now=NOON + MOMENT)

    assert not store.use("610300", NONCE, until=UNTIL, now=NOON + MOMENT)


def test_the_table_stays_small(engine: Engine) -> None:
    store = SqlRequestNonces(engine)
    for minute in range(60):
        now = NOON + timedelta(minutes=minute)
        store.use("610300", f"{minute:032x}", until=now + timedelta(minutes=10), now=now)

    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(request_nonces)) == 11


@pytest.mark.parametrize("row", [("61030", NONCE), ("610300", NONCE[1:])])
def test_the_database_takes_codes_and_nonces_of_their_length_only(
    engine: Engine, row: tuple[str, str]
) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(request_nonces).values(region=row[0], nonce=row[1], until=UNTIL))
