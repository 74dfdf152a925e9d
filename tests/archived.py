"""Archive packages of the test world, good ones and bad ones."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache

from certs.issuance import issue
from certs.licenses import License
from certs.packages.events import EventType, PackageEvent
from certs.packages.files import OFD, PDF, RECORD, SIGNATURE, PackageFile
from certs.packages.license_packages import (
    ArchiveTerms,
    CapturedLicense,
    checked_package,
    draft_package,
)
from certs.packages.manifests import SM3_MANIFEST, TAG_MANIFEST
from certs.packages.package import ArchivePackage
from certs.records import LicenseRecord
from signing.algorithms import sm3
from tests import desks, sealed, world
from tests.doubles.issuing import MemoryObjects
from tests.doubles.register import MemoryDatabase

TERMS = ArchiveTerms(organization="芜湖市样例市场监督管理局", fonds=desks.ISSUER)
AT = world.NOON + timedelta(hours=1)


@cache
def issued(count: int = 2) -> tuple[tuple[License, ...], MemoryObjects]:
    """Licenses with real signatures, and their files."""
    objects = MemoryObjects()
    plain = desks.desk(MemoryDatabase().unit_of_work, objects)
    desk = replace(plain, renderer=sealed._faces(), ofd=sealed._ofd_faces())
    outcomes = issue(desks.requests(count), desk=desk)
    return tuple(item.license for item in outcomes if item.license is not None), objects


def captured(number: int = 0, *, supersedes: str = "") -> CapturedLicense:
    licenses, objects = issued()
    files = licenses[number].files
    content = {RECORD: files.record, SIGNATURE: files.signature, PDF: files.pdf, OFD: files.ofd}
    record = LicenseRecord.parse(objects.get(files.record))
    sealing = PackageEvent(
        type=EventType.SIGNING, step="用印", at=world.NOON, agent=desks.ISSUER, detail="seal"
    )
    return CapturedLicense(
        record=record,
        content={name: PackageFile(content=objects.get(key)) for name, key in content.items()},
        events=(sealing,),
        evidence={"data/evidence/validation.json": b'{"conclusion":"passed"}'},
        supersedes=supersedes,
    )


def package(number: int = 0, *, supersedes: str = "") -> ArchivePackage:
    draft = draft_package(captured(number, supersedes=supersedes), terms=TERMS, packed_at=AT)
    return checked_package(draft, b'{"results":[]}')


@cache
def encoded(number: int = 0) -> bytes:
    return package(number).encode()


def contents(data: bytes) -> dict[str, bytes]:
    """The entries of a package by their whole names, as another program reads them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(
    entries: Mapping[str, bytes], *, year: int = 1980, method: int = zipfile.ZIP_STORED
) -> bytes:
    """A zip file as another program writes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), content, method)
    return target.getvalue()


def root(data: bytes) -> str:
    return next(iter(contents(data))).partition("/")[0]


def with_tag(name: str, content: bytes, *, is_listed: bool = False) -> bytes:
    """The package with another description, and a last manifest that lists it if asked."""
    good, folder = package(), package().info.identifier
    changed = {**good.tags, name: content}
    if is_listed:
        listed = {key: value for key, value in changed.items() if key != TAG_MANIFEST}
        lines = (f"{sm3(value).hex()}  {key}\n" for key, value in sorted(listed.items()))
        changed[TAG_MANIFEST] = "".join(lines).encode()
    files = {key: file.content for key, file in good.files.items()}
    return _ours({f"{folder}/{key}": value for key, value in (changed | files).items()})


def _ours(entries: Mapping[str, bytes]) -> bytes:
    from signing.ofd.writing import Member, write_zip  # noqa: PLC0415 - only for bad packages

    return write_zip(
        [Member(name=name, data=entries[name], is_stored=True) for name in sorted(entries)]
    )


def _with(extra: Mapping[str, bytes]) -> bytes:
    return _ours({**contents(encoded()), **{f"{root(encoded())}/{k}": v for k, v in extra.items()}})


def _without(name: str) -> bytes:
    gone = f"{root(encoded())}/{name}"
    return _ours({key: value for key, value in contents(encoded()).items() if key != gone})


def _twice() -> bytes:
    """The record stands twice, by the same name: a short name is made the other's on both sides."""
    name = f"{root(encoded())}/{RECORD}".encode()
    other = name[:-1] + b"X"
    data = zipped({**contents(encoded()), other.decode(): b"{}"})
    return data.replace(other, name)


def _escaping() -> bytes:
    folder = root(encoded())
    inside = f"{folder}/aa/bb/cc.txt"
    data = zipped({**contents(encoded()), inside: b"x"})
    return data.replace(b"/aa/bb/cc.txt", b"/../../cc.txt")


def _swapped() -> bytes:
    return package(1).tags[SM3_MANIFEST]


BAD: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "cut short": (lambda: encoded()[:-10], "truncated", ""),
    "half of it": (lambda: encoded()[: len(encoded()) // 2], "truncated", ""),
    "nothing": (lambda: b"", "not-a-zip", ""),
    "a face": (lambda: package().files[PDF].content, "not-a-zip", ""),
    "longer": (lambda: encoded() + b"x", "trailing-bytes", ""),
    "something before": (lambda: b"x" + encoded(), "leading-bytes", ""),
    "zipped again": (lambda: zipped(contents(encoded())), "not-strict", ""),
    "zipped again today": (lambda: zipped(contents(encoded()), year=2026), "not-strict", ""),
    "compressed": (
        lambda: zipped(contents(encoded()), method=zipfile.ZIP_DEFLATED),
        "not-strict",
        "bag-info.txt",
    ),
    "another order": (
        lambda: zipped(dict(reversed(contents(encoded()).items()))),
        "not-strict",
        "",
    ),
    "another's manifest": (
        lambda: with_tag(SM3_MANIFEST, _swapped()),
        "tag-changed",
        SM3_MANIFEST,
    ),
    "another's manifest, listed": (
        lambda: with_tag(SM3_MANIFEST, _swapped(), is_listed=True),
        "content-changed",
        "",
    ),
    "no manifest": (
        lambda: with_tag(SM3_MANIFEST, b"\xff\n", is_listed=True),
        "manifest",
        SM3_MANIFEST,
    ),
    "a path outward": (_escaping, "name", ""),
    "a name twice": (_twice, "duplicate-name", ""),
    "a file more": (lambda: _with({"data/more.txt": b"x"}), "unlisted", "data/more.txt"),
    "a description more": (lambda: _with({"more.txt": b"x"}), "unlisted", "more.txt"),
    "a file less": (lambda: _without(SIGNATURE), "missing", SIGNATURE),
    "a manifest less": (lambda: _without("manifest-sha512.txt"), "missing", "manifest-sha512.txt"),
    "two folders": (lambda: _ours({**contents(encoded()), "zz/data/x": b""}), "root", ""),
    "a long name": (lambda: _with({f"data/{'x' * 500}": b""}), "name-length", ""),
    "somebody's zip": (lambda: zipped({"a/b.txt": b"x"}), "foreign", "bagit.txt"),
    "somebody's bag": (
        lambda: zipped({"a/bagit.txt": b"BagIt-Version: 1.0\n", "a/bag-info.txt": b"A: b\n"}),
        "foreign",
        "bag-info.txt",
    ),
    "a thousand and one": (
        lambda: zipped({f"a/{number}": b"" for number in range(1001)}),
        "too-many-entries",
        "",
    ),
}
"""By what is wrong: the file, the rule that names it, and the file inside that it names."""
