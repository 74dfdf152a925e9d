"""Carries checkpoints of this region's logs to the regions that witness them."""

from dataclasses import dataclass
from typing import Final

from api.clients.calls import Call, RegionCalls
from signing.ledger.notes import MAX_NOTE_BYTES
from verify.ledger.asking import WitnessAnswer

ADD_CHECKPOINT: Final = "/api/v1/ledger/add-checkpoint"
_SECONDS: Final = 10.0
_WORTH_READING: Final = frozenset({200, 409})


@dataclass(frozen=True, slots=True)
class HttpWitnessClient:
    """Asks over the connections of a region client."""

    calls: RegionCalls

    def add_checkpoint(self, service_url: str, body: str) -> WitnessAnswer | None:
        """Return what the region said, None for silence."""
        answer = self.calls.ask(
            Call(
                method="POST",
                service_url=service_url,
                path=ADD_CHECKPOINT,
                content=body.encode(),
                content_type="text/plain; charset=utf-8",
                max_bytes=MAX_NOTE_BYTES,
                seconds=_SECONDS,
                read=_WORTH_READING,
            )
        )
        if answer is None:
            return None
        return WitnessAnswer(status=answer.status, body=answer.body.decode("utf-8", "replace"))
