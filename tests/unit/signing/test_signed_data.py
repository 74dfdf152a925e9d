"""Signed data of other makers: every dialect, every liberty, and what must not verify."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import der
from signing.algorithms import (
    CMS_DATA,
    CMS_SIGNED_DATA,
    CONTENT_TYPE,
    GB_DATA,
    GB_SIGNED_DATA,
    MESSAGE_DIGEST,
    SIGNATURE_TIMESTAMP,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    SM2_SIGN,
    SM3,
    sm3,
)
from signing.certificates import Certificate, pem
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.signed_data import (
    MAX_SIGNED_DATA_BYTES,
    SignedDataDialect,
    SignerInfo,
    parse_pem_signed_data,
    parse_signed_data,
)
from signing.signer import CertifiedSigner
from signing.tolerances import Tolerance
from tests import certificate_factory as factory
from tests import world
from tests.openssl import openssl
from tests.unit.signing.der_surgery import CODE, at, mutations, part_at, parts_of, raw_value

DOCUMENT = b"%PDF or anything else"
NULL = der.tlv(der.NULL)


def _signer() -> CertifiedSigner:
    return world.region(CODE).record_signer


def attribute(kind: str, *values: bytes) -> bytes:
    return der.sequence(der.oid(kind), der.tlv(der.SET, *values))


def _attributes(content: bytes, *, inner: str = GB_DATA, extra: Sequence[bytes] = ()) -> bytes:
    """Signed attributes under the tag of a SET, in DER order."""
    return der.set_of(
        (
            attribute(CONTENT_TYPE, der.oid(inner)),
            attribute(SIGNING_TIME, der.utc_time(world.NOON)),
            attribute(MESSAGE_DIGEST, der.octets(sm3(content))),
            *extra,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Made:
    """A message as another maker might write it; every default is a plain dialect D.

    Attributes:
        content: What stands inside.
        attributes: Signed attributes, under the tag of a SET.
        signed: What the signature is over, where it follows from nothing else.
    """

    outer: str = GB_SIGNED_DATA
    inner: str = GB_DATA
    content: bytes | None = None
    attributes: bytes = b""
    signed: bytes | None = None
    digest: bytes = der.sequence(der.oid(SM3), NULL)
    algorithm: bytes = der.sequence(der.oid(SM2_SIGN), NULL)
    certificates: tuple[bytes, ...] | None = None
    identifier: bytes | None = None
    unsigned: bytes = b""
    lists: bytes = b""
    is_raw: bool = False
    signers: int = 1

    def encode(self) -> bytes:
        certificate = _signer().certificate
        certificates = self.certificates
        if certificates is None:
            certificates = (certificate.encoded,)
        content = b"" if self.content is None else der.explicit(0, der.octets(self.content))
        listed = der.tlv(0xA0, *certificates) if certificates else b""
        body = der.sequence(
            der.integer(1),
            der.tlv(der.SET, self.digest),
            der.sequence(der.oid(self.inner), content),
            listed,
            self.lists,
            der.tlv(der.SET, *(self._info(certificate) for _ in range(self.signers))),
        )
        return der.sequence(der.oid(self.outer), der.explicit(0, body))

    def _info(self, certificate: Certificate) -> bytes:
        named = der.sequence(certificate.issuer_name, der.integer(certificate.serial))
        signed = self.attributes or self.content or DOCUMENT
        value = _signer().sign(signed if self.signed is None else self.signed)
        return der.sequence(
            der.integer(1),
            named if self.identifier is None else self.identifier,
            self.digest,
            der.tlv(0xA0, der.read(self.attributes).content) if self.attributes else b"",
            self.algorithm,
            der.octets(raw_value(value) if self.is_raw else value),
            self.unsigned,
        )


def _only(made: Made) -> SignerInfo:
    (signer,) = parse_signed_data(made.encode()).signers
    return signer


A = Made(attributes=_attributes(DOCUMENT))
B = Made(content=sm3(DOCUMENT))
C = Made(content=DOCUMENT)
D = Made()
DIALECTS = {
    SignedDataDialect.ATTRIBUTES: A,
    SignedDataDialect.EMBEDDED_DIGEST: B,
    SignedDataDialect.ATTACHED: C,
    SignedDataDialect.DETACHED: D,
}
each_dialect = pytest.mark.parametrize(("dialect", "made"), DIALECTS.items())


# Dialects --------------------------------------------------------------------------------------


@each_dialect
def test_each_dialect_verifies_over_its_document(dialect: SignedDataDialect, made: Made) -> None:
    message = parse_signed_data(made.encode())
    (signer,) = message.signers

    message.verify(DOCUMENT)
    assert signer.dialect is dialect
    assert signer.is_sm2
    assert signer.certificate == _signer().certificate
    assert (signer.serial, signer.issuer_name) == (
        _signer().certificate.serial,
        _signer().certificate.issuer_name,
    )
    assert (message.outer, message.inner) == (GB_SIGNED_DATA, GB_DATA)
    assert message.certificates == (_signer().certificate,)
    assert message.tolerances == frozenset()
    assert signer.signed_at == (world.NOON if dialect is SignedDataDialect.ATTRIBUTES else None)


@each_dialect
def test_no_dialect_verifies_over_another_document(dialect: SignedDataDialect, made: Made) -> None:
    signer = _only(made)

    others = {b"", DOCUMENT + b"\0", sm3(DOCUMENT), sm3(sm3(DOCUMENT))}
    # A document of 32 bytes may be attached as it is.
    for other in others - {made.content}:
        with pytest.raises(InvalidSignatureError):
            signer.verify(other)
    if dialect is not SignedDataDialect.DETACHED:
        with pytest.raises(InvalidSignatureError, match="not the one that was signed"):
            signer.verify_document(b"other")
        signer.verify_signature(b"other")


def test_attached_content_is_the_document_where_none_is_given() -> None:
    for made in (C, replace(A, content=DOCUMENT)):
        parse_signed_data(made.encode()).verify()
        assert parse_signed_data(made.encode()).content == DOCUMENT
    for made in (A, B, D):
        with pytest.raises(InvalidSignatureError, match=r"needed|not inside"):
            _only(made).verify()


def test_attributes_beside_content_are_about_the_content() -> None:
    digest = sm3(DOCUMENT)
    for made in (
        replace(A, content=DOCUMENT),
        Made(content=digest, attributes=_attributes(digest)),
        # Some makers state the embedded digest again instead of a digest of it.
        Made(content=digest, attributes=_attributes(DOCUMENT)),
    ):
        _only(made).verify(DOCUMENT)
    for made in (
        Made(content=DOCUMENT, attributes=_attributes(b"other")),
        Made(content=sm3(b"other"), attributes=_attributes(DOCUMENT)),
        Made(content=b"other", attributes=_attributes(DOCUMENT)),
        Made(content=digest, attributes=_attributes(b"other")),
    ):
        with pytest.raises(InvalidSignatureError, match="not the one"):
            _only(made).verify(DOCUMENT)


def test_a_changed_attribute_breaks_the_signature() -> None:
    path = (1, 0, 4, 0, 3)
    data = A.encode()
    assert part_at(data, *path)[0] == 0xA0
    other = der.tlv(0xA0, der.read(_attributes(DOCUMENT)).content.replace(b"2603", b"2703"))

    with pytest.raises(InvalidSignatureError, match="does not verify"):
        parse_signed_data(at(path, other)(data)).verify(DOCUMENT)


def test_attributes_are_hashed_as_they_came_and_not_in_another_order() -> None:
    parts = parts_of(_attributes(DOCUMENT))
    unsorted = der.tlv(der.SET, *reversed(parts))
    signed_sorted = replace(A, attributes=unsorted, signed=_attributes(DOCUMENT))
    signer = _only(replace(A, attributes=unsorted))

    signer.verify(DOCUMENT)
    assert signer.tolerances == {Tolerance.UNSORTED_ATTRIBUTES}
    with pytest.raises(InvalidSignatureError, match="does not verify"):
        _only(signed_sorted).verify(DOCUMENT)


def test_signed_attributes_are_no_document() -> None:
    """Without this, whoever signed one document has also signed its attributes as another."""
    attributes = _attributes(DOCUMENT)
    for made in (Made(content=attributes), Made(signed=attributes)):
        signer = _only(made)
        with pytest.raises(InvalidSignatureError, match="set of signed attributes"):
            signer.verify(attributes)


def test_a_document_that_only_begins_like_a_set_is_a_document() -> None:
    """A text may begin with the figure one, which is the tag of a SET."""
    for document in (b"1. Scope", der.tlv(der.SET), der.tlv(der.SET, NULL)):
        made = Made(content=document)
        _only(made).verify(document)
        _only(Made(signed=document)).verify(document)


def test_a_signature_over_something_else_does_not_verify() -> None:
    for made in (A, B, C, D):
        with pytest.raises(InvalidSignatureError, match="does not verify"):
            _only(replace(made, signed=b"something else")).verify(DOCUMENT)


# Liberties -------------------------------------------------------------------------------------

LIBERTIES: dict[str, tuple[Made, set[Tolerance]]] = {
    "raw value": (replace(D, is_raw=True), {Tolerance.RAW_SIGNATURE_VALUE}),
    "base64": (
        Made(content=base64.b64encode(sm3(DOCUMENT)) + b"\r\n"),
        {Tolerance.DIGEST_AS_BASE64},
    ),
    "GOMAIN's arcs": (
        Made(inner=CMS_DATA, attributes=_attributes(DOCUMENT, inner=CMS_DATA)),
        {Tolerance.MIXED_ARCS},
    ),
    "PKCS 7 around GB": (Made(outer=CMS_SIGNED_DATA), {Tolerance.MIXED_ARCS}),
    "PKCS 7 throughout": (Made(outer=CMS_SIGNED_DATA, inner=CMS_DATA), set()),
    "attributes of another arc": (
        Made(attributes=_attributes(DOCUMENT, inner=CMS_DATA)),
        {Tolerance.MIXED_ARCS},
    ),
    "absent parameters": (
        Made(digest=der.sequence(der.oid(SM3)), algorithm=der.sequence(der.oid(SM2_SIGN))),
        set(),
    ),
    "sm2-with-sm3": (Made(algorithm=der.sequence(der.oid("1.2.156.10197.1.501"))), set()),
    "curve as algorithm": (
        Made(algorithm=der.sequence(der.oid("1.2.156.10197.1.301"))),
        {Tolerance.ODD_SIGNATURE_ALGORITHM},
    ),
    "key as algorithm": (
        Made(algorithm=der.sequence(der.oid("1.2.840.10045.2.1"))),
        {Tolerance.ODD_SIGNATURE_ALGORITHM},
    ),
    "misspelt": (
        Made(algorithm=der.sequence(der.oid("1.2.156.10197.501"))),
        {Tolerance.ODD_SIGNATURE_ALGORITHM},
    ),
    "signature as digest": (
        Made(digest=der.sequence(der.oid("1.2.156.10197.1.501"))),
        {Tolerance.ODD_DIGEST_ALGORITHM},
    ),
    "SM3 with a key": (
        Made(digest=der.sequence(der.oid("1.2.156.10197.1.401.2"))),
        {Tolerance.ODD_DIGEST_ALGORITHM},
    ),
    "no content type": (
        Made(attributes=der.set_of((attribute(MESSAGE_DIGEST, der.octets(sm3(DOCUMENT))),))),
        {Tolerance.MISSING_CONTENT_TYPE},
    ),
    "revocation lists": (Made(lists=der.tlv(0xA1, der.sequence(der.integer(1)))), set()),
    "other certificates": (
        Made(certificates=(der.sequence(), _signer().certificate.encoded, der.tlv(0xA1, NULL))),
        set(),
    ),
    "local signing time": (
        Made(
            attributes=der.set_of(
                (
                    attribute(CONTENT_TYPE, der.oid(GB_DATA)),
                    attribute(MESSAGE_DIGEST, der.octets(sm3(DOCUMENT))),
                    attribute(SIGNING_TIME, der.tlv(der.UTC_TIME, b"20260318120000")),
                )
            )
        ),
        {Tolerance.TIME_AS_TEXT},
    ),
}


@pytest.mark.parametrize(("made", "expected"), LIBERTIES.values(), ids=list(LIBERTIES))
def test_a_liberty_is_named_and_the_original_bytes_verify(
    made: Made, expected: set[Tolerance]
) -> None:
    message = parse_signed_data(made.encode())

    message.verify(DOCUMENT)
    assert set(message.tolerances) == expected


def test_content_that_no_octet_string_holds_is_its_octets() -> None:
    """PKCS #7 hashes the content without its tag and length (RFC 2315 §9.3)."""
    inside = der.sequence(der.integer(7))
    data = at((1, 0, 2, 1, 0), inside)(Made(content=der.read(inside).content).encode())
    message = parse_signed_data(data)

    message.verify(der.read(inside).content)
    assert message.tolerances == {Tolerance.UNWRAPPED_CONTENT}


