"""Who somebody is (统一身份认证), as an identity provider says it, and what that person is here.

A person who works here is bound to an account of the provider, role by role. A citizen needs no
binding: what the provider vouches for leads to the own licenses and nobody else's.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum, StrEnum, unique
from typing import Final, Protocol

from certs.access import AccessGrant, CallerRole
from certs.errors import NotAdmittedError, Unfit
from certs.holder_codes import HolderCode
from certs.holder_keys import HolderKeys
from certs.transactions import Transaction
from signing.algorithms import sm3

_NAME_DIGITS: Final = 16


@unique
class AssuranceLevel(IntEnum):
    """How well the provider knows who it is (实名等级)."""

    REGISTERED = 1
    """注册: an account, and no more."""
    NAMED = 2
    """实名: name and number were compared with the population register."""
    SEEN = 3
    """实人: and the face, or a device that is bound to the person."""
    PRESENT = 4
    """现场或强凭证: just now, by face or a certificate in hardware."""


@unique
class Capacity(StrEnum):
    """以什么身份: what somebody signs in as; a session has one, so that it may no more."""

    PERSONAL = "personal"
    """本人."""
    ENTERPRISE = "enterprise"
    """法定代表人: for the enterprise that the person represents."""
    ENTERPRISE_STAFF = "enterprise_staff"
    """企业管理员、经办人: for an enterprise that appointed the person."""
    ISSUER = "issuer"
    MAKER = "maker"
    CHECKER = "checker"
    SEAL_KEEPER = "seal_keeper"
    SEAL_APPROVER = "seal_approver"
    WINDOW = "window"
    ARCHIVIST = "archivist"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"

    @property
    def is_holder(self) -> bool:
        """Whether it is for somebody's own licenses, and no work here."""
        return self in {Capacity.PERSONAL, Capacity.ENTERPRISE, Capacity.ENTERPRISE_STAFF}

    @property
    def needs(self) -> AssuranceLevel:
        """How well it has to be known who it is: who acts for the state has shown the face."""
        return AssuranceLevel.NAMED if self.is_holder else AssuranceLevel.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """The enterprise that a person represents, as the provider says it."""

    code: HolderCode
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody, as a provider vouches for.

    Attributes:
        provider: The provider's identifier.
        subject: Its name for the account; it means nothing elsewhere.
        level: How well it knows who it is.
        authenticated_at: When the person showed it.
        name: 姓名.
        holder: The person's own number; None where the provider does not tell it.
        organization: The enterprise that the person represents; None for none.
    """

    provider: str
    subject: str
    level: AssuranceLevel
    authenticated_at: datetime
    name: str = field(repr=False)
    holder: HolderCode | None = field(default=None, repr=False)
    organization: Organization | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """What is kept of the account: SM3 in hexadecimal, which leads back to nobody."""
        return account_key(self.provider, self.subject)

    @property
    def opaque_name(self) -> str:
        """What a citizen is called in logs."""
        return f"P-{self.key[:_NAME_DIGITS]}"


def account_key(provider: str, subject: str) -> str:
    """Return the key of an account: SM3 in hexadecimal."""
    parts = f"yinxin.account/1\n{provider}\n{subject}"
    return sm3(parts.encode("utf-8", "surrogatepass")).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """人员绑定: an account belongs to somebody who works here, in one role.

    Attributes:
        account: The account's key.
        person: Staff number.
        role: What that person is here for.
        bound_at: Since when.
        bound_by: The administrator who bound it.
    """

    account: str
    person: str
    role: CallerRole
    bound_at: datetime
    bound_by: str


class BindingBook(Protocol):
    """Keeps bindings; what is taken away stays on record."""

    def add(self, binding: Binding) -> None:
        """Bind an account; again is no error.

        Raises:
            BoundOtherwiseError: The account belongs to somebody else.
            SeparatedDutiesError: The person administers in another way, or does daily work.
        """
        ...

    def find(self, account: str, role: CallerRole) -> Binding | None:
        """Return the binding that stands, or None."""
        ...

    def all(self) -> tuple[Binding, ...]:
        """Return the bindings that stand, by person."""
        ...

    def end(self, person: str, role: CallerRole, *, at: datetime, by: str) -> int:
        """Take a role away from a person, whatever the account; return how many stood."""
        ...


class BindingWork(Transaction, Protocol):
    """A unit of work over bindings."""

    @property
    def bindings(self) -> BindingBook:
        """The bindings within this transaction."""
        ...


def admit(
    identity: Identity, capacity: Capacity, *, work: BindingWork, keys: HolderKeys
) -> AccessGrant:
    """Return what somebody may as what was asked for.

    Whom an enterprise appointed its appointments tell, and not this.

    Raises:
        NotAdmittedError: Nothing; why, it says.
    """
    check_level(identity, capacity)
    match capacity:
        case Capacity.PERSONAL:
            if identity.holder is None:
                raise NotAdmittedError(Unfit.UNNAMED)
            return _holder(identity, identity.holder, identity.name, keys)
        case Capacity.ENTERPRISE:
            found = identity.organization
            if found is None:
                raise NotAdmittedError(Unfit.NO_ENTERPRISE)
            actor_key = keys.of(identity.holder) if identity.holder is not None else ""
            grant = _holder(identity, found.code, found.name, keys)
            return replace(grant, actor_key=actor_key)
        case Capacity.ENTERPRISE_STAFF:
            raise NotAdmittedError(Unfit.NO_APPOINTMENT)
        case _:
            return _staff(identity, CallerRole(capacity), work)


def check_level(identity: Identity, capacity: Capacity) -> None:
    """Refuse somebody whom the provider does not know well enough.

    Raises:
        NotAdmittedError: It does not.
    """
    if identity.level < capacity.needs:
        raise NotAdmittedError(Unfit.LEVEL)


def _staff(identity: Identity, role: CallerRole, work: BindingWork) -> AccessGrant:
    binding = work.bindings.find(identity.key, role)
    if binding is None:
        raise NotAdmittedError(Unfit.UNBOUND)
    return AccessGrant(person=binding.person, role=binding.role)


def _holder(identity: Identity, holder: HolderCode, name: str, keys: HolderKeys) -> AccessGrant:
    return AccessGrant(
        person=identity.opaque_name,
        role=CallerRole.CITIZEN,
        holder_key=keys.of(holder),
        holder_shown=name,
    )
