from collections.abc import Iterable

import pytest

from signing import der
from signing.algorithms import sm3
from signing.ofd.descriptions import Provider, Stamp
from signing.ofd.package import read_package
from signing.ofd.rules import Problem, SignatureProblem
from signing.ofd.signatures import OfdSignature, SignatureKind, SignatureSet, find_signatures
from signing.ofd.writing import Member, write_zip
from tests.unit.signing.ofd.samples import (
    LIST,
    PAGE,
    SEAL,
    SIGN_0,
    SIGN_1,
    STAMP,
    VALUE,
    foreign,
    foreign_files,
    members_of,
    repacked,
    sealed,
    sealed_twice,
    signature_xml,
    xml,
)


def _find(data: bytes) -> SignatureSet:
    return find_signatures(read_package(data))


def _only(data: bytes) -> OfdSignature:
    found = _find(data)
    assert found.problems == ()
    (signature,) = found.signatures
    return signature


def _kinds(problems: Iterable[Problem]) -> list[SignatureProblem]:
    return [problem.kind for problem in problems]


def test_our_own_signature_covers_everything() -> None:
    signature = _only(sealed())
    assert signature.kind is SignatureKind.SEAL
    assert signature.path == f"{SIGN_0}Signature.xml"
    assert (signature.problems, signature.unprotected, signature.broken) == ((), (), ())
    assert signature.is_intact
    assert signature.digest == sm3(signature.signature_xml)
    assert (signature.value, signature.seal_file) == (VALUE, SEAL)
    assert signature.stamps == (STAMP,)
    assert signature.provider == Provider(name="Yinxin", company="Yinxin", version="1")
    assert {item.entry for item in signature.references} >= {"OFD.xml", PAGE}


def test_each_of_two_seals_covers_what_was_there() -> None:
    first, second = _find(sealed_twice()).signatures
    assert first.is_intact
    assert second.is_intact
    assert (first.unprotected, second.unprotected) == ((), ())
    assert {item.entry for item in second.references} >= {
        f"{SIGN_0}SignedValue.dat",
        f"{SIGN_0}Signature.xml",
        f"{SIGN_0}Seal.esl",
    }


def test_a_changed_entry_is_named_and_the_rest_still_holds() -> None:
    signature = _only(repacked(sealed(), {PAGE: lambda data: data + b" "}))
    assert signature.problems == (Problem(SignatureProblem.REFERENCE_CHANGED, f"/{PAGE}"),)
    assert signature.broken == (f"/{PAGE}",)
    assert not signature.is_intact


def test_a_removed_entry_is_named() -> None:
    signature = _only(repacked(sealed(), without=[PAGE]))
    assert signature.problems == (Problem(SignatureProblem.REFERENCE_MISSING, f"/{PAGE}"),)


def test_all_changes_are_named_not_only_the_first() -> None:
    changed = repacked(sealed(), {"OFD.xml": lambda data: data + b" ", PAGE: b"<x/>"})
    assert _only(changed).broken == ("/OFD.xml", f"/{PAGE}")


def test_an_added_entry_is_named_as_unprotected() -> None:
    changed = repacked(sealed(), add=[Member("Doc_0/Annots/a.xml", b"<x/>"), Member("b", b"")])
    signature = _only(changed)
    assert signature.is_intact
    assert signature.unprotected == ("Doc_0/Annots/a.xml", "b")


def test_a_file_between_two_seals_is_unprotected_by_the_first_only() -> None:
    members = members_of(sealed_twice())
    added = Member(f"{SIGN_1}more.xml", b"<x/>")
    first, second = _find(write_zip([*members, added])).signatures
    assert first.unprotected == (added.name,)
    assert second.unprotected == (added.name,)


