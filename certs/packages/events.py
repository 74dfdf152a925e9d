"""``premis.jsonl``: what happened to what is in the package, one event a line.

Terms of PREMIS 3; the steps of archiving are those of GB/T 42727-2023, chapter 6.
Source: unconfirmed for the order of the steps; the table of contents was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, unique

from certs import canonical
from certs.errors import MalformedRecordError

MAX_EVENTS_BYTES = 2**20


@unique
class EventType(StrEnum):
    """eventType."""

    CREATION = "creation"
    SIGNING = "digital signature generation"
    VALIDATION = "digital signature validation"
    INGESTION = "ingestion"
    MESSAGE_DIGEST = "message digest calculation"
    STATUS_CHANGE = "metadata modification"
    DECISION = "policy assignment"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageEvent:
    """One event.

    Attributes:
        step: 受理、制证、用印、归档 and the like, as people call it.
        agent: Who did it: a code of an organization, an operator's number, or a program.
        outcome: How it ended; empty where it can only be done.
        detail: What else is known; names nobody.
    """

    type: EventType
    step: str
    at: datetime
    agent: str
    outcome: str = "success"
    detail: str = ""


def write_events(events: Iterable[PackageEvent]) -> bytes:
    """Return the events as JSON Lines, in their order."""
    return b"".join(canonical.encode(_json(event)) + b"\n" for event in events)


def parse_events(content: bytes) -> tuple[PackageEvent, ...]:
    """Read what ``write_events`` wrote.

    Raises:
        MalformedRecordError: It is something else.
    """
    if len(content) > MAX_EVENTS_BYTES:
        raise MalformedRecordError("too many events")
    return tuple(_event(line) for line in content.split(b"\n") if line)


def _json(event: PackageEvent) -> dict[str, canonical.JsonValue]:
    value = {
        "eventType": event.type.value,
        "step": event.step,
        "eventDateTime": event.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "linkingAgentIdentifier": event.agent,
        "eventOutcome": event.outcome,
        "eventDetail": event.detail,
    }
    return {name: text for name, text in value.items() if text}


def _event(line: bytes) -> PackageEvent:
    value = canonical.decode(line)
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise MalformedRecordError("not an event")
    try:
        return PackageEvent(
            type=EventType(value["eventType"]),
            step=value["step"],
            at=datetime.fromisoformat(value["eventDateTime"]),
            agent=value.get("linkingAgentIdentifier", ""),
            outcome=value.get("eventOutcome", ""),
            detail=value.get("eventDetail", ""),
        )
    except (KeyError, ValueError) as error:
        raise MalformedRecordError("not an event") from error