# Who signed ------------------------------------------------------------------------------------


def test_the_signer_is_found_by_issuer_and_serial_and_not_by_place() -> None:
    region = world.region(CODE)
    others = (region.authority.certificate, region.seal_signer.certificate)
    signer = _only(Made(certificates=(*(i.encoded for i in others), _signer().certificate.encoded)))

    signer.verify(DOCUMENT)
    assert signer.certificate == _signer().certificate


def test_the_signer_is_found_by_its_key_identifier() -> None:
    key_id = _signer().certificate.subject_key_id
    signer = _only(Made(identifier=der.tlv(0x80, key_id)))

    signer.verify(DOCUMENT)
    assert (signer.issuer_name, signer.serial) == (b"", None)
    assert _only(Made(identifier=der.tlv(0x80, b"other"))).certificate is None


def test_an_issuer_that_is_spelt_otherwise_is_found_by_the_serial_number() -> None:
    serial = der.integer(_signer().certificate.serial)
    name = der.sequence(der.set_of((der.sequence(der.oid("2.5.4.3"), der.octets(b"x")),)))
    signer = _only(Made(identifier=der.sequence(name, serial)))

    signer.verify(DOCUMENT)
    assert signer.tolerances == {Tolerance.REWRITTEN_ISSUER}
    assert signer.issuer_name == name


