"""ASN.1 structures brought by themselves: seals, seal signatures, signed data."""

from dataclasses import replace

from signing import der
from signing.algorithms import sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.seals import parse_seal
from verify.carriers.values import with_value
from verify.evidence import Evidence, Problem, SignatureEvidence
from verify.report import DocumentFormat


def read_structure(data: bytes, content: bytes | None) -> Evidence:
    """Take a DER structure apart; ``content`` is what it is detached from, if at hand."""
    try:
        first = der.children(der.read(data))[0]
        is_message = first.tag == der.OID
        is_seal = not is_message and der.children(first)[0].tag == der.SEQUENCE
    except (MalformedStructureError, IndexError):
        return Evidence(format=DocumentFormat.UNKNOWN, problem=Problem(reason="malformed"))
    if is_seal:
        return _read_seal(data)
    kind = DocumentFormat.SIGNED_DATA if is_message else DocumentFormat.SES
    bare = SignatureEvidence(number=1, place=kind.value, is_detached_alone=content is None)
    if content is not None:
        bare = replace(bare, digest=sm3(content), content=lambda: content)
    signature = with_value(bare, data)
    signed = signature.signed_data
    if signed is not None and not signed.signers:
        # Certificates alone, as some tools hand them out: readable, and signed by nobody.
        return Evidence(format=kind)
    if signature.value_problem is not None and signature.value_problem.reason == "malformed":
        return Evidence(format=kind, problem=signature.value_problem)
    return Evidence(format=kind, signatures=(signature,))


def _read_seal(data: bytes) -> Evidence:
    try:
        seal = parse_seal(data)
    except (MalformedStructureError, InvalidSignatureError):
        return Evidence(format=DocumentFormat.SES, problem=Problem(reason="malformed"))
    lone = SignatureEvidence(number=1, place="SESeal", lone_seal=seal, is_detached_alone=True)
    return Evidence(format=DocumentFormat.SES, signatures=(lone,))
