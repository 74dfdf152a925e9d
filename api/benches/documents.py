"""A sealed face brought in and examined: all that the document can tell, its print included."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from itertools import cycle

from api.benches.faces import seal_ofd, seal_pdf
from api.benches.measuring import Measurement, rates
from api.benches.offices import Office, open_office
from certs import printed_codes
from certs.faces.compiled import CompiledFaces
from certs.faces.content import FaceContent
from certs.faces.ofd.compiled import CompiledOfdFaces
from certs.faces.pages import page_text
from certs.records import LicenseRecord
from signing import cose
from signing.pdf.reading import parse_strict
from signing.reference.validation import validate
from verify.examination import examine
from verify.face_checks import check_fields, check_printed_code
from verify.printed_faces import printed_pdf

_PDFS = 240
_OFDS = 90


def bench_documents() -> list[Measurement]:
    """A face that nobody has seen before: form, signatures, record, texts and code."""
    with open_office() as office, CompiledFaces() as compiled, CompiledOfdFaces() as ofd:
        coded = _CodedOffice(**{item.name: getattr(office, item.name) for item in fields(office)})
        pdfs = [seal_pdf(coded, compiled) for _ in range(_PDFS)]
        ofds = [seal_ofd(coded, ofd) for _ in range(_OFDS)]
        signer = office.desk.record_signer.certificate
        anchors = (office.root,)
    now = datetime.now(UTC)
    # No face comes twice where what is measured could remember it.
    faces, others, more, again = iter(pdfs), iter(ofds), cycle(pdfs), cycle(pdfs)
    printed = cycle([(parse_strict(pdf), _record_in(pdf)) for pdf in pdfs[:20]])

    def read_print() -> None:
        strict, record = next(printed)
        face = printed_pdf(strict)
        check_fields(record, face)
        check_printed_code(record, face, signer)

    pdf, ofd_rate, own_print, pdfium, reference = rates(
        (lambda: examine(next(faces)), 30),
        (lambda: examine(next(others)), 10),
        (read_print, 30),
        (lambda: page_text(next(again)), 10),
        (lambda: validate(next(more), anchors=anchors, at=now), 4),
    )
    return [
        _measured("uploaded PDF", pdf, "wanted", 150, 1),
        _measured("uploaded PDF", pdf, "pyHanko, signature alone", reference, 3),
        _measured("uploaded OFD", ofd_rate, "uploaded PDF", pdf, 0.25),
        _measured("print and code of a face", own_print, "PDFium, text alone", pdfium, 3),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _CodedOffice(Office):
    """An office whose faces carry the codes of their own records."""

    def next_content(self) -> FaceContent:
        """Return a face that was never drawn before, its record and its code signed anew."""
        content = Office.next_content(self)
        record = LicenseRecord.parse(content.attachments[0].content)
        code = cose.sign_claims(
            printed_codes.claims_of(record),
            signer=self.desk.record_signer,
            domain=printed_codes.DOMAIN,
        )
        address = printed_codes.to_address(code, public_url=self.desk.public_url)
        return replace(content, qr_text=address)


def _record_in(pdf: bytes) -> LicenseRecord:
    return LicenseRecord.parse(parse_strict(pdf).attachments["license.json"])


def _measured(
    name: str, rate: float, reference: str, reference_rate: float, at_least: float
) -> Measurement:
    return Measurement(
        name=name,
        per_second=rate,
        reference=reference,
        reference_per_second=reference_rate,
        at_least=at_least,
    )