def test_a_serial_number_that_two_certificates_have_names_neither() -> None:
    mine, key = _signer().certificate, _signer().signer
    others = tuple(
        factory.certificate("x", key=key, issuer=name, issuer_key=key, serial=7).encoded
        for name in ("one", "two")
    )
    named = der.sequence(mine.issuer_name, der.integer(7))

    assert _only(Made(certificates=others[:1], identifier=named)).certificate is not None
    assert _only(Made(certificates=others, identifier=named)).certificate is None


def test_a_signer_whose_certificate_is_not_inside_is_read_and_does_not_verify() -> None:
    other = world.region(CODE).authority.certificate.encoded
    for certificates in ((), (other,), (b"\x30\x00",)):
        signer = _only(Made(certificates=certificates))
        assert signer.certificate is None
        assert signer.serial == _signer().certificate.serial
        with pytest.raises(InvalidSignatureError, match="certificate is not inside"):
            signer.verify(DOCUMENT)


def test_a_swapped_certificate_is_refused_where_the_attributes_name_it() -> None:
    mine, other = _signer().certificate, world.region(CODE).authority.certificate

    def named(*algorithm: bytes, digest: bytes) -> Made:
        identifier = der.sequence(*algorithm, der.octets(digest))
        value = der.sequence(der.sequence(identifier))
        return Made(
            attributes=_attributes(DOCUMENT, extra=(attribute(SIGNING_CERTIFICATE_V2, value),))
        )

    def sha256(certificate: Certificate) -> bytes:
        told = openssl("dgst", "-sha256", "-r", stdin=certificate.encoded)
        return bytes.fromhex(told.split()[0])

    by_sm3 = der.sequence(der.oid(SM3))
    by_sha256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
    _only(named(by_sm3, digest=mine.digest)).verify(DOCUMENT)
    _only(named(by_sha256, digest=sha256(mine))).verify(DOCUMENT)
    _only(named(digest=sha256(mine))).verify(DOCUMENT)
    for wrong in (
        named(by_sm3, digest=other.digest),
        named(by_sha256, digest=sha256(other)),
        named(digest=sha256(other)),
        named(der.sequence(der.oid("1.3.14.3.2.26")), digest=bytes(20)),
    ):
        with pytest.raises(InvalidSignatureError, match="another certificate"):
            _only(wrong).verify(DOCUMENT)


