"""How a seal stood, by an answer or by the bulletin: whom the policy hears, and what is kept."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certs.seals.events import SealMove, SealState
from certs.seals.standings import LIFETIME
from certs.seals.status_answers import Standing
from signing.errors import InvalidSignatureError
from tests import sealed, world
from tests.seal_standing_cases import bulletin, moved, seal_standing_cases, silent, standings
from tests.sealed import NOW, Regions, judge, verifier_of
from tests.verdict_cases import Case, findings_of, report_of
from verify import seal_standing_checks
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.grounds import Grounds
from verify.grounds_json import grounds_json, parse_grounds
from verify.judging import judge as judge_grounds
from verify.policies import Purpose, StatusOrder, shipped_policy
from verify.report import Finding, Report
from verify.seal_standing_checks import listed_standing
from verify.sources import RecordedSources
from verify.speakers import parse_lists
from verify.verifier import Inquiry

SUSPENDED = moved(SealMove.SUSPENDED, world.NOON)


@dataclass
class Counting(Regions):
    """Knows how often it was asked for an answer and for the bulletin."""

    answers: int = 0
    bulletins: int = 0

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        self.answers += 1
        return super().ask_seal_status(service_url, code, at=at, nonce=nonce)

    def seal_standings(self, service_url: str) -> bytes | None:
        self.bulletins += 1
        return super().seal_standings(service_url)


def report(
    regions: Regions, order: StatusOrder = StatusOrder.ONLINE_FIRST, *, now: datetime = NOW
) -> Report:
    policy = replace(shipped_policy(Purpose.PUBLIC), documents=order)
    return judge(sealed.sound(), regions=regions, now=now, inquiry=Inquiry(policy=policy))


def found(made: Report) -> Finding:
    return next(item for item in made.findings if item.check is Check.SEAL_STATUS)


@pytest.mark.parametrize("case", seal_standing_cases(), ids=str)
def test_a_silent_region_is_judged_by_its_bulletin_as_designed(case: Case) -> None:
    made = report_of(case)

    assert case.finding in findings_of(made)
    assert (made.conclusion, made.conclusion_at_sealing) == (case.conclusion, case.at_sealing)


def test_an_answer_makes_the_bulletin_needless() -> None:
    regions = Counting(standings=bulletin(standings(SUSPENDED)))

    finding = found(report(regions))

    assert (finding.outcome, finding.reason) == (Outcome.OK, "")
    assert (regions.answers, regions.bulletins) == (1, 0)


def test_a_policy_that_wants_lists_first_asks_nobody_while_the_bulletin_is_good() -> None:
    regions = Counting(standings=bulletin())

    finding = found(report(regions, StatusOrder.LIST_FIRST))

    assert (finding.outcome, finding.reason, finding.as_of) == (Outcome.OK, "listed", NOW)
    assert (regions.answers, regions.bulletins) == (0, 1)


def test_a_policy_that_wants_lists_first_asks_about_what_the_bulletin_calls_bad() -> None:
    regions = Counting(standings=bulletin(standings(SUSPENDED)))

    finding = found(report(regions, StatusOrder.LIST_FIRST))

    assert (finding.outcome, finding.reason) == (Outcome.OK, "")
    silence = replace(regions, seal_silent=True)
    finding = found(report(silence, StatusOrder.LIST_FIRST))
    assert (finding.outcome, finding.reason) == (Outcome.BAD, "list-not-enabled")


def test_a_policy_that_wants_answers_alone_believes_no_bulletin() -> None:
    regions = Counting(seal_silent=True, standings=bulletin())

    finding = found(report(regions, StatusOrder.ONLINE_ONLY))

    assert (finding.outcome, finding.reason) == (Outcome.UNKNOWN, "silent")
    assert regions.bulletins == 0


@pytest.mark.parametrize("purpose", Purpose)
def test_no_purpose_believes_a_bulletin_older_than_it_allows(purpose: Purpose) -> None:
    policy = shipped_policy(purpose)
    # One that has not ended, so that its age alone decides.
    oldest = min(policy.longest_age, LIFETIME - timedelta(seconds=1))
    inquiry = Inquiry(policy=policy)

    def outcome(age: timedelta) -> Outcome:
        data = bulletin(standings(issued_at=NOW - age))
        made = judge(sealed.sound(), regions=silent(data), inquiry=inquiry)
        return found(made).outcome

    assert outcome(oldest) is Outcome.OK
    assert outcome(oldest + timedelta(seconds=1)) is Outcome.UNKNOWN


def test_a_bulletin_that_nobody_may_believe_is_named_beside_the_silence() -> None:
    for data, reason in (
        (bulletin(signer=world.region("610300").status_signer), "not-trusted"),
        (bulletin(standings(issued_at=NOW - LIFETIME)), "expired"),
        (bulletin(standings(region="610300")), "other-region"),
        (None, "missing"),
    ):
        assert found(report(silent(data))).facts["bulletin"] == reason


def test_the_finding_tells_what_the_bulletin_knows() -> None:
    finding = found(report(silent(bulletin(standings(SUSPENDED)))))

    assert finding.facts["state"] == SealState.SUSPENDED
    assert finding.facts["day"] == "2026-03-18"
    assert finding.facts["reason"] == "样例理由"
    assert finding.as_of == NOW


def test_a_revoked_signer_of_bulletins_is_not_believed_although_the_bulletin_was_read_before() -> (
    None
):
    data = bulletin()
    assert report(silent(data)).conclusion is Conclusion.PASSED
    serial = world.region(sealed.CODE).status_signer.certificate.serial
    revoked = Regions(seal_silent=True, standings=data, lists=sealed.revocations(serial))

    assert found(report(revoked)).outcome is Outcome.UNKNOWN


def test_what_is_not_signed_is_not_remembered() -> None:
    altered = bulletin(standings(SUSPENDED)).replace(b'"suspended"', b'"enabled"')

    with pytest.raises(InvalidSignatureError):
        seal_standing_checks._read(altered)


def standing_by(data: bytes) -> Standing:
    """How the sound face's seal stood, by a bulletin alone."""
    return listed_standing(
        data,
        world.region(sealed.CODE).seal,
        used_at=world.NOON,
        region=sealed.trusted_region(),
        lists=parse_lists(sealed.revocations()),
        now=NOW,
    ).standing


