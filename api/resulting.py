"""Result licenses (结果证照): an approved case mints its license in the same flow, once.

The outcome and what the license will say are on record before the issuing desk is asked; it is
asked under the case's own key. So whoever repeats a call, after a crash or to be sure, gets the
license that the case led to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from api.http_errors import NotServedHereError
from certs.applications import LicenseApplication, parse_application
from certs.errors import DuplicateLicenseError, LicenseError
from certs.identifiers import LicenseIdentifier
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.masking import mask
from certs.ports import Clock, UnitOfWork
from certs.regions import RegionCode
from verify.outcomes.desk import FactsOfCases, OutcomeDesk, OutcomeRequest, Settled
from verify.outcomes.records import OutcomeWork, ResultIntent
from verify.outcomes.results import shipped_results


class ResultWork(UnitOfWork, OutcomeWork, Protocol):
    """One transaction over licenses and the cases that lead to them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultMint:
    """制发结果证照.

    Attributes:
        desks: Issuing desks by license type code; empty where this process may not issue.
        unit_of_work: Opens a unit of work.
        clock: Tells the time.
    """

    desks: Mapping[str, IssuingDesk]
    unit_of_work: Callable[[], ResultWork]
    clock: Clock

    def check(self, intent: ResultIntent) -> None:
        """Refuse what could not be minted, before anything is on record.

        Raises:
            NotServedHereError: This process does not issue licenses of the type.
            InvalidApplicationError: Fields are missing or wrong; each is named.
            DuplicateLicenseError: The number is licensed and in force.
        """
        desk = self._desk(intent)
        application = _application(intent, desk)
        if self._is_taken(application, intent, desk):
            raise DuplicateLicenseError(
                f"证照编号 {mask(application.number)} 已有有效证照 · "
                "a license with this number is in force"
            )

    def mint(self, intent: ResultIntent, *, operator: str) -> License:
        """Return the license that a case leads to; made now, or before.

        Args:
            intent: What is on record.
            operator: 用印人: who decided.

        Raises:
            NotServedHereError: This process does not issue licenses of the type.
            LicenseError: The desk refuses it, though it did not when the case was decided.
            KeyUnavailableError: A key store did not answer; asking again goes on from there.
            SealNotUsableError: The seal is not enabled; the same.
        """
        desk = replace(self._desk(intent), operator=operator)
        request = IssueRequest(
            intent.request_key, _application(intent, desk), replaces=intent.replaces
        )
        (made,) = issue([request], desk=desk)
        if made.license is None:
            raise made.refusal or LicenseError("neither a license nor a refusal")
        with self.unit_of_work() as work:
            identifier = LicenseIdentifier.parse(made.license.identifier)
            work.outcomes.add_license(intent.case_id, identifier)
            work.commit()
        return made.license

    def license_of(self, case_id: str) -> str | None:
        """Return the identifier of the license that a case led to; None while there is none."""
        with self.unit_of_work() as work:
            found = work.outcomes.license_of(case_id)
        return None if found is None else str(found)

    def _desk(self, intent: ResultIntent) -> IssuingDesk:
        desk = self.desks.get(str(intent.license_type))
        if desk is None:
            raise NotServedHereError("no issuing desk")
        return desk

    def _is_taken(
        self, application: LicenseApplication, intent: ResultIntent, desk: IssuingDesk
    ) -> bool:
        with self.unit_of_work() as work:
            number, now = application.number, self.clock.now()
            type_code, issuer = str(desk.license_type.code), str(desk.authority.code)
            holds = work.licenses.of_number(type_code, issuer, number, at=now)
        return holds is not None and holds.identifier != intent.replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeOffice:
    """审批与制证: decides cases and mints what they lead to.

    Attributes:
        desk: Decides.
        mint: Mints.
    """

    desk: OutcomeDesk
    mint: ResultMint

    def settle(self, case_id: str, request: OutcomeRequest) -> tuple[Settled, str | None]:
        """Decide a case, and mint its license; both at most once.

        Returns:
            The outcome, and the identifier of the license, None where the case leads to none.

        Raises:
            CaseNotFoundError: There is no such case.
            DecisionRefusedError: The case may not be decided so; the subclass says why.
            LicenseError: The license cannot be minted so.
            KeyUnavailableError: The outcome is on record, the license is not made; call again.
        """
        settled = self.desk.settle(case_id, request)
        return settled, self._license(settled)

    def view(self, case_id: str) -> tuple[Settled, str | None]:
        """Return the outcome of a case, and the license that it led to.

        Raises:
            CaseNotFoundError: There is no such case.
            OutcomeNotFoundError: It is open.
        """
        return self.desk.view(case_id), self.mint.license_of(case_id)

    def _license(self, settled: Settled) -> str | None:
        if settled.intent is None:
            return None
        known = self.mint.license_of(settled.outcome.case_id)
        if known is not None:
            return known
        made = self.mint.mint(settled.intent, operator=settled.outcome.approver)
        return made.identifier


def open_outcome_office(
    *,
    region: RegionCode,
    facts: FactsOfCases,
    desks: Mapping[str, IssuingDesk],
    unit_of_work: Callable[[], ResultWork],
    clock: Clock,
) -> OutcomeOffice:
    """Return the office of a region that leads cases to the results that ship."""
    mint = ResultMint(desks=desks, unit_of_work=unit_of_work, clock=clock)
    desk = OutcomeDesk(
        region=region,
        facts=facts,
        results=shipped_results(),
        check_intent=mint.check,
        unit_of_work=unit_of_work,
        clock=clock,
    )
    return OutcomeOffice(desk=desk, mint=mint)


def _application(intent: ResultIntent, desk: IssuingDesk) -> LicenseApplication:
    return parse_application(
        desk.license_type,
        intent.values,
        missing_characters=desk.renderer.missing_characters,
    )
