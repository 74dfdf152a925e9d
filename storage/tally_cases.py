"""The cases behind a figure of supervision (钻取), each figure told by the rows it counts."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    false,
    func,
    or_,
    select,
    type_coerce,
)

from certs.civil_dates import start_of
from storage.acceptance_tables import case_materials, cases, lookup_silences, lookups
from storage.decision_tables import material_decisions
from storage.matter_tables import SPARING
from storage.overask_tables import overasks
from storage.promise_tables import promise_steps, promises
from storage.refusal_tables import refusals
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Form
from verify.matters.ways import Way
from verify.supervision.freshness import AT_MOST, Age
from verify.supervision.tallies import MADE, Fact, Weeks, monday_of

_Behind = tuple[Select[tuple[str]], ColumnElement[datetime]]
_DECIDED: Final = material_decisions.c


def cases_behind(fact: Fact, code: str, weeks: Weeks) -> Select[tuple[str]]:
    """Return the numbers of the cases, as ``case_id``; one that counts twice is there twice."""
    query, at = _BEHIND[fact](code)
    first, after = start_of(monday_of(weeks.first)), start_of(monday_of(weeks.last + 1))
    return query.where(at >= first, at < after)


def _opened(_code: str) -> _Behind:
    return select(cases.c.id.label("case_id")), cases.c.opened_at


def _required(code: str) -> _Behind:
    is_spared = or_(*(case_materials.c[name] for name in SPARING))
    query = select(case_materials.c.case_id).join(cases, cases.c.id == case_materials.c.case_id)
    return query.where(is_spared if code == "spared" else ~is_spared), cases.c.opened_at


def _looked_up(code: str) -> _Behind:
    way, _, result = code.partition("/")
    query = select(lookups.c.case_id).where(lookups.c.way == way, lookups.c.result == result)
    return query, lookups.c.looked_up_at


def _silent(code: str) -> _Behind:
    query = select(lookup_silences.c.case_id).where(lookup_silences.c.source == code)
    return query, lookup_silences.c.looked_up_at


def _decided(code: str) -> _Behind:
    is_paper = _DECIDED.form == Form.PAPER
    kind, _, reason = code.partition("/")
    conditions: Mapping[str, tuple[ColumnElement[bool], ...]] = {
        "demand": (is_paper, _DECIDED.reason == reason),
        "voluntary": (is_paper, _DECIDED.voluntary),
        "own": (is_paper, ~_DECIDED.voluntary, _DECIDED.reason.is_(None)),
    }
    chosen = conditions.get(kind, (~is_paper, _DECIDED.form == code))
    return select(_DECIDED.case_id).where(*chosen), _DECIDED.decided_at


def _approved(code: str) -> _Behind:
    query = select(_DECIDED.case_id).where(_DECIDED.reason == code, _DECIDED.approver.is_not(None))
    return query, _DECIDED.decided_at


def _contrary(code: str) -> _Behind:
    is_served = or_(
        _DECIDED.lookup_result == LookupResult.VALID,
        _DECIDED.data_result == LookupResult.CONFIRMED,
        _DECIDED.check_result == LookupResult.CONFIRMED,
    )
    query = select(_DECIDED.case_id).where(_DECIDED.reason == code, is_served)
    return query, _DECIDED.decided_at


def _promised(code: str) -> _Behind:
    kind, _, step = code.partition("/")
    query = select(promises.c.case_id).where(promises.c.kind == kind)
    if step == MADE:
        return query, promises.c.made_at
    is_same = and_(
        promise_steps.c.case_id == promises.c.case_id,
        promise_steps.c.material == promises.c.material,
    )
    return query.join(promise_steps, is_same).where(promise_steps.c.kind == step), (
        promise_steps.c.at
    )


def _refused(code: str) -> _Behind:
    return select(refusals.c.case_id).where(refusals.c.code == code), refusals.c.refused_at


def _overasked(code: str) -> _Behind:
    query = select(overasks.c.case_id).where(overasks.c.type_code == code, overasks.c.case_id > "")
    return query, overasks.c.at


def _rested(code: str) -> _Behind:
    way = case(
        (_DECIDED.check_number.is_not(None), Way.DEPARTMENT_CHECK.value),
        (_DECIDED.data_number.is_not(None), Way.DATA_CHECK.value),
        else_=Way.E_LICENSE.value,
    )
    rests_on = and_(
        lookups.c.case_id == _DECIDED.case_id,
        lookups.c.material == _DECIDED.material,
        lookups.c.way == way,
        lookups.c.number
        == func.coalesce(_DECIDED.check_number, _DECIDED.data_number, _DECIDED.lookup_number),
    )
    # The difference of two columns as they are stored: microseconds.
    lag = type_coerce(_DECIDED.decided_at, BigInteger) - type_coerce(
        lookups.c.stated_at, BigInteger
    )
    known = select(_DECIDED.case_id).join(lookups, rests_on).where(lookups.c.stated_at.is_not(None))
    return known.where(*_is_of_age(lag, code)), _DECIDED.decided_at


def _is_of_age(lag: ColumnElement[int], code: str) -> Iterator[ColumnElement[bool]]:
    """Yield what a lag in microseconds is like that counts as an age."""
    if code not in set(Age):
        yield false()
        return
    ages = list(Age)
    place = ages.index(Age(code))
    if place:
        yield lag > AT_MOST[ages[place - 1]] // timedelta(microseconds=1)
    if Age(code) in AT_MOST:
        yield lag <= AT_MOST[Age(code)] // timedelta(microseconds=1)


def _nothing(_code: str) -> _Behind:
    return select(cases.c.id.label("case_id")).where(false()), cases.c.opened_at


_BEHIND: Final[Mapping[Fact, Callable[[str], _Behind]]] = MappingProxyType(
    {
        Fact.CASE: _opened,
        Fact.REQUIRED: _required,
        Fact.LOOKUP: _looked_up,
        Fact.SILENT: _silent,
        Fact.DECISION: _decided,
        Fact.OVERRIDE: _approved,
        Fact.VALID_BUT_PAPER: _contrary,
        Fact.PROMISE: _promised,
        Fact.REFUSAL: _refused,
        Fact.OVERASK: _overasked,
        Fact.FRESHNESS: _rested,
        # Licenses are used in other ways than by cases, and these have their own log; what
        # issuers answer stands in theirs.
        Fact.USE: _nothing,
        Fact.USED: _nothing,
        Fact.ANSWERED: _nothing,
    }
)
