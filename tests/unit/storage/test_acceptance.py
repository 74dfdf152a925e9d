from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from certs.holder_codes import HolderCode, HolderCodeType
from certs.type_folders import shipped_types
from storage.acceptance import SqlCases
from storage.database import connect
from tests.databases import NewDatabase
from tests.doubles.acceptance import BAOJI, DATA_RULE, NOON, RULE, TYPE
from tests.doubles.acceptance_database import CASE, fill
from tests.doubles.acceptance_memory import MemoryCases
from tests.doubles.acceptance_stands import EVERY_RESULT, OWN, STANDS, a_case, a_lookup, ruled
from verify.acceptance.lookups import Statement
from verify.acceptance.ports import CaseRepository
from verify.acceptance.reasons import REASONS, LookupResult, ReasonCode
from verify.acceptance.records import Applicant, Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import CaseNotFoundError, RecordRefusedError
from verify.decision_errors import AlreadyDecidedError
from verify.matters.encoding import readable_matters
from verify.matters.situations import Choice, Condition, Question, Situations
from verify.matters.ways import Term

R = LookupResult
FOOD = next(item for item in shipped_types() if item.code == TYPE)
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


def a_decision(name: str, form: Form, **parts: object) -> Decision:
    """A decision on the material in a standing, its reason grounded on the first look-up."""
    request = replace(DecisionRequest(form=form, operator="window"), **parts)  # type: ignore[arg-type]  # parts of a request
    item = STANDS[name.replace("_", "-")].item(CASE)
    ground = next(
        (
            lookup
            for lookup in item.evidence
            if request.reason is not None and lookup.result in REASONS[request.reason].applies_to
        ),
        None,
    )
    return Decision(
        case_id=CASE.id,
        material=item.material.code,
        request=request,
        lookups=item.evidence,
        ground=ground,
        decided_at=NOON + timedelta(minutes=3),
    )


def keep_lookups(cases: CaseRepository, name: str) -> None:
    for lookup in STANDS[name.replace("_", "-")].lookups(CASE):
        cases.add_lookup(lookup)


def test_a_case_comes_back_as_it_was_kept(ready: Opened) -> None:
    with ready() as cases:
        assert cases.get(CASE.id) == CASE


def test_the_parties_of_a_case_come_back_as_they_were_kept(ready: Opened) -> None:
    child = Applicant(
        code=HolderCode(code_type=HolderCodeType.OTHER_PERSON, code="X340000001"), name="样例孩子"
    )
    case = replace(a_case("CBBBBBBBBBBBBBBBBBBBB"), parties={"child": child})
    with ready() as cases:
        cases.add(case, EVERY_RESULT)
    with ready() as cases:
        assert cases.get(case.id).parties == {"child": child}


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


@pytest.mark.parametrize("name", STANDS)
def test_every_look_up_comes_back_as_it_was_kept(ready: Opened, name: str) -> None:
    with ready() as cases:
        keep_lookups(cases, name)

        kept = cases.latest_lookups(CASE.id).get(name, ())
    assert kept == STANDS[name].item(CASE).lookups


def test_whose_word_a_look_up_rests_on_comes_back_as_it_was_kept(ready: Opened) -> None:
    stated = Statement(by=BAOJI, at=NOON - timedelta(hours=3))
    lookup = replace(a_lookup(CASE, R.VALID), stated=stated)
    with ready() as cases:
        cases.add_lookup(lookup)

        ((kept,),) = cases.latest_lookups(CASE.id).values()
    assert kept.stated == stated


def test_of_several_look_ups_the_latest_of_each_material_and_way_counts(ready: Opened) -> None:
    other = a_lookup(CASE, R.NONE)
    first = a_lookup(CASE, R.VALID)
    # The same material, found in vain ten hours later.
    tenth = replace(
        a_lookup(CASE, R.NONE, number=10, at=NOON + timedelta(hours=10)), material="valid"
    )
    with ready() as cases:
        for lookup in (first, other, replace(first, number=9), tenth):
            cases.add_lookup(lookup)

        assert cases.latest_lookups(CASE.id) == {"valid": (tenth,), "none": (other,)}
        assert cases.latest_lookups("CZZZZZZZZZZZZZZZZZZZZ") == {}


def test_a_look_up_cannot_take_the_number_of_another(ready: Opened) -> None:
    with ready() as cases:
        cases.add_lookup(a_lookup(CASE, R.VALID))

    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(replace(a_lookup(CASE, R.NONE), material="valid"))


@pytest.mark.parametrize("name", ["own", "abolished", "register-confirms"])
def test_a_way_that_is_not_open_is_never_asked(ready: Opened, name: str) -> None:
    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(replace(a_lookup(CASE, R.VALID), material=name))


def test_an_answer_without_its_question_is_not_kept(ready: Opened) -> None:
    answer = STANDS["department-denies"].lookups(CASE)[-1]

    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(answer)


