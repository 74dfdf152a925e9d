"""Applications (一件事申请) in the database."""

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from storage.application_tables import application_cases, applications
from storage.database_errors import broken_rule
from verify.acceptance.records import PersonRole
from verify.case_errors import ApplicationNotFoundError, RecordRefusedError
from verify.one_things.records import Application


class SqlApplications:
    """Applications on one connection; the port is ``ApplicationBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, application: Application) -> None:
        """Keep one."""
        row = {
            "id": application.id,
            "one_thing": application.one_thing,
            "operator": application.operator,
            "operator_role": PersonRole.ACCEPTANCE.value,
            "opened_at": application.opened_at,
        }
        members = [
            {
                "application": application.id,
                "position": position,
                "case_id": case,
                "operator": application.operator,
            }
            for position, case in enumerate(application.cases, start=1)
        ]
        try:
            self._connection.execute(insert(applications).values(row))
            self._connection.execute(insert(application_cases), members)
        except IntegrityError as error:
            raise RecordRefusedError(broken_rule(error)) from None

    def get(self, application_id: str) -> Application:
        """Return one."""
        query = select(applications).where(applications.c.id == application_id)
        row = self._connection.execute(query).mappings().one_or_none()
        if row is None:
            raise ApplicationNotFoundError(application_id)
        cases = (
            select(application_cases.c.case_id)
            .where(application_cases.c.application == application_id)
            .order_by(application_cases.c.position)
        )
        return Application(
            id=row["id"],
            one_thing=row["one_thing"],
            cases=tuple(self._connection.execute(cases).scalars()),
            operator=row["operator"],
            opened_at=row["opened_at"],
        )
