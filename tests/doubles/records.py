"""Records in memory; the cursor over a database passes the same tests."""

from collections.abc import Iterator, Sequence


class MemoryRecords:
    """Columns and the records under them."""

    def __init__(self, columns: Sequence[str], records: Sequence[Sequence[object]]) -> None:
        self._columns = tuple(columns)
        self._records = records

    @property
    def columns(self) -> tuple[str, ...]:
        return self._columns

    def __iter__(self) -> Iterator[Sequence[object]]:
        return iter(self._records)
