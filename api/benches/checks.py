"""The strict check of a sealed face, beside pyHanko's full validation."""

from datetime import UTC, datetime
from itertools import cycle
from typing import Final

from api.benches.faces import seal_pdf
from api.benches.measuring import Measurement, rates
from api.benches.offices import open_office
from certs.faces.compiled import CompiledFaces
from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.pdf.reading import parse_strict
from signing.reference.validation import validate
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, parse_message
from verify.examination import examine

_FACES: Final = 300


def bench_check() -> list[Measurement]:
    """Structure, CMS, seal signature, seal and maker of one face."""
    with open_office() as office, CompiledFaces() as compiled:
        pdfs = [seal_pdf(office, compiled) for _ in range(_FACES)]
        plain = [seal_pdf(office, compiled, has_seal=False) for _ in range(_FACES)]
        anchors = (office.root,)
    now = datetime.now(UTC)
    # No face comes twice, since what was read before is read faster.
    faces, others, plain_faces, more = iter(pdfs), cycle(pdfs), cycle(plain), cycle(pdfs)
    check, examination, same, cms_only = rates(
        (lambda: check_face(next(faces)), 40),
        (lambda: examine(next(others)), 20),
        (lambda: validate(next(more), anchors=anchors, at=now), 4),
        (lambda: validate(next(plain_faces), anchors=anchors, at=now), 4),
    )
    return [
        _measured("strict check", check, "pyHanko, CMS alone", cms_only, 6),
        _measured("strict check", check, "pyHanko, same file", same, 20),
        _measured("examination", examination, "pyHanko, same file", same, 0),
    ]


def check_face(pdf: bytes) -> None:
    """Check a face strictly.

    Raises:
        MalformedStructureError: It is none of ours.
        InvalidSignatureError: A signature does not verify.
    """
    strict = parse_strict(pdf)
    digest = strict.digest()
    message = parse_message(Dialect.CMS, strict.contents)
    message.verify(digest)
    seal_signature = parse_seal_signature(message.attributes[SEAL_SIGNATURE_ATTRIBUTE])
    seal_signature.verify(digest)
    seal_signature.seal.verify_maker()


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
