"""The package of a decided case (办件存档信息包): what was asked for, decided and why.

Licenses that are archived already are referred to by digest and length, one copy of each; when
the package is handed over (移交) it is completed, as whoever receives it has no other store.
Source: unconfirmed; GB/T 42727-2023, appendix C (nested packages), by its title.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from certs import canonical
from certs.canonical import JsonValue
from certs.civil_dates import day_of
from certs.errors import MalformedPackageError
from certs.packages.bag_info import PackageKind, PackageType
from certs.packages.envelopes import describe, write_envelope
from certs.packages.events import EventType, PackageEvent, write_events
from certs.packages.files import CASE_RECORD, ENVELOPE, EVENTS, LICENSES, PackageFile, Reference
from certs.packages.jobs import KeptPackage
from certs.packages.license_packages import ArchiveTerms
from certs.packages.metadata import case_metadata
from certs.packages.package import ArchivePackage, make_package
from certs.packages.rules import PackageRule
from certs.regions import RegionCode
from signing.algorithms import sm3
from verify.acceptance.lookups import Lookup
from verify.acceptance.notices import CaseMaterial, CaseView
from verify.acceptance.records import Decision
from verify.archiving.capture import PROGRAM
from verify.archiving.case_histories import CaseHistory
from verify.errors import CaseUndecidedError

SCHEMA = "yinxin.case/1"
NO_HISTORY: Final = CaseHistory()


def case_package(  # noqa: PLR0913 - the parts of a package
    view: CaseView,
    packages: Mapping[str, KeptPackage],
    *,
    history: CaseHistory = NO_HISTORY,
    terms: ArchiveTerms,
    region: RegionCode,
    packed_at: datetime,
) -> ArchivePackage:
    """Return the package of a case that is decided in every material.

    Args:
        view: The case.
        packages: The packages of licenses that it relied on, by identifier; licenses of other
            regions are archived there, and named here.
        history: What belongs to it beside its materials.
        terms: Under whom and for how long.
        region: Where the case was handled.
        packed_at: When this is.

    Raises:
        CaseUndecidedError: A material waits for its decision.
    """
    decided_at = _decided_at(view, history)
    record = PackageFile(content=canonical.encode(_case_json(view) | history.as_json()))
    values = case_metadata(
        view.case.id,
        title=view.matter.name_zh,
        terms=(terms.organization, terms.fonds, terms.retention),
        region=str(region),
        decided_on=day_of(decided_at),
    )
    envelope = write_envelope(
        values,
        describe({CASE_RECORD: record}),
        type=PackageType.ORIGINAL,
        made_at=packed_at,
        made_by=terms.organization,
    )
    events = write_events(_events(view, decided_at, packed_at))
    return make_package(
        organization=terms.organization,
        identifier=view.case.id,
        packed_on=day_of(packed_at),
        kind=PackageKind.CASE,
        fonds=terms.fonds,
        retention=terms.retention,
        files={
            CASE_RECORD: record,
            ENVELOPE: PackageFile(content=envelope),
            EVENTS: PackageFile(content=events),
        },
        references={
            f"{LICENSES}{name}.zip": Reference(
                sm3=kept.object, sha512=kept.sha512, length_bytes=kept.length_bytes
            )
            for name, kept in packages.items()
        },
    )


def licenses_of(view: CaseView) -> tuple[str, ...]:
    """Return the identifiers of the licenses that a case relied on, each once."""
    found = (lookup.license for item in view.materials for lookup in item.evidence)
    return tuple(dict.fromkeys(str(item) for item in found if item is not None))


def completed(package: ArchivePackage, read: Callable[[str], bytes]) -> ArchivePackage:
    """Return the package with everything in it, for handing over (移交).

    Args:
        package: A package that refers to others.
        read: Returns what is stored under a digest.

    Raises:
        MalformedPackageError: What is stored is not what the package refers to.
    """
    files = dict(package.files)
    for name, reference in package.references.items():
        content = read(reference.sm3)
        is_same = sm3(content).hex() == reference.sm3
        if not is_same or hashlib.sha512(content).hexdigest() != reference.sha512:
            raise MalformedPackageError(PackageRule.CONTENT_CHANGED, "another digest", about=name)
        files[name] = PackageFile(content=content, known_sm3=reference.sm3)
    return ArchivePackage(info=package.info, files=files)


def _decided_at(view: CaseView, history: CaseHistory) -> datetime:
    """Return when the case was settled, or its last material was decided."""
    if history.settled_at is not None:
        return history.settled_at
    waiting = [item.material.code for item in view.materials if item.decision is None]
    if waiting or not view.materials:
        raise CaseUndecidedError(view.case.id, tuple(waiting))
    return max(item.decision.decided_at for item in view.materials if item.decision is not None)


def _case_json(view: CaseView) -> dict[str, JsonValue]:
    case = view.case
    return {
        "schema": SCHEMA,
        "case": case.id,
        "matter": {"code": case.matter_code, "version": case.matter_version},
        "applicant": case.applicant.as_json(),
        "parties": {code: party.as_json() for code, party in case.parties.items()},
        "operator": case.operator,
        "opened_at": case.opened_at.isoformat(),
        "situation": dict(case.situation),
        "materials": [_material_json(item) for item in view.materials],
    }


def _material_json(item: CaseMaterial) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {
        "code": item.material.code,
        "name": item.material.name_zh,
        "outcome": item.outcome.value,
    }
    if item.lookup is not None:
        value["lookup"] = _lookup_json(item.lookup)
    if len(item.lookups) > 1:
        value["lookups"] = [_lookup_json(lookup) for lookup in item.lookups]
    if item.decision is not None:
        value["decision"] = _decision_json(item.decision)
    return value


def _lookup_json(lookup: Lookup) -> dict[str, JsonValue]:
    value = {
        "way": lookup.way.value,
        "number": str(lookup.number),
        "result": lookup.result.value,
        "license": str(lookup.license or ""),
        "region": str(lookup.region or ""),
        "conclusion": lookup.conclusion.value if lookup.conclusion else "",
        "looked_up_at": lookup.looked_up_at.isoformat(),
        "due_at": lookup.due_at.isoformat() if lookup.due_at else "",
        "question": str(lookup.question or ""),
        "reference": lookup.reference or "",
    }
    return {name: text for name, text in value.items() if text}


def _decision_json(decision: Decision) -> dict[str, JsonValue]:
    asked = decision.request
    value = {
        "form": asked.form.value,
        "reason": asked.reason.value if asked.reason else "",
        "note": asked.note or "",
        "operator": asked.operator,
        "approver": asked.approver or "",
        "decided_at": decision.decided_at.isoformat(),
    }
    kept: dict[str, JsonValue] = {name: text for name, text in value.items() if text}
    return kept | {"voluntary": asked.voluntary}


def _events(view: CaseView, decided_at: datetime, now: datetime) -> Iterator[PackageEvent]:
    """Yield what happened, from 受理 to packing."""
    case = view.case
    yield _event(EventType.CREATION, "受理", case.opened_at, case.operator)
    decisions = (item.decision for item in view.materials if item.decision is not None)
    for decision in sorted(decisions, key=lambda item: item.decided_at):
        asked = decision.request
        yield _event(EventType.DECISION, "材料认定", decision.decided_at, asked.operator)
    yield _event(EventType.DECISION, "办结", decided_at, case.operator)
    for step in ("收集", "整理", "清点"):
        yield _event(EventType.INGESTION, step, now, PROGRAM)


def _event(type: EventType, step: str, at: datetime, agent: str) -> PackageEvent:  # noqa: A002 - eventType
    return PackageEvent(type=type, step=step, at=at, agent=agent)
