"""Checks on one signature of a document, in the order of the specification.

Each returns a finding, or None where its subject is missing and another check says so. None
stops the others: people learn everything that is wrong. Source: GM/T 0031-2014, 6.1.2 and
6.2.3 in our own words; the order for GB/T 38540 follows what its implementers do.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from signing.algorithms import sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signed_data import SignedData, SignedDataDialect
from signing.timestamp_tokens import parse_token
from verify.checks import Check, Outcome
from verify.document_checks import listed
from verify.evidence import SignatureEvidence
from verify.report import Finding


def check_profile(signature: SignatureEvidence) -> Finding:
    """签章类型: the value is of a kind that can be judged."""
    problem = signature.value_problem
    if problem is None:
        return _finding(signature, Check.SIGNATURE_PROFILE, Outcome.OK)
    outcome = Outcome.UNKNOWN if problem.reason == "foreign" else Outcome.BAD
    return Finding(
        check=Check.SIGNATURE_PROFILE,
        signature=signature.number,
        outcome=outcome,
        reason=problem.reason,
        facts={"place": signature.place, **problem.facts},
    )


def check_form(signature: SignatureEvidence) -> Finding | None:
    """编码形式: which leniencies reading took; told, never held against a document."""
    tolerated: set[str] = set()
    for part in (signature.seal_signature, signature.signed_data, signature.lone_seal):
        if part is not None:
            tolerated |= set(part.tolerances)
    if not tolerated:
        return None
    return _finding(
        signature, Check.SIGNATURE_FORM, Outcome.BAD, forms=listed(tuple(sorted(tolerated)))
    )


def check_coverage(signature: SignatureEvidence) -> Finding | None:
    """覆盖范围: the signature stands for the whole document as it is shown."""
    if signature.is_detached_alone or signature.lone_seal is not None:
        return None
    problem = signature.uncovered
    if problem is None:
        return _finding(signature, Check.SIGNATURE_COVERAGE, Outcome.OK)
    return Finding(
        check=Check.SIGNATURE_COVERAGE,
        signature=signature.number,
        outcome=Outcome.BAD,
        reason=problem.reason,
        facts=problem.facts,
    )


def check_unprotected(signature: SignatureEvidence) -> Finding | None:
    """未保护内容: a valid signature does not stand for the entries that it leaves out."""
    if signature.uncovered is not None or not signature.unprotected:
        return None
    return _finding(
        signature,
        Check.SIGNATURE_UNPROTECTED,
        Outcome.BAD,
        count=str(len(signature.unprotected)),
        names=listed(signature.unprotected),
    )


def check_references(signature: SignatureEvidence) -> Finding | None:
    """受保护文件: every entry that the signature names is as it was."""
    if not signature.broken:
        return None
    return _finding(
        signature,
        Check.SIGNATURE_REFERENCES,
        Outcome.BAD,
        count=str(len(signature.broken)),
        names=listed(signature.broken),
    )


def check_message(signature: SignatureEvidence) -> Finding | None:
    """数字签名: the CMS or GB/T 35275 message verifies over the bytes it covers."""
    message, signed = signature.message, signature.signed_data
    if message is not None:
        return _verified(
            signature, Check.SIGNATURE_INTACT, lambda: message.verify(signature.digest)
        )
    if signed is None or signature.value_problem is not None:
        return None
    content = signature.content
    if content is not None:
        return _verified(signature, Check.SIGNATURE_INTACT, lambda: signed.verify(content()))
    if _has_its_document(signed):
        return _verified(signature, Check.SIGNATURE_INTACT, signed.verify)
    return _without_document(signature, signed)


def _has_its_document(signed: SignedData) -> bool:
    """Whether the content is the document itself, and neither absent nor a digest."""
    detached = {SignedDataDialect.DETACHED, SignedDataDialect.EMBEDDED_DIGEST}
    return signed.content is not None and not any(
        signer.dialect in detached for signer in signed.signers
    )


def _without_document(signature: SignatureEvidence, signed: SignedData) -> Finding:
    """Judge what can be judged while the document is not at hand."""
    for signer in signed.signers:
        if signer.dialect is SignedDataDialect.DETACHED:
            continue
        try:
            signer.verify_signature()
        except InvalidSignatureError:
            return _finding(signature, Check.SIGNATURE_INTACT, Outcome.BAD)
    return _finding(signature, Check.SIGNATURE_INTACT, Outcome.UNKNOWN, "no-content")


def check_seal_value(signature: SignatureEvidence) -> Finding | None:
    """电子签章: the SES_Signature verifies over its own TBS_Sign."""
    found = signature.seal_signature
    if found is None:
        if signature.message is None:
            return None
        return _finding(signature, Check.SEAL_SIGNATURE_INTACT, Outcome.BAD, "missing")
    return _verified(signature, Check.SEAL_SIGNATURE_INTACT, found.verify_signature)


def check_seal_content(signature: SignatureEvidence) -> Finding | None:
    """原文杂凑: the bytes that the seal was put on are these."""
    found = signature.seal_signature
    if found is None:
        return None
    if signature.is_detached_alone:
        return _finding(signature, Check.SEAL_SIGNATURE_CONTENT, Outcome.UNKNOWN, "no-content")
    return _verified(
        signature, Check.SEAL_SIGNATURE_CONTENT, lambda: found.verify_digest(signature.digest)
    )


def check_seal_signer(signature: SignatureEvidence) -> Finding | None:
    """签章人: the seal lists the certificate that used it."""
    found = signature.seal_signature
    if found is None:
        return None
    outcome = Outcome.OK if found.seal.lists(found.signer) else Outcome.BAD
    return _finding(signature, Check.SEAL_SIGNER, outcome)


def check_agreement(signature: SignatureEvidence) -> Finding | None:
    """两层签名一致: CMS and seal signature name one signer and one time."""
    message, found = signature.message, signature.seal_signature
    if message is None or found is None:
        return None
    times = {message.signed_at, found.signed_at}
    if signature.is_claim_binding and signature.claimed_at is not None:
        times.add(signature.claimed_at)
    agree = message.signer == found.signer and len(times) == 1
    outcome = Outcome.OK if agree else Outcome.BAD
    return _finding(signature, Check.SEAL_SIGNATURE_AGREES, outcome)


def check_seal(signature: SignatureEvidence) -> Finding | None:
    """印章真实: the seal's maker signed it."""
    seal = signature.seal
    if seal is None:
        return None
    facts = {"seal": seal.description.name}
    return _verified(signature, Check.SEAL_GENUINE, seal.verify_maker, **facts)


