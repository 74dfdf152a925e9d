"""What is wrong with a table of several parts: all of it, each with its place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, TypeVar

from certs.errors import MalformedIdentifierError, MalformedTypeError
from certs.typed_tables import TypedTable

_MAX_PROBLEMS: Final = 50
_T = TypeVar("_T")


class Problems:
    """Collects what is wrong while the rest is read."""

    def __init__(self) -> None:
        self._found: list[str] = []

    def part(self, make: Callable[[], _T]) -> _T | None:
        """Return what ``make`` makes; None where it is refused."""
        try:
            return make()
        except MalformedTypeError as error:
            self._found += error.problems
            return None

    def each(
        self, tables: Callable[[], tuple[TypedTable, ...]], make: Callable[[TypedTable], _T]
    ) -> tuple[_T, ...]:
        """Return what ``make`` makes of each table."""
        made = [self.part(partial(make, item)) for item in self.part(tables) or ()]
        return tuple(item for item in made if item is not None)

    def finish(self) -> None:
        """Refuse the type if anything is wrong."""
        if self._found:
            raise MalformedTypeError(*self._found[:_MAX_PROBLEMS])


@contextmanager
def placed(table: TypedTable, key: str = "") -> Iterator[None]:
    """Put the place of a table, and a key, before what a value says about itself."""
    try:
        yield
    except (MalformedTypeError, MalformedIdentifierError) as error:
        if str(error).startswith(table.where):
            raise
        place = f"{table.where}{key}: " if key else table.where
        raise MalformedTypeError(f"{place}{error}") from error
