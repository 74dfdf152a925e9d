"""A grant (用证授权) and the rules of its basis; the database states the same rules again."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from certs.errors import GrantRefusedError
from certs.guardianships import is_guardianship_number
from certs.masking import redact

MOST_FIELDS: Final = 60
MOST_USES: Final = 1000
MOST_PURPOSE: Final = 200
MOST_REFERENCE: Final = 200
LONGEST: Final = timedelta(days=366)
LONGEST_DELEGATION: Final = timedelta(days=30)
DEEPEST: Final = 2
STANDING: Final = "license.standing"
"""The only "field" of a grant whose holder lets nothing be seen but how the license stands."""

_ID_BYTES: Final = 12


@unique
class GrantBasis(StrEnum):
    """What a grant rests on."""

    CONSENT = "consent"
    """同意: the holder agreed; there is evidence of it."""
    LEGAL_DUTY = "legal_duty"
    """法定职责: a law wants it, and the holder was told."""
    ONE_CASE = "one_case"
    """一案一用: good in one case of the holder's, and nowhere else."""
    DELEGATION = "delegation"
    """代办: the holder lets somebody act for one matter."""


@unique
class GranteeKind(StrEnum):
    """Whom a grant is for."""

    MATTER = "matter"
    """Whoever handles a case of the matter for this holder."""
    PERSON = "person"
    ORGANIZATION = "organization"


@unique
class EvidenceKind(StrEnum):
    """How it is known that the holder agreed; an operator's tick is no evidence."""

    SESSION = "session"
    """本人、监护人登录后确认; a guardian's evidence is the number of the guardianship."""
    ID_READER = "id_reader"
    """身份证读卡."""
    FACE = "face"
    """人脸核验."""
    PAPER = "paper"
    """签字的纸质授权书，已扫描."""


GUARDIAN_EVIDENCE: Final = frozenset(
    {EvidenceKind.ID_READER, EvidenceKind.FACE, EvidenceKind.PAPER}
)
"""What shows that a child's guardian agreed: somebody saw them."""


@unique
class Preset(StrEnum):
    """How long: there is no "for ever"."""

    CASE = "case"
    DAY = "24h"
    MONTH = "30d"
    YEAR = "1y"

    @property
    def lasts(self) -> timedelta:
        """How long from now. A grant for one case ends with it; cases take 90 days at most."""
        return _LENGTHS[self]


_LENGTHS: Final = MappingProxyType(
    {
        Preset.CASE: timedelta(days=90),
        Preset.DAY: timedelta(hours=24),
        Preset.MONTH: timedelta(days=30),
        Preset.YEAR: timedelta(days=365),
    }
)


@unique
class GrantState(StrEnum):
    """How a grant stands at a moment."""

    ACTIVE = "active"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    USED_UP = "used_up"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@unique
