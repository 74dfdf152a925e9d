"""Grants (用证授权) over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.openapi_examples import IDENTIFIER as EXAMPLE
from api.schemas.bodies import Body, HolderIn, Identifier
from certs.granting.grants import (
    MOST_FIELDS,
    MOST_PURPOSE,
    MOST_REFERENCE,
    MOST_USES,
    EvidenceKind,
    GrantBasis,
    GranteeKind,
    GrantEventKind,
    GrantState,
    KeptGrant,
    Preset,
)

_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
_Reference = Annotated[str, StringConstraints(max_length=MOST_REFERENCE)]


class GrantIn(Body):
    """What is granted, to whom, for which matter, how long and how often."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "license": EXAMPLE,
                    "matter": "open-restaurant",
                    "purpose": "办理开办餐饮店",
                    "preset": "30d",
                    "max_uses": 3,
                }
            ]
        }
    )

    license: Identifier = Field(description="电子证照标识")
    matter: _Name = Field(description="事项编码")
    basis: GrantBasis = GrantBasis.CONSENT
    grantee_kind: GranteeKind = GranteeKind.MATTER
    grantee: Annotated[str, StringConstraints(max_length=100)] = Field(
        default="", description="被授权方; the matter itself if empty"
    )
    delegate: HolderIn | None = Field(
        default=None,
        description="代办人, in place of ``grantee``; a key and a masked name are kept",
    )
    fields: tuple[_Name, ...] = Field(
        default=(),
        max_length=MOST_FIELDS,
        description="信息项 registered for the matter; all of them if empty. Of a delegation, "
        "empty lets only the standing be seen",
    )
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=MOST_PURPOSE)]
    preset: Preset = Preset.CASE
    max_uses: Annotated[int, Field(ge=1, le=MOST_USES)] = 1
    evidence_kind: EvidenceKind | None = Field(
        default=None, description="本人同意的凭证; a citizen's session is evidence by itself"
    )
    evidence: _Reference = Field(default="", description="凭证编号或摘要")
    legal_ref: _Reference = Field(default="", description="法律依据, for a legal duty")
    case: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="办件编号, for one case, and for a window"
    )
    parent: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="原授权编号, for whoever passes a delegation on"
    )


class GrantEventOut(Body):
    """What became of a grant."""

    kind: GrantEventKind
    at: datetime
    actor: str
    reason: str


class GrantOut(Body):
    """A grant as it stands."""

    id: str = Field(description="授权编号")
    license: str
    basis: GrantBasis
    matter: str
    grantee_kind: GranteeKind
    grantee: str
    grantee_shown: str = Field(description="masked, where the grantee is named by a code")
    fields: tuple[str, ...]
    purpose: str
    not_before: datetime
    not_after: datetime
    max_uses: int
    uses: int
    state: GrantState
    given_by: str
    evidence_kind: EvidenceKind | None
    legal_ref: str
    parent: str
    events: tuple[GrantEventOut, ...]

    @classmethod
    def of(cls, kept: KeptGrant, *, uses: int, at: datetime) -> Self:
        """Show a grant; the evidence itself stays inside."""
        grant = kept.grant
        return cls(
            id=grant.id,
            license=grant.license,
            basis=grant.basis,
            matter=grant.matter,
            grantee_kind=grant.grantee_kind,
            # A look-up key is nobody's business.
            grantee=grant.grantee_shown or grant.grantee,
            grantee_shown=grant.grantee_shown,
            fields=grant.fields,
            purpose=grant.purpose,
            not_before=grant.not_before,
            not_after=grant.not_after,
            max_uses=grant.max_uses,
            uses=uses,
            state=kept.state(at, uses=uses),
            given_by=grant.given_by,
            evidence_kind=grant.evidence_kind,
            legal_ref=grant.legal_ref,
            parent=grant.parent,
            events=tuple(
                GrantEventOut(kind=event.kind, at=event.at, actor=event.actor, reason=event.reason)
                for event in kept.events
            ),
        )


class GrantsOut(Body):
    """Grants, the newest first."""

    grants: tuple[GrantOut, ...]
