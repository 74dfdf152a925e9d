import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from time import perf_counter

import pytest

from certs.holder_codes import HolderCode
from certs.identifiers import LicenseTypeCode
from certs.regions import RegionCode
from certs.statuses import StatusKind
from tests.doubles.acceptance import (
    APPLICANT,
    BAOJI,
    HOLDER,
    NO_AGREEMENTS,
    NOON,
    RULE,
    WUHU,
    FakeFinder,
    a_license,
)
from verify.acceptance.ports import FoundLicense
from verify.acceptance.reasons import LookupResult
from verify.acceptance.search import judge, search
from verify.conclusions import Conclusion

HEFEI = RegionCode("340100")


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({}, LookupResult.VALID),
        ({"valid_to": None}, LookupResult.VALID),
        ({"valid_to": date(2026, 3, 18)}, LookupResult.VALID),
        ({"valid_to": date(2026, 3, 17)}, LookupResult.EXPIRED),
        ({"status": StatusKind.SUSPENDED}, LookupResult.SUSPENDED),
        ({"status": StatusKind.PENDING}, LookupResult.SUSPENDED),
        ({"status": StatusKind.REVOKED}, LookupResult.REVOKED),
        ({"status": StatusKind.CANCELLED}, LookupResult.REVOKED),
        ({"status": StatusKind.SUPERSEDED}, LookupResult.REVOKED),
        ({"holder_name": "另一家店"}, LookupResult.MISMATCH),
        ({"holder_name": "芜湖市镜湖区 好味道餐饮店(样本)"}, LookupResult.VALID),
        ({"holder": replace(HOLDER, code="11610300MB9TXY014E")}, LookupResult.MISMATCH),
        ({"fields": frozenset({"premises"})}, LookupResult.MISMATCH),
        ({"conclusion": Conclusion.FAILED}, LookupResult.UNVERIFIED),
        ({"conclusion": Conclusion.INDETERMINATE}, LookupResult.UNVERIFIED),
    ],
)
def test_a_found_license_is_judged_by_its_first_obstacle(
    changes: dict[str, object], result: LookupResult
) -> None:
    assert judge(a_license(**changes), RULE, APPLICANT, now=NOON) is result


def test_a_license_of_another_type_does_not_serve() -> None:
    rule = replace(RULE, license_types=(LicenseTypeCode("11100000MB9TXY0149002"),))

    assert judge(a_license(), rule, APPLICANT, now=NOON) is LookupResult.MISMATCH


def test_the_day_is_the_day_in_china() -> None:
    license = a_license(valid_to=date(2026, 3, 18))

    for hours, result in [(11, LookupResult.VALID), (12, LookupResult.EXPIRED)]:
        now = NOON + timedelta(hours=hours)
        assert judge(license, RULE, APPLICANT, now=now) is result


def test_a_license_that_ends_sooner_than_the_rule_allows_does_not_serve() -> None:
    rule = replace(RULE, min_remaining_days=30)

    for day, result in [(17, LookupResult.VALID), (16, LookupResult.EXPIRED)]:
        license = a_license(valid_to=date(2026, 4, day))
        assert judge(license, rule, APPLICANT, now=NOON) is result


def test_a_silent_region_is_never_taken_for_none() -> None:
    revoked = a_license(status=StatusKind.REVOKED)
    for found in ([], [revoked]):
        finders = (FakeFinder(WUHU, list(found)), FakeFinder(BAOJI, is_silent=True))
        result = search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON)
        assert result.result is LookupResult.SOURCE_DOWN
        assert result.license is None


def test_a_silent_home_does_not_hide_a_valid_license_elsewhere() -> None:
    finders = (FakeFinder(WUHU, is_silent=True), FakeFinder(BAOJI, [a_license()]))

    result = search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON)

    assert result.result is LookupResult.VALID


