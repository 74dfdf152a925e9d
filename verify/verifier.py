"""The verifier (核验): examines what somebody brought, judges who stands behind it, reports."""

from dataclasses import dataclass, replace
from datetime import datetime

from certs.catalogue import PERMANENT
from certs.masking import mask
from certs.records import LicenseRecord
from signing.revocation_lists import RevocationList
from signing.signed_messages import Dialect, SignedMessage
from verify import entitlement_checks as entitlement
from verify.chain_checks import Subject, check_chain, check_expiry
from verify.document_checks import check_page
from verify.evidence import read_message, read_record
from verify.examination import Examination, Reading
from verify.ports import Clock, Examiner, PageReader, RegionClient, TrustSource
from verify.report import Finding, LicenseFacts, Report, SignatureFacts
from verify.requirements import requirements
from verify.seal_status_checks import check_seal_status
from verify.speakers import parse_lists
from verify.status_checks import check_status
from verify.subjects import certificate_of, record_subject, seal_of, subjects_of
from verify.timestamp_checks import trusted_times
from verify.trust_lists import TrustedRegion, TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Judges documents; holds no key that signs licenses or seals."""

    trust: TrustSource
    regions: RegionClient
    examiner: Examiner
    pages: PageReader
    clock: Clock

    def verify(self, data: bytes, *, content: bytes | None = None) -> Report:
        """Judge a document: a PDF, an OFD, a seal, a seal signature or signed data.

        Never raises for what the document holds: a bad document is a report.

        Args:
            data: The document.
            content: What a detached signature is over, if it is at hand.
        """
        examination = self.examiner.examine(data, content)
        if examination.needs_page:
            record = read_record(examination.record)
            page_text = self.pages.page_text(data)
            if record is not None:
                page = check_page(str(record.identifier), page_text)
                examination = replace(examination, findings=(*examination.findings, page))
        return self.judge(examination)

    def judge(self, examination: Examination) -> Report:
        """Judge what an examination found, by the trust and the time there are now."""
        trust, now = self.trust.current(), self.clock.now()
        case = _Case(examination=examination, trust=trust, regions=self.regions, now=now)
        findings = [*examination.findings, entitlement.check_trust_list(trust, now)]
        status = "unknown"
        if case.record is not None:
            findings.append(entitlement.check_region(case.record, case.region))
        findings += case.judge_certificates()
        if case.record is not None:
            more, status = case.judge_claims(case.record)
            findings += more
        return Report(
            format=examination.format,
            document_digest=examination.digest,
            sealed_at=next((item.signed_at for item in examination.readings if item.seal), None),
            judged_at=now,
            license=_license_facts(case.record, status) if case.record is not None else None,
            signatures=tuple(
                _signature_facts(item, case.times.get(item.number)) for item in examination.readings
            ),
            findings=tuple(findings),
            trust_list=trust.identity if trust is not None else "",
            required=requirements(examination),
        )


class _Case:
    """One examination on the judge's desk, with what is known about it."""

    def __init__(
        self,
        *,
        examination: Examination,
        trust: TrustList | None,
        regions: RegionClient,
        now: datetime,
    ) -> None:
        self._examination = examination
        self._readings = examination.readings
        self._trust = trust
        self._client = regions
        self._now = now
        self._lists: dict[str, tuple[RevocationList, ...]] = {}
        self.record: LicenseRecord | None = read_record(examination.record or None)
        self._record_message: SignedMessage | None = read_message(
            Dialect.GB_T_35275, examination.record_signature or None
        )
        self.region: TrustedRegion | None = None
        if self.record is not None and trust is not None:
            self.region = trust.region(self.record.authority.region)
        self._stamp_findings, self.times = trusted_times(
            self._readings, trust, lists_of=self._lists_of, now=now
        )

    def judge_certificates(self) -> list[Finding]:
        """Judge the certificates of every signature, and of the record."""
        findings: list[Finding] = list(self._stamp_findings)
        subjects = list(subjects_of(self._examination, lambda item: self.times.get(item.number)))
        if self._record_message is not None:
            subjects.append(record_subject(self._record_message, proven_at=self.times.get(1)))
        for subject in subjects:
            region = self._region_of(subject)
            lists = self._lists_of(region) if region is not None else ()
            findings += check_chain(subject, region, lists=lists, now=self._now)
            expiry = check_expiry(subject, self._now)
            if expiry is not None:
                findings.append(expiry)
            if region is not None and subject.seal is not None and subject.used_at is not None:
                findings.append(
                    check_seal_status(
                        subject.seal,
                        signature=subject.signature,
                        used_at=subject.used_at,
                        region=region,
                        client=self._client,
                        lists=lists,
                        now=self._now,
                    )
                )
        return findings

    def judge_claims(self, record: LicenseRecord) -> tuple[list[Finding], str]:
        """Judge what the record claims; return findings and the legal status."""
        findings: list[Finding] = []
        sealer = next((certificate_of(item.signer) for item in self._readings if item.seal), None)
        if sealer is not None and self._record_message is not None:
            findings.append(
                entitlement.check_issuer_code(record, sealer, self._record_message.signer)
            )
        findings.append(entitlement.check_validity(record, self._now))
        if self.region is None:
            return findings, "unknown"
        findings.append(entitlement.check_entitled(record, self.region, self._sealed_at()))
        finding, status = check_status(
            record,
            self.region,
            client=self._client,
            lists=self._lists_of(self.region),
            now=self._now,
        )
        return [*findings, finding], status

    def _sealed_at(self) -> datetime:
        """Return when the license was sealed, by a trusted clock where one saw it."""
        for item in self._readings:
            if item.seal and (at := self.times.get(item.number) or item.signed_at):
                return at
        message = self._record_message
        return message.signed_at if message is not None else self._now

    def _region_of(self, subject: Subject) -> TrustedRegion | None:
        """Return the region that answers for a certificate.

        A license names its region, and no other will do. Any other document may come from
        every region that the trust list names.
        """
        if self.record is not None:
            return self.region
        if self._trust is None:
            return None
        return self._trust.region_above(
            subject.certificate,
            intermediates=subject.intermediates,
            at=subject.used_at or self._now,
        )

    def _lists_of(self, region: TrustedRegion) -> tuple[RevocationList, ...]:
        """Return the region's revocation lists, asked for once."""
        url = region.service_url
        if url not in self._lists:
            self._lists[url] = parse_lists(self._client.revocation_lists(url))
        return self._lists[url]


def _license_facts(record: LicenseRecord, status: str) -> LicenseFacts:
    is_organization = record.holder.code_type.is_organization
    return LicenseFacts(
        identifier=str(record.identifier),
        type_code=str(record.identifier.type_code),
        type_name=record.type_name,
        number=record.number if is_organization else mask(record.number),
        issuer_code=str(record.authority.code),
        issuer_name=record.authority.name,
        region=str(record.authority.region),
        holder_shown=record.holder_name if is_organization else mask(record.holder_name),
        valid_from=record.valid_from.isoformat(),
        valid_to=record.valid_to.isoformat() if record.valid_to else PERMANENT,
        status=status,
    )


def _signature_facts(reading: Reading, stamped_at: datetime | None) -> SignatureFacts:
    signer, seal = certificate_of(reading.signer), seal_of(reading)
    return SignatureFacts(
        number=reading.number,
        place=reading.place,
        kind=reading.kind.value,
        signer=signer.common_name if signer is not None else "",
        seal=seal.description.name if seal is not None else "",
        intact=reading.intact,
        covers="partial" if reading.unprotected else "all",
        unprotected=reading.unprotected,
        signed_at=reading.signed_at,
        stamped_at=stamped_at,
    )
