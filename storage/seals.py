"""The register of seals in the database."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, Select, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from certs.errors import (
    DuplicateSealError,
    IllegalTransitionError,
    SealNotFoundError,
    SealNotUsableError,
)
from certs.identifiers import SocialCreditCode
from certs.seals.events import Approval, SealEvent, SealMove, SealState
from certs.seals.register import RegisteredSeal, SealOrigin
from certs.seals.succession import IssuerSuccession
from certs.seals.uses import SealUse, UseDigest
from storage.database_errors import broken_rule
from storage.seal_tables import issuer_successions, seal_events, seal_uses, seals

_MOST: Final = 1000
_ONCE: Final = frozenset({"pk_seals", "uq_seals_digest"})
_UNUSABLE: Final = frozenset({"seal_uses_enabled", "fk_seal_uses_seal_code_seals"})


class SqlSeals:
    """Reads and writes seals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, seal: RegisteredSeal, event: SealEvent) -> None:
        """Keep a new seal with its first event, or raise DuplicateSealError."""
        try:
            self._connection.execute(insert(seals).values(_to_row(seal)))
        except IntegrityError as error:
            if broken_rule(error) not in _ONCE:
                raise
            raise DuplicateSealError(
                f"印章 {seal.code} 已登记 · the seal is registered already"
            ) from None
        self.append_event(seal.code, event, number=1)

    def find(self, code: str) -> RegisteredSeal | None:
        """Return the seal, or None."""
        return self._one(select(seals).where(seals.c.code == code))

    def get(self, code: str) -> RegisteredSeal:
        """Return the seal, or raise SealNotFoundError."""
        found = self.find(code)
        if found is None:
            raise SealNotFoundError(code)
        return found

    def find_encoded(self, digest: str) -> RegisteredSeal | None:
        """Return the seal whose SESeal has this SM3 digest, or None."""
        return self._one(select(seals).where(seals.c.digest == digest))

    def all(self) -> tuple[RegisteredSeal, ...]:
        """Return all seals, by code."""
        found = self._connection.execute(select(seals).order_by(seals.c.code)).mappings()
        return tuple(_from_row(row) for row in found)

    def states(self) -> Mapping[str, SealState]:
        """Return the present state of every seal, by code."""
        last = (
            select(seal_events.c.seal_code, func.max(seal_events.c.number).label("number"))
            .group_by(seal_events.c.seal_code)
            .subquery()
        )
        query = select(seal_events.c.seal_code, seal_events.c.state).join(
            last,
            and_(
                seal_events.c.seal_code == last.c.seal_code,
                seal_events.c.number == last.c.number,
            ),
        )
        return {code: SealState(state) for code, state in self._connection.execute(query)}

    def events(self, code: str) -> tuple[SealEvent, ...]:
        """Return the life of a seal, in order."""
        query = (
            select(seal_events)
            .where(seal_events.c.seal_code == code)
            .order_by(seal_events.c.number)
        )
        return tuple(_event_from(row) for row in self._connection.execute(query).mappings())

    def digests(self) -> Mapping[str, str]:
        """Return SM3 of the SESeal of every seal by code, hexadecimal."""
        found = self._connection.execute(select(seals.c.code, seals.c.digest))
        return {row.code: row.digest for row in found}

    def lives(self) -> Mapping[str, tuple[SealEvent, ...]]:
        """Return the lives of all seals by code, each in order."""
        query = select(seal_events).order_by(seal_events.c.seal_code, seal_events.c.number)
        rows = self._connection.execute(query).mappings()
        return {
            code: tuple(_event_from(row) for row in life)
            for code, life in groupby(rows, key=itemgetter("seal_code"))
        }

    def count_events(self) -> int:
        """Return how many events there are in all."""
        query = select(func.count()).select_from(seal_events)
        return self._connection.execute(query).scalar_one()

    def append_event(self, code: str, event: SealEvent, *, number: int) -> None:
        """Append an event as the ``number``-th, or raise IllegalTransitionError."""
        before = self._connection.execute(
            select(seal_events.c.state).where(
                seal_events.c.seal_code == code, seal_events.c.number == number - 1
            )
        ).scalar_one_or_none()
        row = {
            "seal_code": code,
            "number": number,
            "previous": number - 1 if number > 1 else None,
            "state_before": before or "",
            **_event_row(event),
        }
        try:
            self._connection.execute(insert(seal_events).values(row))
        except IntegrityError:
            raise IllegalTransitionError(
                "印章状态已被他人更改，或不允许此变更，请刷新 · "
                "the seal's state changed meanwhile, or does not allow it"
            ) from None

    def add_uses(self, uses: Iterable[SealUse]) -> None:
        """Append uses, or raise SealNotUsableError."""
        rows = [_use_row(item) for item in uses]
        if not rows:
            return
        try:
            self._connection.execute(insert(seal_uses), rows)
        except IntegrityError as error:
            if broken_rule(error) not in _UNUSABLE:
                raise
            raise SealNotUsableError(
                "印章不在启用状态，用印未登记 · the seal is not enabled; nothing was signed"
            ) from None

    def uses(
        self, code: str, *, limit: int, before: int | None = None
    ) -> tuple[tuple[int, SealUse], ...]:
        """Return uses of a seal with their numbers, newest first, from below ``before``."""
        query = select(seal_uses).where(seal_uses.c.seal_code == code)
        if before is not None:
            query = query.where(seal_uses.c.row < before)
        return self._uses(query.order_by(seal_uses.c.row.desc()).limit(limit))

    def uses_of_license(self, license: str) -> tuple[SealUse, ...]:
        """Return the uses for one license, oldest first."""
        query = select(seal_uses).where(seal_uses.c.license == license)
        return tuple(use for _, use in self._uses(query.order_by(seal_uses.c.row).limit(_MOST)))

    def add_succession(self, succession: IssuerSuccession) -> None:
        """Append the succession of one issuer to another."""
        self._connection.execute(insert(issuer_successions).values(_succession_row(succession)))

    def successions(self) -> tuple[IssuerSuccession, ...]:
        """Return all successions, in the order they were recorded."""
        query = select(issuer_successions).order_by(issuer_successions.c.row)
        return tuple(_succession_from(row) for row in self._connection.execute(query).mappings())

    def _one(self, query: Select[*tuple[Any, ...]]) -> RegisteredSeal | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)

    def _uses(self, query: Select[*tuple[Any, ...]]) -> tuple[tuple[int, SealUse], ...]:
        found = self._connection.execute(query).mappings()
        return tuple((row["row"], _use_from(row)) for row in found)