def test_a_made_up_later_signature_excuses_no_part_of_the_document() -> None:
    files = foreign_files()
    del files["/Doc_0/Content.xml"]
    for line in (
        '<ofd:Signature ID="2" BaseLoc="/Doc_0/Content.xml"/>',
        '<ofd:Signature ID="2" BaseLoc="/Doc_0/Signs/Sign_1/Signature.xml"/>',
        '<ofd:Signature ID="2" BaseLoc="/Doc_0/Signature.xml"/>',
    ):
        lines = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>' + line
        made_up = signature_xml({}, value="/Doc_0/Content.xml", seal="/Doc_0/Content.xml")
        other = f"{SIGN_1}Signature.xml" if "Sign_1" in line else "Doc_0/Signature.xml"
        found = _find(foreign(signature_xml(files), {other: made_up}, line=lines))
        assert "Doc_0/Content.xml" in found.signatures[0].unprotected, line


def test_a_value_elsewhere_is_not_excused_by_a_later_signature() -> None:
    lines = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
    lines += '<ofd:Signature ID="2" BaseLoc="Sign_1/Signature.xml"/>'
    attached = {"Doc_0/Attachs/a.p7s": VALUE}
    later = {f"{SIGN_1}Signature.xml": signature_xml({}, value="/Doc_0/Attachs/a.p7s")}
    found = _find(foreign(signature_xml(foreign_files()), attached | later, line=lines))
    assert found.signatures[0].unprotected == ("Doc_0/Attachs/a.p7s",)


@pytest.mark.parametrize(
    "method",
    ["SM3", "sm3", " 1.2.156.10197.1.401 ", "1.2.156.10197.1.401.1", "1.2.156.10197.1.401.2"],
)
def test_every_spelling_of_sm3_is_read(method: str) -> None:
    signature = _only(foreign(signature_xml(foreign_files(), method=method)))
    assert (signature.problems, signature.unprotected) == ((), ())


@pytest.mark.parametrize(
    ("method", "about"),
    [(None, "MD5"), ("", "MD5"), ("MD5", "MD5"), ("SHA1", "SHA1"), ("SM3X", "SM3X")],
)
def test_another_check_method_is_refused_and_named(method: str | None, about: str) -> None:
    signature = _only(foreign(signature_xml(foreign_files(), method=method)))
    assert signature.problems == (Problem(SignatureProblem.CHECK_METHOD, about),)
    assert signature.broken == tuple(foreign_files())


def test_what_a_signature_does_not_reference_is_unprotected() -> None:
    files = foreign_files()
    del files["/OFD.xml"]
    signature = _only(foreign(signature_xml(files)))
    assert signature.is_intact
    assert signature.unprotected == ("OFD.xml",)


def test_paths_relative_to_signature_xml_are_read() -> None:
    relative = {"../../.." + path: data for path, data in foreign_files().items()}
    assert _only(foreign(signature_xml(relative))).unprotected == ()
    rootless = {path.removeprefix("/"): data for path, data in foreign_files().items()}
    assert _only(foreign(signature_xml(rootless))).unprotected == ()


def test_a_signature_without_references_is_a_problem() -> None:
    signature = _only(foreign(signature_xml({})))
    assert _kinds(signature.problems) == [SignatureProblem.NO_REFERENCES]
    assert signature.unprotected == ("Doc_0/Content.xml", "Doc_0/Document.xml", "OFD.xml")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("AAAA", SignatureProblem.REFERENCE_UNREADABLE),
        ("", SignatureProblem.REFERENCE_UNREADABLE),
        ("no base64!", SignatureProblem.REFERENCE_UNREADABLE),
        ("一", SignatureProblem.REFERENCE_UNREADABLE),
        ("A" * 5000, SignatureProblem.REFERENCE_UNREADABLE),
        ("A" * 43 + "=", SignatureProblem.REFERENCE_CHANGED),
    ],
)
def test_a_check_value_that_is_no_digest_is_named(value: str, kind: SignatureProblem) -> None:
    more = f'<ofd:Reference FileRef="/OFD.xml"><ofd:CheckValue>{value}</ofd:CheckValue>'
    signature = _only(foreign(signature_xml(foreign_files(), more=more + "</ofd:Reference>")))
    assert signature.problems == (Problem(kind, "/OFD.xml"),)


def test_a_reference_with_two_check_values_is_unreadable() -> None:
    value = f"<ofd:CheckValue>{'A' * 43}=</ofd:CheckValue>" * 2
    more = f'<ofd:Reference FileRef="/OFD.xml">{value}</ofd:Reference>'
    signature = _only(foreign(signature_xml(foreign_files(), more=more)))
    assert _kinds(signature.problems) == [SignatureProblem.REFERENCE_UNREADABLE]


