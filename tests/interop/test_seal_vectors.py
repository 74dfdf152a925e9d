"""Seals, seal signatures, signed data and certificates that other implementations made."""

import base64
import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing import der, sm2
from signing.algorithms import sm3
from signing.certificate_requests import parse_request
from signing.certificates import (
    Certificate,
    parse_certificate,
    parse_certificate_file,
    parse_public_key,
    pem_blocks,
)
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.revocation_lists import parse_revocation_list
from signing.seal_signatures import SealSignature, parse_seal_signature
from signing.seals import SealLayout, parse_seal
from signing.signed_data import (
    SignedData,
    SignedDataDialect,
    parse_pem_signed_data,
    parse_signed_data,
)
from signing.tolerances import Tolerance
from tests.openssl import VECTORS, vector
from tests.unit.signing.der_surgery import mutations

V1, V4, V5 = SealLayout.V1, SealLayout.V4, SealLayout.V5
UNKNOWN_KIND = frozenset({Tolerance.UNKNOWN_SEAL_KIND})
TEXT_TIME = frozenset({Tolerance.TIME_AS_TEXT})
NONE: frozenset[Tolerance] = frozenset()

# Seals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "layout", "tolerances"),
    [
        ("UserV1.esl", V1, NONE),
        ("UserV4.esl", V4, UNKNOWN_KIND),
        ("UserV5.esl", V5, UNKNOWN_KIND),
        ("UserV5_ts.esl", V5, UNKNOWN_KIND),
        ("seal1.esl", V1, NONE),
        ("seal4.esl", V4, NONE),
        ("seal4d.esl", V4, NONE),
        ("seal5.esl", V5, NONE),
    ],
)
def test_seals_of_another_implementation_are_intact(
    name: str, layout: SealLayout, tolerances: frozenset[Tolerance]
) -> None:
    data = vector(f"ses/{name}")
    seal = parse_seal(data)

    seal.verify_maker()
    assert (seal.layout, seal.tolerances) == (layout, tolerances)
    assert seal.is_strict is (not tolerances)
    assert seal.description.picture.image.startswith(b"\x89PNG")
    assert (seal.timestamp == b"\1\2\3") is (name == "UserV5_ts.esl")
    assert bool(seal.description.signer_digests) is (name == "seal4d.esl")
    at = data.index(seal.description.name.encode())
    with pytest.raises(InvalidSignatureError):
        parse_seal(data[:at] + bytes((data[at] ^ 0x01,)) + data[at + 1 :]).verify_maker()


@pytest.mark.parametrize("name", ["w5wa_4f65c102_Seal.esl", "w5wa_397ba770_UserV1.esl"])
def test_damaged_seals_are_refused_cleanly(name: str) -> None:
    with pytest.raises(MalformedStructureError, match="a length is indefinite or not minimal"):
        parse_seal(vector(f"ses/{name}"))


# Seal signatures -------------------------------------------------------------------------------


def _entry(file: str, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(vector(f"ofd-signed/{file}"))) as archive:
        return archive.read(name)


def _intact(data: bytes, digest: bytes) -> SealSignature:
    parsed = parse_seal_signature(data)
    parsed.verify_digest(digest)
    parsed.verify_signature()
    parsed.verify_signer()
    parsed.seal.verify_maker()
    with pytest.raises(InvalidSignatureError):
        parsed.verify(sm3(b"another document"))
    return parsed


@pytest.mark.parametrize(
    ("file", "number", "layout", "tolerances"),
    [
        ("SESV4SignDoc.ofd", 0, V4, UNKNOWN_KIND),
        ("gen_13_riding_seal.ofd", 0, V4, UNKNOWN_KIND),
        ("gen_14_digital_sign.ofd", 0, V4, UNKNOWN_KIND),
        ("V4RideRight.ofd", 0, V4, UNKNOWN_KIND),
        ("allprotected.ofd", 0, V4, UNKNOWN_KIND),
        ("h.ofd", 0, V4, UNKNOWN_KIND),
        ("h.ofd", 1, V4, UNKNOWN_KIND),
        ("s1.ofd", 0, V4, NONE),
        ("sealed1.ofd", 0, V1, TEXT_TIME),
        ("sealed4.ofd", 0, V4, NONE),
        ("sealed4d.ofd", 0, V4, NONE),
        ("sealed5.ofd", 0, V5, NONE),
        ("two-seals.ofd", 0, V4, NONE),
        ("two-seals.ofd", 1, V1, TEXT_TIME),
    ],
)
def test_seal_signatures_in_ofds_are_intact_over_their_signature_xml(
    file: str, number: int, layout: SealLayout, tolerances: frozenset[Tolerance]
) -> None:
    folder = f"Doc_0/Signs/Sign_{number}"
    parsed = _intact(
        _entry(file, f"{folder}/SignedValue.dat"), sm3(_entry(file, f"{folder}/Signature.xml"))
    )

    assert (parsed.layout, parsed.tolerances) == (layout, tolerances)
    assert parsed.document == f"/{folder}/Signature.xml"
    assert parsed.seal.encoded == _entry(file, f"{folder}/Seal.esl")
    assert parsed.is_strict is (layout is V4)


