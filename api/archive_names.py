"""How people name a package: by its id, by its object, or by what it is of; shown is the id."""

from collections.abc import Callable

from api.errors import UsageError
from certs.packages.jobs import KeptPackage
from certs.ports import UnitOfWork


def kept_package(name: str, unit_of_work: Callable[[], UnitOfWork]) -> KeptPackage:
    """Return the package with this id or object, or the newest of a license or case.

    Raises:
        UsageError: There is none.
    """
    with unit_of_work() as work:
        found = (
            work.archive.find(name) or work.archive.of_object(name) or work.archive.newest_of(name)
        )
    if found is None:
        raise UsageError(
            "没有此信息包，请用 yinxin archive show 查看 · no such package; see yinxin archive show"
        )
    return found
