"""A transaction (事务): the one thing that every unit of work is."""

from types import TracebackType
from typing import Protocol, Self


class Transaction(Protocol):
    """One transaction; leaves nothing behind unless committed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def only_read(self) -> None:
        """Say before anything else that this unit writes nothing: then it waits for nobody."""
        ...

    def commit(self) -> None:
        """Make the changes of this unit durable."""
        ...
