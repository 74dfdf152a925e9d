"""Two units of work at once, each on a connection of its own: what one lock of SQLite keeps in
order by itself, PostgreSQL keeps in order by the locks that each unit takes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaitingError
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, text

from certs.display_codes import DisplayGrant
from certs.errors import (
    DuplicateLicenseError,
    IllegalTransitionError,
    SealNotUsableError,
    StatusListBusyError,
)
from certs.evidence.batches import EvidenceBatch, EvidenceStamp
from certs.identifiers import LicenseIdentifier
from certs.intents import Intent
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.licenses import License
from certs.seals.events import SealMove
from certs.seals.uses import SealUse, UseDigest
from certs.status_indexes import StatusIndex
from certs.status_lists.ports import KeptToken
from certs.statuses import StatusKind
from certs.usages import Usage
from signing.evidence_trees import EvidenceDigest
from storage import schema
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.doubles.acceptance_database import CASE, fill
from tests.doubles.acceptance_stands import EVERY_RESULT, a_lookup, ruled
from tests.doubles.issuing import MemoryObjects
from tests.evidenced import Evidenced
from tests.seal_lives import enable_seal, event
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Decision, DecisionRequest, Form, PersonRole
from verify.case_errors import RecordRefusedError
from verify.conclusions import Conclusion
from verify.errors import DuplicateReceiptError
from verify.receipts import ReceiptEntry

NOON = world.NOON
MINUTE = timedelta(minutes=1)
Act = Callable[[SqlUnitOfWork], object]


@contextmanager
def waiting(engine: Engine, act: Act) -> Iterator[Future[object]]:
    """Let another unit act, and see it wait for the one that is open around this."""

    def whole_unit() -> object:
        with SqlUnitOfWork(engine) as work:
            done = act(work)
            work.commit()
            return done

    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(whole_unit)
        with pytest.raises(StillWaitingError):
            second.result(timeout=0.1)
        yield second


def in_turn(engine: Engine, one: Act, other: Act) -> tuple[object, Future[object]]:
    """Two units that act at once, of which the first commits while the second waits."""
    with SqlUnitOfWork(engine) as first:
        done = one(first)
        with waiting(engine, other) as second:
            first.commit()
    return done, second


# Issuing --------------------------------------------------------------------------------------


def test_numbers_taken_at_once_are_different_from_the_very_first(engine: Engine) -> None:
    taken, more = in_turn(
        engine, lambda work: work.intents.allocate(3), lambda work: work.intents.allocate(2)
    )

    assert (taken, more.result()) == (range(3), range(3, 5))


def _begun_elsewhere(requests: list[IssueRequest], key: str) -> Intent:
    """The intent of another desk for the number of the first request."""
    serial = requests[0].application.number.replace("-", "")
    identifier = LicenseIdentifier.parse(desks.identifier(1))
    return Intent(
        identifier=str(replace(identifier, serial=serial)),
        request_key=key,
        started_at=NOON,
        record=b"record",
        record_to_be_signed=b"to be signed",
        code_to_be_signed=b"to be signed",
    )


def test_a_serial_that_another_desk_begins_meanwhile_gets_the_next_version(engine: Engine) -> None:
    desk = desks.desk(partial(SqlUnitOfWork, engine), MemoryObjects())
    requests = desks.requests(1)
    elsewhere = _begun_elsewhere(requests, "elsewhere")

    with SqlUnitOfWork(engine) as first:
        first.intents.add([elsewhere])
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(issue, requests, desk=desk)
            with pytest.raises(StillWaitingError):
                second.result(timeout=0.3)
            first.commit()
            (outcome,) = second.result()

    assert outcome.license is not None
    assert LicenseIdentifier.parse(elsewhere.identifier).version == 1
    assert LicenseIdentifier.parse(outcome.license.identifier).version == 2


# The register ---------------------------------------------------------------------------------


def _licensed(engine: Engine, *licenses: License) -> None:
    with SqlUnitOfWork(engine) as work:
        work.licenses.add((license, desks.event_of()) for license in licenses)
        work.commit()


def test_of_two_who_change_a_status_the_second_is_refused(engine: Engine) -> None:
    _licensed(engine, desks.license_of(1))

    def end(kind: StatusKind) -> Act:
        return lambda work: work.licenses.append_event(
            desks.identifier(1), desks.event_of(kind), expected=StatusKind.ACTIVE
        )

    _, second = in_turn(engine, end(StatusKind.REVOKED), end(StatusKind.SUSPENDED))

    with pytest.raises(IllegalTransitionError):
        second.result()


def test_of_two_licenses_with_one_number_the_second_is_refused(engine: Engine) -> None:
    def add(version: int) -> Act:
        return lambda work: work.licenses.add(
            [(desks.license_of(1, version=version), desks.event_of())]
        )

    _, second = in_turn(engine, add(1), add(2))

    with pytest.raises(DuplicateLicenseError):
        second.result()


def test_a_list_that_two_begin_at_once_begins_once(engine: Engine) -> None:
    def add(number: int) -> Act:
        place = StatusIndex(list_number=7, index=number)
        license = replace(desks.license_of(number), status_index=place)
        return lambda work: work.licenses.add([(license, desks.event_of())])

    in_turn(engine, add(1), add(2))[1].result()

    with SqlUnitOfWork(engine) as work:
        assert work.status_lists.numbers() == (7,)
        assert work.status_lists.entries(7, after=0, limit=10) == (1, 2)


def test_of_two_tokens_after_one_the_second_is_refused(engine: Engine) -> None:
    def token(version: str) -> KeptToken:
        return KeptToken(
            number=0,
            version=version * 64,
            published_at=NOON,
            issued_at=NOON,
            expires_at=NOON + MINUTE,
            encoded=b"token",
        )

    def publish(version: str, after: str) -> Act:
        return lambda work: work.status_lists.publish(token(version), after=after)

    _, second = in_turn(engine, publish("a", ""), publish("b", ""))
    with pytest.raises(StatusListBusyError):
        second.result()
    _, second = in_turn(engine, publish("c", "a" * 64), publish("d", "a" * 64))
    with pytest.raises(StatusListBusyError):
        second.result()


def test_a_display_code_that_somebody_is_redeeming_is_used_up_for_the_second(
    engine: Engine,
) -> None:
    grant = DisplayGrant(
        identifier=desks.identifier(1),
        purpose="办理",
        fields=("certificateName",),
        created_at=NOON,
        expires_at=NOON + MINUTE,
    )
    _licensed(engine, desks.license_of(1))
    with SqlUnitOfWork(engine) as work:
        work.display_codes.add("f" * 64, grant)
        work.commit()

    def redeem(by: str) -> Act:
        return lambda work: work.display_codes.consume("f" * 64, at=NOON, by=by)

    first, second = in_turn(engine, redeem("one"), redeem("another"))

    assert (first, second.result()) == (grant, None)


def test_uses_that_are_limited_are_counted_one_after_the_other(engine: Engine) -> None:
    _licensed(engine, desks.license_of(1))
    usage = Usage(
        identifier=desks.identifier(1),
        at=NOON,
        user="W001",
        basis="info-mismatch",
        purpose="信息验证",
        fields=(),
    )

    def count_and_add(work: SqlUnitOfWork) -> int:
        counted = work.usages.count(usage.identifier, user="W001", basis=usage.basis, since=NOON)
        work.usages.add(usage)
        return counted

    first, second = in_turn(engine, count_and_add, count_and_add)

    assert (first, second.result()) == (0, 1)


def test_a_request_that_is_repeated_at_once_leads_to_one_receipt(engine: Engine) -> None:
    entry = ReceiptEntry(
        number="A" * 26,
        digest="a" * 64,
        issued_at=NOON,
        document="b" * 64,
        conclusion=Conclusion.PASSED,
        requester="W001",
        request_key="c" * 64,
    )

    _, second = in_turn(
        engine,
        lambda work: work.receipts.add(entry),
        lambda work: work.receipts.add(replace(entry, number="B" * 26)),
    )

    with pytest.raises(DuplicateReceiptError):
        second.result()


# Seals ----------------------------------------------------------------------------------------


@pytest.fixture
def seal(engine: Engine) -> str:
    return enable_seal(world.region("340200"), partial(SqlUnitOfWork, engine)).code


def _use(code: str) -> Act:
    use = SealUse(
        seal_code=code,
        used_at=NOON,
        operator="I001",
        purpose="签发",
        digest="0" * 64,
        digest_of=UseDigest.TO_BE_SIGNED,
        license="",
    )
    return lambda work: work.seals.add_uses([use])


def _suspend(code: str) -> Act:
    return lambda work: work.seals.append_event(code, event(SealMove.SUSPENDED), number=3)


def test_a_seal_that_is_being_suspended_is_used_no_more(engine: Engine, seal: str) -> None:
    _, second = in_turn(engine, _suspend(seal), _use(seal))

    with pytest.raises(SealNotUsableError):
        second.result()


def test_a_seal_is_suspended_after_the_use_that_was_begun_before(engine: Engine, seal: str) -> None:
    in_turn(engine, _use(seal), _suspend(seal))[1].result()

    with SqlUnitOfWork(engine) as work:
        assert len(work.seals.uses(seal, limit=10)) == 1
        assert [item.move for item in work.seals.events(seal)][-1] is SealMove.SUSPENDED


def test_of_two_who_move_a_seal_the_second_is_refused(engine: Engine, seal: str) -> None:
    _, second = in_turn(engine, _suspend(seal), _suspend(seal))

    with pytest.raises(IllegalTransitionError):
        second.result()


def test_a_seal_may_be_used_by_many_at_once(new_postgresql: Callable[[], str]) -> None:
    """On SQLite they wait for each other; on PostgreSQL they need not."""
    engine = connect(new_postgresql())
    code = enable_seal(world.region("340200"), partial(SqlUnitOfWork, engine)).code
    with SqlUnitOfWork(engine) as one, SqlUnitOfWork(engine) as other:
        _use(code)(one)
        _use(code)(other)
        other.commit()
        one.commit()
    engine.dispose()


# The gate -------------------------------------------------------------------------------------


@pytest.fixture
def gate(engine: Engine) -> Engine:
    with engine.begin() as connection:
        fill(connection)
    return engine


def _decide(result: LookupResult) -> Act:
    request = DecisionRequest(form=Form.DEFERRAL, operator="window")
    decision = Decision(
        case_id=CASE.id,
        material=ruled(result).code,
        request=request,
        lookups=(a_lookup(CASE, result),),
        decided_at=CASE.opened_at,
    )
    return lambda work: work.cases.add_decision(decision)


def test_a_decision_waits_for_the_lookup_that_is_being_recorded(gate: Engine) -> None:
    silent = LookupResult.SOURCE_DOWN
    newer = a_lookup(CASE, silent, number=2)

    _, second = in_turn(gate, lambda work: work.cases.add_lookup(newer), _decide(silent))

    with pytest.raises(RecordRefusedError, match="latest_lookup"):
        second.result()


def test_lookups_of_one_case_are_numbered_one_after_the_other(gate: Engine) -> None:
    material = ruled(LookupResult.NONE).code

    def look_up_again(work: SqlUnitOfWork) -> int:
        work.cases.hold(CASE.id)
        number = work.cases.latest_lookups(CASE.id)[material][0].number + 1
        work.cases.add_lookup(a_lookup(CASE, LookupResult.NONE, number=number))
        return number

    first, second = in_turn(gate, look_up_again, look_up_again)

    assert (first, second.result()) == (2, 3)


def test_nobody_opens_a_case_with_a_role_that_is_being_withdrawn(gate: Engine) -> None:
    case = replace(CASE, id="C" + "D" * 20)

    _, second = in_turn(
        gate,
        lambda work: work.cases.withdraw_role("window", PersonRole.ACCEPTANCE),
        lambda work: work.cases.add(case, EVERY_RESULT),
    )

    with pytest.raises(RecordRefusedError, match="role_held"):
        second.result()


@pytest.mark.parametrize(
    "act",
    [
        lambda work: work.cases.publish(EVERY_RESULT),
        lambda work: work.cases.publish_reasons(),
        lambda work: work.cases.grant_role("new", PersonRole.ACCEPTANCE),
    ],
    ids=["matter", "reasons", "role"],
)
def test_processes_that_start_at_once_may_publish_the_same(engine: Engine, act: Act) -> None:
    _, second = in_turn(engine, act, act)

    second.result()


# Evidence -------------------------------------------------------------------------------------


def test_two_that_gather_at_once_take_no_package_twice(engine: Engine) -> None:
    Evidenced(partial(SqlUnitOfWork, engine)).archive(1, 2, 3)

    def gather(work: SqlUnitOfWork) -> EvidenceBatch | None:
        return work.evidence.gather(2, before=NOON + MINUTE, at=NOON)

    first, second = in_turn(engine, gather, gather)

    rest = second.result()
    assert isinstance(first, EvidenceBatch)
    assert isinstance(rest, EvidenceBatch)
    assert (first.packages, rest.packages) == (2, 1)


def test_of_two_timestamps_of_one_number_one_is_kept(engine: Engine) -> None:
    Evidenced(partial(SqlUnitOfWork, engine)).archive(1)
    with SqlUnitOfWork(engine) as work:
        batch = work.evidence.gather(1, before=NOON + MINUTE, at=NOON)
        work.commit()
    assert batch is not None
    stamp = EvidenceStamp(
        batch=batch.number,
        number=1,
        chain=1,
        digest=EvidenceDigest.SM3,
        token=b"token",
        stamped_at=NOON,
        ends_at=NOON,
    )

    first, second = in_turn(
        engine, lambda work: work.evidence.keep(stamp), lambda work: work.evidence.keep(stamp)
    )

    assert (first, second.result()) == (True, False)


# The database itself --------------------------------------------------------------------------


def test_two_upgrades_at_once_are_one_upgrade(gate: Engine) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: schema.upgrade(gate), range(2)))

    with gate.connect() as connection:
        assert connection.execute(text("select count(*) from alembic_version")).scalar_one() == 1
