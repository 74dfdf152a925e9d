"""A seal on any PDF (盖章): at a place, across the edges of all pages (骑缝章), in a kept field.

``prepare_stamp`` adds one revision whose signature value is open, so that what will be signed
can be put on record first; ``PreparedPdf.complete`` closes it. The first seal of a file
certifies it: nothing may change any more, or only the fields kept for further seals may be
filled. Source: ISO 32000-1:2008, 12.7.4.5 (signature fields), 12.8.2 (DocMDP, FieldMDP).
"""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pyhanko.pdf_utils.form_tools import get_single_field_annot
from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    pdf_name,
    pdf_string,
)
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from signing.errors import MalformedPdfError
from signing.pdf.assembly import PreparedPdf, SealProfile
from signing.pdf.openings import Opening
from signing.pdf.rules import PdfRule
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.reference.appearances import Imprint, blank
from signing.reference.documents import OpenDocument, Revision, open_document
from signing.reference.hooks import DIGEST, reading
from signing.reference.objects import to_dictionary
from signing.reference.pages import sheet, sheet_of
from signing.reference.riding import add_strip, draw_strip, strips_of

MAX_KEPT_FIELDS: Final = 16
_NOTHING_KNOWN: Final = Opening(data=b"", offsets={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What is to be put on a file.

    Attributes:
        appearance: What the seal looks like.
        place: Where it stands. None for the next field kept by an earlier seal, or for a seal
            across the edges alone.
        is_riding: Strips of the seal stand across the right edges of all pages (骑缝章).
        kept_fields: Places kept for further seals.
        signed_at: The time in ``/M``, whole seconds.
        reason: ``/Reason``.
        signer_name: ``/Name``, the owner of the seal.
        contents_bytes: Room for the signature value.
        profile: Whether the value is CMS or the seal signature alone.
    """

    appearance: SealAppearance
    place: SealPlacement | None = None
    is_riding: bool = False
    kept_fields: tuple[SealPlacement, ...] = ()
    signed_at: datetime
    reason: str
    signer_name: str
    contents_bytes: int
    profile: SealProfile = SealProfile.CMS


def prepare_stamp(pdf: bytes, stamp: Stamp) -> PreparedPdf:
    """Add a seal to any PDF as one revision whose signature value is open.

    Args:
        pdf: Any PDF up to 100 MB, sealed already or not.
        stamp: What is put on it.

    Raises:
        MalformedPdfError: The file is encrypted, an XFA form, unreadable or too large; an
            earlier seal forbids it (``locked``); or a place does not lie on a page.
    """
    document = open_document(pdf)
    with reading():
        _check(document, stamp)
        imprint = Imprint.add(document.revision, stamp.appearance, has_ink=not document.is_old_pdfa)
        name, spec = _field(document, stamp)
        others = tuple(free for free in document.free_fields if free != name)
        steps = PdfCMSEmbedder(new_field_spec=spec).write_cms(
            name, document.revision, existing_fields_only=spec is None
        )
        _show(document, next(steps).get_object(), imprint, stamp)
        kept = (*others, *(_keep(document, place) for place in stamp.kept_fields))
        steps.send(SigObjSetup(sig_placeholder=_value(stamp), mdp_setup=_rules(document, kept)))
        ready, output = steps.send(SigIOSetup(md_algorithm=DIGEST, output=io.BytesIO()))
        written = output.getvalue()
    return PreparedPdf(
        head=written[: ready.reserved_region_start],
        tail=written[ready.reserved_region_end :],
        contents_bytes=stamp.contents_bytes,
        opening=_NOTHING_KNOWN,
    )


def _check(document: OpenDocument, stamp: Stamp) -> None:
    if document.is_sealed and (stamp.is_riding or stamp.kept_fields):
        raise MalformedPdfError(
            PdfRule.LOCKED, "only the first seal can go across edges or keep fields for others"
        )
    if len(stamp.kept_fields) > MAX_KEPT_FIELDS:
        raise MalformedPdfError(PdfRule.TOO_MANY_SIGNATURES, f"more than {MAX_KEPT_FIELDS} fields")
    if document.is_certified and not document.free_fields:
        raise MalformedPdfError(PdfRule.LOCKED, "the earlier seal has kept no field for this one")
    if document.is_certified and stamp.place is not None:
        raise MalformedPdfError(PdfRule.LOCKED, "a further seal stands in the field kept for it")
    if stamp.place is None and not stamp.is_riding and not document.free_fields:
        raise MalformedPdfError(PdfRule.PLACEMENT, "the seal needs a place")


def _keep(document: OpenDocument, place: SealPlacement) -> str:
    """Add an empty field and return its name."""
    revision = document.revision
    spec = _new_field(document, place)
    append_signature_field(revision, spec)
    field = next(enumerate_sig_fields(revision, with_name=spec.sig_field_name))[2].get_object()
    form = blank(revision, (place.width_mm, place.height_mm))
    field[pdf_name("/AP")] = to_dictionary({"N": form})
    return spec.sig_field_name


def _field(document: OpenDocument, stamp: Stamp) -> tuple[str, SigFieldSpec | None]:
    """Return the name of the field to fill, and what it is like if it is new."""
    place = stamp.place
    if place is None and stamp.is_riding:
        place = strips_of(document.revision, stamp.appearance)[0].place
    if place is None:
        return document.free_fields[0], None
    spec = _new_field(document, place)
    return spec.sig_field_name, spec


def _new_field(document: OpenDocument, place: SealPlacement) -> SigFieldSpec:
    box = sheet(document.revision, place.page).rectangle(place)
    return SigFieldSpec(
        document.unused_name(),
        on_page=place.page - 1,
        box=box,  # type: ignore[arg-type]  # annotated as integers, written as any number
    )


def _show(document: OpenDocument, field: DictionaryObject, imprint: Imprint, stamp: Stamp) -> None:
    """Draw the seal in its field and, if it rides, its strips on all pages."""
    revision = document.revision
    annotation = get_single_field_annot(field)
    strips = strips_of(revision, stamp.appearance) if stamp.is_riding else ()
    if stamp.place is None and strips:
        form = draw_strip(revision, imprint, strips[0])
        strips = strips[1:]
    else:
        form = imprint.fitted(revision, *_room(revision, annotation, stamp.place))
    annotation[pdf_name("/AP")] = to_dictionary({"N": form})
    revision.update_container(annotation)
    for strip in strips:
        add_strip(revision, imprint, strip)


def _room(
    revision: Revision, annotation: DictionaryObject, place: SealPlacement | None
) -> tuple[tuple[float, float], int]:
    """Return width and height of a field as seen, in mm, and how its page is turned."""
    if place is not None:
        return (place.width_mm, place.height_mm), sheet(revision, place.page).rotation
    page = sheet_of(revision, annotation)
    left, bottom, right, top = (float(number) for number in annotation["/Rect"])
    size = (abs(right - left) / page.scale, abs(top - bottom) / page.scale)
    if min(size) <= 0:
        raise MalformedPdfError(PdfRule.PLACEMENT, "the field has no size")
    return (size[1], size[0]) if page.rotation % 180 else size, page.rotation


def _value(stamp: Stamp) -> PdfSignedData:
    """Return the signature dictionary with its value open."""
    value = PdfSignedData(
        pdf_name("/Sig"), timestamp=stamp.signed_at, bytes_reserved=2 * stamp.contents_bytes
    )
    value[pdf_name("/Filter")] = pdf_name(f"/{stamp.profile.filter_name}")
    value[pdf_name("/SubFilter")] = pdf_name(f"/{stamp.profile.sub_filter}")
    value[pdf_name("/Name")] = pdf_string(stamp.signer_name)
    value[pdf_name("/Reason")] = pdf_string(stamp.reason)
    return value


def _rules(document: OpenDocument, kept: tuple[str, ...]) -> SigMDPSetup | None:
    """Return what may be changed after this seal; only the first seal of a file says so."""
    if document.is_sealed:
        return None
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, list(kept)) if kept else None
    permitted = MDPPerm.FILL_FORMS if kept else MDPPerm.NO_CHANGES
    return SigMDPSetup(md_algorithm=DIGEST, certify=True, field_lock=lock, docmdp_perms=permitted)
