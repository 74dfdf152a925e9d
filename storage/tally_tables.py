"""Tables of supervision (监督统计): facts that are noted, and how many there are of each."""

from typing import Final

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table

from storage.constraints import check
from storage.database import BIG_NUMBER
from storage.matter_tables import CODE, PERSON, WORD
from storage.tables import metadata

_REGION: Final = String(6)
_CODE: Final = String(80)
_TOLD: Final = ("what", "code")
_WHOLE: Final = (*_TOLD, "week", "number")

tally_facts: Final = Table(
    "tally_facts",
    metadata,
    Column("number", BIG_NUMBER, nullable=False, autoincrement=True),
    Column("week", Integer, nullable=False),
    Column("matter", CODE, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("region", _REGION, nullable=False),
    Column("what", WORD, nullable=False),
    Column("code", _CODE, nullable=False),
    PrimaryKeyConstraint("number"),
)
"""Facts that are not counted yet; counting takes them away in the same transaction."""

tallies: Final = Table(
    "tallies",
    metadata,
    Column("week", Integer, nullable=False),
    Column("matter", CODE, nullable=False),
    Column("operator", PERSON, nullable=False),
    Column("region", _REGION, nullable=False),
    Column("what", WORD, nullable=False),
    Column("code", _CODE, nullable=False),
    Column("number", BIG_NUMBER, nullable=False),
    PrimaryKeyConstraint("week", "matter", "operator", "region", "what", "code"),
    check("number_positive", "number >= 1"),
    # Figures are read in the order in which they are told apart, without sorting.
    *(
        Index(f"ix_tallies_by_{name}", name, *((*_TOLD, "number") if name == "week" else _WHOLE))
        for name in ("matter", "region", "operator", "week")
    ),
)
"""How often each fact was noted, by week and by whom."""
