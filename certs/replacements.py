"""A new version takes the place of the old one (新版本替代旧版本): which may, and how it happens.

延续 and 变更 make a new version of a license: the same serial, the next version number, and a
record that names the old one (关联证照标识). The old one ends as superseded in the transaction
that puts the new one in force, never before, so a crash on the way leaves the old one standing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from certs.applications import LicenseApplication
from certs.civil_dates import start_of
from certs.errors import (
    IllegalTransitionError,
    LicenseError,
    LicenseNotFoundError,
    ReplacementError,
)
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.moves import check_move
from certs.ports import UnitOfWork
from certs.records import LicenseRecord
from certs.statuses import StatusEvent, StatusKind


def find_replaced(
    identifier: str, application: LicenseApplication, *, work: UnitOfWork, desk: IssuingDesk
) -> License:
    """Return the license that an application is to replace.

    Raises:
        LicenseNotFoundError: There is none.
        ReplacementError: It is another holder's, type's or issuer's.
        IllegalTransitionError: It has ended, is suspended, or was replaced already.
    """
    old = work.licenses.find(identifier)
    if old is None:
        raise LicenseNotFoundError(identifier)
    if (old.type_code, old.issuer_code) != (str(desk.license_type.code), str(desk.authority.code)):
        raise ReplacementError("原证照的类型或颁发机构不同 · it is of another type or issuer")
    if old.holder_key != desk.holder_keys.of(application.holder):
        raise ReplacementError("原证照的持证主体不同 · it is another holder's")
    log = work.licenses.events(identifier)
    check_move(log, _ending(log, application.valid_from, desk.clock.now()))
    return old


def find_all_replaced(
    wanted: Iterable[tuple[str, str, LicenseApplication]], *, work: UnitOfWork, desk: IssuingDesk
) -> tuple[dict[str, License], dict[str, LicenseError]]:
    """Return what requests replace, and why some may not, both by the request's key.

    Args:
        wanted: Keys, the identifiers of what they replace, and what they apply for. Of two that
            name one license the first counts.
        work: An open transaction.
        desk: Who issues.
    """
    found: dict[str, License] = {}
    refused: dict[str, LicenseError] = {}
    for key, identifier, application in wanted:
        if any(old.identifier == identifier for old in found.values()):
            refused[key] = IllegalTransitionError("同批已有替代申请 · another request replaces it")
            continue
        try:
            found[key] = find_replaced(identifier, application, work=work, desk=desk)
        except (LicenseNotFoundError, ReplacementError, IllegalTransitionError) as error:
            refused[key] = error
    return found, refused


def _ending(log: Sequence[StatusEvent], valid_from: date, now: datetime) -> StatusEvent:
    """Return the event that ends an old version when the new one begins.

    A version that has not begun is replaced when it would have: until then the one before it
    stands.
    """
    return StatusEvent(
        kind=StatusKind.SUPERSEDED,
        effective_at=max(now, start_of(valid_from), log[0].effective_at),
        recorded_at=now,
        actor="issuance",
    )


def end_replaced(
    license: License, *, work: UnitOfWork, now: datetime
) -> tuple[License, StatusEvent]:
    """End what ``license`` replaces; return that as it was, and its end.

    Raises:
        LicenseNotFoundError: There is none.
        IllegalTransitionError: Another request came first, or it has ended.
    """
    old = work.licenses.claim(license.replaces)
    log = work.licenses.events(old.identifier)
    ending = _ending(log, license.valid_from, now)
    event = replace(ending, reason=f"由 {license.identifier} 替代")
    check_move(log, event)
    work.licenses.append_event(old.identifier, event, expected=old.status)
    return old, event


def taken_over(
    records: Iterable[LicenseRecord], *, work: UnitOfWork, now: datetime
) -> tuple[dict[str, License], frozenset[str]]:
    """Return what records still may replace, and the identifiers of those that may not any more.

    Of two records for one license the first goes on.
    """
    found: dict[str, License] = {}
    lost: set[str] = set()
    for record in records:
        if not record.replaces:
            continue
        old = _replaceable(record, work, now)
        if old is None or old in found.values():
            lost.add(str(record.identifier))
        else:
            found[str(record.identifier)] = old
    return found, frozenset(lost)


def _replaceable(record: LicenseRecord, work: UnitOfWork, now: datetime) -> License | None:
    try:
        old = work.licenses.get(record.replaces)
        log = work.licenses.events(old.identifier)
        check_move(log, _ending(log, record.valid_from, now))
    except (LicenseNotFoundError, IllegalTransitionError):
        return None
    return old
