"""离线亮证码 (offline display codes): what a holder chose to show, signed for a day.

The issuing department signs it like a printed code, for another domain, so that neither passes for
the other. Who reads it needs no network. A key of the holder's device stands in it where there is
one; the device then shows anew every minute that it is it (`signing.holder_proofs`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Self

from certs.code_values import of_kind, to_day, to_number
from certs.errors import MalformedCodeError, MalformedIdentifierError
from certs.identifiers import LicenseIdentifier
from certs.printed_codes import code_address
from certs.status_indexes import StatusIndex
from signing import cose
from signing.cose import SignedClaims, parse_claims
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.holder_proofs import DeviceKey, HolderProof

DOMAIN: Final = "yinxin.show/1"
MARK: Final = "/S#"
"""What stands before the code in its address; the host is not looked at."""
MOST_LETTERS: Final = 600
"""Of the text in base43: with the device's proof around it the code stays below version 16."""
MOST_VALUE: Final = 100
_EXPIRES: Final = 4
_ISSUED: Final = 6
_DEVICE: Final = 8
_KEY: Final = 1
_STATUS: Final = 65535
_SHOWN: Final = -2
_IDENTIFIER: Final = 1
_TYPE_NAME: Final = 2
_HOLDER: Final = 3
_FIELDS: Final = 4
_VALID_TO: Final = 5
_MAX_SECONDS: Final = 2**33


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineClaims:
    """What an offline code says; whether it is signed by whom it must be is another question.

    Who issued the license stands in its identifier, and not a second time.

    Attributes:
        holder_shown: 持证主体, in full if the holder chose so, else masked.
        fields: What the holder chose: label in Chinese, and value.
        valid_to: The last day of the license; None is 长期.
        issued_at: When the code was made; whole seconds, as ``expires_at``.
        device: The key of the device that shows it; None where it is bound to none.
    """

    identifier: LicenseIdentifier
    type_name: str
    holder_shown: str
    fields: tuple[tuple[str, str], ...]
    valid_to: date | None
    status_index: StatusIndex
    issued_at: datetime
    expires_at: datetime
    device: DeviceKey | None = None

    def to_claims(self) -> dict[object, object]:
        """Return the claims as they are signed."""
        shown: dict[object, object] = {
            _IDENTIFIER: str(self.identifier),
            _TYPE_NAME: self.type_name,
            _HOLDER: self.holder_shown,
            _FIELDS: [list(pair) for pair in self.fields],
        }
        if self.valid_to is not None:
            shown[_VALID_TO] = to_number(self.valid_to)
        claims: dict[object, object] = {
            _ISSUED: int(self.issued_at.timestamp()),
            _EXPIRES: int(self.expires_at.timestamp()),
            _STATUS: [self.status_index.list_number, self.status_index.index],
            _SHOWN: shown,
        }
        if self.device is not None:
            claims[_DEVICE] = {_KEY: self.device.to_cose()}
        return claims

    @classmethod
    def of(cls, signed: SignedClaims) -> Self:
        """Read the claims of a code, exactly as ``to_claims`` makes them.

        Raises:
            MalformedCodeError: Claims are missing, unknown, or of the wrong kind.
        """
        try:
            found = cls._of(dict(signed.claims))
            is_exact = found.to_claims() == signed.claims
        except (
            MalformedIdentifierError,
            MalformedStructureError,
            ValueError,
            TypeError,
            KeyError,
            OverflowError,
        ) as error:
            raise MalformedCodeError("not the claims of an offline code") from error
        if not is_exact:
            raise MalformedCodeError("unknown claims")
        return found

    @classmethod
    def _of(cls, claims: dict[Any, Any]) -> Self:
        shown = of_kind(claims[_SHOWN], dict)
        list_number, index = claims[_STATUS]
        return cls(
            identifier=LicenseIdentifier.parse(of_kind(shown[_IDENTIFIER], str)),
            type_name=of_kind(shown[_TYPE_NAME], str),
            holder_shown=of_kind(shown[_HOLDER], str),
            fields=tuple(_pair(item) for item in of_kind(shown[_FIELDS], list)),
            valid_to=to_day(shown[_VALID_TO]) if _VALID_TO in shown else None,
            status_index=StatusIndex(
                list_number=of_kind(list_number, int), index=of_kind(index, int)
            ),
            issued_at=_moment(claims[_ISSUED]),
            expires_at=_moment(claims[_EXPIRES]),
            device=DeviceKey.of_cose(claims[_DEVICE][_KEY]) if _DEVICE in claims else None,
        )


def _pair(value: Any) -> tuple[str, str]:  # noqa: ANN401 - any CBOR value
    label, text = value
    return of_kind(label, str), of_kind(text, str)


def _moment(value: Any) -> datetime:  # noqa: ANN401 - any CBOR value
    if not 0 < of_kind(value, int) < _MAX_SECONDS:
        raise ValueError("no time")
    return datetime.fromtimestamp(value, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineCode:
    """An offline code taken apart; nothing is verified yet.

    Attributes:
        encoded: As it was scanned, COSE.
        proof: What the device that shows it says; None where the code came alone.
    """

    encoded: bytes
    signed: SignedClaims
    claims: OfflineClaims
    proof: HolderProof | None

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Take what was scanned apart: the signed code, alone or as a device shows it.

        Raises:
            MalformedCodeError: It is none.
        """
        try:
            proof = HolderProof.parse(data)
            signed = parse_claims(proof.code if proof is not None else data)
        except (MalformedStructureError, InvalidSignatureError) as error:
            raise MalformedCodeError("not an offline code") from error
        return cls(encoded=data, signed=signed, claims=OfflineClaims.of(signed), proof=proof)

    @classmethod
    def of_address(cls, text: str) -> Self:
        """Take the code in an address apart.

        Raises:
            MalformedCodeError: It carries none.
        """
        _, _, letters = text.partition(MARK)
        try:
            return cls.parse(cose.from_text(letters))
        except MalformedStructureError as error:
            raise MalformedCodeError("not an offline code") from error


def to_address(code: bytes, *, public_url: str) -> str:
    """Return what the QR code says: ``<PUBLIC_URL>/S#<base43>``."""
    return code_address(f"S#{cose.to_text(code)}", public_url=public_url)
