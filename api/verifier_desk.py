"""社会核验机构登记: registers who may see something of licenses, and lets their desks in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certs.access import new_token, token_digest
from certs.catalogue import Catalogue, LicenseType
from certs.derived_proofs import PROOFS
from certs.element_labels import element_label
from certs.errors import VerifierNotFoundError, VerifierRefusedError
from certs.masking import redact
from certs.ports import Clock
from certs.verifiers import SIGNED_IN, SocialVerifier, VerifierWork

_MAX_SECRET = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to be registered as.

    Attributes:
        license_types: Short names or codes of types.
        fields: Names of elements, fields and ages.
    """

    name: str
    title: str
    purpose: str
    license_types: frozenset[str]
    fields: frozenset[str]
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierDesk:
    """Keeps social verifiers."""

    unit_of_work: Callable[[], VerifierWork]
    clock: Clock
    catalogue: Catalogue

    def all(self) -> tuple[SocialVerifier, ...]:
        """Return every one by name, those that were stopped as well."""
        with self.unit_of_work() as work:
            work.only_read()
            return work.verifiers.all()

    def register(self, wish: Wish, *, by: str) -> SocialVerifier:
        """Register one.

        Raises:
            VerifierRefusedError: A part is none, or the name was given before.
        """
        verifier = self.checked(wish, by=by)
        with self.unit_of_work() as work:
            work.verifiers.add(verifier)
            work.commit()
        return verifier

    def checked(self, wish: Wish, *, by: str) -> SocialVerifier:
        """Return what a registration would be; nothing is kept.

        Raises:
            VerifierRefusedError: A part is none.
        """
        types = [self._type(name) for name in sorted(wish.license_types)]
        for name in sorted(wish.fields):
            if types and name not in PROOFS and not any(_has(item, name) for item in types):
                shown = redact(name)[:60].replace(" · ", " ")
                raise VerifierRefusedError(
                    f"所选证照没有信息项 {shown} · none of these licenses has a field {shown}"
                )
        return SocialVerifier(
            name=wish.name,
            title=wish.title.strip(),
            purpose=wish.purpose.strip(),
            license_types=frozenset(str(item.code) for item in types),
            fields=wish.fields,
            registered_at=self.clock.now(),
            registered_by=by,
            ends_at=wish.ends_at,
        )

    def stop(self, name: str, *, by: str) -> bool:
        """Stop one, for good and at once; False if it was stopped before.

        Raises:
            VerifierNotFoundError: There is none.
        """
        with self.unit_of_work() as work:
            _found(work, name)
            is_stopped = work.verifiers.stop(name, at=self.clock.now(), by=by)
            work.commit()
        return is_stopped

    def give_secret(self, name: str) -> str:
        """Return a fresh secret that lets desks of one in until it ends; it is kept nowhere.

        Raises:
            VerifierNotFoundError: There is none.
            VerifierRefusedError: It was stopped, or has ended.
        """
        with self.unit_of_work() as work:
            found = _found(work, name)
            if not found.is_open(self.clock.now()):
                raise VerifierRefusedError("核验机构已停用或已到期 · stopped, or at its end")
            secret = new_token()
            work.verifiers.add_secret(token_digest(secret), name, until=found.ends_at)
            work.commit()
        return secret

    def sign_in(self, secret: str) -> str | None:
        """Return a secret of a desk for its working day, or None for a secret that is not good."""
        now = self.clock.now()
        with self.unit_of_work() as work:
            found = self._behind(secret, work)
            if found is None:
                return None
            of_desk = new_token()
            until = min(now + SIGNED_IN, found.ends_at)
            work.verifiers.add_secret(token_digest(of_desk), found.name, until=until)
            work.commit()
        return of_desk

    def sign_out(self, secret: str) -> None:
        """Forget a desk's secret."""
        with self.unit_of_work() as work:
            work.verifiers.end_secret(token_digest(secret))
            work.commit()

    def find(self, secret: str) -> SocialVerifier | None:
        """Return whose secret it is, or None."""
        with self.unit_of_work() as work:
            work.only_read()
            return self._behind(secret, work)

    def _behind(self, secret: str, work: VerifierWork) -> SocialVerifier | None:
        if not 0 < len(secret) <= _MAX_SECRET:
            return None
        return work.verifiers.find_by_secret(token_digest(secret), at=self.clock.now())

    def _type(self, named: str) -> LicenseType:
        found = self.catalogue.find(named)
        if found is None:
            shown = redact(named)[:60].replace(" · ", " ")
            raise VerifierRefusedError(f"没有证照类型 {shown} · there is no license type {shown}")
        return found


def _found(work: VerifierWork, name: str) -> SocialVerifier:
    found = work.verifiers.find(name)
    if found is None:
        raise VerifierNotFoundError("no such verifier")
    return found


def _has(license_type: LicenseType, name: str) -> bool:
    return element_label(name, license_type)[0] != name
