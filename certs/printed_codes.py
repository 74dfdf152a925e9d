"""The QR code printed on a face (证照二维码): signed claims inside an official address.

The claims stand in the URL's fragment, so that any scanner opens the page and no server log
sees them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self
from urllib.parse import urlsplit

from certs.code_values import of_kind, to_day, to_number
from certs.errors import MalformedCodeError, MalformedIdentifierError
from certs.identifiers import LicenseIdentifier
from certs.records import LicenseRecord
from certs.status_indexes import StatusIndex
from signing import cose
from signing.cose import SignedClaims

DOMAIN: Final = "yinxin.qr/1"
_ISSUER: Final = 1
_EXPIRES: Final = 4
_ISSUED: Final = 6
_STATUS: Final = 65535
_CLAIMS: Final = -1
_IDENTIFIER: Final = 1
_DIGEST: Final = 2


def claims_of(record: LicenseRecord) -> dict[object, object]:
    """Return the claims: who issued what and when, its digest, and where its status stands."""
    claims: dict[object, object] = {
        _ISSUER: str(record.authority.code),
        _ISSUED: to_number(record.issued_on),
        _STATUS: [record.status_index.list_number, record.status_index.index],
        _CLAIMS: {_IDENTIFIER: str(record.identifier), _DIGEST: record.digest},
    }
    if record.valid_to is not None:
        claims[_EXPIRES] = to_number(record.valid_to)
    return claims


_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeClaims:
    """What a code says; whether it is signed by whom it must be is another question.

    Attributes:
        issuer_code: 颁发机构代码.
        issued_on: 证照颁发日期.
        valid_to: The last day; None is 长期.
        digest: SM3 of the record, 32 bytes.
    """

    identifier: LicenseIdentifier
    issuer_code: str
    issued_on: date
    valid_to: date | None
    digest: bytes
    status_index: StatusIndex

    @classmethod
    def of(cls, signed: SignedClaims) -> Self:
        """Read the claims of a code, exactly as ``claims_of`` makes them.

        Raises:
            MalformedCodeError: Claims are missing, unknown, or of the wrong kind.
        """
        try:
            return cls._of(dict(signed.claims))
        except (MalformedIdentifierError, ValueError, TypeError, KeyError, OverflowError) as error:
            raise MalformedCodeError("not the claims of a license's code") from error

    @classmethod
    def _of(cls, claims: dict[Any, Any]) -> Self:
        inner, status = claims.pop(_CLAIMS), claims.pop(_STATUS)
        list_number, index = status
        found = cls(
            identifier=LicenseIdentifier.parse(of_kind(inner[_IDENTIFIER], str)),
            issuer_code=of_kind(claims.pop(_ISSUER), str),
            issued_on=to_day(claims.pop(_ISSUED)),
            valid_to=to_day(claims.pop(_EXPIRES)) if _EXPIRES in claims else None,
            digest=of_kind(inner[_DIGEST], bytes),
            status_index=StatusIndex(
                list_number=of_kind(list_number, int), index=of_kind(index, int)
            ),
        )
        if claims or len(inner) != len((_IDENTIFIER, _DIGEST)):
            raise ValueError("unknown claims")
        if (
            len(found.digest) != _DIGEST_BYTES
            or str(found.identifier.issuer_code) != found.issuer_code
        ):
            raise ValueError("claims that contradict one another")
        return found


def to_address(code: bytes, *, public_url: str) -> str:
    """Return what the QR code says: ``<PUBLIC_URL>/V#<base43>``.

    Scheme and host go in capitals, which QR codes hold in fewer bits; a path keeps its case.
    """
    return code_address(f"V#{cose.to_text(code)}", public_url=public_url)


def code_address(ending: str, *, public_url: str) -> str:
    """Return an address of an instance as codes say it."""
    parts = urlsplit(public_url)
    host = f"{parts.scheme}://{parts.netloc}".upper()
    return f"{host}{parts.path.rstrip('/')}/{ending}"


def from_address(text: str) -> bytes:
    """Return the signed claims in an address; the host is not looked at.

    Raises:
        MalformedIdentifierError: The text carries no code.
        MalformedStructureError: The code is damaged.
    """
    _, mark, letters = text.partition("/V#")
    if not mark:
        raise MalformedIdentifierError("no code of a license")
    return cose.from_text(letters)
