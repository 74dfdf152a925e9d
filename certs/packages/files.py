"""The files in a package, and the folders that they lie in."""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from signing.algorithms import sm3

DATA: Final = "data/"
CONTENT: Final = "data/content/"
METADATA: Final = "data/metadata/"
EVIDENCE: Final = "data/evidence/"

RECORD: Final = f"{CONTENT}license.json"
SIGNATURE: Final = f"{CONTENT}license.p7s"
PDF: Final = f"{CONTENT}license.pdf"
OFD: Final = f"{CONTENT}license.ofd"
ENVELOPE: Final = f"{METADATA}eep.xml"
EVENTS: Final = f"{METADATA}premis.jsonl"
VALIDATION: Final = f"{EVIDENCE}validation.json"
TRUST_LIST: Final = f"{EVIDENCE}trust-list.json"
STATUS_LIST: Final = f"{EVIDENCE}status.cwt"
ANSWERS: Final = f"{EVIDENCE}answers.json"
RECEIPT: Final = f"{EVIDENCE}receipt.json"
ISSUE_PROOF: Final = f"{EVIDENCE}issue.proof"
CERTIFICATES: Final = f"{EVIDENCE}certs/"
REVOCATION_LISTS: Final = f"{EVIDENCE}crl/"
CAPTURE_CHECKS: Final = f"{EVIDENCE}checks-GD.json"
CASE_RECORD: Final = f"{CONTENT}case.json"
LICENSES: Final = "data/licenses/"


@dataclass(frozen=True, kw_only=True)
class PackageFile:
    """One file; its digests are worked out once, so without slots.

    Attributes:
        content: The bytes.
        known_sm3: SM3 in hexadecimal, if the caller has just checked the content against it;
            empty otherwise. A store that is asked for an object by its digest does so.
    """

    content: bytes = field(repr=False)
    known_sm3: str = ""

    @cached_property
    def sm3(self) -> str:
        """SM3 in hexadecimal."""
        return self.known_sm3 or sm3(self.content).hex()

    @cached_property
    def sha512(self) -> str:
        """SHA-512 in hexadecimal."""
        return hashlib.sha512(self.content).hexdigest()

    @property
    def length_bytes(self) -> int:
        """How long the file is."""
        return len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A file of the package that lies elsewhere: a license package already archived (单一副本).

    Attributes:
        sm3: SM3 of the file, under which it is stored, in hexadecimal.
        sha512: SHA-512 of the same.
        length_bytes: How long it is.
    """

    sm3: str
    sha512: str
    length_bytes: int
