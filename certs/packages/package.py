"""The archive package (存档信息包) as one file, written and read in one form only.

A zip file without compression, in it one folder with a bag. Its id is SM3 of the last manifest;
it is stored under SM3 of the whole file. Whoever reads it builds it again from what was read and
compares: no byte can vary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.bag_info import BAG_INFO, BagInfo, PackageKind, Retention
from certs.packages.files import DATA, PackageFile, Reference
from certs.packages.manifests import (
    FETCH,
    SHA512_MANIFEST,
    SM3_MANIFEST,
    TAG_MANIFEST,
    fetch_list,
    read_fetch_list,
    read_manifest,
    sha512_manifest,
    sm3_manifest,
)
from certs.packages.rules import PackageRule
from signing.algorithms import sm3
from signing.errors import MalformedOfdError
from signing.ofd.directory import STORED, Limits, read_directory
from signing.ofd.rules import OfdRule
from signing.ofd.writing import Member, write_zip

MAX_PACKAGE_BYTES: Final = 100_000_000
LIMITS: Final = Limits(
    file_bytes=MAX_PACKAGE_BYTES, entries=1_000, inflated_bytes=MAX_PACKAGE_BYTES
)
BAGIT: Final = "bagit.txt"
DECLARATION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MAX_NAME_BYTES: Final = 400
_END_BYTES: Final = 22
_TAGS: Final = frozenset({BAGIT, BAG_INFO, SM3_MANIFEST, SHA512_MANIFEST, TAG_MANIFEST})


@dataclass(frozen=True, kw_only=True)
class ArchivePackage:
    """存档信息包; without slots, because what is derived is worked out once.

    Attributes:
        files: What lies in the package below ``data/``, by path.
        references: What belongs to it and lies elsewhere, by path.
    """

    info: BagInfo
    files: Mapping[str, PackageFile] = field(repr=False)
    references: Mapping[str, Reference] = field(default_factory=dict, repr=False)

    @property
    def payload(self) -> dict[str, PackageFile | Reference]:
        """Everything that belongs to the package, here or elsewhere, by path."""
        found: dict[str, PackageFile | Reference] = {**self.files}
        found.update(self.references)
        return found

    @property
    def package_id(self) -> str:
        """信息包标识: SM3 of the manifest over manifests and descriptions, in hexadecimal."""
        return sm3(self.tags[TAG_MANIFEST]).hex()

    @cached_property
    def tags(self) -> Mapping[str, bytes]:
        """Everything beside the payload: descriptions and manifests, by name."""
        everything = self.payload
        tags = {
            BAGIT: DECLARATION,
            BAG_INFO: self.info.encode(),
            SM3_MANIFEST: sm3_manifest(everything),
            SHA512_MANIFEST: sha512_manifest(everything),
        }
        if self.references:
            tags[FETCH] = fetch_list(self.references)
        listed = {name: PackageFile(content=content) for name, content in tags.items()}
        return MappingProxyType(tags | {TAG_MANIFEST: sm3_manifest(listed)})

    @property
    def contents(self) -> dict[str, bytes]:
        """Every file in it by its path; together they are a bag."""
        return {**self.tags, **{name: file.content for name, file in self.files.items()}}

    def encode(self) -> bytes:
        """Return the file: same contents, same bytes.

        Raises:
            ValueError: Larger than 100 MB.
        """
        contents = self.contents
        root = self.info.identifier
        return write_zip(
            [
                Member(name=f"{root}/{name}", data=content, is_stored=True)
                for name, content in sorted(contents.items())
            ]
        )

    def with_file(self, name: str, content: bytes) -> "ArchivePackage":
        """Return the package with one more file."""
        info = replace(
            self.info,
            payload_bytes=self.info.payload_bytes + len(content),
            payload_files=self.info.payload_files + 1,
        )
        files = {**self.files, name: PackageFile(content=content)}
        return ArchivePackage(info=info, files=files, references=self.references)


def make_package(  # noqa: PLR0913 - what a package says of itself
    *,
    organization: str,
    identifier: str,
    packed_on: date,
    kind: PackageKind,
    fonds: str,
    retention: Retention,
    files: Mapping[str, PackageFile],
    references: Mapping[str, Reference] | None = None,
    supersedes: str = "",
) -> ArchivePackage:
    """Return a package of files, which it counts.

    Raises:
        MalformedPackageError: Something cannot be said in ``bag-info.txt``.
    """
    elsewhere = dict(references or {})
    lengths = [file.length_bytes for file in files.values()]
    lengths += [item.length_bytes for item in elsewhere.values()]
    info = BagInfo(
        organization=organization,
        identifier=identifier,
        packed_on=packed_on,
        kind=kind,
        fonds=fonds,
        retention=retention,
        payload_bytes=sum(lengths),
        payload_files=len(lengths),
        supersedes=supersedes,
    )
    return ArchivePackage(info=info, files=dict(files), references=elsewhere)


def parse_package(data: bytes, *, made: ArchivePackage | None = None) -> ArchivePackage:
    """Read a package that nobody has changed in any way.

    Args:
        data: The package.
        made: What it was just made from, if that is at hand: a file in it that has the very same
            bytes has the same digests, which are not worked out again.

    Raises:
        MalformedPackageError: The rule tells what is wrong, and with which file.
    """
    package = contents_package(_contents(data), made=made)
    if package.encode() != data:
        raise MalformedPackageError(PackageRule.NOT_STRICT, "not as we write packages")
    return package


def contents_package(
    contents: Mapping[str, bytes], *, made: ArchivePackage | None = None
) -> ArchivePackage:
    """Read a package from its files by their paths, as they lie in a bag (RFC 8493).

    Args:
        contents: The files.
        made: See ``parse_package``.

    Raises:
        MalformedPackageError: The rule tells what is wrong, and with which file.
    """
    for name in (BAGIT, BAG_INFO):
        if name not in contents:
            raise MalformedPackageError(PackageRule.FOREIGN, "not a package of ours", about=name)
    info = BagInfo.parse(contents[BAG_INFO])
    _check_tags(contents)
    sha512 = read_manifest(contents[SHA512_MANIFEST], name=SHA512_MANIFEST)
    references = read_fetch_list(contents[FETCH], sha512=sha512) if FETCH in contents else {}
    files = {name: content for name, content in contents.items() if name.startswith(DATA)}
    package = ArchivePackage(
        info=info,
        files={name: _file(name, content, made) for name, content in files.items()},
        references=references,
    )
    _check_payload(package, contents, sha512)
    for name, tag in package.tags.items():
        if contents[name] != tag:
            raise MalformedPackageError(PackageRule.NOT_STRICT, "another spelling", about=name)
    return package


def _file(name: str, content: bytes, made: ArchivePackage | None) -> PackageFile:
    known = made.files.get(name) if made is not None else None
    return known if known is not None and known.content == content else PackageFile(content=content)


def _contents(data: bytes) -> dict[str, bytes]:
    """Return the entries by their names below the one folder."""
    try:
        entries = read_directory(data, LIMITS)
    except MalformedOfdError as error:
        raise MalformedPackageError(_rule_of(error, data), str(error)) from error
    roots = {entry.name.partition("/")[0] for entry in entries}
    found: dict[str, bytes] = {}
    for entry in entries:
        root, _, name = entry.name.partition("/")
        if len(entry.name.encode()) > _MAX_NAME_BYTES:
            raise MalformedPackageError(PackageRule.NAME_LENGTH, "a name is too long")
        if len(roots) != 1 or not root or not name:
            raise MalformedPackageError(PackageRule.ROOT, "not one folder", about=name)
        if entry.method != STORED or entry.is_folder:
            raise MalformedPackageError(PackageRule.NOT_STRICT, "compressed", about=name)
        found[name] = data[entry.data_start : entry.data_start + entry.size_bytes]
    return found


def _rule_of(error: MalformedOfdError, data: bytes) -> str:
    """Return the rule, told apart where the end of a face inside looks like the package's own."""
    end = data.rfind(b"PK\x05\x06")
    if error.rule != OfdRule.TRAILING_BYTES or end < 0:
        return error.rule
    try:
        read_directory(data[: end + _END_BYTES], LIMITS)
    except MalformedOfdError:
        return OfdRule.TRUNCATED
    return error.rule


