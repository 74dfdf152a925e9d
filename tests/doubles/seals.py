"""The register of seals in memory; passes the tests of the SQL one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from certs.errors import (
    DuplicateSealError,
    IllegalTransitionError,
    SealNotFoundError,
    SealNotUsableError,
)
from certs.seals.events import ALLOWED, SealEvent, SealState
from certs.seals.register import RegisteredSeal
from certs.seals.succession import IssuerSuccession
from certs.seals.uses import SealUse


@dataclass
class SealShelf:
    """What is kept of seals."""

    seals: dict[str, RegisteredSeal] = field(default_factory=dict)
    events: dict[str, list[SealEvent]] = field(default_factory=dict)
    uses: list[SealUse] = field(default_factory=list)
    successions: list[IssuerSuccession] = field(default_factory=list)


class MemorySeals:
    def __init__(self, shelf: SealShelf) -> None:
        self._shelf = shelf

    def add(self, seal: RegisteredSeal, event: SealEvent) -> None:
        if seal.code in self._shelf.seals or self.find_encoded(seal.digest):
            raise DuplicateSealError("the seal is registered already")
        self._shelf.seals[seal.code] = seal
        self._shelf.events[seal.code] = []
        self.append_event(seal.code, event, number=1)

    def find(self, code: str) -> RegisteredSeal | None:
        return self._shelf.seals.get(code)

    def get(self, code: str) -> RegisteredSeal:
        found = self.find(code)
        if found is None:
            raise SealNotFoundError(code)
        return found

    def find_encoded(self, digest: str) -> RegisteredSeal | None:
        return next((item for item in self._shelf.seals.values() if item.digest == digest), None)

    def all(self) -> tuple[RegisteredSeal, ...]:
        return tuple(self._shelf.seals[code] for code in sorted(self._shelf.seals))

    def states(self) -> Mapping[str, SealState]:
        return {code: life[-1].move.state for code, life in self._shelf.events.items()}

    def events(self, code: str) -> tuple[SealEvent, ...]:
        return tuple(self._shelf.events.get(code, ()))

    def digests(self) -> Mapping[str, str]:
        return {code: seal.digest for code, seal in self._shelf.seals.items()}

    def lives(self) -> Mapping[str, tuple[SealEvent, ...]]:
        return {code: tuple(life) for code, life in self._shelf.events.items()}

    def count_events(self) -> int:
        return sum(len(life) for life in self._shelf.events.values())

    def append_event(self, code: str, event: SealEvent, *, number: int) -> None:
        life = self._shelf.events.get(code)
        before = life[-1] if life else None
        if (
            life is None
            or number != len(life) + 1
            or event.move not in ALLOWED[before.move.state if before else None]
            or (before is not None and event.recorded_at < before.recorded_at)
            or (life and event.effective_at < life[0].effective_at)
        ):
            raise IllegalTransitionError("the state changed meanwhile, or does not allow it")
        life.append(event)

    def add_uses(self, uses: Iterable[SealUse]) -> None:
        for use in uses:
            if self.states().get(use.seal_code) is not SealState.ENABLED:
                raise SealNotUsableError("the seal is not enabled")
            self._shelf.uses.append(use)

    def uses(
        self, code: str, *, limit: int, before: int | None = None
    ) -> tuple[tuple[int, SealUse], ...]:
        found = [
            (number, use)
            for number, use in enumerate(self._shelf.uses, start=1)
            if use.seal_code == code and (before is None or number < before)
        ]
        return tuple(found[::-1][:limit])

    def uses_of_license(self, license: str) -> tuple[SealUse, ...]:
        return tuple(use for use in self._shelf.uses if use.license == license)

    def add_succession(self, succession: IssuerSuccession) -> None:
        self._shelf.successions.append(succession)

    def successions(self) -> tuple[IssuerSuccession, ...]:
        return tuple(self._shelf.successions)
