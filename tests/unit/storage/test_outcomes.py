"""Outcomes of cases in memory and in both databases, and against SQL past the program."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from certs.identifiers import LicenseIdentifier
from storage.acceptance import SqlCases
from storage.database import connect
from storage.outcomes import SqlOutcomes
from tests.databases import NewDatabase
from tests.doubles.acceptance import APPLICANT, IDENTIFIER, NOON, TYPE
from tests.doubles.acceptance_database import AT, Row, insert_raw
from tests.doubles.acceptance_memory import MemoryCases, MemoryOutcomes
from verify.acceptance.ports import CaseRepository
from verify.acceptance.records import Case, Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import RecordRefusedError
from verify.decision_errors import AlreadyDecidedError
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource, Necessity
from verify.outcomes.records import CaseOutcome, OutcomeBook, OutcomeKind, ResultIntent

LATER = NOON + timedelta(minutes=1)


def own(code: str, necessity: Necessity = Necessity.REQUIRED) -> Material:
    return Material(
        code=code,
        name_zh="材料",
        name_en="Material",
        source=MaterialSource.SELF,
        necessity=necessity,
    )


MATTER = Matter(
    code="plain",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    materials=(own("form"), own("sketch", Necessity.OPTIONAL)),
)


def case(letter: str) -> Case:
    return Case(
        id="C" + letter * 20,
        matter_code="plain",
        matter_version=1,
        applicant=APPLICANT,
        operator="window",
        opened_at=NOON,
    )


DECIDED, OPEN, OTHER, SECOND = case("A"), case("B"), case("D"), case("E")


def fill(cases: CaseRepository) -> None:
    """Cases of which all but one have their form; an approver took part in another."""
    cases.publish(MATTER)
    for person in ("window", "second"):
        cases.grant_role(person, PersonRole.ACCEPTANCE)
    for person in ("window", "second", "chief", "retired"):
        cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)
    cases.withdraw_role("retired", PersonRole.ACCEPTANCE_APPROVER)
    for item in (DECIDED, OPEN, OTHER, SECOND):
        cases.add(item, MATTER)
    for item, operator in ((DECIDED, "window"), (OTHER, "window"), (SECOND, "second")):
        cases.add_decision(
            Decision(
                case_id=item.id,
                material="form",
                request=DecisionRequest(form=Form.PAPER, operator=operator),
                lookups=(),
                decided_at=NOON,
            )
        )


def outcome(of: Case = DECIDED, **changes: object) -> CaseOutcome:
    parts: dict[str, object] = {
        "case_id": of.id,
        "kind": OutcomeKind.APPROVE,
        "operator": "window",
        "approver": "chief",
        "decided_at": LATER,
    }
    return CaseOutcome(**{**parts, **changes})  # type: ignore[arg-type]  # tests name the parts


def intent(of: Case = DECIDED) -> ResultIntent:
    return ResultIntent(
        case_id=of.id, license_type=TYPE, values={"operator": "样例㼆餐饮店"}, replaces="old"
    )


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def opened(
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[], AbstractContextManager[OutcomeBook]]]:
    if request.param == "memory":
        cases = MemoryCases()
        fill(cases)

        @contextmanager
        def in_memory() -> Iterator[OutcomeBook]:
            yield MemoryOutcomes(cases)

        yield in_memory
        return
    new: NewDatabase = request.getfixturevalue(f"new_{request.param}")
    engine = connect(new())
    with engine.begin() as connection:
        fill(SqlCases(connection))
        insert_license(connection)

    @contextmanager
    def in_database() -> Iterator[OutcomeBook]:
        with engine.begin() as connection:
            yield SqlOutcomes(connection)

    yield in_database
    engine.dispose()


def insert_license(connection: Connection) -> None:
    row: Row = {
        "identifier": str(IDENTIFIER),
        "type_code": str(TYPE),
        "type_name": "食品经营许可证",
        "number": "JY1",
        "issuer_code": "11610300MB9TXY014E",
        "holder_key": "b" * 64,
        "holder_shown": "样例",
        "valid_from": "2026-01-01",
        "status": "active",
        "sealed_at": AT,
        "record_object": "1" * 64,
        "signature_object": "2" * 64,
        "pdf_object": "3" * 64,
    }
    insert_raw(connection, "licenses", row)


Opened = Callable[[], AbstractContextManager[OutcomeBook]]


def test_outcome_and_what_it_leads_to_come_back_as_they_were_kept(opened: Opened) -> None:
    with opened() as book:
        assert book.find(DECIDED.id) is None
        book.add(outcome(note="同意"), intent())

        assert book.find(DECIDED.id) == outcome(note="同意")
        assert book.intent(DECIDED.id) == intent()


def test_a_case_is_settled_once(opened: Opened) -> None:
    with opened() as book:
        book.add(outcome(), None)
    with pytest.raises(AlreadyDecidedError), opened() as book:
        book.add(outcome(kind=OutcomeKind.REJECT, note="不符合"), None)
    with opened() as book:
        assert (book.find(DECIDED.id), book.intent(DECIDED.id)) == (outcome(), None)


@pytest.mark.parametrize(
    "refused",
    [
        outcome(OPEN),
        outcome(approver="window"),
        outcome(SECOND, approver="second"),
        outcome(approver="retired"),
        outcome(approver="nobody"),
        outcome(operator="second"),
    ],
    ids=[
        "a material is open",
        "by its own operator",
        "by somebody who decided on a material",
        "by somebody who lost the role",
        "by somebody without the role",
        "under another operator",
    ],
)
def test_outcome_that_may_not_be_is_refused(opened: Opened, refused: CaseOutcome) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(refused, None)


def test_rejected_case_leads_to_no_license(opened: Opened) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add(outcome(kind=OutcomeKind.REJECT, note="不符合"), intent())


def test_license_is_the_result_of_one_case(opened: Opened) -> None:
    with opened() as book:
        book.add(outcome(OTHER, decided_at=LATER + timedelta(minutes=1)), intent(OTHER))
        book.add(outcome(), intent())
        assert book.waiting(1) == (DECIDED.id,)
        for _ in range(2):
            book.add_license(DECIDED.id, IDENTIFIER)

        assert book.license_of(DECIDED.id) == IDENTIFIER
        assert book.license_of(OTHER.id) is None
        assert book.waiting(9) == (OTHER.id,)
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_license(OTHER.id, IDENTIFIER)


def test_case_has_no_second_license(opened: Opened) -> None:
    with opened() as book:
        book.add(outcome(), intent())
        book.add_license(DECIDED.id, IDENTIFIER)
    second = LicenseIdentifier.parse(str(replace(IDENTIFIER, version=2)))
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_license(DECIDED.id, second)


def test_only_an_approved_case_has_a_license(opened: Opened) -> None:
    with pytest.raises(RecordRefusedError), opened() as book:
        book.add_license(OPEN.id, IDENTIFIER)


# SQL past the program ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Engine:
    with shared_engine.begin() as connection:
        fill(SqlCases(connection))
        insert_license(connection)
        SqlOutcomes(connection).add(outcome(OTHER), None)
    return shared_engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def row(**changes: object) -> Row:
    whole: Row = {
        "case_id": DECIDED.id,
        "outcome": "approve",
        "operator": "window",
        "approver": "chief",
        "approver_role": "acceptance_approver",
        "note": None,
        "decided_at": AT,
    }
    return {**whole, **changes}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("outcome_known", {"outcome": "maybe"}),
        ("approver_approves", {"approver": "second", "approver_role": "acceptance"}),
        ("approver_is_another", {"case_id": SECOND.id, "approver": "window"}),
        ("rejection_has_reason", {"outcome": "reject"}),
        ("rejection_has_reason", {"outcome": "reject", "note": " "}),
        ("case_outcomes_role_held", {"approver": "retired"}),
        ("case_outcomes_all_decided", {"case_id": OPEN.id}),
        ("case_outcomes_approver_apart", {"case_id": SECOND.id, "approver": "second"}),
        ("(?i)foreign key", {"operator": "second"}),
        ("(?i)foreign key", {"approver": "nobody"}),
        ("(?i)null", {"approver": None}),
        ("(?i)null", {"outcome": None}),
    ],
)
def test_sql_past_the_program_settles_nothing(
    connection: Connection, rule: str, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError, match=rule):
        insert_raw(connection, "case_outcomes", row(**changes))


def test_what_a_matter_needs_is_not_taken_back_once_cases_rely_on_it(
    connection: Connection,
) -> None:
    with pytest.raises(IntegrityError, match="optional_materials_before_cases"):
        insert_raw(
            connection,
            "optional_materials",
            {"matter_code": "plain", "matter_version": 1, "material": "form"},
        )


def test_license_of_a_case_rests_on_its_approval(connection: Connection) -> None:
    fields: Row = {"license_type": str(TYPE), "fields": "{}"}
    rejected = row(outcome="reject", note="不符合")
    insert_raw(connection, "case_outcomes", rejected)
    for outcome_of, rule in (("approve", "(?i)foreign key"), ("reject", "of_approved")):
        with pytest.raises(IntegrityError, match=rule), connection.begin_nested():
            insert_raw(
                connection,
                "result_intents",
                {"case_id": DECIDED.id, "outcome": outcome_of, **fields},
            )
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        insert_raw(
            connection, "result_licenses", {"case_id": DECIDED.id, "license": str(IDENTIFIER)}
        )


def test_settled_case_takes_no_more_decisions(connection: Connection) -> None:
    kept = connection.execute(text("SELECT * FROM material_decisions LIMIT 1")).mappings().one()
    late = {**kept, "case_id": OTHER.id, "material": "sketch"}

    with pytest.raises(IntegrityError, match="material_decisions_case_open"):
        insert_raw(connection, "material_decisions", late)


@pytest.mark.parametrize(
    "act", ["UPDATE case_outcomes SET note = 'x'", "DELETE FROM case_outcomes"]
)
def test_what_was_settled_stays(connection: Connection, act: str) -> None:
    with pytest.raises(IntegrityError, match="case_outcomes_append_only"):
        connection.execute(text(act))
