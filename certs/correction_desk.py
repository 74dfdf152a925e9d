"""Use cases of corrections (纠错): raise one, take the next step, see what waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from certs.catalogue import LicenseType
from certs.corrections import (
    Correction,
    CorrectionEvent,
    CorrectionKind,
    CorrectionStep,
    new_receipt,
)
from certs.element_names import Element
from certs.errors import CorrectionStepError, MalformedCorrectionError
from certs.ports import Clock, LicenseRepository
from certs.statuses import OPEN, StatusKind, status_at
from certs.transactions import Transaction


class CorrectionBox(Protocol):
    """Keeps corrections."""

    def add(self, correction: Correction, *, request_key: str) -> None:
        """Keep a new correction."""
        ...

    def get(self, receipt: str) -> Correction:
        """Return a correction.

        Raises:
            CorrectionNotFoundError: There is none.
        """
        ...

    def of_request(self, key: str) -> Correction | None:
        """Return the correction that a request led to, or None."""
        ...

    def of_license(self, identifier: str, *, proposer: str) -> tuple[Correction, ...]:
        """Return what somebody said of a license, newest first."""
        ...

    def append(self, receipt: str, event: CorrectionEvent, *, expected: CorrectionStep) -> None:
        """Take a step if the correction still stands at ``expected``; archiving drops its values.

        Raises:
            CorrectionStepError: Somebody else took a step meanwhile.
        """
        ...

    def newest(
        self, limit: int, *, after: str | None = None, open_only: bool = False
    ) -> tuple[Correction, ...]:
        """Return corrections, the newest first, from behind the receipt number ``after``."""
        ...

    def flags(self, identifier: str) -> tuple[Correction, ...]:
        """Return the corrections for which a license carries the flag now, oldest first."""
        ...


class CorrectionWork(Protocol):
    """One transaction over corrections and licenses."""

    @property
    def corrections(self) -> CorrectionBox:
        """The corrections within this transaction."""
        ...

    @property
    def licenses(self) -> LicenseRepository:
        """The register within this transaction."""
        ...


class CorrectionUnit(CorrectionWork, Transaction, Protocol):
    """The same as a unit of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What somebody says is wrong.

    Attributes:
        identifier: The license; empty where it is missing.
        license_type: Its type.
        proposed: Values as they should be, by field or element.
    """

    kind: CorrectionKind
    identifier: str = ""
    license_type: LicenseType
    remark: str = ""
    proposed: Mapping[str, str]


def correctable(license_type: LicenseType) -> frozenset[str]:
    """Return the fields and elements of which somebody may say that they are wrong."""
    return frozenset({spec.name for spec in license_type.fields} | set(Element))


def raise_correction(
    objection: Objection, *, actor: str, request_key: str, work: CorrectionWork, clock: Clock
) -> Correction:
    """Keep a correction and return it with its receipt number; the caller commits.

    The same request leads to the same correction.

    Raises:
        LicenseNotFoundError: There is no such license.
        MalformedCorrectionError: A part is out of place, or a field is not the type's.
    """
    known = work.corrections.of_request(request_key)
    if known is not None:
        return known
    if objection.identifier:
        license = work.licenses.get(objection.identifier)
        if license.type_code != str(objection.license_type.code):
            raise MalformedCorrectionError("证照不是该类型 · the license is of another type")
    if not objection.proposed.keys() <= correctable(objection.license_type):
        raise MalformedCorrectionError("有该类型没有的信息项 · fields that the type has not")
    raised = CorrectionEvent(step=CorrectionStep.RAISED, at=clock.now(), actor=actor)
    correction = Correction(
        receipt=new_receipt(),
        kind=objection.kind,
        identifier=objection.identifier,
        type_code=str(objection.license_type.code),
        remark=objection.remark,
        proposed=dict(objection.proposed),
        events=(raised,),
    )
    work.corrections.add(correction, request_key=request_key)
    return correction


def take_step(
    receipt: str, event: CorrectionEvent, *, unit_of_work: Callable[[], CorrectionUnit]
) -> Correction:
    """Take the next step of a correction (受理、标注、核实、撤销标注、归档).

    Raises:
        CorrectionNotFoundError: There is no such correction.
        CorrectionStepError: The step cannot be taken, or not by this person.
        LicenseNotFoundError: The license that came of it does not exist.
    """
    with unit_of_work() as work:
        correction = work.corrections.get(receipt)
        correction.check_step(event)
        if correction.is_closed_by(event):
            _check_outcome(correction, event, work)
        work.corrections.append(receipt, event, expected=correction.step)
        work.commit()
        return work.corrections.get(receipt)


def _check_outcome(correction: Correction, event: CorrectionEvent, work: CorrectionWork) -> None:
    """Refuse a license that does not answer the correction, or none where one can be issued."""
    if not event.license:
        _check_nothing_is_left(correction, event, work)
        return
    license = work.licenses.get(event.license)
    is_answer = (
        license.replaces == correction.identifier
        if correction.identifier
        else license.type_code == correction.type_code
    )
    if not is_answer:
        raise CorrectionStepError(
            "该证照不是被纠正证照的新版本 · it is not the next version of what is corrected"
        )


def _check_nothing_is_left(
    correction: Correction, event: CorrectionEvent, work: CorrectionWork
) -> None:
    """Refuse to close without a new version, unless the license has ended and can have none."""
    if not correction.identifier or not _has_ended(correction.identifier, event.at, work):
        raise CorrectionStepError(
            "属实的须以新版本纠正并写明其标识 · what is upheld is closed with the new license"
        )
    if not event.reason.strip():
        raise CorrectionStepError("证照已失效而无新版本，请写明理由 · ended: give the reason")


def _has_ended(identifier: str, at: datetime, work: CorrectionWork) -> bool:
    """Tell whether a license has ended without a new version in its place."""
    standing = status_at(work.licenses.events(identifier), day=at, known=at)
    has_more = {*OPEN, StatusKind.SUPERSEDED}
    return standing is not None and standing.kind not in has_more


def is_flagged(identifier: str, *, unit_of_work: Callable[[], CorrectionUnit]) -> bool:
    """Return whether a license carries the flag (标注) of an open correction."""
    with unit_of_work() as work:
        work.only_read()
        return bool(work.corrections.flags(identifier))
