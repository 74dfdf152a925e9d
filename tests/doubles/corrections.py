"""Corrections in memory; they pass the tests of the SQL ones."""

from dataclasses import dataclass, field, replace

from certs.corrections import FLAGGED, Correction, CorrectionEvent, CorrectionStep
from certs.errors import CorrectionNotFoundError, CorrectionStepError


@dataclass
class CorrectionShelf:
    """What is kept of corrections."""

    corrections: dict[str, Correction] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)


class MemoryCorrections:
    def __init__(self, shelf: CorrectionShelf) -> None:
        self._shelf = shelf

    def add(self, correction: Correction, *, request_key: str) -> None:
        self._shelf.corrections[correction.receipt] = correction
        self._shelf.requests[request_key] = correction.receipt

    def get(self, receipt: str) -> Correction:
        if receipt not in self._shelf.corrections:
            raise CorrectionNotFoundError(receipt)
        return self._shelf.corrections[receipt]

    def of_request(self, key: str) -> Correction | None:
        receipt = self._shelf.requests.get(key)
        return self._shelf.corrections[receipt] if receipt else None

    def append(self, receipt: str, event: CorrectionEvent, *, expected: CorrectionStep) -> None:
        found = self._shelf.corrections.get(receipt)
        if found is None or found.step is not expected:
            raise CorrectionStepError("somebody else took a step meanwhile")
        kept = {} if event.step is CorrectionStep.ARCHIVED else found.proposed
        self._shelf.corrections[receipt] = replace(
            found, events=(*found.events, event), proposed=kept
        )

    def newest(
        self, limit: int, *, after: str | None = None, open_only: bool = False
    ) -> tuple[Correction, ...]:
        found = list(reversed(self._shelf.corrections.values()))
        if after is not None:
            names = [item.receipt for item in found]
            found = found[names.index(after) + 1 :] if after in names else []
        return tuple([item for item in found if item.is_open or not open_only][:limit])

    def flags(self, identifier: str) -> tuple[Correction, ...]:
        return tuple(
            item
            for item in self._shelf.corrections.values()
            if item.identifier == identifier and item.step in FLAGGED
        )

    def of_license(self, identifier: str, *, proposer: str) -> tuple[Correction, ...]:
        return tuple(
            item
            for item in reversed(self._shelf.corrections.values())
            if item.identifier == identifier and item.proposer == proposer
        )
