"""The verification report as JSON; its keys are fixed, because others script against them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from pydantic_core import to_json

from api.wording import sentence, words
from certs.typed_tables import TypedTable
from verify.checks import Check, Level, Outcome
from verify.errors import MalformedGroundsError
from verify.examination import Examination
from verify.examination_json import examination_json, parse_examination
from verify.grounds import Grounds
from verify.grounds_json import grounds_json, parse_grounds
from verify.indications import indication_of
from verify.report import (
    Finding,
    LicenseFacts,
    ReceiptFacts,
    Report,
    SignatureFacts,
    StatusListFacts,
)

SCHEMA: Final = "yinxin.report/1"
_REMEMBERED: Final = 16_384


def report_json(report: Report, examination: Examination | None = None) -> dict[str, Any]:
    """Return the report's public form.

    Args:
        report: The report.
        examination: What it judged; with it the form carries all that the verdict follows
            from, so that it can be judged again without the document.
    """
    value = _head(report) | {
        "signatures": [_signature(item) for item in report.signatures],
        "findings": [_finding(item, report) for item in report.findings],
    }
    if examination is not None:
        value["evidence"] = {
            "examination": examination_json(examination.without_people()),
            "grounds": grounds_json(report.grounds),
        }
    return value


def report_bytes(report: Report) -> bytes:
    """Return the report's public form as JSON text, without evidence.

    What it has in common with other reports on the same is written once.
    """
    written = report.written
    if "findings" not in written:
        written["signatures"] = to_json([_signature(item) for item in report.signatures])
        written["findings"] = _listed(report.findings[: report.settled], report)
    later = _listed(report.findings[report.settled :], report)
    between = b"," if written["findings"] and later else b""
    return b"".join(
        (
            to_json(_head(report))[:-1],
            *(b',"signatures":', written["signatures"]),
            *(b',"findings":[', written["findings"], between, later, b"]}"),
        )
    )


def _listed(findings: Iterable[Finding], report: Report) -> bytes:
    return b",".join(
        _written(
            item.check,
            item.signature,
            item.outcome,
            item.reason,
            item.as_of,
            tuple(item.facts.items()),
            report.level(item),
        )
        for item in findings
    )


@lru_cache(_REMEMBERED)
def _written(  # noqa: PLR0913, PLR0917 - all that a finding is
    check: Check,
    signature: int,
    outcome: Outcome,
    reason: str,
    as_of: datetime | None,
    facts: tuple[tuple[str, str], ...],
    level: Level,
) -> bytes:
    """Return a finding as JSON text; of one region's licenses most findings are alike."""
    finding = Finding(
        check=check,
        signature=signature,
        outcome=outcome,
        reason=reason,
        as_of=as_of,
        facts=dict(facts),
    )
    return to_json(_of_level(finding, level))


def _head(report: Report) -> dict[str, Any]:
    """Return everything but signatures, findings and evidence."""
    zh, en = sentence(report)
    indication = indication_of(report)
    return {
        "schema": SCHEMA,
        "conclusion": report.conclusion.value,
        "conclusion_at_sealing": report.conclusion_at_sealing.value,
        "zh": zh,
        "en": en,
        "format": report.format.value,
        "document_digest": report.document_digest,
        "sealed_at": _instant(report.sealed_at),
        "judged_at": _instant(report.judged_at),
        "moment": _instant(report.moment),
        "license": _license(report.license),
        "trust_list": report.trust_list,
        "trust_list_version": report.trust_version,
        "status_lists": [_status_list(item) for item in report.status_lists],
        "policy": {"name": report.policy.name, "identity": report.policy.identity},
        "etsi": {
            "indication": indication.indication,
            "sub_indication": indication.sub_indication,
        },
    } | ({"receipt": _receipt(report.receipt)} if report.receipt is not None else {})


def brief_json(report: Report) -> dict[str, Any]:
    """Return a line of a batch: the verdict, and only the findings that are not good."""
    zh, en = sentence(report)
    facts = report.license
    return {
        "conclusion": report.conclusion.value,
        "zh": zh,
        "en": en,
        "format": report.format.value,
        "identifier": facts.identifier if facts is not None else None,
        "status": facts.status if facts is not None else None,
        "status_as_of": _instant(facts.status_as_of) if facts is not None else None,
        "judged_at": _instant(report.judged_at),
        "trust_list": report.trust_list,
        "policy": report.policy.name,
        "document_digest": report.document_digest,
        "findings": [
            _finding(item, report) for item in report.findings if item.outcome is not Outcome.OK
        ],
    }


def parse_evidence(value: Mapping[str, object]) -> tuple[Examination, Grounds]:
    """Return what a report's verdict followed from.

    Raises:
        MalformedGroundsError: The report carries none, or something else.
        MalformedExaminationError: The facts of the document are something else.
    """
    evidence = value.get("evidence")
    if value.get("schema") != SCHEMA or not isinstance(evidence, dict):
        raise MalformedGroundsError("报告未附依据 · a report without its evidence")
    table = TypedTable(evidence, error=MalformedGroundsError)
    examination, grounds = table.take("examination", dict), table.take("grounds", dict)
    table.finish()
    return parse_examination(examination), parse_grounds(grounds)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _receipt(facts: ReceiptFacts) -> dict[str, Any]:
    """Return what a receipt is, and its verdict as it was made again."""
    stated = facts.stated
    return {
        "number": facts.number,
        "issued_at": _instant(facts.issued_at),
        "verifier": {"region": facts.region, "name": facts.verifier},
        "policy": facts.policy,
        "as_issued": {"zh": facts.zh, "en": facts.en},
        "stated": report_json(stated) if stated is not None else None,
    }


def _license(facts: LicenseFacts | None) -> dict[str, str | None] | None:
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
        "status_as_of": _instant(facts.status_as_of),
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


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    return _of_level(finding, report.level(finding))


def _of_level(finding: Finding, level: Level) -> dict[str, Any]:
    zh, en = words(finding)
    return {
        "check": finding.check.value,
        "signature": finding.signature,
        "outcome": finding.outcome.value,
        "level": level.value,
        "reason": finding.reason,
        "as_of": _instant(finding.as_of),
        "zh": zh,
        "en": en,
        "facts": dict(finding.facts),
    }


def _status_list(facts: StatusListFacts) -> dict[str, str | None]:
    return {
        "uri": facts.uri,
        "version": facts.version,
        "issued_at": _instant(facts.issued_at),
        "expires_at": _instant(facts.expires_at),
    }
