"""A license that serves a case is fetched once, kept with the case, and read from there."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.instance_parts import WUHU, url_of
from tests.instances import Country
from verify.acceptance.attachments import pack, unpack
from verify.case_errors import CaseNotFoundError, DamagedAttachmentError
from verify.conclusions import Conclusion

LICENSE = "food-business-license"


def opened(country: Country) -> dict[str, Any]:
    country.wuhu.mint()
    return country.baoji.open_case(country.wuhu.rows[0])


def test_fields_of_a_license_of_another_region_are_at_hand_when_that_region_is_silent(
    country: Country,
) -> None:
    case = opened(country)
    country.post.silent.add(url_of(WUHU))

    (attached,) = country.baoji.services.attached.of_case(case["case"])

    row = country.wuhu.rows[0]
    assert (attached.material, attached.lookup.conclusion) == (LICENSE, Conclusion.PASSED)
    assert {name: attached.values[name] for name in ("operator", "credit_code", "premises")} == {
        name: row[name] for name in ("operator", "credit_code", "premises")
    }
    assert attached.face == country.wuhu.file(str(attached.record.identifier))


def test_a_license_that_serves_no_more_is_not_at_hand(country: Country) -> None:
    case = opened(country)
    country.post.silent.add(url_of(WUHU))

    country.baoji.client.post(
        f"/api/v1/cases/{case['case']}/materials/{LICENSE}/lookup",
        headers=country.baoji.headers("window"),
    )

    assert country.baoji.services.attached.of_case(case["case"]) == ()


def test_own_license_is_used_on_record_and_outlives_its_loose_files(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    case = country.wuhu.open_case(country.wuhu.rows[0])
    services = country.wuhu.services
    with services.unit_of_work() as work:
        uses = work.usages.of_license(license)
        files = work.licenses.get(license).files
    # What archiving does once the package is entered.
    services.objects.remove(files.pdf)

    (attached,) = services.attached.of_case(str(case["case"]))

    assert [(use.user, use.basis) for use in uses] == [("芜湖市（340200）", "case")]
    assert str(attached.record.identifier) == license


def test_values_stay_out_of_what_a_program_prints(country: Country) -> None:
    (attached,) = country.baoji.services.attached.of_case(opened(country)["case"])

    assert country.wuhu.rows[0]["premises"] not in repr(attached)


def test_a_face_of_another_case_is_not_taken_for_this_ones(country: Country) -> None:
    case = opened(country)["case"]
    services = country.baoji.services
    other = services.objects.put(pack("C" + "Z" * 20, {"license": b"%PDF-"}))
    with country.baoji.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER attached_licenses_append_only_update"))
        connection.execute(text("UPDATE attached_licenses SET object = :name"), {"name": other})

    with pytest.raises(DamagedAttachmentError):
        services.attached.of_case(case)


def test_nothing_is_attached_to_a_case_that_is_not_there(country: Country) -> None:
    with pytest.raises(CaseNotFoundError):
        country.baoji.services.attached.of_case("C" + "Z" * 20)


def test_what_is_packed_for_a_case_is_unpacked_for_it_alone() -> None:
    faces = {"one": b"face\n", "another": b"\nface", "empty": b""}
    packed = pack("C" + "A" * 20, faces)

    assert unpack("C" + "A" * 20, packed) == faces
    with pytest.raises(DamagedAttachmentError):
        unpack("C" + "B" * 20, packed)


@pytest.mark.parametrize(
    "damaged",
    [
        pack("C" + "A" * 20, {"one": b"face"})[:-1],
        pack("C" + "A" * 20, {"one": b"face"}) + b"more",
        b"yinxin.attachment/2\n[]\n",
        b"yinxin.attachment/2\n{\n",
        b"yinxin.attachment/9\n" + b"C" + b"A" * 20 + b"\nface",
        b"%PDF-1.7",
        b"",
    ],
    ids=["cut", "longer", "no head", "no json", "another schema", "a face", "empty"],
)
def test_what_was_not_packed_so_is_damaged(damaged: bytes) -> None:
    with pytest.raises(DamagedAttachmentError):
        unpack("C" + "A" * 20, damaged)


def test_a_face_that_an_earlier_release_kept_by_itself_is_still_at_hand(country: Country) -> None:
    case = str(opened(country)["case"])
    services = country.baoji.services
    (attached,) = services.attached.of_case(case)
    alone = b"\n".join((b"yinxin.attachment/1", case.encode(), attached.face))
    name = services.objects.put(alone)
    with country.baoji.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER attached_licenses_append_only_update"))
        connection.execute(text("UPDATE attached_licenses SET object = :name"), {"name": name})

    assert services.attached.of_case(case) == (attached,)
