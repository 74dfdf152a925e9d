"""docs/databases.md says what is true: its roles suffice, its limits are those of the code."""

import os
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from storage import database, object_bucket
from storage.database import connect
from storage.job_queue import READ, enqueue_reading
from storage.job_worker import SqlJobQueue
from storage.unit_of_work import SqlUnitOfWork
from tests import databases, desks, world
from tests.databases import NewDatabase
from tests.doubles.acceptance_database import fill
from tests.seal_lives import enable_seal

PAGE = (Path(__file__).parents[3] / "docs" / "databases.md").read_text("utf-8")


@pytest.mark.skipif(databases.VARIABLE in os.environ, reason="makes a role on the server")
def test_the_role_of_the_service_suffices_and_cannot_switch_triggers_off(
    new_postgresql: NewDatabase,
) -> None:
    role, url = f"service_{token_hex(4)}", make_url(new_postgresql())
    owner = create_engine(url)
    (statements,) = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    with owner.begin() as connection:
        for statement in statements.replace("yinxin_service", role).split(";\n"):
            if statement:
                connection.execute(text(statement))
    service = connect(url.set(username=role).render_as_string(hide_password=False))

    open_unit = partial(SqlUnitOfWork, service)
    enable_seal(world.region("340200"), open_unit)
    with service.begin() as connection:
        fill(connection)
    with open_unit() as work:
        work.intents.allocate(1)
        work.licenses.add([(desks.license_of(1), desks.event_of())])
        work.commit()
    with service.begin() as connection:
        enqueue_reading(connection, "b" * 32)
    read: list[str] = []

    def note(arguments: Mapping[str, Any], _should_stop: Callable[[], bool]) -> bool:
        read.append(arguments["batch"])
        return True

    SqlJobQueue(service).work(
        {READ: note},
        stop=threading.Event(),
        idle=lambda: bool(read),
    )
    assert read == ["b" * 32]
    for statement in ("TRUNCATE usages", "ALTER TABLE seals DISABLE TRIGGER USER"):
        with pytest.raises(DBAPIError, match=r"permission|owner"), service.begin() as connection:
            connection.execute(text(statement))
    service.dispose()
    with owner.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    owner.dispose()


def test_the_limits_on_the_page_are_those_of_the_code() -> None:
    assert f"`lock_timeout` {database._LOCK_TIMEOUT_MS // 1000} s" in PAGE
    assert f"`statement_timeout` {database._STATEMENT_TIMEOUT_MS // 1000} s" in PAGE
    assert f"{database._IDLE_IN_TRANSACTION_MS // 60_000} min" in PAGE
    kept, more = database._KEPT_CONNECTIONS, database._MORE_CONNECTIONS
    assert f"up to {kept + more} a process, {kept} of them kept" in PAGE
    assert f"at most {object_bucket.MAX_OBJECT_BYTES >> 20} MiB" in PAGE
    assert f"`{object_bucket._PROBE}`" in PAGE
