"""Seals of every layout: who made them, who may use them, and the liberties files take."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing import der
from signing.algorithms import SM3
from signing.certificate_requests import build_request
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seals import (
    MAX_FOREIGN_SEAL_BYTES,
    ExtensionData,
    Seal,
    SealDescription,
    SealKind,
    SealLayout,
    SealPicture,
    make_seal,
    parse_seal,
)
from signing.tolerances import Tolerance
from tests import world
from tests.openssl import USER_ID, openssl
from tests.unit.signing.der_surgery import (
    CODE,
    FALSE,
    TRUE,
    Change,
    at,
    part_at,
    parts_of,
    raw_value,
    retagged,
    signed_seal,
)

SECOND = timedelta(seconds=1)
EXTENSIONS = (
    ExtensionData(kind="2.25.1", value=b"one", is_critical=True),
    ExtensionData(kind="2.25.2", value=b""),
)
each_layout = pytest.mark.parametrize("layout", SealLayout)


def _region() -> world.Region:
    return world.region(CODE)


def _seal() -> Seal:
    return _region().seal


def _made(layout: SealLayout = SealLayout.V4, **changes: object) -> Seal:
    description = replace(_seal().description, **changes)  # type: ignore[arg-type]
    return make_seal(description, maker=_region().maker, layout=layout)


# Making ----------------------------------------------------------------------------------------


@each_layout
def test_a_seal_says_what_it_was_made_with(layout: SealLayout) -> None:
    made = _made(layout, extensions=EXTENSIONS)
    seal = parse_seal(made.encoded)

    seal.verify_maker()
    assert seal == made
    assert (seal.layout, seal.version) == (layout, layout.version)
    assert seal.description == replace(_seal().description, extensions=EXTENSIONS)
    assert seal.description.kind is SealKind.UNIT
    assert seal.maker == _region().maker.certificate
    assert seal.lists(_region().seal_signer.certificate)
    assert not seal.lists(_region().record_signer.certificate)
    assert (seal.timestamp, seal.tolerances) == (b"", frozenset())
    assert seal.is_strict


def test_both_ends_of_the_seals_period_are_inside() -> None:
    seal, description = _seal(), _seal().description

    assert seal.is_valid_at(description.valid_from)
    assert seal.is_valid_at(description.valid_to)
    assert not seal.is_valid_at(description.valid_from - SECOND)
    assert not seal.is_valid_at(description.valid_to + SECOND)


def test_openssl_sees_the_structure_of_the_standard() -> None:
    later = openssl("asn1parse", "-inform", "DER", stdin=_seal().encoded)
    first = openssl("asn1parse", "-inform", "DER", stdin=_made(SealLayout.V1).encoded)

    depths = [line.split("d=")[1][0] for line in later.splitlines()]
    assert depths[:3] == ["0", "1", "2"]
    assert ":ES" in later.splitlines()[3]
    assert later.count("GENERALIZEDTIME") == first.count("UTCTIME") == 3
    assert "UTCTIME" not in later
    assert "GENERALIZEDTIME" not in first


@each_layout
def test_openssl_verifies_what_the_maker_signed(layout: SealLayout, tmp_path: Path) -> None:
    """In version 1 the certificate and the algorithm are signed too, later the description."""
    seal = _made(layout)
    signed = seal.info
    if layout is SealLayout.V1:
        signed = der.sequence(signed, *parts_of(part_at(seal.encoded, 1))[:2])
    (tmp_path / "maker.pem").write_text(seal.maker.to_pem())
    (tmp_path / "value").write_bytes(seal.signature_value)
    openssl("x509", "-in", tmp_path / "maker.pem", "-pubkey", "-noout", "-out", tmp_path / "key")

    told = openssl(
        *("dgst", "-sm3", "-verify", tmp_path / "key", "-sigopt", USER_ID),
        *("-signature", tmp_path / "value"),
        stdin=signed,
    )

    assert "Verified OK" in told


def test_a_seal_can_list_digests_instead_of_certificates() -> None:
    signer, other = _region().seal_signer.certificate, _region().record_signer.certificate
    seal = _made(signers=(), signer_digests=(signer.digest,))

    seal.verify_maker()
    assert seal.is_strict
    assert (seal.description.signers, seal.description.signer_digests) == ((), (signer.digest,))
    assert seal.lists(signer)
    assert not seal.lists(other)
    entry = part_at(seal.encoded, 0, 2, 3, 0)
    assert parts_of(entry) == [der.text(SM3, der.PRINTABLE_STRING), der.octets(signer.digest)]


@pytest.mark.parametrize(
    ("layout", "changes", "reason"),
    [
        (SealLayout.V4, {"signers": ()}, "certificates or digests"),
        (SealLayout.V4, {"signer_digests": (bytes(32),)}, "certificates or digests"),
        (SealLayout.V4, {"signers": (), "signer_digests": (b"",)}, "32 bytes"),
        (SealLayout.V1, {"signers": (), "signer_digests": (bytes(32),)}, "version 1"),
        (SealLayout.V1, {"valid_to": datetime(2051, 1, 1, tzinfo=UTC)}, "1950 to 2049"),
        (SealLayout.V4, {"kind": 3}, "unknown kind"),
        (SealLayout.V4, {"valid_to": datetime(2020, 1, 1, tzinfo=UTC)}, "before it begins"),
        (SealLayout.V4, {"code": "印"}, "hold this text"),
        (
            SealLayout.V4,
            {"picture": SealPicture(kind="PNG", image=bytes(65_536), width_mm=42, height_mm=42)},
            "too long",
        ),
    ],
)
def test_a_seal_that_nobody_should_use_is_not_made(
    layout: SealLayout, changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(MalformedStructureError, match=reason):
        _made(layout, **changes)


def test_a_picture_of_an_impossible_size_is_not_made() -> None:
    for width, height in ((0, 42), (42, 0), (201, 42), (42, 201)):
        picture = SealPicture(kind="PNG", image=b"", width_mm=width, height_mm=height)
        with pytest.raises(MalformedStructureError, match="impossible size"):
            _made(picture=picture)
    for side in (-1, 65_536):
        with pytest.raises(MalformedStructureError, match="impossible size"):
            SealPicture(kind="PNG", image=b"", width_mm=side, height_mm=42)


# Makers ----------------------------------------------------------------------------------------


def test_a_seal_signed_by_somebody_else_is_refused() -> None:
    maker = _region().maker
    forger = world.certified(world.region("610300").authority, Role.SEAL_MAKER)
    forged = make_seal(_seal().description, maker=forger)
    swapped = parse_seal(at((1,), der.octets(maker.certificate.encoded))(forged.encoded))

    forged.verify_maker()
    assert forged.maker != maker.certificate
    with pytest.raises(InvalidSignatureError):
        swapped.verify_maker()


@each_layout
def test_a_changed_description_breaks_the_makers_signature(layout: SealLayout) -> None:
    other = _made(layout, name="假章")

    with pytest.raises(InvalidSignatureError):
        parse_seal(at((0,), other.info)(_made(layout).encoded)).verify_maker()


def test_only_version_1_signs_which_certificate_the_maker_has() -> None:
    maker = _region().maker
    request = build_request(DistinguishedName(common_name="twin"), signer=maker.signer)
    twin = _region().authority.issue(request, role=Role.SEAL_MAKER, validity=world.LONG)
    first = at((1, 0), der.octets(twin.encoded))(_made(SealLayout.V1).encoded)
    later = at((1,), der.octets(twin.encoded))(_made(SealLayout.V4).encoded)

    parse_seal(later).verify_maker()
    with pytest.raises(InvalidSignatureError):
        parse_seal(first).verify_maker()


@each_layout
def test_a_value_that_is_no_signature_is_read_and_does_not_verify(layout: SealLayout) -> None:
    path = (1, 2) if layout is SealLayout.V1 else (3,)
    for value in (b"", b"\x30\x00", bytes(64), b"\xff" * 64, bytes(72)):
        seal = parse_seal(at(path, der.bits(value))(_made(layout).encoded))
        assert seal.signature_value == value
        assert not seal.is_strict
        with pytest.raises(InvalidSignatureError):
            seal.verify_maker()


# Reading ---------------------------------------------------------------------------------------


def _certificate() -> bytes:
    return _region().seal_signer.certificate.encoded


def _digest_entry(name: bytes, value: bytes | None = None) -> bytes:
    digest = _region().seal_signer.certificate.digest if value is None else value
    return der.sequence(name, der.octets(digest))


def _listed(*entries: bytes, kind: int = 1) -> Change:
    def change(info: bytes) -> bytes:
        return at((2, 2), der.integer(kind))(at((2, 3), der.sequence(*entries))(info))

    return change


_ONE = der.sequence(der.oid("2.25.1"), FALSE, der.octets(b"x"))
_PLAIN = der.sequence(der.oid("2.25.1"), der.octets(b"x"))
LIBERTIES: dict[str, tuple[Change, set[Tolerance]]] = {
    "person with a number": (at((2, 0), der.integer(3)), {Tolerance.UNKNOWN_SEAL_KIND}),
    "version": (at((0, 1), der.integer(11)), {Tolerance.ODD_VERSION}),
    "code in UTF-8": (at((1,), der.text("印-1", der.UTF8_STRING)), {Tolerance.OTHER_STRING_TYPE}),
    "vendor in Chinese": (
        at((0, 2), der.tlv(der.IA5_STRING, "国脉".encode())),
        {Tolerance.NON_ASCII_IA5},
    ),
    "vendor in GB 18030": (
        at((0, 2), der.tlv(der.IA5_STRING, "国脉".encode("gb18030"))),
        {Tolerance.NON_ASCII_IA5},
    ),
    "no picture size": (at((3, 2), der.integer(0)), {Tolerance.ODD_PICTURE_SIZE}),
    "pixels": (at((3, 3), der.integer(4000)), {Tolerance.ODD_PICTURE_SIZE}),
    "bare certificate": (_listed(_certificate()), {Tolerance.BARE_CERTIFICATE_IN_LIST}),
    "list called digests": (_listed(der.octets(_certificate()), kind=2), {Tolerance.ODD_LIST_TYPE}),
    "digests called certificates": (
        _listed(_digest_entry(der.text(SM3, der.PRINTABLE_STRING))),
        {Tolerance.ODD_LIST_TYPE},
    ),
    "digest by name": (
        _listed(_digest_entry(der.text("sm3", der.PRINTABLE_STRING)), kind=2),
        {Tolerance.ODD_DIGEST_ALGORITHM},
    ),
    "digest with key": (
        _listed(_digest_entry(der.text(f"{SM3}.2", der.PRINTABLE_STRING)), kind=2),
        {Tolerance.ODD_DIGEST_ALGORITHM},
    ),
    "another in the list": (
        _listed(der.octets(b"\x30\x00"), der.octets(_certificate())),
        {Tolerance.UNREADABLE_LIST_ENTRY},
    ),
    "default written": (at((4,), der.sequence(_ONE)), {Tolerance.EXPLICIT_DEFAULT}),
    "extensions tagged": (
        at((4,), der.explicit(0, der.sequence(_PLAIN))),
        {Tolerance.TAGGED_SEAL_EXTENSIONS},
    ),
    "extensions implicitly tagged": (
        at((4,), der.explicit(0, _PLAIN)),
        {Tolerance.TAGGED_SEAL_EXTENSIONS, Tolerance.IMPLICIT_EXTENSIONS},
    ),
    "local time": (
        at((2, 5), der.tlv(der.GENERALIZED_TIME, b"20260317120000")),
        {Tolerance.TIME_AS_TEXT},
    ),
    "fraction": (
        at((2, 5), der.tlv(der.GENERALIZED_TIME, b"20260317040000.0Z")),
        {Tolerance.TIME_AS_TEXT},
    ),
}


@pytest.mark.parametrize(("change", "expected"), LIBERTIES.values(), ids=list(LIBERTIES))
def test_a_liberty_is_named_and_the_original_bytes_verify(
    change: Change, expected: set[Tolerance]
) -> None:
    info = change(_seal().info)
    seal = parse_seal(signed_seal(info))

    seal.verify_maker()
    assert seal.tolerances == expected
    assert seal.lists(_region().seal_signer.certificate)
    assert seal.description.valid_from == _seal().description.valid_from
    assert not seal.is_strict
    with pytest.raises(InvalidSignatureError):
        parse_seal(at((0,), info)(_seal().encoded)).verify_maker()


@pytest.mark.parametrize(
    "entry",
    [
        der.tlv(der.IA5_STRING, b"\0"),
        der.octets(b""),
        der.sequence(),
        _digest_entry(der.text("SHA256", der.PRINTABLE_STRING)),
        _digest_entry(der.text(SM3, der.PRINTABLE_STRING), b"short"),
    ],
    ids=["one letter", "nothing", "empty", "another digest", "short digest"],
)
def test_an_entry_that_can_match_no_certificate_lists_nobody(entry: bytes) -> None:
    seal = parse_seal(signed_seal(_listed(entry)(_seal().info)))

    seal.verify_maker()
    assert Tolerance.UNREADABLE_LIST_ENTRY in seal.tolerances
    assert (seal.description.signers, seal.description.signer_digests) == ((), ())
    assert not seal.lists(_region().seal_signer.certificate)


def test_version_1_seals_take_their_own_liberties() -> None:
    info = _made(SealLayout.V1).info
    later = at((2, 3), retagged(der.GENERALIZED_TIME))
    changed = later(at((2, 3), der.generalized_time(world.NOON))(info))
    seal = parse_seal(signed_seal(changed, SealLayout.V1))
    four_digits = at((2, 3), der.tlv(der.UTC_TIME, b"20260318040000Z"))(info)
    other = parse_seal(signed_seal(four_digits, SealLayout.V1))

    for read in (seal, other):
        read.verify_maker()
        assert read.description.created_at == world.NOON
        assert not read.is_strict
    assert seal.tolerances == {Tolerance.GENERALIZED_TIME_IN_V1}
    assert other.tolerances == {Tolerance.TIME_AS_TEXT}


def test_a_version_1_seal_may_hold_its_makers_certificate_as_it_is() -> None:
    seal = _made(SealLayout.V1)
    maker = _region().maker
    algorithm = part_at(seal.encoded, 1, 1)
    value = maker.sign(der.sequence(seal.info, maker.certificate.encoded, algorithm))
    signed = der.sequence(maker.certificate.encoded, algorithm, der.bits(value))

    bare = parse_seal(der.sequence(seal.info, signed))

    bare.verify_maker()
    assert bare.maker == maker.certificate
    assert bare.tolerances == {Tolerance.BARE_CERTIFICATE}
    assert not bare.is_strict


def test_properties_of_version_1_in_a_later_seal_are_read() -> None:
    mixed = at((2,), part_at(_made(SealLayout.V1).encoded, 0, 2))(_seal().info)
    seal = parse_seal(signed_seal(mixed))

    seal.verify_maker()
    assert Tolerance.MIXED_LAYOUTS in seal.tolerances
    assert seal.description == _seal().description


def test_a_raw_signature_value_verifies_and_is_named() -> None:
    raw = raw_value(_seal().signature_value)
    seal = parse_seal(at((3,), der.bits(raw))(_seal().encoded))

    seal.verify_maker()
    assert seal.tolerances == {Tolerance.RAW_SIGNATURE_VALUE}
    assert not seal.is_strict


@pytest.mark.parametrize("odd", ["1.2.156.10197.501", "1.2.156.10197.1.301.1"])
def test_misspelt_algorithms_are_named(odd: str) -> None:
    seal = parse_seal(at((2,), der.oid(odd))(_seal().encoded))

    seal.verify_maker()
    assert seal.tolerances == {Tolerance.ODD_SIGNATURE_ALGORITHM}
    assert not seal.is_strict


def test_a_fifth_part_is_a_timestamp_that_is_kept_as_it_is() -> None:
    fifth = _made(SealLayout.V5)
    for token, layout, expected in (
        (der.explicit(0, der.bits(b"\1\2\3")), SealLayout.V5, set()),
        (der.bits(b"\1\2\3"), SealLayout.V5, {Tolerance.UNTAGGED_TIMESTAMP}),
        (der.explicit(0, der.bits(b"\1\2\3")), SealLayout.V4, {Tolerance.ODD_VERSION}),
    ):
        info = fifth.info if layout is SealLayout.V5 else _seal().info
        seal = parse_seal(signed_seal(info, layout, timestamp=token))
        seal.verify_maker()
        assert seal.timestamp == b"\1\2\3"
        assert seal.layout is layout
        assert set(seal.tolerances) == expected
        assert seal.is_strict is (not expected)


def test_a_seal_with_a_whole_document_for_a_picture_is_read() -> None:
    """Tax seals carry an OFD; made here, a seal stays small, because each license carries it."""
    picture = SealPicture(kind="ofd", image=bytes(300_000), width_mm=30, height_mm=20)
    small = _made(picture=replace(picture, image=b"PK"))
    large = signed_seal(at((3, 1), der.octets(picture.image))(small.info))

    seal = parse_seal(large)

    seal.verify_maker()
    assert seal.description.picture == picture
    with pytest.raises(MalformedStructureError, match="too long"):
        parse_seal(der.octets(bytes(MAX_FOREIGN_SEAL_BYTES)))


@pytest.mark.parametrize(
    "change",
    [
        at((0, 0, 0), der.text("XX", der.IA5_STRING)),
        at((0, 0, 1), der.integer(-1)),
        at((0, 0, 1), der.integer(2**31)),
        at((0, 2, 0), der.integer(-1)),
        at((0, 2, 3), der.sequence()),
        at((0, 2, 3), der.sequence(*(der.octets(b""),) * 65)),
        at((0, 2, 3), der.octets(b"")),
        at((0, 2, 4), der.utc_time(world.NOON)),
        at((0, 2, 4), der.tlv(der.GENERALIZED_TIME, b"20260230040000Z")),
        at((0, 2, 4), der.tlv(der.GENERALIZED_TIME, b"yesterday")),
        at((0, 2), lambda properties: der.sequence(*parts_of(properties)[:6])),
        at((0, 2, 7), der.generalized_time(world.NOON)),
        at((0, 2, 1), der.tlv(der.UTF8_STRING, b"\xff")),
        at((0, 3, 3), der.integer(-42)),
        at((0, 3, 1), der.bits(b"")),
        at((0, 4), der.octets(b"")),
        at((0, 4), der.sequence(der.octets(b""))),
        at((0, 4), der.sequence(der.sequence(der.oid("2.5"), der.octets(b""), TRUE))),
        at((0, 4), der.sequence(der.sequence(der.oid("2.5"), b"\1\1\1", der.octets(b"")))),
        at((0, 4), der.sequence(*(_PLAIN,) * 65)),
        at((0,), lambda info: at((5,), der.sequence())(at((4,), der.sequence())(info))),
        at((2,), der.oid("1.2.840.113549.1.1.11")),
        at((3,), der.octets(b"")),
        at((1,), der.octets(b"")),
        at((1,), lambda maker: der.read(maker).content),
        at((4,), der.explicit(0, der.octets(b"time"))),
        at((4,), der.explicit(0, der.bits(b""))),
        at((4,), b"\5\0"),
        at((5,), b"\5\0"),
        lambda encoded: encoded + b"\0",
        lambda encoded: encoded[:-1],
        lambda encoded: der.sequence(*parts_of(encoded)[:3]),
        lambda encoded: der.sequence(*parts_of(encoded)[:1]),
        lambda _encoded: der.sequence(der.oid("2.5"), der.explicit(0, b"")),
        lambda _encoded: b"\x30\x80\0\0",
    ],
)
def test_another_structure_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(SigningError):
        parse_seal(change(_seal().encoded))


def test_the_rewriting_of_these_tests_alone_changes_nothing() -> None:
    same = at((0, 0, 1), der.integer(4))(_seal().encoded)

    assert same == _seal().encoded
    assert parse_seal(signed_seal(_seal().info)).is_strict


def test_a_seal_that_names_itself_signed_data_is_told_apart() -> None:
    with pytest.raises(MalformedStructureError, match="signed data, not a seal"):
        parse_seal(der.sequence(der.oid("1.2.156.10197.6.1.4.2.2"), der.explicit(0, b"\5\0")))


def test_what_was_read_can_be_made_again() -> None:
    read: SealDescription = parse_seal(_seal().encoded).description

    again = make_seal(read, maker=_region().maker)

    assert again.info == _seal().info
