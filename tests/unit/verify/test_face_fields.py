"""The face and its code against the record: what differs is named, with both values."""

from dataclasses import replace
from datetime import timedelta

import pytest

from certs.face_contents import required_marks
from certs.faces.content import FaceContent
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseTypeCode
from certs.printed_codes import CodeClaims, claims_of
from certs.records import LicenseRecord
from certs.status_indexes import StatusIndex
from signing.cose import SignedClaims
from signing.page_marks import MarkedText
from signing.signature_values import SignatureValue
from tests.printed import content_of, ofd_of, pdf_of, printing, record
from verify.face_fields import FieldMismatch, compare_code, compare_face, compare_text
from verify.printed_faces import PrintedFace

CITIZEN = "34020219900101123X"
_PRINTED = sorted(
    {"operator", "credit_code", "number", "issued_on", "valid_to", "issuer", *record().fields}
)


def _other(text: str) -> str:
    """The same text with its last character exchanged."""
    return text[:-1] + ("乙" if text[-1] != "乙" else "丙")


def _face(**lines: tuple[str, ...]) -> PrintedFace:
    """What the true face prints, some texts being others."""
    true = _true()
    texts = [MarkedText(name, value) for name, value in {**true, **lines}.items() if value]
    return PrintedFace(texts=tuple(texts), is_marked=True)


def _true() -> dict[str, tuple[str, ...]]:
    return {text.name: text.lines for text in pdf_of(content_of()).texts}


def _fields(mismatches: tuple[FieldMismatch, ...]) -> list[str]:
    return [mismatch.field for mismatch in mismatches]


def test_a_true_face_differs_in_nothing() -> None:
    assert compare_face(record(), pdf_of(content_of())) == ()
    assert compare_face(record(), ofd_of(content_of())) == ()
    assert len(pdf_of(content_of()).texts) == 16


@pytest.mark.parametrize("name", _PRINTED)
@pytest.mark.parametrize("of", [pdf_of, ofd_of])
def test_one_character_that_differs_is_seen_in_every_field(name: str, of: object) -> None:
    content = content_of()
    altered = printing(**{name: _other(content.values[name])})
    (mismatch,) = compare_face(record(), of(altered))  # type: ignore[operator]

    assert mismatch.field == content.marks[name]


@pytest.mark.parametrize("of", [pdf_of, ofd_of])
def test_another_identifier_is_seen(of: object) -> None:
    content = content_of()
    altered = replace(content, identifier=content.identifier[:-1] + "Z")
    (mismatch,) = compare_face(record(), of(altered))  # type: ignore[operator]

    assert mismatch == FieldMismatch(
        field="certificateIdentifier",
        label="证照标识",
        label_en="Identifier",
        record=content.identifier,
        printed=altered.identifier,
    )


def test_both_values_are_told_by_the_label_of_the_type() -> None:
    (mismatch,) = compare_face(record(), pdf_of(printing(operator="芜湖市别家饭店")))

    assert mismatch.facts == {
        "field": "certificateHolderName",
        "label": "经营者名称",
        "label_en": "Name of operator",
        "record": record().holder_name,
        "printed": "芜湖市别家饭店",
    }


def test_two_fields_that_changed_places_are_both_seen() -> None:
    content = content_of()
    swapped = printing(domicile=content.values["premises"], premises=content.values["domicile"])

    assert _fields(compare_face(record(), pdf_of(swapped))) == ["domicile", "premises"]


def test_a_value_in_another_place_is_missed_in_its_own() -> None:
    content = content_of()
    moved = printing(hotline=content.values["number"], number="")
    found = compare_face(record(), pdf_of(moved))

    assert _fields(found) == ["hotline", "certificateNumber"]
    assert found[1].printed == ""


@pytest.mark.parametrize("name", ["issued_on", "valid_to"])
@pytest.mark.parametrize("days", [-1, 1])
def test_a_date_that_is_off_by_one_day_is_seen(name: str, days: int) -> None:
    day = (record().issued_on if name == "issued_on" else record().valid_to) or record().issued_on
    other = day + timedelta(days=days)
    text = f"{other.year}年{other.month:02d}月{other.day:02d}日"
    (mismatch,) = compare_face(record(), pdf_of(printing(**{name: text})))

    assert mismatch.printed == text
    assert mismatch.record == content_of().values[name]


