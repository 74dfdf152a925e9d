"""Reads the facts of a case (已知信息) from what is on record."""

from dataclasses import dataclass

from certs.civil_dates import day_of
from verify.acceptance.attachments import AttachedLicenses
from verify.acceptance.desk import AcceptanceDesk
from verify.ports import Clock
from verify.prefill.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known in the cases of one region.

    Attributes:
        cases: Reads cases.
        attached: Reads the licenses that are attached to them.
        clock: Tells the day on which ages are reckoned.
    """

    cases: AcceptanceDesk
    attached: AttachedLicenses
    clock: Clock

    def of_case(self, case_id: str) -> Facts:
        """Return what is known in a case.

        Raises:
            CaseNotFoundError: There is no such case.
        """
        return Facts(
            view=self.cases.view_case(case_id),
            licenses=self.attached.of_case(case_id),
            today=day_of(self.clock.now()),
        )
