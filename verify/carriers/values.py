"""Signature values by their first element: a seal signature, a signed message, or neither.

Vendor names around a value are not believed; its own bytes say what it is.
"""

from dataclasses import replace

from signing import der
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.seal_signatures import SealSignature, parse_seal_signature
from signing.signed_data import SignedData, parse_signed_data
from signing.signed_messages import Dialect, SignedMessage
from signing.timestamp_tokens import parse_token
from verify.evidence import Problem, SignatureEvidence, read_message


def with_value(signature: SignatureEvidence, value: bytes) -> SignatureEvidence:
    """Return ``signature`` with ``value`` read into it."""
    message = read_message(Dialect.CMS, value)
    if message is not None:
        return replace(signature, message=message, seal_signature=_carried_seal(message))
    try:
        return _with_foreign(signature, value)
    except (MalformedStructureError, InvalidSignatureError):
        return replace(signature, value_problem=Problem(reason="malformed"))


def values_are_strict(signatures: tuple[SignatureEvidence, ...]) -> bool:
    """Whether every value has the one form that ours have.

    A seal signature leaves certificate and algorithm unsigned, and where no CMS stands around
    it nothing else fixes them.
    """
    return all(_is_strict(item) for item in signatures)


def _is_strict(signature: SignatureEvidence) -> bool:
    message, seal = signature.message, signature.seal_signature
    if message is not None:
        return _is_exact(message.timestamp)
    return seal is not None and seal.is_strict and _is_exact(seal.timestamp)


def _is_exact(timestamp: bytes) -> bool:
    """Whether no byte of a timestamp can vary; true of none at all."""
    try:
        return not timestamp or parse_token(timestamp).is_exact
    except (MalformedStructureError, InvalidSignatureError):
        return False


def _carried_seal(message: SignedMessage) -> SealSignature | None:
    encoded = message.attributes.get(SEAL_SIGNATURE_ATTRIBUTE)
    if encoded is None:
        return None
    try:
        return parse_seal_signature(encoded)
    except (MalformedStructureError, InvalidSignatureError):
        return None


def _with_foreign(signature: SignatureEvidence, value: bytes) -> SignatureEvidence:
    tags = tuple(part.tag for part in der.children(der.read(value)))
    if tags == (der.INTEGER, der.INTEGER):
        return replace(signature, value_problem=Problem(reason="no-certificate"))
    if tags[:1] != (der.OID,):
        return replace(signature, seal_signature=parse_seal_signature(value))
    signed = parse_signed_data(value)
    return replace(signature, signed_data=signed, value_problem=_signer_problem(signed))


def _signer_problem(signed: SignedData) -> Problem | None:
    """Return why the signers cannot be judged, if so."""
    if not signed.signers:
        return Problem(reason="no-signer")
    for signer in signed.signers:
        if SEAL_SIGNATURE_ATTRIBUTE in signer.attributes:
            # Nobody but us writes this attribute, and what we write has one form.
            return Problem(reason="malformed")
        if not signer.is_sm2:
            return Problem(reason="foreign", facts={"algorithm": signer.signature_algorithm})
        if signer.certificate is None:
            return Problem(reason="no-certificate")
    return None