@pytest.mark.parametrize(("name", "layout"), [("SignedValueV4.dat", V4), ("SignedValueV5.dat", V5)])
def test_lone_seal_signatures_are_intact(name: str, layout: SealLayout) -> None:
    parsed = parse_seal_signature(vector(f"ses/{name}"))

    parsed.verify_signature()
    parsed.verify_signer()
    parsed.seal.verify_maker()
    assert parsed.layout is layout
    if layout is V4:
        parsed.verify_digest(bytes(32))
    with pytest.raises(InvalidSignatureError):
        parsed.verify_digest(sm3(b""))


@pytest.mark.parametrize(("name", "layout"), [("v1", V1), ("v4", V4)])
def test_seal_signatures_in_pdfs_are_intact(name: str, layout: SealLayout) -> None:
    digest = bytes.fromhex(vector(f"pdf-sealed/gomain-sm2seal-{name}.sm3").decode().split()[0])

    parsed = _intact(vector(f"pdf-sealed/gomain-sm2seal-{name}.value.der"), digest)

    assert parsed.layout is layout
    assert parsed.tolerances == (TEXT_TIME if layout is V1 else NONE)


def test_a_bare_signature_value_is_no_seal_signature() -> None:
    data = _entry("DigitalSign.ofd", "Doc_0/Signs/Sign_0/SignedValue.dat")

    for parse in (parse_seal_signature, parse_seal, parse_signed_data):
        with pytest.raises(MalformedStructureError):
            parse(data)


# Signed data -----------------------------------------------------------------------------------


def _byte_range(name: str) -> bytes:
    data = vector(name)
    found = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", data)
    assert found is not None
    first, length, second, rest = map(int, found.groups())
    return data[first : first + length] + data[second : second + rest]


def _dialect_of(data: bytes, document: bytes) -> tuple[SignedDataDialect, SignedData]:
    message = parse_signed_data(data)
    message.verify(document)
    assert message.tolerances == frozenset()
    with pytest.raises(InvalidSignatureError):
        message.verify(document + b"\n")
    return message.signers[0].dialect, message


def test_cfca_messages_are_dialects_c_and_d() -> None:
    document = vector("p7/cfca-sadk-detached-HelloSecretWorld.data")
    attached = vector("p7/cfca-sadk-attached.p7")
    detached = vector("p7/cfca-sadk-detached-HelloSecretWorld.p7")

    dialect, message = _dialect_of(attached, document)
    assert (dialect, message.content) == (SignedDataDialect.ATTACHED, document)
    message.verify()
    assert _dialect_of(detached, document)[0] is SignedDataDialect.DETACHED


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("adobe-pkcs7detached-gbt35275-attrs", SignedDataDialect.ATTRIBUTES),
        ("dj-sm2cms-embedded-digest", SignedDataDialect.EMBEDDED_DIGEST),
    ],
)
def test_signed_data_in_pdfs_verifies(name: str, dialect: SignedDataDialect) -> None:
    document = _byte_range(f"pdf-sealed/{name}.pdf")
    digest = bytes.fromhex(vector(f"pdf-sealed/{name}.sm3").decode().split()[0])

    assert sm3(document) == digest
    assert _dialect_of(vector(f"pdf-sealed/{name}.value.der"), document)[0] is dialect


