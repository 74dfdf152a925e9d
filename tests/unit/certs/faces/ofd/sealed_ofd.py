"""OFD faces with a seal on them, and packages of any content, as their tests need them."""

import atexit
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

from certs.faces.content import FaceContent
from certs.faces.ofd.compiled import CompiledOfdFaces
from certs.faces.ofd.visible_seals import OfdSeal
from certs.faces.pictures import seal_picture
from certs.faces.seal_drawing import draw_round_seal
from signing.ofd.archive import Archive
from signing.ofd.descriptions import Stamp
from signing.ofd.package import DocumentInfo
from signing.ofd.sealing import PreparedOfd, prepare
from signing.ofd.writing import Member, write_zip
from signing.seal_signatures import LocalSealer
from signing.seals import Seal, SealDescription, SealKind, SealPicture, make_seal
from signing.signer import SealProperties
from tests import world
from tests.unit.certs.face_samples import CONTENT, content_with

RARE_NAME = "陈㛃𬍛𬬭"
RARE_CONTENT = replace(
    content_with(
        legal_representative=RARE_NAME, operator='芜湖<b>&"老街口"</b>徽味餐饮（集团）、有限公司'
    ),
    specimen=False,
)
SEAL_BOX = (196.0, 141.0, 42.0, 42.0)


@cache
def ofd_faces() -> CompiledOfdFaces:
    faces = CompiledOfdFaces()
    atexit.register(faces.close)
    return faces


@cache
def png_picture() -> bytes:
    drawing = draw_round_seal("芜湖市市场监督管理局", line="行政审批专用章", code="3402000000001")
    return seal_picture(drawing)


@cache
def seal_with(image: bytes, kind: str) -> Seal:
    """A seal of the region with a picture."""
    region = world.region("340200")
    return make_seal(
        SealDescription(
            kind=SealKind.UNIT,
            code="34020000000001",
            name="芜湖市市场监督管理局行政审批专用章",
            signers=(region.seal_signer.certificate,),
            created_at=world.NOON,
            valid_from=world.NOON - timedelta(days=1),
            valid_to=world.NOON + timedelta(days=1825),
            picture=SealPicture(kind=kind, image=image, width_mm=42, height_mm=42),
        ),
        maker=region.maker,
    )


def prepared(content: FaceContent = CONTENT, image: bytes = b"", kind: str = "PNG") -> PreparedOfd:
    seal = seal_with(image or png_picture(), kind)
    return ofd_faces().prepare(
        content, OfdSeal(seal=seal.encoded, boundary=SEAL_BOX, signed_at=world.NOON)
    )


def sealed(content: FaceContent = CONTENT, image: bytes = b"", kind: str = "PNG") -> bytes:
    """A face with a seal signature that verifies."""
    face = prepared(content, image, kind)
    seal = seal_with(image or png_picture(), kind)
    sealer = LocalSealer(seal, world.region("340200").seal_signer)
    properties = SealProperties(signed_at=world.NOON, document=face.document)
    return face.complete(sealer.seal_digest(face.digest(), properties))


def sealed_page() -> bytes:
    """A small document of one empty page, sealed."""
    files = files_of(page_of(""))
    seal = seal_with(png_picture(), "PNG")
    face = prepare(
        [Member(name, data) for name, data in files.items() if name.startswith("Doc_0/")],
        info=DocumentInfo(identifier="0" * 32),
        seal=seal.encoded,
        stamps=[Stamp(page="1", boundary=(5, 5, 20, 20))],
        signed_at=world.NOON,
    )
    sealer = LocalSealer(seal, world.region("340200").seal_signer)
    properties = SealProperties(signed_at=world.NOON, document=face.document)
    return face.complete(sealer.seal_digest(face.digest(), properties))


@cache
def sample() -> bytes:
    """The sample face, sealed."""
    return sealed()


def files_of(ofd: bytes) -> dict[str, bytes]:
    """The files in a package."""
    archive = Archive(ofd)
    return {name: archive.read(name) for name in archive.entries}


def changed(ofd: bytes, changes: Mapping[str, bytes]) -> bytes:
    """A package with some files exchanged or added."""
    files = files_of(ofd) | dict(changes)
    return write_zip([Member(name, data) for name, data in files.items()])


def page_of(
    objects: str,
    *,
    resources: str = "",
    files: Mapping[str, bytes] | None = None,
    document: str = "",
    size: str = "0 0 50 40",
) -> bytes:
    """A package with one page that has these objects, as XML without a prefix."""
    texts = {
        "OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>",
        "Doc_0/Document.xml": (
            f"<Document><CommonData><PageArea><PhysicalBox>{size}</PhysicalBox></PageArea>"
            "<PublicRes>PublicRes.xml</PublicRes>"
            '<TemplatePage ID="9" BaseLoc="Tpl.xml"/></CommonData>'
            f'<Pages><Page ID="1" BaseLoc="Page.xml"/></Pages>{document}</Document>'
        ),
        "Doc_0/PublicRes.xml": f'<Res BaseLoc="Res">{resources}</Res>',
        "Doc_0/Page.xml": f"<Page><Content><Layer>{objects}</Layer></Content></Page>",
    }
    members = {name: text.encode() for name, text in texts.items()} | dict(files or {})
    return write_zip([Member(name, data) for name, data in members.items()])
