from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.acceptance import SqlCases
from storage.database import connect
from tests.databases import NewDatabase
from tests.doubles.acceptance import (
    EVERY_RESULT,
    NOON,
    OWN,
    MemoryCases,
    a_case,
    a_lookup,
    ruled,
)
from tests.doubles.acceptance_database import CASE, fill
from verify.acceptance.ports import CaseRepository
from verify.acceptance.reasons import LookupResult, ReasonCode
from verify.acceptance.records import Decision, DecisionRequest, Form, Lookup, PersonRole
from verify.errors import AlreadyDecidedError, CaseNotFoundError, RecordRefusedError

R = LookupResult
Opened = Callable[[], AbstractContextManager[CaseRepository]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Both repositories keep the same contract; each opening of the database is a transaction."""
    if request.param == "memory":
        kept = MemoryCases()

        @contextmanager
        def in_memory() -> Iterator[CaseRepository]:
            yield kept

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())

    @contextmanager
    def in_database() -> Iterator[CaseRepository]:
        with engine.begin() as connection:
            cases = SqlCases(connection)
            cases.publish_reasons()
            yield cases

    yield in_database
    engine.dispose()


@pytest.fixture
def ready(opened: Opened) -> Opened:
    with opened() as cases:
        cases.publish(EVERY_RESULT)
        cases.grant_role("window", PersonRole.ACCEPTANCE)
        cases.grant_role("chief", PersonRole.ACCEPTANCE_APPROVER)
        cases.add(CASE, EVERY_RESULT)
    return opened


def a_decision(lookup: Lookup | None, form: Form, **parts: object) -> Decision:
    request = replace(DecisionRequest(form=form, operator="window"), **parts)  # type: ignore[arg-type]  # parts of a request
    return Decision(
        case_id=CASE.id,
        material=OWN.code if lookup is None else lookup.material,
        request=request,
        lookup=lookup,
        decided_at=NOON + timedelta(minutes=3),
    )


def test_a_case_comes_back_as_it_was_kept(ready: Opened) -> None:
    with ready() as cases:
        assert cases.get(CASE.id) == CASE


def test_a_case_that_nobody_kept_is_not_found(ready: Opened) -> None:
    with ready() as cases, pytest.raises(CaseNotFoundError):
        cases.get("CZZZZZZZZZZZZZZZZZZZZ")


def test_the_newest_cases_come_first_and_no_more_than_asked_for(ready: Opened) -> None:
    later = [
        a_case(f"C{letter * 20}", opened_at=NOON + timedelta(hours=hour))
        for hour, letter in enumerate("BCD", start=1)
    ]
    with ready() as cases:
        for case in later:
            cases.add(case, EVERY_RESULT)

        assert cases.recent(2) == (later[2], later[1])


@pytest.mark.parametrize("result", R)
def test_every_look_up_comes_back_as_it_was_kept(ready: Opened, result: LookupResult) -> None:
    lookup = a_lookup(CASE, result)
    with ready() as cases:
        cases.add_lookup(lookup)

        assert cases.latest_lookups(CASE.id) == {lookup.material: lookup}


def test_of_several_look_ups_the_latest_of_each_material_counts(ready: Opened) -> None:
    other = a_lookup(CASE, R.NONE)
    first = a_lookup(CASE, R.VALID)
    # The same material, found in vain ten hours later.
    tenth = replace(
        a_lookup(CASE, R.NONE, number=10, at=NOON + timedelta(hours=10)), material="valid"
    )
    with ready() as cases:
        for lookup in (first, other, replace(first, number=9), tenth):
            cases.add_lookup(lookup)

        assert cases.latest_lookups(CASE.id) == {"valid": tenth, "none": other}
        assert cases.latest_lookups("CZZZZZZZZZZZZZZZZZZZZ") == {}


def test_a_look_up_cannot_take_the_number_of_another(ready: Opened) -> None:
    with ready() as cases:
        cases.add_lookup(a_lookup(CASE, R.VALID))

    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(replace(a_lookup(CASE, R.NONE), material="valid"))


def test_the_applicants_own_material_is_never_looked_up(ready: Opened) -> None:
    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(replace(a_lookup(CASE, R.VALID), material=OWN.code))


@pytest.mark.parametrize(
    ("result", "form", "parts"),
    [
        (R.VALID, Form.E_LICENSE, {}),
        (R.VALID, Form.PAPER, {"voluntary": True}),
        (R.VALID, Form.PAPER, {"reason": ReasonCode.P09, "approver": "chief", "note": "因故"}),
        (R.NONE, Form.PAPER, {"reason": ReasonCode.P01}),
        (R.SOURCE_DOWN, Form.DEFERRAL, {}),
        (R.EXPIRED, Form.COMMITMENT, {}),
        (None, Form.PAPER, {}),
    ],
)
def test_every_lawful_decision_comes_back_as_it_was_kept(
    ready: Opened, result: LookupResult | None, form: Form, parts: dict[str, object]
) -> None:
    lookup = None if result is None else a_lookup(CASE, result)
    decision = a_decision(lookup, form, **parts)
    with ready() as cases:
        if lookup is not None:
            cases.add_lookup(lookup)
        cases.add_decision(decision)

        assert cases.decisions(CASE.id) == {decision.material: decision}


def test_of_two_windows_that_decide_at_once_the_second_is_told(ready: Opened) -> None:
    with ready() as cases:
        cases.add_decision(a_decision(None, Form.PAPER))

    with pytest.raises(AlreadyDecidedError), ready() as cases:
        cases.add_decision(a_decision(None, Form.DEFERRAL))
    with ready() as cases:
        assert cases.decisions(CASE.id)[OWN.code].request.form is Form.PAPER


def test_a_decision_cannot_cite_an_older_look_up_than_the_latest(ready: Opened) -> None:
    old = a_lookup(CASE, R.NONE)
    with ready() as cases:
        cases.add_lookup(old)
        cases.add_lookup(replace(a_lookup(CASE, R.VALID, number=2), material=old.material))

    with pytest.raises(RecordRefusedError, match="latest_lookup"), ready() as cases:
        cases.add_decision(a_decision(old, Form.PAPER, reason=ReasonCode.P01))


def test_a_matter_may_be_published_again_but_not_changed(ready: Opened) -> None:
    with ready() as cases:
        cases.publish(EVERY_RESULT)

    with pytest.raises(RecordRefusedError, match="append_only"), ready() as cases:
        cases.publish(replace(EVERY_RESULT, materials=(OWN, ruled(R.VALID))))


def test_a_case_needs_a_published_matter_and_an_operator_with_the_role(ready: Opened) -> None:
    new = a_case("CBBBBBBBBBBBBBBBBBBBB")
    unknown = replace(EVERY_RESULT, version=2)
    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add(replace(new, matter_version=2), unknown)
    for operator in ("stranger", "chief"):
        with pytest.raises(RecordRefusedError), ready() as cases:
            cases.add(replace(new, operator=operator), EVERY_RESULT)


def test_a_role_is_held_until_it_is_withdrawn_and_can_be_given_again(ready: Opened) -> None:
    with ready() as cases:
        assert cases.holds_role("window", PersonRole.ACCEPTANCE)
        assert not cases.holds_role("window", PersonRole.ACCEPTANCE_APPROVER)
        assert not cases.holds_role("stranger", PersonRole.ACCEPTANCE)
        cases.withdraw_role("window", PersonRole.ACCEPTANCE)
        assert not cases.holds_role("window", PersonRole.ACCEPTANCE)
        cases.grant_role("window", PersonRole.ACCEPTANCE)
        cases.grant_role("window", PersonRole.ACCEPTANCE)
        assert cases.holds_role("window", PersonRole.ACCEPTANCE)


def test_a_refusal_names_the_rule_and_keeps_the_persons_data_to_itself(engine: Engine) -> None:
    with engine.begin() as connection:
        fill(connection)
    lookup = a_lookup(CASE, R.VALID)

    with pytest.raises(RecordRefusedError) as refused, engine.begin() as connection:
        SqlCases(connection).add_decision(a_decision(lookup, Form.DEFERRAL))
    assert refused.value.constraint == "ck_material_decisions_no_detour"

    with pytest.raises(RecordRefusedError) as refused, engine.begin() as connection:
        SqlCases(connection).add(CASE, EVERY_RESULT)
    assert CASE.applicant.code.code not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
