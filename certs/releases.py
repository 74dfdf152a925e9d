"""放行: the one way by which anything of a license leaves for somebody else.

Whoever finds a basis says what it permits. What goes beyond is refused and counted, and so is what
is marked (`certs.marks`) and rests on neither a duty nor an agreement; what is permitted is on
record, in the transaction that found the basis, before anything leaves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Final, Protocol, TypeVar

from certs.errors import OverAskError
from certs.licenses import License
from certs.marking import marked_of
from certs.marks import Mark, ordered
from certs.overasks import OverAsk, OverAskLog
from certs.ports import Clock, LicenseRepository
from certs.transactions import Transaction
from certs.usages import Usage, UsageLog

SHARING_DUTY: Final = "《国务院关于在线政务服务的若干规定》（国务院令第716号）第七条"
"""What can be had by sharing (数据共享) is not demanded from people; so offices give it."""

KEEPING_DUTY: Final = "《国务院关于在线政务服务的若干规定》（国务院令第716号）第十二条"
"""Electronic files are archived and handed over in electronic form."""

OWN_DUTY: Final = "履行证照颁发管理职责（《个人信息保护法》第三十四条）"
"""An office reads its own register for what its own duty needs. Source: unconfirmed."""


@unique
class BasisKind(StrEnum):
    """用证依据: why somebody may see something of a license."""

    CASE = "case"
    """办件: a case of the holder found the license; the holder is told afterwards."""
    GRANT = "grant"
    """授权: the holder, or a law, allowed it beforehand; see `certs.grants`."""
    DISPLAY_CODE = "display-code"
    """亮证: the holder showed a one-time code."""
    OFFLINE_CODE = "offline-code"
    """离线亮证: the holder took a signed code along; who reads it nobody is told."""
    REGISTER = "register"
    """本机关: the issuer reads its own register."""
    DATA_CHECK = "data-check"
    """数据共享核验: a register was asked, and says yes or no."""
    BENEFIT = "benefit"
    """免申即享: a department looks for whom a benefit is."""
    INFO_CHECK = "info-check"
    """信息验证: data that somebody knew was compared, and was right."""
    INFO_MISMATCH = "info-mismatch"
    """信息验证: data that somebody knew was compared, and was not right."""
    COPY = "annotated-copy"
    """加注件: the holder had a copy made for somebody."""
    ARCHIVE = "archive"
    """档案利用: an archivist took a package out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What was found to allow a use.

    Attributes:
        permitted: Names of elements, fields and files; None for everything the license says.
        purpose: What for, in plain words that the holder reads.
        matter: Code of the matter; empty where there is none.
        department: Who handles it, for those who count refusals.
        case_id: 办件编号; empty where there is none.
        grant_id: The grant; empty where there is none.
        on_behalf_of: For whom the user acts; empty for nobody else.
        duty: The clause that makes it somebody's duty; empty for none.
        lifted: Marks that stand in nobody's way here, because the holder, or for a child the
            guardian, agreed to these very fields, or because nothing leaves.
    """

    kind: BasisKind
    permitted: frozenset[str] | None
    purpose: str
    matter: str = ""
    department: str = ""
    case_id: str = ""
    grant_id: str = ""
    on_behalf_of: str = ""
    duty: str = ""
    lifted: frozenset[Mark] = frozenset()

    def beyond(self, fields: tuple[str, ...]) -> tuple[str, ...]:
        """Return what of ``fields`` is not permitted."""
        if self.permitted is None:
            return ()
        return tuple(name for name in fields if name not in self.permitted)

    def held_back(self, mark: Mark) -> bool:
        """Tell whether what has a mark must not leave by this."""
        return not self.duty and mark not in self.lifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody is about to be shown.

    Attributes:
        identifier: 证照标识.
        fields: Names of elements, fields and files (``license.pdf``).
        user: Which office, person or system.
    """

    identifier: str
    fields: tuple[str, ...]
    user: str


class ReleaseWork(Protocol):
    """What one release reads and writes."""

    @property
    def licenses(self) -> LicenseRepository:
        """The register within this transaction."""
        ...

    @property
    def usages(self) -> UsageLog:
        """The usage log within this transaction."""
        ...

    @property
    def overasks(self) -> OverAskLog:
        """The refusals within this transaction."""
        ...


