"""Grants in each database and in memory; and what the databases refuse by themselves."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import DBAPIError

from certs.errors import GrantNotFoundError, GrantNotUsableError, GrantRefusedError
from certs.granting.giving import give, revoke
from certs.granting.grants import GrantEventKind
from certs.granting.using import GrantUse, grant_basis
from certs.releases import Wanted, release, release_now
from storage.grant_tables import grant_events, grant_fields, grants
from storage.license_tables import licenses, usages
from storage.licenses import _to_row
from tests import world
from tests.desks import event_of, license_of
from tests.granted import CONSENT, DELEGATION, NUMBERS, PASSED_ON, event, kept
from tests.instance_parts import MovingClock
from tests.stored_rows import ROWS
from tests.unit.storage.conftest import OpenUnit

CLOCK = MovingClock(world.NOON)
USE = GrantUse(grant_id=DELEGATION.id, license=DELEGATION.license, user=DELEGATION.grantee)


@pytest.fixture
def open_held(open_unit: OpenUnit) -> OpenUnit:
    """Units over a register where the holder has a license."""
    with open_unit() as work:
        work.licenses.add([(license_of(1), event_of())])
        work.commit()
    return open_unit


def _use(open_unit: OpenUnit, use: GrantUse = USE, *fields: str) -> Any:  # noqa: ANN401 - a license
    wanted = Wanted(identifier=use.license, fields=fields or ("premises",), user=use.user)
    return release_now(
        wanted,
        lambda work, now: grant_basis(use, work=work, at=now),
        unit_of_work=open_unit,
        clock=CLOCK,
    )


def test_a_grant_is_kept_whole(open_held: OpenUnit) -> None:
    with open_held() as work:
        work.grants.add(kept(CONSENT), request_key="1")
        work.grants.add(kept(DELEGATION), request_key="2")
        work.grants.add(kept(PASSED_ON), request_key="3")
        work.commit()

    with open_held() as work:
        assert work.grants.get(CONSENT.id) == kept(CONSENT)
        assert work.grants.of_request("2") == kept(DELEGATION)
        assert work.grants.of_request("9") is None
        assert [item.grant for item in work.grants.of_holder(CONSENT.holder_key)] == [
            PASSED_ON,
            DELEGATION,
            CONSENT,
        ]
        assert [item.grant for item in work.grants.of_person("样例代理记账")] == [
            PASSED_ON,
            DELEGATION,
        ]
        with pytest.raises(GrantNotFoundError):
            work.grants.get(NUMBERS[9])


def test_the_same_request_leads_to_the_same_grant(open_held: OpenUnit) -> None:
    first = give(CONSENT, request_key="1", unit_of_work=open_held, clock=CLOCK)
    again = give(
        replace(CONSENT, id=NUMBERS[8]), request_key="1", unit_of_work=open_held, clock=CLOCK
    )

    assert again == first


def test_a_grant_is_used_so_often_and_no_more(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)

    _use(open_held)
    _use(open_held)
    with pytest.raises(GrantNotUsableError) as refused:
        _use(open_held)

    assert refused.value.state == "used_up"
    with open_held() as work:
        found = work.usages.of_license(DELEGATION.license)
    assert [(use.grant_id, use.on_behalf_of, use.basis) for use in found] == [
        (DELEGATION.id, "holder-1", "grant")
    ] * 2


def test_of_many_who_use_a_grant_at_once_so_many_succeed_as_it_says(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)

    def attempt(_number: int) -> bool:
        try:
            return bool(_use(open_held))
        except GrantNotUsableError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == DELEGATION.max_uses


def test_revocation_counts_at_once_for_all_that_hangs_on_it(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)
    give(PASSED_ON, request_key="2", unit_of_work=open_held, clock=CLOCK)
    agent = replace(USE, grant_id=PASSED_ON.id, user=PASSED_ON.grantee)
    _use(open_held, agent)

    ended = revoke(
        DELEGATION.id,
        actor="holder-1",
        holder_key=DELEGATION.holder_key,
        reason="",
        unit_of_work=open_held,
        clock=CLOCK,
    )

    assert ended.events[-1].kind is GrantEventKind.REVOKED
    for use in (USE, agent):
        with pytest.raises(GrantNotUsableError) as refused:
            _use(open_held, use)
        assert refused.value.state == "revoked"
    with pytest.raises(GrantRefusedError):
        give(
            replace(PASSED_ON, id=NUMBERS[7]),
            request_key="3",
            unit_of_work=open_held,
            clock=CLOCK,
        )


def test_uses_of_what_was_passed_on_count_against_what_was_given(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)
    give(PASSED_ON, request_key="2", unit_of_work=open_held, clock=CLOCK)
    give(
        replace(PASSED_ON, id=NUMBERS[7], grantee="another"),
        request_key="3",
        unit_of_work=open_held,
        clock=CLOCK,
    )
    uses = [
        replace(USE, grant_id=PASSED_ON.id, user=PASSED_ON.grantee),
        replace(USE, grant_id=NUMBERS[7], user="another"),
        USE,
    ]
    assert DELEGATION.max_uses == 2

    _use(open_held, uses[0])
    _use(open_held, uses[1])

    for use in uses:
        with pytest.raises(GrantNotUsableError) as refused:
            _use(open_held, use)
        assert refused.value.state == "used_up"


def test_strangers_neither_use_nor_end_a_grant(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)

    with pytest.raises(GrantNotFoundError):
        _use(open_held, replace(USE, user="W009"))
    for key in ("", "f" * 64):
        with pytest.raises(GrantNotFoundError):
            revoke(
                DELEGATION.id,
                actor="W009",
                holder_key=key,
                reason="",
                unit_of_work=open_held,
                clock=CLOCK,
            )


def test_a_suspended_grant_comes_back_by_confirmation(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)
    with open_held() as work:
        work.grants.append(DELEGATION.id, event(GrantEventKind.SUSPENDED))
        work.commit()
    with pytest.raises(GrantNotUsableError):
        _use(open_held)
    with open_held() as work:
        work.grants.append(DELEGATION.id, event(GrantEventKind.CONFIRMED, hours=2))
        work.commit()

    assert _use(open_held)


def test_nothing_follows_a_revocation(open_held: OpenUnit) -> None:
    give(CONSENT, request_key="1", unit_of_work=open_held, clock=CLOCK)
    with open_held() as work:
        work.grants.append(CONSENT.id, event(GrantEventKind.REVOKED))
        work.commit()

    with open_held() as work, pytest.raises(GrantRefusedError):
        work.grants.append(CONSENT.id, event(GrantEventKind.CONFIRMED))


# What the databases refuse, whatever the program thought ------------------------------------------

ROW = {**ROWS["grants"][0], "license": CONSENT.license, "holder_key": CONSENT.holder_key}
YEAR = timedelta(days=366)
RULES: dict[str, dict[str, Any]] = {
    "consent_evident": {"evidence_kind": None, "evidence": None},
    "evidence_whole": {"evidence_kind": None},
    "window_no_session": {"given_at_window": True},
    "year_at_most": {"not_after": world.NOON + YEAR + timedelta(microseconds=1)},
    "time_ordered": {"not_after": world.NOON},
    "uses_bounded": {"max_uses": 0},
    "named": {"matter": ""},
    "basis_known": {"basis": "whim"},
    "duty_named": {"legal_ref": "《样例法》"},
    "duty_noticed": {"basis": "legal_duty", "legal_ref": "《样例法》"},
    "case_named": {"basis": "one_case"},
    "delegation_evident": {
        "basis": "delegation",
        "grantee_kind": "person",
        "grantee": "agent",
        "evidence_kind": None,
        "evidence": None,
    },
    "delegation_to_another": {"basis": "delegation"},
    "delegation_month": {
        "basis": "delegation",
        "grantee_kind": "person",
        "grantee": "agent",
        "not_after": world.NOON + timedelta(days=31),
    },
    "parent_whole": {"parent_not_after": world.NOON},
    "passed_on_once": {"depth": 2},
}


@pytest.fixture
def holding(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(insert(licenses), [_to_row(license_of(1))])
    return engine


@pytest.mark.parametrize("rule", RULES)
def test_the_database_refuses_what_breaks_a_rule(holding: Engine, rule: str) -> None:
    with pytest.raises(DBAPIError, match=rule), holding.begin() as connection:
        connection.execute(insert(grants), [ROW | RULES[rule]])


def test_the_database_passes_no_field_on_that_was_not_given(open_held: OpenUnit) -> None:
    with open_held() as work:
        work.grants.add(kept(DELEGATION), request_key="1")
        work.commit()

    with open_held() as work, pytest.raises(GrantRefusedError):
        work.grants.add(kept(PASSED_ON, fields=("hotline",)), request_key="2")


@pytest.mark.parametrize("table", [grants, grant_fields, grant_events])
def test_nothing_of_a_grant_is_changed_or_removed(holding: Engine, table: Any) -> None:  # noqa: ANN401 - a table
    with holding.begin() as connection:
        connection.execute(insert(grants), [ROW])
        connection.execute(insert(grant_fields), ROWS["grant_fields"])
        connection.execute(insert(grant_events), ROWS["grant_events"])
    column = next(column for column in table.columns if not column.primary_key)

    for act in (delete(table), update(table).values({column.name: column})):
        with pytest.raises(DBAPIError, match="append_only"), holding.begin() as connection:
            connection.execute(act)


@pytest.mark.parametrize(
    "change",
    [
        {"at": world.NOON - timedelta(microseconds=1)},
        {"at": world.NOON + timedelta(minutes=5)},
        {"grant_id": NUMBERS[9]},
        {"at": world.NOON},
    ],
    ids=["too early", "too late", "no such grant", "too often"],
)
def test_the_database_keeps_no_use_beyond_its_grant(
    holding: Engine, change: dict[str, Any]
) -> None:
    use = ROWS["usages"][0] | {"identifier": CONSENT.license, "grant_id": ROW["id"]}
    with holding.begin() as connection:
        connection.execute(insert(grants), [ROW])
        for _ in range(ROW["max_uses"]):
            connection.execute(insert(usages), [use])

    with pytest.raises(DBAPIError, match="usages_grant_active"), holding.begin() as connection:
        connection.execute(
            insert(usages),
            [{name: item for name, item in (use | change).items() if name != "number"}],
        )


def test_the_database_keeps_no_use_beyond_what_was_passed_on(holding: Engine) -> None:
    given = ROW | {
        "basis": "delegation",
        "grantee_kind": "person",
        "grantee": "agent",
        "not_after": world.NOON + timedelta(days=1),
        "max_uses": 1,
    }
    children = [
        given
        | {
            "id": NUMBERS[number],
            "request_key": f"child-{number}",
            "given_by": "agent",
            "grantee": f"clerk-{number}",
            "parent": given["id"],
            "parent_not_after": given["not_after"],
            "parent_depth": 1,
            "depth": 2,
        }
        for number in (7, 8)
    ]
    use = ROWS["usages"][0] | {"identifier": CONSENT.license, "at": world.NOON}
    with holding.begin() as connection:
        connection.execute(insert(grants), [given])
        connection.execute(insert(grants), children)
        connection.execute(insert(usages), [use | {"grant_id": NUMBERS[7]}])

    for grant_id in (NUMBERS[8], given["id"]):
        with pytest.raises(DBAPIError, match="usages_parent_limit"), holding.begin() as connection:
            connection.execute(insert(usages), [use | {"grant_id": grant_id}])


def test_the_database_keeps_no_use_after_revocation(holding: Engine) -> None:
    use = ROWS["usages"][0] | {"identifier": CONSENT.license, "grant_id": ROW["id"]}
    revoked = ROWS["grant_events"][0] | {"number": 2, "kind": "revoked"}
    with holding.begin() as connection:
        connection.execute(insert(grants), [ROW])
        connection.execute(insert(grant_events), [*ROWS["grant_events"], revoked])

    with pytest.raises(DBAPIError, match="usages_grant_active"), holding.begin() as connection:
        connection.execute(insert(usages), [use])


def test_what_goes_beyond_a_grant_is_no_release(open_held: OpenUnit) -> None:
    give(DELEGATION, request_key="1", unit_of_work=open_held, clock=CLOCK)
    give(PASSED_ON, request_key="2", unit_of_work=open_held, clock=CLOCK)
    agent = replace(USE, grant_id=PASSED_ON.id, user=PASSED_ON.grantee)

    with open_held() as work:
        basis = grant_basis(agent, work=work, at=world.NOON)
        wanted = Wanted(identifier=agent.license, fields=("premises",), user=agent.user)
        assert basis.permitted == frozenset({"premises"})
        assert basis.on_behalf_of == "holder-1"
        assert basis.beyond(("premises", "hotline")) == ("hotline",)
        release(wanted, basis, work=work, at=world.NOON)
