"""OFD files that other programs made, read as containers: parts, references, coverage."""

import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO

import pytest

from signing.errors import MalformedOfdError
from signing.ofd.archive import Archive
from signing.ofd.contents import page_texts, read_attachments
from signing.ofd.integrity import read_integrity
from signing.ofd.package import read_package
from signing.ofd.reading import parse_strict
from signing.ofd.rules import OfdRule, Problem, SignatureProblem
from signing.ofd.signatures import SignatureKind, find_signatures
from tests.openssl import VECTORS, vector

SIGN_0 = "Doc_0/Signs/Sign_0/Signature.xml"
SIGN_1 = "Doc_0/Signs/Sign_1/Signature.xml"
LIST_CHANGED = Problem(SignatureProblem.REFERENCE_CHANGED, "/Doc_0/Signs/Signatures.xml")
SEAL, SIGN = SignatureKind.SEAL, SignatureKind.SIGN


@dataclass(frozen=True)
class Expected:
    """What one signature of a file says."""

    kind: SignatureKind
    identifier: str
    references: int
    stamps: int
    value_bytes: int
    has_seal_file: bool = True
    path: str = SIGN_0
    problems: tuple[Problem, ...] = ()


SIGNED = {
    "DigitalSign.ofd": [Expected(SIGN, "s001", 4, 0, 70, has_seal_file=False)],
    "SESV4SignDoc.ofd": [Expected(SEAL, "1", 5, 1, 17726)],
    "V4RideRight.ofd": [Expected(SEAL, "s001", 9, 5, 17726)],
    "allprotected.ofd": [Expected(SEAL, "001", 6, 1, 17726)],
    "gen_13_riding_seal.ofd": [Expected(SEAL, "s001", 10, 6, 17725)],
    "gen_14_digital_sign.ofd": [Expected(SEAL, "s001", 6, 1, 17726)],
    "h.ofd": [
        Expected(SEAL, "s001", 9, 5, 17725, problems=(LIST_CHANGED,)),
        Expected(SEAL, "s007", 11, 1, 17726, path=SIGN_1),
    ],
    "s1.ofd": [Expected(SEAL, "1", 5, 1, 17700)],
    "sealed1.ofd": [Expected(SEAL, "1", 6, 1, 17696)],
    "sealed4.ofd": [Expected(SEAL, "1", 6, 1, 17699)],
    "sealed4d.ofd": [Expected(SEAL, "1", 6, 1, 17231)],
    "sealed5.ofd": [Expected(SEAL, "1", 6, 1, 17697)],
    "signed-p7.ofd": [Expected(SIGN, "1", 5, 0, 859, has_seal_file=False)],
    "signed-p7attrs.ofd": [Expected(SIGN, "1", 5, 0, 933, has_seal_file=False)],
    "two-seals.ofd": [
        Expected(SEAL, "1", 5, 1, 17700),
        Expected(SEAL, "3", 8, 1, 17697, path=SIGN_1),
    ],
}
_FUZZ = sorted(path.name for path in (VECTORS / "ofd-fuzz").glob("*.bin"))


@pytest.mark.parametrize("name", SIGNED)
def test_every_signature_is_found_with_what_it_protects(name: str) -> None:
    package = read_package(vector(f"ofd-signed/{name}"))
    found = find_signatures(package)
    assert found.problems == ()
    assert [
        Expected(
            kind=item.kind,
            identifier=item.identifier,
            references=len(item.references),
            stamps=len(item.stamps),
            value_bytes=len(item.value),
            has_seal_file=item.seal_file is not None,
            path=item.path,
            problems=item.problems,
        )
        for item in found.signatures
    ] == SIGNED[name]
    assert all(item.unprotected == () for item in found.signatures)
    assert all(item.description and item.provider for item in found.signatures)


@pytest.mark.parametrize("name", [*SIGNED, "hello-integrity.ofd"])
def test_every_entry_is_what_another_reader_sees(name: str) -> None:
    data = vector(f"ofd-signed/{name}")
    archive = Archive(data)
    with zipfile.ZipFile(BytesIO(data)) as other:
        names = {info.filename for info in other.infolist() if not info.is_dir()}
        assert set(archive.entries) == names
        assert all(archive.read(entry) == other.read(entry) for entry in names)
    assert archive.damaged() == ()


def test_a_seal_that_protected_the_list_is_broken_by_the_next_seal() -> None:
    first, second = find_signatures(read_package(vector("ofd-signed/h.ofd"))).signatures
    assert first.broken == ("/Doc_0/Signs/Signatures.xml",)
    assert (first.is_intact, second.is_intact) == (False, True)


def test_strips_of_a_seal_across_pages_are_read() -> None:
    (signature,) = find_signatures(read_package(vector("ofd-signed/V4RideRight.ofd"))).signatures
    assert [stamp.page for stamp in signature.stamps] == ["1", "21", "43", "63", "83"]
    assert signature.stamps[1].boundary == (194, 40, 40, 40)
    assert signature.stamps[1].clip == (8, 0, 8, 40)


def test_text_of_a_foreign_page_is_read() -> None:
    package = read_package(vector("ofd-signed/DigitalSign.ofd"))
    assert page_texts(package, package.bodies[0]) == ("你好呀，OFD Reader&Writer！",)
    assert dict(read_attachments(package, package.bodies[0])) == {}


def test_package_integrity_of_another_program_is_complete() -> None:
    package = read_package(vector("ofd-signed/hello-integrity.ofd"))
    assert find_signatures(package).signatures == ()
    found = read_integrity(package)
    assert found is not None
    assert found.is_complete
    assert found.entries_xml == package.archive.read("OFDEntries.xml")
    assert found.value == package.archive.read("signedvalue.dat")


@pytest.mark.parametrize("name", SIGNED)
def test_a_foreign_file_is_never_taken_for_one_of_ours(name: str) -> None:
    with pytest.raises(MalformedOfdError) as caught:
        parse_strict(vector(f"ofd-signed/{name}"))
    assert caught.value.rule == OfdRule.NOT_STRICT


@pytest.mark.skipif(not _FUZZ, reason=f"no vectors at {VECTORS} (set YINXIN_VECTORS)")
@pytest.mark.parametrize("name", _FUZZ)
def test_a_fuzzed_file_costs_little_and_carries_no_sound_signature(name: str) -> None:
    data = vector(f"ofd-fuzz/{name}")
    with _little_is_spent():
        assert not _sound_signatures(data)
    with pytest.raises(MalformedOfdError):
        parse_strict(data)


@contextmanager
def _little_is_spent() -> Iterator[None]:
    tracemalloc.start()
    began = time.process_time()
    try:
        yield
        assert time.process_time() - began < 5
        assert tracemalloc.get_traced_memory()[1] < 64_000_000
    finally:
        tracemalloc.stop()


def _sound_signatures(data: bytes) -> list[str]:
    """The signatures that nothing is wrong with, having read all there is to read."""
    try:
        package = read_package(data)
    except MalformedOfdError:
        return []
    found = find_signatures(package)
    read_integrity(package)
    for body in package.bodies:
        for read in (read_attachments, page_texts):
            with suppress(MalformedOfdError):
                read(package, body)
    return [item.path for item in found.signatures if item.is_intact]