class GrantEventKind(StrEnum):
    """What becomes of a grant."""

    GIVEN = "given"
    SUSPENDED = "suspended"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEvent:
    """One event in the life of a grant.

    Attributes:
        actor: A staff number or an opaque name, never a name.
        reason: Why, in plain words; may be empty.
    """

    kind: GrantEventKind
    at: datetime
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """用证授权: one license, named fields, one matter, a time and a number of uses.

    Attributes:
        id: 授权编号.
        license: 证照标识; there is no grant over "all licenses".
        holder_key: The holder's look-up key in the register.
        matter: Code of the matter.
        grantee: Who: the matter's code, or a person or an organization, as access tokens name them
            or by their look-up key.
        grantee_shown: That name as the holder reads it, masked; empty where ``grantee`` says it.
        fields: Names of elements, fields and files.
        purpose: What for, as the holder reads it.
        not_before: From when.
        not_after: Until when, exclusive.
        max_uses: How often.
        given_by: Who recorded it: the holder's opaque name, a staff number, or a delegate.
        given_at_window: Somebody else recorded it for the holder.
        evidence_kind: How it is known that the holder agreed; None where a law stands for it.
        evidence: Digest or number of that evidence.
        legal_ref: The clause; empty unless the basis is a legal duty.
        noticed_at: When the holder was told of that duty.
        case_id: The case; empty unless the basis is one case.
        parent: The delegation that this one passes on; empty for a first one.
        depth: 1, or 2 where there is a parent.

    Raises:
        GrantRefusedError: It breaks a rule.
    """

    id: str
    license: str
    holder_key: str
    basis: GrantBasis
    matter: str
    grantee_kind: GranteeKind
    grantee: str
    fields: tuple[str, ...]
    purpose: str
    not_before: datetime
    not_after: datetime
    max_uses: int
    given_by: str
    given_at_window: bool
    evidence_kind: EvidenceKind | None = None
    evidence: str = ""
    legal_ref: str = ""
    noticed_at: datetime | None = None
    case_id: str = ""
    parent: str = ""
    depth: int = 1
    grantee_shown: str = ""

    def __post_init__(self) -> None:
        self._check_what()
        self._check_time()
        self._check_basis()
        self._check_chain()

    def _check_what(self) -> None:
        if not 1 <= len(self.fields) <= MOST_FIELDS or len(set(self.fields)) != len(self.fields):
            _refuse("授权须列明信息项，每项一次", "name the fields, each once")
        if not self.matter or not self.grantee or not self.license or not self.holder_key:
            _refuse("授权须写明证照、事项和被授权方", "name license, matter and grantee")
        words = self.purpose.strip()
        if not 1 <= len(words) <= MOST_PURPOSE or redact(words) != words:
            _refuse(
                "用途须写明，且不得含公民身份号码", "the purpose is missing, too long or personal"
            )

    def _check_time(self) -> None:
        if not timedelta() < self.not_after - self.not_before <= LONGEST:
            _refuse("授权期限最长一年，没有永久授权", "a year at most; nothing is granted for ever")
        if not 1 <= self.max_uses <= MOST_USES:
            _refuse(f"使用次数为 1 至 {MOST_USES}", f"1 to {MOST_USES} uses")

    def _check_basis(self) -> None:
        self._check_parts()
        match self.basis:
            case GrantBasis.CONSENT:
                if self.evidence_kind is None:
                    _refuse("取得同意须有凭证", "consent needs evidence")
            case GrantBasis.LEGAL_DUTY:
                if self.noticed_at is None or not self.given_at_window:
                    _refuse("法定职责由窗口登记并告知本人", "an office tells of a duty")
            case GrantBasis.ONE_CASE:
                if self.grantee_kind is not GranteeKind.MATTER:
                    _refuse("一案一用只授权给办理该办件的窗口", "one case is for its windows")
            case GrantBasis.DELEGATION:
                self._check_delegation()

    def _check_parts(self) -> None:
        """Refuse parts that belong together and are not, or that belong to another basis."""
        if (self.evidence_kind is None) != (not self.evidence):
            _refuse("同意凭证须写明方式和编号", "evidence has a kind and a number")
        if self.given_at_window and self.evidence_kind is EvidenceKind.SESSION:
            _refuse("窗口不能代替本人勾选同意", "an operator's tick is no consent")
        if (self.basis is GrantBasis.LEGAL_DUTY) != bool(self.legal_ref):
            _refuse("法定职责须写明法律依据，且仅此须写", "a clause, for a legal duty alone")
        if (self.basis is GrantBasis.ONE_CASE) != bool(self.case_id):
            _refuse("一案一用须写明办件编号，且仅此须写", "a case, for one case alone")

    def _check_delegation(self) -> None:
        if self.evidence_kind is None:
            _refuse("代办授权须有凭证", "a delegation needs evidence")
        if self.grantee_kind is GranteeKind.MATTER or self.grantee in {
            self.given_by,
            self.holder_key,
        }:
            _refuse("代办须授权给另一人或单位", "a delegation is for somebody else")
        if self.not_after - self.not_before > LONGEST_DELEGATION:
            _refuse("代办授权最长 30 天", "a delegation lasts 30 days at most")

    def _check_chain(self) -> None:
        if self.depth != (DEEPEST if self.parent else 1):
            _refuse("转授权最多一次", "a delegation is passed on once at most")
        if self.parent and self.basis is not GrantBasis.DELEGATION:
            _refuse("只有代办可以转授权", "only a delegation is passed on")

    @property
    def is_by_guardian(self) -> bool:
        """Whether a guardian gave it, in a session: the evidence is the guardianship."""
        is_session = self.evidence_kind is EvidenceKind.SESSION
        return is_session and is_guardianship_number(self.evidence)

    @property
    def shows_guardian(self) -> bool:
        """Whether a child's guardian agreed: somebody saw them, or it was their session."""
        return self.is_by_guardian or self.evidence_kind in GUARDIAN_EVIDENCE

    def is_delegated_to(self, person: str, key: str) -> bool:
        """Tell whether the holder lets somebody act (代办).

        Args:
            person: As access tokens name them.
            key: Their look-up key; empty for none.
        """
        return self.basis is GrantBasis.DELEGATION and self.grantee in {person, key} - {""}

    def check_guardian(self) -> None:
        """Refuse a grant over a child's license that no guardian gave.

        A law stands by itself, and so does what is passed on: somebody gave that before.

        Raises:
            GrantRefusedError: Nothing shows that a guardian agreed; a child's session does not.
        """
        if not (self.shows_guardian or self.parent or self.basis is GrantBasis.LEGAL_DUTY):
            _refuse(
                "未满十四周岁未成年人的证照须由监护人登录后同意，或到窗口同意并留存凭证",
                "a guardian agrees for a child, signed in, or at a window and with evidence",
            )

    def check_within(self, parent: "Grant") -> None:
        """Refuse a grant that passes on more than its parent gave.

        Raises:
            GrantRefusedError: It does.
        """
        same = (self.license, self.holder_key, self.matter)
        is_within = (
            parent.basis is GrantBasis.DELEGATION
            and not parent.parent
            and same == (parent.license, parent.holder_key, parent.matter)
            and set(self.fields) <= set(parent.fields)
            and parent.not_before <= self.not_before
            and self.not_after <= parent.not_after
            and self.max_uses <= parent.max_uses
        )
        if not is_within or self.given_by != parent.grantee:
            _refuse("转授权不得超出原授权", "no more is passed on than was given")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptGrant:
    """A grant with its events, oldest first; the first says that it was given."""

    grant: Grant
    events: tuple[GrantEvent, ...]

    def state(self, at: datetime, *, uses: int) -> GrantState:
        """Return how it stands at a moment, after so many uses; its parent apart."""
        kinds = [event.kind for event in self.events]
        if GrantEventKind.REVOKED in kinds:
            return GrantState.REVOKED
        if kinds[-1] is GrantEventKind.SUSPENDED:
            return GrantState.SUSPENDED
        if at >= self.grant.not_after:
            return GrantState.EXPIRED
        if at < self.grant.not_before:
            return GrantState.NOT_YET
        return GrantState.USED_UP if uses >= self.grant.max_uses else GrantState.ACTIVE


def new_grant_id() -> str:
    """Return a fresh number, which tells nothing and cannot be guessed: G and 20 of base32."""
    return "G" + base64.b32encode(secrets.token_bytes(_ID_BYTES)).decode("ascii").rstrip("=")


def _refuse(zh: str, en: str) -> None:
    raise GrantRefusedError(f"{zh} · {en}")
