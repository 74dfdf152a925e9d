"""Liberties that real files take with the structures of the standards.

A parser that accepts one says so by its name, and a verifier decides what the name is worth.
Whatever is tolerated, signatures are checked over the bytes as they came.
"""

from enum import StrEnum, unique


@unique
class Tolerance(StrEnum):
    """One liberty (非规范之处) that was found and accepted; the names are stable."""

    # Encodings
    EXPLICIT_DEFAULT = "explicit-default"
    """A FALSE that DER leaves out (GOMAIN seals, many certificates)."""
    OTHER_STRING_TYPE = "other-string-type"
    """Another of IA5String, PrintableString and UTF8String."""
    NON_ASCII_IA5 = "non-ascii-ia5"
    """Octets beyond ASCII in a string type that has none (YNCA certificates)."""
    RAW_SIGNATURE_VALUE = "raw-signature-value"
    """r and s side by side, 64 bytes, instead of DER (Shandong oesplugin)."""
    BARE_CERTIFICATE = "bare-certificate"
    """A certificate that no OCTET STRING holds, beside a signature."""
    BARE_CERTIFICATE_IN_LIST = "bare-certificate-in-list"
    """The same in a seal's list of signers."""

    # Times
    TIME_AS_TEXT = "time-as-text"
    """A time written as text, with or without a zone (KingGrid, ofdrw, iOFD)."""
    OCTET_STRING_TIME = "octet-string-time"
    """timeInfo in an OCTET STRING."""
    BARE_TIME = "bare-time"
    """timeInfo of a version 1 signature that no BIT STRING holds."""
    TOKEN_AS_TIME = "token-as-time"  # noqa: S105 - no password
    """timeInfo that is a timestamp token; its own signature is not checked by reading it."""
    GENERALIZED_TIME_IN_V1 = "generalized-time-in-v1"
    """GeneralizedTime where version 1 has UTCTime."""

    # Seals and their use
    ODD_VERSION = "odd-version"
    """A version number that does not belong to the layout found."""
    MIXED_LAYOUTS = "mixed-layouts"
    """Properties of version 1 in a later seal, or the reverse."""
    DIFFERING_VERSIONS = "differing-versions"
    """A version 1 signature and its seal that state different versions (KingGrid)."""
    UNKNOWN_SEAL_KIND = "unknown-seal-kind"
    """Neither a unit's nor a person's seal."""
    ODD_PICTURE_SIZE = "odd-picture-size"
    """A picture that no page has room for, or of no size."""
    ODD_LIST_TYPE = "odd-list-type"
    """certListType names the other kind of list."""
    UNREADABLE_LIST_ENTRY = "unreadable-list-entry"
    """An entry in the list of signers that can never match a certificate (iOFD)."""
    UNTAGGED_EXTENSIONS = "untagged-extensions"
    """Extension data of a signature without their tag [0] (ofdpdfsigner)."""
    TAGGED_SEAL_EXTENSIONS = "tagged-seal-extensions"
    """Extension data of a seal under a tag [0] that no seal has."""
    IMPLICIT_EXTENSIONS = "implicit-extensions"
    """Extension data whose tag [0] replaces the SEQUENCE."""
    UNTAGGED_TIMESTAMP = "untagged-timestamp"
    """A timestamp without its tag [0] (Chingliu, ofdpdfsigner)."""
    OCTET_STRING_DIGEST = "octet-string-digest"
    """dataHash in an OCTET STRING."""

    # Algorithms
    ODD_DIGEST_ALGORITHM = "odd-digest-algorithm"
    """SM3 under another identifier than its own."""
    ODD_SIGNATURE_ALGORITHM = "odd-signature-algorithm"
    """SM2 with SM3 under an identifier of something else, or misspelt."""
    SM2_CURVE_AS_KEY_ALGORITHM = "sm2-curve-as-key-algorithm"
    """A public key whose algorithm is the curve (Tongsuo)."""

    # Signed data
    MIXED_ARCS = "mixed-arcs"
    """Identifiers of GB/T 35275 and of PKCS #7 in one message (GOMAIN)."""
    DIGEST_AS_BASE64 = "digest-as-base64"
    """An embedded digest in base64."""
    UNWRAPPED_CONTENT = "unwrapped-content"
    """Content that is no OCTET STRING, as PKCS #7 allowed."""
    UNSORTED_ATTRIBUTES = "unsorted-attributes"
    """Signed attributes out of DER order."""
    MISSING_CONTENT_TYPE = "missing-content-type"
    """Signed attributes that do not name the type of the content."""
    REWRITTEN_ISSUER = "rewritten-issuer"
    """The signer's issuer spelt otherwise than in the certificate of that serial number."""