def _to_row(seal: RegisteredSeal) -> dict[str, Any]:
    return {
        "code": seal.code,
        "name": seal.name,
        "kind": seal.kind,
        "owner_code": seal.owner_code,
        "owner_name": seal.owner_name,
        "maker_name": seal.maker_name,
        "origin": seal.origin.value,
        "encoded": seal.encoded,
        "digest": seal.digest,
        "valid_from": seal.valid_from,
        "valid_to": seal.valid_to,
        "registered_at": seal.registered_at,
    }


def _from_row(row: RowMapping) -> RegisteredSeal:
    return RegisteredSeal(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        owner_code=row["owner_code"],
        owner_name=row["owner_name"],
        maker_name=row["maker_name"],
        origin=SealOrigin(row["origin"]),
        encoded=row["encoded"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        registered_at=row["registered_at"],
    )


def _event_row(event: SealEvent) -> dict[str, Any]:
    return {
        "move": event.move.value,
        "state": event.move.state.value,
        "effective_at": event.effective_at,
        "recorded_at": event.recorded_at,
        "operator": event.operator,
        "reason": event.reason,
        "document_no": event.document_no,
        **_approval_row(event.approval),
    }


def _event_from(row: RowMapping) -> SealEvent:
    return SealEvent(
        move=SealMove(row["move"]),
        effective_at=row["effective_at"],
        recorded_at=row["recorded_at"],
        operator=row["operator"],
        reason=row["reason"],
        document_no=row["document_no"],
        approval=_approval_from(row) if row["approver"] else None,
    )


def _approval_row(approval: Approval | None) -> dict[str, Any]:
    return {
        "approver": approval.approver if approval else "",
        "approval_digest": approval.digest if approval else "",
    }


def _approval_from(row: RowMapping) -> Approval:
    return Approval(approver=row["approver"], digest=row["approval_digest"])


def _use_row(use: SealUse) -> dict[str, Any]:
    return {
        "seal_code": use.seal_code,
        "used_at": use.used_at,
        "operator": use.operator,
        "purpose": use.purpose,
        "digest": use.digest,
        "digest_of": use.digest_of.value,
        "license": use.license,
    }


def _use_from(row: RowMapping) -> SealUse:
    return SealUse(
        seal_code=row["seal_code"],
        used_at=row["used_at"],
        operator=row["operator"],
        purpose=row["purpose"],
        digest=row["digest"],
        digest_of=UseDigest(row["digest_of"]),
        license=row["license"],
    )


def _succession_row(succession: IssuerSuccession) -> dict[str, Any]:
    return {
        "former_code": str(succession.former_code),
        "former_name": succession.former_name,
        "successor_code": str(succession.successor_code),
        "successor_name": succession.successor_name,
        "effective_at": succession.effective_at,
        "recorded_at": succession.recorded_at,
        "operator": succession.operator,
        "document_no": succession.document_no,
        **_approval_row(succession.approval),
    }


def _succession_from(row: RowMapping) -> IssuerSuccession:
    return IssuerSuccession(
        former_code=SocialCreditCode(row["former_code"]),
        former_name=row["former_name"],
        successor_code=SocialCreditCode(row["successor_code"]),
        successor_name=row["successor_name"],
        effective_at=row["effective_at"],
        recorded_at=row["recorded_at"],
        operator=row["operator"],
        document_no=row["document_no"],
        approval=_approval_from(row),
    )
