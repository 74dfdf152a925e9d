"""What a grant permits at the moment of its use; asked in the transaction that records the use."""

from dataclasses import dataclass
from datetime import datetime

from certs.errors import GrantNotFoundError, GrantNotUsableError
from certs.granting.giving import GrantWork
from certs.granting.grants import (
    GrantBasis,
    GranteeKind,
    GrantState,
    KeptGrant,
)
from certs.marks import EVERY_MARK, Mark
from certs.releases import Basis, BasisKind


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantUse:
    """Who wants to use which grant.

    Attributes:
        grant_id: 授权编号.
        license: 证照标识 of what is wanted.
        user: As access tokens name whoever asks.
        user_key: Look-up key of whoever asks; empty for staff.
        matter: Code of the matter of the case that the user acts in; empty for none.
        case_id: That case; empty for none.
        applicant_key: Look-up key of the applicant of that case; empty for none.
        department: Who handles the matter.
    """

    grant_id: str
    license: str
    user: str
    user_key: str = ""
    matter: str = ""
    case_id: str = ""
    applicant_key: str = ""
    department: str = ""


def grant_basis(use: GrantUse, *, work: GrantWork, at: datetime) -> Basis:
    """Return the basis that a grant gives now.

    Raises:
        GrantNotFoundError: There is no such grant, or it is somebody else's: which, is not said.
        GrantNotUsableError: It is not active.
    """
    kept = work.grants.claim(use.grant_id)
    grant = kept.grant
    if grant.license != use.license or not _is_for(kept, use):
        raise GrantNotFoundError(use.grant_id)
    chain = _active_chain(kept, work=work, at=at)
    fields = frozenset.intersection(*(frozenset(link.grant.fields) for link in chain))
    is_delegated = grant.basis is GrantBasis.DELEGATION
    return Basis(
        kind=BasisKind.GRANT,
        permitted=fields,
        purpose=grant.purpose,
        matter=grant.matter,
        department=use.department,
        case_id=use.case_id,
        grant_id=grant.id,
        on_behalf_of=chain[-1].grant.given_by if is_delegated else "",
        duty=grant.legal_ref,
        lifted=_lifted(chain[-1]),
    )


def shown_basis(
    grant_id: str, fields: frozenset[str], purpose: str, *, work: GrantWork, at: datetime
) -> Basis:
    """Return the basis on which a delegate (代办人) shows whose license it is.

    Args:
        grant_id: The delegation.
        fields: What the code shows.
        purpose: What for, as the holder reads it.
        work: The transaction.
        at: Now.

    Raises:
        GrantNotUsableError: It is not active any more.
    """
    chain = _active_chain(work.grants.claim(grant_id), work=work, at=at)
    return Basis(
        kind=BasisKind.GRANT,
        permitted=fields,
        purpose=purpose,
        matter=chain[0].grant.matter,
        grant_id=grant_id,
        on_behalf_of=chain[-1].grant.given_by,
        lifted=_lifted(chain[-1]),
    )


def _active_chain(kept: KeptGrant, *, work: GrantWork, at: datetime) -> list[KeptGrant]:
    """Return a grant and what it was passed on from, all of them active.

    Raises:
        GrantNotUsableError: One is not.
    """
    parent = kept.grant.parent
    chain = [kept, *([work.grants.claim(parent)] if parent else [])]
    for link in chain:
        state = link.state(at, uses=work.usages.count_of_grant(link.grant.id))
        if state is not GrantState.ACTIVE:
            raise GrantNotUsableError(state.value)
    return chain


def _lifted(first: KeptGrant) -> frozenset[Mark]:
    """Return the marks that whoever gave a grant first agreed to: a child's own session is none."""
    if first.grant.evidence_kind is None:
        return frozenset()
    return EVERY_MARK if first.grant.shows_guardian else EVERY_MARK - {Mark.UNDER_14}


def _is_for(kept: KeptGrant, use: GrantUse) -> bool:
    """Tell whether somebody is whom a grant is for."""
    grant = kept.grant
    if grant.case_id and grant.case_id != use.case_id:
        return False
    if grant.grantee_kind is GranteeKind.MATTER:
        is_matter = bool(use.case_id) and use.matter == grant.matter
        return is_matter and use.applicant_key == grant.holder_key
    return grant.grantee in {use.user, use.user_key} - {""}
