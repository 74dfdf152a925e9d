"""The names of the rules that a PDF can break."""

from enum import StrEnum, unique


@unique
class PdfRule(StrEnum):
    """What a ``MalformedPdfError`` names, so that people can be told in their own words."""

    NOT_A_PDF = "not-a-pdf"
    TOO_LARGE = "too-large"
    TRUNCATED = "truncated"
    TRAILING_BYTES = "trailing-bytes"
    SEVERAL_REVISIONS = "several-revisions"
    ENCRYPTED = "encrypted"
    SYNTAX = "syntax"  # an object that cannot be read
    STRUCTURE = "structure"  # objects, cross-reference table, trailer or page tree disagree
    UNREFERENCED_OBJECT = "unreferenced-object"
    ACTIVE_CONTENT = "active-content"  # scripts, actions, links, layers, forms in XML
    NOT_BARE = "not-bare"  # a page to be sealed already has a form or annotations
    PLACEMENT = "placement"  # the seal does not lie on the page
    LOCKED = "locked"  # an earlier seal forbids what is asked for
    UNSEALED = "unsealed"
    COVERAGE = "coverage"  # the byte range is not the whole file without /Contents
    CONTENTS = "contents"  # the signature value is not one DER element and zeros
    TOO_MANY_SIGNATURES = "too-many-signatures"
    ATTACHMENTS = "attachments"
    NOT_STRICT = "not-strict"  # readable, but not as our writer writes it
    FOREIGN_PAGE = "foreign-page"  # nothing is marked, and another writer wrote the page
    PAGE_CONTENT = "page-content"  # marked, but not as our writer writes and marks
    HIDDEN_CONTENT = "hidden-content"  # off the page, under something else, or too small
    UNKNOWN_GLYPH = "unknown-glyph"  # a sign on the page stands for no character
