"""Matters (事项) in their versions, and the list of them (事项清单)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique

from certs.regions import RegionCode
from verify.errors import MalformedMatterError, MatterNotFoundError
from verify.matters.codes import check_code
from verify.matters.materials import Material
from verify.matters.parties import Party, check_parties
from verify.matters.situations import NO_QUESTIONS, Answers, Situations, check_condition
from verify.matters.ways import ANY_TIME, Term, Way


@unique
class Audience(StrEnum):
    """Who asks for the matter (服务对象)."""

    PERSON = "person"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """事项 in one version; a version that cases cite is never changed.

    Attributes:
        code: Lower-case words joined by hyphens.
        version: From 1.
        name_zh: What the applicant reads.
        name_en: The same in English.
        audience: Who asks for it; None for both.
        region: Where it is handled; None for everywhere.
        department_zh: Who handles it (主管部门), in Chinese; empty where that is not said.
        legal_basis: What it rests on, in Chinese; empty where that is not said.
        one_thing: The name of the "一件事" that it belongs to, in Chinese; empty for none.
        term: When it is handled.
        situations: What is asked first.
        parties: Who else's materials it asks for, beside the applicant's.
        materials: What it asks for, in the order of the notice (一次性告知).
    """

    code: str
    version: int
    name_zh: str
    name_en: str
    audience: Audience | None = None
    region: RegionCode | None = None
    department_zh: str = ""
    legal_basis: str = ""
    one_thing: str = ""
    term: Term = ANY_TIME
    situations: Situations = NO_QUESTIONS
    parties: tuple[Party, ...] = ()
    materials: tuple[Material, ...]

    def __post_init__(self) -> None:
        check_code(self.code)
        codes = [material.code for material in self.materials]
        if self.version < 1:
            raise MalformedMatterError("a version is a number from 1")
        if not codes or len(set(codes)) != len(codes):
            raise MalformedMatterError("a matter has materials, and each code once")
        known = self.situations.by_code
        for material in self.materials:
            check_condition(material.when, known, where=material.code)
        check_parties(self.parties, (material.party for material in self.materials))

    def material(self, code: str) -> Material | None:
        """Return the material with ``code``, None where the matter does not ask for it."""
        return next((material for material in self.materials if material.code == code), None)

    def asked_for(self, answers: Answers) -> tuple[Material, ...]:
        """Return the materials that a situation calls for, in their order.

        Raises:
            SituationError: A question is open, was not asked, or has no such choice.
        """
        self.situations.check(answers)
        return tuple(item for item in self.materials if item.when.holds(answers))

    def parties_under(self, answers: Answers) -> tuple[Party, ...]:
        """Return whom a case has to name: whose material is asked for and can be looked up.

        Raises:
            SituationError: A question is open, was not asked, or has no such choice.
        """
        owners = {item.party for item in self.asked_for(answers) if item.way is not Way.NONE}
        return tuple(party for party in self.parties if party.code in owners)


@dataclass(frozen=True, slots=True)
class MatterCatalogue:
    """事项清单: the matters at hand, each maybe in several versions."""

    matters: tuple[Matter, ...]

    def codes(self) -> tuple[str, ...]:
        """Return the code of every matter, each once."""
        return tuple(dict.fromkeys(matter.code for matter in self.matters))

    def latest(self, code: str) -> Matter:
        """Return the newest version of a matter.

        Raises:
            MatterNotFoundError: There is none.
        """
        versions = [matter for matter in self.matters if matter.code == code]
        if not versions:
            raise MatterNotFoundError(code)
        return max(versions, key=lambda matter: matter.version)

    def version(self, code: str, version: int) -> Matter:
        """Return the version of a matter that a case cites.

        Raises:
            MatterNotFoundError: It is not at hand.
        """
        for matter in self.matters:
            if (matter.code, matter.version) == (code, version):
                return matter
        raise MatterNotFoundError(f"{code} version {version}")

    def joined(self, others: Iterable[Matter]) -> "MatterCatalogue":
        """Return the list with further matters; a version that is there already stays."""
        known = {(item.code, item.version) for item in self.matters}
        news = tuple(item for item in others if (item.code, item.version) not in known)
        return MatterCatalogue((*self.matters, *news))
