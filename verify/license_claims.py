"""What somebody claims about a license (证照主张), alike from a record, a code or an identifier.

Claims name nobody: reports, receipts and archives can keep them where the record must not go.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from certs.identifiers import LicenseIdentifier, SocialCreditCode
from certs.masking import mask
from certs.offline_codes import OfflineClaims
from certs.printed_codes import CodeClaims
from certs.records import LicenseRecord
from certs.status_indexes import StatusIndex
from certs.typed_tables import TypedTable
from certs.validity_ranges import PERMANENT
from verify.errors import MalformedExaminationError

_Json = dict[str, str | int | bool]
_PERMANENT: Final = PERMANENT


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseClaims:
    """A license as it is claimed to be; what the carrier does not say is empty or None.

    Attributes:
        issuer_code: 颁发机构代码.
        region: 行政区划代码 of the issuing region; empty where only the issuer tells it.
        number_shown: 证照编号, masked where it is a person's.
        holder_shown: 持证主体, masked likewise.
        valid_from: None where the carrier does not say.
        valid_to: The last day; None for 长期, or where the carrier does not say.
        has_validity: Whether the carrier says how long the license is valid.
        digest: SM3 of the record, hexadecimal.
        status_index: Where its status is published.
    """

    identifier: LicenseIdentifier
    issuer_code: str
    type_name: str = ""
    number_shown: str = ""
    issuer_name: str = ""
    region: str = ""
    holder_shown: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    has_validity: bool = False
    digest: str = ""
    status_index: StatusIndex | None = None

    @property
    def issuer(self) -> SocialCreditCode:
        """颁发机构代码, checked.

        Raises:
            MalformedIdentifierError: It is none.
        """
        same = self.identifier.issuer_code
        return same if str(same) == self.issuer_code else SocialCreditCode(self.issuer_code)

    @classmethod
    def of_record(cls, record: LicenseRecord) -> Self:
        """Return what a record claims."""
        is_organization = record.holder.code_type.is_organization
        return cls(
            identifier=record.identifier,
            issuer_code=str(record.authority.code),
            type_name=record.type_name,
            number_shown=record.number if is_organization else mask(record.number),
            issuer_name=record.authority.name,
            region=str(record.authority.region),
            holder_shown=record.holder_name if is_organization else mask(record.holder_name),
            valid_from=record.valid_from,
            valid_to=record.valid_to,
            has_validity=True,
            digest=record.digest.hex(),
            status_index=record.status_index,
        )

    @classmethod
    def of_code(cls, claims: CodeClaims) -> Self:
        """Return what a printed code claims."""
        return cls(
            identifier=claims.identifier,
            issuer_code=claims.issuer_code,
            valid_to=claims.valid_to,
            has_validity=True,
            digest=claims.digest.hex(),
            status_index=claims.status_index,
        )

    @classmethod
    def of_offline_code(cls, claims: OfflineClaims) -> Self:
        """Return what an offline code claims; whom it names is for whoever scanned it."""
        return cls(
            identifier=claims.identifier,
            issuer_code=str(claims.identifier.issuer_code),
            type_name=claims.type_name,
            valid_to=claims.valid_to,
            has_validity=True,
            status_index=claims.status_index,
        )

    @classmethod
    def of_identifier(cls, identifier: LicenseIdentifier) -> Self:
        """Return what an identifier alone claims."""
        return cls(identifier=identifier, issuer_code=str(identifier.issuer_code))

    def as_json(self) -> _Json:
        """Return a JSON object; what is empty is left out."""
        values: _Json = {
            "identifier": str(self.identifier),
            "issuer_code": self.issuer_code,
            "type_name": self.type_name,
            "number_shown": self.number_shown,
            "issuer_name": self.issuer_name,
            "region": self.region,
            "holder_shown": self.holder_shown,
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self._valid_to_text(),
            "digest": self.digest,
        }
        if self.status_index is not None:
            values["status_list"] = self.status_index.list_number
            values["status_index"] = self.status_index.index
        return {name: value for name, value in values.items() if value != ""}

    def _valid_to_text(self) -> str:
        if not self.has_validity:
            return ""
        return self.valid_to.isoformat() if self.valid_to else _PERMANENT

    @classmethod
    def of_json(cls, table: TypedTable) -> Self:
        """Parse what ``as_json`` wrote.

        Raises:
            MalformedExaminationError: It is something else.
            MalformedIdentifierError: The identifier is none.
        """
        end = _optional(table, "valid_to")
        begin = _optional(table, "valid_from")
        try:
            claims = cls(
                identifier=LicenseIdentifier.parse(table.take("identifier", str)),
                issuer_code=table.take("issuer_code", str),
                type_name=_optional(table, "type_name"),
                number_shown=_optional(table, "number_shown"),
                issuer_name=_optional(table, "issuer_name"),
                region=_optional(table, "region"),
                holder_shown=_optional(table, "holder_shown"),
                valid_from=date.fromisoformat(begin) if begin else None,
                valid_to=date.fromisoformat(end) if end not in {"", _PERMANENT} else None,
                has_validity=bool(end),
                digest=_optional(table, "digest"),
                status_index=_status_index(table),
            )
        except ValueError as error:
            raise MalformedExaminationError("a claim is wrong") from error
        table.finish()
        return claims


def _status_index(table: TypedTable) -> StatusIndex | None:
    if not table.has("status_index"):
        return None
    return StatusIndex(
        list_number=table.take("status_list", int), index=table.take("status_index", int)
    )


def _optional(table: TypedTable, key: str) -> str:
    return table.take(key, str) if table.has(key) else ""
