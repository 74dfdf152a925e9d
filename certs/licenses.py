"""A license as the register keeps it: where its record and faces lie, and its status now."""

from dataclasses import dataclass
from datetime import date, datetime

from certs.status_indexes import StatusIndex
from certs.statuses import StatusKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseFiles:
    """Names of the stored objects: SM3 digests in hexadecimal.

    Attributes:
        ofd: The OFD face; empty if the license has none.
        package: The archive package that holds them all; empty while they lie loose.
        package_bytes: How long that is; 0 while there is none.
    """

    record: str
    signature: str
    pdf: str
    ofd: str = ""
    package: str = ""
    package_bytes: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The digests of all files there are, wherever they lie."""
        named = (self.record, self.signature, self.pdf, self.ofd)
        return tuple(name for name in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """电子证照: one version, in force or not.

    Attributes:
        identifier: 证照标识, as text.
        holder_key: Keyed hash of the holder's code; the code itself is only in the record.
        holder_shown: Holder's name, masked for lists where it is a person's.
        status: What everything recorded about it leads to.
        settles_at: From when on ``status`` holds, if a change was planned for later; until then
            its log tells how it stands.
        sealed_at: When its face was sealed.
        status_index: Where it stands in the status lists; None where the register of an older
            release did not say.
        replaces: Identifier of the license that this one took the place of; empty if of none.
        child_until: Until when, exclusive, it is about a child under 14; None where it is not.
        type_secrets: Fields that its type calls trade secrets, as records name them.
        held_secrets: Fields that its holder marked as trade secrets.
        has_marks_known: Whether the marks were looked for; licenses of older releases wait for it.
    """

    identifier: str
    type_code: str
    type_name: str
    number: str
    issuer_code: str
    holder_key: str
    holder_shown: str
    valid_from: date
    valid_to: date | None
    status: StatusKind
    sealed_at: datetime
    files: LicenseFiles
    status_index: StatusIndex | None = None
    replaces: str = ""
    settles_at: datetime | None = None
    child_until: date | None = None
    type_secrets: frozenset[str] = frozenset()
    held_secrets: frozenset[str] = frozenset()
    has_marks_known: bool = True

    def is_expired_on(self, day: date) -> bool:
        """Whether ``day`` lies after the last day of validity."""
        return self.valid_to is not None and day > self.valid_to

    @property
    def secrets(self) -> frozenset[str]:
        """The fields that are trade secrets, whoever said so."""
        return self.type_secrets | self.held_secrets

    @property
    def issuer_region(self) -> str:
        """行政区划 of the issuer: the six digits in its unified code (GB 32100-2015)."""
        return self.issuer_code[2:8]
