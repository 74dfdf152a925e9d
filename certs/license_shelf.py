"""Where the files of licenses are read: loose after issuing, in their package once archived."""

from dataclasses import dataclass

from certs.errors import MalformedPackageError
from certs.licenses import LicenseFiles
from certs.packages.files import OFD, PDF, RECORD, SIGNATURE
from certs.packages.index import TAIL_BYTES, Span, read_index
from certs.packages.rules import PackageRule
from certs.ports import ObjectStore
from signing.algorithms import sm3


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseShelf:
    """Reads a license's file wherever it lies.

    Attributes:
        objects: Loose files.
        packages: Archive packages.
    """

    objects: ObjectStore
    packages: ObjectStore

    def read(self, files: LicenseFiles, digest: str) -> bytes:
        """Return one of a license's files, checked against its digest.

        Args:
            files: Where the files of the license lie.
            digest: Which of them: one of ``files.names``.

        Raises:
            MalformedPackageError: The package is not as it was stored.
        """
        if not files.package:
            return self.objects.get(digest)
        span = self._index(files).get(_name_of(files, digest))
        if span is None:
            raise _damaged("the file is not in the package", digest)
        content = self.packages.get_range(files.package, span.offset, span.length)
        if sm3(content).hex() != digest:
            raise _damaged("the file in the package is another", digest)
        return content

    def find(self, files: LicenseFiles, digest: str) -> bytes | None:
        """Return the same; None where nothing is stored, or not what was put."""
        if not files.package:
            return self.objects.find(digest)
        if not self.packages.has(files.package):
            return None
        try:
            return self.read(files, digest)
        except MalformedPackageError:
            return None

    def has(self, files: LicenseFiles) -> bool:
        """Tell whether everything of a license is stored, without reading it."""
        if files.package:
            return self.packages.has(files.package)
        return all(map(self.objects.has, files.names))

    def _index(self, files: LicenseFiles) -> dict[str, Span]:
        tail_bytes = min(files.package_bytes, TAIL_BYTES)
        start = files.package_bytes - tail_bytes
        tail = self.packages.get_range(files.package, start, tail_bytes)
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