BAD_BULLETIN = bulletin(standings(SUSPENDED))
GOOD_BULLETIN = bulletin()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**20), st.integers(1, 255))
def test_no_altered_bulletin_makes_a_bad_seal_good(place: int, mask: int) -> None:
    changed = bytearray(BAD_BULLETIN)
    changed[place % len(changed)] ^= mask

    assert standing_by(BAD_BULLETIN) is Standing.BAD
    assert standing_by(bytes(changed)) is not Standing.GOOD


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300) | st.integers(0, len(GOOD_BULLETIN) - 1))
def test_no_garbage_and_no_piece_of_a_bulletin_is_one(garbage: bytes | int) -> None:
    data = garbage if isinstance(garbage, bytes) else GOOD_BULLETIN[:garbage]

    assert standing_by(data) is Standing.UNKNOWN


def kept(made: Report) -> Grounds:
    """What a report rested on, after it lay in a file."""
    return parse_grounds(grounds_json(made.grounds))


@pytest.mark.parametrize(
    ("data", "conclusion"),
    [
        (bulletin(), Conclusion.PASSED),
        (bulletin(standings(SUSPENDED)), Conclusion.FAILED),
        (None, Conclusion.INDETERMINATE),
    ],
)
def test_a_verdict_by_the_bulletin_is_made_again_without_asking(
    data: bytes | None, conclusion: Conclusion
) -> None:
    made = report(silent(data))
    grounds = kept(made)
    assert grounds == made.grounds

    again = judge_grounds(
        verifier_of().examine(sealed.sound()),
        sources=RecordedSources(grounds, trust=sealed.trust()),
        policy=made.policy,
        now=made.judged_at,
    )

    assert (again.conclusion, again.findings) == (conclusion, made.findings)


def test_what_was_not_asked_for_is_not_kept() -> None:
    data = bulletin()

    assert report(Regions(standings=data)).grounds.seal_standings == ()
    assert report(silent(data)).grounds.seal_standings == ((sealed.CODE, data),)
