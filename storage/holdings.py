"""The holdings of the archive and their legal holds, in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from certs.errors import DisposedError, HoldingNotFoundError, HoldNotFoundError
from certs.keeping.holdings import Holding, LegalHold, PackageReference
from certs.keeping.retention import Appraisal, RetentionClass
from storage.database_errors import broken_rule
from storage.keeping_tables import (
    archive_appraisals,
    archive_holdings,
    legal_holds,
    package_references,
)

_ANY: Final = 500
"""Bound parameters of one IN list; SQLite allows few thousands."""
_DISPOSED: Final = frozenset({"legal_holds_disposed", "package_references_disposed"})
_UNKNOWN: Final = frozenset(
    {
        "fk_legal_holds_package_id_archive_holdings",
        "fk_package_references_package_id_archive_holdings",
        "foreign_key",  # SQLite does not say which
    }
)


class SqlHoldings:
    """Reads and writes holdings on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, holding: Holding) -> None:
        """Note a package whose bytes were stored; see ``HoldingBook.add``."""
        query = select(archive_holdings).where(archive_holdings.c.package_id == holding.package_id)
        present = self._one(query)
        if present is None:
            self._connection.execute(insert(archive_holdings).values(_to_row(holding)))
        elif present.destroyed_at is not None:
            raise DisposedError(f"已销毁：{holding.package_id[:16]}… · it was disposed of")

    def refer(self, reference: PackageReference) -> None:
        """Note that a package needs another one; see ``HoldingBook.refer``."""
        if reference in self.references(reference.package_id):
            return
        row = {
            "package_id": reference.package_id,
            "referrer": reference.referrer,
            "kind": reference.kind,
        }
        try:
            self._connection.execute(insert(package_references).values(row))
        except IntegrityError as error:
            raise told(error, reference.package_id) from None

    def get(self, package_id: str) -> Holding:
        """Return a holding, or raise HoldingNotFoundError."""
        return self._get(_of(package_id), package_id)

    def claim(self, package_id: str) -> Holding:
        """Return a holding that nobody else changes meanwhile, or raise HoldingNotFoundError."""
        return self._get(_of(package_id).with_for_update(), package_id)

    def known(self, package_ids: Collection[str]) -> frozenset[str]:
        """Return those of the packages that are kept here, and were not destroyed."""
        wanted, found = list(package_ids), set[str]()
        for at in range(0, len(wanted), _ANY):
            query = select(archive_holdings.c.package_id).where(
                archive_holdings.c.package_id.in_(wanted[at : at + _ANY]),
                archive_holdings.c.destroyed_at.is_(None),
            )
            found.update(self._connection.execute(query).scalars())
        return frozenset(found)

    def appraise(self, appraisal: Appraisal) -> None:
        """Give a package its retention class; see ``HoldingBook.appraise``."""
        period = {
            "retention_class": appraisal.retention.value,
            "keep_until": appraisal.keep_until,
        }
        changed = self._connection.execute(
            update(archive_holdings)
            .where(archive_holdings.c.package_id == appraisal.package_id)
            .values(**period, locked_at=None)
        )
        if not changed.rowcount:
            raise unknown(appraisal.package_id)
        self._connection.execute(
            insert(archive_appraisals).values(
                package_id=appraisal.package_id,
                appraiser=appraisal.appraiser,
                document_no=appraisal.document_no,
                appraised_at=appraisal.appraised_at,
                **period,
            )
        )

    def appraisals(self, package_id: str) -> tuple[Appraisal, ...]:
        """Return every appraisal of a package, oldest first."""
        query = (
            select(archive_appraisals)
            .where(archive_appraisals.c.package_id == package_id)
            .order_by(archive_appraisals.c.row)
        )
        return tuple(_appraisal_from(row) for row in self._connection.execute(query).mappings())

    def note_locked(self, package_id: str, at: datetime) -> None:
        """Note that the store was bound as the last appraisal says."""
        self._connection.execute(
            update(archive_holdings)
            .where(archive_holdings.c.package_id == package_id)
            .values(locked_at=at)
        )

    def unlocked(self, limit: int) -> tuple[Holding, ...]:
        """Return appraised holdings for which the store was not bound yet."""
        query = (
            select(archive_holdings)
            .where(
                archive_holdings.c.retention_class.is_not(None),
                archive_holdings.c.locked_at.is_(None),
                archive_holdings.c.destroyed_at.is_(None),
            )
            .order_by(archive_holdings.c.package_id)
            .limit(limit)
        )
        return tuple(from_row(row) for row in self._connection.execute(query).mappings())

    def references(self, package_id: str) -> tuple[PackageReference, ...]:
        """Return what needs a package."""
        query = (
            select(package_references)
            .where(package_references.c.package_id == package_id)
            .order_by(package_references.c.referrer, package_references.c.kind)
        )
        return tuple(PackageReference(**row) for row in self._connection.execute(query).mappings())

    def _get(self, query: Select[Any], package_id: str) -> Holding:
        found = self._one(query)
        if found is None:
            raise unknown(package_id)
        return found

    def _one(self, query: Select[Any]) -> Holding | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else from_row(row)


