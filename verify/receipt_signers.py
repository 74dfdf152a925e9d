"""Checks on whoever signed a receipt: a certificate of the region that verified, for receipts.

Two states of knowledge meet here: what was known when the receipt was issued, which it carries,
and what is known today, if somebody asks. Of a certificate that was revoked later only a trusted
timestamp saves what it signed before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from signing.algorithms import sm3
from signing.errors import InvalidPathError
from signing.paths import build_path
from signing.revocation_lists import RevocationList
from signing.roles import Role
from signing.signed_messages import SignedMessage
from verify.chain_checks import CertificateChecks, Subject, check_chain, check_expiry
from verify.checks import Check, Outcome
from verify.readings import Reading, SignatureKind
from verify.receipts import ReceiptVerifier, SignedReceipt
from verify.report import Finding
from verify.sources import Sources
from verify.speakers import parse_lists
from verify.timestamp_checks import trusted_times
from verify.trust_lists import TrustedRegion, TrustList

_CHECKS: Final = CertificateChecks(
    path=Check.RECEIPT_CERTIFICATE_PATH,
    revocation=Check.RECEIPT_CERTIFICATE_REVOCATION,
    expiry=Check.RECEIPT_CERTIFICATE_EXPIRY,
)
_NUMBER: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What is known when a receipt is looked at.

    Attributes:
        now: The time.
        trust: The list that this instance goes by; None if it has none.
        sources: Asks the regions themselves; None to ask nobody.
    """

    now: datetime
    trust: TrustList | None
    sources: Sources | None = None

    @property
    def asks(self) -> bool:
        """Whether regions are asked."""
        return self.sources is not None

    def lists_of(self, region: TrustedRegion) -> tuple[RevocationList, ...]:
        """Return the revocation lists of a region as they are published now."""
        if self.sources is None:
            return ()
        # A region may have moved since the list that named it.
        present = region_named(self.trust, str(region.code)) or region
        return parse_lists(self.sources.revocation_lists(present))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerVerdict:
    """What came of it.

    Attributes:
        is_trusted: The signer spoke for the region when the receipt was issued.
        stamped_at: When a trusted clock saw the signature; None if none did.
    """

    findings: tuple[Finding, ...]
    is_trusted: bool
    stamped_at: datetime | None


def region_named(trust: TrustList | None, code: str) -> TrustedRegion | None:
    """Return the region of a list with a code as somebody wrote it, or None."""
    try:
        return trust.region(RegionCode(code)) if trust is not None else None
    except MalformedIdentifierError:
        return None


def reading_of(message: SignedMessage) -> Reading:
    """Return the signature of a receipt as other signatures are read."""
    return Reading(
        number=_NUMBER,
        place="receipt",
        kind=SignatureKind.SIGNED_DATA,
        signer=message.signer.encoded,
        chain=tuple(item.encoded for item in message.certificates[1:]),
        signed_at=message.signed_at,
        timestamp=message.timestamp,
        stamped=sm3(message.signature.to_der()) if message.timestamp else b"",
        intact=True,
    )


def check_signer(
    receipt: SignedReceipt,
    message: SignedMessage,
    *,
    trust: TrustList | None,
    today: Today,
) -> SignerVerdict:
    """回执证书: path and role when the receipt was issued, revocation as far as it is known.

    Args:
        receipt: The receipt.
        message: Its signature, which verifies.
        trust: The list inside, if it was recognized.
        today: What is known now.
    """
    region = region_named(trust, receipt.verifier.region)
    stamps, times = _times(receipt, message, trust=trust, today=today)
    subject = Subject(
        certificate=message.signer,
        intermediates=message.certificates[1:],
        roles=frozenset({Role.RECEIPT}),
        used_at=receipt.issued_at,
        proven_at=times.get(_NUMBER),
        checks=_CHECKS,
    )
    found = (*stamps, *_of_certificate(subject, receipt, region=region, today=today))
    path = [item for item in found if item.check is _CHECKS.path]
    return SignerVerdict(
        findings=found,
        is_trusted=all(item.outcome is Outcome.OK for item in path),
        stamped_at=times.get(_NUMBER),
    )


def _of_certificate(
    subject: Subject,
    receipt: SignedReceipt,
    *,
    region: TrustedRegion | None,
    today: Today,
) -> Iterator[Finding]:
    if receipt.verifier != ReceiptVerifier.of(receipt.verifier.region, subject.certificate):
        yield subject.finding(_CHECKS.path, Outcome.BAD, "other-name")
        return
    lists = _lists_inside(receipt).get(receipt.verifier.region, ())
    then = check_chain(subject, region, lists=lists, now=receipt.issued_at)
    withdrawn_at = _withdrawn_at(subject, today.trust, receipt)
    if withdrawn_at is not None:
        facts = {"since": withdrawn_at.isoformat()}
        yield subject.finding(_CHECKS.path, Outcome.BAD, "withdrawn", facts)
        return
    later: tuple[Finding, ...] = ()
    if region is not None and today.asks:
        later = check_chain(subject, region, lists=today.lists_of(region), now=today.now)
    yield from later if _is_known(later) else map(_as_issued, then)
    expiry = check_expiry(subject, today.now)
    if expiry is not None:
        yield expiry


def _withdrawn_at(
    subject: Subject, trust: TrustList | None, receipt: SignedReceipt
) -> datetime | None:
    """Return when the list of today says the signer's anchor ended, if before it was used.

    A list from before the withdrawal, inside a receipt from after it, would hide that.
    """
    region = region_named(trust, receipt.verifier.region)
    if region is None:
        return None
    for anchor in region.anchors:
        ended = anchor.withdrawn_at
        if ended is None or ended > receipt.issued_at:
            continue
        try:
            build_path(
                subject.certificate,
                intermediates=subject.intermediates,
                anchors=(anchor.certificate,),
            )
        except InvalidPathError:
            continue
        return ended
    return None


def _is_known(findings: tuple[Finding, ...]) -> bool:
    """Whether somebody told today how the certificate stands."""
    return any(
        item.check is _CHECKS.revocation and (item.outcome, item.reason) != (Outcome.UNKNOWN, "")
        for item in findings
    )


def _as_issued(finding: Finding) -> Finding:
    """Say of what was good that it was so when the receipt was issued, and no later."""
    if finding.check is _CHECKS.revocation and finding.outcome is Outcome.OK:
        return replace(finding, reason="as-issued")
    return finding


def _times(
    receipt: SignedReceipt, message: SignedMessage, *, trust: TrustList | None, today: Today
) -> tuple[tuple[Finding, ...], dict[int, datetime]]:
    """Return what is said of the receipt's timestamp, and the time that it proves."""
    inside = _lists_inside(receipt)

    def as_issued(region: TrustedRegion) -> tuple[RevocationList, ...]:
        return inside.get(str(region.code), ())

    return trusted_times(
        (reading_of(message),),
        trust,
        lists_of=today.lists_of if today.asks else as_issued,
        now=today.now if today.asks else receipt.issued_at,
    )


def _lists_inside(receipt: SignedReceipt) -> Mapping[str, tuple[RevocationList, ...]]:
    """Return the revocation lists that the receipt carries, by region."""
    carried = dict(receipt.grounds.revocation_lists)
    own = receipt.verifier.region
    carried[own] = (*carried.get(own, ()), *receipt.revocation_lists)
    return {region: parse_lists(lists) for region, lists in carried.items()}
