"""Social verifiers and their secrets in the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select
from sqlalchemy.exc import IntegrityError

from certs.errors import VerifierRefusedError
from certs.verifiers import SocialVerifier
from storage.database_errors import broken_rule
from storage.locks import hold
from storage.verifier_tables import social_verifiers, verifier_secrets, verifier_stops


class SqlVerifiers:
    """Social verifiers on one connection; the port is ``VerifierBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, verifier: SocialVerifier) -> None:
        """Keep a new one."""
        hold(self._connection, social_verifiers.name)
        if self.find(verifier.name) is not None:
            raise VerifierRefusedError("名称已被使用 · the name was given before")
        self._connection.execute(
            insert(social_verifiers).values(
                name=verifier.name,
                title=verifier.title,
                purpose=verifier.purpose,
                license_types=" ".join(sorted(verifier.license_types)),
                fields=" ".join(sorted(verifier.fields)),
                registered_at=verifier.registered_at,
                registered_by=verifier.registered_by,
                ends_at=verifier.ends_at,
            )
        )

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with all its secrets."""
        hold(self._connection, social_verifiers.name)
        found = self.find(name)
        if found is None or found.stopped_at is not None:
            return False
        self._connection.execute(
            insert(verifier_stops).values(verifier=name, stopped_at=at, stopped_by=by)
        )
        self._connection.execute(
            delete(verifier_secrets).where(verifier_secrets.c.verifier == name)
        )
        return True

    def find(self, name: str) -> SocialVerifier | None:
        """Return one, or None."""
        rows = self._connection.execute(_standing().where(social_verifiers.c.name == name))
        found = rows.mappings().one_or_none()
        return None if found is None else _verifier(found)

    def all(self) -> tuple[SocialVerifier, ...]:
        """Return every one by name."""
        rows = self._connection.execute(_standing().order_by(social_verifiers.c.name))
        return tuple(map(_verifier, rows.mappings()))

    def add_secret(self, digest: str, name: str, *, until: datetime) -> None:
        """Keep a secret of one by its digest."""
        kept = insert(verifier_secrets).values(digest=digest, verifier=name, expires_at=until)
        try:
            self._connection.execute(kept)
        except IntegrityError as error:
            if broken_rule(error) != "verifier_secrets_closed":
                raise
            raise VerifierRefusedError("核验机构已停用 · the verifier was stopped") from None

    def find_by_secret(self, digest: str, *, at: datetime) -> SocialVerifier | None:
        """Return whose secret it is, if it and its owner are good then."""
        query = (
            _standing()
            .join(verifier_secrets, verifier_secrets.c.verifier == social_verifiers.c.name)
            .where(verifier_secrets.c.digest == digest, verifier_secrets.c.expires_at > at)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        found = None if row is None else _verifier(row)
        return found if found is not None and found.is_open(at) else None

    def end_secret(self, digest: str) -> None:
        """Forget a secret."""
        self._connection.execute(
            delete(verifier_secrets).where(verifier_secrets.c.digest == digest)
        )

    def forget_secrets(self, before: datetime) -> int:
        """Remove secrets that ended before a moment."""
        ended = delete(verifier_secrets).where(verifier_secrets.c.expires_at < before)
        return self._connection.execute(ended).rowcount


def _standing() -> Select[Any]:
    return select(social_verifiers, verifier_stops.c.stopped_at).join_from(
        social_verifiers,
        verifier_stops,
        verifier_stops.c.verifier == social_verifiers.c.name,
        isouter=True,
    )


def _verifier(row: Mapping[Any, Any]) -> SocialVerifier:
    return SocialVerifier(
        name=row["name"],
        title=row["title"],
        purpose=row["purpose"],
        license_types=frozenset(row["license_types"].split()),
        fields=frozenset(row["fields"].split()),
        registered_at=row["registered_at"],
        registered_by=row["registered_by"],
        ends_at=row["ends_at"],
        stopped_at=row["stopped_at"],
    )
