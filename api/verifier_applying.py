"""申请与审核: enterprises apply to be social verifiers; the security administrator decides."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from api.verifier_desk import VerifierDesk, Wish
from certs.access import AccessGrant
from certs.errors import VerifierNotFoundError, VerifierRefusedError
from certs.ports import Clock
from certs.verifier_applications import (
    ApplicationOutcome,
    VerifierApplication,
    VerifierApplicationWork,
    new_number,
)
from certs.verifiers import SocialVerifier

_USUAL: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An application with what came of it; None where nothing did."""

    application: VerifierApplication
    verifier: SocialVerifier | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierApplicationOffice:
    """Takes applications, and registers whom they are granted.

    Attributes:
        desk: Knows what may be registered at all.
    """

    unit_of_work: Callable[[], VerifierApplicationWork]
    clock: Clock
    desk: VerifierDesk

    def apply(
        self,
        purpose: str,
        *,
        license_types: frozenset[str],
        fields: frozenset[str],
        by: AccessGrant,
    ) -> VerifierApplication:
        """Apply for an enterprise, under the name by which it signed in.

        Raises:
            VerifierRefusedError: A part is none, nobody knows who acts for which enterprise, or
                too many wait.
        """
        if not by.holder_key or not by.actor_key:
            raise VerifierRefusedError(
                "须由法定代表人或企业管理员登录后申请"
                " · the legal representative or an administrator of the enterprise applies"
            )
        asked = VerifierApplication(
            number=new_number(),
            applicant_key=by.holder_key,
            title=by.holder_shown,
            purpose=purpose,
            license_types=license_types,
            fields=fields,
            applied_at=self.clock.now(),
            applied_by=by.person,
        )
        checked = self._checked(asked, lasting=_USUAL, by=by.person)
        application = replace(
            asked,
            title=checked.title,
            purpose=checked.purpose,
            license_types=checked.license_types,
        )
        with self.unit_of_work() as work:
            work.verifier_applications.add(application)
            work.commit()
        return application

    def waiting(self) -> tuple[VerifierApplication, ...]:
        """Return what waits for the security administrator, oldest first."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.verifier_applications.waiting()

    def of(self, by: AccessGrant) -> tuple[Seen, ...]:
        """Return the applications of an enterprise, newest first."""
        if not by.holder_key:
            return ()
        with self.unit_of_work() as work:
            work.only_read()
            return tuple(
                Seen(application=item, verifier=_verifier(item, work))
                for item in work.verifier_applications.of_applicant(by.holder_key)
            )

    def accept(self, number: str, *, lasting: timedelta, by: str) -> SocialVerifier:
        """Register whom an application is from, for what it says and nothing else.

        Raises:
            VerifierNotFoundError: There is no such application.
            VerifierRefusedError: It was decided before, or cannot be registered any more.
        """
        with self.unit_of_work() as work:
            verifier = self._checked(_found(number, work), lasting=lasting, by=by)
            work.verifiers.add(verifier)
            outcome = ApplicationOutcome(at=self.clock.now(), by=by, verifier=verifier.name)
            work.verifier_applications.decide(number, outcome)
            work.commit()
        return verifier

    def refuse(self, number: str, *, reason: str, by: str) -> None:
        """Refuse an application, for a reason that the enterprise reads.

        Raises:
            VerifierNotFoundError: There is no such application.
            VerifierRefusedError: It was decided before, or without a reason.
        """
        outcome = ApplicationOutcome(at=self.clock.now(), by=by, reason=reason.strip())
        with self.unit_of_work() as work:
            _found(number, work)
            work.verifier_applications.decide(number, outcome)
            work.commit()

    def give_secret(self, number: str, *, by: AccessGrant) -> str:
        """Return a fresh secret for the desks of whoever applied; it is kept nowhere.

        Raises:
            VerifierNotFoundError: There is no such application, or it is another's.
            VerifierRefusedError: It was not accepted, or the registration has ended.
        """
        with self.unit_of_work() as work:
            work.only_read()
            found = _found(number, work)
        if not by.actor_key or found.applicant_key != by.holder_key:
            raise VerifierNotFoundError("another enterprise's")
        if found.outcome is None or not found.outcome.verifier:
            raise VerifierRefusedError("申请未通过 · it was not accepted")
        return self.desk.give_secret(found.outcome.verifier)

    def _checked(
        self, application: VerifierApplication, *, lasting: timedelta, by: str
    ) -> SocialVerifier:
        """Return what would be registered for an application; nothing is kept."""
        wish = Wish(
            name=f"applied-{application.number.lower()}",
            title=application.title,
            purpose=application.purpose,
            license_types=application.license_types,
            fields=application.fields,
            ends_at=self.clock.now() + lasting,
        )
        return self.desk.checked(wish, by=by)


def _found(number: str, work: VerifierApplicationWork) -> VerifierApplication:
    found = work.verifier_applications.find(number)
    if found is None:
        raise VerifierNotFoundError("no such application")
    return found


def _verifier(item: VerifierApplication, work: VerifierApplicationWork) -> SocialVerifier | None:
    if item.outcome is None or not item.outcome.verifier:
        return None
    return work.verifiers.find(item.outcome.verifier)
