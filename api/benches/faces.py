"""Sealed faces: compiled PDF and OFD, beside typst with pyHanko and the same signatures."""

from dataclasses import replace
from typing import Final

from api.benches.measuring import Measurement, rates
from api.benches.offices import Office, open_office
from certs.faces.compiled import CompiledFaces
from certs.faces.ofd.compiled import CompiledOfdFaces
from certs.faces.ofd.visible_seals import OfdSeal
from certs.faces.renderer import TypstRenderer
from signing import sealed_ofd, sealed_pdf
from signing.reference.sealing_alone import seal_alone

_POINTS_PER_MM: Final = 72 / 25.4
_PAGE_MM: Final = 210


def bench_pdf() -> list[Measurement]:
    """A sealed PDF with everything signed, from a compiled template."""
    with open_office() as office, CompiledFaces() as compiled, TypstRenderer() as typst:
        rate, reference = rates(
            (lambda: seal_pdf(office, compiled), 40), (lambda: _reference(office, typst), 4)
        )
    return [
        Measurement(
            name="sealed PDF",
            per_second=rate,
            reference="typst and pyHanko",
            reference_per_second=reference,
            at_least=10,
        )
    ]


def bench_ofd() -> list[Measurement]:
    """A sealed OFD from the same data."""
    with open_office() as office, CompiledFaces() as compiled, CompiledOfdFaces() as ofd:
        rate, reference = rates(
            (lambda: seal_ofd(office, ofd), 20), (lambda: seal_pdf(office, compiled), 40)
        )
    return [
        Measurement(
            name="sealed OFD",
            per_second=rate,
            reference="sealed PDF",
            reference_per_second=reference,
            at_least=0.25,
        )
    ]


def seal_pdf(office: Office, compiled: CompiledFaces, *, has_seal: bool = True) -> bytes:
    """Return a new face, sealed; ``has_seal`` says whether its CMS carries a seal signature."""
    content = office.next_content()
    desk, visible = office.desk, office.visible_seal(content)
    if not has_seal:
        visible = replace(visible, contents_bytes=visible.contents_bytes - len(desk.sealer.seal))
    prepared = compiled.prepare(content, visible)
    properties = sealed_pdf.properties_of(prepared, signed_at=content.created_at)
    seal_signature = b""
    if has_seal:
        seal_signature = desk.sealer.seal_digest(prepared.digest(), properties)
    message = sealed_pdf.document_message(
        prepared, seal_signature=seal_signature, signer=desk.seal_signer, properties=properties
    )
    return prepared.complete(message.complete(desk.seal_signer.sign(message.to_be_signed)))


def seal_ofd(office: Office, faces: CompiledOfdFaces) -> bytes:
    """Return a new OFD face, sealed."""
    content, place, desk = office.next_content(), office.placement, office.desk
    prepared = faces.prepare(
        content,
        OfdSeal(
            seal=desk.sealer.seal,
            boundary=(place.left_mm, place.top_mm, place.width_mm, place.height_mm),
            signed_at=content.created_at,
        ),
    )
    properties = sealed_ofd.properties_of(prepared, signed_at=content.created_at)
    return prepared.complete(desk.sealer.seal_digest(prepared.digest(), properties))


def _reference(office: Office, typst: TypstRenderer) -> bytes:
    content, desk = office.next_content(), office.desk
    place = office.visible_seal(content).placement
    return seal_alone(
        typst.render(content),
        rectangle=(
            place.left_mm * _POINTS_PER_MM,
            (_PAGE_MM - place.top_mm - place.height_mm) * _POINTS_PER_MM,
            (place.left_mm + place.width_mm) * _POINTS_PER_MM,
            (_PAGE_MM - place.top_mm) * _POINTS_PER_MM,
        ),
        signed_at=content.created_at,
        sealer=desk.sealer,
        signer=desk.seal_signer,
        contents_bytes=sealed_pdf.contents_room(desk.sealer),
    )
