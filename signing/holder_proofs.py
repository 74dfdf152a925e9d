"""A phone's proof that it shows a code now (持证人出示证明): COSE_Sign1 around a signed code.

The key is made in the holder's browser, which never gives it out, and signs ES256 because browsers
have no SM2. It says only that the same device shows the code at a time; what the code says is
signed by its issuer, with SM2. Source: RFC 9052 §4.2; RFC 9053 §2.1 and §7.1.1 for keys.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from signing import cose
from signing.errors import InvalidSignatureError, MalformedStructureError

DOMAIN: Final = "yinxin.holder/1"
ALGORITHM: Final = -7
"""ES256."""
_PROTECTED: Final = bytes.fromhex("a10126")
_COORDINATE_BYTES: Final = 32
_KEY_TYPE: Final = {1: 2, -1: 1}
"""EC2 on P-256."""
_X: Final = -2
_Y: Final = -3
_MAX_SECONDS: Final = 2**33


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceKey:
    """The public key of a device: a point on P-256.

    Attributes:
        x: 32 bytes.
        is_odd: The sign of y.

    Raises:
        MalformedStructureError: There is no such point.
    """

    x: bytes
    is_odd: bool

    def __post_init__(self) -> None:
        self._key()

    @classmethod
    def of_point(cls, point: bytes) -> Self:
        """Return the key of an uncompressed point, 65 bytes, as browsers give it out.

        Raises:
            MalformedStructureError: It is none.
        """
        if len(point) != 1 + 2 * _COORDINATE_BYTES or point[0] != 4:  # noqa: PLR2004 - SEC 1 §2.3.3
            raise MalformedStructureError("not an uncompressed point of P-256")
        found = cls(x=point[1 : 1 + _COORDINATE_BYTES], is_odd=bool(point[-1] & 1))
        if found._key().public_numbers().y != int.from_bytes(point[1 + _COORDINATE_BYTES :]):
            raise MalformedStructureError("a point beside the curve")
        return found

    @classmethod
    def of_cose(cls, value: Any) -> Self:  # noqa: ANN401 - any CBOR value
        """Return the key that a COSE_Key map names, y being compressed.

        Raises:
            MalformedStructureError: Anything else.
        """
        if not isinstance(value, dict) or value.keys() != {*_KEY_TYPE, _X, _Y}:
            raise MalformedStructureError("not a device key")
        x, is_odd = value[_X], value[_Y]
        is_kind = all(type(value[k]) is int and value[k] == v for k, v in _KEY_TYPE.items())
        if not is_kind or not isinstance(x, bytes) or type(is_odd) is not bool:
            raise MalformedStructureError("not a device key")
        return cls(x=x, is_odd=is_odd)

    def to_cose(self) -> dict[int, Any]:
        """Return the COSE_Key map."""
        return {**_KEY_TYPE, _X: self.x, _Y: self.is_odd}

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check a raw signature value, r‖s.

        Raises:
            InvalidSignatureError: Another key, message or value.
        """
        if len(signature) != 2 * _COORDINATE_BYTES:
            raise InvalidSignatureError("not the signature value of a device")
        r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
        try:
            self._key().verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
        except InvalidSignature as error:
            raise InvalidSignatureError("the device did not sign this") from error

    def _key(self) -> ec.EllipticCurvePublicKey:
        try:
            return ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), bytes([2 + self.is_odd]) + self.x
            )
        except ValueError as error:
            raise MalformedStructureError("not a point of P-256") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderProof:
    """A code as a device shows it; nothing is verified yet.

    Attributes:
        code: The issuer's signed code, COSE.
        shown_at: When the device says it shows it.
        signature: Raw, r‖s.
    """

    code: bytes
    shown_at: datetime
    signature: bytes
    _payload: bytes = field(repr=False)

    @classmethod
    def parse(cls, data: bytes) -> Self | None:
        """Return the proof, or None if ``data`` is none, for instance the code alone.

        Raises:
            MalformedStructureError: Not COSE at all, or a proof that is damaged.
        """
        protected, payload, signature = cose.parts(data)
        if protected != _PROTECTED:
            return None
        seconds, code = _two(cose.decode(payload, cose.MAX_MESSAGE_BYTES))
        return cls(
            code=code,
            shown_at=datetime.fromtimestamp(seconds, UTC),
            signature=signature,
            _payload=payload,
        )

    def verify(self, key: DeviceKey) -> None:
        """Check that ``key`` signed it.

        Raises:
            InvalidSignatureError: It did not.
        """
        key.verify(cose.signature_structure(_PROTECTED, DOMAIN, self._payload), self.signature)


def prove(code: bytes, *, key: ec.EllipticCurvePrivateKey, at: datetime) -> bytes:
    """Return what a device shows; browsers do the same by themselves.

    Args:
        code: The issuer's signed code.
        key: The device's key, on P-256.
        at: When it is shown.
    """
    payload = cose.encode([int(at.timestamp()), code])
    message = cose.signature_structure(_PROTECTED, DOMAIN, payload)
    return cose.tagged(_PROTECTED, payload, _raw(key.sign(message, ec.ECDSA(SHA256()))))


def _raw(signature: bytes) -> bytes:
    r, s = decode_dss_signature(signature)
    return r.to_bytes(_COORDINATE_BYTES) + s.to_bytes(_COORDINATE_BYTES)


def _two(value: Any) -> tuple[int, bytes]:  # noqa: ANN401 - any CBOR value
    if not isinstance(value, list) or [type(item) for item in value] != [int, bytes]:
        raise MalformedStructureError("not the proof of a device")
    seconds, code = value
    if not 0 < seconds < _MAX_SECONDS:
        raise MalformedStructureError("a proof of no time")
    return seconds, code
