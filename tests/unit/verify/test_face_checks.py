"""Findings on what a face prints: its texts and its code, old faces and foreign ones."""

import re
from dataclasses import replace

import pytest

from certs.catalogue import Catalogue
from certs.faces.content import FaceContent
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.records import LicenseRecord
from certs.type_folders import catalogue_with
from signing import cose
from signing.pdf.reading import parse_strict
from tests import bare_pages, world
from tests.printed import (
    URL,
    code_text,
    content_of,
    laid_out,
    ofd_of,
    ofd_with,
    ofd_without_names,
    operated,
    pdf_of,
    printing,
    record,
    without_marks,
)
from tests.type_copies import write_version
from verify.checks import Check, Outcome
from verify.face_checks import (
    MAX_MISMATCHES,
    check_fields,
    check_printed_code,
    check_text,
    needs_reader,
)
from verify.printed_faces import PrintedFace, printed_ofd, printed_pdf
from verify.report import Finding

OK, BAD, UNKNOWN = Outcome.OK, Outcome.BAD, Outcome.UNKNOWN
SIGNER = world.region("340200").record_signer
OTHER = world.region("610300").record_signer


def _ends(findings: list[Finding]) -> list[tuple[Check, Outcome, str]]:
    return [(item.check, item.outcome, item.reason) for item in findings]


def _coded(text: str) -> FaceContent:
    return replace(content_of(), qr_text=text)


def _code_ends(
    printed: PrintedFace, said: LicenseRecord | None = None
) -> list[tuple[Check, Outcome, str]]:
    return _ends(check_printed_code(said or record(), printed, SIGNER.certificate))


SOUND_CODE = [(Check.CODE_SIGNATURE, OK, ""), (Check.CODE_RECORD, OK, "")]


def test_a_true_face_is_good_field_by_field() -> None:
    for printed in (pdf_of(content_of()), ofd_of(content_of())):
        (finding,) = check_fields(record(), printed)

        assert (finding.check, finding.outcome, finding.reason) == (Check.RECORD_PAGE, OK, "fields")
        assert finding.facts == {"count": "16"}
        assert not needs_reader(printed)


def test_each_field_that_differs_has_a_finding() -> None:
    altered = printing(operator="别家饭店", hotline="12316")
    for printed in (pdf_of(altered), ofd_of(altered)):
        findings = check_fields(record(), printed)

        assert _ends(findings) == [(Check.RECORD_PAGE, BAD, "field")] * 2
        assert [item.facts["field"] for item in findings] == ["certificateHolderName", "hotline"]
        assert findings[1].facts["record"] == "12315"
        assert findings[1].facts["printed"] == "12316"


def test_findings_are_not_endless() -> None:
    said = replace(record(), fields={f"field_{number}": "甲" for number in range(50)})
    assert len(check_fields(said, pdf_of(content_of()))) <= MAX_MISMATCHES
    assert len(check_text(said, "")) == MAX_MISMATCHES


def test_faces_from_before_there_were_names_are_good_by_their_values() -> None:
    for printed in (
        printed_pdf(laid_out(content_of(), without_marks)),
        printed_ofd(ofd_without_names()),
    ):
        assert _ends(check_fields(record(), printed)) == [(Check.RECORD_PAGE, OK, "values")]
        assert _code_ends(printed) == SOUND_CODE


def test_an_old_face_that_prints_another_value_is_bad() -> None:
    altered = printing(operator="别家饭店")
    for printed in (
        printed_pdf(laid_out(altered, without_marks)),
        printed_ofd(ofd_without_names(altered)),
    ):
        (finding,) = check_fields(record(), printed)

        assert (finding.outcome, finding.reason) == (BAD, "field")
        assert finding.facts["field"] == "certificateHolderName"


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """A region's own catalogue: it has imported another version of a type."""
    folder = tmp_path_factory.mktemp("types")
    write_version(
        folder,
        ('label_zh = "经营场所"', 'label_zh = "经营地点"'),
        ('unprinted = ["valid_from"]', 'unprinted = ["valid_from", "hotline"]'),
    )
    return catalogue_with(folder)


