"""Issuers that end: what they sealed before stays good, what they seal after is not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.identifiers import SocialCreditCode
from tests import sealed, world
from tests.sealed import NOW
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.entitled_issuers import EntitledIssuer
from verify.errors import TrustListError
from verify.report import Finding, Report
from verify.trust_lists import TrustedRegion, parse_region_entry, region_entry

SECOND = timedelta(seconds=1)
SUCCESSOR = SocialCreditCode(world.ISSUERS["610300"][1])


def region(*issuers: EntitledIssuer) -> TrustedRegion:
    return replace(sealed.trusted_region(), issuers=issuers)


def issuer(**changes: object) -> EntitledIssuer:
    (sound,) = sealed.trusted_region().issuers
    return replace(sound, **changes)  # type: ignore[arg-type]


def judged(*issuers: EntitledIssuer) -> tuple[Report, Finding]:
    """The report on a license sealed at noon, and the finding on its issuer."""
    report = sealed.judge(sealed.sound(), trusted=sealed.trust(region(*issuers)))
    (finding,) = [item for item in report.findings if item.check is Check.ISSUER_ENTITLED]
    return report, finding


def test_what_was_sealed_before_the_authority_was_merged_stays_good() -> None:
    report, finding = judged(issuer(valid_to=world.NOON + SECOND, succeeded_by=SUCCESSOR))

    assert report.conclusion is Conclusion.PASSED
    assert (finding.outcome, finding.reason) == (Outcome.OK, "succeeded")
    assert finding.facts["successor"] == str(SUCCESSOR)


def test_what_is_sealed_in_the_name_of_an_authority_that_ended_is_refused() -> None:
    report, finding = judged(issuer(valid_to=world.NOON, succeeded_by=SUCCESSOR))

    assert report.conclusion is Conclusion.FAILED
    assert (finding.outcome, finding.reason) == (Outcome.BAD, "ended")


def test_an_authority_seals_nothing_before_it_begins() -> None:
    report, finding = judged(issuer(valid_from=world.NOON + SECOND))

    assert report.conclusion is Conclusion.FAILED
    assert (finding.outcome, finding.reason) == (Outcome.BAD, "not-yet")


@pytest.mark.parametrize("changed_at", [world.NOON, world.NOON + SECOND])
def test_a_name_that_changes_leaves_no_gap(changed_at: object) -> None:
    former = issuer(name="旧名", valid_to=changed_at, succeeded_by=issuer().code)
    present = issuer(valid_from=changed_at)

    report, finding = judged(former, present)

    assert report.conclusion is Conclusion.PASSED
    assert finding.outcome is Outcome.OK


def test_the_types_of_an_ended_issuer_are_its_own() -> None:
    (license_type,) = issuer().types
    ended = issuer(valid_to=world.NOON)
    other = issuer(code=SUCCESSOR)

    found = region(ended, other)

    assert not found.entitles(ended.code, license_type, world.NOON)
    assert found.entitles(ended.code, license_type, world.NOON - SECOND)
    assert found.entitles(SUCCESSOR, license_type, NOW)


def test_times_and_successor_come_back_and_lists_without_them_stay_the_same() -> None:
    changed = region(issuer(valid_from=world.NOON, valid_to=NOW, succeeded_by=SUCCESSOR), issuer())
    assert parse_region_entry(region_entry(changed)) == changed

    plain = region_entry(sealed.trusted_region())["issuers"]
    assert isinstance(plain, list)
    assert [sorted(item) for item in plain if isinstance(item, dict)] == [["code", "name", "types"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"succeeded_by": SUCCESSOR},
        {"valid_from": world.NOON, "valid_to": world.NOON},
        {"valid_from": NOW, "valid_to": world.NOON},
    ],
)
def test_times_that_contradict_one_another_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(TrustListError):
        issuer(**changes)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("valid_to", "yesterday"),
        ("valid_to", "2026-03-18T04:00:00"),
        ("valid_from", 5),
        ("succeeded_by", "11340200MB9TXY014X"),
        ("succeeded_by", ["11340200MB9TXY014H"]),
        ("succeeded_by", "11340200MB9TXY014H"),
    ],
)
def test_an_entry_that_is_malformed_is_refused(key: str, value: object) -> None:
    entry = region_entry(sealed.trusted_region())
    issuers = entry["issuers"]
    assert isinstance(issuers, list)
    assert isinstance(issuers[0], dict)
    issuers[0][key] = value

    with pytest.raises(TrustListError):
        parse_region_entry(entry)