@pytest.mark.parametrize(
    ("name", "form", "parts"),
    [
        (R.VALID, Form.E_LICENSE, {}),
        (R.VALID, Form.PAPER, {"voluntary": True}),
        (R.VALID, Form.PAPER, {"reason": ReasonCode.P09, "approver": "chief", "note": "因故"}),
        (R.SOURCE_DOWN, Form.DEFERRAL, {}),
        ("own", Form.PAPER, {}),
        ("abolished", Form.EXEMPT, {}),
        ("register-confirms", Form.DATA_CHECK, {}),
        ("none-confirmed", Form.DEPARTMENT_CHECK, {}),
        ("none-overdue", Form.PAPER, {"reason": ReasonCode.P01}),
        ("none-overdue", Form.PAPER, {"reason": ReasonCode.P02}),
        ("all-denied", Form.PAPER, {"reason": ReasonCode.P04}),
    ],
)
def test_every_lawful_decision_comes_back_as_it_was_kept(
    ready: Opened, name: str, form: Form, parts: dict[str, object]
) -> None:
    decision = a_decision(name, form, **parts)
    with ready() as cases:
        keep_lookups(cases, name)
        cases.add_decision(decision)

        assert cases.decisions(CASE.id) == {decision.material: decision}


def test_of_two_windows_that_decide_at_once_the_second_is_told(ready: Opened) -> None:
    with ready() as cases:
        cases.add_decision(a_decision("own", Form.PAPER))

    with pytest.raises(AlreadyDecidedError), ready() as cases:
        cases.add_decision(a_decision("own", Form.PAPER, note="再"))
    with ready() as cases:
        assert cases.decisions(CASE.id)[OWN.code].request.note is None


def test_a_decision_cannot_cite_an_older_look_up_than_the_latest(ready: Opened) -> None:
    old = a_lookup(CASE, R.EXPIRED)
    with ready() as cases:
        cases.add_lookup(old)
        cases.add_lookup(replace(a_lookup(CASE, R.VALID, number=2), material=old.material))

    with pytest.raises(RecordRefusedError, match="latest_lookup"), ready() as cases:
        cases.add_decision(a_decision(R.EXPIRED, Form.PAPER, reason=ReasonCode.P03))


def test_a_matter_may_be_published_again_but_not_changed(ready: Opened) -> None:
    with ready() as cases:
        cases.publish(EVERY_RESULT)

    for changed in (
        replace(EVERY_RESULT, materials=(OWN, ruled(R.VALID))),
        replace(EVERY_RESULT, name_zh="另一个名称"),
    ):
        with pytest.raises(RecordRefusedError, match="append_only"), ready() as cases:
            cases.publish(changed)


def test_matters_are_kept_whole_so_that_old_cases_can_be_read(ready: Opened) -> None:
    later = replace(EVERY_RESULT, version=2)
    with ready() as cases:
        cases.publish(later)
        kept = cases.definitions()

    types = {str(TYPE): FOOD}
    assert tuple(readable_matters(kept, types)) == (EVERY_RESULT, later)


def test_rules_count_on_the_day_the_case_was_opened(ready: Opened) -> None:
    ended = replace(RULE, term=Term(last=CASE.opened_on - timedelta(days=1)))
    begun = replace(DATA_RULE, term=Term(first=CASE.opened_on))
    material = replace(ruled(R.VALID), rules=(ended, begun))
    matter = replace(EVERY_RESULT, version=2, materials=(material,))
    today = replace(a_case("CBBBBBBBBBBBBBBBBBBBB"), matter_version=2)
    earlier = replace(
        a_case("CDDDDDDDDDDDDDDDDDDDD", opened_at=NOON - timedelta(days=1)), matter_version=2
    )
    with ready() as cases:
        cases.publish(matter)
        cases.add(today, matter)
        cases.add(earlier, matter)
        cases.add_lookup(a_lookup(earlier, R.VALID))

    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(a_lookup(today, R.VALID))


def test_only_what_the_situation_calls_for_is_in_the_case(ready: Opened) -> None:
    question = Question(
        code="size",
        zh="面积",
        en="Size",
        choices=(Choice(code="small", zh="小", en="Small"), Choice(code="big", zh="大", en="Big")),
    )
    when = Condition.of((("size", frozenset({"big"})),))
    matter = replace(
        EVERY_RESULT,
        version=2,
        situations=Situations(questions=(question,)),
        materials=(OWN, replace(ruled(R.VALID), when=when)),
    )
    small = replace(a_case("CBBBBBBBBBBBBBBBBBBBB"), matter_version=2, situation={"size": "small"})
    big = replace(small, id="CDDDDDDDDDDDDDDDDDDDD", situation={"size": "big"})
    with ready() as cases:
        cases.publish(matter)
        cases.add(small, matter)
        cases.add(big, matter)
        cases.add_lookup(a_lookup(big, R.VALID))

        assert cases.get(small.id) == small
    with pytest.raises(RecordRefusedError), ready() as cases:
        cases.add_lookup(a_lookup(small, R.VALID))


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

    with pytest.raises(RecordRefusedError) as refused, engine.begin() as connection:
        SqlCases(connection).add_decision(a_decision("valid-flexible", Form.DEFERRAL))
    assert refused.value.constraint == "ck_material_decisions_no_detour"

    with pytest.raises(RecordRefusedError) as refused, engine.begin() as connection:
        SqlCases(connection).add(CASE, EVERY_RESULT)
    assert CASE.applicant.code.code not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
