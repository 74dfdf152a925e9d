"""Each day of decisions is in the ledger: what is changed later is found out."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from api.nightly import DECISION_DAYS, nightly_of
from certs.decision_digests import DayStanding, bounds_of, check_day, seal_days
from certs.decision_records import KEPT
from signing.ledger.proof_files import parse_proof
from storage.access_decision_tables import access_decisions
from tests.instances import Country
from tests.unit.api.test_pages import sign_in

DAY = date(2026, 3, 18)
ROW = access_decisions.c


@pytest.fixture
def sealed(country: Country) -> Country:
    """A region where somebody did something, and a night has passed."""
    wuhu = country.wuhu
    for person in ("issuer", "window", "auditor"):
        wuhu.client.get("/api/v1/licenses", headers=wuhu.headers(person))
    country.clock.advance(timedelta(days=1))
    assert DECISION_DAYS in nightly_of(wuhu.services).step()
    return country


def standing(country: Country, day: date = DAY) -> DayStanding:
    with country.wuhu.services.unit_of_work() as work:
        digest = work.decision_days.find(day)
        assert digest is not None
        return check_day(digest, work, now=country.clock.now())


def execute(country: Country, statement: object) -> None:
    with country.wuhu.services.unit_of_work() as work:
        work._connection.execute(statement)  # type: ignore[attr-defined]
        work.commit()


def test_a_day_is_as_committed_and_waits_for_a_checkpoint_first(sealed: Country) -> None:
    before = standing(sealed)
    sealed.wuhu.services.ledger.publish_and_ask()

    assert (before, standing(sealed)) == (DayStanding.WAITING, DayStanding.UNCHANGED)
    with sealed.wuhu.services.unit_of_work() as work:
        digest = work.decision_days.find(DAY)
    assert digest is not None
    assert digest.decisions == 3


FIRST = select(ROW.row).order_by(ROW.row).limit(1).scalar_subquery()


@pytest.mark.parametrize(
    "statement",
    [
        delete(access_decisions).where(ROW.row == FIRST),
        update(access_decisions).where(ROW.row == FIRST).values(status=403),
        update(access_decisions).where(ROW.row == FIRST).values(person="I002"),
        insert(access_decisions).from_select(
            [column.name for column in ROW if column.name != "row"],
            select(*(column for column in ROW if column.name != "row")).limit(1),
        ),
    ],
    ids=["removed", "another answer", "another person", "added"],
)
def test_whoever_changes_a_record_later_is_found_out(sealed: Country, statement: object) -> None:
    sealed.wuhu.services.ledger.publish_and_ask()
    execute(sealed, statement)

    assert standing(sealed) is DayStanding.CHANGED


def test_every_day_is_sealed_once_also_one_without_decisions(sealed: Country) -> None:
    services = sealed.wuhu.services
    sealed.clock.advance(timedelta(days=3))
    with services.unit_of_work() as work:
        more = seal_days(work, now=sealed.clock.now())
        again = seal_days(work, now=sealed.clock.now())
        days = [(item.day, item.decisions) for item in work.decision_days.newest(9)]
        work.commit()

    assert (more, again) == (3, 0)
    assert days == [(DAY + timedelta(days=number), 0) for number in (3, 2, 1)] + [(DAY, 3)]


def test_a_day_is_not_sealed_before_it_is_over_and_written(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.client.get("/api/v1/licenses", headers=wuhu.headers("issuer"))
    wuhu.services.decisions.flush()
    end = bounds_of(DAY)[1]
    with wuhu.services.unit_of_work() as work:
        early = seal_days(work, now=end + timedelta(minutes=9))
        late = seal_days(work, now=end + timedelta(minutes=10))

    assert (early, late) == (0, 1)


def test_what_is_older_than_records_are_kept_is_no_contradiction(sealed: Country) -> None:
    sealed.clock.advance(KEPT)

    assert standing(sealed) is DayStanding.FORGOTTEN


def test_the_auditor_checks_a_day_and_takes_its_proof_along(sealed: Country) -> None:
    sealed.wuhu.services.ledger.publish_and_ask()
    client = sign_in(sealed.wuhu, sealed.wuhu.tokens["auditor"])
    listed = client.get("/audit/decisions").text
    page = client.get(f"/audit/days/{DAY}").text
    address = page.split('href="/audit/proofs/')[1].split('"')[0].replace("&amp;", "&")
    proof = client.get(f"/audit/proofs/{address}")
    missing = client.get("/audit/days/2020-01-01")

    assert f'href="/audit/days/{DAY}"' in listed
    assert "与账本一致" in page
    assert b'"decided"' in parse_proof(proof.text).entry
    assert missing.status_code == 404


def test_nobody_else_checks_days(sealed: Country) -> None:
    client = sign_in(sealed.wuhu, sealed.wuhu.tokens["security_admin"])

    assert client.get(f"/audit/days/{DAY}").status_code == 403
