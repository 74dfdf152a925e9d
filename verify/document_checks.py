"""Checks on the file itself: form, coverage, signatures, the record and the page.

One function a check; each returns a finding, or None where an earlier check has already said
that its subject is missing.
"""

import re

from signing.algorithms import sm3
from signing.errors import InvalidSignatureError
from signing.pdf.locating import MAX_SIGNATURES
from verify.checks import Check, Outcome
from verify.evidence import PdfEvidence
from verify.report import Finding

_NO_FILE_RULES = frozenset({"not-a-pdf", "truncated"})


def check_format(evidence: PdfEvidence) -> Finding:
    """文件格式: the file is a PDF from its first byte to its last."""
    if evidence.broken_rule in _NO_FILE_RULES:
        return Finding(check=Check.FILE_FORMAT, outcome=Outcome.BAD, reason=evidence.broken_rule)
    return Finding(check=Check.FILE_FORMAT, outcome=Outcome.OK)


def check_present(evidence: PdfEvidence) -> Finding:
    """有无签章: there is a signature."""
    outcome = Outcome.OK if evidence.located or evidence.has_too_many else Outcome.BAD
    return Finding(
        check=Check.SIGNATURE_PRESENT, outcome=outcome, facts={"count": _count(evidence)}
    )


def check_profile(evidence: PdfEvidence) -> Finding | None:
    """签章类型: one signature, of the kind that this verifier can judge."""
    if evidence.has_too_many or len(evidence.located) > 1:
        return Finding(
            check=Check.SIGNATURE_PROFILE,
            outcome=Outcome.BAD,
            reason="several",
            facts={"count": _count(evidence)},
        )
    if not evidence.located:
        return None
    name = evidence.located[0].sub_filter
    if not evidence.is_own_profile:
        return Finding(
            check=Check.SIGNATURE_PROFILE,
            outcome=Outcome.UNKNOWN,
            reason="foreign",
            facts={"sub_filter": name},
        )
    return Finding(check=Check.SIGNATURE_PROFILE, outcome=Outcome.OK)


def check_coverage(evidence: PdfEvidence) -> Finding | None:
    """覆盖范围: the signature covers every byte of the file but itself."""
    if len(evidence.located) != 1:
        return None
    located = evidence.located[0]
    if located.is_whole_file:
        return Finding(check=Check.SIGNATURE_COVERAGE, outcome=Outcome.OK)
    if located.trailing_bytes > 0:
        return Finding(
            check=Check.SIGNATURE_COVERAGE,
            outcome=Outcome.BAD,
            reason="appended",
            facts={"bytes": str(located.trailing_bytes)},
        )
    return Finding(check=Check.SIGNATURE_COVERAGE, outcome=Outcome.BAD, reason="partial")


def check_strict(evidence: PdfEvidence) -> Finding | None:
    """严格版式: one revision, every object as our writer writes it."""
    if evidence.located and not evidence.is_own_profile:
        return None
    if evidence.strict is None:
        return Finding(
            check=Check.FILE_STRICT, outcome=Outcome.BAD, facts={"rule": evidence.broken_rule}
        )
    return Finding(check=Check.FILE_STRICT, outcome=Outcome.OK)


def check_signature(evidence: PdfEvidence) -> Finding | None:
    """数字签名: the CMS verifies over the bytes it covers."""
    if not evidence.is_own_profile:
        return None
    message = evidence.message
    if message is None:
        return Finding(check=Check.SIGNATURE_INTACT, outcome=Outcome.BAD, reason="malformed")
    try:
        message.verify(evidence.digest)
    except InvalidSignatureError:
        return Finding(check=Check.SIGNATURE_INTACT, outcome=Outcome.BAD)
    return Finding(check=Check.SIGNATURE_INTACT, outcome=Outcome.OK)


