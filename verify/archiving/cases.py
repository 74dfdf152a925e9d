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
from verify.acceptance.notices import CaseView
from verify.archiving.capture import PROGRAM
from verify.archiving.case_histories import NO_HISTORY, CaseHistory
from verify.archiving.case_records import case_record
from verify.case_errors import CaseUndecidedError

NO_FILES: Final[Mapping[str, PackageFile]] = {}


def case_package(  # noqa: PLR0913 - the parts of a package
    view: CaseView,
    packages: Mapping[str, KeptPackage],
    *,
    history: CaseHistory = NO_HISTORY,
    files: Mapping[str, PackageFile] = NO_FILES,
    terms: ArchiveTerms,
    region: RegionCode,
    packed_at: datetime,
) -> ArchivePackage:
    """Return the package of a case that is decided in every material.

    Args:
        view: The case.
        packages: The packages of licenses that it relied on, by identifier; licenses of other
            regions are archived there, and named here.
        history: All that belongs to it.
        files: Its files, as ``case_files`` returns them.
        terms: Under whom and for how long.
        region: Where the case was handled.
        packed_at: When this is.

    Raises:
        CaseUndecidedError: A material waits for its decision.
    """
    decided_at = _decided_at(view, history)
    record = PackageFile(content=canonical.encode(case_record(view, history)))
    values = case_metadata(
        view.case.id,
        title=view.matter.name_zh,
        terms=(terms.organization, terms.fonds, terms.retention),
        region=str(region),
        decided_on=day_of(decided_at),
    )
    envelope = write_envelope(
        values,
        describe({CASE_RECORD: record, **files}),
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
            **files,
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
