"""Seals and their use: who made them, who may use them, and what was sealed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from signing import der, seal_signatures
from signing.algorithms import SM2_SIGN_WITH_SM3, sm3
from signing.certificate_requests import build_request
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seal_signatures import LocalSealer, parse_seal_signature
from signing.seals import Seal, SealKind, SealPicture, make_seal, parse_seal
from signing.signer import CertifiedSigner, SealProperties
from tests import world
from tests.openssl import VECTORS, openssl, vector

DIGEST = sm3(b"document")
PROPERTIES = SealProperties(signed_at=world.NOON, document="/ByteRange [0 1 2 3]")
SECOND = timedelta(seconds=1)


def _seal() -> Seal:
    return world.region("340200").seal


def _signature(**changes: object) -> bytes:
    """A seal signature of which a test changes parts: seal, signer, certificate, version."""
    region = world.region("340200")
    seal = changes.get("seal", region.seal.encoded)
    signer = changes.get("signer", region.seal_signer)
    assert isinstance(seal, bytes)
    assert isinstance(signer, CertifiedSigner)
    certificate = changes.get("certificate", signer.certificate.encoded)
    algorithm = changes.get("algorithm", SM2_SIGN_WITH_SM3)
    digest = changes.get("digest", DIGEST)
    assert isinstance(certificate, bytes)
    assert isinstance(algorithm, str)
    assert isinstance(digest, bytes)
    message = seal_signatures.to_be_signed(seal, digest, PROPERTIES)
    return der.sequence(
        message, der.octets(certificate), der.oid(algorithm), der.bits(signer.sign(message))
    )


def test_a_seal_says_what_it_was_made_with() -> None:
    seal = parse_seal(_seal().encoded)

    seal.verify_maker()
    assert seal == _seal()
    assert seal.description.name == "测试专用章"
    assert seal.description.kind is SealKind.UNIT
    assert seal.description.picture.width_mm == 42
    assert seal.lists(world.region("340200").seal_signer.certificate)
    assert not seal.lists(world.region("340200").record_signer.certificate)


def test_both_ends_of_the_seals_period_are_inside() -> None:
    seal, description = _seal(), _seal().description

    assert seal.is_valid_at(description.valid_from)
    assert seal.is_valid_at(description.valid_to)
    assert not seal.is_valid_at(description.valid_from - SECOND)
    assert not seal.is_valid_at(description.valid_to + SECOND)


def test_openssl_sees_the_structure_of_the_standard() -> None:
    told = openssl("asn1parse", "-inform", "DER", stdin=_seal().encoded)

    depths = [line.split("d=")[1][0] for line in told.splitlines()]
    assert depths[:3] == ["0", "1", "2"]
    assert ":ES" in told.splitlines()[3]
    assert "GENERALIZEDTIME" in told


def test_a_seal_signed_by_somebody_else_is_refused() -> None:
    maker = world.region("340200").maker
    forger = world.certified(world.region("610300").authority, Role.SEAL_MAKER)
    forged = make_seal(_seal().description, maker=forger)
    swapped = parse_seal(_rewritten(forged.encoded, 1, der.octets(maker.certificate.encoded)))

    forged.verify_maker()
    assert forged.maker != maker.certificate
    with pytest.raises(InvalidSignatureError):
        swapped.verify_maker()


def _rewritten(encoded: bytes, index: int, part: bytes) -> bytes:
    parts = [item.encoded for item in der.children(der.read(encoded))]
    parts[index] = part
    return der.sequence(*parts)


def test_a_changed_description_breaks_the_makers_signature() -> None:
    other = make_seal(replace(_seal().description, name="假章"), maker=world.region("340200").maker)
    info = der.children(der.read(other.encoded))[0].encoded

    with pytest.raises(InvalidSignatureError):
        parse_seal(_rewritten(_seal().encoded, 0, info)).verify_maker()


def _at(path: tuple[int, ...], part: bytes) -> Callable[[bytes], bytes]:
    def change(encoded: bytes) -> bytes:
        inside = der.children(der.read(encoded))[path[0]].encoded
        return _rewritten(encoded, path[0], _at(path[1:], part)(inside) if path[1:] else part)

    return change


@pytest.mark.parametrize(
    "change",
    [
        _at((0, 0, 0), der.text("XX", der.IA5_STRING)),
        _at((0, 0, 1), der.integer(5)),
        _at((0, 0, 1), der.integer(1)),
        _at((0, 2, 0), der.integer(3)),
        _at((0, 2, 0), der.integer(0)),
        _at((0, 2, 2), der.integer(2)),
        _at((0, 2, 3), der.sequence()),
        _at((0, 2, 3), der.sequence(*(der.octets(b""),) * 17)),
        _at((0, 2, 3), der.sequence(der.octets(b"\x30\x00"))),
        _at((0, 2, 4), der.utc_time(world.NOON)),
        _at((0, 3, 2), der.integer(0)),
        _at((0, 3, 3), der.integer(-42)),
        _at((0, 3, 3), der.integer(201)),
        _at((0, 1), der.text("34020000000001", der.UTF8_STRING)),
        _at((2,), der.oid("1.2.156.10197.1.301.1")),
        _at((3,), der.octets(b"")),
        _at((1,), der.octets(b"")),
        lambda encoded: encoded + b"\0",
        lambda encoded: encoded[:-1],
        lambda encoded: der.sequence(
            *(p.encoded for p in der.children(der.read(encoded))), b"\5\0"
        ),
    ],
)
def test_another_structure_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(SigningError):
        parse_seal(change(_seal().encoded))


def test_the_rewriting_of_these_tests_alone_changes_nothing() -> None:
    same = _at((0, 0, 1), der.integer(4))(_seal().encoded)

    assert same == _seal().encoded


def test_a_picture_of_an_impossible_size_is_not_made() -> None:
    for width, height in ((0, 42), (42, 0), (-1, 42), (201, 42)):
        with pytest.raises(MalformedStructureError, match="impossible size"):
            SealPicture(kind="PNG", image=b"", width_mm=width, height_mm=height)


def test_a_seal_too_large_to_read_is_not_made() -> None:
    large = SealPicture(kind="PNG", image=bytes(65_536), width_mm=42, height_mm=42)

    with pytest.raises(MalformedStructureError, match="too long"):
        make_seal(replace(_seal().description, picture=large), maker=world.region("340200").maker)


# Uses of a seal --------------------------------------------------------------------------------


def test_a_seal_signature_says_what_was_sealed_when_and_by_whom() -> None:
    region = world.region("340200")

    parsed = parse_seal_signature(region.sealer.seal_digest(DIGEST, PROPERTIES))

    parsed.verify(DIGEST)
    parsed.seal.verify_maker()
    assert parsed.seal == region.seal
    assert parsed.signer == region.seal_signer.certificate
    assert (parsed.signed_at, parsed.document) == (world.NOON, PROPERTIES.document)


def test_the_same_input_gives_the_same_bytes_to_sign() -> None:
    region = world.region("340200")
    one, other = (
        parse_seal_signature(region.sealer.seal_digest(DIGEST, PROPERTIES)) for _ in range(2)
    )

    assert one.to_be_signed == other.to_be_signed
    assert one.to_be_signed == seal_signatures.to_be_signed(region.seal.encoded, DIGEST, PROPERTIES)


def test_another_document_is_refused() -> None:
    parsed = parse_seal_signature(_signature())

    for digest in (sm3(b"other"), b"", DIGEST[:-1]):
        with pytest.raises(InvalidSignatureError, match="not the one that was sealed"):
            parsed.verify(digest)


def test_a_signer_whom_the_seal_does_not_list_is_refused() -> None:
    stranger = world.certified(world.region("340200").authority, Role.SEAL)
    parsed = parse_seal_signature(_signature(signer=stranger))

    with pytest.raises(InvalidSignatureError, match="does not list"):
        parsed.verify(DIGEST)
    with pytest.raises(InvalidSignatureError, match="does not list"):
        LocalSealer(_seal(), stranger)


def test_a_swapped_outer_certificate_is_refused() -> None:
    """It stands outside what is signed: another key, and another certificate of the same key."""
    region = world.region("340200")
    twin = region.authority.issue(
        build_request(DistinguishedName(common_name="twin"), signer=region.seal_signer.signer),
        role=Role.SEAL,
        validity=world.LONG,
    )
    for certificate in (region.record_signer.certificate, twin):
        parsed = parse_seal_signature(_signature(certificate=certificate.encoded))
        with pytest.raises(InvalidSignatureError):
            parsed.verify(DIGEST)


def test_the_seal_of_another_inside_is_refused() -> None:
    parsed = parse_seal_signature(_signature(seal=world.region("610300").seal.encoded))

    with pytest.raises(InvalidSignatureError, match="does not list"):
        parsed.verify(DIGEST)


@pytest.mark.parametrize(
    "data",
    [
        lambda: _signature() + b"\0",
        lambda: _signature()[:-1],
        lambda: _signature(algorithm="1.2.840.10045.4.3.2"),
        lambda: _signature(digest=DIGEST[:-1]),
        lambda: _signature(digest=b""),
        lambda: _signature(seal=der.sequence()),
        lambda: _signature(certificate=b""),
        lambda: _at((0, 0), der.integer(5))(_signature()),
        lambda: _at((0, 2), der.utc_time(world.NOON))(_signature()),
        lambda: _at((0, 4), der.text("印", der.UTF8_STRING))(_signature()),
        lambda: der.sequence(der.read(_signature()).content, der.explicit(0, der.octets(b"time"))),
        lambda: der.octets(bytes(98_304)),
    ],
)
def test_another_structure_of_a_signature_is_refused(data: Callable[[], bytes]) -> None:
    with pytest.raises(SigningError):
        parse_seal_signature(data())


def test_a_document_reference_beyond_ascii_is_not_sealed() -> None:
    properties = SealProperties(signed_at=world.NOON, document="文档")

    with pytest.raises(MalformedStructureError):
        world.region("340200").sealer.seal_digest(DIGEST, properties)


# What other implementations made ----------------------------------------------------------------


def test_a_version_4_seal_of_another_implementation_is_intact() -> None:
    seal = parse_seal(vector("ses/seal4.esl"))

    seal.verify_maker()
    assert seal.description.name == "测试政务印章"
    assert len(seal.description.signers) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("UserV4.esl", "unknown kind of seal"),
        ("seal4d.esl", "lists digests"),
        ("UserV5.esl", "not a version 4 seal"),
        ("UserV5_ts.esl", "expected 4 parts, found 5"),
        ("seal5.esl", "not a version 4 seal"),
        ("UserV1.esl", "expected 4 parts, found 2"),
        ("seal1.esl", "expected 4 parts, found 2"),
        ("w5wa_4f65c102_Seal.esl", "a length is"),
    ],
)
def test_seals_beyond_the_strict_profile_are_refused_with_the_reason(
    name: str, reason: str
) -> None:
    with pytest.raises(MalformedStructureError, match=reason):
        parse_seal(vector(f"ses/{name}"))


def test_no_file_of_the_folder_breaks_the_parsers() -> None:
    vector("ses/seal4.esl")
    for file in sorted((*VECTORS.glob("ses*/*"), *VECTORS.glob("ofd-fuzz/*"))):
        data = file.read_bytes()
        for parse in (parse_seal, parse_seal_signature):
            try:
                parse(data)
            except SigningError:
                continue
