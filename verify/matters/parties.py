"""Parties (当事人): the people and enterprises beside the applicant whose licenses a matter needs.

A child's birth certificate is the child's, not the parent's who asks. So a material names whose
it is, and a case names who that is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from verify.errors import MalformedMatterError
from verify.matters.codes import check_code

APPLICANT: Final = "applicant"
"""Whose a material is where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """当事人 of a matter.

    Attributes:
        code: Lower-case words joined by hyphens.
        zh: Who that is, as the applicant reads it.
        en: The same in English.
    """

    code: str
    zh: str
    en: str

    def __post_init__(self) -> None:
        check_code(self.code)
        if self.code == APPLICANT:
            raise MalformedMatterError("the applicant is a party without being named")


def check_parties(parties: Iterable[Party], owners: Iterable[str]) -> None:
    """Check that each party is named once, and that materials belong to parties that there are.

    Args:
        parties: Those of a matter.
        owners: Whose its materials are.

    Raises:
        MalformedMatterError: A party is named twice, or a material belongs to nobody, or a party
            has no material.
    """
    codes = [party.code for party in parties]
    if len(set(codes)) != len(codes):
        raise MalformedMatterError("each party once")
    if set(owners) - {APPLICANT} != set(codes):
        raise MalformedMatterError("materials belong to the applicant or a party; each has one")
