"""Checks on the document itself: form, coverage, signatures, seals and the record.

One function a check; each returns a finding, or None where an earlier check has already said
that its subject is missing. None needs anything but the document.
"""

from typing import Final

from certs.regions import RegionStanding
from signing.algorithms import sm3
from signing.errors import InvalidSignatureError
from verify.checks import Check, Outcome
from verify.evidence import Evidence
from verify.report import DocumentFormat, Finding

_FEW: Final = 20
_UNSIGNED: Final = frozenset(
    {
        DocumentFormat.QR,
        DocumentFormat.IDENTIFIER,
        DocumentFormat.RECEIPT,
        DocumentFormat.CASE_RECEIPT,
    }
)


def check_format(evidence: Evidence) -> Finding:
    """文件格式: the file is what it claims to be, from its first byte to its last."""
    if evidence.problem is not None:
        return Finding(
            check=Check.FILE_FORMAT,
            outcome=Outcome.BAD,
            reason=evidence.problem.reason,
            facts=evidence.problem.facts,
        )
    return Finding(check=Check.FILE_FORMAT, outcome=Outcome.OK, facts={"format": evidence.format})


def check_present(evidence: Evidence) -> Finding | None:
    """有无签章: there is a signature; codes carry theirs inside, and identifiers none."""
    if evidence.format in _UNSIGNED:
        return None
    count = len(evidence.signatures) or int(evidence.record_message is not None)
    return Finding(
        check=Check.SIGNATURE_PRESENT,
        outcome=Outcome.OK if count or evidence.crowd else Outcome.BAD,
        facts={"count": evidence.crowd or str(count)},
    )


def check_crowd(evidence: Evidence) -> Finding | None:
    """签章数量: a license is sealed once, and nobody looks at a crowd of signatures."""
    several = evidence.is_own and evidence.format is DocumentFormat.PDF
    if not evidence.crowd and not (several and len(evidence.signatures) > 1):
        return None
    return Finding(
        check=Check.SIGNATURE_PROFILE,
        outcome=Outcome.BAD,
        reason="several",
        facts={"count": evidence.crowd or str(len(evidence.signatures))},
    )


def check_strict(evidence: Evidence) -> Finding | None:
    """严格版式: a face of ours is laid out exactly as our writer does it."""
    if not evidence.is_own:
        return None
    if evidence.is_strict:
        return Finding(check=Check.FILE_STRICT, outcome=Outcome.OK)
    return Finding(
        check=Check.FILE_STRICT, outcome=Outcome.BAD, facts={"rule": evidence.broken_rule}
    )


def check_integrity(evidence: Evidence) -> Finding | None:
    """整包保护: the package's signed list of entries names every entry (GM/T 0099)."""
    if not evidence.has_integrity:
        return None
    if evidence.integrity is None:
        return Finding(check=Check.FILE_INTEGRITY, outcome=Outcome.OK)
    return Finding(
        check=Check.FILE_INTEGRITY,
        outcome=Outcome.BAD,
        reason=evidence.integrity.reason,
        facts=evidence.integrity.facts,
    )


def check_record(evidence: Evidence) -> Finding | None:
    """机器可读数据: the face carries its record and the record's signature."""
    if not evidence.is_strict and evidence.format is not DocumentFormat.RECORD:
        return None
    complete = evidence.record is not None and evidence.record_message is not None
    return Finding(check=Check.RECORD_PRESENT, outcome=Outcome.OK if complete else Outcome.BAD)


def check_record_signature(evidence: Evidence) -> Finding | None:
    """数据签名: the signature is over exactly this record."""
    if evidence.record is None or evidence.record_message is None:
        return None
    try:
        evidence.record_message.verify(sm3(evidence.record.encode()))
    except InvalidSignatureError:
        return Finding(check=Check.RECORD_SIGNATURE, outcome=Outcome.BAD)
    return Finding(check=Check.RECORD_SIGNATURE, outcome=Outcome.OK)


def check_identifier(evidence: Evidence) -> Finding | None:
    """标识形式: which liberties an identifier takes with GB/T 36904."""
    forms = evidence.identifier_forms
    if not forms:
        return None
    return Finding(check=Check.IDENTIFIER_FORM, outcome=Outcome.BAD, facts={"forms": listed(forms)})


def check_region_code(evidence: Evidence) -> Finding | None:
    """行政区划代码: the region's code was given when the license was issued."""
    record = evidence.record
    if record is None:
        return None
    region = record.authority.region
    standing = region.standing_on(record.issued_on)
    if standing is RegionStanding.IN_USE:
        return None
    former = region.former
    return Finding(
        check=Check.RECORD_REGION,
        outcome=Outcome.BAD,
        reason=standing.value,
        facts={
            "region": str(region),
            "day": record.issued_on.isoformat(),
            "successors": "、".join(former.successors) if former else "",
        },
    )


def listed(names: tuple[str, ...]) -> str:
    """Return names for people; of very many, the first and how many more."""
    shown = "、".join(names[:_FEW])
    return f"{shown}…（+{len(names) - _FEW}）" if len(names) > _FEW else shown
