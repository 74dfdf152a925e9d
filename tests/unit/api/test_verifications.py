"""Verdicts over HTTP: by identifier, by code, by file, one or many."""

import json
from typing import Any

import pytest

from api.bulk_files import MOST_FILES
from api.bulk_lines import MOST_LINES
from certs.faces.pages import page_qr
from tests.carrier_cases import photo_of
from tests.instances import Country
from verify.policies import Purpose

PATH = "/api/v1/verifications"
NDJSON = {"content-type": "application/x-ndjson"}


def ask(country: Country, region: str = "wuhu", **body: object) -> Any:  # noqa: ANN401 - a response
    return getattr(country, region).client.post(PATH, json=body)


def findings(report: dict[str, Any]) -> dict[str, str]:
    return {item["check"]: item["outcome"] for item in report["findings"]}


def identifier_of(country: Country, number: int = 0) -> str:
    return str(country.wuhu.mint(number)["identifier"])


def code_of(country: Country, identifier: str) -> str:
    (text,) = page_qr(country.wuhu.file(identifier))
    return text


def test_a_license_of_this_region_is_judged_by_its_identifier(country: Country) -> None:
    identifier = identifier_of(country)

    report = ask(country, identifier=identifier).json()

    assert (report["conclusion"], report["format"]) == ("passed", "identifier")
    assert report["license"]["identifier"] == identifier
    assert {"record.signature", "record_certificate.path", "license.status"} <= findings(
        report
    ).keys()
    assert set(findings(report).values()) == {"ok"}


def test_a_license_of_another_region_is_asked_about_there(country: Country) -> None:
    identifier = identifier_of(country)

    report = ask(country, "baoji", identifier=identifier).json()

    assert report["conclusion"] == "passed"
    assert report["license"]["region"] == "340200"
    country.post.silent.add("http://340200.test")
    unknown = ask(country, "baoji", identifier=identifier_without(identifier)).json()
    assert unknown["conclusion"] == "indeterminate"


def identifier_without(identifier: str) -> str:
    """The identifier of a version that was never issued."""
    from dataclasses import replace  # noqa: PLC0415

    from certs.identifiers import LicenseIdentifier  # noqa: PLC0415

    return str(replace(LicenseIdentifier.parse(identifier), version=9))


def test_an_identifier_that_nobody_issued_fails(country: Country) -> None:
    report = ask(country, identifier=identifier_without(identifier_of(country))).json()

    assert report["conclusion"] == "failed"
    assert "没有登记" in report["zh"]


def test_a_revoked_license_fails_by_its_identifier_and_says_when(country: Country) -> None:
    identifier = identifier_of(country)
    country.wuhu.client.post(
        f"/api/v1/licenses/{identifier}/status",
        json={"kind": "revoked", "decision_no": "1", "reason": "r"},
        headers=country.wuhu.headers("issuer"),
    )

    report = ask(country, "baoji", identifier=identifier).json()

    assert report["conclusion"] == "failed"
    assert "吊销" in report["zh"]


def test_the_code_on_a_face_is_judged_from_its_text_and_from_a_photo(country: Country) -> None:
    identifier = identifier_of(country)
    text = code_of(country, identifier)

    by_text = ask(country, "baoji", code=text).json()
    photo = photo_of(text, format="JPEG", turned=5)
    by_photo = country.baoji.client.post(PATH, files={"file": ("photo.jpg", photo)}).json()

    for report in (by_text, by_photo):
        assert (report["conclusion"], report["format"]) == ("passed", "qr")
        assert report["license"]["identifier"] == identifier
        assert "二维码真实" in report["zh"]


def test_a_report_carries_its_evidence_only_when_asked(country: Country) -> None:
    identifier = identifier_of(country)

    assert "evidence" not in ask(country, identifier=identifier).json()
    full = ask(country, identifier=identifier, evidence=True).json()
    assert full["evidence"]["grounds"]["trust_list"]
    file = {"file": ("l.pdf", country.wuhu.file(identifier))}
    answer = country.wuhu.client.post(PATH, files=file, data={"evidence": "true"}).json()
    assert answer["evidence"]["examination"]["license"]["identifier"] == identifier


