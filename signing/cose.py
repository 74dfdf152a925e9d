"""COSE_Sign1 with SM2 for QR codes and status lists, and the base43 text form of a code.

Source: RFC 9052 §4.2 and §4.4; RFC 9596 for the type; the algorithm identifier is private.
"""

import struct
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

import cbor2

from signing import sm2
from signing.certificates import Certificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner

SM2_ALGORITHM: Final = -65579
KEY_ID_BYTES: Final = 8
MAX_MESSAGE_BYTES: Final = 4096
_MAX_DEPTH: Final = 8
_TAG: Final = 18
_ALGORITHM_LABEL: Final = 1
_KEY_ID_LABEL: Final = 4
_TYPE_LABEL: Final = 16
_PARTS: Final = 4
_REMEMBERED: Final = 16
_RAW_FIRST_BYTE: Final = 0xD2
_ZLIB_FIRST_BYTE: Final = 0x78
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"
_LETTERS: Final = _ALPHABET.encode("ascii")
_VALUES: Final = bytes.maketrans(_LETTERS, bytes(range(len(_LETTERS))))
_BASE: Final = len(_ALPHABET)
_SQUARE: Final = _BASE * _BASE
# By what they stand for; the less significant letter comes first.
_TWO_LETTERS: Final = tuple(two + one for one in _ALPHABET for two in _ALPHABET)
_LETTERS_OF_PAIR: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedClaims:
    """A signed CBOR map.

    Attributes:
        claims: The map; keys as the caller's code book has them.
        key_id: First 8 bytes of SM3 of the signer's certificate.
    """

    claims: dict[Any, Any]
    key_id: bytes
    signature: SignatureValue
    protected: bytes = field(repr=False)
    payload: bytes = field(repr=False)

    def verify(self, certificate: Certificate, *, domain: str) -> None:
        """Check that ``certificate`` signed these claims for ``domain``.

        Raises:
            InvalidSignatureError: It did not, or the claims name another certificate.
        """
        if self.key_id != key_id(certificate):
            raise InvalidSignatureError("the claims name another certificate")
        message = signature_structure(self.protected, domain, self.payload)
        _verify(message, self.signature, certificate.public_key)


@lru_cache(_REMEMBERED)
def _verify(message: bytes, value: SignatureValue, key: sm2.PublicKey) -> None:
    """Verify once what stands on both faces of a license."""
    sm2.verify(message, value, key=key)


def key_id(certificate: Certificate) -> bytes:
    """Return the identifier under which a verifier finds ``certificate``, 8 bytes."""
    return certificate.digest[:KEY_ID_BYTES]


def to_be_signed(
    claims: dict[Any, Any], *, certificate: Certificate, domain: str, content_type: str = ""
) -> bytes:
    """Return the Sig_structure; the same input gives the same bytes.

    Args:
        claims: The map.
        certificate: Whose key will sign.
        domain: What the signature is for (external_aad).
        content_type: The media type that the protected header names (16); empty for none.
    """
    return signature_structure(_protected(certificate, content_type), domain, encode(claims))


def assemble(
    claims: dict[Any, Any], *, certificate: Certificate, signature: bytes, content_type: str = ""
) -> bytes:
    """Return the tagged COSE_Sign1 with a DER signature value made raw."""
    raw = SignatureValue.from_der(signature).to_raw()
    protected = _protected(certificate, content_type)
    return tagged(protected, encode(claims), raw)


def sign_claims(
    claims: dict[Any, Any], *, signer: CertifiedSigner, domain: str, content_type: str = ""
) -> bytes:
    """Sign and assemble in one go, where nothing has to be recorded between."""
    certificate = signer.certificate
    message = to_be_signed(
        claims, certificate=certificate, domain=domain, content_type=content_type
    )
    return assemble(
        claims,
        certificate=certificate,
        signature=signer.sign(message),
        content_type=content_type,
    )


def parse_claims(
    data: bytes, *, content_type: str = "", max_bytes: int = MAX_MESSAGE_BYTES
) -> SignedClaims:
    """Parse a COSE_Sign1 as written here; nothing is verified yet.

    Args:
        data: The bytes.
        content_type: The media type that the protected header must name; empty for none at all.
        max_bytes: The most that is read; the default is what a QR code may hold.

    Raises:
        MalformedStructureError: Anything else: other tags, algorithms, headers, encodings that
            are not deterministic, or trailing bytes.
        InvalidSignatureError: The signature value is out of range.
    """
    protected, payload, signature = parts(data, max_bytes=max_bytes)
    identifier, claims = _key_id_in(protected, content_type), decode(payload, max_bytes)
    if not isinstance(claims, dict):
        raise MalformedStructureError("unexpected COSE payload")
    return SignedClaims(
        claims=claims,
        key_id=identifier,
        signature=SignatureValue.from_raw(signature),
        protected=protected,
        payload=payload,
    )


def parts(data: bytes, *, max_bytes: int = MAX_MESSAGE_BYTES) -> tuple[bytes, bytes, bytes]:
    """Return protected header, payload and signature of a COSE_Sign1 without other headers.

    Raises:
        MalformedStructureError: Anything else.
    """
    tag = decode(data, max_bytes)
    if not isinstance(tag, cbor2.CBORTag) or tag.tag != _TAG:
        raise MalformedStructureError("not a COSE_Sign1")
    protected, unprotected, payload, signature = _four_parts(tag.value)
    if unprotected != {}:
        raise MalformedStructureError("unexpected COSE headers")
    return protected, payload, signature


