"""The judgement (判定): from what a document says and what regions say to a report.

The same examination, sources, policy and times give the same report; nothing else goes in.
"""

from datetime import datetime

from verify import entitlement_checks as entitlement
from verify.copy_checks import check_validity
from verify.examination import Examination
from verify.hearings import Hearing, order_of
from verify.offline_code_checks import check_showing
from verify.policies import Policy
from verify.report import Finding, Report
from verify.requirements import requirements
from verify.settlements import Settlement
from verify.sources import RecordingSources, Sources
from verify.status_checks import StatusQuestion, StatusVerdict, check_status
from verify.told_facts import license_facts, signature_facts


def judge(
    examination: Examination,
    *,
    sources: Sources,
    policy: Policy,
    now: datetime,
    moment: datetime | None = None,
) -> Report:
    """Judge what an examination found.

    Args:
        examination: What the document says.
        sources: What regions say, now or as it was recorded.
        policy: What the findings mean.
        now: When the sources are asked; what they say must be fresh then.
        moment: The moment that the verdict is about; None for ``now``. Of a moment that lies
            ahead nobody has fresh knowledge.
    """
    settlement = settle(examination, sources=sources, policy=policy, now=now, moment=moment)
    return finish(settlement, sources=sources, policy=policy, now=now, moment=moment)


def settle(
    examination: Examination,
    *,
    sources: Sources,
    policy: Policy,
    now: datetime,
    moment: datetime | None = None,
) -> Settlement:
    """Judge everything but the license's status; see ``judge``."""
    recording = RecordingSources(sources, now)
    hearing = Hearing(examination, recording, policy, now=now, moment=moment)
    findings = tuple(hearing.findings())
    # The status relies on them, so they are asked for before what was relied on is told.
    lists = hearing.lists_of(hearing.region) if hearing.region is not None else ()
    grounds = recording.grounds()
    return Settlement(
        examination=examination,
        trust=hearing.trust,
        region=hearing.region,
        claims=hearing.claims,
        findings=findings,
        times=hearing.times,
        lists=lists,
        since=now,
        until=hearing.holds_until(findings, grounds) if moment is None else now,
        required=requirements(examination),
        grounds=grounds,
        relied_on=tuple(hearing.relied_on.values()),
    )


def finish(
    settlement: Settlement,
    *,
    sources: Sources,
    policy: Policy,
    now: datetime,
    moment: datetime | None = None,
) -> Report:
    """Ask for the status of what was settled, and report; see ``judge``."""
    recording = RecordingSources(sources, now)
    status, later = _status_of(settlement, recording, policy, now, moment)
    examination, trust = settlement.examination, settlement.trust
    readings = examination.readings
    return Report(
        format=examination.format,
        document_digest=examination.digest,
        sealed_at=next((item.signed_at for item in readings if item.seal), None),
        judged_at=now,
        moment=moment or now,
        license=license_facts(settlement, status),
        claims=status.claims if status is not None else settlement.claims,
        signatures=tuple(
            signature_facts(item, settlement.times.get(item.number)) for item in readings
        ),
        findings=(
            *settlement.findings,
            *_of_copy(settlement, moment or now),
            *check_showing(examination.offline_code, moment or now),
            *later,
        ),
        trust_list=trust.identity if trust is not None else "",
        trust_version=trust.version if trust is not None else 0,
        status_lists=(status.status_list,) if status and status.status_list else (),
        required=settlement.required,
        policy=policy,
        settled=len(settlement.findings),
        written=settlement.written,
        grounds=settlement.grounds.with_more(recording.grounds()),
    )


def _of_copy(settlement: Settlement, at: datetime) -> tuple[Finding, ...]:
    """Judge how long an annotated copy is good: time goes on whatever was settled."""
    found = check_validity(settlement.examination.findings, at)
    return (found,) if found is not None else ()


def _status_of(
    settlement: Settlement,
    sources: Sources,
    policy: Policy,
    now: datetime,
    moment: datetime | None,
) -> tuple[StatusVerdict | None, list[Finding]]:
    """Return how the license stands, and the findings that follow from it."""
    claims, region = settlement.claims, settlement.region
    if claims is None or region is None:
        return None, []
    status = check_status(
        StatusQuestion(
            claims=claims,
            region=region,
            sources=sources,
            lists=settlement.lists,
            order=order_of(settlement.examination, policy),
            longest_age=policy.longest_age,
            now=max(now, moment or now),
            moment=moment,
        )
    )
    if claims.has_validity:
        return status, [status.finding]
    # Of an identifier brought alone only the register knows the validity.
    return status, [*entitlement.check_validity(status.claims, moment or now), status.finding]
