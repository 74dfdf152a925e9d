"""Looks whether other regions work, over connections and breakers of its own.

Questions that fail open a breaker, and a region behind it is silent without being asked. Whether
it works is not to be concluded from that, so nothing here shares anything with the questions.
"""

from dataclasses import dataclass, field
from typing import Final, Self

import httpx
from pydantic import ValidationError

from api.clients.breakers import Breakers
from api.clients.calls import Call, RegionCalls
from api.clients.retries import Retries
from api.schemas.registers import RegisterListOut

HEALTH_PATH: Final = "/healthz"
REGISTERS_PATH: Final = "/api/v1/share/registers"
_SECONDS: Final = 1.5
_MAX_BYTES: Final = 4096
_MAX_LIST_BYTES: Final = 262_144
_NEVER: Final = 2**63


def _own_calls() -> RegionCalls:
    calls = RegionCalls(retries=Retries(attempts=1))
    calls.breakers = Breakers(failures=_NEVER)
    return calls


@dataclass(frozen=True, slots=True)
class HealthClient:
    """Asks regions whether they work; use as a context manager."""

    calls: RegionCalls = field(default_factory=_own_calls)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.calls.close()

    def is_up(self, service_url: str) -> bool:
        """Tell whether the service of a region answers at all."""
        answer = self.calls.ask(
            Call(service_url=service_url, path=HEALTH_PATH, max_bytes=_MAX_BYTES, seconds=_SECONDS)
        )
        return answer is not None and answer.status == httpx.codes.OK

    def registers(self, service_url: str) -> frozenset[str]:
        """Return the registers of facts that a region offers; none while it is down."""
        answer = self.calls.ask(
            Call(
                service_url=service_url,
                path=REGISTERS_PATH,
                max_bytes=_MAX_LIST_BYTES,
                seconds=_SECONDS,
            )
        )
        if answer is None or answer.status != httpx.codes.OK:
            return frozenset()
        try:
            found = RegisterListOut.model_validate_json(answer.body)
        except ValidationError:
            return frozenset()
        return frozenset(item.code for item in found.registers)