def test_none_is_said_only_when_every_region_answered() -> None:
    finders = (FakeFinder(WUHU), FakeFinder(BAOJI))

    assert (
        search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON).result
        is LookupResult.NONE
    )
    assert (
        search(RULE, APPLICANT, finders=(), recognition=NO_AGREEMENTS, now=NOON).result
        is LookupResult.SOURCE_DOWN
    )


def test_the_valid_one_of_several_licenses_speaks_for_the_applicant() -> None:
    expired = a_license(valid_to=date(2020, 1, 1))
    suspended = a_license(status=StatusKind.SUSPENDED)
    valid = a_license()

    for found, best in [
        ([expired, suspended, valid], valid),
        ([expired, suspended], suspended),
    ]:
        finders = (FakeFinder(WUHU, found),)
        assert (
            search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON).license
            is best
        )


# Other regions at once ------------------------------------------------------------------------


@dataclass
class HeldFinder:
    """A region that answers only when a test lets it."""

    region: RegionCode
    found: list[FoundLicense] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    barrier: threading.Barrier | None = None

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        assert (holder, license_types) == (APPLICANT.code, RULE.license_types)
        if self.barrier is not None:
            self.barrier.wait(timeout=5)
        else:
            self.gate.wait(timeout=5)
        return tuple(self.found)


def test_other_regions_are_asked_at_once() -> None:
    # Neither answers before the other is asked.
    together = threading.Barrier(2)
    finders = (
        FakeFinder(WUHU),
        HeldFinder(BAOJI, barrier=together),
        HeldFinder(HEFEI, [a_license(region=HEFEI)], barrier=together),
    )

    result = search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON)

    assert result.result is LookupResult.VALID


def test_a_region_that_takes_longer_than_the_budget_counts_as_silent() -> None:
    slow = HeldFinder(BAOJI, [a_license()])
    started = perf_counter()

    result = search(
        RULE,
        APPLICANT,
        finders=(FakeFinder(WUHU), slow),
        recognition=NO_AGREEMENTS,
        now=NOON,
        budget=timedelta(milliseconds=50),
    )
    slow.gate.set()

    assert result.result is LookupResult.SOURCE_DOWN
    assert perf_counter() - started < 3


def test_a_slow_region_does_not_hide_a_valid_license_elsewhere() -> None:
    slow = HeldFinder(BAOJI)
    finders = (FakeFinder(WUHU), slow, FakeFinder(HEFEI, [a_license(region=HEFEI)]))

    result = search(
        RULE,
        APPLICANT,
        finders=finders,
        recognition=NO_AGREEMENTS,
        now=NOON,
        budget=timedelta(milliseconds=50),
    )
    slow.gate.set()

    assert result.license is not None
    assert result.license.region == HEFEI


def test_of_two_regions_with_valid_licenses_the_earlier_one_speaks() -> None:
    finders = (
        FakeFinder(WUHU),
        FakeFinder(BAOJI, [a_license()]),
        FakeFinder(HEFEI, [a_license(region=HEFEI)]),
    )

    result = search(RULE, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON)

    assert result.license is not None
    assert result.license.region == BAOJI


def test_only_regions_that_the_rule_allows_are_asked() -> None:
    rule = replace(RULE, regions=(BAOJI,))
    finders = (FakeFinder(WUHU, [a_license(region=WUHU)]), FakeFinder(BAOJI))

    assert (
        search(rule, APPLICANT, finders=finders, recognition=NO_AGREEMENTS, now=NOON).result
        is LookupResult.NONE
    )
    assert finders[0].questions == []


def test_a_fault_of_a_register_is_not_taken_for_its_silence() -> None:
    class Broken(FakeFinder):
        def find(
            self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
        ) -> tuple[FoundLicense, ...]:
            raise ZeroDivisionError((holder, license_types))

    with pytest.raises(ZeroDivisionError):
        search(
            RULE,
            APPLICANT,
            finders=(FakeFinder(WUHU), Broken(BAOJI)),
            recognition=NO_AGREEMENTS,
            now=NOON,
        )
