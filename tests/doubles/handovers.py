"""Handovers in memory; they pass the tests of the SQL ones."""

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from certs.packages.handovers import HandoverSide, KeptHandover

HandoverShelf: TypeAlias = dict[tuple[str, HandoverSide], KeptHandover]


class MemoryHandovers:
    def __init__(self, shelf: HandoverShelf) -> None:
        self._shelf = shelf

    def add(self, handover: KeptHandover) -> None:
        self._shelf.setdefault((handover.identity, handover.side), handover)

    def find(self, identity: str, side: HandoverSide) -> KeptHandover | None:
        return self._shelf.get((identity, side))

    def open_of(self, partner: str, digest: str) -> KeptHandover | None:
        for item in self._shelf.values():
            mine = (item.side, item.partner, item.digest)
            if mine == (HandoverSide.SENT, partner, digest) and item.closed_at is None:
                return item
        return None

    def close(self, identity: str, receipt: bytes, at: datetime) -> bool:
        kept = self._shelf.get((identity, HandoverSide.SENT))
        if kept is None or kept.closed_at is not None:
            return False
        self._shelf[identity, HandoverSide.SENT] = replace(kept, receipt=receipt, closed_at=at)
        return True
