"""Licenses by number, identifier, file and code through the sharing family."""

import base64
import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from api.http_errors import SharingRefusedError
from api.services import Services
from api.sharing_asking import record_of
from api.sharing_registers import numbered
from certs.element_names import ABOUT_HOLDER
from certs.holder_codes import HolderCode, HolderCodeType
from certs.licenses import License
from certs.records import LicenseRecord
from certs.type_folders import shipped_type
from storage.license_tables import licenses
from tests.instances import Country
from tests.sharing import (
    CAUSE,
    CITIZEN,
    TYPE,
    Asker,
    citizen,
    nobody,
    revoke,
    uses,
    window,
)


def test_a_number_leads_to_a_license_and_not_to_its_holder(country: Country, license: str) -> None:
    row = country.wuhu.rows[0]
    for asker in (Asker(country), window(country)):
        found = asker.data("zzcx", {"ZZBH": row["number"], "ZZLXDM": TYPE})

        assert (found["ZZBS"], found["ZZBH"]) == (license, row["number"])
        text = json.dumps(found, ensure_ascii=False)
        assert not any(row[name] in text for name in ("operator", "credit_code"))
        assert not {"CZZT", "CZZTDM", *ABOUT_HOLDER} & found.keys()
    assert uses(country, license) == ()


def test_a_number_is_found_by_its_issuer_too_and_in_its_newest_version(
    issuer: Asker, country: Country, license: str
) -> None:
    asked = {"certificateNumber": country.wuhu.rows[0]["number"], "certificateTypeCode": TYPE}
    own = {**asked, "certificateIssuingAuthorityCode": "11340200MB9TXY014H"}
    other = {**asked, "certificateIssuingAuthorityCode": "11610300MB9TXY014E"}

    assert issuer.data("zzcx", own)["certificateIdentifier"] == license
    assert issuer.status("zzcx", other) == 3
    assert issuer.status("zzcx", {**asked, "certificateNumber": "JY23402029999999"}) == 3
    assert issuer.status("zzcx", own | {"certificateIssuingAuthorityCode": "1.1"}) == 4
    revoke(country, license)
    again = str(country.wuhu.mint()["identifier"])
    assert again != license
    assert issuer.data("zzcx", asked)["certificateIdentifier"] == again


def test_people_are_not_found_by_number(issuer: Asker, country: Country, license: str) -> None:
    assert license
    asked = {"certificateNumber": CITIZEN, "certificateTypeCode": TYPE}
    found = issuer.answer("zzcx", asked)
    assert (found["head"]["status"], CITIZEN in json.dumps(found)) == (4, False)

    food = shipped_type("food_business")
    personal = replace(food, management=replace(food.management, lookup_by_number=False))
    with pytest.raises(SharingRefusedError):
        numbered(country.wuhu.rows[0]["number"], personal, country.wuhu.services)


def test_a_person_is_not_found_by_the_serial_of_a_license_either(
    issuer: Asker, country: Country, license: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_a_person(license: License, services: Services) -> LicenseRecord:
        person = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=CITIZEN)
        return replace(record_of(license, services), holder=person)

    assert license
    monkeypatch.setattr("api.sharing_registers.record_of", of_a_person)
    asked = {"certificateNumber": country.wuhu.rows[0]["number"], "certificateTypeCode": TYPE}

    assert issuer.status("zzcx", asked) == 3


def test_a_range_names_what_is_told_and_recorded(
    issuer: Asker, country: Country, license: str
) -> None:
    row = country.wuhu.rows[0]
    asked = {"certificateIdentifier": license, "useCause": CAUSE}
    for key in ("metadataRange", "meladataRange"):
        wanted = {key: "certificateExpiringDate， legal_representative"}
        found = issuer.data("zzysj", asked | wanted)

        assert found.pop("standing")["result"] == 0
        assert found == {
            "certificateExpiringDate": row["valid_to"],
            "legal_representative": row["legal_representative"],
        }
    assert uses(country, license)[0].fields == ("certificateExpiringDate", "legal_representative")


def test_an_empty_range_is_everything_but_the_salt(
    issuer: Asker, country: Country, license: str
) -> None:
    found = issuer.data("queryCertInfo", {"ZZBS": license, "useCause": CAUSE, "metadataRange": ""})
    record = json.loads(country.wuhu.file(license, "json"))

    assert found["CZZTDM"] == record["certificateHolderCode"]
    assert found["KZ_FDDBR"] == record["fields"]["legal_representative"]
    assert found["ZZYXQJZRQ"] == record["certificateExpiringDate"]
    assert record["salt"] not in found.values()
    assert set(record["fields"].values()) <= {str(item) for item in found.values()}


def test_an_element_that_licenses_do_not_have_is_refused(
    issuer: Asker, country: Country, license: str
) -> None:
    for wrong in ("salt", "certificateNumber,nothing", "__class__"):
        asked = {"ZZBS": license, "metadataRange": wrong, "useCause": CAUSE}
        assert issuer.status("zzysj", asked) == 4
    assert uses(country, license) == ()


