"""Four regions in processes of their own verify one another, whatever is brought."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from certs.regions import RegionCode
from tests.country import BAOJI, HEFEI, LICENSES, WUHU, XIAN, Country
from tests.observers import observer
from tests.photographs import code_on, photograph
from tests.region_processes import clean_environment
from verify.trust_lists import TrustList

pytestmark = pytest.mark.xdist_group("country")
ALL = (WUHU, BAOJI, HEFEI, XIAN)
REVOKED = LICENSES - 1


def next_to(code: str) -> str:
    return ALL[(ALL.index(code) + 1) % len(ALL)]


@pytest.mark.parametrize("issuing", ALL)
@pytest.mark.parametrize("asked", ALL)
def test_every_region_verifies_the_face_of_every_other(
    country: Country, asked: str, issuing: str
) -> None:
    report = country[asked].verify_file(country[issuing].file())

    assert (report["conclusion"], report["zh"]) == ("passed", "印章真实；证照有效")
    assert report["license"]["region"] == issuing
    assert report["trust_list"] == TrustList.show(country.lists[-1]).identity


@pytest.mark.parametrize("issuing", ALL)
def test_the_next_region_verifies_the_other_face(country: Country, issuing: str) -> None:
    report = country[next_to(issuing)].verify_file(country[issuing].file(kind="ofd"))

    assert (report["format"], report["conclusion"]) == ("ofd", "passed")


def test_one_changed_bit_is_found_by_another_region(country: Country) -> None:
    data = bytearray(country[WUHU].file())
    data[len(data) // 3] ^= 1

    report = country[BAOJI].verify_file(bytes(data))

    assert (report["conclusion"], report["conclusion_at_sealing"]) == ("failed", "failed")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("issuing", ALL)
def test_a_photograph_of_a_printed_face_is_verified_elsewhere(
    country: Country, issuing: str, kind: str
) -> None:
    photo = photograph(country[issuing].file(), kind=kind, seed=ALL.index(issuing))

    report = country[next_to(issuing)].verify_file(photo)

    assert (report["format"], report["conclusion"]) == ("qr", "passed")
    assert report["license"]["identifier"] == country[issuing].identifiers[0]


def test_the_command_verifies_a_photograph(country: Country, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photograph(country[XIAN].file(1), kind="JPEG", whole=True))

    done = subprocess.run(
        [
            *(sys.executable, "-m", "api.cli", "--home", str(observer(country, tmp_path).home)),
            *("verify", str(photo)),
        ],
        capture_output=True,
        env=clean_environment(),
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode()
    assert "二维码真实；证照有效" in done.stdout.decode()


@pytest.mark.parametrize("issuing", ALL)
def test_an_identifier_is_verified_elsewhere(country: Country, issuing: str) -> None:
    identifier = country[issuing].identifiers[1]

    report = country[next_to(issuing)].verify(identifier=identifier)

    assert (report["format"], report["conclusion"]) == ("identifier", "passed")
    assert report["license"]["status"] == "active"


def test_fifty_questions_about_four_regions_are_answered_in_one_call(country: Country) -> None:
    identifiers = [item for code in ALL for item in country[code].identifiers[:REVOKED]]
    codes = [code_on(country[code].file(number)) for code in ALL for number in (2, 3)]
    lines = [{"identifier": item} for item in identifiers] + [{"code": item} for item in codes]
    lines = [*(lines * 2)[:49], {"identifier": "1.2.156.3005.2.no.such.license.001.0"}]
    assert len(identifiers) == len(ALL) * REVOKED

    answers = country[WUHU].verify_lines(lines)

    assert [item["line"] for item in answers] == list(range(1, 51))
    assert {item["conclusion"] for item in answers[:49]} == {"passed"}
    assert answers[49]["conclusion"] == "failed"
    assert [item["identifier"] for item in answers[: len(identifiers)]] == identifiers


def test_a_revoked_license_is_refused_elsewhere_with_day_and_reason(country: Country) -> None:
    data = country[BAOJI].file(REVOKED)
    country[BAOJI].revoke(REVOKED)

    report = country[XIAN].verify_file(data)

    assert (report["conclusion"], report["conclusion_at_sealing"]) == ("failed", "passed")
    assert report["zh"].startswith("印章真实；证照已于 ")
    (finding,) = [item for item in report["findings"] if item["check"] == "license.status"]
    assert (finding["outcome"], finding["facts"]["reason"]) == ("bad", "样例")


# Signed questions ----------------------------------------------------------------------------


def test_a_region_answers_the_signed_question_of_another_once(country: Country) -> None:
    sent: list[httpx.Request] = []
    wuhu, hefei = country[WUHU], country[HEFEI]
    http = httpx.Client(event_hooks={"request": [sent.append]}, trust_env=False)
    with (
        hefei.asking(http) as client,
        client.ask_statuses(
            wuhu.url, wuhu.identifiers[:3], "0f" * 16, to=RegionCode(WUHU)
        ) as lines,
    ):
        answers = list(lines or ())

    assert b"".join(answers).count(b'"active"') == 3

    (request,) = sent
    again = wuhu.http.post(request.url, content=request.content, headers=request.headers)

    assert (again.status_code, again.json()["code"]) == (401, "CALLER_NOT_TRUSTED")
    assert "a signed request is refused: replayed" in wuhu.log


def test_a_question_signed_for_one_region_is_refused_by_another(country: Country) -> None:
    baoji, hefei = country[BAOJI], country[HEFEI]
    with (
        hefei.asking() as client,
        client.ask_statuses(
            baoji.url, baoji.identifiers[:3], "0f" * 16, to=RegionCode(WUHU)
        ) as lines,
    ):
        assert lines is None

    assert "a signed request is refused: other-target" in baoji.log


def test_nobody_who_does_not_sign_gets_signed_answers_about_many(country: Country) -> None:
    answer = country[WUHU].http.post(
        f"{country[WUHU].url}/api/v1/verifications?nonce={'0f' * 16}",
        content=b"{}\n",
        headers={"Content-Type": "application/x-ndjson"},
    )

    assert (answer.status_code, answer.json()["code"]) == (401, "CALLER_NOT_TRUSTED")