def check_seal_signature(evidence: PdfEvidence) -> Finding | None:
    """电子签章: the SES_Signature verifies over the same bytes, by a signer the seal lists."""
    if evidence.message is None:
        return None
    seal_signature = evidence.seal_signature
    if seal_signature is None:
        return Finding(check=Check.SEAL_SIGNATURE_INTACT, outcome=Outcome.BAD, reason="missing")
    try:
        seal_signature.verify(evidence.digest)
    except InvalidSignatureError:
        return Finding(check=Check.SEAL_SIGNATURE_INTACT, outcome=Outcome.BAD)
    return Finding(check=Check.SEAL_SIGNATURE_INTACT, outcome=Outcome.OK)


def check_agreement(evidence: PdfEvidence) -> Finding | None:
    """两层签名一致: CMS and seal signature name one signer and one time."""
    message, seal_signature, strict = evidence.message, evidence.seal_signature, evidence.strict
    if message is None or seal_signature is None or strict is None:
        return None
    times = {message.signed_at, seal_signature.signed_at, strict.signed_at}
    agree = message.signer == seal_signature.signer and len(times) == 1
    return Finding(check=Check.SEAL_SIGNATURE_AGREES, outcome=Outcome.OK if agree else Outcome.BAD)


def check_seal(evidence: PdfEvidence) -> Finding | None:
    """印章真实: the seal's maker signed it."""
    if evidence.seal_signature is None:
        return None
    seal = evidence.seal_signature.seal
    try:
        seal.verify_maker()
    except InvalidSignatureError:
        return Finding(check=Check.SEAL_GENUINE, outcome=Outcome.BAD)
    return Finding(
        check=Check.SEAL_GENUINE, outcome=Outcome.OK, facts={"seal": seal.description.name}
    )


def check_seal_validity(evidence: PdfEvidence) -> Finding | None:
    """印章有效期: the seal was inside its validity when it was used."""
    if evidence.seal_signature is None:
        return None
    seal, instant = evidence.seal_signature.seal, evidence.seal_signature.signed_at
    return Finding(
        check=Check.SEAL_VALIDITY,
        outcome=Outcome.OK if seal.is_valid_at(instant) else Outcome.BAD,
        facts={
            "sealed": instant.isoformat(),
            "valid_from": seal.description.valid_from.isoformat(),
            "valid_to": seal.description.valid_to.isoformat(),
        },
    )


def check_record(evidence: PdfEvidence) -> Finding | None:
    """机器可读数据: the face carries its record and the record's signature."""
    if evidence.strict is None:
        return None
    complete = evidence.record is not None and evidence.record_message is not None
    return Finding(check=Check.RECORD_PRESENT, outcome=Outcome.OK if complete else Outcome.BAD)


def check_record_signature(evidence: PdfEvidence) -> Finding | None:
    """数据签名: the signature is over exactly this record."""
    if evidence.record is None or evidence.record_message is None:
        return None
    try:
        evidence.record_message.verify(sm3(evidence.record.encode()))
    except InvalidSignatureError:
        return Finding(check=Check.RECORD_SIGNATURE, outcome=Outcome.BAD)
    return Finding(check=Check.RECORD_SIGNATURE, outcome=Outcome.OK)


def check_page(evidence: PdfEvidence) -> Finding | None:
    """照面与数据一致: the page prints the identifier that the record has."""
    if evidence.record is None:
        return None
    if evidence.page_text is None:
        return Finding(check=Check.RECORD_PAGE, outcome=Outcome.UNKNOWN, reason="unreadable")
    identifier = str(evidence.record.identifier)
    printed = re.sub(r"\s", "", evidence.page_text)
    return Finding(
        check=Check.RECORD_PAGE,
        outcome=Outcome.OK if identifier in printed else Outcome.BAD,
        facts={"identifier": identifier},
    )


def _count(evidence: PdfEvidence) -> str:
    return f">{MAX_SIGNATURES}" if evidence.has_too_many else str(len(evidence.located))
