"""信息有误: the applicant says that what a license put into the form is wrong.

The issuer is told by itself, with what should stand there; its answer comes back to the case, and
the next version of the license into the form. Nobody writes over what a department vouches for.
"""

from dataclasses import dataclass

from certs.corrections import CorrectionKind
from certs.identifiers import LicenseTypeCode
from verify.acceptance.attachments import AttachedLicense
from verify.acceptance.places import Place
from verify.acceptance.records import PersonRole
from verify.case_corrections.records import CaseCorrection
from verify.decision_errors import (
    FieldUnknownError,
    FieldValueError,
    MistakeNotPossibleError,
    OutcomeSettledError,
    RoleMissingError,
)
from verify.prefill.desk import FormDesk
from verify.prefill.facts import Found
from verify.prefill.filling import FilledField
from verify.prefill.sources import ISSUER_ELEMENTS, SourceKind
from verify.prefill.transforms import Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """What the applicant says.

    Attributes:
        field: Code of the field.
        proposed: What should stand there.
        license: 电子证照标识 of the license that is wrong, where several differ; empty for the
            one that fills the field.
    """

    field: str
    proposed: str
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MistakeDesk:
    """更正受理 at the window.

    Attributes:
        forms: The forms in which it is seen.
    """

    forms: FormDesk

    def raise_one(self, case_id: str, mistake: Mistake, *, operator: str) -> CaseCorrection:
        """Keep what is wrong, for the issuer; the same field again is no other correction.

        Raises:
            CaseNotFoundError: There is no such case.
            RoleMissingError: The operator may not accept cases.
            FieldUnknownError: The form shows no such field.
            FieldValueError: The field does not take what should stand there.
            MistakeNotPossibleError: No license says it, or it says just that.
            OutcomeSettledError: The case is settled.
        """
        item = self._field(case_id, mistake)
        found = _said_by_license(item, mistake)
        license = self._attached(case_id, found.origin.license)
        type_code = license.record.identifier.type_code
        correction = CaseCorrection(
            place=Place(case_id=case_id, material=license.material, field=mistake.field),
            kind=CorrectionKind.WRONG,
            region=license.lookup.region or self.forms.facts.cases.inquiry.own,
            license=str(license.record.identifier),
            type_code=str(type_code),
            remark=f"申请表信息有误：{item.field.zh}（{case_id}）",
            raised_at=self.forms.clock.now(),
            operator=operator,
            proposed=_proposed(item, found, mistake.proposed.strip(), type_code),
        )
        with self.forms.unit_of_work() as work:
            work.cases.hold(case_id)
            if not work.cases.holds_role(operator, PersonRole.ACCEPTANCE):
                raise RoleMissingError(operator, PersonRole.ACCEPTANCE)
            if work.outcomes.find(case_id) is not None:
                raise OutcomeSettledError(f"{case_id} is settled")
            for known in work.case_corrections.of_case(case_id):
                if known.place.field == mistake.field:
                    return known
            work.case_corrections.add(correction)
            work.commit()
        return correction

    def _field(self, case_id: str, mistake: Mistake) -> FilledField:
        view = self.forms.view(case_id)
        item = next((item for item in view.fields if item.field.code == mistake.field), None)
        if item is None:
            raise FieldUnknownError(mistake.field)
        if not mistake.proposed.strip():
            raise FieldValueError(mistake.field)
        item.field.check(mistake.proposed.strip())
        return item

    def _attached(self, case_id: str, license: str) -> AttachedLicense:
        attached = self.forms.facts.attached.of_case(case_id)
        return next(item for item in attached if str(item.record.identifier) == license)


def _said_by_license(item: FilledField, mistake: Mistake) -> Found:
    """Return what a license says in a field, and the applicant does not."""
    for found in item.found:
        is_of_license = found.origin.kind is SourceKind.LICENSE
        if is_of_license and mistake.license in {"", found.origin.license}:
            if found.value == mistake.proposed.strip():
                break
            return found
    raise MistakeNotPossibleError(mistake.field)


def _proposed(
    item: FilledField, found: Found, proposed: str, type_code: LicenseTypeCode
) -> dict[str, str]:
    """Return what should stand in the license, where the form shows its field as it is.

    What is made of a field (the district of an address) does not say what the field should be;
    the issuer is told which field of the form is wrong. What the issuer itself puts there is no
    field that anybody proposes.
    """
    name = found.origin.field
    is_whole = any(
        (source.license_type, source.name, source.transform) == (type_code, name, Transform.AS_IS)
        for source in item.field.sources
    )
    return {name: proposed} if is_whole and name not in ISSUER_ELEMENTS else {}
