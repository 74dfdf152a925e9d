"""X.509 certificates (数字证书) with SM2 keys: what we read from one.

Structure by asn1crypto, signatures by our engine over the original bytes. Source: RFC 5280;
GB/T 20518 identifiers as found in real files.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from signing import asn1, der, sm2
from signing.algorithms import EC_PUBLIC_KEY, SM2_CURVE, SM2_SIGN_WITH_SM3, sm3
from signing.errors import MalformedStructureError
from signing.roles import ROLE_OIDS, Role
from signing.signature_values import SignatureValue
from signing.subject_names import read_name
from signing.tolerances import Tolerance

MAX_CERTIFICATE_BYTES: Final = 16_384
_CACHED: Final = 2048
_MAX_PEM_BLOCKS: Final = 256
_MAX_SERIAL_BITS: Final = 512
_MAX_PATH_LENGTH: Final = 255
_MAX_PEM_CHARACTERS: Final = 24 * 2**20
_PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9# ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----")
"""The body ends at the first dash, so that no text takes more than one pass."""
_FALSE: Final = der.tlv(der.BOOLEAN, b"\0")
_UNDERSTOOD: Final = frozenset(
    {
        "basic_constraints",
        "key_usage",
        "extended_key_usage",
        "key_identifier",
        "authority_key_identifier",
        "crl_distribution_points",
        "certificate_policies",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate; equal when the bytes are.

    Attributes:
        encoded: The DER as it came.
        to_be_signed: The slice under the signature.
        issuer_name: DER of the issuer's name; compared byte for byte.
        subject_name: DER of the subject's name.
        organization_code: 统一社会信用代码 in organizationIdentifier (2.5.4.97), if any.
        extended_usages: Dotted OIDs of the extended key usages.
        unknown_critical: Critical extensions that this package does not understand.
        tolerances: Liberties that its encoding takes.
    """

    encoded: bytes
    to_be_signed: bytes
    signature: SignatureValue
    serial: int
    issuer_name: bytes
    subject_name: bytes
    common_name: str
    organization: str
    organization_code: str
    not_before: datetime
    not_after: datetime
    public_key: sm2.PublicKey
    is_authority: bool
    path_length: int | None
    key_usages: frozenset[str]
    extended_usages: frozenset[str]
    subject_key_id: bytes
    authority_key_id: bytes
    unknown_critical: frozenset[str]
    tolerances: frozenset[Tolerance] = frozenset()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and self.encoded == other.encoded

    def __hash__(self) -> int:
        return hash(self.encoded)

    @property
    def digest(self) -> bytes:
        """SM3 of the DER, 32 bytes."""
        return sm3(self.encoded)

    @property
    def is_self_issued(self) -> bool:
        """Whether subject and issuer have one name."""
        return self.issuer_name == self.subject_name

    def has_role(self, role: Role) -> bool:
        """Whether the certificate is for ``role`` and for nothing else."""
        return self.extended_usages == {ROLE_OIDS[role]}

    def is_valid_at(self, instant: datetime) -> bool:
        """Whether ``instant`` lies inside the validity period, both ends included."""
        return self.not_before <= instant <= self.not_after

    def verify_signature(self, issuer: sm2.PublicKey) -> None:
        """Check that ``issuer`` signed this certificate.

        Raises:
            InvalidSignatureError: It did not.
        """
        sm2.verify(self.to_be_signed, self.signature, key=issuer)

    def to_pem(self) -> str:
        """Return the PEM form."""
        return pem("CERTIFICATE", self.encoded)


def pem(label: str, data: bytes) -> str:
    """Return RFC 7468 text, 64 characters a line."""
    body = base64.b64encode(data).decode("ascii")
    lines = (body[at : at + 64] for at in range(0, len(body), 64))
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""))


@lru_cache(_CACHED)
def parse_certificate(data: bytes) -> Certificate:
    """Parse one DER certificate with an SM2 key and an SM2 signature.

    Raises:
        MalformedStructureError: Not such a certificate.
        InvalidSignatureError: The signature value is not strict DER or out of range.
    """
    parsed = asn1.load(
        asn1.x509.Certificate, data, what="a certificate", max_bytes=MAX_CERTIFICATE_BYTES
    )
    with asn1.reading("a certificate"):
        return _certificate(parsed, data)


def parse_pem_certificates(text: str) -> tuple[Certificate, ...]:
    """Parse every certificate of a PEM text, in order.

    Raises:
        MalformedStructureError: There is none, or one is damaged.
    """
    found = tuple(parse_certificate(block) for block in pem_blocks(text, "CERTIFICATE"))
    if not found:
        raise MalformedStructureError("no PEM certificate")
    return found


