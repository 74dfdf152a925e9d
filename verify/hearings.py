"""A hearing (审理): the checks of one examination, in their order, and what they rest on."""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from certs import offline_codes, printed_codes
from certs.errors import MalformedIdentifierError
from certs.regions import RegionCode
from signing.certificates import Certificate
from signing.cose import SignedClaims
from signing.revocation_lists import RevocationList
from signing.signed_messages import Dialect
from verify import entitlement_checks as entitlement
from verify.chain_checks import NO_TRUSTED_TIME, Subject, check_chain, check_expiry
from verify.checks import Check, Outcome
from verify.code_checks import check_code, code_subject, read_code
from verify.evidence import read_message
from verify.examination import Examination
from verify.grounds import Grounds
from verify.ledger_checks import ledger_time
from verify.license_claims import LicenseClaims
from verify.offline_code_checks import read_offline_code
from verify.policies import Policy, StatusOrder
from verify.report import DocumentFormat, Finding
from verify.seal_standing_checks import end_of
from verify.seal_status_checks import check_seal_status
from verify.settlements import horizon
from verify.sources import RecordingSources
from verify.speakers import parse_lists
from verify.subjects import certificate_of, record_subject, subjects_of
from verify.timestamp_checks import trusted_times
from verify.trust_lists import TrustedRegion, TrustList

_CODES: Final = frozenset({DocumentFormat.QR, DocumentFormat.IDENTIFIER})


def order_of(examination: Examination, policy: Policy) -> StatusOrder:
    """Return whom to ask first for a status, by what was brought."""
    return policy.codes if examination.format in _CODES else policy.documents