@pytest.mark.parametrize("text", ["2025-02-16", "2025年2月16日", "2025年02月16号", "20250216"])
def test_a_date_in_another_form_is_another_date(text: str) -> None:
    found = compare_face(record(), _face(certificateIssuedDate=(text,)))

    assert _fields(found) == ["certificateIssuedDate"]


def test_a_license_without_an_end_says_so() -> None:
    permanent = replace(record(), valid_to=None)

    assert compare_face(permanent, _face(certificateExpiringDate=("长期",))) == ()
    assert compare_face(permanent, _face(certificateExpiringDate=())) == ()
    assert _fields(compare_face(permanent, _face())) == ["certificateExpiringDate"]
    assert _fields(compare_face(record(), _face(certificateExpiringDate=("长期",)))) == [
        "certificateExpiringDate"
    ]


@pytest.mark.parametrize(
    ("value", "lines", "is_same"),
    [
        ("甲乙 丙丁", ("甲乙", "丙丁"), True),
        ("甲乙\u3000 丙丁", ("甲乙", "丙丁"), True),
        ("甲乙丙丁", ("甲乙", "丙丁"), True),
        ("甲乙 ", ("甲乙",), True),
        ("甲乙 丙丁", ("甲乙 丙丁",), True),
        ("甲乙 丙丁", ("甲乙丙丁",), False),
        ("甲乙丙丁", ("甲乙 丙丁",), False),
        ("甲乙丙丁", ("甲乙", " 丙丁"), False),
        ("甲乙", ("甲乙", ""), False),
        ("甲乙丙丁", ("甲乙", "丙"), False),
        ("甲乙丙丁", ("甲乙", "丙丁", "丁"), False),
        ("甲乙\t丙丁", ("甲乙", "丙丁"), False),
        ("\uff11\uff12", ("12",), False),
        ("\u3231", ("(株)",), False),
        ("\uff21", ("A",), False),
        ("", ("甲",), False),
    ],
)
def test_only_the_white_space_of_line_breaks_does_not_count(
    value: str, lines: tuple[str, ...], *, is_same: bool
) -> None:
    said = replace(record(), fields={**record().fields, "domicile": value})
    found = compare_face(said, _face(domicile=lines))

    assert (found == ()) is is_same


@pytest.mark.parametrize("name", sorted(required_marks(record())))
def test_what_no_face_can_leave_out_is_missed(name: str) -> None:
    (mismatch,) = compare_face(record(), _face(**{name: ()}))

    assert mismatch.field == name
    assert mismatch.printed == ""
    assert mismatch.record


def test_what_a_type_need_not_print_is_not_missed() -> None:
    assert compare_face(record(), _face(hotline=(), supervisors=())) == ()


def test_a_text_that_the_record_does_not_have_is_seen() -> None:
    (mismatch,) = compare_face(record(), _face(extra_permission=("可以经营一切",)))

    assert (mismatch.field, mismatch.record) == ("extra_permission", "")
    assert mismatch.printed == "可*****"


def test_a_field_that_the_record_leaves_empty_must_not_be_printed() -> None:
    said = replace(record(), fields={**record().fields, "supervisors": ""})

    assert _fields(compare_face(said, _face())) == ["supervisors"]
    assert compare_face(said, _face(supervisors=())) == ()


@pytest.mark.parametrize("again", ["same", "other"])
def test_a_text_that_is_printed_twice_is_seen(again: str) -> None:
    true = _face()
    shown = record().number if again == "same" else "JY00000000000000"
    twice = replace(true, texts=(*true.texts, MarkedText("certificateNumber", (shown,))))
    (mismatch,) = compare_face(record(), twice)

    assert mismatch.field == "certificateNumber"
    assert mismatch.printed == f"{record().number} / {shown}"


def test_values_of_a_person_are_masked() -> None:
    said = replace(record(), fields={**record().fields, "signatory": "秦样澄"})
    (mismatch,) = compare_face(said, _face(signatory=("秦样橙",)))

    assert (mismatch.record, mismatch.printed) == ("秦**", "秦**")


def test_a_persons_value_in_the_place_of_another_is_masked() -> None:
    name = record().fields["legal_representative"]
    (mismatch,) = compare_face(record(), _face(premises=(f"{name}家中",)))

    assert mismatch.printed == "魏**家中"
    assert mismatch.record == record().fields["premises"]


