"""What a face says, derived from the record: texts, their names, and how each may be printed."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from certs.element_names import Element
from certs.errors import FaceError
from certs.face_contents import REQUIRED, face_marks, printed_elements, required_marks
from certs.type_folders import shipped_type
from tests.printed import content_of, record
from tests.unit.certs.faces.ofd import sealed_ofd
from tests.unit.certs.faces.sealed_faces import compiled_faces, sealed


def test_texts_are_called_by_the_names_of_the_record() -> None:
    marks = face_marks(shipped_type("food_business"))

    assert marks["operator"] == "certificateHolderName"
    assert marks["valid_to"] == "certificateExpiringDate"
    assert marks["premises"] == "premises"
    assert marks["issuer"] == "certificateIssuingAuthorityName"
    assert marks["identifier"] == "certificateIdentifier"
    assert set(marks.values()) <= record().elements().keys()


def test_dates_of_all_licenses_have_one_print() -> None:
    prints = printed_elements(record())

    assert prints["certificateIssuedDate"] == {"2025年02月16日"}
    assert prints["certificateExpiringDate"] == {"2030年02月15日"}
    permanent = printed_elements(replace(record(), valid_to=None))
    assert permanent["certificateExpiringDate"] == {"长期"}


@pytest.mark.parametrize(
    ("text", "prints"),
    [
        ("2026-03-01", {"2026-03-01", "2026年03月01日"}),
        ("20260301", {"20260301"}),
        ("2026-13-01", {"2026-13-01"}),
        ("2026-W09-7", {"2026-W09-7"}),
        ("长期", {"长期"}),
        ("", {""}),
    ],
)
def test_a_field_of_a_type_may_hold_a_date(text: str, prints: set[str]) -> None:
    assert printed_elements(replace(record(), fields={"checked_on": text}))["checked_on"] == prints


def test_a_field_cannot_stand_in_the_place_of_an_element() -> None:
    fields = MappingProxyType({"certificateHolderName": "别人"})
    prints = printed_elements(replace(record(), fields=fields))

    assert prints["certificateHolderName"] == {record().holder_name}


def test_the_last_day_must_be_printed_if_there_is_one() -> None:
    assert required_marks(record()) == REQUIRED | {Element.VALID_TO}
    assert required_marks(replace(record(), valid_to=None)) == REQUIRED


@pytest.mark.parametrize("name", sorted(required_marks(record())))
def test_a_template_without_a_place_for_what_must_be_said_makes_no_face(name: str) -> None:
    content = content_of()
    unnamed = {field: mark for field, mark in content.marks.items() if mark != name}
    renamed = replace(content, marks=unnamed)

    for faces in (compiled_faces(), sealed_ofd.ofd_faces()):
        with pytest.raises(FaceError, match=name):
            faces.layout(renamed)


def test_a_name_that_cannot_stand_on_a_page_is_refused() -> None:
    content = content_of()
    for name in ("", "no name", "x>", "名称", "x" * 101):
        with pytest.raises(FaceError, match="called"):
            sealed(replace(content, marks={**content.marks, "domicile": name}))
