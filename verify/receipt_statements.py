"""What a receipt states of a verdict (回执所载结论), as JSON.

Issuing and re-checking call the same function, so whatever a receipt states is remade from its
evidence and compared, and nothing it states stands by itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from certs.canonical import JsonValue
from signing.algorithms import sm3
from verify.examination import Examination
from verify.report import Finding, LicenseFacts, Report, SignatureFacts

Statement: TypeAlias = dict[str, JsonValue]
_LONGEST_PLACE: Final = 80


def statement(report: Report, examination: Examination) -> Statement:
    """Return what a receipt states of ``report``; what is empty is left out.

    Args:
        report: The verdict.
        examination: What it judged.
    """
    return _kept(
        {
            "conclusion": report.conclusion.value,
            "conclusion_at_sealing": report.conclusion_at_sealing.value,
            "judged_at": report.judged_at.isoformat(),
            "moment": report.moment.isoformat(),
            "sealed_at": _instant(report.sealed_at),
            "format": report.format.value,
            "digests": _digests(examination, report),
            "license": _license(report.license),
            "signatures": [_signature(item) for item in report.signatures],
            "findings": [_finding(item, report) for item in report.findings],
            "trust_list": _kept({"identity": report.trust_list, "version": report.trust_version}),
            "status_lists": [
                {
                    "uri": item.uri,
                    "version": item.version,
                    "issued_at": item.issued_at.isoformat(),
                    "expires_at": item.expires_at.isoformat(),
                }
                for item in report.status_lists
            ],
        }
    )


def first_difference(stated: JsonValue, remade: JsonValue) -> str:
    """Return the place where two statements first differ, such as ``findings[3].outcome``.

    Empty where they are alike.
    """
    if isinstance(stated, Mapping) and isinstance(remade, Mapping):
        return _in_objects(stated, remade)
    if isinstance(stated, list) and isinstance(remade, list):
        return _in_lists(stated, remade)
    # Members of an enumeration are text; a truth is no number.
    is_same = stated == remade and isinstance(stated, bool) == isinstance(remade, bool)
    return "" if is_same else "."


def place_of(difference: str) -> str:
    """Return a place for people to read: without its leading dot, and never very long."""
    return difference.lstrip(".")[:_LONGEST_PLACE] or "verdict"


def _in_objects(stated: Mapping[str, JsonValue], remade: Mapping[str, JsonValue]) -> str:
    for key in sorted(stated.keys() | remade.keys()):
        if key not in stated or key not in remade:
            return f".{key}"
        inner = first_difference(stated[key], remade[key])
        if inner:
            return f".{key}{inner.rstrip('.')}"
    return ""


def _in_lists(stated: Sequence[JsonValue], remade: Sequence[JsonValue]) -> str:
    for number, (left, right) in enumerate(zip(stated, remade, strict=False)):
        inner = first_difference(left, right)
        if inner:
            return f"[{number}]{inner.rstrip('.')}"
    return "" if len(stated) == len(remade) else f"[{min(len(stated), len(remade))}]"


def _digests(examination: Examination, report: Report) -> Statement:
    """Return SM3 of the document, of its first seal and of the record, hexadecimal."""
    seal = next((item.seal for item in examination.readings if item.seal), b"")
    claims = examination.license
    return _kept(
        {
            "document": report.document_digest,
            "seal": sm3(seal).hex() if seal else "",
            "license": claims.digest if claims is not None else "",
        }
    )


def _license(facts: LicenseFacts | None) -> Statement:
    if facts is None:
        return {}
    return _kept(
        {
            "identifier": facts.identifier,
            "type_code": facts.type_code,
            "type_name": facts.type_name,
            "number": facts.number,
            "issuer_code": facts.issuer_code,
            "issuer_name": facts.issuer_name,
            "region": facts.region,
            "holder": facts.holder_shown,
            "valid_from": facts.valid_from,
            "valid_to": facts.valid_to,
            "status": facts.status,
            "status_as_of": _instant(facts.status_as_of),
        }
    )


def _signature(facts: SignatureFacts) -> Statement:
    value: Statement = {"number": facts.number, "kind": facts.kind, "intact": facts.intact}
    return value | _kept(
        {
            "place": facts.place,
            "signer": facts.signer,
            "seal": facts.seal,
            "covers": facts.covers,
            "unprotected": list(facts.unprotected),
            "signed_at": _instant(facts.signed_at),
            "stamped_at": _instant(facts.stamped_at),
        }
    )


def _finding(finding: Finding, report: Report) -> Statement:
    return _kept(
        {
            "check": finding.check.value,
            "signature": finding.signature,
            "outcome": finding.outcome.value,
            "level": report.level(finding).value,
            "reason": finding.reason,
            "as_of": _instant(finding.as_of),
            "facts": dict(finding.facts),
        }
    )


def _kept(values: Statement) -> Statement:
    return {name: value for name, value in values.items() if value}


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else instant.isoformat()