class SqlHolds:
    """Reads and writes legal holds on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def place(self, hold: LegalHold) -> LegalHold:
        """Keep a hold, and return it with its number; see ``HoldBook.place``."""
        row = {
            "package_id": hold.package_id,
            "authority": hold.authority,
            "document_no": hold.document_no,
            "placed_by": hold.placed_by,
            "held_from": hold.held_from,
        }
        statement = insert(legal_holds).values(row).returning(legal_holds)
        try:
            return _hold_from(self._connection.execute(statement).mappings().one())
        except IntegrityError as error:
            raise told(error, hold.package_id) from None

    def release(self, hold: LegalHold) -> None:
        """Keep who lifted a hold, or raise HoldNotFoundError."""
        changed = self._connection.execute(
            update(legal_holds)
            .where(
                legal_holds.c.number == hold.number,
                legal_holds.c.package_id == hold.package_id,
                legal_holds.c.held_until.is_(None),
            )
            .values(
                held_until=hold.held_until,
                released_by=hold.released_by,
                release_document_no=hold.release_document_no,
            )
        )
        if not changed.rowcount:
            raise HoldNotFoundError(f"无此保留：{hold.number} · no such hold lies on the package")

    def of(self, package_id: str) -> tuple[LegalHold, ...]:
        """Return all holds of a package, also those that were lifted."""
        query = (
            select(legal_holds)
            .where(legal_holds.c.package_id == package_id)
            .order_by(legal_holds.c.number)
        )
        return tuple(_hold_from(row) for row in self._connection.execute(query).mappings())


def told(error: IntegrityError, package_id: str) -> Exception:
    """Return what a broken rule means for who wanted to hold or to need a package."""
    rule = broken_rule(error)
    if rule in _DISPOSED:
        return DisposedError(f"已列入销毁清册：{package_id[:16]}… · it was disposed of")
    return unknown(package_id) if rule in _UNKNOWN else error


def unknown(package_id: str) -> HoldingNotFoundError:
    """Return what is raised for a package that is not kept."""
    return HoldingNotFoundError(
        f"未收存此档案包：{package_id[:16]}… · no such package is kept here"
    )


def from_row(row: RowMapping) -> Holding:
    """Return the holding of a row."""
    retention = row["retention_class"]
    return Holding(
        package_id=row["package_id"],
        size_bytes=row["size_bytes"],
        stored_at=row["stored_at"],
        last_scrubbed_at=row["last_scrubbed_at"],
        retention=RetentionClass(retention) if retention else None,
        keep_until=row["keep_until"],
        locked_at=row["locked_at"],
        damaged_at=row["damaged_at"],
        destroyed_at=row["destroyed_at"],
    )


def _to_row(holding: Holding) -> dict[str, Any]:
    return {
        "package_id": holding.package_id,
        "size_bytes": holding.size_bytes,
        "stored_at": holding.stored_at,
        "last_scrubbed_at": holding.last_scrubbed_at,
        "retention_class": holding.retention.value if holding.retention else None,
        "keep_until": holding.keep_until,
        "locked_at": holding.locked_at,
        "damaged_at": holding.damaged_at,
        "destroyed_at": holding.destroyed_at,
    }


def _appraisal_from(row: RowMapping) -> Appraisal:
    return Appraisal(
        package_id=row["package_id"],
        retention=RetentionClass(row["retention_class"]),
        keep_until=row["keep_until"],
        appraiser=row["appraiser"],
        document_no=row["document_no"],
        appraised_at=row["appraised_at"],
    )


def _hold_from(row: RowMapping) -> LegalHold:
    return LegalHold(
        number=row["number"],
        package_id=row["package_id"],
        authority=row["authority"],
        document_no=row["document_no"],
        placed_by=row["placed_by"],
        held_from=row["held_from"],
        held_until=row["held_until"],
        released_by=row["released_by"] or "",
        release_document_no=row["release_document_no"] or "",
    )


def _of(package_id: str) -> Select[Any]:
    return select(archive_holdings).where(archive_holdings.c.package_id == package_id)