class ReleaseUnit(ReleaseWork, Transaction, Protocol):
    """The same as a unit of work."""


def release(wanted: Wanted, basis: Basis, *, work: ReleaseWork, at: datetime) -> License:
    """Put a use on record and return the license; the caller commits before it shows anything.

    Raises:
        LicenseNotFoundError: There is no such license.
        OverAskError: More is wanted than the basis permits; see ``refusals_counted``.
    """
    license = work.licenses.get(wanted.identifier)
    release_found([(license, wanted)], basis, work=work, at=at)
    return license


def release_found(
    found: Sequence[tuple[License, Wanted]], basis: Basis, *, work: ReleaseWork, at: datetime
) -> None:
    """Put the uses of licenses at hand on record; the caller commits before it shows anything.

    Raises:
        OverAskError: More is wanted of one than the basis permits, or something that is marked
            without a duty or an agreement; none is on record then.
    """
    work.usages.add(*[_permitted(license, wanted, basis, at) for license, wanted in found])


def _permitted(license: License, wanted: Wanted, basis: Basis, at: datetime) -> Usage:
    """Return the use to be put on record, or refuse it."""
    beyond = basis.beyond(wanted.fields)
    if beyond:
        raise _refusal(license, wanted, basis, at, fields=beyond)
    is_whole = basis.permitted is None and not wanted.fields
    marked = marked_of(license, wanted.fields, is_whole=is_whole, at=at)
    held = {mark: fields for mark, fields in marked.items() if basis.held_back(mark)}
    if held:
        named = set().union(*held.values())
        fields = tuple(name for name in wanted.fields if name in named)
        raise _refusal(license, wanted, basis, at, fields=fields, marks=ordered(held))
    return _usage(wanted, basis, at, marks=ordered(marked))


def _refusal(  # noqa: PLR0913 - what is counted
    license: License,
    wanted: Wanted,
    basis: Basis,
    at: datetime,
    *,
    fields: tuple[str, ...],
    marks: tuple[Mark, ...] = (),
) -> OverAskError:
    refusal = OverAsk(
        at=at,
        user=wanted.user,
        department=basis.department,
        matter=basis.matter,
        type_code=license.type_code,
        case_id=basis.case_id,
        fields=fields,
        region=license.issuer_region,
        marks=marks,
    )
    return OverAskError(refusal, registered=tuple(sorted(basis.permitted or ())))


def _usage(wanted: Wanted, basis: Basis, at: datetime, *, marks: tuple[Mark, ...]) -> Usage:
    return Usage(
        identifier=wanted.identifier,
        at=at,
        user=wanted.user,
        basis=basis.kind.value,
        purpose=basis.purpose,
        fields=wanted.fields,
        matter=basis.matter,
        case_id=basis.case_id,
        grant_id=basis.grant_id,
        on_behalf_of=basis.on_behalf_of,
        marks=marks,
    )


_W = TypeVar("_W", bound=ReleaseUnit)


def release_now(
    wanted: Wanted,
    find_basis: Callable[[_W, datetime], Basis],
    *,
    unit_of_work: Callable[[], _W],
    clock: Clock,
) -> License:
    """Find the basis of one use and release by it, in one unit of work of its own.

    Args:
        wanted: What is about to be shown.
        find_basis: Returns the basis at a moment within a unit of work, or raises.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.

    Raises:
        LicenseNotFoundError: There is no such license.
        OverAskError: More is wanted than the basis permits; it has been counted.
    """
    now = clock.now()
    try:
        with unit_of_work() as work:
            license = release(wanted, find_basis(work, now), work=work, at=now)
            work.commit()
    except OverAskError as error:
        count_refusal(error, unit_of_work=unit_of_work)
        raise
    return license


def count_refusal(error: OverAskError, *, unit_of_work: Callable[[], ReleaseUnit]) -> None:
    """Keep a refusal in a unit of work of its own: that in which it came about is lost."""
    with unit_of_work() as work:
        work.overasks.add(error.refusal)
        work.commit()
