"""The comparison of the register with what issuing left on record, in the database."""

from sqlalchemy import Connection, Select, exists, func, select

from certs.intents import IntentStage
from certs.reconciliations import Discrepancies
from storage.archive_tables import archive_packages
from storage.license_tables import intents, licenses
from storage.seal_tables import seal_uses


class SqlBooks:
    """Reads on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def discrepancies(self) -> Discrepancies:
        """Return what does not agree."""
        of_license = intents.c.identifier == licenses.c.identifier
        is_issued = intents.c.stage == IntentStage.ISSUED.value
        return Discrepancies(
            repeated_identifiers=sum(
                self._count(
                    select(table.c.identifier).group_by(table.c.identifier).having(func.count() > 1)
                )
                for table in (licenses, intents)
            ),
            licenses_without_intent=self._count(
                select(licenses.c.row).where(~exists().where(of_license, is_issued))
            ),
            intents_without_license=self._count(
                select(intents.c.row).where(is_issued, ~exists().where(of_license))
            ),
            unrecorded_uses=self._count(
                select(licenses.c.row).where(
                    ~exists().where(seal_uses.c.license == licenses.c.identifier)
                )
            ),
            unentered_packages=self._count(
                select(licenses.c.row).where(
                    licenses.c.package_object.is_not(None),
                    ~exists().where(
                        archive_packages.c.object == licenses.c.package_object,
                        archive_packages.c.subject == licenses.c.identifier,
                    ),
                )
            ),
        )

    def _count(self, rows: Select[tuple[int]] | Select[tuple[str]]) -> int:
        query = select(func.count()).select_from(rows.subquery())
        return self._connection.execute(query).scalar_one()
