"""Policies (核验策略): what each check means for whoever asks, and how status is learned.

A policy is a TOML file. It may soften what its purpose can bear, never what makes a document
genuine; whatever it does not name refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum, unique
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from certs import canonical
from certs.typed_tables import TypedTable, read_toml
from signing.algorithms import sm3
from verify.checks import ALWAYS_REFUSE, Check, Level
from verify.errors import MalformedPolicyError

SCHEMA: Final = "yinxin.policy/1"
_SHIPPED: Final = Path(__file__).parent / "shipped_policies"
_MOST_HOURS: Final = 24 * 366
_MOST_WITNESSES: Final = 64


@unique
class Purpose(StrEnum):
    """What somebody verifies for; each has a policy that comes with the program."""

    PUBLIC = "public"
    ACCEPTANCE = "acceptance"
    ARCHIVE = "archive"


@unique
class StatusOrder(StrEnum):
    """Whom to believe about legal status, in which order."""

    LIST_FIRST = "list-first"
    ONLINE_FIRST = "online-first"
    ONLINE_ONLY = "online-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What checks mean.

    Attributes:
        name: What reports call it.
        zh: Its name for people.
        en: The same in English.
        levels: By check; what is not there refuses.
        documents: How the status of a license is learned that came as a document.
        codes: The same for an identifier or a code.
        longest_age: How old what a region said may be.
        witnesses: How many other regions must have seen a checkpoint of a ledger (见证) before it
            proves a time.
        identity: SM3 of the policy's canonical form, hexadecimal.
    """

    name: str
    zh: str
    en: str
    levels: Mapping[Check, Level] = field(repr=False)
    documents: StatusOrder
    codes: StatusOrder
    longest_age: timedelta
    witnesses: int = 1
    identity: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", sm3(canonical.encode(self.as_json())).hex())

    def __hash__(self) -> int:
        return hash(self.identity)

    def level(self, check: Check) -> Level:
        """Return what it means when ``check`` does not end well."""
        return self.levels.get(check, Level.REFUSE)

    def as_json(self) -> dict[str, canonical.JsonValue]:
        """Return the whole policy, as reports carry it; one witness goes without saying."""
        value: dict[str, canonical.JsonValue] = {
            "schema": SCHEMA,
            "name": self.name,
            "zh": self.zh,
            "en": self.en,
            "status": {
                "documents": self.documents.value,
                "codes": self.codes.value,
                "longest_age_hours": self.longest_age // timedelta(hours=1),
            },
            "levels": {check.value: level.value for check, level in sorted(self.levels.items())},
        }
        return value | ({"ledger": {"witnesses": self.witnesses}} if self.witnesses > 1 else {})


@lru_cache
def shipped_policy(purpose: Purpose) -> Policy:
    """Return the policy that comes with the program."""
    return load_policy(_SHIPPED / f"{purpose}.toml")


@lru_cache
def with_witnesses(policy: Policy, at_least: int) -> Policy:
    """Return the policy, made to want so many witnesses where it wants fewer."""
    return policy if policy.witnesses >= at_least else replace(policy, witnesses=at_least)


def load_policy(path: Path) -> Policy:
    """Return the policy in a TOML file of at most 128 KiB.

    Raises:
        MalformedPolicyError: The file is missing, no TOML, or against the schema; the message
            names file and place.
    """
    try:
        return parse_policy(read_toml(path, error=MalformedPolicyError))
    except MalformedPolicyError as error:
        raise MalformedPolicyError(f"{path.name}: {error}") from error


def parse_policy(table: TypedTable) -> Policy:
    """Return the policy that a table holds; ``base`` names a shipped one that it changes.

    Raises:
        MalformedPolicyError: Against the schema, or it softens what no policy can.
    """
    if table.take("schema", str) != SCHEMA:
        raise table.error("schema", f"must be {SCHEMA}")
    base = table.optional_member("base", Purpose)
    found = _policy(table, shipped_policy(base) if base is not None else _STRICTEST)
    table.finish()
    return found


_STRICTEST: Final = Policy(
    name="",
    zh="",
    en="",
    levels=MappingProxyType({}),
    documents=StatusOrder.ONLINE_FIRST,
    codes=StatusOrder.ONLINE_FIRST,
    longest_age=timedelta(hours=12),
)


def _policy(table: TypedTable, base: Policy) -> Policy:
    status = table.optional_table("status")
    levels = table.optional_table("levels")
    name = table.take("name", str)
    found = Policy(
        name=name,
        zh=table.take("zh", str, name),
        en=table.take("en", str, name),
        levels=MappingProxyType({**base.levels, **_levels(levels)}),
        documents=_order(status, "documents", base.documents),
        codes=_order(status, "codes", base.codes),
        longest_age=_age(status, base.longest_age),
        witnesses=_witnesses(table.optional_table("ledger"), base.witnesses),
    )
    if status is not None:
        status.finish()
    return found


def _levels(table: TypedTable | None) -> dict[Check, Level]:
    if table is None:
        return {}
    named = {check: table.optional_member(check.value, Level) for check in Check}
    table.finish()
    levels = {check: level for check, level in named.items() if level is not None}
    for check, level in levels.items():
        if level is not Level.REFUSE and check in ALWAYS_REFUSE:
            raise table.error(check.value, "always refuses")
    return levels


def _order(status: TypedTable | None, key: str, default: StatusOrder) -> StatusOrder:
    found = status.optional_member(key, StatusOrder) if status is not None else None
    return found or default


def _age(status: TypedTable | None, default: timedelta) -> timedelta:
    if status is None or not status.has("longest_age_hours"):
        return default
    hours = status.positive("longest_age_hours")
    if hours > _MOST_HOURS:
        raise status.error("longest_age_hours", f"must be at most {_MOST_HOURS}")
    return timedelta(hours=hours)


def _witnesses(ledger: TypedTable | None, default: int) -> int:
    if ledger is None:
        return default
    count = ledger.positive("witnesses")
    ledger.finish()
    if count > _MOST_WITNESSES:
        raise ledger.error("witnesses", f"must be at most {_MOST_WITNESSES}")
    return count
