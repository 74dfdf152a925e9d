"""Refusals in memory."""

from dataclasses import dataclass, field

from verify.acceptance.refusals import Refusal


@dataclass
class MemoryRefusals:
    """A ``RefusalBook`` in a list."""

    kept: list[Refusal] = field(default_factory=list)

    def add(self, refusal: Refusal) -> None:
        self.kept.append(refusal)
