"""Tables of accounts of an identity provider, and of the roles that they stand for (人员绑定)."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from certs.access import STAFF_ROLES
from storage.constraints import check, known, whole
from storage.database import Instant
from storage.tables import metadata

_DIGEST: Final = String(64)
_PERSON: Final = String(200)

accounts: Final = Table(
    "accounts",
    metadata,
    # An account is one person's; a person may have several.
    Column("account", _DIGEST, primary_key=True),
    Column("person", _PERSON, nullable=False),
    check("account_whole", "length(account) = 64"),
    check("person_named", "person <> ''"),
    Index("ix_accounts_person", "person"),
)

account_roles: Final = Table(
    "account_roles",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=True),
    Column("account", _DIGEST, ForeignKey(accounts.c.account), nullable=False),
    Column("role", String(16), nullable=False),
    Column("bound_at", Instant, nullable=False),
    Column("bound_by", _PERSON, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", _PERSON),
    known("role", STAFF_ROLES),
    check("bound_by_named", "bound_by <> ''"),
    whole("end", "ended_at", "ended_by"),
    check("end_after", "ended_at IS NULL OR ended_at >= bound_at"),
)

STANDING: Final = account_roles.c.ended_at.is_(None)
Index(
    "uq_account_roles_standing",
    account_roles.c.account,
    account_roles.c.role,
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)
