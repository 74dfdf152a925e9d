"""Entitled issuers (授权颁发机构): which authority may issue what, from when until when."""

from dataclasses import dataclass
from datetime import datetime

from certs.canonical import JsonValue
from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.typed_tables import TypedTable
from verify.errors import TrustListError


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitledIssuer:
    """An authority that may issue certain types of licenses.

    A renamed or merged authority stays in the list with its end and its successor, so that what
    it sealed before stays verifiable. A name that changes makes two entries of one code.

    Attributes:
        valid_from: From when it may; None for ever before.
        valid_to: From when it may not any more; None while it may.
        succeeded_by: 统一社会信用代码 of its successor; only with ``valid_to``.

    Raises:
        TrustListError: The times or the successor contradict one another.
    """

    code: SocialCreditCode
    name: str
    types: frozenset[LicenseTypeCode]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    succeeded_by: SocialCreditCode | None = None

    def __post_init__(self) -> None:
        if self.valid_to is None:
            if self.succeeded_by is not None:
                raise TrustListError("malformed", "a successor follows an issuer that has ended")
        elif self.valid_from is not None and self.valid_to <= self.valid_from:
            raise TrustListError("malformed", "an issuer ends before it begins")

    def covers(self, instant: datetime) -> bool:
        """Whether it may issue at ``instant``."""
        begun = self.valid_from is None or self.valid_from <= instant
        return begun and (self.valid_to is None or instant < self.valid_to)


def issuer_entry(issuer: EntitledIssuer) -> dict[str, JsonValue]:
    """Return an issuer as it stands in a list."""
    entry: dict[str, JsonValue] = {
        "code": str(issuer.code),
        "name": issuer.name,
        "types": sorted(str(code) for code in issuer.types),
    }
    if issuer.valid_from is not None:
        entry["valid_from"] = issuer.valid_from.isoformat()
    if issuer.valid_to is not None:
        entry["valid_to"] = issuer.valid_to.isoformat()
    if issuer.succeeded_by is not None:
        entry["succeeded_by"] = str(issuer.succeeded_by)
    return entry


def parse_issuer(value: TypedTable) -> EntitledIssuer:
    """Parse what ``issuer_entry`` wrote.

    Raises:
        TrustListError: The times or the successor contradict one another, or a part is wrong.
        MalformedIdentifierError: A code is none.
    """
    successor = value.take("succeeded_by", str) if value.has("succeeded_by") else None
    return EntitledIssuer(
        code=SocialCreditCode(value.take("code", str)),
        name=value.take("name", str),
        types=frozenset(LicenseTypeCode(code) for code in value.texts("types")),
        valid_from=value.instant("valid_from") if value.has("valid_from") else None,
        valid_to=value.instant("valid_to") if value.has("valid_to") else None,
        succeeded_by=SocialCreditCode(successor) if successor else None,
    )