def test_a_face_of_an_imported_type_is_told_by_the_words_of_the_type(types: Catalogue) -> None:
    imported = replace(record(), type_version=2)
    printed = pdf_of(printing(premises="别处"))

    (known,) = check_fields(imported, printed, types=types)
    (unknown,) = check_fields(imported, printed)

    assert (known.outcome, unknown.outcome) == (BAD, BAD)
    assert (known.facts["label"], known.facts["printed"]) == ("经营地点", "别处")
    assert (unknown.facts["label"], unknown.facts["printed"]) == ("premises", "别*")


def test_what_only_an_unknown_type_could_tell_is_left_open(types: Catalogue) -> None:
    imported = replace(record(), type_version=2)
    content = content_of()
    page = "\n".join([*content.values.values(), content.identifier]).replace("12315", "")

    (finding,) = check_text(imported, page)
    assert (finding.outcome, finding.reason) == (UNKNOWN, "type-unknown")
    assert finding.facts["field"] == "hotline"
    assert _ends(check_text(imported, page, types=types)) == [(Check.RECORD_PAGE, OK, "values")]
    without_holder = page.replace(record().holder_name, "")
    outcomes = [item.outcome for item in check_text(imported, without_holder)]
    assert outcomes == [BAD, UNKNOWN], "what every face prints is missed whatever the type"


def test_a_foreign_page_needs_another_reader() -> None:
    printed = printed_pdf(parse_strict(bare_pages.sealed()))

    assert needs_reader(printed)
    assert check_printed_code(record(), printed, SIGNER.certificate) == []
    content = content_of()
    text = "\n".join([*content.values.values(), content.identifier])
    assert _ends(check_text(record(), text)) == [(Check.RECORD_PAGE, OK, "values")]
    assert _ends(check_text(record(), None)) == [(Check.RECORD_PAGE, UNKNOWN, "unreadable")]
    assert BAD in {item.outcome for item in check_text(record(), text.replace("12315", ""))}


@pytest.mark.parametrize(
    ("printed", "rule"),
    [
        (
            lambda: printed_pdf(operated(lambda text: text.replace(b"BT\n", b"BT\n3 Tr\n", 1))),
            "page-content",
        ),
        (
            lambda: printed_pdf(operated(lambda text: re.sub(rb"/F0 \S+ Tf", b"/F0 0 Tf", text))),
            "hidden-content",
        ),
        (
            lambda: printed_ofd(ofd_with(lambda page: page.replace(' Size="', ' Size="-', 1))),
            "hidden-content",
        ),
        (
            lambda: printed_ofd(ofd_with(lambda page: page.replace(' Type="Body"', "", 1))),
            "page-content",
        ),
    ],
)
def test_a_face_that_hides_something_prints_nothing(printed: object, rule: str) -> None:
    face = printed()  # type: ignore[operator]
    (finding,) = check_fields(record(), face)

    assert _ends([finding]) == [(Check.RECORD_PAGE, UNKNOWN, "unreadable")]
    assert finding.facts == {"rule": rule}
    assert face.texts == ()
    assert not needs_reader(face)


def test_the_code_of_a_true_face_is_good() -> None:
    assert _code_ends(pdf_of(content_of())) == SOUND_CODE
    assert _code_ends(ofd_of(content_of())) == SOUND_CODE


def test_the_code_of_another_license_is_bad_though_it_is_genuine() -> None:
    for of in (pdf_of, ofd_of):
        found = check_printed_code(record(), of(_coded(code_text(record(1)))), SIGNER.certificate)

        assert _ends(found)[0] == (Check.CODE_SIGNATURE, OK, "")
        assert {item.facts["field"] for item in found[1:]} >= {"certificateIdentifier", "digest"}
        assert {item.outcome for item in found[1:]} == {BAD}


