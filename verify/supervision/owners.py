"""Whose a material of a foreign case is (材料所属), by the matter and by what was exported."""

from dataclasses import dataclass, field
from typing import Final

from verify.acceptance.records import Applicant
from verify.acceptance.search import comparable
from verify.matters.catalogue import Matter
from verify.matters.materials import Material
from verify.matters.parties import APPLICANT
from verify.supervision.audited import AuditResult, Breach, ForeignLine

_APPLICANTS: Final = frozenset({APPLICANT, "申请人", "本人"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Who is to be looked up, or why nobody is.

    Attributes:
        party: The code of the party by the matter; empty for the applicant.
        person: Whose license or record it is.
        problem: Why nobody is looked up: a breach, or that nothing can be said.
    """

    party: str
    person: Applicant | None = field(default=None, repr=False)
    problem: Breach | AuditResult | None = None


def owner_of(line: ForeignLine, matter: Matter, material: Material) -> Owned:
    """Return whose the material of a line is.

    An export without columns for parties says nothing of them; one that has the columns and
    leaves them blank says that nobody was named.
    """
    party = "" if material.party == APPLICANT else material.party
    said = _said(line, matter)
    if said is None:
        # What no column says otherwise is the applicant's, if the matter says so, too.
        unknown = AuditResult.UNKNOWN_PARTY if party or line.owner is not None else None
        return Owned(party=party, person=line.applicant, problem=unknown)
    if said == "" and not party:
        return Owned(party=party, person=line.applicant)
    if said == "":
        return Owned(party=party, problem=Breach.PARTY_MISSING)
    if said != material.party:
        return Owned(party=party, problem=Breach.WRONG_PARTY)
    if not party:
        return Owned(party=party, person=line.applicant)
    person = None if line.owner is None else line.owner.person
    missing = Breach.PARTY_MISSING if person is None else None
    return Owned(party=party, person=person, problem=missing)


def _said(line: ForeignLine, matter: Matter) -> str | None:
    """Return which party the export names, by its code; empty for nobody, None for no word."""
    if line.owner is None:
        return None
    named = comparable(line.owner.party)
    if not named:
        return ""
    if named in _APPLICANTS:
        return APPLICANT
    codes = (party.code for party in matter.parties if named in _names(party.code, party.zh))
    return next(codes, None)


def _names(*names: str) -> frozenset[str]:
    return frozenset(map(comparable, names))
