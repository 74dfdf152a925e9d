"""Certificates as other authorities write them: liberties are named, tricks are refused."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from signing import asn1, der
from signing.algorithms import EC_PUBLIC_KEY, SM2_CURVE
from signing.certificate_requests import build_request, parse_request
from signing.certificates import (
    Certificate,
    encode_public_key,
    parse_certificate,
    parse_certificate_file,
    parse_pem_certificates,
    parse_public_key,
    pem,
    pem_blocks,
)
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.names import DistinguishedName
from signing.revocation_lists import parse_revocation_list
from signing.subject_names import read_name
from signing.tolerances import Tolerance
from tests import certificate_factory as factory
from tests import world
from tests.openssl import openssl
from tests.unit.signing.der_surgery import FALSE, Change, at, part_at, parts_of

KEY = world.MemorySigner("others")
_EMAIL, _COMMON_NAME, _CODE = "1.2.840.113549.1.9.1", "2.5.4.3", "2.5.4.97"
_BASIC_CONSTRAINTS = "2.5.29.19"
_SUBJECT, _KEY_ALGORITHM, _EXTENSIONS = (5,), (6, 0, 0), (7, 0)


def _certificate(*extensions: factory.Extension) -> Certificate:
    return factory.certificate(
        "leaf", key=KEY, issuer="ca", issuer_key=KEY, extensions=extensions or (factory.SIGN,)
    )


def _signed(change: Change, *extensions: factory.Extension) -> bytes:
    """A certificate with a changed body, properly signed."""
    return factory.signed(change(_certificate(*extensions).to_be_signed), KEY)


def _name(*parts: tuple[str, int, bytes]) -> bytes:
    return der.sequence(
        *(
            der.tlv(der.SET, der.sequence(der.oid(kind), der.tlv(tag, value)))
            for kind, tag, value in parts
        )
    )


# Liberties -------------------------------------------------------------------------------------


def test_a_key_whose_algorithm_is_the_curve_is_read_and_named() -> None:
    certificate = parse_certificate(_signed(at(_KEY_ALGORITHM, der.oid(SM2_CURVE))))

    certificate.verify_signature(KEY.public_key)
    assert certificate.public_key == KEY.public_key
    assert certificate.tolerances == {Tolerance.SM2_CURVE_AS_KEY_ALGORITHM}
    assert _certificate().tolerances == frozenset()


def test_a_default_that_is_written_is_read_and_named() -> None:
    plain = (_BASIC_CONSTRAINTS, True, der.sequence(FALSE))
    unwritten = _certificate((_BASIC_CONSTRAINTS, True, der.sequence()))
    key_usage = at((*_EXTENSIONS, 0), lambda item: der.sequence(*_with_false(item)))

    for encoded in (
        _certificate(plain).encoded,
        _signed(key_usage, ("2.5.29.15", False, factory.SIGN[2])),
    ):
        certificate = parse_certificate(encoded)
        certificate.verify_signature(KEY.public_key)
        assert not certificate.is_authority
        assert certificate.tolerances == {Tolerance.EXPLICIT_DEFAULT}
    assert unwritten.tolerances == frozenset()


def _with_false(extension: bytes) -> list[bytes]:
    kind, value = parts_of(extension)
    return [kind, FALSE, value]


@pytest.mark.parametrize(
    ("tag", "value", "expected", "is_liberty"),
    [
        (der.IA5_STRING, "印@例.cn".encode(), "印@例.cn", True),
        (der.PRINTABLE_STRING, "市场监管局".encode("gb18030"), "市场监管局", True),
        (0x14, "市场监管局".encode(), "市场监管局", True),
        (0x14, b"Bureau", "Bureau", False),
        (0x1E, "市场监管局".encode("utf-16-be"), "市场监管局", False),
        (0x1C, "局".encode("utf-32-be"), "局", False),
        (der.UTF8_STRING, "局".encode(), "局", False),
        (0x12, b"123", "123", False),
    ],
    ids=["ia5", "printable", "teletex", "teletex-ascii", "bmp", "universal", "utf8", "numeric"],
)
def test_names_are_read_in_every_string_type(
    tag: int,
    value: bytes,
    expected: str,
    is_liberty: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    certificate = parse_certificate(_signed(at(_SUBJECT, _name((_COMMON_NAME, tag, value)))))

    certificate.verify_signature(KEY.public_key)
    assert certificate.common_name == expected
    assert certificate.tolerances == ({Tolerance.NON_ASCII_IA5} if is_liberty else frozenset())


def test_an_address_beyond_ascii_beside_the_name_does_not_hide_it() -> None:
    name = _name(
        (_EMAIL, der.IA5_STRING, "昆明@yn.cn".encode()), (_COMMON_NAME, der.UTF8_STRING, b"YN")
    )
    certificate = parse_certificate(_signed(at(_SUBJECT, name)))

    assert certificate.common_name == "YN"
    assert certificate.tolerances == {Tolerance.NON_ASCII_IA5}


def test_parts_that_stand_twice_are_all_shown_but_never_give_a_code() -> None:
    """Whose seal this is follows from the code, so that an ambiguous one is none."""
    twice = _name(
        *((_COMMON_NAME, der.UTF8_STRING, value) for value in (b"one", b"two")),
        *((_CODE, der.UTF8_STRING, value) for value in (b"11340200MB9TXY014H", b"X")),
    )
    once = _name((_CODE, der.UTF8_STRING, b"11340200MB9TXY014H"))
    certificate = parse_certificate(_signed(at(_SUBJECT, twice)))

    assert certificate.common_name == "one, two"
    assert certificate.organization_code == ""
    read = parse_certificate(_signed(at(_SUBJECT, once)))
    assert read.organization_code == "11340200MB9TXY014H"


@pytest.mark.parametrize(
    "name",
    [
        der.octets(b""),
        der.sequence(der.sequence()),
        der.sequence(der.tlv(der.SET, der.sequence())),
        der.sequence(der.tlv(der.SET, der.sequence(der.oid(_COMMON_NAME)))),
        der.sequence(der.tlv(der.SET, der.sequence(der.octets(b""), der.octets(b"")))),
        _name((_COMMON_NAME, der.UTF8_STRING, b"\xff")),
        _name((_COMMON_NAME, 0x1E, b"\xd8\x00")),
        der.sequence(*(der.tlv(der.SET),) * 65),
    ],
)
def test_a_name_that_is_none_is_refused(name: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        read_name(name, set())
    with pytest.raises(MalformedStructureError):
        parse_certificate(_signed(at(_SUBJECT, name)))


# Tricks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoded", "parse"),
    [
        (lambda: _certificate().encoded, parse_certificate),
        (
            lambda: build_request(DistinguishedName(common_name="x"), signer=KEY).encoded,
            parse_request,
        ),
        (
            lambda: (
                world.root()
                .revocation_list(
                    {}, number=1, this_update=world.NOON, next_update=world.LONG.not_after
                )
                .encoded
            ),
            parse_revocation_list,
        ),
    ],
    ids=["certificate", "request", "list"],
)
def test_nothing_can_be_added_behind_the_signature(
    encoded: Callable[[], bytes], parse: Callable[[bytes], object]
) -> None:
    """The signature does not cover it, and two files would be one certificate."""
    parse(encoded())

    for more in (b"\5\0", part_at(encoded(), 0)):
        with pytest.raises(MalformedStructureError, match="expected 3 parts"):
            parse(der.sequence(*parts_of(encoded()), more))


def test_explicit_curve_parameters_are_refused(tmp_path: Path) -> None:
    """They can describe a curve on which everybody knows the key."""
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    openssl("ecparam", "-name", "SM2", "-genkey", "-param_enc", "explicit", "-out", key)
    point = openssl("ec", "-in", key, "-pubout", "-outform", "DER", "-out", tmp_path / "public")
    made = ("req", "-x509", "-key", key, "-subj", "/CN=x", "-days", "9", "-sm3")

    assert point == ""
    with pytest.raises(MalformedStructureError):
        parse_public_key((tmp_path / "public").read_bytes())
    openssl(*made, "-outform", "DER", "-out", certificate)
    with pytest.raises(MalformedStructureError):
        parse_certificate(certificate.read_bytes())


def test_another_curve_or_algorithm_of_a_key_is_refused() -> None:
    point = der.bits(KEY.public_key.point)
    for algorithm in (
        der.sequence(der.oid(EC_PUBLIC_KEY), der.oid("1.2.840.10045.3.1.7")),
        der.sequence(der.oid(SM2_CURVE), der.oid("1.2.840.10045.3.1.7")),
        der.sequence(der.oid("1.2.840.113549.1.1.1"), der.oid(SM2_CURVE)),
        der.sequence(der.oid(EC_PUBLIC_KEY)),
        der.sequence(der.oid(EC_PUBLIC_KEY), der.tlv(der.NULL)),
    ):
        with pytest.raises(MalformedStructureError):
            parse_public_key(der.sequence(algorithm, point))
    assert parse_public_key(encode_public_key(KEY.public_key)) == KEY.public_key


@pytest.mark.parametrize("kind", [_BASIC_CONSTRAINTS, "2.5.29.15", "2.5.29.37", "2.5.29.35"])
def test_extensions_nested_without_end_raise_our_errors_alone(kind: str) -> None:
    deep = b""
    for _ in range(1500):
        deep = der.sequence(deep)
    other_name = der.tlv(0xA0, der.oid("2.5.4.3"), der.explicit(0, deep))
    for value in (deep, der.sequence(der.tlv(0xA1, other_name), der.tlv(0x82, b"\1"))):
        with pytest.raises(SigningError):
            _certificate((kind, False, value))


def test_whatever_the_asn1_library_raises_is_our_error() -> None:
    for leak in (ValueError(), KeyError("x"), RecursionError(), OverflowError(), TypeError()):
        with pytest.raises(MalformedStructureError, match="not a thing"), asn1.reading("a thing"):
            raise leak


def test_numbers_without_end_are_refused() -> None:
    endless = der.integer(1 << 4000)
    for change in (at((1,), endless), at((1,), der.integer(-(1 << 600)))):
        with pytest.raises(MalformedStructureError, match="out of bounds"):
            parse_certificate(_signed(change))
    constraints = (_BASIC_CONSTRAINTS, True, der.sequence(factory.TRUE, endless))
    with pytest.raises(MalformedStructureError, match="out of bounds"):
        _certificate(constraints)


# Files -----------------------------------------------------------------------------------------


def test_a_file_of_certificates_is_der_or_pem() -> None:
    one, other = _certificate(), world.root().certificate

    assert parse_certificate_file(one.encoded) == (one,)
    assert parse_certificate_file((one.to_pem() + other.to_pem()).encode()) == (one, other)
    for data in (b"", b"\xff\xfe", b"\x30\x00", "证书".encode(), one.encoded + other.encoded):
        with pytest.raises(MalformedStructureError):
            parse_certificate_file(data)


def test_pem_blocks_are_told_apart_by_their_labels() -> None:
    text = pem("X", b"one") + pem("PKCS7", b"two") + pem("CMS", b"three") + pem("X", b"four")

    assert pem_blocks(text, "X") == (b"one", b"four")
    assert pem_blocks(text, "PKCS7", "CMS") == (b"two", b"three")
    assert pem_blocks(text, "CERTIFICATE") == ()
    with pytest.raises(MalformedStructureError, match="too many"):
        pem_blocks(pem("X", b"one") * 257, "X")


def test_a_text_that_never_ends_its_block_is_read_soon() -> None:
    started = time.process_time()
    for filler in (" " * 1_000_000, "-----BEGIN X-----\n" * 50_000, "A" * 1_000_000):
        assert pem_blocks("-----BEGIN X-----" + filler, "X") == ()
    with pytest.raises(MalformedStructureError, match="too long"):
        pem_blocks(" " * (25 * 2**20), "X")

    assert time.process_time() - started < 5


def test_a_certificate_of_another_algorithm_is_refused_cleanly(tmp_path: Path) -> None:
    for options in (("rsa:2048",), ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")):
        made = ("req", "-x509", "-nodes", "-subj", "/CN=x", "-days", "9", "-newkey", *options)
        openssl(*made, "-keyout", tmp_path / "key", "-out", tmp_path / "pem")
        with pytest.raises(MalformedStructureError, match="not signed with SM2"):
            parse_pem_certificates((tmp_path / "pem").read_text())


def test_a_certificate_without_z_in_its_digest_does_not_verify(tmp_path: Path) -> None:
    """OpenSSL signs with an empty user ID unless told; that is not the signature of the law."""
    key, text = tmp_path / "key", tmp_path / "pem"
    openssl("genpkey", "-algorithm", "SM2", "-out", key)
    openssl("req", "-x509", "-key", key, "-subj", "/CN=x", "-days", "9", "-sm3", "-out", text)
    (certificate,) = parse_pem_certificates(text.read_text())

    with pytest.raises(InvalidSignatureError):
        certificate.verify_signature(certificate.public_key)
