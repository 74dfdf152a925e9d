"""The QR code printed on a face (证照二维码): signed claims inside an official address.

The claims stand in the URL's fragment, so that any scanner opens the page and no server log
sees them.
"""

from typing import Final
from urllib.parse import urlsplit

from certs.errors import MalformedIdentifierError
from certs.records import LicenseRecord
from signing import cose

DOMAIN: Final = "yinxin.qr/1"
_ISSUER: Final = 1
_EXPIRES: Final = 4
_ISSUED: Final = 6
_STATUS: Final = 65535
_CLAIMS: Final = -1
_IDENTIFIER: Final = 1
_DIGEST: Final = 2


def claims_of(record: LicenseRecord) -> dict[object, object]:
    """Return the claims: who issued what and when, its digest, and where its status stands.

    Dates are day numbers since 1970-01-01, which is what a license knows.
    """
    claims: dict[object, object] = {
        _ISSUER: str(record.authority.code),
        _ISSUED: record.issued_on.toordinal() - _EPOCH,
        _STATUS: [record.status_index.list_number, record.status_index.index],
        _CLAIMS: {_IDENTIFIER: str(record.identifier), _DIGEST: record.digest},
    }
    if record.valid_to is not None:
        claims[_EXPIRES] = record.valid_to.toordinal() - _EPOCH
    return claims


_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""


def to_address(code: bytes, *, public_url: str) -> str:
    """Return what the QR code says: ``<PUBLIC_URL>/V#<base43>``.

    Scheme and host go in capitals, which QR codes hold in fewer bits; a path keeps its case.
    """
    parts = urlsplit(public_url)
    host = f"{parts.scheme}://{parts.netloc}".upper()
    return f"{host}{parts.path.rstrip('/')}/V#{cose.to_text(code)}"


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
