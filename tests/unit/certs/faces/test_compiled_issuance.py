"""Licenses issued with faces from compiled templates, sealed with real keys."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from certs.face_contents import RECORD_NAME, SIGNATURE_NAME
from certs.faces.pages import page_png, page_qr, page_text
from certs.faces.renderer import TypstRenderer
from certs.issuance import issue
from certs.issuing_desk import IssuingDesk
from certs.licenses import License
from certs.ports import FaceWriter, UnitOfWork
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.pdf.assembly import SealProfile
from signing.pdf.reading import parse_strict
from signing.reference.validation import validate
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from tests import desks, world
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase
from tests.unit.certs.face_samples import gray_picture
from tests.unit.certs.faces.sealed_faces import compiled_faces, typst_renderer

OBJECTS = MemoryObjects()


def _desk(unit_of_work: Callable[[], UnitOfWork], faces: FaceWriter) -> IssuingDesk:
    desk = desks.desk(unit_of_work, OBJECTS)
    chain = (world.region("340200").authority.certificate,)
    return replace(desk, renderer=faces, seal_signer=replace(desk.seal_signer, chain=chain))


@cache
def _issued() -> License:
    """One license with a face of the compiled kind."""
    desk = _desk(MemoryDatabase().unit_of_work, compiled_faces())
    (outcome,) = issue(desks.requests(1), desk=desk)
    assert outcome.license is not None
    return outcome.license


def _face() -> bytes:
    return OBJECTS.get(_issued().files.pdf)


def test_face_carries_and_shows_the_license() -> None:
    face = parse_strict(_face())

    assert face.attachments == {
        RECORD_NAME: OBJECTS.get(_issued().files.record),
        SIGNATURE_NAME: OBJECTS.get(_issued().files.signature),
    }
    text = "".join(page_text(_face()).split())
    assert _issued().identifier in text
    assert _issued().number in text
    assert page_qr(_face())[0].startswith("HTTP://127.0.0.1:8000/V#")
    assert len(_face()) <= 170_000


def test_both_signatures_verify() -> None:
    face = parse_strict(_face())
    message = parse_message(Dialect.CMS, face.contents)

    message.verify(face.digest())
    parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE]).verify(face.digest())


def test_pyhanko_finds_the_seal_sound() -> None:
    anchor = world.root().certificate.encoded
    verdict = validate(_face(), anchors=(anchor,), at=world.NOON)

    assert verdict.is_sound
    assert verdict.covers_entire_file


def test_both_writers_look_the_same() -> None:
    """The reference draws the same page: hardly a pixel is another."""
    desk = _desk(MemoryDatabase().unit_of_work, typst_renderer())
    (outcome,) = issue(desks.requests(1), desk=desk)
    assert outcome.license is not None
    theirs = gray_picture(page_png(OBJECTS.get(outcome.license.files.pdf), dpi=72))
    ours = gray_picture(page_png(_face(), dpi=72))
    # The codes are of two licenses and differ, and so do the random serials.
    pairs = [
        (one, other)
        for index, (one, other) in enumerate(zip(ours.tobytes(), theirs.tobytes(), strict=True))
        if index // ours.width < 150 * 72 / 25.4
    ]

    assert ours.size == theirs.size
    assert sum(abs(one - other) > 40 for one, other in pairs) < len(pairs) / 2000


@pytest.mark.parametrize("profile", list(SealProfile))
def test_typst_serves_as_well(profile: SealProfile) -> None:
    desk = _desk(MemoryDatabase().unit_of_work, typst_renderer())
    (outcome,) = issue(desks.requests(1), desk=replace(desk, profile=profile))

    assert outcome.license is not None
    assert parse_strict(OBJECTS.get(outcome.license.files.pdf)).profile is profile
    with TypstRenderer() as renderer:
        assert renderer.missing_characters("甲\u202e") == "\u202e"
