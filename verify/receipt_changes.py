"""What has changed since a receipt was issued (此后变化): told, never weighed.

The list of today shows without asking anyone which regions, anchors and issuers are gone. How
license and seal stand today only their region can tell.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from certs.civil_dates import day_of
from certs.identifiers import SocialCreditCode
from certs.statuses import StatusKind
from signing.seals import Seal
from verify.checks import Check, Outcome
from verify.examination import Examination
from verify.judging import judge
from verify.receipt_signers import region_named
from verify.report import Finding, Report
from verify.seal_status_checks import check_seal_status
from verify.sources import Sources
from verify.speakers import parse_lists
from verify.subjects import seal_of
from verify.trust_lists import TrustedRegion, TrustList

_TERMS: Final = {kind.value: kind.zh for kind in StatusKind} | {
    "ended": "终止",
    "unknown": "未知",
}
_UNKNOWN: Final = "unknown"
_REVOCATIONS: Final = frozenset(
    {
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.SIGNER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
    }
)


def changes_in_trust(
    stated: Report,
    *,
    then: TrustList,
    today: TrustList | None,
    regions: frozenset[str],
    now: datetime,
) -> Iterator[Finding]:
    """Yield what the trust list of today says otherwise than the one relied on.

    Args:
        stated: The verdict.
        then: The list relied on.
        today: The list this instance goes by; None if it has none.
        regions: Codes of the issuing region and of the verifier's.
        now: The time.
    """
    if today is None:
        yield _since(Outcome.UNKNOWN, "no-list")
        return
    if then.root != today.root:
        yield _since(Outcome.BAD, "root-changed", {"version": str(today.version)})
    for code in sorted(regions):
        old, new = region_named(then, code), region_named(today, code)
        if old is not None and new is None:
            yield _since(
                Outcome.BAD, "region-gone", {"region": code, "version": str(today.version)}
            )
        if old is not None and new is not None:
            yield from _anchors(old, new, then=stated.judged_at, now=now)
    yield from _issuer(stated, then=then, today=today, now=now)


def change_in_validity(stated: Report, now: datetime) -> Iterator[Finding]:
    """Yield that the license has expired since, which needs no asking."""
    for finding in stated.findings:
        end = finding.facts.get("valid_to", "")
        is_sound = finding.check is Check.LICENSE_VALIDITY and finding.outcome is Outcome.OK
        if is_sound and end and day_of(now).isoformat() > end:
            yield _since(Outcome.BAD, "expired", {"valid_to": end})


def changes_in_status(
    stated: Report, examination: Examination, *, sources: Sources, now: datetime
) -> Iterator[Finding]:
    """Yield how license, certificates and seal stand today, where the receipt says otherwise.

    Args:
        stated: The verdict.
        examination: What the document says of itself.
        sources: Asks the regions themselves.
        now: The time.
    """
    if stated.license is not None:
        report = judge(examination, sources=sources, policy=stated.policy, now=now)
        yield from _license(stated, report)
        yield from _certificates(stated, report)
    region = _region_of(stated, sources)
    seal = next((seal_of(item) for item in examination.readings if item.seal), None)
    if region is not None and seal is not None:
        yield from _seal(stated, seal, region=region, sources=sources, now=now)


def _anchors(
    old: TrustedRegion, new: TrustedRegion, *, then: datetime, now: datetime
) -> Iterator[Finding]:
    standing = frozenset(new.anchors_at(now))
    for certificate in old.anchors_at(then):
        if certificate in standing:
            continue
        facts = {"region": str(old.code), "anchor": certificate.common_name}
        entry = next((item for item in new.anchors if item.certificate == certificate), None)
        if entry is None or entry.withdrawn_at is None:
            yield _since(Outcome.BAD, "anchor-gone", facts)
        else:
            facts["since"] = entry.withdrawn_at.isoformat()
            yield _since(Outcome.BAD, "anchor-withdrawn", facts)


def _issuer(
    stated: Report, *, then: TrustList, today: TrustList, now: datetime
) -> Iterator[Finding]:
    """Yield that the issuer may issue no more, where it could when the verdict was made."""
    entitled = [item for item in stated.findings if item.check is Check.ISSUER_ENTITLED]
    if not entitled or entitled[0].outcome is not Outcome.OK or stated.license is None:
        return
    code = stated.license.region
    old, new = region_named(then, code), region_named(today, code)
    issuer = SocialCreditCode(stated.license.issuer_code)
    if old is None or new is None or not _may_issue(old, issuer, stated.judged_at):
        return
    if _may_issue(new, issuer, now):
        return
    facts = {"issuer": entitled[0].facts.get("issuer", str(issuer))}
    ends = [item.valid_to for item in new.entries_named(issuer) if item.valid_to is not None]
    if ends:
        facts["since"] = max(ends).isoformat()
        yield _since(Outcome.BAD, "issuer-ended", facts)
    else:
        yield _since(Outcome.BAD, "issuer-gone", facts)


def _may_issue(region: TrustedRegion, issuer: SocialCreditCode, at: datetime) -> bool:
    return any(item.covers(at) for item in region.entries_named(issuer))


def _license(stated: Report, today: Report) -> Iterator[Finding]:
    told = next((item for item in today.findings if item.check is Check.LICENSE_STATUS), None)
    if stated.license is None or today.license is None:
        return
    before, after = stated.license.status, today.license.status
    if told is None or after == _UNKNOWN:
        yield _since(Outcome.UNKNOWN, "license-silent")
        return
    if before == after:
        return
    facts = {
        "before": _TERMS.get(before, before),
        "before_en": before,
        "after": _TERMS.get(after, after),
        "after_en": after,
    }
    if "day" in told.facts:
        facts["day"] = told.facts["day"]
        yield _since(Outcome.BAD, "license-changed", facts, told.as_of)
    else:
        yield _since(Outcome.BAD, "license-listed", facts, told.as_of)


def _certificates(stated: Report, today: Report) -> Iterator[Finding]:
    """Yield which certificates were revoked since, and whether the ledger had the file before.

    The proof in the receipt may be the only one left; its witnesses are those of the list inside.
    """
    told = (item for item in stated.findings if item.check is Check.LEDGER_TIME)
    seen = next((item.facts["time"] for item in told if item.outcome is Outcome.OK), "")
    signers = {item.number: item.signer for item in today.signatures}
    before = {_place(item): item.outcome for item in stated.findings}
    for finding in today.findings:
        since = finding.facts.get("since", "")
        was_sound = before.get(_place(finding)) is Outcome.OK
        if finding.check not in _REVOCATIONS or not since or not was_sound:
            continue
        facts = {"signer": signers.get(finding.signature, "license.p7s"), "since": since}
        if seen and datetime.fromisoformat(seen) < datetime.fromisoformat(since):
            yield _since(Outcome.BAD, "certificate-revoked-after", facts | {"time": seen})
        else:
            yield _since(Outcome.BAD, "certificate-revoked", facts)


def _place(finding: Finding) -> tuple[Check, int]:
    return finding.check, finding.signature


def _seal(
    stated: Report, seal: Seal, *, region: TrustedRegion, sources: Sources, now: datetime
) -> Iterator[Finding]:
    found = check_seal_status(
        seal,
        signature=0,
        used_at=now,
        region=region,
        sources=sources,
        lists=parse_lists(sources.revocation_lists(region)),
        policy=stated.policy,
        now=now,
    )
    was_enabled = any(
        item.check is Check.SEAL_STATUS and item.outcome is Outcome.OK for item in stated.findings
    )
    if found.outcome is Outcome.UNKNOWN:
        yield _since(Outcome.UNKNOWN, "seal-silent", {"seal": seal.description.name})
    elif found.outcome is Outcome.BAD and was_enabled:
        facts = {
            "seal": seal.description.name,
            "after": found.facts.get("term", "未知"),
            "after_en": found.facts.get("state", _UNKNOWN),
            "day": found.facts.get("day", "—"),
        }
        yield _since(Outcome.BAD, "seal-changed", facts, found.as_of)


def _region_of(stated: Report, sources: Sources) -> TrustedRegion | None:
    trust = sources.trust_list()
    if trust is None or stated.license is None:
        return None
    return region_named(trust, stated.license.region)


def _since(
    outcome: Outcome,
    reason: str,
    facts: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
) -> Finding:
    return Finding(
        check=Check.RECEIPT_SINCE,
        outcome=outcome,
        reason=reason,
        facts=facts or {},
        as_of=as_of,
    )
