"""Faces whose /Contents is the seal signature alone (/GM.sm2seal), born sealed like the others."""

import pytest

from signing.errors import InvalidSignatureError, MalformedPdfError
from signing.pdf.assembly import PreparedPdf, SealProfile
from signing.pdf.locating import locate_signatures
from signing.pdf.reading import parse_strict
from signing.pdf.sealing import SealPlacement, prepare
from signing.seal_signatures import parse_seal_signature
from signing.sealed_pdf import contents_room, properties_of
from tests import bare_pages, world


def _prepared(profile: SealProfile) -> PreparedPdf:
    return prepare(
        bare_pages.render(),
        placement=SealPlacement(left_mm=200, top_mm=140, width_mm=42, height_mm=42),
        appearance=bare_pages.APPEARANCE,
        signed_at=world.NOON,
        reason="签发电子证照",
        signer_name="芜湖市市场监督管理局",
        contents_bytes=contents_room(world.region("340200").sealer),
        profile=profile,
    )


def _sealed() -> bytes:
    prepared = _prepared(SealProfile.GM_SEAL)
    properties = properties_of(prepared, signed_at=world.NOON)
    sealer = world.region("340200").sealer
    return prepared.complete(sealer.seal_digest(prepared.digest(), properties))


def test_the_strict_reader_takes_the_seal_signature_and_says_which_profile_it_is() -> None:
    read = parse_strict(_sealed())

    assert read.profile is SealProfile.GM_SEAL
    seal_signature = parse_seal_signature(read.contents)
    seal_signature.verify(read.digest())
    assert seal_signature.document.startswith("/ByteRange [0 ")


def test_a_seal_signature_over_another_file_does_not_verify() -> None:
    other = parse_strict(bare_pages.sealed()).digest()
    with pytest.raises(InvalidSignatureError):
        parse_seal_signature(parse_strict(_sealed()).contents).verify(other)


def test_every_reader_finds_the_names_of_the_profile() -> None:
    (located,) = locate_signatures(_sealed())
    assert (located.filter_name, located.sub_filter) == ("Yinxin.GMPkiLite", "GM.sm2seal")
    assert located.is_whole_file


def test_the_other_profile_is_told_as_such() -> None:
    assert parse_strict(bare_pages.sealed()).profile is SealProfile.CMS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"/Filter/Yinxin.GMPkiLite", b"/Filter/Gomain.GMPkiLite"),
        (b"/Filter/Yinxin.GMPkiLite", b"/Filter/Adobe.PPKLite   "),
        (b"/SubFilter/GM.sm2seal", b"/SubFilter/GM.sm2sea1"),
        (b"/SubFilter/GM.sm2seal", b"/SubFilter/GM.SM2seal"),
    ],
    ids=range(4),
)
def test_any_other_name_is_not_ours(old: bytes, new: bytes) -> None:
    data = _sealed()
    assert old in data
    with pytest.raises(MalformedPdfError):
        parse_strict(data.replace(old, new))


def test_the_two_profiles_cannot_be_taken_for_one_another() -> None:
    digests = {_prepared(profile).digest() for profile in SealProfile}
    assert len(digests) == 2


def test_a_timestamp_gets_room_of_its_own() -> None:
    sealer = world.region("340200").sealer
    assert contents_room(sealer, is_timestamped=True) - contents_room(sealer) == 8192
