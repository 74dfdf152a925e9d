"""Archive packages taken apart: the faces in one, and whether they carry the record beside them."""

from dataclasses import replace
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.files import OFD, PDF, RECORD, SIGNATURE
from certs.packages.package import ArchivePackage, parse_package
from verify.carriers.ofd import read_ofd
from verify.carriers.pdf import read_pdf
from verify.evidence import Evidence, Problem
from verify.report import DocumentFormat

MARK: Final = b"X-Profile: yinxin.package/"
"""What stands in the first entry of every package of ours."""
_READERS: Final = {PDF: read_pdf, OFD: read_ofd}


def read_archive_package(data: bytes) -> Evidence:
    """Take a package apart; whatever is wrong with it shows in the evidence."""
    try:
        package = parse_package(data)
    except MalformedPackageError as error:
        return _refused("package", rule=error.rule, file=error.about)
    if RECORD not in package.files:
        return _refused("package-of-case")
    faces = tuple(_read_face(package, name) for name in _READERS if name in package.files)
    if not faces:
        return _refused("package", rule="no-face", file=PDF)
    first, *others = faces
    return replace(first, format=DocumentFormat.PACKAGE, others=tuple(others))


def face_of(data: bytes) -> bytes:
    """Return the PDF face in a package, or ``data`` itself if it is no package that has one."""
    if MARK not in data[:1024]:
        return data
    try:
        package = parse_package(data)
    except MalformedPackageError:
        return data
    return package.files[PDF].content if PDF in package.files else data


def _read_face(package: ArchivePackage, name: str) -> Evidence:
    """Return what a face says; one that carries another record is none of this package."""
    found = _READERS[name](package.files[name].content)
    files = package.files
    signature = files[SIGNATURE].content if SIGNATURE in files else b""
    record = found.record.encode() if found.record is not None else b""
    if (record, found.record_signature) != (files[RECORD].content, signature):
        problem = Problem(reason="package", facts={"rule": "other-record", "file": name})
        return replace(found, problem=problem)
    return found


def _refused(reason: str, **facts: str) -> Evidence:
    return Evidence(format=DocumentFormat.PACKAGE, problem=Problem(reason=reason, facts=facts))
