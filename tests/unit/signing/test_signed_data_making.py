"""Signed data made in every dialect, under one set of identifiers."""

from pathlib import Path

import pytest

from signing import der
from signing.algorithms import GB_DATA, GB_SIGNED_DATA, SM2_SIGN, SM3, sm3
from signing.certificates import encode_public_key, pem
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signed_data import (
    MAX_SIGNED_DATA_BYTES,
    SignedDataDialect,
    parse_signed_data,
)
from signing.signed_data_making import PreparedSignedData, prepare_signed_data
from signing.signed_messages import Dialect, parse_message, sign_message
from signing.signer import CertifiedSigner
from tests import world
from tests.openssl import USER_ID, openssl
from tests.unit.signing.der_surgery import CODE, part_at

DOCUMENT = b"a document"
each_family = pytest.mark.parametrize("family", Dialect, ids=lambda item: item.name)
each_way = pytest.mark.parametrize(
    ("dialect", "is_attached", "content"),
    [
        (SignedDataDialect.ATTRIBUTES, False, None),
        (SignedDataDialect.ATTRIBUTES, True, DOCUMENT),
        (SignedDataDialect.EMBEDDED_DIGEST, False, sm3(DOCUMENT)),
        (SignedDataDialect.ATTACHED, False, DOCUMENT),
        (SignedDataDialect.DETACHED, False, None),
    ],
)


def _signer() -> CertifiedSigner:
    region = world.region(CODE)
    return CertifiedSigner(
        signer=region.record_signer.signer,
        certificate=region.record_signer.certificate,
        chain=(region.authority.certificate,),
    )


def _prepared(
    dialect: SignedDataDialect,
    *,
    is_attached: bool = False,
    family: Dialect = Dialect.GB_T_35275,
) -> PreparedSignedData:
    has_time = dialect is SignedDataDialect.ATTRIBUTES
    return prepare_signed_data(
        DOCUMENT,
        dialect,
        signer=_signer(),
        signed_at=world.NOON if has_time else None,
        is_attached=is_attached,
        family=family,
    )


def _complete(prepared: PreparedSignedData, **more: bytes) -> bytes:
    return prepared.complete(_signer().sign(prepared.to_be_signed), **more)


@each_way
@each_family
def test_what_is_made_is_read_and_verifies(
    dialect: SignedDataDialect,
    is_attached: bool,  # noqa: FBT001 - a parameter of the test
    content: bytes | None,
    family: Dialect,
) -> None:
    data = _complete(_prepared(dialect, is_attached=is_attached, family=family))
    message = parse_signed_data(data)
    (signer,) = message.signers

    message.verify(DOCUMENT)
    assert (signer.dialect, message.content) == (dialect, content)
    assert message.certificates == (_signer().certificate, *_signer().chain)
    assert signer.certificate == _signer().certificate
    assert signer.signed_at == (world.NOON if dialect is SignedDataDialect.ATTRIBUTES else None)
    assert message.tolerances == frozenset()
    with pytest.raises(InvalidSignatureError):
        message.verify(b"another")


@each_way
def test_openssl_verifies_what_each_dialect_signs(
    dialect: SignedDataDialect,
    is_attached: bool,  # noqa: FBT001 - as above
    content: bytes | None,
    tmp_path: Path,
) -> None:
    prepared = _prepared(dialect, is_attached=is_attached)
    (signer,) = parse_signed_data(_complete(prepared)).signers
    (tmp_path / "key").write_text(pem("PUBLIC KEY", encode_public_key(_signer().signer.public_key)))
    (tmp_path / "value").write_bytes(signer.signature_value)

    told = openssl(
        *("dgst", "-sm3", "-verify", tmp_path / "key", "-sigopt", USER_ID),
        *("-signature", tmp_path / "value"),
        stdin=prepared.to_be_signed,
    )

    assert "Verified OK" in told
    if dialect is not SignedDataDialect.ATTRIBUTES:
        assert prepared.to_be_signed == (DOCUMENT if content is None else content)


def test_openssl_reads_the_cms(tmp_path: Path) -> None:
    prepared = _prepared(SignedDataDialect.ATTRIBUTES, is_attached=True, family=Dialect.CMS)
    (tmp_path / "m").write_bytes(_complete(prepared))

    told = openssl("cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", tmp_path / "m")

    assert "SM2-with-SM3" in told
    assert told.count("d.certificate:") == 2


def test_the_identifiers_are_those_of_the_house() -> None:
    data = _complete(_prepared(SignedDataDialect.ATTACHED))

    assert part_at(data, 0) == der.oid(GB_SIGNED_DATA)
    assert part_at(data, 1, 0, 2, 0) == der.oid(GB_DATA)
    assert part_at(data, 1, 0, 1, 0) == der.sequence(der.oid(SM3))
    assert part_at(data, 1, 0, 4, 0, 3) == der.sequence(der.oid(SM2_SIGN))


@each_family
def test_dialect_a_detached_is_the_message_of_licenses(family: Dialect) -> None:
    data = _complete(_prepared(SignedDataDialect.ATTRIBUTES, family=family))
    licensed = sign_message(family, sm3(DOCUMENT), signer=_signer(), signed_at=world.NOON)

    parse_message(family, data).verify(sm3(DOCUMENT))
    parse_signed_data(licensed).verify(DOCUMENT)


def test_the_same_input_prepares_the_same_bytes() -> None:
    for dialect in SignedDataDialect:
        one, other = _prepared(dialect), _prepared(dialect)
        assert one == other
        assert one.complete(b"value") == other.complete(b"value")


def test_a_timestamp_stands_beside_the_signature() -> None:
    token = der.sequence(der.integer(7))
    for dialect in SignedDataDialect:
        message = parse_signed_data(_complete(_prepared(dialect), timestamp=token))
        message.verify(DOCUMENT)
        assert message.signers[0].timestamp == token


def test_contradicting_choices_are_refused() -> None:
    for dialect in SignedDataDialect:
        has_time = dialect is SignedDataDialect.ATTRIBUTES
        with pytest.raises(MalformedStructureError, match="dialect A alone"):
            prepare_signed_data(
                DOCUMENT, dialect, signer=_signer(), signed_at=None if has_time else world.NOON
            )
        if not has_time:
            with pytest.raises(MalformedStructureError, match="dialect A alone"):
                prepare_signed_data(DOCUMENT, dialect, signer=_signer(), is_attached=True)


def test_a_document_that_could_not_be_read_back_is_refused() -> None:
    with pytest.raises(MalformedStructureError, match="too long"):
        prepare_signed_data(
            bytes(MAX_SIGNED_DATA_BYTES), SignedDataDialect.ATTACHED, signer=_signer()
        )