def test_everything_that_names_a_holder_who_is_a_person_is_masked() -> None:
    person = replace(
        record(),
        holder=HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=CITIZEN_CODE),
        holder_name="李样宁",
        number=CITIZEN_CODE,
    )
    shown = compare_face(
        person,
        _face(
            certificateHolderName=("李样宇",),
            certificateHolderCode=("1",),
            certificateNumber=("2",),
            premises=(f"李样宁 {CITIZEN_CODE}",),
        ),
    )
    told = " ".join(" ".join(item.facts.values()) for item in shown)

    assert {"certificateHolderName", "certificateHolderCode", "certificateNumber"} <= set(
        _fields(shown)
    )
    assert "李样" not in told
    assert CITIZEN_CODE not in told


CITIZEN_CODE = "11010519491231002X"


def test_a_citizen_number_is_never_told_whatever_it_stands_in() -> None:
    name = f"n{CITIZEN_CODE}"
    shown = compare_face(
        record(), _face(hotline=(f"电话{CITIZEN_CODE}",), **{name: (CITIZEN_CODE,)})
    )

    assert len(shown) == 2
    assert CITIZEN_CODE not in str(shown)


def test_of_a_type_that_is_not_known_every_field_may_be_a_persons() -> None:
    identifier = replace(record().identifier, type_code=LicenseTypeCode("11100000MB9TXY0149002"))
    unknown = replace(record(), identifier=identifier)
    found = compare_face(
        unknown, _face(certificateIdentifier=(str(identifier),), hotline=("12316",))
    )

    assert [(item.label, item.record, item.printed) for item in found] == [
        ("hotline", "1****", "1****")
    ]


def test_long_values_are_cut() -> None:
    (mismatch,) = compare_face(record(), _face(premises=("样" * 5000,)))

    assert len(mismatch.printed) == 121


def _page(content: FaceContent) -> str:
    """What a reader of foreign pages reads."""
    values = {name: text for name, text in content.values.items() if name != "valid_from"}
    return "\n".join([*values.values(), content.identifier])


def test_a_page_that_does_not_say_what_is_what_has_all_values_on_it() -> None:
    content = content_of()
    text = _page(content)

    assert compare_text(record(), text) == ()
    assert compare_text(record(), " ".join(text)) == ()


@pytest.mark.parametrize(
    "name", ["operator", "number", "issued_on", "valid_to", "issuer", *record().fields]
)
def test_a_value_that_is_nowhere_on_the_page_is_missed(name: str) -> None:
    content = content_of()
    missed = compare_text(record(), _page(printing(**{name: _other(content.values[name])})))

    assert content.marks[name] in _fields(missed)
    assert all(item.printed == "" and item.record for item in missed)


def _claims(said: LicenseRecord) -> CodeClaims:
    return CodeClaims.of(
        SignedClaims(
            claims=claims_of(said),
            key_id=b"k" * 8,
            signature=SignatureValue(r=1, s=1),
            protected=b"",
            payload=b"",
        )
    )


def test_the_code_of_a_license_differs_in_nothing() -> None:
    assert compare_code(record(), _claims(record())) == ()
    permanent = replace(record(), valid_to=None)
    assert compare_code(permanent, _claims(permanent)) == ()


@pytest.mark.parametrize(
    ("changes", "field", "printed"),
    [
        ({"digest": bytes(32)}, "digest", "00" * 32),
        (
            {"issued_on": record().issued_on + timedelta(days=1)},
            "certificateIssuedDate",
            "2025-02-17",
        ),
        ({"valid_to": None}, "certificateExpiringDate", "长期"),
        ({"status_index": StatusIndex(list_number=0, index=8)}, "status", "0/8"),
        ({"status_index": StatusIndex(list_number=1, index=7)}, "status", "1/7"),
        (
            {"issuer_code": "11610300MB9TXY014E"},
            "certificateIssuingAuthorityCode",
            "11610300MB9TXY014E",
        ),
        (
            {"identifier": record().identifier.next_version()},
            "certificateIdentifier",
            str(record().identifier.next_version()),
        ),
    ],
)
def test_each_claim_that_differs_is_named(
    changes: dict[str, object], field: str, printed: str
) -> None:
    (mismatch,) = compare_code(record(), replace(_claims(record()), **changes))  # type: ignore[arg-type]

    assert (mismatch.field, mismatch.printed) == (field, printed)
    assert mismatch.label
    assert mismatch.record


def test_the_code_of_another_license_differs_in_much() -> None:
    found = compare_code(record(), _claims(record(1)))

    assert {"certificateIdentifier", "digest", "status"} <= set(_fields(found))
