"""Figures of data quality, counted by the database: one pass over each table.

They are about licenses that have not ended. What was wrong with one that a new version has
taken the place of stays with it, and is nobody's work any more.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, exists, func, or_, select

from certs.corrections import CorrectionStep
from certs.lints.dimensions import Dimension
from certs.lints.figures import Department, QualityFigures
from certs.lints.names import FILE_LINTS
from certs.statuses import OPEN
from storage.correction_tables import corrections
from storage.license_tables import NOT_ENDED, licenses, status_events
from storage.quality_tables import license_checks, quality_findings

_F: Final = quality_findings.c
_OPEN: Final = _F.cleared_at.is_(None)
_LICENSES: Final = func.count(_F.identifier.distinct())


def count_figures(
    connection: Connection, *, at: datetime, before: datetime | None
) -> QualityFigures:
    """Count everything that reports are made of.

    Args:
        connection: An open transaction.
        at: The present: licenses that have ended by then do not count.
        before: The moment to compare with; None where there is none.
    """
    delays, opened = _checks(connection, at)
    is_open = _OPEN & stands(_F.identifier, at)
    dimensions = _rows(connection, quality_findings, _F.dimension, where=is_open, count=_LICENSES)
    lints = _rows(connection, quality_findings, _F.lint, where=is_open, count=_LICENSES)
    was_open = None if before is None else _open_at(before, now=at)
    return QualityFigures(
        licenses=_counts(connection, licenses, where=_has_not_ended(at)),
        with_findings={(owner, Dimension(name)): count for owner, name, count in dimensions},
        affected=_counts(connection, quality_findings, where=is_open, count=_LICENSES),
        by_lint={(owner, name): count for owner, name, count in lints},
        before=None if was_open is None else _counts(connection, quality_findings, where=was_open),
        now=_counts(connection, quality_findings, where=is_open),
        delays=delays,
        opened=opened,
        unusable=_unusable(connection, is_open),
        corrections=_open_corrections(connection),
    )


def _has_not_ended(at: datetime) -> ColumnElement[bool]:
    """Say of a row of the register that the license stands, or ends later only."""
    return or_(NOT_ENDED, licenses.c.settles_at > at)


def stands(identifier: ColumnElement[str], at: datetime) -> ColumnElement[bool]:
    """Say of a row of another table that its license has not ended."""
    return exists().where(licenses.c.identifier == identifier, _has_not_ended(at))


def _has_ended(at: datetime) -> ColumnElement[bool]:
    """Say of a row of the register that the license has ended."""
    settles_at = licenses.c.settles_at
    return licenses.c.status.not_in(sorted(OPEN)) & (settles_at.is_(None) | (settles_at <= at))


def _checks(
    connection: Connection, at: datetime
) -> tuple[dict[Department, dict[int, int]], dict[Department, int]]:
    """Count licenses by days until they were stored, and those that were opened.

    All are counted, which an index answers alone, and then the few that have ended taken off.
    """
    checks = license_checks.c
    grouped = (checks.type_code, checks.issuer_code, checks.days_to_store)
    query = select(*grouped, func.count(), func.count(checks.opened_at)).group_by(*grouped)
    ended = select(licenses.c.identifier).where(_has_ended(at))
    delays: dict[Department, Counter[int]] = defaultdict(Counter)
    opened: Counter[Department] = Counter()
    for sign, counted in ((1, query), (-1, query.where(checks.identifier.in_(ended)))):
        for type_code, issuer_code, days, count, seen in connection.execute(counted):
            owner = Department(type_code, issuer_code)
            opened[owner] += sign * seen
            if days is not None:
                delays[owner][days] += sign * count
    return {owner: dict(+counts) for owner, counts in delays.items() if +counts}, dict(+opened)


def _open_at(moment: datetime, *, now: datetime) -> ColumnElement[bool]:
    """Say of a finding that it was open at a moment, and its license had not ended by then."""
    event = status_events.c
    had_ended = exists().where(
        event.identifier == _F.identifier,
        event.kind.not_in(sorted(OPEN)),
        event.effective_at <= moment,
        event.recorded_at <= moment,
    )
    # What stands now stood then: its end was overturned, if there was one.
    stood = or_(stands(_F.identifier, now), ~had_ended)
    return (_F.first_seen < moment) & or_(_OPEN, _F.cleared_at >= moment) & stood


def _rows(
    connection: Connection,
    table: FromClause,
    *columns: ColumnElement[Any],
    where: ColumnElement[bool] | None = None,
    count: ColumnElement[int] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Yield departments, what they are divided by, and how often it is there."""
    grouped = (table.c.type_code, table.c.issuer_code, *columns)
    query = select(*grouped, func.count() if count is None else count).group_by(*grouped)
    if where is not None:
        query = query.where(where)
    for type_code, issuer_code, *rest in connection.execute(query.select_from(table)):
        yield Department(type_code, issuer_code), *rest


def _counts(
    connection: Connection,
    table: FromClause,
    *,
    where: ColumnElement[bool] | None = None,
    count: ColumnElement[int] | None = None,
) -> dict[Department, int]:
    return dict(_rows(connection, table, where=where, count=count))


def _unusable(connection: Connection, is_open: ColumnElement[bool]) -> dict[Department, int]:
    """Count licenses that were opened, and about whose files a finding is open."""
    is_opened = (
        select(license_checks.c.identifier)
        .where(license_checks.c.identifier == _F.identifier)
        .where(license_checks.c.opened_at.is_not(None))
        .exists()
    )
    is_about_files = _F.lint.in_(sorted(FILE_LINTS))
    where = is_open & is_about_files & is_opened
    return _counts(connection, quality_findings, where=where, count=_LICENSES)


def _open_corrections(connection: Connection) -> dict[Department, int]:
    """Count corrections that are not archived; what is missing has no issuer yet."""
    issuer = func.coalesce(licenses.c.issuer_code, "")
    query = (
        select(corrections.c.type_code, issuer, func.count())
        .select_from(
            corrections.outerjoin(licenses, licenses.c.identifier == corrections.c.identifier)
        )
        .where(corrections.c.step != CorrectionStep.ARCHIVED.value)
        .group_by(corrections.c.type_code, issuer)
    )
    return {Department(code, owner): count for code, owner, count in connection.execute(query)}
