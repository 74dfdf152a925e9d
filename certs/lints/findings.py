"""What lints find: which one, and at which field; never a value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from certs.lints.dimensions import Dimension, LintLevel
from certs.lints.names import LINTS, Lint


@dataclass(frozen=True, slots=True, order=True)
class LintFinding:
    """One lint at one field of one license.

    Attributes:
        lint: The lint's name.
        level: What it means.
        field: The field, or the file, by name; empty where it is about the whole license.
    """

    lint: str
    level: LintLevel
    field: str = ""

    @classmethod
    def of(cls, lint: Lint, field: str = "") -> Self:
        """Return what ``lint`` finds at ``field``."""
        return cls(lint=lint.name, level=lint.level, field=field)

    @classmethod
    def named(cls, name: str, field: str = "") -> Self:
        """Return what the lint of the catalogue with this name finds."""
        return cls.of(LINTS[name], field)

    @property
    def dimension(self) -> Dimension:
        """What it tells about."""
        return Dimension(self.lint.partition(".")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFinding:
    """A finding as it is kept with its license.

    Attributes:
        first_seen: When it was found first.
        last_seen: When it was found last.
        cleared_at: When a later look no longer found it; None while it is open.
    """

    identifier: str
    finding: LintFinding
    first_seen: datetime
    last_seen: datetime
    cleared_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it was there when somebody looked last."""
        return self.cleared_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Everything that one look at a license found.

    Attributes:
        identifier: 证照标识.
        type_code: 证照类型代码.
        issuer_code: 证照颁发机构代码.
        findings: What was found, each once.
        days_to_store: Days from the decision until the license was stored; None if unknown.
        has_opened_files: Whether its files were opened and verified; what was found of that
            before stays, if not.
    """

    identifier: str
    type_code: str
    issuer_code: str
    findings: tuple[LintFinding, ...]
    days_to_store: int | None
    has_opened_files: bool = False


def distinct(findings: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    """Return findings in order, each lint at each field once."""
    kept: Mapping[tuple[str, str], LintFinding] = {
        (item.lint, item.field): item for item in findings
    }
    return tuple(sorted(kept.values()))