def tagged(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """Return a COSE_Sign1 of its parts; the signature value is raw."""
    return encode(cbor2.CBORTag(_TAG, [protected, {}, payload, signature]))


def to_text(data: bytes) -> str:
    """Return ``data`` in base43, compressed when that is shorter.

    The 43 letters are legal both in a QR code's alphanumeric mode and in a URL fragment; two
    bytes take three letters.
    """
    packed = min(data, zlib.compress(data, 9), key=len)
    pairs, odd = divmod(len(packed), 2)
    values = struct.unpack_from(f">{pairs}H", packed)
    text = "".join(
        [_TWO_LETTERS[value % _SQUARE] + _ALPHABET[value // _SQUARE] for value in values]
    )
    return text + _TWO_LETTERS[packed[-1]] if odd else text


def from_text(text: str) -> bytes:
    """Return the COSE bytes of a base43 text.

    Raises:
        MalformedStructureError: Not such a text, or one that unpacks to more than a code holds.
    """
    # One letter over holds no byte; letting it pass would give a code two texts.
    wrong_length = len(text) > 2 * MAX_MESSAGE_BYTES or len(text) % _LETTERS_OF_PAIR == 1
    if wrong_length or not text.isascii():
        raise MalformedStructureError("not base43")
    letters = text.encode("ascii")
    if letters.translate(None, _LETTERS):
        raise MalformedStructureError("not base43")
    values = letters.translate(_VALUES)
    whole = len(values) // _LETTERS_OF_PAIR * _LETTERS_OF_PAIR
    places = [values[at:whole:_LETTERS_OF_PAIR] for at in range(_LETTERS_OF_PAIR)]
    numbers = [one + _BASE * two + _SQUARE * three for one, two, three in zip(*places, strict=True)]
    last = [one + _BASE * two for one, two in (values[whole:],)] if values[whole:] else []
    try:
        packed = struct.pack(f">{len(numbers)}H{len(last)}B", *numbers, *last)
    except struct.error as error:
        raise MalformedStructureError("not base43") from error
    return _unpack(packed)


def _unpack(packed: bytes) -> bytes:
    if packed[:1] == bytes((_RAW_FIRST_BYTE,)):
        return packed
    if packed[:1] != bytes((_ZLIB_FIRST_BYTE,)):
        raise MalformedStructureError("not a signed code")
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(packed, MAX_MESSAGE_BYTES)
    except zlib.error as error:
        raise MalformedStructureError("a damaged code") from error
    if not inflater.eof or inflater.unconsumed_tail or inflater.unused_data:
        raise MalformedStructureError("a code of the wrong length")
    return data


def _four_parts(value: object) -> tuple[bytes, Any, bytes, bytes]:
    # Inside a tag the decoder gives immutable values: an array is a tuple.
    if not isinstance(value, tuple | list) or len(value) != _PARTS:
        raise MalformedStructureError("not a COSE_Sign1")
    if not all(isinstance(value[i], bytes) for i in (0, 2, 3)):
        raise MalformedStructureError("not a COSE_Sign1")
    return value[0], value[1], value[2], value[3]


def _protected(certificate: Certificate, content_type: str) -> bytes:
    return _header(key_id(certificate), content_type)


def _header(identifier: bytes, content_type: str) -> bytes:
    header: dict[int, Any] = {_ALGORITHM_LABEL: SM2_ALGORITHM, _KEY_ID_LABEL: identifier}
    if content_type:
        header[_TYPE_LABEL] = content_type
    return encode(header)


def _key_id_in(protected: bytes, content_type: str) -> bytes:
    """Return the key identifier of a header that says exactly what it should."""
    header = decode(protected, len(protected))
    identifier = header.get(_KEY_ID_LABEL) if isinstance(header, dict) else None
    if not isinstance(identifier, bytes) or len(identifier) != KEY_ID_BYTES:
        raise MalformedStructureError("unexpected COSE headers")
    # Bytes are compared, because a float or a truth value would equal the number that it is not.
    if protected != _header(identifier, content_type):
        raise MalformedStructureError("unexpected COSE headers")
    return identifier


def signature_structure(protected: bytes, domain: str, payload: bytes) -> bytes:
    """Return what a COSE_Sign1's signature is over: RFC 9052 §4.4."""
    return encode(["Signature1", protected, domain.encode("ascii"), payload])


def encode(value: Any) -> bytes:  # noqa: ANN401 - any CBOR value
    """Return the deterministic CBOR of a value."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes, max_bytes: int) -> Any:  # noqa: ANN401 - any CBOR value
    """Return the value of one deterministic CBOR item.

    Raises:
        MalformedStructureError: It is longer than ``max_bytes``, or something else.
    """
    if len(data) > max_bytes:
        raise MalformedStructureError("the message is too long")
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            stream, max_depth=_MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        ).decode()
        canonical = stream.read() == b"" and encode(value) == data
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise MalformedStructureError("not CBOR") from error
    if not canonical:
        raise MalformedStructureError("not deterministic CBOR")
    return value