def test_another_identifier_is_no_record(issuer: Asker, country: Country, license: str) -> None:
    wrong = license[:-1] + ("0" if license[-1] != "0" else "1")
    for identifier in (wrong, "1.2.156.3005.2", country.baoji.mint()["identifier"]):
        asked = {"certificateIdentifier": identifier, "useCause": CAUSE}
        assert issuer.status("zzysj", asked) == 3
    assert window(country).status("zzysj", {"certificateIdentifier": license}) == 1
    other = str(country.wuhu.open_case(country.wuhu.rows[1])["case"])
    asked = {"certificateIdentifier": license, "case": other}
    assert window(country).status("zzysj", asked) == 1


def test_a_file_is_given_or_told_where_to_read(
    issuer: Asker, country: Country, license: str
) -> None:
    pdf, ofd = country.wuhu.file(license), country.wuhu.file(license, "ofd")
    asked = {"certificateIdentifier": license, "useCause": CAUSE}

    for name in ("zzxxxz", "zzxzfile", "downloadFile"):
        assert base64.b64decode(issuer.data(name, asked)["content"]) == pdf
    given = issuer.data("downloadFile", asked | {"fileFormat": "ofd"})
    assert base64.b64decode(given["content"]) == ofd
    assert [use.fields for use in uses(country, license)[:4]] == [("license.ofd",)] + [
        ("license.pdf",)
    ] * 3
    for name in ("zzdzxz", "downloadUrl"):
        link = issuer.data(name, asked)["url"]
        read = country.wuhu.client.get(link, headers=issuer.headers)
        assert read.content == pdf
        assert country.wuhu.client.get(link).status_code == 401
    assert issuer.status("downloadUrl", asked | {"fileFormat": "png"}) == 4
    assert issuer.status("downloadFile", {"certificateIdentifier": license}) == 4


def test_a_face_that_was_never_made_has_no_address(
    issuer: Asker, country: Country, license: str
) -> None:
    with country.wuhu.engine.begin() as connection:
        connection.execute(update(licenses).values(ofd_object=None))
    asked = {"certificateIdentifier": license, "fileFormat": "ofd", "useCause": CAUSE}

    assert [issuer.status(name, asked) for name in ("downloadUrl", "downloadFile")] == [3, 3]


def test_a_window_reads_files_of_its_case(country: Country, license: str) -> None:
    asker = window(country)
    case = str(country.wuhu.open_case(country.wuhu.rows[0])["case"])
    asked = {"certificateIdentifier": license}

    assert asker.status("downloadFile", asked) == 1
    link = asker.data("downloadUrl", asked | {"case": case})["url"]
    read = country.wuhu.client.get(link, headers=asker.headers)
    assert read.status_code == 200
    assert base64.b64decode(asker.data("zzxxxz", asked | {"case": case})["content"]) == read.content


def one_time(country: Country, license: str) -> str:
    body = {"license": license, "purpose": "用餐", "fields": ["certificateHolderName"]}
    answer = country.wuhu.client.post(
        "/api/v1/display-codes", json=body, headers=country.wuhu.citizen()
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["url"])


def test_a_window_reads_a_one_time_code_once_and_sees_what_its_holder_grants(
    country: Country, license: str
) -> None:
    code = one_time(country, license)
    for asker in (Asker(country), citizen(country)):
        assert asker.status("queryCertInfoByQRcode", {"qrcode": code}) == 1

    found = window(country).data("queryCertInfoByQRcode", {"qrcode": code})

    assert found["certificateHolderName"] == country.wuhu.rows[0]["operator"]
    assert found["inForce"] is True
    assert "certificateHolderCode" not in found
    assert window(country).status("queryCertInfoByQRcode", {"qrcode": code}) == 3
    assert uses(country, license)[0].basis == "display-code"


def test_an_identifier_or_nonsense_in_place_of_a_code_tells_no_holder(
    country: Country, license: str
) -> None:
    found = Asker(country).data("queryCertInfoByQRcode", {"qrcode": license})

    assert (found["result"], found["certificateIdentifier"]) == (0, license)
    assert country.wuhu.rows[0]["operator"] not in json.dumps(found, ensure_ascii=False)
    assert Asker(country).data("queryCertInfoByQRcode", {"qrcode": "hello"})["result"] == 6
    revoke(country, license)
    assert Asker(country).data("queryCertInfoByQRcode", {"qrcode": license})["result"] == 3


def test_anybody_reads_the_fields_of_a_type(country: Country) -> None:
    found = nobody(country).data("getCertRemarkInfo", {"ZZLXDM": TYPE})

    assert (found["ZZLXDM"], found["certificateTypeName"]) == (TYPE, "食品经营许可证")
    by_name = {item["name"]: item for item in found["elements"]}
    assert by_name["KZ_FDDBR"]["label"] == "法定代表人"
    assert by_name["CZZTDM"]["required"] is True
    named = nobody(country).data("getCertRemarkInfo", {"certificateTypeName": "食品经营许可证"})
    assert named["certificateTypeCode"] == TYPE
    for absent in ({}, {"certificateTypeCode": "0"}, {"certificateTypeName": "驾驶证"}):
        assert nobody(country).status("getCertRemarkInfo", absent) == 3
