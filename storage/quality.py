"""What lints found, in the database."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from certs.errors import LintRunError
from certs.licenses import License
from certs.lints.dimensions import LintLevel
from certs.lints.figures import QualityFigures
from certs.lints.findings import Assessment, KeptFinding, LintFinding
from certs.lints.names import FILE_LINTS
from certs.lints.runs import LintRun, StockScope
from certs.lints.worklists import OpenFinding, WorkScope
from certs.statuses import OPEN, StatusKind
from storage.dialects import insert_of
from storage.license_tables import licenses
from storage.licenses import license_from
from storage.quality_figures import count_figures, stands
from storage.quality_tables import license_checks, lint_runs, quality_findings

_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""
_ACTIVE: Final = StatusKind.ACTIVE.value


class SqlQuality:
    """Reads and writes findings on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, assessments: Sequence[Assessment], *, at: datetime) -> None:
        """Keep what a look at licenses found; those not found any more are cleared."""
        for first in range(0, len(assessments), _ANY):
            self._keep(assessments[first : first + _ANY], at)

    def _keep(self, assessments: Sequence[Assessment], at: datetime) -> None:
        found = {
            (item.identifier, finding.lint, finding.field): (item, finding)
            for item in assessments
            for finding in item.findings
        }
        opened = {item.identifier: item.has_opened_files for item in assessments}
        known, again, gone = set(), [], []
        for row in self._open(opened):
            key = (row["identifier"], row["lint"], row["field"])
            known.add(key)
            if key in found:
                again.append(row["row"])
            elif opened[row["identifier"]] or row["lint"] not in FILE_LINTS:
                gone.append(row["row"])
        self._mark(again, last_seen=at)
        self._mark(gone, cleared_at=at)
        fresh = [_finding_row(*found[key], at) for key in found if key not in known]
        if fresh:
            # Another look at the same license may have been faster.
            statement = insert_of(self._connection, quality_findings).on_conflict_do_nothing()
            self._connection.execute(statement, fresh)
        self._note_checks(assessments, at)

    def _open(self, identifiers: Collection[str]) -> Sequence[RowMapping]:
        table = quality_findings.c
        query = select(table.row, table.identifier, table.lint, table.field).where(
            table.identifier.in_(identifiers), table.cleared_at.is_(None)
        )
        return self._connection.execute(query).mappings().all()

    def _mark(self, rows: Sequence[int], **values: datetime) -> None:
        for first in range(0, len(rows), _ANY):
            chosen = quality_findings.c.row.in_(rows[first : first + _ANY])
            self._connection.execute(update(quality_findings).where(chosen).values(**values))

    def _note_checks(self, assessments: Iterable[Assessment], at: datetime) -> None:
        rows = [_check_row(item, at) for item in assessments]
        if not rows:
            return
        statement = insert_of(self._connection, license_checks)
        new = statement.excluded
        updated = statement.on_conflict_do_update(
            index_elements=["identifier"],
            set_={
                "checked_at": new.checked_at,
                "days_to_store": func.coalesce(new.days_to_store, license_checks.c.days_to_store),
                "opened_at": func.coalesce(new.opened_at, license_checks.c.opened_at),
            },
        )
        self._connection.execute(updated, rows)

    def of_license(self, identifier: str) -> tuple[KeptFinding, ...]:
        """Return all findings of a license, those that are open first, then the newest first."""
        table = quality_findings.c
        query = (
            select(quality_findings)
            .where(table.identifier == identifier)
            .order_by(table.cleared_at.is_not(None), table.last_seen.desc(), table.row.desc())
        )
        return tuple(_finding_from(row) for row in self._connection.execute(query).mappings())

    def open_findings(
        self, scope: WorkScope, *, at: datetime, after: int, limit: int
    ) -> tuple[OpenFinding, ...]:
        """Return open findings of licenses that have not ended, the oldest first."""
        table = quality_findings.c
        query = select(quality_findings).where(
            table.row > after, table.cleared_at.is_(None), stands(table.identifier, at)
        )
        if scope.type_code:
            query = query.where(table.type_code == scope.type_code)
        if scope.lint:
            query = query.where(table.lint == scope.lint)
        rows = self._connection.execute(query.order_by(table.row).limit(limit)).mappings()
        return tuple(OpenFinding(row["row"], row["type_code"], _finding_from(row)) for row in rows)

    def neighbors(
        self, holder_keys: Collection[str], type_codes: Collection[str], *, at: datetime, most: int
    ) -> tuple[License, ...]:
        """Return the newest licenses in force of holders, of some types."""
        found: list[License] = []
        keys = sorted(holder_keys)
        for first in range(0, len(keys), _ANY):
            place = func.row_number().over(
                partition_by=(licenses.c.holder_key, licenses.c.type_code),
                order_by=licenses.c.row.desc(),
            )
            ranked = (
                select(licenses.c.row, place.label("place"))
                .where(
                    licenses.c.holder_key.in_(keys[first : first + _ANY]),
                    licenses.c.type_code.in_(sorted(type_codes)),
                    or_(licenses.c.status == _ACTIVE, licenses.c.settles_at > at),
                )
                .subquery()
            )
            query = (
                select(licenses)
                .join(ranked, ranked.c.row == licenses.c.row)
                .where(ranked.c.place <= most)
                .order_by(licenses.c.row.desc())
            )
            found += [license_from(row) for row in self._connection.execute(query).mappings()]
        return tuple(found)

    def begin_run(self, scope: StockScope, *, at: datetime, begun_after: datetime) -> LintRun:
        """Return the look of this scope that was interrupted, or a new one."""
        table = lint_runs.c
        query = (
            select(lint_runs)
            .where(
                table.type_code == scope.type_code,
                table.since.is_not_distinct_from(scope.since),
                table.has_ended == scope.has_ended,
                table.opens_files == scope.opens_files,
                table.started_at > begun_after,
                table.finished_at.is_(None),
            )
            .order_by(table.number.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        if row is not None:
            return _run_from(row)
        values = {
            "type_code": scope.type_code,
            "since": scope.since,
            "has_ended": scope.has_ended,
            "opens_files": scope.opens_files,
            "started_at": at,
            "after": 0,
            "licenses": 0,
            "found": 0,
        }
        made = self._connection.execute(insert(lint_runs).values(values).returning(table.number))
        return LintRun(number=made.scalar_one(), scope=scope, started_at=at)

    def stock(self, run: LintRun, limit: int) -> tuple[tuple[int, License], ...]:
        """Return the next licenses of a look, oldest first, each with its place."""
        query = select(licenses).where(licenses.c.row > run.after).order_by(licenses.c.row)
        scope = run.scope
        if scope.type_code:
            query = query.where(licenses.c.type_code == scope.type_code)
        if scope.since is not None:
            query = query.where(licenses.c.sealed_at >= scope.since)
        if not scope.has_ended:
            is_open = licenses.c.status.in_(sorted(OPEN))
            query = query.where(or_(is_open, licenses.c.settles_at > run.started_at))
        rows = self._connection.execute(query.limit(limit)).mappings()
        return tuple((row["row"], license_from(row)) for row in rows)

    def advance_run(self, run: LintRun, *, since: LintRun) -> None:
        """Keep how far a look has come, or raise LintRunError."""
        table = lint_runs.c
        changed = self._connection.execute(
            update(lint_runs)
            .where(
                table.number == run.number,
                table.after == since.after,
                table.finished_at.is_(None),
            )
            .values(
                after=run.after,
                licenses=run.licenses,
                found=run.found,
                finished_at=run.finished_at,
            )
        )
        if changed.rowcount != 1:
            raise LintRunError("另一进程正在进行同一检查 · another process goes on with this look")

    def last_run(self) -> LintRun | None:
        """Return the look that was finished last, or None."""
        table = lint_runs.c
        query = select(lint_runs).where(table.finished_at.is_not(None))
        found = self._connection.execute(query.order_by(table.finished_at.desc()).limit(1))
        row = found.mappings().one_or_none()
        return None if row is None else _run_from(row)

    def figures(self, *, at: datetime, before: datetime | None) -> QualityFigures:
        """Return what reports are made of."""
        return count_figures(self._connection, at=at, before=before)


def _finding_row(item: Assessment, finding: LintFinding, at: datetime) -> dict[str, Any]:
    return {
        "identifier": item.identifier,
        "type_code": item.type_code,
        "issuer_code": item.issuer_code,
        "lint": finding.lint,
        "dimension": finding.dimension.value,
        "level": finding.level.value,
        "field": finding.field,
        "first_seen": at,
        "last_seen": at,
    }


def _finding_from(row: RowMapping) -> KeptFinding:
    return KeptFinding(
        identifier=row["identifier"],
        finding=LintFinding(row["lint"], LintLevel(row["level"]), row["field"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        cleared_at=row["cleared_at"],
    )


def _check_row(item: Assessment, at: datetime) -> dict[str, Any]:
    return {
        "identifier": item.identifier,
        "type_code": item.type_code,
        "issuer_code": item.issuer_code,
        "days_to_store": item.days_to_store,
        "checked_at": at,
        "opened_at": at if item.has_opened_files else None,
    }


def _run_from(row: RowMapping) -> LintRun:
    return LintRun(
        number=row["number"],
        scope=StockScope(
            type_code=row["type_code"],
            since=row["since"],
            has_ended=row["has_ended"],
            opens_files=row["opens_files"],
        ),
        started_at=row["started_at"],
        after=row["after"],
        licenses=row["licenses"],
        found=row["found"],
        finished_at=row["finished_at"],
    )
