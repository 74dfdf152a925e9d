"""The register of annotated copies, in each database and in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import DBAPIError

from certs.copies import CopyState, CopyStatement, KeptCopy, new_copy_number
from certs.errors import CopyNotFoundError, CopyRefusedError
from storage.copy_tables import annotated_copies
from storage.license_tables import licenses
from storage.licenses import _to_row
from tests import world
from tests.desks import event_of, identifier, license_of
from tests.stored_rows import ROWS
from tests.unit.storage.conftest import OpenUnit

STATEMENT = CopyStatement(
    number="A" * 21,
    license_type="食品经营许可证",
    recipient="样例银行",
    purpose="开户",
    issued_at=world.NOON,
    expires_at=world.NOON + timedelta(days=30),
)
KEPT = KeptCopy(statement=STATEMENT, identifier=identifier(1), digest="2" * 64, made_by="W001")


def test_a_copy_is_kept_whole_and_revoked_once(open_unit: OpenUnit) -> None:
    other = replace(KEPT, statement=replace(STATEMENT, number=new_copy_number()))
    later = world.NOON + timedelta(hours=1)
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of())])
        work.copies.add(KEPT)
        work.copies.add(other)
        work.commit()
    with open_unit() as work:
        assert work.copies.of_license(identifier(1)) == (other, KEPT)
        for _ in range(2):
            work.copies.revoke(STATEMENT.number, at=later, actor="holder-1")
        work.commit()

    with open_unit() as work:
        found = work.copies.get(STATEMENT.number)
        assert found == replace(KEPT, revoked_at=later)
        assert found.state(later) is CopyState.REVOKED
        with pytest.raises(CopyNotFoundError):
            work.copies.get("A" + "B" * 20)


def test_a_copy_ends_by_itself_or_with_its_grant() -> None:
    assert KEPT.state(world.NOON) is CopyState.GOOD
    assert KEPT.state(STATEMENT.expires_at) is CopyState.EXPIRED
    assert KEPT.state(world.NOON, grant_is_revoked=True) is CopyState.REVOKED


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": " "},
        {"purpose": "长" * 81},
        {"purpose": "为11010519491231002X"},
        {"expires_at": world.NOON},
        {"expires_at": world.NOON + timedelta(days=367)},
        {"number": "B" * 21},
        {"license_type": ""},
    ],
)
def test_no_copy_says_less_or_lasts_longer(change: dict[str, object]) -> None:
    with pytest.raises(CopyRefusedError):
        replace(STATEMENT, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        b"yinxin.annotated-copy/1:QUFB",
        b"yinxin.annotated-copy/1:A",
        b"yinxin.annotated-copy/1:e30",
        STATEMENT.written().encode() + b"\nyinxin.annotated-copy/1:QUFB",
    ],
)
def test_what_is_no_statement_is_never_read_as_one(text: bytes) -> None:
    with pytest.raises(CopyRefusedError):
        CopyStatement.of_pdf(text)


def test_a_statement_is_read_as_it_was_written() -> None:
    written = STATEMENT.written().encode()

    assert CopyStatement.of_pdf(b"%PDF " + written + b" " + written) == STATEMENT
    assert CopyStatement.of_pdf(b"%PDF-1.7") is None


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("time_ordered", {"expires_at": world.NOON}),
        ("year_at_most", {"expires_at": world.NOON + timedelta(days=367)}),
        ("named", {"recipient": ""}),
    ],
)
def test_the_database_refuses_what_breaks_a_rule(
    engine: Engine, rule: str, change: dict[str, object]
) -> None:
    row = {**ROWS["annotated_copies"][0], "identifier": identifier(1), "grant_id": None, **change}
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])

    with pytest.raises(DBAPIError, match=rule), engine.begin() as connection:
        connection.execute(insert(annotated_copies), [row])


def test_nothing_of_the_register_is_removed(engine: Engine) -> None:
    row = {**ROWS["annotated_copies"][0], "identifier": identifier(1), "grant_id": None}
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])
        connection.execute(insert(annotated_copies), [row])

    with pytest.raises(DBAPIError, match="append_only"), engine.begin() as connection:
        connection.execute(delete(annotated_copies))
