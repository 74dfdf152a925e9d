"""A new version takes the place of the old one: once, completely, and whatever happens between."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from certs.applications import LicenseApplication
from certs.civil_dates import start_of
from certs.errors import (
    DuplicateLicenseError,
    IllegalTransitionError,
    IntentClosedError,
    LicenseError,
    LicenseNotFoundError,
    ReplacementError,
)
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier
from certs.issuance import issue, resume
from certs.issue_requests import IssueOutcome, IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.lifecycle import record_status
from certs.ports import UnitOfWork
from certs.records import LicenseRecord
from certs.statuses import StatusKind, status_at
from storage.database import connect
from storage.unit_of_work import SqlUnitOfWork
from tests import desks, world
from tests.doubles.issuing import (
    Fuse,
    FusedObjects,
    FusedUnitOfWork,
    LightRenderer,
    MemoryObjects,
    PowerCutError,
)
from tests.doubles.register import MemoryDatabase

S = StatusKind


class House:
    """A register and an object store; the first license is issued."""

    def __init__(self, unit_of_work: Callable[[], UnitOfWork]) -> None:
        self.unit_of_work = unit_of_work
        self.objects = MemoryObjects()
        self.application = desks.applications(1)[0]
        self.old = self._issued("first", self.application)

    def desk(self, **changes: object) -> IssuingDesk:
        return replace(desks.desk(self.unit_of_work, self.objects), **changes)  # type: ignore[arg-type]

    def _issued(self, key: str, application: LicenseApplication) -> License:
        (outcome,) = issue([IssueRequest(key, application)], desk=self.desk())
        assert outcome.license is not None
        return outcome.license

    def replace(self, key: str = "next", *, old: str = "", **changes: object) -> IssueOutcome:
        application = replace(self.application, **changes)  # type: ignore[arg-type]
        request = IssueRequest(key, application, replaces=old or self.old.identifier)
        (outcome,) = issue([request], desk=self.desk())
        return outcome

    def stands(self, identifier: str, at: datetime = world.NOON) -> StatusKind | None:
        with self.unit_of_work() as work:
            found = status_at(work.licenses.events(identifier), day=at, known=world.NOON)
        return found.kind if found else None

    def licenses(self) -> tuple[License, ...]:
        with self.unit_of_work() as work:
            return work.licenses.newest(100)


@pytest.fixture(params=["memory", "sql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "memory":
        yield House(MemoryDatabase().unit_of_work)
        return
    engine = connect(desks.new_database(tmp_path / "db.sqlite3"))
    yield House(partial(SqlUnitOfWork, engine))
    engine.dispose()


def _issued(outcome: IssueOutcome) -> License:
    assert outcome.license is not None, outcome.refusal
    return outcome.license


def test_a_new_version_has_the_serial_and_names_the_old_one(house: House) -> None:
    new = _issued(house.replace(valid_to=date(2035, 1, 1)))

    old, identifier = (LicenseIdentifier.parse(x.identifier) for x in (house.old, new))
    assert identifier == old.next_version()
    record = LicenseRecord.parse(house.objects.get(new.files.record))
    assert record.replaces == new.replaces == house.old.identifier
    assert house.stands(house.old.identifier) is S.SUPERSEDED
    assert house.stands(new.identifier) is S.ACTIVE
    with house.unit_of_work() as work:
        assert work.licenses.get(new.identifier).replaces == house.old.identifier


def test_versions_follow_one_another(house: House) -> None:
    second = _issued(house.replace("second"))
    third = _issued(house.replace("third", old=second.identifier))

    assert LicenseIdentifier.parse(third.identifier).version == 3
    assert [house.stands(item.identifier) for item in (house.old, second, third)] == [
        S.SUPERSEDED,
        S.SUPERSEDED,
        S.ACTIVE,
    ]


def test_the_number_may_change(house: House) -> None:
    number = desks.applications(2)[1].number

    new = _issued(house.replace(number=number))

    assert new.number == number
    assert (
        LicenseIdentifier.parse(new.identifier).serial
        == LicenseIdentifier.parse(house.old.identifier).serial
    )
    assert house.stands(house.old.identifier) is S.SUPERSEDED


def test_a_persons_license_keeps_its_random_serial(house: House) -> None:
    citizen = HolderCode(code_type=HolderCodeType.ORDINARY_PASSPORT, code="E12345678")
    person = replace(desks.applications(2)[1], holder=citizen, holder_name="样例人")
    (first,) = issue([IssueRequest("person", person)], desk=house.desk())
    old = _issued(first)

    (second,) = issue(
        [IssueRequest("person-2", person, replaces=old.identifier)], desk=house.desk()
    )

    one, two = (LicenseIdentifier.parse(x.identifier) for x in (old, _issued(second)))
    assert two == one.next_version()
    assert person.number not in str(two)


def test_a_renewal_for_later_leaves_the_old_one_standing_until_then(house: House) -> None:
    begins = date(2026, 6, 1)

    new = _issued(house.replace(valid_from=begins))

    before, after = start_of(begins) - timedelta(seconds=1), start_of(begins)
    assert house.stands(house.old.identifier, before) is S.ACTIVE
    assert house.stands(new.identifier, before) is None
    assert house.stands(house.old.identifier, after) is S.SUPERSEDED
    assert house.stands(new.identifier, after) is S.ACTIVE


OTHER = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"old": desks.identifier(77)}, LicenseNotFoundError),
        ({"holder": OTHER}, ReplacementError),
    ],
    ids=["not-there", "another-holder"],
)
def test_what_is_not_there_or_another_holders_is_not_replaced(
    house: House, changes: dict[str, object], error: type[LicenseError]
) -> None:
    outcome = house.replace(**changes)  # type: ignore[arg-type]

    assert isinstance(outcome.refusal, error)
    assert house.licenses() == (house.old,)


def test_another_departments_license_is_not_replaced(house: House) -> None:
    other = desks.desk(house.unit_of_work, house.objects, code="610300")
    request = IssueRequest("next", house.application, replaces=house.old.identifier)

    (outcome,) = issue([request], desk=other)

    assert isinstance(outcome.refusal, ReplacementError)


@pytest.mark.parametrize("kind", [S.REVOKED, S.CANCELLED, S.SUSPENDED])
def test_what_has_ended_or_is_suspended_is_not_replaced(house: House, kind: StatusKind) -> None:
    record_status(house.old.identifier, desks.event_of(kind), unit_of_work=house.unit_of_work)

    outcome = house.replace()

    assert isinstance(outcome.refusal, IllegalTransitionError)
    assert house.stands(house.old.identifier) is kind


def test_a_number_of_a_third_license_stays_its_own(house: House) -> None:
    other = desks.applications(2)[1]
    issue([IssueRequest("other", other)], desk=house.desk())

    outcome = house.replace(number=other.number)

    assert isinstance(outcome.refusal, DuplicateLicenseError)
    assert house.stands(house.old.identifier) is S.ACTIVE


def test_of_two_requests_one_after_the_other_the_first_replaces(house: House) -> None:
    _issued(house.replace("one"))

    assert isinstance(house.replace("two").refusal, IllegalTransitionError)


def test_of_two_requests_in_one_call_the_first_replaces(house: House) -> None:
    requests = [
        IssueRequest(key, house.application, replaces=house.old.identifier) for key in ("a", "b")
    ]

    first, second = issue(requests, desk=house.desk())

    assert first.license is not None
    assert isinstance(second.refusal, IllegalTransitionError)


def test_a_repeated_request_replaces_once(house: House) -> None:
    new = _issued(house.replace("same"))

    assert _issued(house.replace("same")) == new
    assert len(house.licenses()) == 2


class _Overtaking(LightRenderer):
    """While one request is drawn, another one for the same old license goes all the way."""

    def __init__(self, house: House, act: Callable[[], object]) -> None:
        super().__init__()
        self._house = house
        self._act: Callable[[], object] | None = act

    def render(self, content: object) -> bytes:
        act, self._act = self._act, None
        if act is not None:
            act()
        return super().render(content)  # type: ignore[arg-type]


def test_a_request_overtaken_on_the_way_leaves_the_winner_alone(house: House) -> None:
    winner: list[License] = []
    overtaking = _Overtaking(house, lambda: winner.append(_issued(house.replace("quick"))))
    others = desks.requests(3, prefix="beside")[1:]
    slow = IssueRequest("slow", house.application, replaces=house.old.identifier)

    outcome, *beside = issue([slow, *others], desk=house.desk(renderer=overtaking))

    assert isinstance(outcome.refusal, IntentClosedError)
    assert all(item.license is not None for item in beside), "the others of the chunk go on"
    assert house.stands(winner[0].identifier) is S.ACTIVE
    in_force = [x for x in house.licenses() if house.stands(x.identifier) is S.ACTIVE]
    assert len({x.number for x in in_force}) == len(in_force) == 3
    with house.unit_of_work() as work:
        assert not work.intents.of_requests(["slow"])["slow"].is_open


def test_a_revocation_on_the_way_wins(house: House) -> None:
    def revoke() -> None:
        event = desks.event_of(S.REVOKED)
        record_status(house.old.identifier, event, unit_of_work=house.unit_of_work)

    overtaking = _Overtaking(house, revoke)
    request = IssueRequest("slow", house.application, replaces=house.old.identifier)

    (outcome,) = issue([request], desk=house.desk(renderer=overtaking))

    assert isinstance(outcome.refusal, IntentClosedError)
    assert house.stands(house.old.identifier) is S.REVOKED
    assert [item.identifier for item in house.licenses()] == [house.old.identifier]


def test_a_crash_at_any_step_leaves_exactly_one_in_force() -> None:
    fuse = Fuse()
    steps = _crashed_at(fuse)
    assert steps > 20
    for step in range(1, steps + 1):
        _crashed_at(Fuse(blows_at=step))


def _crashed_at(fuse: Fuse) -> int:
    database = MemoryDatabase()
    house = House(database.unit_of_work)
    desk = house.desk(
        objects=FusedObjects(house.objects, fuse),
        unit_of_work=lambda: FusedUnitOfWork(database.unit_of_work(), fuse),
    )
    request = IssueRequest("next", house.application, replaces=house.old.identifier)
    try:
        issue([request], desk=desk)
    except PowerCutError:
        _check_one_in_force(house)
        resume(house.desk())
        (outcome,) = issue([request], desk=house.desk())
        assert outcome.license is not None
    _check_one_in_force(house)
    assert house.stands(house.old.identifier) is S.SUPERSEDED
    return fuse.steps


def _check_one_in_force(house: House) -> None:
    found = [x.identifier for x in house.licenses() if house.stands(x.identifier) is S.ACTIVE]
    assert len(found) == 1