def test_every_signer_must_have_signed() -> None:
    two = parse_signed_data(replace(D, signers=2).encode())
    data = replace(D, signers=2).encode()
    one_wrong = at((1, 0, 4, 1, 4), der.octets(_signer().sign(b"other")))(data)

    two.verify(DOCUMENT)
    assert len(two.signers) == 2
    with pytest.raises(InvalidSignatureError):
        parse_signed_data(one_wrong).verify(DOCUMENT)
    with pytest.raises(InvalidSignatureError, match="nobody"):
        parse_signed_data(replace(D, signers=0).encode()).verify(DOCUMENT)


def test_what_stands_beside_the_signature_is_returned_as_it_is() -> None:
    picture = attribute("2.25.9", der.octets(b"GIF"), der.integer(1))
    token = der.sequence(der.integer(1))
    unsigned = der.tlv(0xA1, picture, attribute(SIGNATURE_TIMESTAMP, token))
    signer = _only(replace(A, unsigned=unsigned))

    signer.verify(DOCUMENT)
    assert signer.unsigned_attributes["2.25.9"] == (der.octets(b"GIF"), der.integer(1))
    assert signer.timestamp == token
    assert _only(A).timestamp == b""
    assert signer.attributes[MESSAGE_DIGEST] == (der.octets(sm3(DOCUMENT)),)