def test_a_code_with_another_digest_is_bad() -> None:
    resalted = replace(record(), salt=b"t" * 16)
    found = check_printed_code(record(), pdf_of(_coded(code_text(resalted))), SIGNER.certificate)

    assert _ends(found) == [(Check.CODE_SIGNATURE, OK, ""), (Check.CODE_RECORD, BAD, "field")]
    assert found[1].facts["field"] == "digest"
    assert found[1].facts["label"] == "数据摘要"
    assert found[1].facts["record"] == record().digest.hex()
    assert found[1].facts["printed"] == resalted.digest.hex()


def test_a_code_by_somebody_else_is_bad_whatever_it_says() -> None:
    found = _code_ends(pdf_of(_coded(code_text(record(), signer=OTHER))))

    assert found == [(Check.CODE_SIGNATURE, BAD, "other-signer"), (Check.CODE_RECORD, OK, "")]


def test_a_code_signed_for_something_else_is_bad() -> None:
    code = cose.sign_claims(claims_of(record()), signer=SIGNER, domain="yinxin.status/1")
    found = _code_ends(pdf_of(_coded(to_address(code, public_url=URL))))

    assert found == [(Check.CODE_SIGNATURE, BAD, ""), (Check.CODE_RECORD, OK, "")]


def test_a_code_whose_signature_is_not_over_its_claims_is_bad() -> None:
    claims = claims_of(record())
    message = cose.to_be_signed(claims_of(record(1)), certificate=SIGNER.certificate, domain=DOMAIN)
    code = cose.assemble(claims, certificate=SIGNER.certificate, signature=SIGNER.sign(message))

    assert _code_ends(pdf_of(_coded(to_address(code, public_url=URL))))[0] == (
        *(Check.CODE_SIGNATURE, BAD, ""),
    )


def test_a_code_is_not_believed_where_nobody_signed_the_record() -> None:
    found = check_printed_code(record(), pdf_of(content_of()), None)

    assert _ends(found)[0] == (Check.CODE_SIGNATURE, UNKNOWN, "signer-unknown")


@pytest.mark.parametrize(
    "text",
    [
        "HTTP://WUHU.TEST/V#0",
        "https://example.org/",
        "HTTP://WUHU.TEST/V#" + "0" * 300,
        code_text(record())[:-3],
    ],
)
def test_a_code_that_is_none_of_ours_is_bad(text: str) -> None:
    assert _code_ends(pdf_of(_coded(text))) == [(Check.CODE_RECORD, BAD, "malformed")]


def test_a_code_with_claims_of_another_kind_is_bad() -> None:
    code = cose.sign_claims({1: "x"}, signer=SIGNER, domain=DOMAIN)

    assert _code_ends(pdf_of(_coded(to_address(code, public_url=URL)))) == [
        (Check.CODE_RECORD, BAD, "malformed")
    ]


def test_a_code_with_an_impossible_signature_value_is_bad() -> None:
    good = cose.sign_claims(claims_of(record()), signer=SIGNER, domain=DOMAIN)
    code = good[:-64] + b"\xff" * 64

    assert _code_ends(pdf_of(_coded(to_address(code, public_url=URL)))) == [
        (Check.CODE_SIGNATURE, BAD, "")
    ]


def test_a_code_that_cannot_be_read_is_bad() -> None:
    def spoiled(text: bytes) -> bytes:
        return re.sub(rb"\d+ [234]\d \d 1 re\n", b"", text)

    printed = printed_pdf(operated(spoiled))

    assert printed.problem == ""
    assert (printed.has_code, printed.code) == (True, "")
    assert _code_ends(printed) == [(Check.CODE_RECORD, BAD, "malformed")]


def test_a_face_without_a_code_can_mislead_nobody_with_one() -> None:
    printed = printed_pdf(laid_out(content_of(), lambda layout: replace(layout, code=None)))

    assert printed.problem == ""
    assert _code_ends(printed) == []
