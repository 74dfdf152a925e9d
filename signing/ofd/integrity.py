"""Package integrity (包完整性) of GM/T 0099: a signed list of the files of an OFD package.

OFDEntries.xml lists names only; their contents are the business of document signatures.
Source: unconfirmed; built to one implementation and a file that it made.
"""

from dataclasses import dataclass, field
from typing import Final

from signing.errors import MalformedOfdError
from signing.ofd.package import Package
from signing.ofd.signatures import MAX_VALUE_BYTES

ENTRIES_FILE: Final = "OFDEntries.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageIntegrity:
    """A signed list of files.

    Attributes:
        entries_xml: The bytes that the value is over.
        value: GB/T 35275 SignedData, opaque; empty when it is absent.
        missing: Listed paths that lead to no entry, as written.
        unlisted: Entries that are not listed, the list itself and its value left out.
        is_readable: Whether the list could be read; if not, every entry is unlisted.
        own_files: The entries of the list and its value.
    """

    entries_xml: bytes = field(repr=False)
    value: bytes = field(repr=False)
    missing: tuple[str, ...]
    unlisted: tuple[str, ...]
    is_readable: bool
    own_files: frozenset[str] = frozenset({ENTRIES_FILE})

    @property
    def is_complete(self) -> bool:
        """Whether the package has the listed files and no other; the value is not checked."""
        return self.is_readable and bool(self.value) and not self.missing and not self.unlisted


def read_integrity(package: Package) -> PackageIntegrity | None:
    """Return the package's integrity list, or None when it has none."""
    names = package.archive.entries.keys()
    if ENTRIES_FILE not in names:
        return None
    try:
        content = package.archive.read(ENTRIES_FILE)
        root = package.tree(ENTRIES_FILE, "DocEntries")
        value_at = root.text_of("SignedValueLoc")
        listed = [item.attributes.get("FileLoc", "") for item in root.one("FileList").all("File")]
    except MalformedOfdError:
        return PackageIntegrity(
            entries_xml=b"",
            value=b"",
            missing=(),
            unlisted=tuple(sorted(names - {ENTRIES_FILE})),
            is_readable=False,
        )
    value_entry, value = _value(package, value_at)
    found = {path: _located(package, path) for path in listed}
    return PackageIntegrity(
        entries_xml=content,
        value=value,
        missing=tuple(path for path, entry in found.items() if entry is None),
        unlisted=tuple(sorted(names - set(found.values()) - {ENTRIES_FILE, value_entry})),
        is_readable=True,
        own_files=frozenset({ENTRIES_FILE} | ({value_entry} if value_entry else set())),
    )


def _value(package: Package, location: str) -> tuple[str | None, bytes]:
    entry = _located(package, location)
    try:
        content = package.archive.read(entry, max_bytes=MAX_VALUE_BYTES) if entry else b""
    except MalformedOfdError:
        return None, b""
    return entry, content


def _located(package: Package, location: str) -> str | None:
    try:
        return package.locate(location, base=ENTRIES_FILE)
    except MalformedOfdError:
        return None
