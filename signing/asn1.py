"""asn1crypto, taught SM2, SM3 and scrypt, and kept from leaking its errors.

The only module that touches the library's registries; everybody who uses asn1crypto imports
it through here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar, Final

from asn1crypto import algos, cms, core, crl, csr, keys, x509

from signing import der
from signing.algorithms import SM2_CURVE, SM2_SIGN_WITH_SM3, SM3
from signing.errors import MalformedStructureError

__all__ = [
    "CURVE_NAME",
    "SM2_ALGORITHM",
    "algos",
    "cms",
    "core",
    "crl",
    "csr",
    "keys",
    "load",
    "to_bits",
    "to_time",
    "x509",
]

_LEAKS: Final = (
    *(ValueError, TypeError, KeyError, IndexError),
    *(AttributeError, OverflowError, RecursionError),
)
_SIGNED_TYPES: Final = (x509.Certificate, csr.CertificationRequest, crl.CertificateList)
CURVE_NAME: Final = "sm2p256v1"
SM2_ALGORITHM: Final = {"algorithm": "sm3_sm2"}


def _register(kind: Any, name: str, dotted: str) -> None:  # noqa: ANN401 - untyped library
    kind._map[dotted] = name  # noqa: SLF001 - asn1crypto offers no other way
    if kind._reverse_map is not None:  # noqa: SLF001 - built lazily by the library
        kind._reverse_map[name] = dotted  # noqa: SLF001 - as above


class _ScryptParameters(core.Sequence):  # type: ignore[misc]  # untyped library
    """Scrypt-params (RFC 7914 §7.1)."""

    _fields: ClassVar = [
        ("salt", core.OctetString),
        ("cost_parameter", core.Integer),
        ("block_size", core.Integer),
        ("parallelization_parameter", core.Integer),
        ("key_length", core.Integer, {"optional": True}),
    ]


_register(algos.SignedDigestAlgorithmId, "sm3_sm2", SM2_SIGN_WITH_SM3)
_register(algos.DigestAlgorithmId, "sm3", SM3)
_register(algos.KdfAlgorithmId, "scrypt", "1.3.6.1.4.1.11591.4.11")
algos.KdfAlgorithm._oid_specs["scrypt"] = _ScryptParameters  # noqa: SLF001 - as above
keys.NamedCurve.register(CURVE_NAME, SM2_CURVE, 32)


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever asn1crypto raises on odd bytes into our error.

    Raises:
        MalformedStructureError: The bytes are no ``what``.
    """
    try:
        yield
    except _LEAKS as error:
        raise MalformedStructureError(f"not {what}: {error}") from error


def load(kind: Any, data: bytes, *, what: str, max_bytes: int) -> Any:  # noqa: ANN401 - untyped library
    """Parse DER as an asn1crypto type.

    The library passes over parts that follow the last one it knows, which behind a signature
    would give one certificate many forms; so the parts of signed types are counted here.

    Raises:
        MalformedStructureError: Too long, not strict DER, or not that type.
    """
    if len(data) > max_bytes:
        raise MalformedStructureError(f"{what} is longer than {max_bytes} bytes")
    der.check(data)
    if kind in _SIGNED_TYPES:
        der.parts(der.read(data), der.SEQUENCE, der.SEQUENCE, der.BIT_STRING)
    with reading(what):
        return kind.load(data, strict=True)


def to_time(time: Any) -> datetime:  # noqa: ANN401 - untyped library
    """Return the instant of an asn1crypto ``Time``, as DER has it.

    The library would also take times without a zone, which mean another instant elsewhere.

    Raises:
        MalformedStructureError: Any other form.
    """
    return der.to_time(der.read(time.dump()))


def to_bits(bits: Any) -> bytes:  # noqa: ANN401 - untyped library
    """Return the octets of an asn1crypto bit string that has no unused bits.

    The library also takes unused bits that are zero, which gives one signature several forms.

    Raises:
        MalformedStructureError: There are unused bits.
    """
    return der.to_bits(der.read(bits.dump()))
