"""Faces by what they print: true ones, and any number that print something else.

Their signature values only look like signatures; what is printed does not depend on them.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from certs.applications import parse_application
from certs.face_contents import face_of
from certs.faces.compiled_documents import build_document
from certs.faces.content import FaceContent
from certs.faces.font_chains import FontChain
from certs.faces.layout import FaceLayout
from certs.identifiers import LicenseIdentifier, SocialCreditCode, serial_of_number
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.records import IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.status_indexes import StatusIndex
from certs.type_folders import shipped_type
from signing import cose
from signing.ofd.descriptions import Stamp
from signing.ofd.reading import StrictOfd
from signing.ofd.reading import parse_strict as parse_strict_ofd
from signing.ofd.sealing import prepare as prepare_ofd
from signing.ofd.writing import Member
from signing.pdf.document import Document
from signing.pdf.objects import Name, PdfObject, Reference, Stream
from signing.pdf.reading import StrictPdf, parse_strict
from signing.pdf.sealing import prepare_document
from signing.seal_signatures import LocalSealer
from signing.signer import CertifiedSigner, SealProperties
from tests import world
from tests.bare_pages import CONTENTS
from tests.unit.certs.faces.ofd import sealed_ofd
from tests.unit.certs.faces.sealed_faces import compiled_faces, sealed, visible_seal
from verify.printed_faces import PrintedFace, printed_ofd, printed_pdf

CODE = "340200"
URL = "http://wuhu.test"
PAGE = "Doc_0/Pages/Page_0/Content.xml"


@cache
def record(number: int = 0) -> LicenseRecord:
    """What a license says; each number has another one."""
    license_type = shipped_type("food_business")
    row = food_business_rows(RegionCode(CODE), number + 1, seed=1)[number]
    application = parse_application(license_type, row)
    name, code = world.ISSUERS[CODE]
    issued_on, valid_to = application.issued_on, application.valid_to
    return LicenseRecord(
        identifier=LicenseIdentifier(
            type_code=license_type.code,
            issuer_code=SocialCreditCode(code),
            serial=serial_of_number(application.number),
            version=1,
        ),
        type_name=license_type.name,
        number=application.number,
        authority=IssuingAuthority(code=SocialCreditCode(code), name=name, region=RegionCode(CODE)),
        holder=application.holder,
        holder_name=application.holder_name,
        issued_on=issued_on,
        valid_from=application.valid_from,
        valid_to=valid_to,
        fields=application.fields,
        status_uri=f"{URL}/api/v1/status-lists/0",
        status_index=StatusIndex(list_number=0, index=7 + number),
        salt=b"s" * 16,
    )


def code_text(said: LicenseRecord, *, signer: CertifiedSigner | None = None) -> str:
    """What the code of a license says."""
    signer = signer or world.region(CODE).record_signer
    code = cose.sign_claims(claims_of(said), signer=signer, domain=DOMAIN)
    return to_address(code, public_url=URL)


def content_of(said: LicenseRecord | None = None, **changes: object) -> FaceContent:
    """The face of a license; ``changes`` are made after it was derived from the record."""
    said = said or record()
    content = face_of(
        said,
        license_type=shipped_type("food_business"),
        signature=b"signature",
        qr_text=code_text(said),
        created_at=world.NOON,
        specimen=True,
    )
    return replace(content, **changes)  # type: ignore[arg-type]


def printing(**values: str) -> FaceContent:
    """The face of the sample that prints other values in some places."""
    content = content_of()
    assert values.keys() <= content.values.keys()
    return replace(content, values={**content.values, **values})


def pdf_of(content: FaceContent) -> PrintedFace:
    """What the PDF face prints."""
    return printed_pdf(parse_strict(sealed(content)))


def ofd_of(content: FaceContent) -> PrintedFace:
    """What the OFD face prints."""
    return printed_ofd(parse_strict_ofd(sealed_ofd.sealed(content)))


def laid_out(content: FaceContent, change: Callable[[FaceLayout], FaceLayout]) -> StrictPdf:
    """A sealed PDF face whose layout somebody changed."""
    faces = compiled_faces()
    layout = change(faces.layout(content))
    return _sealed(build_document(content, layout, faces.template(content), FontChain()))


def without_marks(layout: FaceLayout) -> FaceLayout:
    """A layout as it was before pieces of a face had names."""
    code = layout.code
    return replace(
        layout,
        texts=tuple(replace(text, mark="") for text in layout.texts),
        code=replace(code, is_marked=False) if code is not None else None,
    )


def bare(content: FaceContent | None = None) -> Document:
    """The bare page of a PDF face."""
    content = content or content_of()
    faces = compiled_faces()
    return build_document(content, faces.layout(content), faces.template(content), FontChain())


def operated(change: Callable[[bytes], bytes], content: FaceContent | None = None) -> StrictPdf:
    """A sealed PDF face whose operators somebody changed, in the strict form nevertheless."""
    document = bare(content)
    number, operators = operators_of(document)
    changed = change(operators)
    assert changed != operators
    return exchanged(document, number, stored(changed))


def operators_of(document: Document) -> tuple[int, bytes]:
    """The number of the page's content among the objects, and the operators."""
    contents = document.dictionary(Reference(page_number(document)))["Contents"]
    assert isinstance(contents, Reference)
    return contents.number, zlib.decompress(document.stream(contents).data)


def stored(data: bytes, **entries: PdfObject) -> Stream:
    """A stream without a filter."""
    return Stream(entries={"Length": len(data), **entries}, data=data)


def exchanged(document: Document, number: int, value: PdfObject) -> StrictPdf:
    """The sealed file of a bare page with one object exchanged."""
    objects = list(document.objects)
    objects[number - 1] = value
    return _sealed(replace(document, objects=tuple(objects)))


def page_number(document: Document) -> int:
    """The number of the page among the objects."""
    return next(
        number
        for number, value in enumerate(document.objects, start=1)
        if isinstance(value, dict) and value.get("Type") == Name("Page")
    )


def _sealed(document: Document) -> StrictPdf:
    return parse_strict(prepare_document(document, visible_seal()).complete(CONTENTS))


def ofd_with(
    change: Callable[[str], str], content: FaceContent | None = None, *, name: str = PAGE
) -> StrictOfd:
    """A sealed OFD face, one of whose files somebody changed, in the strict form nevertheless."""
    document = sealed_ofd.ofd_faces().document(content or content_of())
    members = tuple(
        Member(member.name, _changed(member, change)) if member.name == name else member
        for member in document.members
    )
    seal = sealed_ofd.seal_with(sealed_ofd.png_picture(), "PNG")
    face = prepare_ofd(
        members,
        info=document.info,
        seal=seal.encoded,
        stamps=(Stamp(page=document.page, boundary=sealed_ofd.SEAL_BOX),),
        signed_at=world.NOON,
    )
    properties = SealProperties(signed_at=world.NOON, document=face.document)
    sealer = LocalSealer(seal, world.region(CODE).seal_signer)
    return parse_strict_ofd(face.complete(sealer.seal_digest(face.digest(), properties)))


def ofd_without_names(content: FaceContent | None = None) -> StrictOfd:
    """An OFD face as it was before its objects had names."""
    return ofd_with(lambda page: re.sub(r' Name="\w+"', "", page), content)


def _changed(member: Member, change: Callable[[str], str]) -> bytes:
    text = member.data.decode()
    changed = change(text)
    assert changed != text
    return changed.encode()