class Hearing:
    """One examination on the judge's desk, with what is known about it.

    Attributes:
        trust: The trust list; None where there is none.
        claims: What the license says of itself; None where there is no license.
        region: The region that issued it; None where the trust list does not know it.
        times: When trusted clocks saw its signatures, by number.
        relied_on: The regions whose publications were asked for, by code.
    """

    def __init__(
        self,
        examination: Examination,
        sources: RecordingSources,
        policy: Policy,
        *,
        now: datetime,
        moment: datetime | None,
    ) -> None:
        self._examination = examination
        self._readings = examination.readings
        self._sources = sources
        self._policy = policy
        self._at = moment or now
        # Nobody can have fresher knowledge of a moment ahead than of now.
        self._now = max(now, self._at)
        self.trust: TrustList | None = sources.trust_list()
        self._record_message = read_message(
            Dialect.GB_T_35275, examination.record_signature or None
        )
        self.claims = examination.license
        self.region = _region_of_claims(self.claims, self.trust)
        self.relied_on: dict[str, TrustedRegion] = {}
        self._certificates: list[Certificate] = []
        self._is_ledger_asked = False
        self._ledger_time: datetime | None = None
        self._stamp_findings, self.times = trusted_times(
            self._readings, self.trust, lists_of=self.lists_of, now=self._now
        )

    def findings(self) -> Iterator[Finding]:
        """Yield every finding, in the order of the checks."""
        yield from self._examination.findings
        yield entitlement.check_trust_list(self.trust, self._now)
        if self.claims is not None:
            yield entitlement.check_region(self.claims, self.region)
        yield from self._stamp_findings
        yield from self._of_certificates()
        yield from self._of_code()
        if self.claims is not None:
            yield from self._of_claims(self.claims)

    def _of_certificates(self) -> Iterator[Finding]:
        """Judge the certificates of every signature, and of the record."""
        subjects = list(subjects_of(self._examination, lambda item: self.times.get(item.number)))
        if self._record_message is not None:
            subjects.append(record_subject(self._record_message, proven_at=self.times.get(1)))
        for subject in subjects:
            yield from self._of_certificate(subject)
        yield from self._known_from_ledger()

    def _of_certificate(self, subject: Subject) -> Iterator[Finding]:
        self._certificates += [subject.certificate, *subject.intermediates]
        region = self._region_of(subject)
        lists = self.lists_of(region) if region is not None else ()
        findings = check_chain(subject, region, lists=lists, now=self._now)
        if region is not None and any(item.reason == NO_TRUSTED_TIME for item in findings):
            seen = yield from self._seen_in_ledger(region)
            if seen is not None:
                subject = replace(subject, proven_at=seen)
                findings = check_chain(subject, region, lists=lists, now=self._now)
        yield from findings
        expiry = check_expiry(subject, self._at)
        if expiry is not None:
            yield expiry
        if region is not None and subject.seal is not None and subject.used_at is not None:
            yield check_seal_status(
                subject.seal,
                signature=subject.signature,
                used_at=subject.used_at,
                region=region,
                sources=self._sources,
                lists=lists,
                policy=self._policy,
                now=self._now,
                order=order_of(self._examination, self._policy),
            )

    def _seen_in_ledger(self, region: TrustedRegion) -> Generator[Finding, None, datetime | None]:
        """Ask by when the file stood in the ledger, where nothing else tells; once a hearing."""
        if self.claims is None or self.trust is None:
            return None
        if not self._is_ledger_asked:
            self._is_ledger_asked = True
            given = self._sources.ledger_proof(region, str(self.claims.identifier))
            finding, self._ledger_time = ledger_time(
                given,
                digest=self._examination.digest,
                region=region,
                trust=self.trust,
                witnesses=self._policy.witnesses,
            )
            yield finding
        return self._ledger_time

    def _known_from_ledger(self) -> Iterator[Finding]:
        """Tell by when the file stood in the ledger, where a proof is at hand and holds."""
        region, trust, claims = self.region, self.trust, self.claims
        if region is None or trust is None or claims is None or self._is_ledger_asked:
            return
        given = self._sources.ledger_proof_at_hand(region, str(claims.identifier))
        if given is None:
            return
        finding, _ = ledger_time(
            given,
            digest=self._examination.digest,
            region=region,
            trust=trust,
            witnesses=self._policy.witnesses,
        )
        if finding.outcome is Outcome.OK:
            yield finding

    def _of_code(self) -> Iterator[Finding]:
        """Judge a code that was brought by itself."""
        signed, domain = self._brought_code()
        if signed is None or self.claims is None or self.region is None:
            return
        candidates = self._sources.certificates(self.region, signed.key_id)
        finding, certificate = check_code(signed, candidates, domain=domain)
        yield finding
        if certificate is not None:
            yield from self._of_certificate(code_subject(certificate, self._now))
            yield entitlement.check_issuer_code(self.claims, {certificate.organization_code})

    def _brought_code(self) -> tuple[SignedClaims | None, str]:
        """Return the signed claims of a code, if one was brought, and what they are signed for."""
        offline = read_offline_code(self._examination.offline_code)
        if offline is not None:
            return offline.signed, offline_codes.DOMAIN
        return read_code(self._examination.code), printed_codes.DOMAIN

    def _of_claims(self, claims: LicenseClaims) -> Iterator[Finding]:
        """Judge what the license claims to be."""
        codes = self._signers_of_record()
        if codes:
            yield entitlement.check_issuer_code(claims, codes)
        yield from entitlement.check_validity(claims, self._at)
        if self.region is not None:
            yield entitlement.check_entitled(claims, self.region, self._sealed_at())

    def _signers_of_record(self) -> set[str]:
        """Return the codes of whoever sealed and signed the record."""
        message = self._record_message
        if message is None:
            return set()
        sealer = next((certificate_of(item.signer) for item in self._readings if item.seal), None)
        if sealer is None and self._examination.is_own:
            return set()
        signers = [message.signer, *([sealer] if sealer is not None else [])]
        return {item.organization_code for item in signers}

    def _sealed_at(self) -> datetime | None:
        """Return when the license was sealed, by a trusted clock where one saw it."""
        for item in self._readings:
            if item.seal and (at := self.times.get(item.number) or item.signed_at):
                return at
        message = self._record_message
        return message.signed_at if message is not None else None

    def _region_of(self, subject: Subject) -> TrustedRegion | None:
        """Return the region that answers for a certificate.

        A license names its region, and no other will do. Any other document may come from
        every region that the trust list names.
        """
        if self.claims is not None:
            return self.region
        if self.trust is None:
            return None
        return self.trust.region_above(
            subject.certificate,
            intermediates=subject.intermediates,
            at=subject.used_at or self._now,
        )

    def lists_of(self, region: TrustedRegion) -> tuple[RevocationList, ...]:
        """Return the region's revocation lists."""
        self.relied_on[str(region.code)] = region
        return parse_lists(self._sources.revocation_lists(region))

    def holds_until(self, findings: Iterable[Finding], grounds: Grounds) -> datetime:
        """Return the first instant at which a date that was looked at turns."""
        if grounds.has_answers:
            return self._now
        regions = self.relied_on.values()
        told = (item.as_of for item in findings if item.check is Check.SEAL_STATUS)
        ends = (end_of(bulletin) for _, bulletin in grounds.seal_standings)
        return horizon(
            self._now,
            trust=self.trust,
            regions=regions,
            certificates=self._certificates,
            lists=[item for region in regions for item in self.lists_of(region)],
            claims=self.claims,
            others=[
                *(at + self._policy.longest_age for at in told if at is not None),
                *(end for end in ends if end is not None),
            ],
        )


def _region_of_claims(
    claims: LicenseClaims | None, trust: TrustList | None
) -> TrustedRegion | None:
    """Return the region of a license: the one it names, or the one of its issuer."""
    if claims is None or trust is None:
        return None
    try:
        if claims.region:
            return trust.region(RegionCode(claims.region))
        return trust.region_of_issuer(claims.issuer)
    except MalformedIdentifierError:
        return None
