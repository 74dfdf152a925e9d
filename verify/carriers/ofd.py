"""An OFD taken apart: faces of ours by the strict profile, others signature by signature."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from certs.civil_dates import BEIJING
from certs.face_contents import RECORD_NAME, SIGNATURE_NAME
from signing.errors import InvalidSignatureError, MalformedOfdError, MalformedStructureError
from signing.ofd.integrity import PackageIntegrity, read_integrity
from signing.ofd.package import Package, read_package
from signing.ofd.reading import StrictOfd, read_strict
from signing.ofd.rules import OfdRule, SignatureProblem
from signing.ofd.signatures import OfdSignature, SignatureSet, find_signatures
from signing.signed_data import parse_signed_data
from signing.signed_messages import Dialect
from verify.carriers.values import values_are_strict, with_value
from verify.document_checks import listed
from verify.evidence import Evidence, Problem, SignatureEvidence, read_message, read_record
from verify.face_checks import needs_reader
from verify.printed_faces import PrintedFace, printed_ofd
from verify.report import DocumentFormat

_OF_REFERENCES: Final = frozenset(
    {
        SignatureProblem.REFERENCE_CHANGED,
        SignatureProblem.REFERENCE_MISSING,
        SignatureProblem.REFERENCE_UNREADABLE,
    }
)


def read_ofd(data: bytes) -> Evidence:
    """Take an OFD apart; whatever is wrong with it shows in the evidence."""
    try:
        package = read_package(data)
        found = find_signatures(package)
        integrity = read_integrity(package)
    except MalformedOfdError as error:
        problem = Problem(reason="container", facts={"rule": error.rule})
        return Evidence(format=DocumentFormat.OFD, problem=problem)
    strict, broken_rule = _strict(package)
    is_own = strict is not None or _carries_a_record(package)
    attachments = strict.attachments if strict is not None else {}
    record = read_record(attachments.get(RECORD_NAME))
    # The package's own list protects names, and is signed by itself.
    outside = integrity.own_files if integrity is not None else frozenset()
    times = [item.signed_at for item in strict.signatures] if strict is not None else []
    printed = printed_ofd(strict) if strict is not None else None
    signatures = tuple(
        _signature(_less(item, outside), number, is_own=is_own, strict_time=_nth(times, number))
        for number, item in enumerate(found.signatures, start=1)
    )
    return Evidence(
        format=DocumentFormat.OFD,
        problem=_listing_problem(found),
        signatures=signatures,
        is_own=is_own,
        is_strict=strict is not None and values_are_strict(signatures),
        broken_rule=broken_rule or OfdRule.NOT_STRICT,
        record=record,
        record_message=read_message(Dialect.GB_T_35275, attachments.get(SIGNATURE_NAME)),
        record_signature=attachments.get(SIGNATURE_NAME, b""),
        printed=printed,
        page_text=_page_text(strict, printed) if strict is not None else None,
        has_integrity=integrity is not None,
        integrity=_integrity_problem(integrity) if integrity is not None else None,
    )


def _strict(package: Package) -> tuple[StrictOfd | None, str]:
    try:
        return read_strict(package), ""
    except MalformedOfdError as error:
        return None, error.rule


def _carries_a_record(package: Package) -> bool:
    """Whether the file is, or was made from, a face of ours; what is sealed cannot be removed."""
    return any(name.rpartition("/")[2] == RECORD_NAME for name in package.archive.entries)


def _less(found: OfdSignature, names: frozenset[str]) -> OfdSignature:
    return replace(found, unprotected=tuple(n for n in found.unprotected if n not in names))


def _nth(times: list[datetime], number: int) -> datetime | None:
    return times[number - 1] if number <= len(times) else None


def _page_text(strict: StrictOfd, printed: PrintedFace | None) -> str | None:
    """Return the text of pages that do not tell what each piece is; nobody needs that of others."""
    if printed is None or not needs_reader(printed):
        return None
    try:
        return "\n".join(strict.page_texts())
    except MalformedOfdError:
        return None


def _listing_problem(found: SignatureSet) -> Problem | None:
    """Return what is wrong with the lists of signatures, which anybody can rewrite."""
    if not found.problems:
        return None
    names = tuple(f"{item.kind}: {item.about}" for item in found.problems)
    return Problem(reason="listing", facts={"names": listed(names)})


def _signature(
    found: OfdSignature, number: int, *, is_own: bool, strict_time: datetime | None
) -> SignatureEvidence:
    bare = SignatureEvidence(
        number=number,
        place=found.path,
        digest=found.digest,
        content=lambda: found.signature_xml,
        unprotected=found.unprotected,
        uncovered=_unprotected(found) if is_own else None,
        broken=tuple(item.about for item in found.problems if item.kind in _OF_REFERENCES),
        claimed_at=strict_time or _written_time(found),
        is_claim_binding=strict_time is not None,
    )
    read = with_value(bare, found.value) if found.value else bare
    seal = read.seal_signature
    if seal is not None:
        read = replace(
            read,
            seal_file_agrees=found.seal_file is None or found.seal_file == seal.seal.encoded,
            names_document=_names(seal.document, found.path),
        )
    problem = _own_problem(found)
    return replace(read, value_problem=problem) if problem is not None else read


def _written_time(found: OfdSignature) -> datetime | None:
    """Return SignatureDateTime, in one of the forms that were seen; China time without a zone."""
    text = found.description.signed_at if found.description is not None else ""
    digits = re.sub(r"[-: T]", "", text.strip())
    is_utc = digits.endswith("Z")
    try:
        written = datetime.strptime(digits.removesuffix("Z"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None
    return written.replace(tzinfo=UTC if is_utc else BEIJING)


def _unprotected(found: OfdSignature) -> Problem | None:
    if not found.unprotected:
        return None
    facts = {"count": str(len(found.unprotected)), "names": listed(found.unprotected)}
    return Problem(reason="unprotected", facts=facts)


def _own_problem(found: OfdSignature) -> Problem | None:
    """Return what is wrong with the signature's own parts, references left out."""
    own = [item for item in found.problems if item.kind not in _OF_REFERENCES]
    methods = [item.about for item in own if item.kind is SignatureProblem.CHECK_METHOD]
    if methods:
        return Problem(reason="digest-method", facts={"method": methods[0]})
    if own:
        names = tuple(f"{item.kind}: {item.about}" for item in own)
        return Problem(reason="missing-parts", facts={"names": listed(names)})
    return None


def _names(document: str, path: str) -> bool:
    """Whether propertyInfo names this Signature.xml, where it names a file at all."""
    text = document.strip()
    if text.startswith("{"):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return False
        text = str(value.get("Entry", "")) if isinstance(value, dict) else ""
    if not text.lower().endswith(".xml"):
        return True
    named = text.replace("\\", "/").lstrip("./")
    return path == named or path.endswith(f"/{named}")


def _integrity_problem(integrity: PackageIntegrity) -> Problem | None:
    if not integrity.is_complete:
        names = (*integrity.missing, *integrity.unlisted)
        return Problem(reason="entries", facts={"names": listed(names)})
    try:
        parse_signed_data(integrity.value).verify(integrity.entries_xml)
    except (MalformedStructureError, InvalidSignatureError):
        return Problem(reason="signature")
    return None
