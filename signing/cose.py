"""COSE_Sign1 with SM2 for QR codes and status lists, and the base43 text form of a code.

Source: RFC 9052 §4.2 and §4.4; the algorithm identifier is private.
"""

import zlib
from dataclasses import dataclass, field
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
_PARTS: Final = 4
_RAW_FIRST_BYTE: Final = 0xD2
_ZLIB_FIRST_BYTE: Final = 0x78
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./:"
_VALUES: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_PAIR_LETTERS: Final = 3


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
        message = _signature_structure(self.protected, domain, self.payload)
        sm2.verify(message, self.signature, key=certificate.public_key)


def key_id(certificate: Certificate) -> bytes:
    """Return the identifier under which a verifier finds ``certificate``, 8 bytes."""
    return certificate.digest[:KEY_ID_BYTES]


def to_be_signed(claims: dict[Any, Any], *, certificate: Certificate, domain: str) -> bytes:
    """Return the Sig_structure; the same input gives the same bytes."""
    return _signature_structure(_protected(certificate), domain, _encode(claims))


def assemble(claims: dict[Any, Any], *, certificate: Certificate, signature: bytes) -> bytes:
    """Return the tagged COSE_Sign1 with a DER signature value made raw."""
    raw = SignatureValue.from_der(signature).to_raw()
    return _encode(cbor2.CBORTag(_TAG, [_protected(certificate), {}, _encode(claims), raw]))


def sign_claims(claims: dict[Any, Any], *, signer: CertifiedSigner, domain: str) -> bytes:
    """Sign and assemble in one go, where nothing has to be recorded between."""
    message = to_be_signed(claims, certificate=signer.certificate, domain=domain)
    return assemble(claims, certificate=signer.certificate, signature=signer.sign(message))


def parse_claims(data: bytes) -> SignedClaims:
    """Parse a COSE_Sign1 as written here; nothing is verified yet.

    Raises:
        MalformedStructureError: Anything else: other tags, algorithms, headers, encodings that
            are not deterministic, or trailing bytes.
        InvalidSignatureError: The signature value is out of range.
    """
    tag = _decode(data)
    if not isinstance(tag, cbor2.CBORTag) or tag.tag != _TAG:
        raise MalformedStructureError("not a COSE_Sign1")
    protected, unprotected, payload, signature = _four_parts(tag.value)
    header, claims = _decode(protected), _decode(payload)
    if not isinstance(header, dict) or not isinstance(claims, dict) or unprotected != {}:
        raise MalformedStructureError("unexpected COSE headers or payload")
    identifier = header.get(_KEY_ID_LABEL)
    if (
        header.keys() != {_ALGORITHM_LABEL, _KEY_ID_LABEL}
        or header[_ALGORITHM_LABEL] != SM2_ALGORITHM
        or not isinstance(identifier, bytes)
        or len(identifier) != KEY_ID_BYTES
    ):
        raise MalformedStructureError("unexpected COSE headers")
    return SignedClaims(
        claims=claims,
        key_id=identifier,
        signature=SignatureValue.from_raw(signature),
        protected=protected,
        payload=payload,
    )


def to_text(data: bytes) -> str:
    """Return ``data`` in base43, compressed when that is shorter.

    The 43 letters are legal both in a QR code's alphanumeric mode and in a URL fragment; two
    bytes take three letters.
    """
    packed = min(data, zlib.compress(data, 9), key=len)
    letters = []
    for at in range(0, len(packed), 2):
        pair = packed[at : at + 2]
        value, count = int.from_bytes(pair, "big"), len(pair) + 1
        for _ in range(count):
            value, letter = divmod(value, len(_ALPHABET))
            letters.append(_ALPHABET[letter])
    return "".join(letters)


def from_text(text: str) -> bytes:
    """Return the COSE bytes of a base43 text.

    Raises:
        MalformedStructureError: Not such a text, or one that unpacks to more than a code holds.
    """
    # One letter over holds no byte; letting it pass would give a code two texts.
    wrong_length = len(text) > 2 * MAX_MESSAGE_BYTES or len(text) % _PAIR_LETTERS == 1
    if wrong_length or any(letter not in _VALUES for letter in text):
        raise MalformedStructureError("not base43")
    packed = bytearray()
    for at in range(0, len(text), _PAIR_LETTERS):
        group = text[at : at + _PAIR_LETTERS]
        value = sum(_VALUES[letter] * len(_ALPHABET) ** i for i, letter in enumerate(group))
        try:
            packed += value.to_bytes(len(group) - 1, "big")
        except OverflowError as error:
            raise MalformedStructureError("not base43") from error
    return _unpack(bytes(packed))


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


def _protected(certificate: Certificate) -> bytes:
    return _encode({_ALGORITHM_LABEL: SM2_ALGORITHM, _KEY_ID_LABEL: key_id(certificate)})


def _signature_structure(protected: bytes, domain: str, payload: bytes) -> bytes:
    return _encode(["Signature1", protected, domain.encode("ascii"), payload])


def _encode(value: Any) -> bytes:  # noqa: ANN401 - any CBOR value
    return cbor2.dumps(value, canonical=True)


def _decode(data: bytes) -> Any:  # noqa: ANN401 - any CBOR value
    """Decode one deterministic CBOR item."""
    if len(data) > MAX_MESSAGE_BYTES:
        raise MalformedStructureError("the code is too long")
    stream = BytesIO(data)
    try:
        value = cbor2.CBORDecoder(
            stream, max_depth=_MAX_DEPTH, allow_indefinite=False, allow_duplicate_keys=False
        ).decode()
        canonical = stream.read() == b"" and _encode(value) == data
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise MalformedStructureError("not CBOR") from error
    if not canonical:
        raise MalformedStructureError("not deterministic CBOR")
    return value
