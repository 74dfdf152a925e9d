"""The names of the rules that an OFD file can break, and of what is wrong with a signature."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

_MAX_ABOUT: Final = 1024


@unique
class OfdRule(StrEnum):
    """What a ``MalformedOfdError`` names, so that people can be told in their own words."""

    NOT_A_ZIP = "not-a-zip"
    LEADING_BYTES = "leading-bytes"
    TRAILING_BYTES = "trailing-bytes"  # bytes or a comment after the end record
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    TOO_MANY_ENTRIES = "too-many-entries"
    TOO_DENSE = "too-dense"  # a few bytes inflate to far too many
    ZIP64 = "zip64"
    ENCRYPTED = "encrypted"
    PACKING = "packing"  # neither stored nor deflated, or with unknown flags
    DIRECTORY = "directory"  # the central directory is damaged or lies elsewhere
    LOCAL_HEADER = "local-header"  # a local header tells another story than the directory
    OVERLAP = "overlap"
    GAP = "gap"  # bytes between entries that belong to none
    NAME = "name"
    DUPLICATE_NAME = "duplicate-name"
    DAMAGED = "damaged"  # checksum, size or deflate stream
    XML = "xml"
    DOCTYPE = "doctype"
    XML_DEPTH = "xml-depth"
    XML_SIZE = "xml-size"
    NOT_AN_OFD = "not-an-ofd"
    STRUCTURE = "structure"  # an element that must stand once does not
    PATH = "path"  # a path leads to no entry, or to two
    UNSEALED = "unsealed"
    NOT_STRICT = "not-strict"  # readable, but not as our writer writes it
    FOREIGN_PAGE = "foreign-page"  # nothing has a name, and another writer wrote the page
    PAGE_CONTENT = "page-content"  # with names, but not as our writer writes and names
    HIDDEN_CONTENT = "hidden-content"  # off the page, under something else, or too small


@unique
class SignatureProblem(StrEnum):
    """What can be wrong with a signature or with the list of signatures; one is enough."""

    LIST_UNREADABLE = "list-unreadable"
    UNLISTED = "unlisted"  # a signature lies in the file and nothing leads to it
    LISTED_TWICE = "listed-twice"
    TOO_MANY = "too-many"
    UNKNOWN_TYPE = "unknown-type"
    UNREADABLE = "unreadable"  # Signature.xml is absent, damaged or incomplete
    VALUE_MISSING = "value-missing"
    SEAL_MISSING = "seal-missing"
    STAMP_UNREADABLE = "stamp-unreadable"
    CHECK_METHOD = "check-method"  # not SM3; no method means MD5
    NO_REFERENCES = "no-references"
    REFERENCE_UNREADABLE = "reference-unreadable"
    REFERENCE_MISSING = "reference-missing"
    REFERENCE_CHANGED = "reference-changed"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        about: The path, name or value it is about, as the file has it, cut to 1,024 characters.
    """

    kind: SignatureProblem
    about: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "about", self.about[:_MAX_ABOUT])
