"""The night's work is done once by whoever comes first, and shows when it was done last."""

from datetime import UTC, datetime, timedelta

import pytest

from api.nightly import (
    CASE_INDEX,
    DECISION_DAYS,
    SESSIONS,
    USE_COUNTS,
    Nightly,
    nightly,
    nightly_of,
)
from certs.periodic_runs import PeriodicRun, night_of
from certs.use_logs.counts import Completeness, check_completeness
from tests.instances import Country
from tests.unit.api.test_case_receipts import decided


def ready(country: Country) -> dict[str, str]:
    found: dict[str, str] = country.wuhu.client.get("/readyz").json()
    return found


def test_uses_are_counted_by_the_server_itself_and_it_shows(country: Country) -> None:
    wuhu, services = country.wuhu, country.wuhu.services
    decided(wuhu)
    before = ready(country)
    country.clock.advance(timedelta(days=1))

    first = nightly_of(services).step()
    again = nightly_of(services).step()

    with services.unit_of_work() as work:
        (holder,) = {item.holder_key for item in work.licenses.newest(10)}
        result, count = check_completeness(holder, work)
    assert (before["nightly_use-counts"], before["nightly_case-index"]) == ("never", "never")
    assert (first, again) == ((USE_COUNTS, CASE_INDEX, DECISION_DAYS, SESSIONS), ())
    assert result in {Completeness.WAITING, Completeness.COMPLETE}
    assert count is not None
    assert ready(country)["nightly_use-counts"] == country.clock.now().isoformat()


def test_work_that_fails_shows_and_is_tried_again_an_hour_later(country: Country) -> None:
    services = country.wuhu.services
    tries: list[int] = []

    def fail() -> int:
        tries.append(1)
        raise ArithmeticError

    job = Nightly(jobs={USE_COUNTS: fail}, unit_of_work=services.unit_of_work, clock=services.clock)
    for wait in (0, 1, 59, 1):
        country.clock.advance(timedelta(minutes=wait))
        try:
            job.step()
        except ArithmeticError:
            assert ready(country)["nightly_use-counts"] == "failed"

    assert len(tries) == 2


def test_server_begins_at_once(country: Country) -> None:
    with nightly(country.wuhu.services, interval=60):
        pass

    assert ready(country)["nightly_use-counts"] != "never"


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 3, 18, 17, 59, tzinfo=UTC), datetime(2026, 3, 17, 18, tzinfo=UTC)),
        (datetime(2026, 3, 18, 18, 0, tzinfo=UTC), datetime(2026, 3, 18, 18, tzinfo=UTC)),
    ],
)
def test_night_begins_at_two_in_beijing(now: datetime, night: datetime) -> None:
    done = PeriodicRun(name="x", begun_at=night, ended_at=night)

    assert night_of(now) == night
    assert not done.is_due(now)
    assert done.is_due(night + timedelta(days=1))
