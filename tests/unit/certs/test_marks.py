"""Which licenses are about children, which fields are secrets, and what leaves of them."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from certs.civil_dates import start_of
from certs.errors import (
    GrantRefusedError,
    LicenseNotFoundError,
    OverAskError,
    SecretRefusedError,
)
from certs.granting.giving import give
from certs.granting.grants import EvidenceKind, GrantBasis, GranteeKind
from certs.granting.using import GrantUse, grant_basis
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import check_citizen
from certs.ledger.using import usage_digest
from certs.licenses import License
from certs.mark_keeping import change_secret
from certs.marking import child_until, fourteenth_birthday, secret_fields
from certs.marks import EVERY_MARK, Mark, marks_text, parse_marks
from certs.releases import Basis, BasisKind, Wanted, release, release_now
from certs.type_folders import shipped_type
from certs.usages import Usage
from tests import world
from tests.desks import event_of, license_of
from tests.doubles.register import MemoryDatabase
from tests.granted import CONSENT, DELEGATION, PASSED_ON
from tests.instance_parts import MovingClock
from tests.printed import record

CLOCK = MovingClock(world.NOON)
FOOD = shipped_type("food_business")
BIRTH = shipped_type("birth_certificate")
TOMORROW = world.NOON.date() + timedelta(days=1)
CHILD = replace(license_of(1), child_until=TOMORROW)
SECRET = replace(license_of(1), held_secrets=frozenset({"premises"}))
PLAIN = Basis(kind=BasisKind.GRANT, permitted=None, purpose="样例")


def born(day: date) -> HolderCode:
    body = f"110105{day:%Y%m%d}001"
    return HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=body + check_citizen(body))


def register(license: License) -> MemoryDatabase:
    database = MemoryDatabase()
    with database.unit_of_work() as work:
        work.licenses.add([(license, event_of())])
        work.commit()
    return database


def used(license: License, basis: Basis, *fields: str, at: datetime = world.NOON) -> Usage:
    with register(license).unit_of_work() as work:
        wanted = Wanted(identifier=license.identifier, fields=fields, user="W001")
        release(wanted, basis, work=work, at=at)
        return work.usages.of_license(license.identifier)[0]


# What is marked ----------------------------------------------------------------------------------


def test_whoever_was_born_on_29_february_is_a_child_until_1_march() -> None:
    assert fourteenth_birthday(date(2012, 2, 29)) == date(2026, 3, 1)
    assert fourteenth_birthday(date(2012, 3, 1)) == date(2026, 3, 1)


def test_a_license_is_about_a_child_by_the_citizen_number_of_its_holder() -> None:
    made = record()
    day = made.issued_on
    young = replace(made, holder=born(day.replace(year=day.year - 14) + timedelta(days=1)))
    old = replace(made, holder=born(day.replace(year=day.year - 14)))

    assert child_until(young, None) == day + timedelta(days=1)
    assert child_until(old, None) is None
    assert child_until(made, None) is None


def test_a_license_is_about_a_child_by_the_date_that_its_type_names() -> None:
    made = replace(record(), fields={"born_on": "2025-08-01"}, issued_on=date(2025, 8, 15))

    assert child_until(made, BIRTH) == date(2039, 8, 1)
    assert child_until(made, FOOD) is None
    assert child_until(replace(made, fields={"born_on": "不详"}), BIRTH) is None


def test_a_type_says_which_fields_are_secrets() -> None:
    fields = tuple(replace(spec, is_trade_secret=spec.name == "premises") for spec in FOOD.fields)

    assert secret_fields(replace(FOOD, fields=fields)) == {"premises"}
    assert secret_fields(FOOD) == secret_fields(None) == frozenset()


def test_marks_have_one_text() -> None:
    assert marks_text([Mark.UNDER_14, Mark.TRADE_SECRET, Mark.UNDER_14]) == "trade-secret,under-14"
    assert parse_marks("trade-secret,under-14") == (Mark.TRADE_SECRET, Mark.UNDER_14)
    assert parse_marks(marks_text(())) == ()


def test_the_digest_of_a_use_holds_marks_where_there_are_some() -> None:
    use = used(license_of(1), PLAIN, "premises")
    marked = replace(use, marks=(Mark.UNDER_14,))

    assert usage_digest(use, salt="s") != usage_digest(marked, salt="s")


# What leaves -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("license", "fields", "mark"),
    [
        (CHILD, ("premises",), Mark.UNDER_14),
        (SECRET, ("certificateName", "premises"), Mark.TRADE_SECRET),
        (SECRET, ("license.pdf",), Mark.TRADE_SECRET),
        (SECRET, (), Mark.TRADE_SECRET),
        (replace(SECRET, held_secrets=frozenset(), type_secrets=frozenset({"premises"})),
         ("premises",), Mark.TRADE_SECRET),
    ],
)  # fmt: skip
def test_what_is_marked_leaves_with_a_duty_or_an_agreement_alone(
    license: License, fields: tuple[str, ...], mark: Mark
) -> None:
    with pytest.raises(OverAskError) as refused:
        used(license, PLAIN, *fields)

    assert refused.value.refusal.marks == (mark,)
    assert mark.zh in str(refused.value)
    assert set(refused.value.refusal.fields) <= set(fields)
    assert used(license, replace(PLAIN, duty="《样例法》第七条"), *fields).marks == (mark,)
    assert used(license, replace(PLAIN, lifted=frozenset({mark})), *fields).marks == (mark,)
    with pytest.raises(OverAskError):
        used(license, replace(PLAIN, lifted=EVERY_MARK - {mark}), *fields)


def test_a_refusal_names_the_fields_that_are_secrets() -> None:
    with pytest.raises(OverAskError) as refused:
        used(SECRET, PLAIN, "certificateName", "premises")

    assert refused.value.refusal.fields == ("premises",)


def test_what_is_not_marked_leaves_as_ever() -> None:
    standing = replace(PLAIN, permitted=frozenset({"license.standing"}))

    assert used(SECRET, PLAIN, "certificateName").marks == ()
    assert used(SECRET, standing, "license.standing").marks == ()
    assert used(SECRET, standing).marks == ()
    assert used(license_of(1), PLAIN).marks == ()


def test_a_child_is_none_from_the_fourteenth_birthday_in_beijing_on() -> None:
    midnight = start_of(TOMORROW)

    assert used(CHILD, PLAIN, "premises", at=midnight).marks == ()
    with pytest.raises(OverAskError):
        used(CHILD, PLAIN, "premises", at=midnight - timedelta(microseconds=1))


def test_a_refusal_for_a_mark_is_counted() -> None:
    database = register(CHILD)
    wanted = Wanted(identifier=CHILD.identifier, fields=("premises",), user="W001")

    with pytest.raises(OverAskError):
        release_now(wanted, lambda _w, _n: PLAIN, unit_of_work=database.unit_of_work, clock=CLOCK)

    assert [item.marks for item in database.state.overasks] == [(Mark.UNDER_14,)]
    assert database.state.usages == []


# Grants ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", [GrantBasis.CONSENT, GrantBasis.DELEGATION])
def test_a_child_s_own_session_is_no_consent(basis: GrantBasis) -> None:
    grant = CONSENT if basis is GrantBasis.CONSENT else DELEGATION
    open_unit = register(CHILD).unit_of_work
    seen = replace(grant, given_at_window=True, evidence_kind=EvidenceKind.PAPER)

    with pytest.raises(GrantRefusedError, match="监护人"):
        give(grant, request_key="1", unit_of_work=open_unit, clock=CLOCK)

    assert give(seen, request_key="2", unit_of_work=open_unit, clock=CLOCK).grant == seen
    other = register(license_of(1)).unit_of_work
    assert give(grant, request_key="3", unit_of_work=other, clock=CLOCK).grant == grant


def test_one_case_of_a_child_needs_evidence_and_a_duty_none() -> None:
    open_unit = register(CHILD).unit_of_work
    nothing: dict[str, Any] = {"given_at_window": True, "evidence_kind": None, "evidence": ""}
    one = replace(CONSENT, **nothing, basis=GrantBasis.ONE_CASE, case_id="C" + "A" * 20)
    duty = replace(
        CONSENT,
        **nothing,
        basis=GrantBasis.LEGAL_DUTY,
        legal_ref="《样例法》",
        noticed_at=world.NOON,
    )

    with pytest.raises(GrantRefusedError, match="监护人"):
        give(one, request_key="1", unit_of_work=open_unit, clock=CLOCK)

    assert give(duty, request_key="2", unit_of_work=open_unit, clock=CLOCK).grant == duty


def test_what_a_guardian_gave_is_passed_on() -> None:
    open_unit = register(CHILD).unit_of_work
    first = replace(DELEGATION, given_at_window=True, evidence_kind=EvidenceKind.FACE)
    give(first, request_key="1", unit_of_work=open_unit, clock=CLOCK)
    give(PASSED_ON, request_key="2", unit_of_work=open_unit, clock=CLOCK)
    use = GrantUse(grant_id=PASSED_ON.id, license=CHILD.identifier, user=PASSED_ON.grantee)

    with open_unit() as work:
        assert grant_basis(use, work=work, at=world.NOON).lifted == EVERY_MARK


@pytest.mark.parametrize(
    ("kind", "lifted"),
    [
        (EvidenceKind.SESSION, EVERY_MARK - {Mark.UNDER_14}),
        (EvidenceKind.ID_READER, EVERY_MARK),
    ],
)
def test_a_grant_lifts_what_whoever_gave_it_could_agree_to(
    kind: EvidenceKind, lifted: frozenset[Mark]
) -> None:
    given = replace(
        CONSENT,
        grantee_kind=GranteeKind.PERSON,
        grantee="agent-1",
        evidence_kind=kind,
        given_at_window=kind is not EvidenceKind.SESSION,
    )
    open_unit = register(license_of(1)).unit_of_work
    give(given, request_key="1", unit_of_work=open_unit, clock=CLOCK)
    use = GrantUse(grant_id=given.id, license=given.license, user="agent-1")

    with open_unit() as work:
        assert grant_basis(use, work=work, at=world.NOON).lifted == lifted


# Holders -----------------------------------------------------------------------------------------


def change(
    database: MemoryDatabase, field: str, *, is_marked: bool = True, key: str = ""
) -> License:
    return change_secret(
        SECRET.identifier,
        field,
        is_marked=is_marked,
        holder_key=key or SECRET.holder_key,
        actor="holder-1",
        type_of=lambda _license: FOOD,
        unit_of_work=database.unit_of_work,
        clock=CLOCK,
    )


def test_a_holder_marks_a_field_and_lifts_the_mark_and_both_are_kept() -> None:
    database = register(license_of(1))

    marked = change(database, "premises")
    again = change(database, "premises")
    lifted = change(database, "premises", is_marked=False)

    assert marked.secrets == again.secrets == {"premises"}
    assert lifted.secrets == frozenset()
    assert [item.is_marked for item in database.state.secret_changes] == [True, False]


@pytest.mark.parametrize("field", ["certificateHolderName", "operator", "nothing"])
def test_what_every_license_says_is_no_secret(field: str) -> None:
    with pytest.raises(SecretRefusedError):
        change(register(license_of(1)), field)


@pytest.mark.parametrize("held", [frozenset(), frozenset({"premises"})])
def test_what_the_type_calls_a_secret_stays_one(held: frozenset[str]) -> None:
    license = replace(SECRET, type_secrets=frozenset({"premises"}), held_secrets=held)
    database = register(license)

    with pytest.raises(SecretRefusedError):
        change(database, "premises", is_marked=False)


def test_nobody_else_marks_a_license() -> None:
    with pytest.raises(LicenseNotFoundError):
        change(register(license_of(1)), "premises", key="b" * 64)
