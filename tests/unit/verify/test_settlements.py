"""What is not judged twice, and everything that makes it be judged again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tests import sealed, world
from tests.carrier_cases import status_list_with
from tests.sealed import NOW, At, Held, Regions, code_text, verifier_of
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.settlements import Settlements
from verify.verifier import PUBLIC, Verifier

TEXT = code_text(sealed.record())
INDEX = sealed.record().status_index.index


@dataclass
class Counting(Regions):
    """Counts how often certificates are looked for, which only judging anew does."""

    looked: int = 0

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        self.looked += 1
        return super().revocation_lists(service_url)


def listed(*values: tuple[int, int]) -> Counting:
    return Counting(silent=True, status_lists={(0, None): status_list_with(*values)})


def settled(verifier: Verifier) -> bool:
    """Whether the license would not be judged anew."""
    found = verifier.settlements.find(
        verifier.examine_text(TEXT),
        PUBLIC.policy.identity,
        sources=_sources(verifier),
        now=verifier.clock.now(),
    )
    return found is not None


def _sources(verifier: Verifier):  # type: ignore[no-untyped-def]  # noqa: ANN202
    from verify.sources import LiveSources  # noqa: PLC0415

    return LiveSources(trust=verifier.trust, client=verifier.regions, clock=verifier.clock)


def test_a_license_judged_a_moment_ago_is_not_judged_again() -> None:
    verifier = verifier_of(regions=listed())

    assert not settled(verifier)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.PASSED
    assert settled(verifier)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.PASSED


def test_a_status_that_changes_shows_at_once_all_the_same() -> None:
    regions = listed()
    verifier = verifier_of(regions=regions)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.PASSED

    regions.status_lists[0, None] = status_list_with((INDEX, 1))

    assert settled(verifier)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.FAILED


def test_a_new_revocation_list_is_heeded_at_once() -> None:
    regions = listed()
    verifier = verifier_of(regions=regions)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.PASSED

    regions.lists = sealed.revocations(world.region("340200").record_signer.certificate.serial)

    assert not settled(verifier)
    assert verifier.verify_text(TEXT).conclusion is Conclusion.FAILED


def test_another_trust_list_is_heeded_at_once() -> None:
    verifier = verifier_of(regions=listed())
    verifier.verify_text(TEXT)
    gone = replace(verifier, trust=Held(sealed.trust(sealed.trusted_region("610300"))))

    assert not settled(gone)
    assert gone.verify_text(TEXT).conclusion is Conclusion.INDETERMINATE


def test_certificates_that_are_published_no_more_are_missed_at_once() -> None:
    regions = listed()
    verifier = verifier_of(regions=regions)
    verifier.verify_text(TEXT)

    regions.published = ()

    assert verifier.verify_text(TEXT).conclusion is Conclusion.INDETERMINATE


def at(verifier: Verifier, instant: datetime) -> Verifier:
    return replace(verifier, clock=At(instant))


def test_no_date_is_passed_over() -> None:
    """Trust list, revocation list and validity end at their own instants."""
    verifier = verifier_of(regions=listed())
    verifier.verify_text(TEXT)
    instants = {
        "revocation list": NOW + timedelta(days=7),
        "trust list": NOW + timedelta(days=90),
        "license": datetime.fromisoformat("2031-03-01T00:00:00+08:00"),
    }

    for instant in instants.values():
        assert not settled(at(verifier, instant))
        assert at(verifier, instant).verify_text(TEXT).conclusion is not Conclusion.PASSED


def test_a_clock_put_back_judges_anew() -> None:
    verifier = verifier_of(regions=listed())
    verifier.verify_text(TEXT)

    assert not settled(at(verifier, NOW - timedelta(hours=2)))


def test_what_rests_on_an_answer_of_the_moment_is_not_kept() -> None:
    verifier = verifier_of()
    examination = verifier.examine(sealed.sound())
    verifier.judge(examination)

    kept = verifier.settlements.find(
        examination, PUBLIC.policy.identity, sources=_sources(verifier), now=NOW
    )
    assert kept is None  # the seal's state was asked online


def test_only_so_many_are_kept() -> None:
    verifier = replace(verifier_of(regions=listed()), settlements=Settlements(2))
    texts = [code_text(replace(sealed.record(), salt=bytes([number]) * 16)) for number in range(3)]

    for text in texts:
        verifier.verify_text(text)

    found = [
        verifier.settlements.find(
            verifier.examine_text(text),
            PUBLIC.policy.identity,
            sources=_sources(verifier),
            now=NOW,
        )
        for text in texts
    ]
    assert [item is not None for item in found] == [False, True, True]


def test_an_identifier_is_asked_about_once_and_then_read_from_the_list() -> None:
    told = Regions(
        bend=lambda answer: replace(
            answer,
            valid_from="2026-03-01",
            valid_to="2031-02-28",
            list_number="0",
            list_index=str(INDEX),
        ),
        status_lists={(0, None): status_list_with()},
    )
    verifier = verifier_of(regions=told)
    identifier = str(sealed.record().identifier)
    first = verifier.verify_text(identifier)
    told.silent = True

    second = verifier.verify_text(identifier)

    status = {item.check: item for item in second.findings}[Check.LICENSE_STATUS]
    assert first.conclusion is second.conclusion is Conclusion.PASSED
    assert (status.outcome, status.reason) == (Outcome.OK, "listed")