def test_a_damaged_entry_is_a_changed_one() -> None:
    data = foreign(signature_xml(foreign_files()))
    member = next(member for member in members_of(data) if member.name == "Doc_0/Content.xml")
    at = data.index(member.packed) + len(member.packed) // 2
    broken = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
    signature = _only(broken)
    assert signature.problems == (
        Problem(SignatureProblem.REFERENCE_CHANGED, "/Doc_0/Content.xml"),
    )


def test_missing_parts_are_named() -> None:
    no_value = signature_xml(foreign_files(), value="nothing.dat", seal="Seal.esl")
    signature = _only(foreign(no_value))
    assert signature.problems == (
        Problem(SignatureProblem.VALUE_MISSING, "nothing.dat"),
        Problem(SignatureProblem.SEAL_MISSING, "Seal.esl"),
    )
    assert (signature.value, signature.seal_file) == (b"", None)
    assert signature.unprotected == (f"{SIGN_0}SignedValue.dat",)


def test_a_value_that_is_not_der_stays_visible_and_unprotected() -> None:
    signature = _only(foreign(signature_xml(foreign_files(), value="odd.dat"), {}))
    assert _kinds(signature.problems) == [SignatureProblem.VALUE_MISSING]
    odd = foreign(signature_xml(foreign_files(), value="odd"), {f"{SIGN_0}odd": b"text"})
    assert _only(odd).value == b"text"
    assert f"{SIGN_0}odd" in _only(odd).unprotected


def test_a_value_larger_than_any_honest_one_is_missing() -> None:
    huge = {f"{SIGN_0}SignedValue.dat": der.octets(bytes(1_000_001))}
    signature = _only(foreign(signature_xml(foreign_files()), huge))
    assert _kinds(signature.problems) == [SignatureProblem.VALUE_MISSING]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not XML",
        xml("Signatures", ""),
        xml("Signature", ""),
        xml("Signature", "<ofd:SignedInfo/>"),
        xml("Signature", "<ofd:SignedInfo/>" * 2 + "<ofd:SignedValue>x</ofd:SignedValue>"),
        xml("Signature", "<ofd:SignedInfo><ofd:Seal/></ofd:SignedInfo><ofd:SignedValue/>"),
        signature_xml({f"/{number}": b"" for number in range(5001)}),
        signature_xml({}, stamps=" " * 1_000_001),
    ],
)
def test_a_signature_that_cannot_be_read_is_a_problem_and_protects_nothing(content: bytes) -> None:
    signature = _only(foreign(content))
    assert _kinds(signature.problems) == [SignatureProblem.UNREADABLE]
    assert "OFD.xml" in signature.unprotected
    assert signature.path in signature.unprotected
    assert (signature.signature_xml, signature.digest, signature.stamps) == (b"", b"", ())
    assert signature.provider is None


def test_stamps_are_read_as_others_write_them() -> None:
    stamps = (
        '<ofd:StampAnnot ID="s1" PageRef="1" Boundary="202 128.50000000000001 40 4E1"/>'
        '<ofd:StampAnnot ID="s2" PageRef="21" Boundary="-1 0 40 40" Clip="8 0 8 40"/>'
    )
    signature = _only(foreign(signature_xml(foreign_files(), stamps=stamps)))
    assert signature.stamps == (
        Stamp(page="1", boundary=(202, 128.50000000000001, 40, 40)),
        Stamp(page="21", boundary=(-1, 0, 40, 40), clip=(8, 0, 8, 40)),
    )


@pytest.mark.parametrize(
    "attributes",
    [
        'PageRef="1"',
        'Boundary="1 2 3 4"',
        'PageRef="1" Boundary="1 2 3"',
        'PageRef="1" Boundary="1 2 3 4 5"',
        'PageRef="1" Boundary="1 2 nan 4"',
        'PageRef="1" Boundary="1 2 3 -4"',
        'PageRef="1" Boundary="1 2 3 4" Clip=""',
        'PageRef="1" Boundary="1 2 3 1_0"',
    ],
)
def test_a_stamp_that_cannot_be_read_is_named(attributes: str) -> None:
    stamps = f'<ofd:StampAnnot ID="s9" {attributes}/>'
    signature = _only(foreign(signature_xml(foreign_files(), stamps=stamps)))
    assert signature.problems == (Problem(SignatureProblem.STAMP_UNREADABLE, "s9"),)
    assert signature.stamps == ()


