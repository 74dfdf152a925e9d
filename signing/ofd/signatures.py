"""All signatures of an OFD file: what each protects, what it leaves open, what is wrong.

Nothing here verifies a signature value, which is opaque. What is wrong with a signature is
data, all of it, so that a verifier can report every finding; only a container that cannot be
read raises. Source: GB/T 33190-2016, 18; coverage: no standard asks for it, but without it
whatever no signature names can be exchanged.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from typing import Final

from signing import der
from signing.algorithms import sm3
from signing.errors import MalformedOfdError
from signing.ofd.descriptions import Description, Provider, Stamp, describe, is_sm3
from signing.ofd.package import Package
from signing.ofd.rules import Problem, SignatureProblem
from signing.ofd.xml_trees import Element

MAX_SIGNATURES: Final = 128
MAX_DESCRIPTION_BYTES: Final = 1_000_000
MAX_VALUE_BYTES: Final = 1_000_000


@unique
class SignatureKind(StrEnum):
    """What a signature's value is, by the list of signatures."""

    SEAL = "seal"  # 电子签章, SES_Signature
    SIGN = "sign"  # 数字签名, GB/T 35275


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One protected file.

    Attributes:
        path: FileRef as written.
        entry: The entry it means, None when there is none.
        expected: The SM3 digest it should have, empty when unreadable.
    """

    path: str
    entry: str | None
    expected: bytes
    matches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdSignature:
    """One signature of a package (签名).

    Attributes:
        identifier: ID in the list of signatures.
        path: The entry of Signature.xml; the path as written when it leads nowhere.
        signature_xml: Its bytes, which the value is over; empty when unreadable.
        digest: SM3 of ``signature_xml``: what a seal signature's dataHash must be.
        description: What it says; None when it cannot be read.
        seal_file: The separate seal (Seal.esl), if there is one.
        value: SignedValue, opaque.
        unprotected: Entries that it does not reference, sorted, its own files, the list of
            signatures and the files of later signatures left out.
        own_files: The entries of Signature.xml, value and seal.
        problems: All that is wrong with it apart from the value.
    """

    identifier: str
    kind: SignatureKind
    path: str
    signature_xml: bytes = field(default=b"", repr=False)
    digest: bytes = b""
    description: Description | None = field(default=None, repr=False)
    references: tuple[Reference, ...] = field(default=(), repr=False)
    seal_file: bytes | None = field(default=None, repr=False)
    value: bytes = field(default=b"", repr=False)
    unprotected: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    own_files: frozenset[str] = frozenset()

    @property
    def broken(self) -> tuple[str, ...]:
        """The references that do not hold, as written."""
        return tuple(item.path for item in self.references if not item.matches)

    @property
    def is_intact(self) -> bool:
        """Whether everything it references is as it was; says nothing about the value."""
        return not self.problems

    @property
    def provider(self) -> Provider | None:
        """The program that made it, if it can be read."""
        return self.description.provider if self.description else None

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Where it is shown."""
        return self.description.stamps if self.description else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureSet:
    """All signatures of a package in the order of its lists, and what is wrong with the lists."""

    signatures: tuple[OfdSignature, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Listed:
    """One line of a list of signatures."""

    element: Element
    source: str
    path: str


def find_signatures(package: Package) -> SignatureSet:
    """Read every signature of a package.

    A file without any signature gives an empty set without problems.
    """
    problems: list[Problem] = []
    listed = list(_listed(package, problems))
    if len(listed) > MAX_SIGNATURES:
        problems.append(Problem(SignatureProblem.TOO_MANY, str(len(listed))))
    sources = {line.source for line in listed}
    found = [_read(package, line) for line in listed[:MAX_SIGNATURES]]
    problems.extend(_unlisted(package, {line.path for line in listed}))
    return SignatureSet(
        signatures=tuple(_with_coverage(package, found, sources)), problems=tuple(problems)
    )


def _listed(package: Package, problems: list[Problem]) -> Iterator[_Listed]:
    """Yield the lines of every list once."""
    seen: set[str] = set()
    for body in package.bodies:
        if len(body.signature_lists) > 1:
            about = ", ".join(body.signature_lists)
            problems.append(Problem(SignatureProblem.LIST_UNREADABLE, about))
        for location in body.signature_lists:
            try:
                source = package.locate(location)
                lines = package.tree(source, "Signatures").all("Signature")
            except MalformedOfdError:
                problems.append(Problem(SignatureProblem.LIST_UNREADABLE, location))
                continue
            for line in lines:
                written = line.attributes.get("BaseLoc", "")
                path = _located(package, written, source) or written
                if path in seen:
                    problems.append(Problem(SignatureProblem.LISTED_TWICE, path))
                    continue
                seen.add(path)
                yield _Listed(line, source, path)


def _unlisted(package: Package, listed: set[str]) -> Iterator[Problem]:
    """Name signatures that lie in the package although no list leads to them."""
    for name in package.archive.entries:
        if name in listed or name.rpartition("/")[2].lower() != "signature.xml":
            continue
        try:
            package.tree(name, "Signature")
        except MalformedOfdError:
            continue
        yield Problem(SignatureProblem.UNLISTED, name)


def _read(package: Package, line: _Listed) -> OfdSignature:
    problems: list[Problem] = []
    signature = OfdSignature(
        identifier=line.element.attributes.get("ID", ""),
        kind=_kind(line.element.attributes.get("Type", "Seal"), problems),
        path=line.path,
    )
    try:
        content = package.archive.read(line.path, max_bytes=MAX_DESCRIPTION_BYTES)
        description = describe(package.tree(line.path, "Signature"))
    except MalformedOfdError:
        problems.append(Problem(SignatureProblem.UNREADABLE, line.path))
        return replace(signature, problems=tuple(problems))
    value_at, value = _own(package, line.path, description.value_location)
    if not value:
        problems.append(Problem(SignatureProblem.VALUE_MISSING, description.value_location))
    seal_at, seal = _own(package, line.path, description.seal_location)
    if description.seal_location is not None and not seal:
        problems.append(Problem(SignatureProblem.SEAL_MISSING, description.seal_location))
    problems.extend(
        Problem(SignatureProblem.STAMP_UNREADABLE, stamp) for stamp in description.bad_stamps
    )
    return replace(
        signature,
        signature_xml=content,
        digest=sm3(content),
        description=description,
        references=_references(package, line.path, description, problems),
        seal_file=seal or None,
        value=value,
        problems=tuple(problems),
        own_files=frozenset({line.path, *value_at, *seal_at}),
    )


def _kind(written: str, problems: list[Problem]) -> SignatureKind:
    try:
        return SignatureKind(written.strip().lower())
    except ValueError:
        problems.append(Problem(SignatureProblem.UNKNOWN_TYPE, written))
        return SignatureKind.SEAL


def _own(package: Package, base: str, location: str | None) -> tuple[frozenset[str], bytes]:
    """Return the entry of a value or seal, and its content, both empty if there is none.

    Only what begins as DER does counts as an own file: a page that is passed off as a value
    stays unprotected.
    """
    entry = _located(package, location, base) if location else None
    if entry is None:
        return frozenset(), b""
    try:
        content = package.archive.read(entry, max_bytes=MAX_VALUE_BYTES)
    except MalformedOfdError:
        return frozenset(), b""
    is_der = content.startswith(bytes((der.SEQUENCE,)))
    return frozenset({entry} if is_der else ()), content


def _references(
    package: Package, base: str, description: Description, problems: list[Problem]
) -> tuple[Reference, ...]:
    method = description.check_method
    if not is_sm3(method):
        problems.append(Problem(SignatureProblem.CHECK_METHOD, method or "MD5"))
    if not description.references:
        problems.append(Problem(SignatureProblem.NO_REFERENCES, base))
    found: list[Reference] = []
    for path, expected in description.references:
        entry = _located(package, path, base)
        problem = _reference_problem(package, entry, expected)
        if problem is not None:
            problems.append(Problem(problem, path))
        found.append(
            Reference(
                path=path,
                entry=entry,
                expected=expected or b"",
                matches=problem is None and is_sm3(method),
            )
        )
    return tuple(found)


def _reference_problem(
    package: Package, entry: str | None, expected: bytes | None
) -> SignatureProblem | None:
    if entry is None:
        return SignatureProblem.REFERENCE_MISSING
    if expected is None:
        return SignatureProblem.REFERENCE_UNREADABLE
    try:
        is_same = package.archive.digest(entry) == expected
    except MalformedOfdError:
        is_same = False
    return None if is_same else SignatureProblem.REFERENCE_CHANGED


def _located(package: Package, location: str, base: str) -> str | None:
    try:
        return package.locate(location, base=base)
    except MalformedOfdError:
        return None


def _with_coverage(
    package: Package, found: list[OfdSignature], sources: set[str]
) -> Iterator[OfdSignature]:
    later: set[str] = set()
    covered: list[OfdSignature] = []
    for signature in reversed(found):
        named = {item.entry for item in signature.references}
        open_names = package.archive.entries.keys() - named - sources - later
        open_names -= signature.own_files
        covered.append(replace(signature, unprotected=tuple(sorted(open_names))))
        later |= _in_own_folder(signature)
    yield from reversed(covered)


def _in_own_folder(signature: OfdSignature) -> set[str]:
    """Return the files that earlier signatures need not protect.

    The list of signatures is open to anybody, so a made-up signature must not be able to
    excuse files elsewhere in the package from being protected.
    """
    folder = signature.path.rpartition("/")[0]
    return {name for name in signature.own_files if name.rpartition("/")[0] == folder}
