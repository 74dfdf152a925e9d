"""pyHanko reads what we seal, and sees what we see."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import pytest

from signing import sealed_pdf
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE, sm3
from signing.errors import MalformedPdfError, MalformedStructureError
from signing.pdf.reading import parse_strict
from signing.reference.validation import validate
from signing.reference.verdicts import ReferenceVerdict
from signing.roles import Role
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from tests import bare_pages, world
from tests.foreign_timestamps import authority


@cache
def _sealed() -> bytes:
    region = world.region("340200")
    prepared = bare_pages.prepared(room=sealed_pdf.contents_room(region.sealer))
    signer = replace(region.seal_signer, chain=(region.authority.certificate,))
    properties = sealed_pdf.properties_of(prepared, signed_at=world.NOON)
    message = sealed_pdf.document_message(
        prepared,
        seal_signature=region.sealer.seal_digest(prepared.digest(), properties),
        signer=signer,
        properties=properties,
    )
    return prepared.complete(message.complete(signer.sign(message.to_be_signed)))


def _validate(
    pdf: bytes, *, at: datetime = world.NOON, revocation_lists: tuple[bytes, ...] = ()
) -> ReferenceVerdict:
    anchor = world.root().certificate.encoded
    return validate(pdf, anchors=(anchor,), at=at, revocation_lists=revocation_lists)


def test_pyhanko_finds_our_seal_sound() -> None:
    verdict = _validate(_sealed())
    assert verdict.is_sound
    assert verdict.signer == "芜湖市市场监督管理局电子印章"


def test_strict_reader_agrees() -> None:
    read = parse_strict(_sealed())
    message = parse_message(Dialect.CMS, read.contents)
    message.verify(read.digest())
    parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE]).verify(read.digest())


def test_pyhanko_finds_a_face_without_a_seal_signature_sound() -> None:
    """The reference of benchmarks: CMS alone, as other systems write it."""
    region = world.region("340200")
    signer = replace(region.seal_signer, chain=(region.authority.certificate,))
    prepared = bare_pages.prepared(room=6144)
    message = sealed_pdf.document_message(
        prepared,
        seal_signature=b"",
        signer=signer,
        properties=sealed_pdf.properties_of(prepared, signed_at=world.NOON),
    )
    data = prepared.complete(message.complete(signer.sign(message.to_be_signed)))
    assert _validate(data).is_sound
    assert (
        SEAL_SIGNATURE_ATTRIBUTE
        not in parse_message(Dialect.CMS, parse_strict(data).contents).attributes
    )


def test_pyhanko_finds_a_timestamped_face_sound_and_reads_its_time() -> None:
    region = world.region("340200")
    room = sealed_pdf.contents_room(region.sealer, is_timestamped=True)
    prepared = bare_pages.prepared(room=room)
    signer = replace(region.seal_signer, chain=(region.authority.certificate,))
    properties = sealed_pdf.properties_of(prepared, signed_at=world.NOON)
    message = sealed_pdf.document_message(
        prepared,
        seal_signature=region.sealer.seal_digest(prepared.digest(), properties),
        signer=signer,
        properties=properties,
    )
    value = signer.sign(message.to_be_signed)
    data = prepared.complete(message.complete(value, authority().stamp(sm3(value))))
    verdict = _validate(data)
    assert verdict.is_sound
    assert verdict.timestamped_at == world.NOON


def test_pyhanko_refuses_a_timestamp_over_something_else() -> None:
    region = world.region("340200")
    prepared = bare_pages.prepared(room=12_000)
    message = sealed_pdf.document_message(
        prepared,
        seal_signature=b"",
        signer=region.seal_signer,
        properties=sealed_pdf.properties_of(prepared, signed_at=world.NOON),
    )
    value = region.seal_signer.sign(message.to_be_signed)
    data = prepared.complete(message.complete(value, authority().stamp(sm3(b"other"))))
    assert not _validate(data).is_sound


def test_pyhanko_trusts_nothing_without_our_anchor() -> None:
    foreign = world.certified(world.root(), Role.SERVICE).certificate.encoded
    for anchors in ((), (foreign,)):
        verdict = validate(_sealed(), anchors=anchors, at=world.NOON)
        assert (verdict.intact, verdict.valid, verdict.trusted) == (True, True, False)
        assert not verdict.is_sound


def test_pyhanko_refuses_a_path_out_of_date() -> None:
    verdict = _validate(_sealed(), at=world.NOON + timedelta(days=9999))
    assert (verdict.intact, verdict.trusted) == (True, False)


def test_pyhanko_refuses_a_revoked_sealer() -> None:
    region = world.region("340200")
    revoked = region.authority.revocation_list(
        {region.seal_signer.certificate.serial: world.NOON - timedelta(hours=2)},
        number=1,
        this_update=world.NOON - timedelta(hours=1),
        next_update=world.NOON + timedelta(days=1),
    )
    verdict = _validate(_sealed(), revocation_lists=(revoked.encoded,))
    assert (verdict.intact, verdict.trusted) == (True, False)


def test_pyhanko_trusts_a_sealer_that_the_list_does_not_name() -> None:
    region = world.region("340200")
    listed = region.authority.revocation_list(
        {7: world.NOON - timedelta(hours=2)},
        number=1,
        this_update=world.NOON - timedelta(hours=1),
        next_update=world.NOON + timedelta(days=1),
    )
    assert _validate(_sealed(), revocation_lists=(listed.encoded,)).is_sound


def test_pyhanko_sees_a_changed_page() -> None:
    data = _sealed()
    at = data.index(b"<rdf:RDF")
    verdict = _validate(data[:at] + b"<rdf:rdf" + data[at + 8 :])
    assert not verdict.intact


def test_pyhanko_sees_a_changed_signature() -> None:
    data = _sealed()
    contents = parse_strict(data).contents
    changed = contents[:-1] + bytes((contents[-1] ^ 1,))
    hexadecimal = contents.hex().upper().encode()
    verdict = _validate(data.replace(hexadecimal, changed.hex().upper().encode()))
    assert (verdict.intact, verdict.valid) == (True, False) or not verdict.intact


def test_bytes_after_the_end_are_not_covered() -> None:
    assert not _validate(_sealed() + b"\n%junk\n").covers_entire_file


def test_file_without_a_signature_is_no_verdict() -> None:
    with pytest.raises(MalformedPdfError, match="0 signatures"):
        _validate(bare_pages.render())


def test_anchor_that_is_no_certificate_is_refused() -> None:
    with pytest.raises(MalformedStructureError):
        validate(_sealed(), anchors=(b"0\x00",), at=world.NOON)


def test_file_larger_than_100_mb_is_refused() -> None:
    with pytest.raises(MalformedPdfError) as caught:
        _validate(bytes(100 * 1024 * 1024 + 1))
    assert caught.value.rule == "too-large"


def test_damaged_files_are_never_sound_and_only_raise_our_error() -> None:
    data = _sealed()
    chosen = random.Random(35275)  # noqa: S311 - a fixed sample
    for _ in range(60):
        offset = chosen.randrange(len(data))
        changed = data[:offset] + bytes((data[offset] ^ 0x55,)) + data[offset + 1 :]
        try:
            assert not _validate(changed).is_sound or _is_padding(offset), offset
        except MalformedPdfError:
            continue


def _is_padding(offset: int) -> bool:
    """Whether pyHanko does not look there: zeros after the value."""
    _, start, second, _ = parse_strict(_sealed()).byte_range
    return start + 2 * len(parse_strict(_sealed()).contents) < offset < second