def check_seal_file(signature: SignatureEvidence) -> Finding | None:
    """印章文件: the seal beside the signature is the seal inside it."""
    if signature.seal_file_agrees:
        return None
    return _finding(signature, Check.SEAL_FILE, Outcome.BAD)


def check_named_document(signature: SignatureEvidence) -> Finding | None:
    """原文属性: the seal signature names the place where it stands, if it names any."""
    if signature.names_document:
        return None
    return _finding(signature, Check.SEAL_SIGNATURE_DOCUMENT, Outcome.BAD)


def check_seal_validity(signature: SignatureEvidence) -> Finding | None:
    """印章有效期: the seal was inside its validity when it was used."""
    seal = signature.seal
    instant = signed_at(signature)
    if seal is None or instant is None:
        return None
    return _finding(
        signature,
        Check.SEAL_VALIDITY,
        Outcome.OK if seal.is_valid_at(instant) else Outcome.BAD,
        sealed=instant.isoformat(),
        valid_from=seal.description.valid_from.isoformat(),
        valid_to=seal.description.valid_to.isoformat(),
    )


def check_timestamps(signature: SignatureEvidence) -> Finding | None:
    """时间戳: the token is over this signature's value and verifies."""
    tokens = [(token, over) for token, over in timestamps(signature) if token]
    if not tokens:
        return None
    for token, over in tokens:
        try:
            parse_token(token).verify(over)
        except (MalformedStructureError, InvalidSignatureError):
            return _finding(signature, Check.TIMESTAMP_INTACT, Outcome.BAD)
    return _finding(signature, Check.TIMESTAMP_INTACT, Outcome.OK)


def timestamps(signature: SignatureEvidence) -> Iterator[tuple[bytes, bytes]]:
    """Yield each layer's token, which may be empty, with SM3 of what it must be over."""
    message, seal, signed = signature.message, signature.seal_signature, signature.signed_data
    yield signature.document_timestamp, signature.digest
    if message is not None:
        yield message.timestamp, sm3(message.signature.to_der())
    if seal is not None:
        yield seal.timestamp, sm3(seal.signature_value)
    for signer in signed.signers if signed is not None else ():
        yield signer.timestamp, sm3(signer.signature_value)


def signed_at(signature: SignatureEvidence) -> datetime | None:
    """Return the signer's own claim of when it signed, if it makes one."""
    if signature.seal_signature is not None:
        return signature.seal_signature.signed_at
    if signature.message is not None:
        return signature.message.signed_at
    if signature.signed_data is not None and signature.signed_data.signers:
        return signature.signed_data.signers[0].signed_at or signature.claimed_at
    return signature.claimed_at


def _verified(
    signature: SignatureEvidence, check: Check, verify: Callable[[], None], **facts: str
) -> Finding:
    try:
        verify()
    except InvalidSignatureError:
        return _finding(signature, check, Outcome.BAD)
    return _finding(signature, check, Outcome.OK, **facts)


def _finding(
    signature: SignatureEvidence, check: Check, outcome: Outcome, reason: str = "", **facts: str
) -> Finding:
    return Finding(
        check=check, signature=signature.number, outcome=outcome, reason=reason, facts=facts
    )


ALL = (
    check_profile,
    check_form,
    check_coverage,
    check_unprotected,
    check_references,
    check_message,
    check_seal_value,
    check_seal_content,
    check_seal_signer,
    check_agreement,
    check_seal,
    check_seal_file,
    check_named_document,
    check_seal_validity,
    check_timestamps,
)