# Other algorithms, other encodings -------------------------------------------------------------


def _rsa(tmp_path: Path, *options: str) -> bytes:
    """CMS of the openssl command line with an RSA key."""
    key, certificate = tmp_path / "rsa.pem", tmp_path / "rsa.crt"
    made = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=rsa", "-days", "9")
    openssl(*made, "-keyout", key, "-out", certificate)
    (tmp_path / "document").write_bytes(DOCUMENT)
    sign = ("cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", *options)
    files = ("-in", tmp_path / "document", "-out", tmp_path / "cms")
    openssl(*sign, "-signer", certificate, "-inkey", key, *files)
    return (tmp_path / "cms").read_bytes()


def test_another_algorithm_is_read_and_named(tmp_path: Path) -> None:
    message = parse_signed_data(_rsa(tmp_path))
    (signer,) = message.signers

    assert not signer.is_sm2
    assert signer.digest_algorithm == "2.16.840.1.101.3.4.2.1"
    assert signer.signature_algorithm == "1.2.840.113549.1.1.1"
    assert (signer.certificate, message.certificates) == (None, ())
    assert len(message.other_certificates) == 1
    assert signer.signed_at is not None
    for check in (signer.verify, signer.verify_document, signer.verify_signature):
        with pytest.raises(InvalidSignatureError, match="another algorithm"):
            check(DOCUMENT)


def test_sm2_with_another_digest_is_another_algorithm() -> None:
    signer = _only(Made(digest=der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))))

    assert not signer.is_sm2
    with pytest.raises(InvalidSignatureError, match="another algorithm"):
        signer.verify(DOCUMENT)


def test_indefinite_lengths_are_refused(tmp_path: Path) -> None:
    streamed = _rsa(tmp_path, "-stream", "-nodetach")

    assert streamed[:2] == b"\x30\x80"
    with pytest.raises(MalformedStructureError, match="indefinite"):
        parse_signed_data(streamed)


def test_a_message_of_certificates_alone_is_read(tmp_path: Path) -> None:
    region = world.region(CODE)
    files: list[str | Path] = []
    for index, certificate in enumerate((region.authority.certificate, _signer().certificate)):
        (tmp_path / f"{index}.pem").write_text(certificate.to_pem())
        files += ["-certfile", tmp_path / f"{index}.pem"]
    text = openssl("crl2pkcs7", "-nocrl", *files)
    message = parse_pem_signed_data(text)

    assert set(message.certificates) == {region.authority.certificate, _signer().certificate}
    assert message.signers == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        pem("CERTIFICATE", D.encode()),
        pem("PKCS7", D.encode()) * 2,
        pem("PKCS7", b"\x30\x00"),
        "-----BEGIN PKCS7-----\nAAA\n-----END PKCS7-----\n",
    ],
    ids=["nothing", "another label", "two", "no message", "damaged"],
)
def test_a_text_without_one_message_is_refused(text: str) -> None:
    with pytest.raises(MalformedStructureError):
        parse_pem_signed_data(text)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\0",
        lambda data: data[:-1],
        at((0,), der.oid("1.2.156.10197.6.1.4.2.3")),
        at((0,), der.integer(1)),
        at((1,), b"\5\0"),
        at((1, 0, 0), der.integer(-1)),
        at((1, 0, 0), der.integer(9)),
        at((1, 0, 1), der.sequence()),
        at((1, 0, 1), der.tlv(der.SET, *(NULL,) * 17)),
        at((1, 0, 2), der.sequence()),
        at((1, 0, 2, 1), der.octets(b"")),
        at((1, 0, 2, 1), der.explicit(0, der.octets(b"") * 2)),
        at((1, 0, 3), der.tlv(0xA2)),
        at((1, 0, 3), der.tlv(0xA0, *(NULL,) * 65)),
        at((1, 0, 4), der.sequence()),
        at((1, 0, 4), lambda infos: der.tlv(der.SET, *parts_of(infos) * 17)),
        at((1, 0, 4, 0), der.sequence()),
        at((1, 0, 4, 0), lambda info: der.sequence(*parts_of(info)[:4])),
        at((1, 0, 4, 0, 0), der.integer(9)),
        at((1, 0, 4, 0, 1), der.sequence()),
        at((1, 0, 4, 0, 1), der.sequence(der.sequence(), der.octets(b"7"))),
        at((1, 0, 4, 0, 2), der.sequence()),
        at((1, 0, 4, 0, 3), der.tlv(0xA0)),
        at((1, 0, 4, 0, 3), der.sequence(der.octets(b""))),
        at((1, 0, 4, 0, 4), der.bits(b"")),
        at((1, 0, 4, 0, 5), der.octets(b"")),
        at((1, 0, 4, 0, 5), der.tlv(0xA1, NULL)),
        lambda _data: der.octets(bytes(MAX_SIGNED_DATA_BYTES)),
    ],
)
def test_another_structure_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(MalformedStructureError):
        parse_signed_data(change(D.encode()))