@pytest.mark.parametrize("purpose", Purpose)
def test_the_purpose_chooses_the_policy(country: Country, purpose: Purpose) -> None:
    identifier = identifier_of(country)
    by_json = ask(country, identifier=identifier, purpose=purpose).json()
    file = {"file": ("l.pdf", country.wuhu.file(identifier))}
    by_form = country.wuhu.client.post(PATH, files=file, data={"purpose": purpose}).json()

    assert by_json["policy"]["name"] == by_form["policy"]["name"] == purpose


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"identifier": "1", "code": "2"}',
        b'{"identifier": 7}',
        b'{"identifier": "1", "purpose": "fun"}',
        b'{"identifier": "1", "colour": 1}',
        b'{"code": "' + b"A" * 9000 + b'"}',
    ],
)
def test_a_question_that_is_none_is_a_problem(country: Country, body: bytes) -> None:
    answer = country.wuhu.client.post(
        PATH, content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == "INVALID_REQUEST"


def test_a_citizen_number_asked_about_is_not_repeated(country: Country) -> None:
    for body in ({"identifier": "11010519491231002X"}, {"code": "11010519491231002X"}):
        answer = ask(country, **body)

        assert answer.json()["conclusion"] == "failed"
        assert "11010519491231002X" not in answer.text


def test_another_kind_of_body_is_a_problem_that_says_what_is_read(country: Country) -> None:
    answer = country.wuhu.client.post(PATH, content=b"x", headers={"content-type": "text/plain"})

    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_form_without_a_file_is_a_problem(country: Country) -> None:
    answer = country.wuhu.client.post(PATH, files={"other": ("a", b"b")})

    assert answer.status_code == 422


# Many ----------------------------------------------------------------------------------------


def lines_of(answer: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a response
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.content.splitlines()]


def test_a_line_is_answered_for_every_line(country: Country) -> None:
    first, second = identifier_of(country, 0), identifier_of(country, 1)
    code = code_of(country, first)
    questions = [
        {"identifier": first},
        {"identifier": second},
        {"code": code},
        {"identifier": identifier_without(first)},
    ]
    body = "\n".join([*map(json.dumps, questions), "no question", "{}"])

    found = lines_of(country.wuhu.client.post(PATH, content=body, headers=NDJSON))

    assert [item["line"] for item in found] == [1, 2, 3, 4, 5, 6]
    assert [item["conclusion"] for item in found] == [
        *("passed", "passed", "passed", "failed", None, None)
    ]
    assert found[3]["findings"][0]["check"] == "license.status"
    assert {item["problem"]["code"] for item in found[4:]} == {"INVALID_LINE"}


def test_a_batch_says_the_same_as_single_questions(country: Country) -> None:
    identifiers = [identifier_of(country, number) for number in range(3)]
    body = "\n".join(json.dumps({"identifier": item}) for item in identifiers)

    many = lines_of(country.baoji.client.post(PATH, content=body, headers=NDJSON))
    single = [ask(country, "baoji", identifier=item).json() for item in identifiers]

    assert [(i["conclusion"], i["identifier"]) for i in many] == [
        (i["conclusion"], i["license"]["identifier"]) for i in single
    ]


def test_more_lines_than_ten_thousand_are_refused(country: Country) -> None:
    answer = country.wuhu.client.post(PATH, content=b"{}\n" * (MOST_LINES + 1), headers=NDJSON)

    assert answer.status_code == 413


def test_many_files_are_judged_in_their_order(country: Country) -> None:
    identifier = identifier_of(country)
    face = country.wuhu.file(identifier)
    bent = face[: len(face) // 2] + b"!" + face[len(face) // 2 + 1 :]
    files = [
        ("file", ("good.pdf", face)),
        ("file", ("bent.pdf", bent)),
        ("file", ("11010519491231002X.txt", b"hello")),
        ("file", ("empty", b"")),
    ]

    answer = country.wuhu.client.post(f"{PATH}/files", files=files)

    found = lines_of(answer)
    assert [item["conclusion"] for item in found] == ["passed", "failed", "failed", "failed"]
    assert [item["line"] for item in found] == [1, 2, 3, 4]
    assert found[0]["identifier"] == identifier
    assert "11010519491231002X" not in answer.text


def test_more_files_than_a_thousand_are_refused(country: Country) -> None:
    files = [("file", ("a", b"")) for _ in range(MOST_FILES + 1)]

    assert country.wuhu.client.post(f"{PATH}/files", files=files).status_code == 413


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"--b\r\nnonsense", "multipart/form-data; boundary=b", 400),
        (
            b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx",
            "multipart/form-data; boundary=b",
            400,
        ),
        (b"x", "multipart/form-data", 400),
        (b"x", "application/json", 415),
    ],
)
def test_a_broken_form_is_a_problem(
    country: Country, body: bytes, content_type: str, status: int
) -> None:
    answer = country.wuhu.client.post(
        f"{PATH}/files", content=body, headers={"content-type": content_type}
    )

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_only_so_many_batches_are_answered_at_once(country: Country) -> None:
    rooms = country.wuhu.services.bulk
    body = json.dumps({"identifier": identifier_of(country)})
    with rooms.room(), rooms.room(), rooms.room(), rooms.room():
        busy = country.wuhu.client.post(PATH, content=body, headers=NDJSON)

    assert (busy.status_code, busy.json()["code"]) == (503, "BUSY")
    for _ in range(6):
        assert country.wuhu.client.post(PATH, content=body, headers=NDJSON).status_code == 200


# Between regions -----------------------------------------------------------------------------


def test_an_unsigned_question_for_signed_answers_is_refused(country: Country) -> None:
    answer = country.wuhu.client.post(
        f"{PATH}?nonce={'a' * 32}", content=b'{"identifier": "1"}', headers=NDJSON
    )

    assert answer.status_code in {401, 503}


def test_the_certificates_of_a_region_are_published(country: Country) -> None:
    answer = country.wuhu.client.get("/api/v1/certificates").json()

    assert len(answer["certificates"]) == 3
