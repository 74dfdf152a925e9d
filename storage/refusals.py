"""Refusals in the database."""

from sqlalchemy import Connection, insert

from storage.refusal_tables import refusals
from verify.acceptance.refusals import Refusal


class SqlRefusals:
    """Refusals on one connection; the port is ``RefusalBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refusal: Refusal) -> None:
        """Keep a refusal."""
        self._connection.execute(
            insert(refusals).values(
                case_id=refusal.case_id,
                material=refusal.material,
                operator=refusal.operator,
                form=refusal.form.value,
                code=refusal.code,
                refused_at=refusal.refused_at,
            )
        )
