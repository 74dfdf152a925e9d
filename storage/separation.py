"""三员分立: whoever administers does nothing else here, and administers in one way only.

The system's administrator, that of security, and the auditor are three people; none of them has a
role in daily work as well, nor a system that acts as them. Triggers hold it, as it is about rows of
four tables.
"""

from typing import Final

from sqlalchemy import Connection, Insert
from sqlalchemy.exc import IntegrityError

from certs.access import ADMINISTRATORS, HOLDER_ROLES
from certs.errors import SeparatedDutiesError
from storage.access_tables import access_tokens
from storage.binding_tables import account_roles
from storage.client_tables import clients
from storage.database_errors import broken_rule
from storage.matter_tables import people_roles
from storage.triggers import attach, refuse_insert

_LISTED: Final = ", ".join(f"'{role.value}'" for role in ADMINISTRATORS)
_HOLDERS: Final = ", ".join(f"'{role.value}'" for role in HOLDER_ROLES)
_BUSINESS: Final = "'business'"
_BOUND_PERSON: Final = "(SELECT a.person FROM accounts a WHERE a.account = NEW.account)"


def _post(role: str) -> str:
    """Return what a role counts as, in SQL: itself, or daily work."""
    return f"CASE WHEN {role} IN ({_LISTED}) THEN {role} ELSE {_BUSINESS} END"


def _held_otherwise(person: str, post: str) -> str:
    """Return whether somebody holds something beside ``post``, in SQL."""
    return (
        "EXISTS (SELECT 1 FROM access_tokens t"  # noqa: S608 - our own names
        f" WHERE t.person = {person} AND t.role NOT IN ({_HOLDERS})"
        f" AND {_post('t.role')} <> {post})"
        " OR EXISTS (SELECT 1 FROM accounts a JOIN account_roles r ON r.account = a.account"
        f" WHERE a.person = {person} AND r.ended_at IS NULL AND {_post('r.role')} <> {post})"
        " OR EXISTS (SELECT 1 FROM people_roles p"
        f" WHERE p.person = {person} AND NOT p.withdrawn AND {post} <> {_BUSINESS})"
        " OR EXISTS (SELECT 1 FROM clients c"
        f" WHERE c.person = {person} AND c.stopped_at IS NULL AND {post} <> {_BUSINESS})"
    )


def _locking(person: str) -> str:
    """Let two units that give the same person something wait for one another (PostgreSQL)."""
    return f"pg_advisory_xact_lock(hashtextextended('yinxin.post/' || {person}, 0))"


_NEW_POST: Final = _post("NEW.role")
TRIGGERS: Final = attach(
    (
        *refuse_insert(
            access_tokens,
            "access_tokens_separated",
            when=f"NEW.role NOT IN ({_HOLDERS}) AND ({_held_otherwise('NEW.person', _NEW_POST)})",
            locking=_locking("NEW.person"),
            changed="person, role",
        ),
        *refuse_insert(
            account_roles,
            "account_roles_separated",
            when=f"NEW.ended_at IS NULL AND ({_held_otherwise(_BOUND_PERSON, _NEW_POST)})",
            locking=_locking(_BOUND_PERSON),
            changed="account, role, ended_at",
        ),
        *refuse_insert(
            people_roles,
            "people_roles_separated",
            when=f"NOT NEW.withdrawn AND ({_held_otherwise('NEW.person', _BUSINESS)})",
            locking=_locking("NEW.person"),
            changed="person, withdrawn",
        ),
        *refuse_insert(
            clients,
            "clients_separated",
            when=f"NEW.stopped_at IS NULL AND ({_held_otherwise('NEW.person', _BUSINESS)})",
            locking=_locking("NEW.person"),
            changed="person, role, stopped_at",
        ),
    )
)
_RULES: Final = frozenset(
    f"{table.name}_separated" for table in (access_tokens, account_roles, clients)
)


def insert_separated(connection: Connection, statement: Insert) -> None:
    """Give somebody a role.

    Raises:
        SeparatedDutiesError: The person administers in another way, or does daily work.
    """
    try:
        connection.execute(statement)
    except IntegrityError as error:
        if broken_rule(error) not in _RULES:
            raise
        raise SeparatedDutiesError(
            "one person would be two of the three, or one and more"
        ) from None
