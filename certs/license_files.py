"""Where the files of licenses are read: loose after issuing, in their package once archived."""

from certs.errors import MalformedPackageError
from certs.licenses import LicenseFiles
from certs.packages.files import OFD, PDF, RECORD, SIGNATURE
from certs.packages.index import TAIL_BYTES, Span, read_index
from certs.packages.rules import PackageRule
from certs.ports import ObjectStore
from certs.records import LicenseRecord
from signing.algorithms import sm3


def read_file(objects: ObjectStore, files: LicenseFiles, digest: str) -> bytes:
    """Return one of a license's files, wherever it lies, checked against its digest.

    Args:
        objects: Where loose files and packages lie.
        files: Where the files of the license lie.
        digest: Which of them: one of ``files.names``.

    Raises:
        MalformedPackageError: The package is not as it was stored.
    """
    if not files.package:
        return objects.get(digest)
    span = _index(objects, files).get(_name_of(files, digest))
    if span is None or not span.length:
        raise _damaged("the file is not in the package", digest)
    content = objects.get_range(files.package, span.offset, span.length)
    if sm3(content).hex() != digest:
        raise _damaged("the file in the package is another", digest)
    return content


def read_record(objects: ObjectStore, files: LicenseFiles) -> LicenseRecord:
    """Return the record of a license, wherever it lies; see ``read_file``.

    Raises:
        MalformedPackageError: The package is not as it was stored.
        MalformedRecordError: It is no record.
    """
    return LicenseRecord.parse(read_file(objects, files, files.record))


def find_file(objects: ObjectStore, files: LicenseFiles, digest: str) -> bytes | None:
    """Return the same; None where nothing is stored, or not what was put."""
    if not files.package:
        return objects.find(digest)
    if not objects.has(files.package):
        return None
    try:
        return read_file(objects, files, digest)
    except MalformedPackageError:
        return None


def has_files(objects: ObjectStore, files: LicenseFiles) -> bool:
    """Tell whether everything of a license is stored, without reading it."""
    if files.package:
        return objects.has(files.package)
    return all(map(objects.has, files.names))


def _index(objects: ObjectStore, files: LicenseFiles) -> dict[str, Span]:
    tail_bytes = min(files.package_bytes, TAIL_BYTES)
    start = files.package_bytes - tail_bytes
    tail = objects.get_range(files.package, start, tail_bytes)
    return read_index(tail, files.package_bytes)


def _name_of(files: LicenseFiles, digest: str) -> str:
    """Return under which name a file lies in the package."""
    return {
        files.ofd: OFD,
        files.pdf: PDF,
        files.signature: SIGNATURE,
        files.record: RECORD,
    }.get(digest, "")


def _damaged(message: str, digest: str) -> MalformedPackageError:
    return MalformedPackageError(PackageRule.CONTENT_CHANGED, f"{message}: {digest[:16]}…")
