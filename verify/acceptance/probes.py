"""Probes of sources (数据源探测): whether one that was silent works, seen over another path.

Whoever finds a source silent says so of himself. A demand that rests on it needs somebody else's
word: the system's own, written down after the look-up.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Protocol

from certs.regions import RegionCode

_REGISTER = "register/"


@unique
class SourceState(StrEnum):
    """What a probe found."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """探测记录: never changed afterwards.

    Attributes:
        source: What was probed; a region's code, or ``register/`` and a register's name.
        state: What it was found to be.
        probed_at: When that was known.
    """

    source: str
    state: SourceState
    probed_at: datetime


class ProbeBook(Protocol):
    """Where probes are kept; only the system writes them."""

    def add(self, probes: Collection[Probe]) -> None:
        """Keep probes; one that is there already is no error."""
        ...

    def newest_since(self, moment: datetime) -> tuple[Probe, ...]:
        """Return the newest probe of every source that was probed since a moment, by source."""
        ...

    def newest(self, sources: Collection[str]) -> Mapping[str, Probe]:
        """Return the newest probe of each source; of two at one moment the one that is up."""
        ...


class Prober(Protocol):
    """Probes sources and writes down what it finds."""

    def begin(self, sources: Collection[str]) -> None:
        """Probe sources soon, without anybody waiting for it."""
        ...

    def probe(self, sources: Collection[str]) -> None:
        """Probe sources now."""
        ...


def source_of_region(region: RegionCode) -> str:
    """Return the name under which a region's register of licenses is probed."""
    return str(region)


def source_of_register(register: str) -> str:
    """Return the name under which a register of facts is probed."""
    return f"{_REGISTER}{register}"


def register_of(source: str) -> str | None:
    """Return the register of facts that a name stands for; None where it is a region."""
    return source.removeprefix(_REGISTER) if source.startswith(_REGISTER) else None
