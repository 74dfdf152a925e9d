"""How people name a package: by its id, by its object, or by what it is of; shown is the id."""

from collections.abc import Callable
from dataclasses import dataclass

from api.errors import UsageError
from certs.packages.jobs import KeptPackage
from certs.ports import UnitOfWork


def kept_package(name: str, unit_of_work: Callable[[], UnitOfWork]) -> KeptPackage:
    """Return the package with this id or object, or the newest of a license or case.

    Raises:
        UsageError: There is none.
    """
    found = _found(name, unit_of_work)
    if found is None:
        raise UsageError(
            "没有此信息包，请用 yinxin archive show 查看 · no such package; see yinxin archive show"
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedHolding:
    """A package as keeping knows it, and as people are told.

    Attributes:
        object: The digest that it is kept under.
        shown: The package's id; of what no book has, the digest.
    """

    object: str
    shown: str


def named_holding(name: str, unit_of_work: Callable[[], UnitOfWork]) -> NamedHolding:
    """Return what is kept under a name; what is in no book goes by its digest alone."""
    found = _found(name, unit_of_work)
    if found is None:
        return NamedHolding(object=name, shown=name)
    return NamedHolding(object=found.object, shown=found.package_id)


def package_chain(subject: str, unit_of_work: Callable[[], UnitOfWork]) -> list[str]:
    """Return the ids of the packages of a license or case, each in the place of the one before."""
    chain: list[str] = []
    with unit_of_work() as work:
        kept = work.archive.newest_of(subject)
        while kept is not None and kept.package_id not in chain:
            chain.append(kept.package_id)
            kept = work.archive.find(kept.supersedes) if kept.supersedes else None
    return chain[::-1]


def _found(name: str, unit_of_work: Callable[[], UnitOfWork]) -> KeptPackage | None:
    with unit_of_work() as work:
        return (
            work.archive.find(name) or work.archive.of_object(name) or work.archive.newest_of(name)
        )
