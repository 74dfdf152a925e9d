"""Attached licenses in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from storage.acceptance import SqlCases
from storage.attachments import SqlAttachments
from storage.database import connect
from tests.databases import NewDatabase
from tests.doubles.acceptance_database import AT, CASE, Row, fill, insert_raw
from tests.doubles.acceptance_memory import MemoryAttachments, MemoryCases
from tests.doubles.acceptance_stands import EVERY_RESULT, STANDS, a_lookup
from verify.acceptance.attachments import Attachment, AttachmentBook
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import PersonRole
from verify.case_errors import RecordRefusedError

VALID = a_lookup(CASE, LookupResult.VALID)
KEPT = Attachment(lookup=VALID, object="a" * 64)
Opened = Callable[[], AbstractContextManager[AttachmentBook]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        cases = MemoryCases()
        cases.publish(EVERY_RESULT)
        cases.grant_role("window", PersonRole.ACCEPTANCE)
        cases.add(CASE, EVERY_RESULT)
        for stand in STANDS.values():
            for lookup in stand.lookups(CASE):
                cases.add_lookup(lookup)

        @contextmanager
        def in_memory() -> Iterator[AttachmentBook]:
            yield MemoryAttachments(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(connection)

    @contextmanager
    def in_database() -> Iterator[AttachmentBook]:
        with engine.begin() as connection:
            yield SqlAttachments(connection)

    yield in_database
    engine.dispose()


def test_what_is_kept_comes_back_by_material_and_number(opened: Opened) -> None:
    with opened() as book:
        book.add(KEPT)

        assert book.of_case(CASE.id) == {("valid", 1): "a" * 64}
        assert book.of_case("C" + "Z" * 20) == {}


def test_faces_that_came_together_are_kept_all_or_none(opened: Opened) -> None:
    borrowed = replace(KEPT, lookup=replace(VALID, number=2))

    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(KEPT, borrowed)

    with opened() as book:
        assert book.of_case(CASE.id) == {}


@pytest.mark.parametrize(
    "attachment",
    [
        replace(KEPT, lookup=replace(VALID, number=2)),
        replace(KEPT, lookup=replace(VALID, material="own")),
        replace(KEPT, lookup=a_lookup(CASE, LookupResult.EXPIRED)),
    ],
    ids=["a look-up that was not", "another material's", "a license that is not valid"],
)
def test_a_face_without_the_look_up_that_fetched_it_is_not_kept(
    opened: Opened, attachment: Attachment
) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(attachment)


def test_a_look_up_has_one_face(opened: Opened) -> None:
    with opened() as book:
        book.add(KEPT)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(replace(KEPT, object="b" * 64))


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(connection)
        SqlAttachments(connection).add(KEPT)
        SqlCases(connection).add_lookup(replace(VALID, number=2))
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def row(**changes: object) -> Row:
    kept: Row = {
        "case_id": CASE.id,
        "material": "valid",
        "way": "e_license",
        "number": 2,
        "result": "valid",
        "looked_up_at": AT,
        "object": "c" * 64,
    }
    return {**kept, **changes}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("was_valid", {"material": "expired", "number": 1, "result": "expired"}),
        ("of_license", {"material": "register-confirms", "number": 1, "way": "data_check"}),
        ("object_named", {"object": "c"}),
        ("(?i)foreign key", {"number": 3}),
        ("(?i)foreign key", {"looked_up_at": AT + 1}),
    ],
)
def test_sql_past_the_program_is_refused(
    connection: Connection, rule: str, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        insert_raw(connection, "attached_licenses", row(**changes))


@pytest.mark.parametrize(
    "act", ["UPDATE attached_licenses SET object = object", "DELETE FROM attached_licenses"]
)
def test_what_was_kept_stays(connection: Connection, act: str) -> None:
    with pytest.raises(IntegrityError, match="attached_licenses_append_only"):
        connection.execute(text(act))
