"""Work lists (待办清单): the open findings of a department, license by license."""

from dataclasses import dataclass
from typing import NamedTuple

from certs.lints.findings import KeptFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkScope:
    """Which open findings are listed.

    Attributes:
        type_code: Of licenses of this type only; empty for all.
        lint: Of this lint only, by name; empty for all.
    """

    type_code: str = ""
    lint: str = ""


class OpenFinding(NamedTuple):
    """A finding that somebody has to do something about.

    Attributes:
        place: Where it stands among all findings; lists go on behind it.
        type_code: 证照类型代码 of its license.
    """

    place: int
    type_code: str
    kept: KeptFinding
