"""Archive packages: one form, and everything else is refused by name."""

import zipfile
from dataclasses import replace
from pathlib import Path

import bagit
import pytest

from certs.errors import MalformedPackageError
from certs.license_files import find_file, has_files, read_file, read_record
from certs.packages.bag_info import PackageKind, PackageType, Retention
from certs.packages.envelopes import parse_envelope
from certs.packages.events import EventType, parse_events
from certs.packages.files import ENVELOPE, EVENTS, LICENSES, RECORD, PackageFile, Reference
from certs.packages.index import TAIL_BYTES, read_index
from certs.packages.license_packages import draft_package
from certs.packages.metadata import problems_of
from certs.packages.package import make_package, parse_package
from signing.algorithms import sm3
from tests import archived, desks
from tests.doubles.issuing import MemoryObjects


def test_a_package_comes_back_as_it_was_written() -> None:
    package = archived.package()

    found = parse_package(package.encode())

    assert found.info == package.info
    assert {name: file.content for name, file in found.files.items()} == {
        name: file.content for name, file in package.files.items()
    }
    assert found.package_id == package.package_id
    assert found.encode() == package.encode()


def test_the_same_contents_are_the_same_bytes() -> None:
    assert archived.package().encode() == archived.package().encode()
    assert archived.package(1).encode() != archived.package().encode()


@pytest.mark.parametrize("wrong", archived.BAD)
def test_what_is_not_a_whole_package_is_refused_by_name(wrong: str) -> None:
    make, rule, about = archived.BAD[wrong]

    with pytest.raises(MalformedPackageError) as refused:
        parse_package(make())

    assert refused.value.rule == rule
    assert about in {"", refused.value.about}


@pytest.mark.parametrize("name", sorted({**archived.package().files, **archived.package().tags}))
def test_one_changed_byte_is_seen_and_its_file_named(name: str) -> None:
    data = bytearray(archived.encoded())
    whole = f"{archived.root(bytes(data))}/{name}"
    content = archived.contents(bytes(data))[whole]
    at = data.index(content, data.index(whole.encode())) + len(content) // 2
    data[at] ^= 1

    with pytest.raises(MalformedPackageError) as refused:
        parse_package(bytes(data))

    assert refused.value.about in {name, "bagit.txt", "bag-info.txt"} or name.startswith("tag")


def test_no_byte_of_a_package_can_vary() -> None:
    data = archived.encoded()
    for at in range(0, len(data), 101):
        changed = bytearray(data)
        changed[at] ^= 0x20
        with pytest.raises(MalformedPackageError):
            parse_package(bytes(changed))


def test_every_file_is_found_by_its_offset_from_the_end_alone() -> None:
    data = archived.encoded()

    index = read_index(data[-TAIL_BYTES:], len(data))

    found = {name: data[span.offset : span.offset + span.length] for name, span in index.items()}
    whole = archived.contents(data)
    assert found == {name.partition("/")[2]: content for name, content in whole.items()}


@pytest.mark.parametrize("tail", [b"", b"x" * 100, archived.encoded()[-100:]])
def test_an_end_that_is_not_a_packages_has_no_index(tail: bytes) -> None:
    with pytest.raises(MalformedPackageError):
        read_index(tail, len(archived.encoded()))


def test_a_file_is_read_wherever_it_lies_and_nothing_else_passes_for_it() -> None:
    (license, _), objects = archived.issued()
    packages = MemoryObjects()
    digest = packages.put(archived.encoded())
    files = replace(license.files, package=digest, package_bytes=len(archived.encoded()))

    assert has_files(packages, files)
    assert has_files(objects, license.files)
    assert not has_files(packages, license.files)
    for name in files.names:
        assert read_file(packages, files, name) == read_file(objects, license.files, name)
        assert find_file(packages, files, name) == find_file(objects, license.files, name)
    assert read_record(packages, files).encode() == objects.get(files.record)

    damaged = bytearray(archived.encoded())
    damaged[damaged.index(objects.get(files.pdf)) + 99] ^= 1
    packages.contents[digest] = bytes(damaged)
    with pytest.raises(MalformedPackageError):
        read_file(packages, files, files.pdf)
    assert find_file(packages, files, files.pdf) is None
    assert find_file(packages, files, files.record) == objects.get(files.record)
    packages.remove(digest)
    assert find_file(packages, files, files.record) is None
    assert not has_files(packages, files)