@pytest.mark.parametrize(
    ("file", "value", "document", "dialect"),
    [
        *(
            (file, f"Doc_0/Signs/Sign_0/{name}", "Doc_0/Signs/Sign_0/Signature.xml", dialect)
            for file, name, dialect in (
                ("signed-p7.ofd", "SignedValue.dat", SignedDataDialect.EMBEDDED_DIGEST),
                ("signed-p7attrs.ofd", "SignedValue.dat", SignedDataDialect.ATTRIBUTES),
            )
        ),
        (
            "hello-integrity.ofd",
            "signedvalue.dat",
            "OFDEntries.xml",
            SignedDataDialect.EMBEDDED_DIGEST,
        ),
    ],
)
def test_signed_data_in_ofds_verifies(
    file: str, value: str, document: str, dialect: SignedDataDialect
) -> None:
    found, message = _dialect_of(_entry(file, value), _entry(file, document))

    assert found is dialect
    assert message.signers[0].is_sm2


def test_a_chain_of_certificates_is_read_and_proves_nothing() -> None:
    message = parse_pem_signed_data(vector("p7/gmssl-sm2-certchain.p7.pem").decode())
    root, middle = message.certificates

    assert message.signers == ()
    middle.verify_signature(root.public_key)
    with pytest.raises(InvalidSignatureError, match="nobody"):
        message.verify(b"")


# Certificates and keys -------------------------------------------------------------------------


def _certificates(name: str) -> tuple[Certificate, ...]:
    return parse_certificate_file(vector(f"x509/{name}"))


