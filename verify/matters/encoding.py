"""A matter as JSON: how it is kept, so that whoever reads it back has the same matter."""

import logging
from collections.abc import Iterable, Iterator
from datetime import date

from certs import canonical
from certs.canonical import JsonValue
from certs.errors import MalformedRecordError
from certs.typed_tables import TypedTable
from verify.errors import MalformedMatterError
from verify.matters.catalogue import Matter
from verify.matters.definitions import SCHEMA, Types, parse_matter
from verify.matters.materials import Material, Necessity
from verify.matters.parties import APPLICANT, Party
from verify.matters.situations import Question
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralRule,
    DepartmentRule,
    LicenseRule,
    Rule,
    Term,
)

logger = logging.getLogger(__name__)

MAX_BYTES = 1 << 20

Entry = dict[str, JsonValue]


def encode_matter(matter: Matter) -> bytes:
    """Return a matter as canonical JSON; the same matter is always the same bytes."""
    return canonical.encode(matter_entry(matter))


def decode_matter(data: bytes, types: Types) -> Matter:
    """Return the matter that `encode_matter` wrote.

    Raises:
        MalformedMatterError: It is none, or names a license type that is not at hand.
    """
    value = canonical.parse_json(data, max_bytes=MAX_BYTES)
    if not isinstance(value, dict):
        raise MalformedMatterError("not a matter")
    return parse_matter(TypedTable(value, error=MalformedMatterError), types)


def readable_matters(kept: Iterable[bytes], types: Types) -> Iterator[Matter]:
    """Yield what `encode_matter` wrote; what cannot be read is left out, and logged.

    A version that names a license type that is gone makes its own cases unreadable, no others.
    """
    for data in kept:
        try:
            yield decode_matter(data, types)
        except (MalformedMatterError, MalformedRecordError) as error:
            logger.warning("a matter that is kept cannot be read: %s", error)


def matter_entry(matter: Matter) -> Entry:
    """Return a matter with the keys of its schema; what says nothing is left out."""
    return _said(
        {
            "schema": SCHEMA,
            "code": matter.code,
            "version": matter.version,
            "name_zh": matter.name_zh,
            "name_en": matter.name_en,
            "audience": matter.audience.value if matter.audience is not None else "",
            "region": str(matter.region or ""),
            "department_zh": matter.department_zh,
            "legal_basis": matter.legal_basis,
            "one_thing": matter.one_thing,
            **_term(matter.term),
            "questions": [_question(item) for item in matter.situations.questions],
            "parties": [_party(item) for item in matter.parties],
            "materials": [_material(item) for item in matter.materials],
        }
    )


def _party(party: Party) -> JsonValue:
    return {"code": party.code, "zh": party.zh, "en": party.en}


def _question(question: Question) -> JsonValue:
    choices: list[JsonValue] = [
        {"code": item.code, "zh": item.zh, "en": item.en} for item in question.choices
    ]
    return _said(
        {
            "code": question.code,
            "zh": question.zh,
            "en": question.en,
            "choices": choices,
            "when": question.when.written(),
        }
    )


def _material(material: Material) -> JsonValue:
    is_required = material.necessity is Necessity.REQUIRED
    exceptions: list[JsonValue] = [
        {"reason": item.reason.value, "legal_zh": item.legal_zh} for item in material.exceptions
    ]
    return _said(
        {
            "code": material.code,
            "name_zh": material.name_zh,
            "name_en": material.name_en,
            "source": material.source.value,
            "necessity": "" if is_required else material.necessity.value,
            "party": "" if material.party == APPLICANT else material.party,
            "when": material.when.written(),
            "exceptions": exceptions,
            "rules": [_rule(item) for item in material.rules],
        }
    )


def _rule(rule: Rule) -> JsonValue:
    common: Entry = {
        "way": rule.way.value,
        "legal_basis": rule.legal_basis,
        **_term(rule.term),
    }
    return _said(common | _own(rule))


def _own(rule: Rule) -> Entry:
    match rule:
        case CancelledRule():
            return {}
        case LicenseRule():
            return {
                "license_types": [str(item) for item in rule.license_types],
                "required_fields": list(rule.required_fields),
                "min_remaining_days": rule.min_remaining_days,
                "regions": [str(item) for item in rule.regions],
                "needs_agreement": rule.needs_agreement,
            }
        case DataRule():
            return {
                "source": rule.source,
                "item": rule.item,
                "question_zh": rule.question_zh,
                "question_en": rule.question_en,
            }
        case DepartmentRule():
            return {
                "department": rule.department,
                "question_zh": rule.question_zh,
                "question_en": rule.question_en,
                "answer_hours": rule.answer_hours,
            }
        case CommitmentRule():
            return {
                "text_zh": rule.text_zh,
                "text_en": rule.text_en,
                "text_version": rule.text_version,
                "risk": rule.risk.value,
                "follow_up_days": rule.follow_up_days,
            }
        case DeferralRule():
            return {"kind": rule.kind.value, "due_days": rule.due_days}


def _term(term: Term) -> Entry:
    return {"valid_from": _day(term.first), "valid_to": _day(term.last)}


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _said(entry: Entry) -> Entry:
    """Leave out what says nothing; numbers and truth values always say something."""
    return {key: value for key, value in entry.items() if value not in ("", [], {})}
