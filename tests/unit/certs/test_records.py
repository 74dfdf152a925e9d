"""The record: one canonical form, and nothing in it that contradicts itself."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from certs import canonical
from certs.errors import MalformedRecordError
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import LicenseIdentifier, SocialCreditCode
from certs.records import IssuingAuthority, LicenseRecord
from certs.regions import RegionCode
from certs.status_indexes import StatusIndex
from signing.algorithms import sm3
from tests import desks, world


def record(**changes: object) -> LicenseRecord:
    name, code = world.ISSUERS["340200"]
    honest = LicenseRecord(
        identifier=LicenseIdentifier.parse(desks.identifier(1)),
        type_name="食品经营许可证",
        number="JY10000000000001",
        authority=IssuingAuthority(
            code=SocialCreditCode(code), name=name, region=RegionCode("340200")
        ),
        holder=HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code="11340200MB9TXY014H"),
        holder_name="样例餐饮店",
        issued_on=date(2026, 3, 18),
        valid_from=date(2026, 3, 18),
        valid_to=date(2031, 3, 17),
        fields={"operator": "样例餐饮店", "business_items": "热食类食品制售"},
        status_uri="http://127.0.0.1:8000/api/v1/status-lists/0",
        status_index=StatusIndex(list_number=0, index=77),
        salt=bytes(range(16)),
    )
    return replace(honest, **changes)  # type: ignore[arg-type]


def _altered(**changes: Any) -> bytes:  # noqa: ANN401 - any JSON value
    value = json.loads(record().encode())
    for path, new in changes.items():
        *inside, last = path.split("__")
        at = value
        for name in inside:
            at = at[name]
        if new is None:
            del at[last]
        else:
            at[last] = new
    return canonical.encode(value)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"valid_to": None},
        {"fields": {}},
        {"status_index": StatusIndex(list_number=0, index=2**20 - 1)},
        {"replaces": desks.identifier(2)},
    ],
    ids=["plain", "permanent", "no-fields", "last-index", "replacing"],
)
def test_a_record_comes_back_as_it_was_written(changes: dict[str, object]) -> None:
    written = record(**changes)

    read = LicenseRecord.parse(written.encode())

    assert read == written
    assert read.encode() == written.encode()
    assert read.digest == sm3(written.encode())


def test_the_form_is_canonical_and_speaks_the_standards_names() -> None:
    value = json.loads(record().encode())

    assert canonical.encode(value) == record().encode()
    assert value["schema"] == "yinxin.license/1"
    assert value["certificateExpiringDate"] == "2031-03-17"
    assert value["status"] == {"uri": record().status_uri, "index": 77}
    permanent = json.loads(record(valid_to=None).encode())
    assert permanent["certificateExpiringDate"] == "长期"


def test_expiry_is_the_end_of_the_last_day() -> None:
    assert not record().is_expired_on(date(2031, 3, 17))
    assert record().is_expired_on(date(2031, 3, 18))
    assert not record(valid_to=None).is_expired_on(date(9999, 12, 31))


def test_personal_values_do_not_reach_logs_by_repr() -> None:
    shown = repr(record(fields={"signatory": "张样安"}, holder_name="李样宁"))

    assert "张样安" not in shown
    assert "李样宁" not in shown


def test_the_same_values_with_another_salt_have_another_digest() -> None:
    assert record().digest != record(salt=bytes(16)).digest


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(MalformedRecordError, match="16 bytes"):
        record(salt=salt)
    with pytest.raises(MalformedRecordError):
        LicenseRecord.parse(_altered(salt=salt.hex()))


OTHER = desks.identifier(1, issuer="11610300MB9TXY014E")


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "yinxin.license/2"},
        {"schema": None},
        {"salt": None},
        {"salt": "00" * 15 + " 00"},
        {"salt": "AB" * 16},
        {"salt": "zz" * 16},
        {"more": "x"},
        {"fields": []},
        {"fields": "x"},
        {"fields__operator": 5},
        {"fields__operator": ["x"]},
        {"extensions": {"x": "y"}},
        {"extensions": []},
        {"extensions": {"associatedCertificateIdentifier": "1.2.3"}},
        {"extensions": {"associatedCertificateIdentifier": desks.identifier(1)}},
        {"extensions": {"associatedCertificateIdentifier": desks.identifier(2), "x": "y"}},
        {"status": {}},
        {"status__index": "77"},
        {"status__index": True},
        {"status__index": -1},
        {"status__index": 2**20},
        {"status__uri": "http://127.0.0.1:8000/api/v1/status-lists/"},
        {"status__uri": "http://127.0.0.1:8000/api/v1/status-lists/-1"},
        {"status__uri": "x/" + "9" * 5000},
        {"status__uri": 5},
        {"status__more": "x"},
        {"certificateIdentifier": "1.2.3"},
        {"certificateIdentifier": OTHER},
        {"certificateVersion": "002"},
        {"certificateVersion": "1"},
        {"certificateTypeCode": "11100000MB9TXY0149002"},
        {"certificateName": "别的证"},
        {"certificateIssuingAuthorityCode": "11610300MB9TXY014E"},
        {"certificateIssuingAuthorityCode": "11340200MB9TXY014X"},
        {"certificateAreaCode": "999999x"},
        {"certificateHolderTypeName": "公民身份号码"},
        {"certificateHolderCode": "11340200MB9TXY0149"},
        {"certificateHolderCode": 5},
        {"certificateIssuedDate": "2026-02-30"},
        {"certificateIssuedDate": "20260318"},
        {"certificateIssuedDate": "2026-W12-3"},
        {"certificateExpiringDate": ""},
        {"certificateExpiringDate": "长期有效"},
        {"certificateNumber": None},
        {"certificateHolderName": {}},
    ],
    ids=lambda item: str(item)[:60],
)
def test_a_record_that_is_incomplete_or_contradicts_itself_is_refused(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(MalformedRecordError):
        LicenseRecord.parse(_altered(**changes))


def test_an_identifier_of_another_issuer_is_refused() -> None:
    with pytest.raises(MalformedRecordError, match="another issuer"):
        record(identifier=LicenseIdentifier.parse(OTHER))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b" " + record().encode(),
        record().encode() + b"\n",
        record().encode().replace(b'"index":77', b'"index":77.0'),
        record().encode().replace(b'"index":77', b'"index":077'),
        record().encode().replace(b'"salt"', b'"salt":"","salt"'),
        json.dumps(json.loads(record().encode())).encode(),
        b"[" * 100_000,
    ],
    ids=lambda data: repr(data[:20]),
)
def test_bytes_that_are_not_the_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        LicenseRecord.parse(data)


def test_a_record_names_the_version_of_its_type_and_the_first_goes_without_saying() -> None:
    later = record(type_version=12)

    assert json.loads(later.encode())["extensions"] == {"certificateTypeVersion": "12"}
    assert LicenseRecord.parse(later.encode()) == later
    assert json.loads(record().encode())["extensions"] == {}
    assert LicenseRecord.parse(record().encode()).type_version == 1


@pytest.mark.parametrize("version", ["1", "0", "-2", "02", " 2", "two", "", "２"])  # noqa: RUF001
def test_version_of_a_type_has_one_way_of_writing(version: str) -> None:
    with pytest.raises(MalformedRecordError):
        LicenseRecord.parse(_altered(extensions={"certificateTypeVersion": version}))


@pytest.mark.parametrize("extensions", [{"color": "red"}, [], "certificateTypeVersion"])
def test_other_extensions_are_refused(extensions: object) -> None:
    with pytest.raises(MalformedRecordError):
        LicenseRecord.parse(_altered(extensions=extensions))
