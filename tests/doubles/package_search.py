"""The search for packages in memory; passes the tests of the SQL one."""

from datetime import date, datetime

from certs.errors import PackageNotFoundError
from certs.packages.jobs import KeptPackage
from certs.packages.search import PackageListing, PackageQuery
from tests.doubles.archive import ArchiveShelf


class MemoryPackageSearch:
    def __init__(self, shelf: ArchiveShelf) -> None:
        self._shelf = shelf

    def enlist(self, listing: PackageListing) -> None:
        self._shelf.listings[listing.package_id] = listing

    def unlisted(self, limit: int) -> tuple[KeptPackage, ...]:
        known = self._shelf.packages.values()
        return tuple(item for item in known if item.package_id not in self._shelf.listings)[:limit]

    def find(
        self, query: PackageQuery, limit: int, *, after: str | None = None
    ) -> tuple[KeptPackage, ...]:
        rows = list(enumerate(self._shelf.packages.values()))
        found = [(number, item) for number, item in rows if self._is_meant(item, query)]

        def place(row: tuple[int, KeptPackage]) -> tuple[date | datetime, int]:
            number, item = row
            if query.is_by_issue:
                return self._shelf.listings[item.package_id].issued_on, number
            return item.archived_at, number

        found.sort(key=place, reverse=True)
        if after is not None:
            marks = [row for row in rows if row[1].package_id == after]
            if not marks:
                raise PackageNotFoundError(after)
            found = [row for row in found if place(row) < place(marks[0])]
        return tuple(item for _, item in found[:limit])

    def _is_meant(self, item: KeptPackage, query: PackageQuery) -> bool:
        listing = self._shelf.listings.get(item.package_id)
        wanted = (query.holder_key, query.number_key, query.type_code)
        said = (
            (listing.holder_key, listing.number_key, listing.type_code)
            if listing is not None
            else ("", "", "")
        )
        issued_on = listing.issued_on if listing is not None else None
        return (
            all(not one or one == other for one, other in zip(wanted, said, strict=True))
            and (query.kind is None or item.kind is query.kind)
            and (not query.is_by_issue or issued_on is not None)
            and (query.issued_from is None or (issued_on or date.min) >= query.issued_from)
            and (query.issued_to is None or (issued_on or date.max) <= query.issued_to)
            and (query.archived_from is None or item.archived_at >= query.archived_from)
            and (query.archived_to is None or item.archived_at <= query.archived_to)
        )
