"""Keeping marks: holders mark trade secrets (商业秘密), and licenses of older releases are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from certs.catalogue import Catalogue, LicenseType
from certs.errors import LicenseError, LicenseNotFoundError, SecretRefusedError
from certs.license_files import read_record
from certs.licenses import License
from certs.marking import child_until, secret_fields
from certs.ports import Clock, LicenseRepository, ObjectStore
from certs.transactions import Transaction

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretChange:
    """A holder marked a field as a trade secret, or took the mark from it.

    Attributes:
        identifier: 证照标识.
        field: The field, as records name it.
        is_marked: Whether it is one from now on.
        at: When.
        actor: The holder, as access tokens name people.
    """

    identifier: str
    field: str
    is_marked: bool
    at: datetime
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMarks:
    """What the record of a license says about its marks."""

    identifier: str
    child_until: date | None
    type_secrets: frozenset[str]


class MarkBook(Protocol):
    """Keeps what is marked; what holders did stays as it was."""

    def change(self, change: SecretChange, *, held: frozenset[str]) -> None:
        """Keep what a holder did, and which fields are marked now; the license is claimed."""
        ...

    def changes(self, identifier: str) -> tuple[SecretChange, ...]:
        """Return what the holder did to a license, oldest first."""
        ...

    def licenses(self, identifiers: Sequence[str]) -> tuple[License, ...]:
        """Return those of the licenses that are kept here, all at once."""
        ...

    def unknown(self, limit: int, *, after: str = "") -> tuple[License, ...]:
        """Return licenses whose marks nobody looked for, from behind ``after``, oldest first."""
        ...

    def count_unknown(self, *, at_most: int | None = None) -> int:
        """Return how many there are; counting ends at ``at_most``."""
        ...

    def learn(self, found: Sequence[FoundMarks]) -> None:
        """Keep what records say; what holders marked stays."""
        ...


class MarkWork(Transaction, Protocol):
    """A unit of work over marks."""

    @property
    def licenses(self) -> LicenseRepository:
        """The register within this transaction."""
        ...

    @property
    def marks(self) -> MarkBook:
        """The marks within this transaction."""
        ...


def change_secret(  # noqa: PLR0913 - whose, which, and what becomes of it
    identifier: str,
    field: str,
    *,
    is_marked: bool,
    holder_key: str,
    actor: str,
    type_of: Callable[[License], LicenseType | None],
    unit_of_work: Callable[[], MarkWork],
    clock: Clock,
) -> License:
    """Mark a field of an own license as a trade secret, or lift that. Again is no error.

    Args:
        identifier: 证照标识.
        field: The field, as records name it.
        is_marked: Whether it is one from now on.
        holder_key: The holder's look-up key.
        actor: The holder, as access tokens name people.
        type_of: Finds the type of a license.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.

    Raises:
        LicenseNotFoundError: The holder has no such license.
        SecretRefusedError: No such field, one that every license has, or one that the type calls
            a secret, so that the holder cannot lift it.
    """
    with unit_of_work() as work:
        license = work.licenses.find(identifier)
        if license is None or not holder_key or license.holder_key != holder_key:
            raise LicenseNotFoundError(identifier)
        license = work.licenses.claim(identifier)
        if field in license.type_secrets:
            raise SecretRefusedError("该信息项由证照类型定为商业秘密 · the type says so")
        if (field in license.held_secrets) == is_marked:
            return license
        if is_marked and field not in markable(type_of(license)):
            raise SecretRefusedError("该证照没有可标记的这一信息项 · no field that can be marked")
        held = license.held_secrets | {field} if is_marked else license.held_secrets - {field}
        change = SecretChange(
            identifier=identifier, field=field, is_marked=is_marked, at=clock.now(), actor=actor
        )
        work.marks.change(change, held=held)
        work.commit()
        return work.licenses.get(identifier)


def markable(license_type: LicenseType | None) -> tuple[str, ...]:
    """Return the fields that a holder may mark: what every license says is no secret."""
    specs = license_type.fields if license_type is not None else ()
    return tuple(spec.name for spec in specs if spec.element is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What looking for marks came to."""

    licenses: int = 0
    children: int = 0
    secret: int = 0
    unreadable: int = 0


def find_marks(
    *,
    catalogue: Catalogue,
    objects: ObjectStore,
    unit_of_work: Callable[[], MarkWork],
    on_progress: Callable[[int], None] = lambda _done: None,
) -> Examined:
    """Look for the marks of licenses of older releases, page by page; broken off, it goes on later.

    A license whose record cannot be read stays unknown.
    """
    total, unreadable, children, secret, after = 0, 0, 0, 0, ""
    while True:
        with unit_of_work() as work:
            page = work.marks.unknown(_AT_ONCE, after=after)
        if not page:
            break
        found = [item for item in (_found(one, catalogue, objects) for one in page) if item]
        with unit_of_work() as work:
            work.marks.learn(found)
            work.commit()
        after = page[-1].identifier
        total += len(page)
        unreadable += len(page) - len(found)
        children += sum(item.child_until is not None for item in found)
        secret += sum(bool(item.type_secrets) for item in found)
        on_progress(total)
    return Examined(
        licenses=total - unreadable, children=children, secret=secret, unreadable=unreadable
    )


def _found(license: License, catalogue: Catalogue, objects: ObjectStore) -> FoundMarks | None:
    try:
        record = read_record(objects, license.files)
    except LicenseError:
        return None
    license_type = catalogue.version(license.type_code, record.type_version)
    return FoundMarks(
        identifier=license.identifier,
        child_until=child_until(record, license_type),
        type_secrets=secret_fields(license_type),
    )
