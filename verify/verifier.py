"""The verifier (核验): runs every check over what somebody brought, and reports."""

from dataclasses import dataclass
from datetime import datetime

from certs.catalogue import PERMANENT
from certs.masking import mask
from certs.records import LicenseRecord
from signing.algorithms import sm3
from signing.revocation_lists import RevocationList
from signing.roles import Role
from verify import document_checks as document
from verify import entitlement_checks as entitlement
from verify.chain_checks import Subject, check_chain, check_expiry
from verify.checks import SEALED_FACE, Check, Outcome
from verify.evidence import MAX_FILE_BYTES, PdfEvidence, gather
from verify.ports import Clock, PageReader, RegionClient, TrustSource
from verify.report import DocumentFormat, Finding, LicenseFacts, Report, SignatureFacts
from verify.speakers import parse_lists
from verify.status_checks import check_status
from verify.trust_lists import TrustedRegion

_DOCUMENT_CHECKS = (
    document.check_format,
    document.check_present,
    document.check_profile,
    document.check_coverage,
    document.check_strict,
    document.check_signature,
    document.check_seal_signature,
    document.check_agreement,
    document.check_seal,
    document.check_seal_validity,
    document.check_record,
    document.check_record_signature,
    document.check_page,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """Judges sealed faces; holds no key that signs licenses or seals."""

    trust: TrustSource
    regions: RegionClient
    pages: PageReader
    clock: Clock

    def verify_pdf(self, data: bytes) -> Report:
        """Judge a file that is, or claims to be, a sealed PDF face.

        Never raises for what the file holds: a bad document is a report.
        """
        now = self.clock.now()
        if len(data) > MAX_FILE_BYTES:
            return _too_large(data, now)
        evidence = gather(data, self.pages)
        findings = [
            finding for check in _DOCUMENT_CHECKS if (finding := check(evidence)) is not None
        ]
        trust = self.trust.current()
        findings.append(entitlement.check_trust_list(trust, now))
        license_facts = None
        record = evidence.record
        if record is not None:
            region = trust.region(record.authority.region) if trust is not None else None
            findings.append(entitlement.check_region(record, region))
            more, status = self._judge_claims(evidence, record, region, now)
            findings += more
            license_facts = _license_facts(record, status)
        seal_signature = evidence.seal_signature
        return Report(
            format=DocumentFormat.PDF,
            document_digest=sm3(data).hex(),
            sealed_at=seal_signature.signed_at if seal_signature else None,
            judged_at=now,
            license=license_facts,
            signatures=_signature_facts(evidence, findings),
            findings=tuple(findings),
            trust_list=trust.identity if trust else "",
            required=SEALED_FACE,
        )

    def _judge_claims(
        self,
        evidence: PdfEvidence,
        record: LicenseRecord,
        region: TrustedRegion | None,
        now: datetime,
    ) -> tuple[list[Finding], str]:
        """Return findings on certificates, entitlement and status, and the legal status."""
        lists = self._revocation_lists(region)
        findings: list[Finding] = []
        for subject in _subjects(evidence):
            findings.extend(check_chain(subject, region, lists=lists, now=now))
        seal_signature, record_message = evidence.seal_signature, evidence.record_message
        if seal_signature is not None:
            findings.append(check_expiry(seal_signature.signer, now))
        if seal_signature is not None and record_message is not None:
            findings.append(
                entitlement.check_issuer_code(record, seal_signature.signer, record_message.signer)
            )
        findings.append(entitlement.check_validity(record, now))
        if region is None:
            return findings, "unknown"
        findings.append(entitlement.check_entitled(record, region))
        finding, status = check_status(record, region, client=self.regions, lists=lists, now=now)
        return [*findings, finding], status

    def _revocation_lists(self, region: TrustedRegion | None) -> tuple[RevocationList, ...]:
        if region is None:
            return ()
        return parse_lists(self.regions.revocation_lists(region.service_url))


def _subjects(evidence: PdfEvidence) -> list[Subject]:
    """Return the certificates whose paths matter, each with when it was used."""
    subjects = []
    message, seal_signature = evidence.message, evidence.seal_signature
    if message is not None and seal_signature is not None:
        subjects.append(
            Subject(
                certificate=seal_signature.signer,
                intermediates=message.certificates[1:],
                role=Role.SEAL,
                used_at=seal_signature.signed_at,
                path_check=Check.SEAL_CERTIFICATE_PATH,
                revocation_check=Check.SEAL_CERTIFICATE_REVOCATION,
            )
        )
        subjects.append(
            Subject(
                certificate=seal_signature.seal.maker,
                intermediates=message.certificates[1:],
                role=Role.SEAL_MAKER,
                used_at=seal_signature.seal.description.created_at,
                path_check=Check.MAKER_CERTIFICATE_PATH,
                revocation_check=Check.MAKER_CERTIFICATE_REVOCATION,
            )
        )
    if evidence.record_message is not None:
        subjects.append(
            Subject(
                certificate=evidence.record_message.signer,
                intermediates=evidence.record_message.certificates[1:],
                role=Role.RECORD,
                used_at=evidence.record_message.signed_at,
                path_check=Check.RECORD_CERTIFICATE_PATH,
                revocation_check=Check.RECORD_CERTIFICATE_REVOCATION,
            )
        )
    return subjects


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


def _signature_facts(evidence: PdfEvidence, findings: list[Finding]) -> tuple[SignatureFacts, ...]:
    good = {item.check for item in findings if item.outcome is Outcome.OK}
    whole = Check.SIGNATURE_COVERAGE in good
    trailing = evidence.located[0].trailing_bytes if len(evidence.located) == 1 else 0
    unprotected = () if whole else (f"{trailing} bytes after the sealed part",)
    facts = []
    message, seal_signature = evidence.message, evidence.seal_signature
    if message is not None:
        facts.append(
            SignatureFacts(
                kind="cms",
                signer=message.signer.common_name,
                seal="",
                intact=Check.SIGNATURE_INTACT in good,
                covers="all" if whole else "partial",
                unprotected=unprotected,
                signed_at=message.signed_at,
            )
        )
    if seal_signature is not None:
        facts.append(
            SignatureFacts(
                kind="seal",
                signer=seal_signature.signer.common_name,
                seal=seal_signature.seal.description.name,
                intact=Check.SEAL_SIGNATURE_INTACT in good,
                covers="all" if whole else "partial",
                unprotected=unprotected,
                signed_at=seal_signature.signed_at,
            )
        )
    return tuple(facts)


def _too_large(data: bytes, now: datetime) -> Report:
    finding = Finding(
        check=Check.FILE_FORMAT,
        outcome=Outcome.BAD,
        reason="too-large",
        facts={"limit": str(MAX_FILE_BYTES // 2**20)},
    )
    return Report(
        format=DocumentFormat.PDF,
        document_digest=sm3(data).hex(),
        sealed_at=None,
        judged_at=now,
        license=None,
        signatures=(),
        findings=(finding,),
        trust_list="",
        required=SEALED_FACE,
    )
