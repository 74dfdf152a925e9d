"""Who may do what (权限): one table of roles and actions, one function, and no by default.

A role allows an action (RBAC); where the action is on something of somebody's, how the caller
stands to it decides as well (ABAC). Every decision names its rule, so that it can be looked up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.access import CallerRole

NO_RULE: Final = "no-rule"
"""The rule of what nothing allows."""


@unique
class Action(StrEnum):
    """What somebody wants to do; routes that are alike share one."""

    ISSUE_LICENSE = "license.issue"
    RUN_BATCH = "batch.run"
    LIST_LICENSES = "license.list"
    READ_LICENSE = "license.read"
    READ_WALLET = "wallet.read"
    KEEP_FILE = "file.keep"
    MOVE_LICENSE = "license.move"
    CONFIRM_MOVE = "license.confirm"
    MARK_SECRET = "license.mark"  # noqa: S105 - a name, no secret
    SHOW_CODE = "code.show"
    REDEEM_CODE = "code.redeem"
    COPY_LICENSE = "copy.make"
    GIVE_GRANT = "grant.give"
    CONFIRM_GRANT = "grant.confirm"
    APPOINT = "staff.appoint"
    APPLY_VERIFIER = "verifier.apply"
    RAISE_CORRECTION = "correction.raise"
    READ_CORRECTION = "correction.read"
    ANSWER_CORRECTION = "correction.answer"
    READ_QUALITY = "quality.read"
    ANSWER_QUESTION = "question.answer"
    READ_SEAL = "seal.read"
    KEEP_SEAL = "seal.keep"
    APPROVE_SEAL = "seal.approve"
    HANDLE_CASE = "case.handle"
    SIGN_PROMISE = "promise.sign"
    READ_OWN_CASE = "case.read_own"
    ANSWER_COMPLAINT = "complaint.answer"
    READ_USES = "use.read"
    ANSWER_DISPUTE = "dispute.answer"
    TAKE_RECEIPT = "receipt.take"
    VERIFY = "document.verify"
    ASK_REGISTER = "register.ask"
    READ_PACKAGE = "package.read"
    KEEP_ARCHIVE = "archive.keep"
    READ_FIGURES = "figures.read"
    AUDIT = "audit.read"
    MANAGE_PEOPLE = "people.manage"
    RUN_SYSTEM = "system.run"


@unique
class Relation(StrEnum):
    """How the caller stands to what the action is on."""

    OWN = "own"
    """本人: the holder's own."""
    OFFICE = "office"
    """本单位: of the caller's own office."""
    CASE = "case"
    """本办件: found by a case that the caller's office handles."""
    GRANT = "grant"
    """授权: somebody granted it."""
    GUARDIAN = "guardian"
    """监护: of a child whose guardian the caller is."""
    STRANGER = "stranger"
    """无关: none of these."""


_OFFICE: Final = frozenset({Relation.OFFICE})
_OWN: Final = frozenset({Relation.OWN})
_READ_AT_OFFICE: Final = frozenset({Relation.OFFICE, Relation.GRANT})
_MAKERS: Final = MappingProxyType(dict.fromkeys((CallerRole.ISSUER, CallerRole.MAKER), _OFFICE))
_CHECKERS: Final = MappingProxyType(dict.fromkeys((CallerRole.ISSUER, CallerRole.CHECKER), _OFFICE))
_DESK: Final = MappingProxyType({**_MAKERS, CallerRole.CHECKER: _OFFICE})
_WINDOW: Final = MappingProxyType({CallerRole.WINDOW: _OFFICE})
_ADMINISTRATION: Final = MappingProxyType(
    dict.fromkeys((CallerRole.CITIZEN, CallerRole.ORG_ADMIN), _OWN)
)
_HOLDERS: Final = MappingProxyType({**_ADMINISTRATION, CallerRole.ORG_AGENT: _OWN})
_FAMILY: Final = MappingProxyType(
    {**_HOLDERS, CallerRole.CITIZEN: frozenset({Relation.OWN, Relation.GUARDIAN})}
)
_ANYBODY: Final = MappingProxyType(dict.fromkeys(CallerRole, frozenset(Relation)))