@pytest.mark.parametrize(
    ("written", "kind", "problems"),
    [
        ("", SignatureKind.SEAL, []),
        ('Type="Seal"', SignatureKind.SEAL, []),
        ('Type="Sign"', SignatureKind.SIGN, []),
        ('Type="Other"', SignatureKind.SEAL, [SignatureProblem.UNKNOWN_TYPE]),
    ],
)
def test_the_list_tells_seals_from_digital_signatures(
    written: str, kind: SignatureKind, problems: list[SignatureProblem]
) -> None:
    line = f'<ofd:Signature ID="1" {written} BaseLoc="Sign_0/Signature.xml"/>'
    signature = _only(foreign(signature_xml(foreign_files()), line=line))
    assert signature.kind is kind
    assert _kinds(signature.problems) == problems


def test_what_a_problem_is_about_is_cut_to_a_bearable_length() -> None:
    signature = _only(foreign(signature_xml(foreign_files(), method="x" * 5000)))
    assert [len(problem.about) for problem in signature.problems] == [1024]


def test_a_signature_listed_twice_is_judged_once_and_named() -> None:
    lines = '<ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
    lines += '<ofd:Signature ID="2" BaseLoc="/Doc_0/Signs/Sign_0/Signature.xml"/>'
    found = _find(foreign(signature_xml(foreign_files()), line=lines))
    assert len(found.signatures) == 1
    assert found.problems == (Problem(SignatureProblem.LISTED_TWICE, f"{SIGN_0}Signature.xml"),)


def test_more_signatures_than_allowed_are_named_not_read() -> None:
    lines = "".join(f'<ofd:Signature ID="{n}" BaseLoc="S{n}.xml"/>' for n in range(129))
    found = _find(foreign(b"<no/>", line=lines))
    assert len(found.signatures) == 128
    assert Problem(SignatureProblem.TOO_MANY, "129") in found.problems


def test_a_file_without_signatures_has_none_and_no_problem() -> None:
    plain = write_zip([Member("OFD.xml", xml("OFD", "<ofd:DocBody/>"))])
    assert _find(plain) == SignatureSet(signatures=(), problems=())


def test_a_signature_that_no_list_leads_to_is_named() -> None:
    unhooked = repacked(
        sealed(), {"OFD.xml": lambda data: data.replace(b"ofd:Signatures", b"ofd:Signaturez")}
    )
    found = _find(unhooked)
    assert found.signatures == ()
    assert found.problems == (Problem(SignatureProblem.UNLISTED, f"{SIGN_0}Signature.xml"),)
    without_first = repacked(
        sealed_twice(), {LIST: lambda data: data.replace(b"/Sign_0/", b"/Sign_1/")}
    )
    assert SignatureProblem.UNLISTED in _kinds(_find(without_first).problems)


@pytest.mark.parametrize("content", [b"", b"<x/>", b"<!DOCTYPE Signatures><Signatures/>"])
def test_a_list_that_cannot_be_read_is_named(content: bytes) -> None:
    found = _find(repacked(sealed(), {LIST: content}))
    assert found.problems[0] == Problem(SignatureProblem.LIST_UNREADABLE, LIST)
    assert SignatureProblem.UNLISTED in _kinds(found.problems)


def test_a_document_with_two_lists_of_signatures_is_named() -> None:
    twice = repacked(
        sealed(),
        {
            "OFD.xml": lambda data: data.replace(
                b"</ofd:DocBody>", b"<ofd:Signatures>x</ofd:Signatures></ofd:DocBody>"
            )
        },
    )
    found = _find(twice)
    assert _kinds(found.problems) == [SignatureProblem.LIST_UNREADABLE] * 2
    assert len(found.signatures) == 1
