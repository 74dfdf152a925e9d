"""Synthetic applicants (样例) with whole licenses, made by the types' own samples and rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from certs.applications import parse_application
from certs.catalogue import Catalogue, LicenseType
from certs.element_names import Element
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.records import SALT_BYTES, IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.samples import (
    birth_certificate,
    business_license,
    disability_card,
    drainage_permit,
    food_business,
    medical_institution,
    nurse_practice,
    real_estate_title,
    road_transport_operation,
    road_transport_vehicle,
    social_security_card,
    special_equipment_use,
)
from certs.status_indexes import StatusIndex
from certs.statuses import StatusKind
from certs.type_folders import shipped_types
from tests import world
from verify.acceptance.attachments import AttachedLicense, values_of
from verify.acceptance.notices import CaseView
from verify.acceptance.ports import FoundLicense
from verify.acceptance.reasons import LookupResult
from verify.acceptance.records import Applicant
from verify.conclusions import Conclusion
from verify.matters.catalogue import Audience, Matter
from verify.matters.situations import Situations

REGION = RegionCode("340200")
TYPES = shipped_types()
CATALOGUE = Catalogue.of(TYPES)
_ISSUER, _UNIFIED = world.ISSUERS["340200"]
_SAMPLES = {
    "birth_certificate": birth_certificate.birth_certificate_rows,
    "business_license": business_license.business_license_rows,
    "disability_card": disability_card.disability_card_rows,
    "drainage_permit": drainage_permit.drainage_permit_rows,
    "food_business": food_business.food_business_rows,
    "medical_institution": medical_institution.medical_institution_rows,
    "nurse_practice": nurse_practice.nurse_practice_rows,
    "real_estate_title": real_estate_title.real_estate_title_rows,
    "road_transport_operation": road_transport_operation.road_transport_operation_rows,
    "road_transport_vehicle": road_transport_vehicle.road_transport_vehicle_rows,
    "social_security_card": social_security_card.social_security_card_rows,
    "special_equipment_use": special_equipment_use.special_equipment_use_rows,
}
PARTIES: dict[str, str] = {
    "agent": "person",
    "child": "child",
    "driver": "father",
    "employer": "enterprise",
    "father": "father",
    "former-operator": "former-operator",
    "guardian": "father",
    "household": "person",
    "lender": "enterprise",
    "manager": "person",
    "mother": "person",
    "new-representative": "person",
    "nurse": "person",
    "operator": "person",
    "owner": "seller",
    "pupil": "child",
    "registered-child": "registered-child",
    "student": "registered-child",
    "ward": "child",
}
"""Who each party of the shipped matters is; the mother applies for her child."""


@dataclass
class TestApplicant:
    """Somebody with one license of each type that such holders can have.

    It is also a register that holds these and nothing else.
    """

    __test__ = False
    code_type: HolderCodeType
    types: tuple[str, ...]
    number: int = 0
    region: RegionCode = REGION
    records: dict[LicenseTypeCode, LicenseRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first = CATALOGUE.find(self.types[0])
        assert first is not None
        row = _row(first, self.code_type, self.number)
        spec = first.field_of(Element.HOLDER_CODE)
        assert spec is not None
        code = row.get(spec.name) or row[spec.defaults_to]
        self.code = HolderCode(code_type=self.code_type, code=code)
        self.name = row[_name_of(first, Element.HOLDER_NAME)]
        for name in self.types:
            license_type = CATALOGUE.find(name)
            assert license_type is not None
            self.records[license_type.code] = self._record(license_type)

    @property
    def applicant(self) -> Applicant:
        return Applicant(code=self.code, name=self.name)

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        held = [self.records[item] for item in license_types if item in self.records]
        return tuple(
            FoundLicense(
                identifier=record.identifier,
                region=REGION,
                holder=record.holder,
                holder_name=record.holder_name,
                status=StatusKind.ACTIVE,
                valid_to=None,
                fields=frozenset(values_of(record, CATALOGUE)),
                conclusion=Conclusion.PASSED,
                face=str(record.identifier).encode(),
            )
            for record in held
            if holder == self.code
        )

    def attached(self, view: CaseView) -> tuple[AttachedLicense, ...]:
        """What the case of this applicant has attached, by its look-ups."""
        by_identifier = {record.identifier: record for record in self.records.values()}
        return tuple(
            AttachedLicense(
                material=item.material.code,
                lookup=lookup,
                record=record,
                values=values_of(record, CATALOGUE),
                face=b"",
            )
            for item in view.materials
            for lookup in item.lookups
            if lookup.result is LookupResult.VALID
            and lookup.license is not None
            and (record := by_identifier.get(lookup.license)) is not None
            and view.case.owner(item.material).code == self.code
        )

    def _record(self, license_type: LicenseType) -> LicenseRecord:
        row = dict(_row(license_type, self.code_type, self.number))
        row[_name_of(license_type, Element.HOLDER_NAME)] = self.name
        row[_name_of(license_type, Element.HOLDER_CODE)] = self.code.code
        spec = license_type.field_of(Element.HOLDER_CODE_TYPE)
        if spec is not None:
            row[spec.name] = self.code_type.value
        if license_type.short_name in {"business_license", "social_security_card"}:
            row["number"] = self.code.code
        if license_type.short_name == "disability_card":
            row["number"] = self.code.code + row["number"][18:]
        if self.code_type is HolderCodeType.CITIZEN_NUMBER:
            number = self.code.code
            of_number = {
                "born_on": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
                "sex": "女男"[int(number[16]) % 2],
            }
            row |= {name: value for name, value in of_number.items() if name in row}
        application = parse_application(license_type, row)
        issuer = SocialCreditCode(_UNIFIED)
        return LicenseRecord(
            identifier=LicenseIdentifier(
                type_code=license_type.code, issuer_code=issuer, serial="A" * 16
            ),
            type_name=license_type.name,
            number=application.number,
            authority=IssuingAuthority(code=issuer, name=_ISSUER, region=REGION),
            holder=application.holder,
            holder_name=application.holder_name,
            issued_on=application.issued_on,
            valid_from=application.valid_from,
            valid_to=application.valid_to,
            fields=application.fields,
            status_uri="http://340200.test/api/v1/status-lists/0",
            status_index=StatusIndex(list_number=0, index=1),
            salt=bytes(SALT_BYTES),
            type_version=license_type.version,
        )


def _row(license_type: LicenseType, code_type: HolderCodeType, number: int) -> Mapping[str, str]:
    """A sample row; of types for people and companies one of that kind of holder."""
    rows = _SAMPLES[license_type.short_name](REGION, 20, seed=7)
    spec = license_type.field_of(Element.HOLDER_CODE_TYPE)
    fitting = [row for row in rows if spec is None or row.get(spec.name) == code_type.value]
    return (fitting or list(rows))[number]


def _name_of(license_type: LicenseType, element: Element) -> str:
    spec = license_type.field_of(element)
    assert spec is not None
    return spec.name


def enterprise() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.SOCIAL_CREDIT_CODE,
        types=(
            "business_license",
            "food_business",
            "drainage_permit",
            "medical_institution",
            "real_estate_title",
            "road_transport_operation",
            "road_transport_vehicle",
            "special_equipment_use",
        ),
    )


def former_operator() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.SOCIAL_CREDIT_CODE,
        types=("business_license", "road_transport_vehicle"),
        number=1,
    )


def person() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.CITIZEN_NUMBER,
        types=("social_security_card", "disability_card", "nurse_practice", "real_estate_title"),
    )


def child() -> TestApplicant:
    return TestApplicant(code_type=HolderCodeType.OTHER_PERSON, types=("birth_certificate",))


def registered_child() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.CITIZEN_NUMBER, types=("social_security_card",), number=2
    )


def seller() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.CITIZEN_NUMBER, types=("real_estate_title",), number=3
    )


def father() -> TestApplicant:
    return TestApplicant(
        code_type=HolderCodeType.CITIZEN_NUMBER, types=("social_security_card",), number=1
    )


def applicant_of(matter: Matter, everybody: Mapping[str, TestApplicant]) -> TestApplicant:
    return everybody["person" if matter.audience is Audience.PERSON else "enterprise"]


@dataclass(frozen=True)
class Everybody:
    """The register of all applicants, and what their cases have attached."""

    people: Mapping[str, TestApplicant]
    region: RegionCode = REGION

    def find(
        self, holder: HolderCode, license_types: Sequence[LicenseTypeCode]
    ) -> tuple[FoundLicense, ...]:
        found = (person.find(holder, license_types) for person in self.people.values())
        return tuple(license for licenses in found for license in licenses)

    def attached(self, view: CaseView) -> tuple[AttachedLicense, ...]:
        found = (person.attached(view) for person in self.people.values())
        return tuple(license for licenses in found for license in licenses)

    def parties(self, matter: Matter, situation: Mapping[str, str]) -> dict[str, Applicant]:
        needed = matter.parties_under(situation)
        return {party.code: self.people[PARTIES[party.code]].applicant for party in needed}


def every_situation(situations: Situations) -> Iterator[dict[str, str]]:
    """Each way in which the questions of a matter can be answered, once."""
    seen: set[tuple[tuple[str, str], ...]] = set()
    choices = [[item.code for item in question.choices] for question in situations.questions]
    for chosen in product(*choices):
        answers: dict[str, str] = {}
        for question, choice in zip(situations.questions, chosen, strict=True):
            if question.when.holds(answers):
                answers[question.code] = choice
        key = tuple(sorted(answers.items()))
        if key not in seen:
            seen.add(key)
            yield answers


TODAY = date(2026, 3, 18)