RULES: Final[Mapping[Action, Mapping[CallerRole, frozenset[Relation]]]] = MappingProxyType(
    {
        Action.ISSUE_LICENSE: _MAKERS,
        Action.RUN_BATCH: _MAKERS,
        Action.LIST_LICENSES: _DESK,
        Action.READ_LICENSE: {
            CallerRole.ISSUER: _READ_AT_OFFICE,
            CallerRole.MAKER: _READ_AT_OFFICE,
            CallerRole.CHECKER: _OFFICE,
            CallerRole.WINDOW: frozenset({Relation.CASE, Relation.GRANT}),
            CallerRole.CITIZEN: frozenset({Relation.OWN, Relation.GRANT, Relation.GUARDIAN}),
            CallerRole.ORG_ADMIN: _OWN,
            CallerRole.ORG_AGENT: _OWN,
        },
        Action.READ_WALLET: _FAMILY,
        Action.KEEP_FILE: _ADMINISTRATION,
        Action.MOVE_LICENSE: _MAKERS,
        Action.CONFIRM_MOVE: _CHECKERS,
        Action.MARK_SECRET: _ADMINISTRATION,
        Action.SHOW_CODE: {
            **_HOLDERS,
            CallerRole.CITIZEN: frozenset({Relation.OWN, Relation.GUARDIAN, Relation.GRANT}),
        },
        Action.REDEEM_CODE: {CallerRole.WINDOW: frozenset({Relation.GRANT})},
        Action.COPY_LICENSE: {
            CallerRole.ISSUER: _READ_AT_OFFICE,
            CallerRole.MAKER: _READ_AT_OFFICE,
            CallerRole.WINDOW: frozenset({Relation.CASE, Relation.GRANT}),
            CallerRole.CITIZEN: frozenset({Relation.OWN, Relation.GRANT, Relation.GUARDIAN}),
            CallerRole.ORG_ADMIN: _OWN,
            CallerRole.ORG_AGENT: _OWN,
        },
        Action.GIVE_GRANT: {
            CallerRole.CITIZEN: frozenset({Relation.OWN, Relation.GRANT, Relation.GUARDIAN}),
            CallerRole.ORG_ADMIN: _OWN,
            CallerRole.WINDOW: frozenset({Relation.CASE, Relation.GRANT}),
        },
        Action.CONFIRM_GRANT: {CallerRole.CITIZEN: _OWN},
        Action.APPOINT: _ADMINISTRATION,
        Action.APPLY_VERIFIER: _ADMINISTRATION,
        Action.RAISE_CORRECTION: {
            CallerRole.ISSUER: _OFFICE,
            CallerRole.MAKER: _OFFICE,
            CallerRole.WINDOW: _OFFICE,
            **_FAMILY,
        },
        Action.READ_CORRECTION: {
            CallerRole.ISSUER: frozenset({Relation.OFFICE, Relation.OWN}),
            CallerRole.MAKER: frozenset({Relation.OFFICE, Relation.OWN}),
            CallerRole.CHECKER: _OFFICE,
            CallerRole.WINDOW: _OWN,
            **_HOLDERS,
        },
        Action.ANSWER_CORRECTION: _MAKERS,
        Action.READ_QUALITY: _DESK,
        Action.ANSWER_QUESTION: _MAKERS,
        Action.READ_SEAL: {
            CallerRole.ISSUER: _OFFICE,
            CallerRole.SEAL_KEEPER: _OFFICE,
            CallerRole.SEAL_APPROVER: _OFFICE,
        },
        Action.KEEP_SEAL: {CallerRole.ISSUER: _OFFICE, CallerRole.SEAL_KEEPER: _OFFICE},
        Action.APPROVE_SEAL: {CallerRole.ISSUER: _OFFICE, CallerRole.SEAL_APPROVER: _OFFICE},
        Action.HANDLE_CASE: _WINDOW,
        Action.SIGN_PROMISE: {**_WINDOW, **_HOLDERS},
        Action.READ_OWN_CASE: _HOLDERS,
        Action.ANSWER_COMPLAINT: {CallerRole.ISSUER: _OFFICE},
        Action.READ_USES: _ADMINISTRATION,
        Action.ANSWER_DISPUTE: _WINDOW,
        Action.TAKE_RECEIPT: _ANYBODY,
        Action.VERIFY: _ANYBODY,
        Action.ASK_REGISTER: {
            CallerRole.ISSUER: _OFFICE,
            CallerRole.WINDOW: frozenset({Relation.OFFICE, Relation.CASE}),
        },
        Action.READ_PACKAGE: {CallerRole.ISSUER: _OFFICE, CallerRole.ARCHIVIST: _OFFICE},
        Action.KEEP_ARCHIVE: {CallerRole.ARCHIVIST: _OFFICE},
        Action.READ_FIGURES: {CallerRole.SUPERVISOR: _OFFICE},
        Action.AUDIT: {CallerRole.AUDITOR: _OFFICE},
        Action.MANAGE_PEOPLE: {CallerRole.SECURITY_ADMIN: _OFFICE},
        Action.RUN_SYSTEM: {CallerRole.SYSTEM_ADMIN: _OFFICE},
    }
)
"""What each role may do, and to what; what does not stand here nobody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """权限判定: whether somebody may, and by which rule.

    Attributes:
        relation: How the caller stands to it; None while it is not known to what.
        rule: The row of the table as ``role:action``, or ``no-rule``.
    """

    action: Action
    relation: Relation | None
    is_permitted: bool
    rule: str


def decide(role: CallerRole, action: Action, relation: Relation | None = None) -> Decision:
    """Return whether a caller may do something.

    Args:
        role: What the caller is here for.
        action: What is wanted.
        relation: How the caller stands to it. Without it the answer is about the role alone, and
            whoever finds out what it is about asks again.
    """
    relations = RULES[action].get(role)
    return Decision(
        action=action,
        relation=relation,
        is_permitted=relations is not None and (relation is None or relation in relations),
        rule=NO_RULE if relations is None else f"{role}:{action}",
    )
