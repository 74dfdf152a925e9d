"""Marks in memory; passes the tests of the SQL ones."""

from collections.abc import Sequence
from dataclasses import replace

from certs.licenses import License
from certs.mark_keeping import FoundMarks, SecretChange


class MemoryMarks:
    def __init__(self, kept: dict[str, License], changes: list[SecretChange]) -> None:
        self._kept = kept
        self._changes = changes

    def change(self, change: SecretChange, *, held: frozenset[str]) -> None:
        self._changes.append(change)
        license = self._kept[change.identifier]
        self._kept[change.identifier] = replace(license, held_secrets=held)

    def changes(self, identifier: str) -> tuple[SecretChange, ...]:
        return tuple(item for item in self._changes if item.identifier == identifier)

    def licenses(self, identifiers: Sequence[str]) -> tuple[License, ...]:
        return tuple(self._kept[name] for name in identifiers if name in self._kept)

    def unknown(self, limit: int, *, after: str = "") -> tuple[License, ...]:
        names = list(self._kept)
        rest = names[names.index(after) + 1 :] if after else names
        found = (self._kept[name] for name in rest)
        return tuple(item for item in found if not item.has_marks_known)[:limit]

    def count_unknown(self, *, at_most: int | None = None) -> int:
        return len([item for item in self._kept.values() if not item.has_marks_known][:at_most])

    def learn(self, found: Sequence[FoundMarks]) -> None:
        for item in found:
            self._kept[item.identifier] = replace(
                self._kept[item.identifier],
                child_until=item.child_until,
                type_secrets=item.type_secrets,
                has_marks_known=True,
            )