@pytest.mark.parametrize(
    ("name", "issuer", "is_ours"),
    [
        ("tongsuo-certs_sm2-root-cert.pem", "tongsuo-certs_sm2-root-cert.pem", True),
        ("tongsuo-certs_sm2-cert.pem", "tongsuo-certs_sm2-root-cert.pem", True),
        ("tongsuo-certs_sm2-noza-root-cert.pem", "tongsuo-certs_sm2-noza-root-cert.pem", False),
        ("tongsuo-certs_sm2-noza-cert.pem", "tongsuo-certs_sm2-noza-root-cert.pem", False),
    ],
)
def test_keys_named_by_the_curve_are_read_and_only_z_verifies(
    name: str,
    issuer: str,
    is_ours: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    (certificate,), (authority,) = _certificates(name), _certificates(issuer)

    assert certificate.tolerances == {Tolerance.SM2_CURVE_AS_KEY_ALGORITHM}
    if is_ours:
        certificate.verify_signature(authority.public_key)
        return
    with pytest.raises(InvalidSignatureError):
        certificate.verify_signature(authority.public_key)


@pytest.mark.parametrize(
    ("name", "is_ours"),
    [("tongsuo-certs_sm2-csr.pem", True), ("tongsuo-certs_sm2-noza-csr.pem", False)],
)
def test_requests_are_read_and_only_z_verifies(
    name: str,
    is_ours: bool,  # noqa: FBT001 - as above
) -> None:
    (data,) = pem_blocks(vector(f"x509/{name}").decode(), "CERTIFICATE REQUEST")
    request = parse_request(data)

    if is_ours:
        request.verify_possession()
        return
    with pytest.raises(InvalidSignatureError):
        request.verify_possession()


def test_every_certificate_of_the_folder_is_read_and_the_expired_are_out_of_date() -> None:
    vector("x509/tjfoc-SM2_CA.cer")
    files = [*VECTORS.glob("x509/*.cer"), *VECTORS.glob("x509/*.crt"), *VECTORS.glob("x509/*cert*")]
    names = sorted({file.name for file in files if "csr" not in file.name})

    assert len(names) > 20
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for name in names:
        for certificate in _certificates(name):
            assert parse_certificate(certificate.encoded) == certificate
            if "expire" in name:
                assert not certificate.is_valid_at(now)


@pytest.mark.parametrize("name", ["noncanon_sm2-begin-sm2-explicit", "valid_sm2-begin-ec-explicit"])
def test_a_key_on_explicit_parameters_is_refused(name: str) -> None:
    text = vector(f"x509/tongsuo-recipes_15-test_ecparam_data_{name}.pem").decode()
    (parameters,) = pem_blocks(text, "EC PARAMETERS", "SM2 PARAMETERS")
    (certificate,) = _certificates("tongsuo-certs_sm2_server_sign.crt")
    algorithm = der.sequence(der.oid("1.2.840.10045.2.1"), parameters)

    with pytest.raises(MalformedStructureError):
        parse_public_key(der.sequence(algorithm, der.bits(certificate.public_key.point)))


def _scalar(name: str) -> bytes:
    """The private number of a key file, PKCS #8 or SEC 1."""
    text = vector(f"keys/{name}").decode()
    body = re.search(r"BEGIN [A-Z0-9 ]*PRIVATE KEY-----([^-]+)", text)
    assert body is not None
    parts = der.children(der.read(base64.b64decode("".join(body[1].split()))))
    if parts[1].tag == der.SEQUENCE:
        parts = der.children(der.read(parts[2].content))
    return parts[1].content


@pytest.mark.parametrize(
    ("key", "certificate"),
    [
        ("tongsuo-certs_sm2_server_sign.key", "tongsuo-certs_sm2_server_sign.crt"),
        ("tongsuo-certs_sm2_server_enc.key", "tongsuo-certs_sm2_server_enc.crt"),
        ("tongsuo-certs_sm2_client_sign.key", "tongsuo-certs_sm2_client_sign.crt"),
        ("tongsuo-certs_sm2_server_sign2.key", "tongsuo-certs_sm2_server_sign2.crt"),
        ("tongsuo-certs_sm2-leaf.key", "tongsuo-certs_sm2-leaf.crt"),
        ("tongsuo-certs_sm2-root.key", "tongsuo-certs_sm2-root-cert.pem"),
        ("tongsuo-certs_sm2.key", "tongsuo-certs_sm2-cert.pem"),
    ],
)
def test_keys_fit_their_certificates_and_sign(key: str, certificate: str) -> None:
    pair = sm2.PrivateKey.of(_scalar(key))
    public = _certificates(certificate)[0].public_key

    assert pair.public == public
    sm2.verify(b"message", sm2.sign(b"message", key=pair), key=public)


@pytest.mark.parametrize("name", ["bad_0", "bad_1", "bad_neg1"])
def test_private_numbers_out_of_range_are_refused(name: str) -> None:
    with pytest.raises(MalformedStructureError):
        sm2.PrivateKey.of(_scalar(f"tongsuo-recipes_91-test_pkey_check_data_sm2_{name}.pem"))


# Hostile files ---------------------------------------------------------------------------------


def test_nothing_of_the_fuzz_folders_is_accepted_and_nothing_breaks() -> None:
    vector("ses/seal4.esl")
    files = sorted((*VECTORS.glob("ses-fuzz/*"), *VECTORS.glob("ofd-fuzz/*")))
    assert len(files) > 60
    for file in files:
        data = file.read_bytes()
        for parse in (parse_seal, parse_seal_signature, parse_signed_data, parse_certificate):
            with pytest.raises(SigningError):
                parse(data)


def test_every_file_of_the_folders_and_every_piece_of_it_raises_our_errors_alone() -> None:
    vector("ses/seal4.esl")
    parsers = (
        *(parse_seal, parse_seal_signature, parse_signed_data),
        *(parse_certificate, parse_request, parse_revocation_list),
    )
    for file in sorted(VECTORS.glob("*/*")):
        data = file.read_bytes()[: 1 << 20]
        for piece in (data, data[:-1], data[4:], data[: len(data) // 2], data + b"\0"):
            for parse in parsers:
                try:
                    parse(piece)
                except SigningError:
                    continue


@pytest.mark.parametrize(
    "name",
    [
        *("ses/SignedValueV4.dat", "ses/SignedValueV5.dat", "ses/UserV5_ts.esl", "ses/seal4d.esl"),
        *("ses/UserV1.esl", "pdf-sealed/gomain-sm2seal-v1.value.der"),
        *("p7/cfca-sadk-attached.p7", "pdf-sealed/adobe-pkcs7detached-gbt35275-attrs.value.der"),
    ],
)
@given(source=st.data())
@settings(max_examples=60, deadline=None)
def test_rearranged_files_raise_our_errors_alone(name: str, source: st.DataObject) -> None:
    changed = source.draw(mutations(vector(name)))
    for parse in (parse_seal, parse_seal_signature, parse_signed_data, parse_certificate):
        try:
            parsed = parse(changed)
        except SigningError:
            continue
        if isinstance(parsed, SignedData):
            _verified(parsed)
        if isinstance(parsed, SealSignature):
            _refused_or_verified(parsed)


def _verified(message: SignedData) -> None:
    for signer in message.signers:
        try:
            signer.verify()
        except SigningError:
            continue
        assert signer.certificate is not None


def _refused_or_verified(parsed: SealSignature) -> None:
    for check in (parsed.verify_signature, parsed.verify_signer, parsed.seal.verify_maker):
        try:
            check()
        except InvalidSignatureError:
            continue
    assert parsed.is_strict in {True, False}
