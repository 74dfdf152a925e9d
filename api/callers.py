"""Who calls: somebody with a token, in a session, or a system that signed; and what was decided."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from api.scopes import Scope
from certs.access import AccessGrant, CallerRole
from certs.appointments import Appointment
from certs.reach import Need
from certs.rights import Action, Decision, Relation, decide
from signing.algorithms import sm3


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a good token, in a session, or who signed the request.

    Attributes:
        grant: What that person may.
        token: The token, or the secret of the session; empty for who signed.
        scope: How far a system, or who acts for an enterprise, reaches; None for everybody else.
        appointment: What somebody acts by for an enterprise; None for nobody else.
        signed_in_at: When the person signed in; None for tokens.
        shown_at: When the person last showed who that is; None for tokens, and where unknown.
        trail: What was decided about this request, in order; the last one is put on record.
    """

    grant: AccessGrant
    token: str = field(repr=False)
    signed_in_at: datetime | None = None
    shown_at: datetime | None = None
    scope: Scope | None = None
    appointment: Appointment | None = None
    trail: list[Decision] = field(default_factory=list, repr=False, compare=False)

    @property
    def person(self) -> str:
        """Staff number, or a citizen's opaque name."""
        return self.grant.person

    @property
    def role(self) -> CallerRole:
        """What the caller is here for."""
        return self.grant.role

    def may(self, action: Action, relation: Relation | None = None) -> bool:
        """Decide whether this caller may do something; see `certs.rights.decide`."""
        decision = decide(self.role, action, relation)
        if decision.is_permitted and self.scope is not None and self.lack is not None:
            decision = _lacking(decision, self.scope, self.lack)
        self.trail.append(decision)
        return decision.is_permitted

    def may_as(self, relation: Relation) -> bool:
        """Decide again about the same action, now that it is known whose what it is about is."""
        return self.may(self.trail[-1].action, relation)

    @property
    def lack(self) -> Need | None:
        """What the request's path needs and whoever asks was not given."""
        return self.scope.lack if self.scope is not None else None

    def reaches(self, need: Need) -> bool:
        """Tell whether something is within what whoever asks was given; most have no bounds."""
        return self.scope is None or self.scope.reach.covers(need)

    def need(self, need: Need) -> None:
        """Refuse what whoever asks was not given; most people are asked nothing.

        Raises:
            ClientRightError: A client was not. The last decision is taken back, on record.
            AppointmentReachError: An appointment in an enterprise does not name it; likewise.
        """
        if self.scope is not None and not self.reaches(need):
            self.trail.append(_lacking(self.trail[-1], self.scope, need))
            raise self.scope.refusal(need)

    @property
    def form_secret(self) -> str:
        """The field that forms of this session carry; it does not lead back to the token."""
        return sm3(b"yinxin.form/1|" + self.token.encode("utf-8", "surrogatepass")).hex()


def _lacking(decision: Decision, scope: Scope, need: Need) -> Decision:
    return replace(decision, is_permitted=False, rule=f"{scope.kind}:{need.subject}")
