"""The verification report as JSON; its keys are fixed, because others script against them."""

from datetime import datetime
from typing import Any

from api.wording import sentence, words
from verify.report import Finding, LicenseFacts, Report, SignatureFacts


def report_json(report: Report) -> dict[str, Any]:
    """Return the report's public form."""
    zh, en = sentence(report)
    return {
        "conclusion": report.conclusion.value,
        "conclusion_at_sealing": report.conclusion_at_sealing.value,
        "zh": zh,
        "en": en,
        "format": report.format.value,
        "document_digest": report.document_digest,
        "sealed_at": _instant(report.sealed_at),
        "judged_at": _instant(report.judged_at),
        "license": _license(report.license),
        "signatures": [_signature(item) for item in report.signatures],
        "findings": [_finding(item) for item in report.findings],
        "trust_list": report.trust_list,
        "status_lists": [],
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _license(facts: LicenseFacts | None) -> dict[str, str] | None:
    if facts is None:
        return None
    return {
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
    }


def _signature(facts: SignatureFacts) -> dict[str, Any]:
    return {
        "number": facts.number,
        "place": facts.place,
        "kind": facts.kind,
        "signer": facts.signer,
        "seal": facts.seal,
        "intact": facts.intact,
        "covers": facts.covers,
        "unprotected": list(facts.unprotected),
        "signed_at": _instant(facts.signed_at),
        "stamped_at": _instant(facts.stamped_at),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    zh, en = words(finding)
    return {
        "check": finding.check.value,
        "signature": finding.signature,
        "outcome": finding.outcome.value,
        "level": finding.level.value,
        "reason": finding.reason,
        "as_of": _instant(finding.as_of),
        "zh": zh,
        "en": en,
        "facts": dict(finding.facts),
    }
