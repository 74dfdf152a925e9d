"""Bindings of accounts in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from certs.access import CallerRole
from certs.errors import BoundOtherwiseError
from certs.identities import Binding
from storage.binding_tables import STANDING, account_roles, accounts
from storage.locks import hold
from storage.separation import insert_separated


class SqlBindings:
    """Bindings on one connection; the port is ``BindingBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, binding: Binding) -> None:
        """Bind an account."""
        hold(self._connection, accounts.name)
        query = select(accounts.c.person).where(accounts.c.account == binding.account)
        person = self._connection.execute(query).scalar_one_or_none()
        if person is None:
            self._connection.execute(
                insert(accounts).values(account=binding.account, person=binding.person)
            )
        elif person != binding.person:
            raise BoundOtherwiseError(person)
        if self.find(binding.account, binding.role) is None:
            insert_separated(
                self._connection,
                insert(account_roles).values(
                    account=binding.account,
                    role=binding.role.value,
                    bound_at=binding.bound_at,
                    bound_by=binding.bound_by,
                ),
            )

    def find(self, account: str, role: CallerRole) -> Binding | None:
        """Return the binding that stands, or None."""
        query = _standing().where(
            account_roles.c.account == account, account_roles.c.role == role.value
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _binding(row)

    def all(self) -> tuple[Binding, ...]:
        """Return the bindings that stand, by person."""
        query = _standing().order_by(accounts.c.person, account_roles.c.row)
        return tuple(map(_binding, self._connection.execute(query).mappings()))

    def end(self, person: str, role: CallerRole, *, at: datetime, by: str) -> int:
        """Take a role away from a person."""
        theirs = select(accounts.c.account).where(accounts.c.person == person)
        ended = (
            update(account_roles)
            .where(account_roles.c.account.in_(theirs), STANDING)
            .where(account_roles.c.role == role.value)
            .values(ended_at=at, ended_by=by)
        )
        return self._connection.execute(ended).rowcount


def _standing() -> Select[Any]:
    return (
        select(accounts.c.person, account_roles)
        .join_from(account_roles, accounts, account_roles.c.account == accounts.c.account)
        .where(STANDING)
    )


def _binding(row: Mapping[Any, Any]) -> Binding:
    return Binding(
        account=row["account"],
        person=row["person"],
        role=CallerRole(row["role"]),
        bound_at=row["bound_at"],
        bound_by=row["bound_by"],
    )
