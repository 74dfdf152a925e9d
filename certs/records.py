"""The record (license.json): what one license version says, in one canonical byte form.

Elements carry their English names of GB/T 36903-2018 as working systems use them; everything
peculiar to a type stands under ``fields``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, Self

from certs import canonical
from certs.element_names import Element
from certs.errors import MalformedIdentifierError, MalformedRecordError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, SocialCreditCode
from certs.regions import RegionCode
from certs.status_indexes import StatusIndex
from certs.validity_ranges import PERMANENT
from signing.algorithms import sm3

SCHEMA: Final = "yinxin.license/1"
SALT_BYTES: Final = 16
TYPE_VERSION: Final = "certificateTypeVersion"
"""Names, under ``extensions``, the version of the license type; absent for the first."""
FIRST_VERSION: Final = 1
_FLAT: Final = frozenset(
    {
        "certificateIdentifier",
        "certificateVersion",
        "certificateTypeCode",
        "certificateTypeName",
        "certificateName",
        "certificateIssuingAuthorityName",
        "certificateIssuingAuthorityCode",
        "certificateAreaCode",
        "certificateHolderTypeName",
        "salt",
        "schema",
        *Element,
    }
)
_NESTED: Final = frozenset({"fields", "extensions", "status"})
_REPLACED: Final = "associatedCertificateIdentifier"
_REMEMBERED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingAuthority:
    """颁发机构: who answers for a license."""

    code: SocialCreditCode
    name: str
    region: RegionCode


@dataclass(frozen=True, kw_only=True)
class LicenseRecord:
    """One license version as it is signed.

    Raises:
        MalformedRecordError: The salt has another length, or the identifier another issuer.

    Attributes:
        identifier: 证照标识.
        type_name: 证照类型名称.
        number: 证照编号, as printed.
        issued_on: 证照颁发日期.
        valid_from: 证照有效期起始日期.
        valid_to: 证照有效期截止日期, the last day; None is 长期.
        fields: Type-specific values by field name.
        status_uri: Where the status list with this license's entry is published.
        status_index: List and entry.
        salt: 16 random bytes, so that digests of guessable data cannot be guessed.
        replaces: 关联证照标识: the identifier of the license that this one takes the place of;
            empty for a first one.
        type_version: The version of the license type that it was made by.
    """

    identifier: LicenseIdentifier
    type_name: str
    number: str
    authority: IssuingAuthority
    holder: HolderCode
    holder_name: str = field(repr=False)
    issued_on: date
    valid_from: date
    valid_to: date | None
    fields: Mapping[str, str] = field(repr=False)
    status_uri: str
    status_index: StatusIndex
    salt: bytes
    replaces: str = ""
    type_version: int = FIRST_VERSION

    def __post_init__(self) -> None:
        if self.type_version < FIRST_VERSION:
            raise MalformedRecordError("a version of a type is 1 or more")
        if len(self.salt) != SALT_BYTES:
            raise MalformedRecordError(f"a salt has {SALT_BYTES} bytes")
        if self.identifier.issuer_code != self.authority.code:
            raise MalformedRecordError("the identifier names another issuer")
        if self.replaces == str(self.identifier):
            raise MalformedRecordError("a license does not replace itself")

    def __hash__(self) -> int:
        return hash(self.identifier)

    @property
    def digest(self) -> bytes:
        """The license's digest: SM3 of the record, 32 bytes."""
        return sm3(self.encode())

    def is_expired_on(self, day: date) -> bool:
        """Whether ``day`` lies after the last day of validity."""
        return self.valid_to is not None and day > self.valid_to

    def elements(self) -> dict[str, str]:
        """Return the flat elements and the type's fields, as text by name."""
        return {**self._flat(), **self.fields}

    def encode(self) -> bytes:
        """Return the canonical form (RFC 8785)."""
        return self._canonical

    @cached_property
    def _canonical(self) -> bytes:
        return canonical.encode(
            {
                **self._flat(),
                "schema": SCHEMA,
                "salt": self.salt.hex(),
                "fields": dict(self.fields),
                "extensions": self._extensions(),
                "status": {"uri": self.status_uri, "index": self.status_index.index},
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse a canonical record.

        Raises:
            MalformedRecordError: Not canonical, another schema, or a value that breaks its rule.
        """
        value = canonical.decode(data)
        if not isinstance(value, dict) or value.get("schema") != SCHEMA:
            raise MalformedRecordError(f"not a record of the schema {SCHEMA}")
        if value.keys() != _FLAT | _NESTED:
            raise MalformedRecordError("elements are missing or unknown")
        flat = {name: value[name] for name in _FLAT}
        if not all(isinstance(item, str) for item in flat.values()):
            raise MalformedRecordError("an element is not text")
        try:
            record = cls._of(flat, value["fields"], value["status"], value["extensions"])
        except (MalformedIdentifierError, ValueError, TypeError, KeyError) as error:
            raise MalformedRecordError(f"a value breaks its rule: {error}") from error
        if record.encode() != data:
            raise MalformedRecordError("elements contradict one another")
        return record

    @classmethod
    def _of(
        cls, flat: Mapping[str, str], fields: object, status: object, extensions: object
    ) -> Self:
        if not (isinstance(fields, dict) and isinstance(status, dict)):
            raise TypeError("fields and status are objects")
        if not isinstance(extensions, dict):
            raise TypeError("extensions are an object")
        uri, index = status["uri"], status["index"]
        if status.keys() != {"uri", "index"} or type(index) is not int:
            raise TypeError("the status has a URI and an index")
        end = flat[Element.VALID_TO]
        return cls(
            identifier=LicenseIdentifier.parse(flat["certificateIdentifier"]),
            type_name=flat["certificateTypeName"],
            number=flat[Element.NUMBER],
            authority=IssuingAuthority(
                code=SocialCreditCode(flat["certificateIssuingAuthorityCode"]),
                name=flat["certificateIssuingAuthorityName"],
                region=RegionCode(flat["certificateAreaCode"]),
            ),
            holder=HolderCode(
                code_type=HolderCodeType(flat[Element.HOLDER_CODE_TYPE]),
                code=flat[Element.HOLDER_CODE],
            ),
            holder_name=flat[Element.HOLDER_NAME],
            issued_on=date.fromisoformat(flat[Element.ISSUED_ON]),
            valid_from=date.fromisoformat(flat[Element.VALID_FROM]),
            valid_to=None if end == PERMANENT else date.fromisoformat(end),
            fields=MappingProxyType({str(key): str(item) for key, item in fields.items()}),
            status_uri=str(uri),
            status_index=StatusIndex(list_number=int(str(uri).rsplit("/", 1)[-1]), index=index),
            salt=bytes.fromhex(flat["salt"]),
            replaces=_replaced(extensions),
            type_version=int(str(extensions.get(TYPE_VERSION, FIRST_VERSION))),
        )

    def _extensions(self) -> dict[str, str]:
        """Return what no standard element holds; the first version goes without saying."""
        found: dict[str, str] = {}
        if self.replaces:
            found[_REPLACED] = self.replaces
        if self.type_version != FIRST_VERSION:
            found[TYPE_VERSION] = str(self.type_version)
        return found

    def _flat(self) -> dict[str, str]:
        return {
            "certificateIdentifier": str(self.identifier),
            "certificateVersion": f"{self.identifier.version:03d}",
            "certificateTypeCode": str(self.identifier.type_code),
            "certificateTypeName": self.type_name,
            "certificateName": self.type_name,
            "certificateIssuingAuthorityName": self.authority.name,
            "certificateIssuingAuthorityCode": str(self.authority.code),
            "certificateAreaCode": str(self.authority.region),
            "certificateHolderTypeName": self.holder.code_type.name_zh,
            Element.HOLDER_CODE_TYPE: self.holder.code_type.value,
            Element.HOLDER_CODE: self.holder.code,
            Element.HOLDER_NAME: self.holder_name,
            Element.NUMBER: self.number,
            Element.ISSUED_ON: self.issued_on.isoformat(),
            Element.VALID_FROM: self.valid_from.isoformat(),
            Element.VALID_TO: PERMANENT if self.valid_to is None else self.valid_to.isoformat(),
        }


def _replaced(extensions: object) -> str:
    """Return the identifier of the license that is replaced, or nothing."""
    if not isinstance(extensions, dict) or not extensions.keys() <= {_REPLACED, TYPE_VERSION}:
        raise TypeError("extensions are unknown")
    if _REPLACED not in extensions:
        return ""
    return str(LicenseIdentifier.parse(str(extensions[_REPLACED])))


@lru_cache(_REMEMBERED)
def known_record(data: bytes) -> LicenseRecord:
    """Parse a record that several look at one after another; see ``LicenseRecord.parse``."""
    return LicenseRecord.parse(data)