def parse_certificate_file(data: bytes) -> tuple[Certificate, ...]:
    """Parse a file of certificates: one in DER, or any number in PEM.

    Raises:
        MalformedStructureError: Neither, or one is damaged.
    """
    if data[:1] == bytes((der.SEQUENCE,)):
        return (parse_certificate(data),)
    try:
        return parse_pem_certificates(data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise MalformedStructureError("neither DER nor PEM") from error


def pem_blocks(text: str, *labels: str) -> tuple[bytes, ...]:
    """Return what the PEM blocks of these labels hold, in order (RFC 7468).

    Raises:
        MalformedStructureError: One is damaged, or there are too many.
    """
    if len(text) > _MAX_PEM_CHARACTERS:
        raise MalformedStructureError("the PEM text is too long")
    found = [body for label, body in _PEM.findall(text) if label in labels]
    if len(found) > _MAX_PEM_BLOCKS:
        raise MalformedStructureError("too many PEM blocks")
    try:
        return tuple(base64.b64decode("".join(body.split()), validate=True) for body in found)
    except binascii.Error as error:
        raise MalformedStructureError("a PEM block is damaged") from error


def parse_public_key(encoded: bytes) -> sm2.PublicKey:
    """Parse a SubjectPublicKeyInfo that names the SM2 curve.

    Raises:
        MalformedStructureError: Another algorithm or curve, explicit curve parameters, or a
            point off the curve.
    """
    return _public_key(encoded, set())


def encode_public_key(key: sm2.PublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo of ``key``, 91 bytes."""
    algorithm = der.sequence(der.oid(EC_PUBLIC_KEY), der.oid(SM2_CURVE))
    return der.sequence(algorithm, der.bits(key.point))


def _public_key(encoded: bytes, tolerated: set[Tolerance]) -> sm2.PublicKey:
    algorithm, key = der.parts(der.read(encoded), der.SEQUENCE, der.BIT_STRING)
    kind, curve = (der.to_oid(part) for part in der.parts(algorithm, der.OID, der.OID))
    if kind not in (EC_PUBLIC_KEY, SM2_CURVE) or curve != SM2_CURVE:
        raise MalformedStructureError("not an SM2 public key")
    if kind == SM2_CURVE:
        tolerated.add(Tolerance.SM2_CURVE_AS_KEY_ALGORITHM)
    return sm2.PublicKey(der.to_bits(key))


def _certificate(parsed: Any, data: bytes) -> Certificate:  # noqa: ANN401 - untyped library
    body = parsed["tbs_certificate"]
    # The outer one is not under the signature; RFC 5280 §4.1.1.2 wants the same in both.
    algorithm = body["signature"]
    same = parsed["signature_algorithm"].dump() == algorithm.dump()
    if not same or algorithm["algorithm"].dotted != SM2_SIGN_WITH_SM3:
        raise MalformedStructureError("the certificate is not signed with SM2")
    tolerated: set[Tolerance] = set()
    extensions = _extensions(body, tolerated)
    constraints = _native(extensions, "basic_constraints") or {}
    authority = _native(extensions, "authority_key_identifier") or {}
    subject = read_name(body["subject"].dump(), tolerated)
    return Certificate(
        encoded=data,
        to_be_signed=body.dump(),
        signature=SignatureValue.from_der(asn1.to_bits(parsed["signature_value"])),
        serial=_bounded(body["serial_number"].native, 1 << _MAX_SERIAL_BITS),
        issuer_name=body["issuer"].dump(),
        subject_name=body["subject"].dump(),
        common_name=subject.common_name,
        organization=subject.organization,
        organization_code=subject.organization_code,
        not_before=asn1.to_time(body["validity"]["not_before"]),
        not_after=asn1.to_time(body["validity"]["not_after"]),
        public_key=_public_key(body["subject_public_key_info"].dump(), tolerated),
        is_authority=bool(constraints.get("ca", False)),
        path_length=_bounded(constraints.get("path_len_constraint"), _MAX_PATH_LENGTH),
        key_usages=frozenset(_native(extensions, "key_usage") or ()),
        extended_usages=_extended_usages(extensions),
        subject_key_id=_native(extensions, "key_identifier") or b"",
        authority_key_id=authority.get("key_identifier") or b"",
        unknown_critical=frozenset(
            name
            for name, item in extensions.items()
            if item["critical"].native and name not in _UNDERSTOOD
        ),
        tolerances=frozenset(tolerated),
    )


def _extensions(body: Any, tolerated: set[Tolerance]) -> dict[str, Any]:  # noqa: ANN401 - as above
    extensions = {item["extn_id"].native: item for item in body["extensions"]}
    if len(extensions) != len(body["extensions"]):
        raise MalformedStructureError("an extension stands twice")
    constraints = extensions.get("basic_constraints")
    if any(_states_false(item.dump()) for item in extensions.values()) or (
        constraints and _states_false(constraints["extn_value"].contents)
    ):
        tolerated.add(Tolerance.EXPLICIT_DEFAULT)
    return extensions


def _states_false(sequence: bytes) -> bool:
    """Whether a SEQUENCE holds the FALSE that DER leaves out."""
    return any(part.encoded == _FALSE for part in der.children(der.read(sequence)))


def _extended_usages(extensions: dict[str, Any]) -> frozenset[str]:
    usages = extensions.get("extended_key_usage")
    if usages is None:
        return frozenset()
    return frozenset(usage.dotted for usage in _value(usages))


def _native(extensions: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - untyped library
    return _value(extensions[name]).native if name in extensions else None


def _value(extension: Any) -> Any:  # noqa: ANN401 - untyped library
    """Return what an extension holds, DER through and through, so that its depth is bounded."""
    der.check(extension["extn_value"].contents)
    return extension["extn_value"].parsed


def _bounded(number: int | None, limit: int) -> Any:  # noqa: ANN401 - the type that was given
    if number is not None and abs(number) > limit:
        raise MalformedStructureError("a number is out of bounds")
    return number
