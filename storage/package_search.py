"""Packages found by holder, number, type and dates, in the database.

Every search goes through one index, from its cursor on and in the order that it answers in.
"""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, literal, select, tuple_, update

from certs.errors import PackageNotFoundError
from certs.packages.jobs import KeptPackage
from certs.packages.search import PackageListing, PackageQuery
from storage.archive_rows import package_from
from storage.archive_tables import archive_packages

_TABLE: Final = archive_packages.c


class SqlPackageSearch:
    """Searches packages on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def enlist(self, listing: PackageListing) -> None:
        """Say what a package that is entered is found by."""
        self._connection.execute(
            update(archive_packages)
            .where(_TABLE.package_id == listing.package_id)
            .values(
                holder_key=listing.holder_key,
                number_key=listing.number_key,
                type_code=listing.type_code or None,
                issued_on=listing.issued_on,
            )
        )

    def unlisted(self, limit: int) -> tuple[KeptPackage, ...]:
        """Return packages of which nobody has said what they are found by, oldest first."""
        query = select(archive_packages).where(_TABLE.issued_on.is_(None))
        return self._packages(query.order_by(_TABLE.row).limit(limit))

    def find(
        self, query: PackageQuery, limit: int, *, after: str | None = None
    ) -> tuple[KeptPackage, ...]:
        """Return packages, the newest first, from behind ``after``, or raise."""
        statement = statement_of(query)
        if after is not None:
            order = _order(query)
            place = select(order, _TABLE.row).where(_TABLE.package_id == after)
            found = self._connection.execute(place).one_or_none()
            if found is None:
                raise PackageNotFoundError(after)
            # Of a known type, because instants are not stored as what they are.
            mark = tuple_(literal(found[0], order.type), literal(found[1], _TABLE.row.type))
            statement = statement.where(tuple_(order, _TABLE.row) < mark)
        return self._packages(statement.limit(limit))

    def _packages(self, query: Select[Any]) -> tuple[KeptPackage, ...]:
        return tuple(map(package_from, self._connection.execute(query).mappings()))


def statement_of(query: PackageQuery) -> Select[Any]:
    """Return the statement of a search, in the order of its answers."""
    order = _order(query)
    return (
        select(archive_packages)
        .where(*_conditions(query))
        .order_by(order.desc(), _TABLE.row.desc())
    )


def _order(query: PackageQuery) -> ColumnElement[Any]:
    return _TABLE.issued_on if query.is_by_issue else _TABLE.archived_at


def _conditions(query: PackageQuery) -> list[ColumnElement[bool]]:
    named = {
        _TABLE.holder_key: query.holder_key,
        _TABLE.number_key: query.number_key,
        _TABLE.type_code: query.type_code,
        _TABLE.kind: query.kind.value if query.kind is not None else "",
    }
    found = [column == value for column, value in named.items() if value]
    ranges = (
        (_TABLE.issued_on, query.issued_from, query.issued_to),
        (_TABLE.archived_at, query.archived_from, query.archived_to),
    )
    for column, first, last in ranges:
        found += [column >= first] if first is not None else []
        found += [column <= last] if last is not None else []
    return found