def _check_tags(contents: Mapping[str, bytes]) -> None:
    """Compare descriptions and manifests with what the last manifest lists."""
    for name in _TAGS - contents.keys():
        raise MalformedPackageError(PackageRule.MISSING, "not in the package", about=name)
    listed = read_manifest(contents[TAG_MANIFEST], name=TAG_MANIFEST)
    tags = {name for name in contents if not name.startswith(DATA)} - {TAG_MANIFEST}
    _compare_names(set(listed), tags, allowed=_TAGS | {FETCH})
    for name, digest in listed.items():
        if sm3(contents[name]).hex() != digest:
            raise MalformedPackageError(PackageRule.TAG_CHANGED, "another digest", about=name)


def _check_payload(
    package: ArchivePackage, contents: Mapping[str, bytes], sha512: Mapping[str, str]
) -> None:
    """Compare every file with both manifests."""
    listed = read_manifest(contents[SM3_MANIFEST], name=SM3_MANIFEST)
    everything = package.payload
    _compare_names(set(listed), set(everything))
    _compare_names(set(sha512), set(everything))
    for name, file in everything.items():
        if (file.sm3, file.sha512) != (listed[name], sha512[name]):
            raise MalformedPackageError(PackageRule.CONTENT_CHANGED, "another digest", about=name)
    lengths = [item.length_bytes for item in everything.values()]
    if (sum(lengths), len(lengths)) != (package.info.payload_bytes, package.info.payload_files):
        raise MalformedPackageError(PackageRule.BAG_INFO, "another Payload-Oxum", about=BAG_INFO)


def _compare_names(
    listed: set[str], found: set[str], *, allowed: frozenset[str] | None = None
) -> None:
    for name in sorted(listed - found):
        raise MalformedPackageError(PackageRule.MISSING, "not in the package", about=name)
    for name in sorted(found - (listed if allowed is None else listed & allowed)):
        raise MalformedPackageError(PackageRule.UNLISTED, "in no manifest", about=name)