def test_the_envelope_names_every_content_file_by_its_digest() -> None:
    package = archived.package()

    envelope = parse_envelope(package.files[ENVELOPE].content)

    assert envelope.type is PackageType.ORIGINAL
    assert {file.name: file.sm3 for file in envelope.files} == {
        name: sm3(file.content).hex()
        for name, file in package.files.items()
        if name.startswith("data/content/")
    }
    kinds = frozenset({"required", "length", "form", "values", "known"})
    assert not problems_of(envelope.values, kinds=kinds)
    assert envelope.values["电子文件号"] == package.info.identifier


@pytest.mark.parametrize("broken", [b"", b"<a/>", b"<!DOCTYPE a><a/>", b"<a>" * 9, b"\xff"])
def test_an_envelope_that_cannot_be_read_is_refused(broken: bytes) -> None:
    with pytest.raises(MalformedPackageError, match="envelope"):
        parse_envelope(broken)


def test_events_come_back_in_their_order() -> None:
    events = parse_events(archived.package().files[EVENTS].content)

    assert [(item.type, item.step) for item in events] == [(EventType.SIGNING, "用印")]


def test_an_amended_package_names_the_one_it_supersedes() -> None:
    first = archived.package()

    second = parse_package(archived.package(supersedes=first.package_id).encode())

    assert second.info.supersedes == first.package_id
    assert second.info.type is PackageType.AMENDED
    assert second.package_id != first.package_id
    assert "修改型" in second.files[ENVELOPE].content.decode()


def test_a_package_refers_to_what_is_archived_already() -> None:
    inner = archived.encoded()
    name = f"{LICENSES}{archived.root(inner)}.zip"
    file = PackageFile(content=inner)
    reference = Reference(sm3=file.sm3, sha512=file.sha512, length_bytes=len(inner))
    case = make_package(
        organization="样例",
        identifier="C1",
        packed_on=archived.AT.date(),
        kind=PackageKind.CASE,
        fonds=desks.ISSUER,
        retention=Retention.PERMANENT,
        files={"data/content/case.json": PackageFile(content=b"{}")},
        references={name: reference},
    )

    found = parse_package(case.encode())

    assert found.references == {name: reference}
    line = f"urn:sm3:{sm3(inner).hex()} {len(inner)} {name}\n"
    assert found.tags["fetch.txt"] == line.encode()
    assert found.info.payload_bytes == len(inner) + 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_unpacked_package_is_a_bag_to_other_programs(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archived.encoded())
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / archived.root(archived.encoded())

    bagit.Bag(str(folder)).validate()

    (folder / RECORD).write_bytes(b"{}")
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(folder)).validate()


def test_known_digests_save_a_second_reading_and_change_nothing() -> None:
    captured = archived.captured()
    known = {
        name: PackageFile(content=file.content, known_sm3=sm3(file.content).hex())
        for name, file in captured.content.items()
    }

    again = draft_package(
        replace(captured, content=known), terms=archived.TERMS, packed_at=archived.AT
    )

    plain = draft_package(captured, terms=archived.TERMS, packed_at=archived.AT)
    assert again.encode() == plain.encode()
    wrong = known | {RECORD: PackageFile(content=known[RECORD].content, known_sm3="0" * 64)}
    lied = draft_package(
        replace(captured, content=wrong), terms=archived.TERMS, packed_at=archived.AT
    )
    with pytest.raises(MalformedPackageError, match="content-changed"):
        parse_package(lied.encode())
