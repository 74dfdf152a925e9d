"""Marks in each database and in memory; and what the databases refuse by themselves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import DBAPIError

from certs.civil_dates import day_of
from certs.errors import GrantRefusedError
from certs.granting.grants import EvidenceKind, Grant, GrantBasis
from certs.mark_keeping import FoundMarks, SecretChange
from certs.marks import Mark
from certs.overasks import OverAsk
from certs.usages import Usage
from storage.database import connect
from storage.mark_tables import secret_marks
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from tests.desks import event_of, license_of
from tests.doubles.register import MemoryDatabase
from tests.granted import CONSENT, DELEGATION, NUMBERS, PASSED_ON, kept
from tests.unit.storage.test_guardianships import guardianship

TODAY = day_of(world.NOON)
TOMORROW = TODAY + timedelta(days=1)
MARKS = (Mark.TRADE_SECRET, Mark.UNDER_14)
Opened = Any


@pytest.fixture(params=["sqlite", "postgresql", "memory"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    if request.param == "memory":
        yield MemoryDatabase().unit_of_work
        return
    engine = connect(request.getfixturevalue(f"new_{request.param}")())
    yield lambda: SqlUnitOfWork(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    engine = connect(request.getfixturevalue(f"new_{request.param}")())
    yield engine
    engine.dispose()


def test_a_license_comes_back_with_its_marks(opened: Opened) -> None:
    marked = replace(
        license_of(1),
        child_until=TOMORROW,
        type_secrets=frozenset({"premises", "hotline"}),
        held_secrets=frozenset({"area"}),
    )
    with opened() as work:
        work.licenses.add([(marked, event_of()), (license_of(2), event_of())])
        work.commit()

    with opened() as work:
        found = {item.identifier: item for item in work.marks.licenses([marked.identifier, "x"])}
        assert work.licenses.get(marked.identifier).secrets == {"premises", "hotline", "area"}
        assert found.keys() == {marked.identifier}
        assert found[marked.identifier].child_until == TOMORROW
        assert work.licenses.get(license_of(2).identifier).child_until is None


def test_what_a_holder_did_is_kept_in_order_and_counts_at_once(opened: Opened) -> None:
    name = license_of(1).identifier
    acts = [
        SecretChange(identifier=name, field=field, is_marked=marked, at=world.NOON, actor="h")
        for field, marked in (("premises", True), ("hotline", True), ("premises", False))
    ]
    with opened() as work:
        work.licenses.add([(license_of(1), event_of())])
        work.marks.change(acts[0], held=frozenset({"premises"}))
        work.marks.change(acts[1], held=frozenset({"premises", "hotline"}))
        work.marks.change(acts[2], held=frozenset({"hotline"}))
        work.commit()

    with opened() as work:
        assert work.marks.changes(name) == tuple(acts)
        assert work.licenses.get(name).held_secrets == {"hotline"}


def test_licenses_without_known_marks_are_found_page_by_page_and_learned(opened: Opened) -> None:
    made = [replace(license_of(number), has_marks_known=False) for number in (1, 2, 3)]
    held = replace(made[0], held_secrets=frozenset({"area"}))
    with opened() as work:
        work.licenses.add([(item, event_of()) for item in (held, *made[1:], license_of(4))])
        work.commit()

    with opened() as work:
        first = work.marks.unknown(2)
        rest = work.marks.unknown(2, after=first[-1].identifier)
        count = work.marks.count_unknown()
        assert work.marks.count_unknown(at_most=2) == 2
        work.marks.learn(
            [
                FoundMarks(
                    identifier=made[0].identifier,
                    child_until=TOMORROW,
                    type_secrets=frozenset({"premises"}),
                )
            ]
        )
        work.commit()

    assert [item.identifier for item in (*first, *rest)] == [item.identifier for item in made]
    assert count == 3
    with opened() as work:
        assert work.marks.count_unknown() == 2
        learned = work.licenses.get(made[0].identifier)
        assert (learned.child_until, learned.secrets) == (TOMORROW, {"premises", "area"})
        assert learned.has_marks_known


def test_uses_and_refusals_come_back_with_their_marks(opened: Opened) -> None:
    use = Usage(
        identifier=license_of(1).identifier,
        at=world.NOON,
        user="W001",
        basis="case",
        purpose="样例",
        fields=("premises",),
        marks=MARKS,
    )
    refusal = OverAsk(
        at=world.NOON,
        user="W001",
        department="样例局",
        matter="M1",
        type_code="T",
        case_id="",
        fields=("premises",),
        marks=MARKS,
    )
    with opened() as work:
        work.licenses.add([(license_of(1), event_of())])
        work.usages.add(use, replace(use, marks=()))
        work.overasks.add(refusal)
        work.commit()

    with opened() as work:
        assert [item.marks for item in work.usages.of_license(use.identifier)] == [(), MARKS]
        (found,) = work.overasks.between(TODAY, TODAY, limit=9)
        assert found.refusal == refusal


# What the databases refuse by themselves ---------------------------------------------------------

ONE_CASE = replace(
    CONSENT, basis=GrantBasis.ONE_CASE, evidence_kind=None, evidence="", case_id="C" + "A" * 20
)
SHOWN: dict[str, Any] = {"evidence_kind": EvidenceKind.PAPER, "given_at_window": True}


def keep(engine: Engine, *grants: Grant, until: Any) -> None:  # noqa: ANN401 - a day, or none
    with SqlUnitOfWork(engine) as work:
        work.licenses.add([(replace(license_of(1), child_until=until), event_of())])
        for number, grant in enumerate(grants):
            work.grants.add(kept(grant), request_key=str(number))
        work.commit()


@pytest.mark.parametrize("grant", [CONSENT, DELEGATION, ONE_CASE])
def test_the_database_refuses_a_child_s_grant_without_a_guardian(
    engine: Engine, grant: Grant
) -> None:
    with pytest.raises(GrantRefusedError, match="grants_child_guardian"):
        keep(engine, grant, until=TOMORROW)


@pytest.mark.parametrize(
    "chain",
    [
        (replace(CONSENT, **SHOWN),),
        (replace(DELEGATION, **SHOWN), PASSED_ON),
        (
            replace(
                CONSENT,
                basis=GrantBasis.LEGAL_DUTY,
                given_at_window=True,
                evidence_kind=None,
                evidence="",
                legal_ref="《样例法》",
                noticed_at=world.NOON,
            ),
        ),
    ],
)
def test_the_database_keeps_what_a_guardian_or_a_law_gave(
    engine: Engine, chain: tuple[Grant, ...]
) -> None:
    keep(engine, *chain, until=TOMORROW)

    with SqlUnitOfWork(engine) as work:
        assert work.grants.get(chain[-1].id).grant == chain[-1]


@pytest.mark.parametrize("until", [None, TODAY])
def test_the_database_lets_others_grant_as_ever(engine: Engine, until: Any) -> None:  # noqa: ANN401 - a day, or none
    keep(engine, CONSENT, until=until)

    with SqlUnitOfWork(engine) as work:
        assert work.grants.get(NUMBERS[1]).grant == CONSENT


@pytest.mark.parametrize(
    "act",
    [
        delete(secret_marks),
        update(secret_marks).values(is_marked=False),
        insert(secret_marks).values(
            identifier="nobody's", field="premises", is_marked=True, at=world.NOON, actor="h"
        ),
        insert(secret_marks).values(
            identifier=license_of(1).identifier, field="", is_marked=True, at=world.NOON, actor="h"
        ),
    ],
)
def test_what_holders_did_cannot_be_changed_or_made_up(engine: Engine, act: Any) -> None:  # noqa: ANN401 - a statement
    change = SecretChange(
        identifier=license_of(1).identifier,
        field="premises",
        is_marked=True,
        at=world.NOON,
        actor="h",
    )
    with SqlUnitOfWork(engine) as work:
        work.licenses.add([(license_of(1), event_of())])
        work.marks.change(change, held=frozenset({"premises"}))
        work.commit()

    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(act)


@pytest.mark.parametrize(
    ("is_confirmed", "is_ended", "child"),
    [(False, False, None), (True, True, None), (True, False, "9" * 64)],
    ids=["waiting", "ended", "another child's"],
)
def test_the_database_takes_a_guardian_s_session_by_a_guardianship_that_counts(
    engine: Engine,
    is_confirmed: bool,  # noqa: FBT001 - one case of the table
    is_ended: bool,  # noqa: FBT001 - one case of the table
    child: str | None,
) -> None:
    good = guardianship(child_key=CONSENT.holder_key)
    bad = guardianship(number="U" + "B" * 20, child_key=child or CONSENT.holder_key)
    with SqlUnitOfWork(engine) as work:
        for item in (good, bad):
            work.guardianships.propose(item)
        work.guardianships.confirm(good.number, at=world.NOON, by="W002")
        if is_confirmed:
            work.guardianships.confirm(bad.number, at=world.NOON, by="W002")
        if is_ended:
            work.guardianships.end(bad.number, at=world.NOON, by="W001")
        work.commit()

    with pytest.raises(GrantRefusedError, match="grants_child_guardian"):
        keep(engine, replace(CONSENT, evidence=bad.number), until=TOMORROW)
    keep(engine, replace(CONSENT, evidence=good.number), until=TOMORROW)
