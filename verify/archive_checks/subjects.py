"""What the checks look at: a package, and what is known of it from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from certs.packages.bag_info import PackageKind
from certs.packages.envelopes import Envelope, parse_envelope
from certs.packages.events import PackageEvent, parse_events
from certs.packages.files import CONTENT, ENVELOPE, EVENTS, RECORD, PackageFile
from certs.packages.package import ArchivePackage
from certs.records import LicenseRecord, known_record
from verify.archive_checks.results import CheckResult
from verify.evidence_records import EvidenceVerdict


class VirusScanner(Protocol):
    """Looks for viruses."""

    def name(self) -> str:
        """Return what it is, with the version of its signatures.

        Raises:
            OSError: The scanner does not answer.
        """
        ...

    def scan(self, content: bytes) -> str:
        """Return the name of what was found; empty if there is nothing.

        Raises:
            OSError: The scanner does not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verification of a content file concluded.

    Attributes:
        now: ``passed``, ``failed`` or ``indeterminate`` at the moment of the check.
        at_sealing: The same for when it was sealed.
        bad: The checks that went wrong.
        record: SM3 of the record that the file carries, hexadecimal; empty if it carries none.
    """

    now: str
    at_sealing: str
    bad: tuple[str, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the register says of the same thing.

    Attributes:
        identifier: 电子文件号.
        digests: SM3 of each content file, by path.
        values: Metadata of the register, by path of ``certs.packages.metadata``.
        repeated: Values that another package has as well, though only one may.
    """

    identifier: str
    digests: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a list of packages handed over says of one (移交清单), or the store of what it keeps.

    Attributes:
        digest: SM3 that the package must have, hexadecimal.
        found: SM3 that it has.
        length_bytes: How long it must be.
        found_bytes: How long it is.
        count: How many packages there must be; 0 where one is looked at by itself.
        found_count: How many there are.
    """

    digest: str
    found: str
    length_bytes: int
    found_bytes: int
    count: int = 0
    found_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageEvidence:
    """What evidence record a stored package has (存证).

    Attributes:
        verdict: What the record is worth; None while there is none.
        is_overdue: Whether it is without one for longer than it should be.
        is_expected: Whether there is a timestamp service, without which there is none.
    """

    verdict: EvidenceVerdict | None
    is_overdue: bool
    is_expected: bool


@dataclass(frozen=True, kw_only=True)
class CheckSubject:
    """A package, and what is known of it; without slots, as what is read is kept.

    Attributes:
        verdicts: By path of the content file; empty where nobody verified.
        registered: What the register says; None where there is none to ask.
        delivery: What it is compared with as a whole; None while it is being made.
        scanner: Looks for viruses; None where there is none.
        issue_time: Whether other regions saw in the ledger that the license was issued; None where
            nobody looked.
        is_audited: Whether the work on it stands in the ledger; None where nobody can tell.
        evidence: Its evidence record; None before it is stored, and of packages of others.
    """

    package: ArchivePackage
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    registered: Registered | None = None
    delivery: Delivery | None = None
    scanner: VirusScanner | None = None
    issue_time: CheckResult | None = None
    is_audited: bool | None = None
    evidence: PackageEvidence | None = None

    @property
    def is_case(self) -> bool:
        """Whether it is of a case."""
        return self.package.info.kind is PackageKind.CASE

    @property
    def content(self) -> dict[str, PackageFile]:
        """内容数据: the content files, by path."""
        files = self.package.files.items()
        return {name: file for name, file in files if name.startswith(CONTENT)}

    @cached_property
    def envelope(self) -> Envelope:
        """The envelope.

        Raises:
            MalformedPackageError: It cannot be read.
        """
        return parse_envelope(self._bytes(ENVELOPE))

    @cached_property
    def events(self) -> tuple[PackageEvent, ...]:
        """What happened.

        Raises:
            MalformedRecordError: It cannot be read.
        """
        return parse_events(self._bytes(EVENTS))

    @cached_property
    def record(self) -> LicenseRecord | None:
        """The license's record; None for a case.

        Raises:
            MalformedRecordError: It cannot be read.
        """
        return None if self.is_case else known_record(self._bytes(RECORD))

    def _bytes(self, name: str) -> bytes:
        file = self.package.files.get(name)
        return file.content if file is not None else b""
