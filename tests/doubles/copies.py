"""The register of annotated copies in memory; passes the tests of the SQL one."""

from dataclasses import replace
from datetime import datetime

from certs.copies import KeptCopy
from certs.errors import CopyNotFoundError


class MemoryCopies:
    def __init__(self, kept: dict[str, KeptCopy]) -> None:
        self._kept = kept

    def add(self, kept: KeptCopy) -> None:
        self._kept[kept.statement.number] = kept

    def get(self, number: str) -> KeptCopy:
        if number not in self._kept:
            raise CopyNotFoundError(number)
        return self._kept[number]

    def revoke(self, number: str, *, at: datetime, actor: str) -> None:  # noqa: ARG002 - the port's signature
        if self.get(number).revoked_at is None:
            self._kept[number] = replace(self._kept[number], revoked_at=at)

    def of_license(self, identifier: str) -> tuple[KeptCopy, ...]:
        return tuple(x for x in reversed(self._kept.values()) if x.identifier == identifier)
