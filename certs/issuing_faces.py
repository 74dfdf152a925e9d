"""The faces of a license on its way: prepared, noted in its intent, sealed, completed.

Each license has a PDF face and, where the desk writes them, an OFD face. Both are fixed but
for their signature values before the seal is used, and come out the same after a crash.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from certs import printed_codes
from certs.drafts import Draft
from certs.face_contents import face_of
from certs.faces.content import FaceContent
from certs.faces.ofd.visible_seals import OfdSeal
from certs.intents import Intent
from certs.issuing_desk import IssuingDesk
from certs.licenses import LicenseFiles
from signing import cose, sealed_ofd, sealed_pdf
from signing.algorithms import sm3
from signing.ofd.sealing import PreparedOfd
from signing.pdf.assembly import PreparedPdf, SealProfile
from signing.pdf.sealing import SealPlacement, VisibleSeal
from signing.signed_messages import PreparedMessage
from signing.signer import SealProperties


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedFaces:
    """The faces of one license but for their signature values; ``ofd`` if there is one."""

    pdf: PreparedPdf
    ofd: PreparedOfd | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedFiles:
    """The files of one license.

    Attributes:
        files: Which is which.
        contents: Each under its name, the SM3 digest in hexadecimal.
    """

    files: LicenseFiles
    contents: Mapping[str, bytes]


def prepare_faces(draft: Draft, desk: IssuingDesk) -> PreparedFaces:
    """Return the faces of a signed draft; the same draft gives the same bytes.

    Raises:
        FaceError: They cannot be drawn.
    """
    item, record = draft.intent, draft.record
    content = _content(draft, desk)
    box = desk.type_of(record).style.seal_box
    left_mm, top_mm = box.center_x_mm - box.width_mm / 2, box.center_y_mm - box.height_mm / 2
    seal = VisibleSeal(
        placement=SealPlacement(
            left_mm=left_mm, top_mm=top_mm, width_mm=box.width_mm, height_mm=box.height_mm
        ),
        appearance=desk.appearance,
        signed_at=item.started_at,
        reason=f"签发{record.type_name}",
        signer_name=desk.authority.name,
        contents_bytes=sealed_pdf.contents_room(
            desk.sealer, is_timestamped=desk.timestamps is not None
        ),
        profile=desk.profile,
    )
    pdf = desk.renderer.prepare(content, seal)
    if desk.ofd is None or _is_pdf_alone(item):
        return PreparedFaces(pdf=pdf, ofd=None)
    boundary = (left_mm, top_mm, box.width_mm, box.height_mm)
    ofd_seal = OfdSeal(seal=desk.sealer.seal, boundary=boundary, signed_at=item.started_at)
    return PreparedFaces(pdf=pdf, ofd=desk.ofd.prepare(content, ofd_seal))


def rendered(item: Intent, faces: PreparedFaces, desk: IssuingDesk) -> Intent:
    """Return an intent with what the seal will be over in each face (intent B)."""
    pdf, ofd = faces.pdf, faces.ofd
    return item.rendered(
        document_digest=pdf.digest(),
        seal_to_be_signed=sealed_pdf.seal_digest_to_be_signed(
            pdf, sealer=desk.sealer, properties=_pdf_properties(item, pdf)
        ),
        ofd_digest=ofd.digest() if ofd else b"",
        ofd_to_be_signed=sealed_ofd.seal_digest_to_be_signed(
            ofd, sealer=desk.sealer, properties=_ofd_properties(item, ofd)
        )
        if ofd
        else b"",
    )


def are_same_faces(before: Intent, now: Intent) -> bool:
    """Whether what was recorded is what comes out now."""
    return _faces_of(before) == _faces_of(now)


def sealed(item: Intent, faces: PreparedFaces, desk: IssuingDesk) -> Intent:
    """Use the seal on each face, and return the intent with its signatures."""
    pdf, ofd = faces.pdf, faces.ofd
    seal_signature = desk.sealer.seal_digest(pdf.digest(), _pdf_properties(item, pdf))
    ofd_seal_signature = (
        desk.sealer.seal_digest(ofd.digest(), _ofd_properties(item, ofd)) if ofd else b""
    )
    document_to_be_signed = b""
    if desk.profile is not SealProfile.GM_SEAL:
        message = _document_message(item, pdf, seal_signature, desk)
        document_to_be_signed = sm3(message.to_be_signed)
    return item.sealed(
        seal_signature=seal_signature,
        document_to_be_signed=document_to_be_signed,
        ofd_seal_signature=ofd_seal_signature,
    )


def completed(draft: Draft, faces: PreparedFaces, desk: IssuingDesk) -> CompletedFiles:
    """Return all files of a sealed draft."""
    item, signature = draft.intent, draft.signature_file
    pdf = faces.pdf.complete(_contents(item, faces.pdf, desk))
    files = LicenseFiles(
        record=sm3(item.record).hex(),
        signature=sm3(signature).hex(),
        pdf=faces.pdf.file_digest(pdf).hex(),
    )
    contents = {files.record: item.record, files.signature: signature, files.pdf: pdf}
    if faces.ofd is not None:
        ofd = faces.ofd.complete(item.ofd_seal_signature)
        files = replace(files, ofd=sm3(ofd).hex())
        contents[files.ofd] = ofd
    return CompletedFiles(files=files, contents=contents)


def _content(draft: Draft, desk: IssuingDesk) -> FaceContent:
    code = cose.assemble(
        printed_codes.claims_of(draft.record),
        certificate=desk.record_signer.certificate,
        signature=draft.intent.code_signature,
    )
    return face_of(
        draft.record,
        license_type=desk.type_of(draft.record),
        signature=draft.signature_file,
        qr_text=printed_codes.to_address(code, public_url=desk.public_url),
        created_at=draft.intent.started_at,
        specimen=desk.specimen,
    )


def _is_pdf_alone(item: Intent) -> bool:
    """Whether it went on record that there is no OFD face, before the desk wrote any."""
    return bool(item.document_digest) and not item.ofd_digest


def _pdf_properties(item: Intent, pdf: PreparedPdf) -> SealProperties:
    return sealed_pdf.properties_of(pdf, signed_at=item.started_at)


def _ofd_properties(item: Intent, ofd: PreparedOfd) -> SealProperties:
    return sealed_ofd.properties_of(ofd, signed_at=item.started_at)


def _faces_of(item: Intent) -> tuple[bytes, ...]:
    return (
        item.document_digest,
        item.seal_to_be_signed,
        item.ofd_digest,
        item.ofd_to_be_signed,
    )


def _document_message(
    item: Intent, pdf: PreparedPdf, seal_signature: bytes, desk: IssuingDesk
) -> PreparedMessage:
    return sealed_pdf.document_message(
        pdf,
        seal_signature=seal_signature,
        signer=desk.seal_signer,
        properties=_pdf_properties(item, pdf),
    )


def _contents(item: Intent, pdf: PreparedPdf, desk: IssuingDesk) -> bytes:
    """Return the signature value of a PDF; after a crash another timestamp is as good."""
    if desk.profile is SealProfile.GM_SEAL:
        return item.seal_signature
    message = _document_message(item, pdf, item.seal_signature, desk)
    signature = desk.seal_signer.sign(message.to_be_signed)
    source = desk.timestamps
    timestamp = sealed_pdf.face_timestamp(signature, source) if source is not None else b""
    return message.complete(signature, timestamp)
