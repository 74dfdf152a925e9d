"""人员与身份: gives people who work here their roles, and takes them away again.

A role comes with an account of the identity provider (绑定), or with an access token (凭证).
Nobody does either for oneself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol, TypeVar

from api.errors import IdentityUnsetError, OwnRoleError
from certs.access import AccessGrant, CallerRole, new_token, token_digest
from certs.clients import Client, ClientWork
from certs.identities import Binding, BindingWork, account_key
from certs.ports import Clock, UnitOfWork
from certs.sessions import SessionWork
from verify.acceptance.ports import AcceptanceWork
from verify.acceptance.records import PersonRole

_Held = TypeVar("_Held", Binding, AccessGrant)


class PeopleWork(AcceptanceWork, BindingWork, ClientWork, SessionWork, UnitOfWork, Protocol):
    """A unit of work over people, and over what lets them in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody is here, and by what.

    Attributes:
        person: Staff number.
        bindings: The accounts that stand for the role.
        tokens: The tokens, with those that open sessions rest on.
        may_approve: Whether the person may approve exceptions, at a window.
    """

    person: str
    role: CallerRole
    bindings: tuple[Binding, ...] = ()
    tokens: tuple[AccessGrant, ...] = ()
    may_approve: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken from somebody: how many bindings, and how many tokens."""

    bindings: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleOffice:
    """Keeps who works here as what.

    Attributes:
        provider: The identity provider's name; None where there is none.
    """

    unit_of_work: Callable[[], PeopleWork]
    clock: Clock
    provider: str | None

    def posts(self) -> tuple[Post, ...]:
        """Return who is what, by person."""
        with self.unit_of_work() as work:
            work.only_read()
            bindings = _by_post(work.bindings.all())
            tokens = _by_post(work.access.of_staff(at=self.clock.now()))
            return tuple(
                Post(
                    person=person,
                    role=role,
                    bindings=tuple(bindings.get((person, role), ())),
                    tokens=tuple(tokens.get((person, role), ())),
                    may_approve=role is CallerRole.WINDOW
                    and work.cases.holds_role(person, PersonRole.ACCEPTANCE_APPROVER),
                )
                for person, role in sorted(bindings.keys() | tokens.keys())
            )

    def bind(
        self, subject: str, *, person: str, role: CallerRole, is_approver: bool, by: str
    ) -> Binding:
        """Bind an account to somebody in a role; again is no error.

        Raises:
            IdentityUnsetError: There is no identity provider whose account it could be.
            OwnRoleError: The person is whoever binds.
            BoundOtherwiseError: The account belongs to somebody else.
            SeparatedDutiesError: The person administers in another way, or does daily work.
        """
        if self.provider is None:
            raise IdentityUnsetError("no identity provider is set")
        check_other(person, by)
        binding = Binding(
            account=account_key(self.provider, subject),
            person=person,
            role=role,
            bound_at=self.clock.now(),
            bound_by=by,
        )
        with self.unit_of_work() as work:
            work.bindings.add(binding)
            grant_window_roles(work, person, role, is_approver=is_approver)
            work.commit()
        return binding

    def give_token(self, grant: AccessGrant, *, is_approver: bool, by: str = "") -> str:
        """Return a new token, which is kept nowhere.

        Args:
            grant: What stands behind it.
            is_approver: Whether the person may approve exceptions.
            by: Who gives it; empty on the machine itself, where the first ones are made.

        Raises:
            OwnRoleError: The person is whoever gives it.
            SeparatedDutiesError: The person administers in another way, or does daily work.
        """
        check_other(grant.person, by)
        token = new_token()
        with self.unit_of_work() as work:
            work.access.add(token_digest(token), grant)
            grant_window_roles(work, grant.person, grant.role, is_approver=is_approver)
            work.commit()
        return token

    def take_tokens(self, person: str, role: CallerRole, *, by: str) -> int:
        """End somebody's tokens in a role, and what was opened with them; return how many.

        Raises:
            OwnRoleError: The person is whoever takes them away.
        """
        check_other(person, by)
        with self.unit_of_work() as work:
            removed = work.access.remove_all(person, role)
            tidy_window(work, person, role, at=self.clock.now())
            work.commit()
        return removed

    def take_role(self, person: str, role: CallerRole, *, by: str) -> Taken:
        """Take a role away, with accounts, tokens and clients, and sign the person out everywhere.

        Raises:
            OwnRoleError: The person is whoever takes it away.
        """
        check_other(person, by)
        now = self.clock.now()
        with self.unit_of_work() as work:
            ended = work.bindings.end(person, role, at=now, by=by)
            work.sessions.end_all(person)
            removed = work.access.remove_all(person, role)
            for client in clients_of(work, person, role):
                work.clients.stop(client.name, at=now, by=by)
            tidy_window(work, person, role, at=now)
            work.commit()
        return Taken(bindings=ended, tokens=removed)

    def let_approve(self, person: str, *, may_approve: bool, by: str) -> bool:
        """Let somebody at a window approve exceptions, or no longer; False if nobody is there.

        Raises:
            OwnRoleError: The person is whoever says so.
        """
        check_other(person, by)
        with self.unit_of_work() as work:
            if not _works_as(work, person, CallerRole.WINDOW, at=self.clock.now()):
                return False
            role = PersonRole.ACCEPTANCE_APPROVER
            change = work.cases.grant_role if may_approve else work.cases.withdraw_role
            change(person, role)
            work.commit()
        return True


def grant_window_roles(
    work: AcceptanceWork, person: str, role: CallerRole, *, is_approver: bool
) -> None:
    """Let whoever works at a window accept cases, and approve exceptions where that is said."""
    if role is CallerRole.WINDOW:
        work.cases.grant_role(person, PersonRole.ACCEPTANCE)
    if is_approver:
        work.cases.grant_role(person, PersonRole.ACCEPTANCE_APPROVER)


def by_person(posts: Iterable[Post]) -> tuple[tuple[str, tuple[Post, ...]], ...]:
    """Return posts in their order, those of a person together."""
    return tuple((key, tuple(group)) for key, group in groupby(posts, key=lambda post: post.person))


def _by_post(held: Iterable[_Held]) -> dict[tuple[str, CallerRole], list[_Held]]:
    found: dict[tuple[str, CallerRole], list[_Held]] = defaultdict(list)
    for item in held:
        found[item.person, item.role].append(item)
    return found


def check_other(person: str, by: str) -> None:
    """Refuse what somebody would do for that very somebody.

    Raises:
        OwnRoleError: Both are one.
    """
    if person == by:
        raise OwnRoleError(
            "不能为本人办理，请换一人经办 · nobody does so for oneself; let somebody else act"
        )


def clients_of(work: PeopleWork, person: str, role: CallerRole) -> tuple[Client, ...]:
    """Return the clients that act as somebody in a role, and were not stopped."""
    return tuple(
        client
        for client in work.clients.all()
        if (client.person, client.role) == (person, role) and client.stopped_at is None
    )


def _works_as(work: PeopleWork, person: str, role: CallerRole, *, at: datetime) -> bool:
    held: tuple[Binding | AccessGrant, ...] = (
        *work.bindings.all(),
        *work.access.of_staff(at=at),
    )
    return bool(clients_of(work, person, role)) or any(
        (item.person, item.role) == (person, role) for item in held
    )


def tidy_window(work: PeopleWork, person: str, role: CallerRole, *, at: datetime) -> None:
    """Let somebody who works at no window any more do nothing there, and be something else."""
    if role is CallerRole.WINDOW and not _works_as(work, person, role, at=at):
        for own in PersonRole:
            work.cases.withdraw_role(person, own)