@pytest.mark.parametrize(
    "attributes",
    [
        der.tlv(der.SET, *(attribute(CONTENT_TYPE, der.oid(GB_DATA)),) * 2),
        der.tlv(der.SET, attribute(CONTENT_TYPE)),
        der.tlv(der.SET, attribute(CONTENT_TYPE, der.oid(GB_DATA), der.oid(GB_DATA))),
        der.tlv(der.SET, attribute(CONTENT_TYPE, der.oid("1.2.840.113549.1.9.16.1.4"))),
        der.tlv(der.SET, attribute(SIGNING_TIME, der.octets(b"260318040000Z"))),
        der.tlv(der.SET, attribute(SIGNING_TIME)),
        der.tlv(der.SET, *(attribute(f"2.25.{n}", NULL) for n in range(65))),
        der.tlv(der.SET, attribute("2.25.1", *(NULL,) * 17)),
        der.tlv(der.SET, NULL),
    ],
)
def test_ambiguous_attributes_are_refused(attributes: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        parse_signed_data(Made(attributes=attributes).encode())


@pytest.mark.parametrize(
    "attributes",
    [
        der.tlv(der.SET, attribute(CONTENT_TYPE, der.oid(GB_DATA))),
        der.tlv(der.SET, attribute(MESSAGE_DIGEST)),
        der.tlv(der.SET, attribute(MESSAGE_DIGEST, *(der.octets(sm3(DOCUMENT)),) * 2)),
        der.tlv(der.SET, attribute(MESSAGE_DIGEST, der.bits(sm3(DOCUMENT)))),
        _attributes(DOCUMENT, extra=(attribute(SIGNING_CERTIFICATE_V2, NULL),)),
        _attributes(DOCUMENT, extra=(attribute(SIGNING_CERTIFICATE_V2, der.sequence()),)),
    ],
)
def test_attributes_without_one_digest_prove_nothing(attributes: bytes) -> None:
    signer = _only(Made(attributes=attributes))

    signer.verify_signature(DOCUMENT)
    with pytest.raises(InvalidSignatureError):
        signer.verify(DOCUMENT)


@pytest.mark.parametrize("made", DIALECTS.values(), ids=DIALECTS)
@given(source=st.data())
@settings(max_examples=400, deadline=None)
def test_rearranged_messages_verify_only_for_the_signer_and_the_document(
    made: Made, source: st.DataObject
) -> None:
    changed = source.draw(mutations(made.encode()))
    try:
        message = parse_signed_data(changed)
        message.verify(DOCUMENT)
    except SigningError:
        return
    mine, authority = _signer().certificate, world.region(CODE).authority.certificate
    for signer in message.signers:
        assert signer.certificate is not None
        assert signer.certificate.public_key == mine.public_key
        if signer.certificate != mine:  # nothing here vouches for it; its authority does not
            with pytest.raises(InvalidSignatureError):
                signer.certificate.verify_signature(authority.public_key)
        assert (signer.dialect is SignedDataDialect.ATTRIBUTES) is (made is A)
    with pytest.raises(InvalidSignatureError):
        message.verify(b"other")


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_random_bytes_raise_our_errors_alone(data: bytes) -> None:
    with pytest.raises(SigningError):
        parse_signed_data(data)
