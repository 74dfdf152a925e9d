from datetime import date

import pytest

from certs.regions import FIRST_DAYS, FORMER_REGIONS, RegionCode, RegionStanding


@pytest.mark.parametrize(
    ("code", "day", "standing"),
    [
        ("340221", date(2019, 5, 1), RegionStanding.IN_USE),
        ("340221", date(2020, 12, 31), RegionStanding.IN_USE),
        ("340221", date(2021, 1, 1), RegionStanding.ABOLISHED),
        ("610322", date(2024, 1, 1), RegionStanding.ABOLISHED),
        ("340210", date(2019, 12, 31), RegionStanding.NOT_YET),
        ("340210", date(2026, 1, 1), RegionStanding.IN_USE),
        ("340225", date(2010, 1, 1), RegionStanding.NOT_YET),
        ("340225", date(2015, 1, 1), RegionStanding.IN_USE),
        ("340225", date(2020, 1, 1), RegionStanding.ABOLISHED),
        ("110101", date(1950, 1, 1), RegionStanding.IN_USE),
    ],
)
def test_code_stands_as_it_did_on_the_day(code: str, day: date, standing: RegionStanding) -> None:
    assert RegionCode(code).standing_on(day) is standing


def test_a_former_region_names_what_came_after_it() -> None:
    former = RegionCode("340222").former

    assert former is not None
    assert (former.name, former.successors) == ("繁昌县", ("340212",))
    assert RegionCode("340212").former is None


def test_every_successor_is_a_code_that_did_not_end_before_it_began() -> None:
    for former in FORMER_REGIONS.values():
        for code in former.successors:
            after = RegionCode(code)
            assert after.former is None or after.former.until > former.until
            assert FIRST_DAYS.get(code, date.min) <= former.until
