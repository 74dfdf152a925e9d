"""Questions to departments travel between two instances, are answered, and come back."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from api.case_sources import CaseSources
from api.clients.letters import RegionLetters
from api.questioning import exchange, questioning
from certs.envelopes import sign_payload
from certs.faces.renderer import TypstRenderer
from certs.regions import RegionCode
from tests import world
from tests.department_letters import Wire, a_question
from tests.instance_parts import BAOJI, WUHU, case_of, url_of
from tests.instances import Country, Instance, open_country
from verify.acceptance.places import Place
from verify.departments.post import LOOKED_EVERY
from verify.departments.questions import ASK, POLL, poll_body
from verify.errors import SourceSilentError

FAR = {"business-license", "identity-card"}
"""Materials of open-restaurant about which departments in 宝鸡 are asked."""
HOUR = timedelta(hours=1)


@pytest.fixture
def regions(tmp_path: Path, renderer: TypstRenderer) -> Iterator[Country]:
    """芜湖 asks departments in 宝鸡; its own answers for titles."""
    departments = {"market": BAOJI, "public-security": BAOJI, "natural-resources": WUHU}
    with open_country(tmp_path, renderer, departments=departments) as country:
        yield country


def opened(country: Country) -> str:
    """A restaurant is opened in 芜湖 by somebody of whom no register knows anything."""
    body = case_of(country.baoji.rows[0])
    situation = {**body["situation"], "stage": "registered", "premises": "owned"}  # type: ignore[dict-item]
    answer = country.wuhu.client.post(
        "/api/v1/cases",
        json={**body, "situation": situation},
        headers=country.wuhu.headers("window"),
    )
    assert answer.status_code == 201, answer.text
    case: str = answer.json()["case"]
    return case


def sources_of(instance: Instance) -> CaseSources:
    sources = instance.services.case_sources
    assert sources is not None
    return sources


def pass_over(country: Country) -> None:
    """The background pass of the region that asks."""
    services = country.wuhu.services
    assert services.case_sources is not None
    exchange(services.case_sources, services.acceptance, services.forms)


def read(country: Country, case: str) -> dict[str, dict[str, Any]]:
    answer = country.wuhu.client.get(
        f"/api/v1/cases/{case}", headers=country.wuhu.headers("window")
    )
    return {item["code"]: item for item in answer.json()["materials"]}


def outcomes(country: Country, case: str) -> set[str]:
    return {item["outcome"] for code, item in read(country, case).items() if code in FAR}


def questions(at: Instance, *, query: str = "") -> list[dict[str, Any]]:
    answer = at.client.get(f"/api/v1/department-questions{query}", headers=at.headers("issuer"))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["questions"]
    return found


def give(at: Instance, reply: str) -> None:
    """The departments answer everything that they have."""
    for question in questions(at):
        answer = at.client.post(
            f"/api/v1/department-questions/{question['receipt']}/answer",
            json={"reply": reply},
            headers=at.headers("issuer"),
        )
        assert (answer.status_code, answer.json()["reply"]) == (201, reply)


def test_a_question_reaches_the_department_of_another_region_and_its_answer_the_case(
    regions: Country,
) -> None:
    case = opened(regions)
    assert outcomes(regions, case) == {"check_running"}

    pass_over(regions)

    (one, other) = questions(regions.baoji)
    assert {one["material"], other["material"]} == FAR
    assert {item["asker"] for item in (one, other)} == {WUHU}
    assert [item["material"] for item in questions(regions.wuhu)] == ["property-title"]
    give(regions.baoji, "confirmed")
    regions.clock.advance(timedelta(minutes=1))
    pass_over(regions)
    assert outcomes(regions, case) == {"department_checked"}
    assert read(regions, case)["property-title"]["outcome"] == "check_running"


def test_whoever_looks_at_a_case_brings_the_answer_without_the_background_pass(
    regions: Country,
) -> None:
    case = opened(regions)
    assert outcomes(regions, case) == {"check_running"}
    give(regions.baoji, "confirmed")
    give(regions.wuhu, "confirmed")

    assert outcomes(regions, case) == {"check_running"}  # asked this very moment
    regions.clock.advance(LOOKED_EVERY)

    assert outcomes(regions, case) == {"department_checked"}
    assert read(regions, case)["property-title"]["outcome"] == "department_checked"


def test_opening_a_case_waits_for_no_department(regions: Country) -> None:
    asked: list[str] = []
    original = regions.post.letter

    def watched(service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        asked.append(path)
        return original(service_url, path, letter, max_bytes=max_bytes)

    regions.post.letter = watched  # type: ignore[method-assign]

    case = opened(regions)

    assert asked == []
    read(regions, case)
    assert len(asked) == len(FAR)


def test_what_could_not_be_delivered_is_delivered_later_with_the_clock_it_started_with(
    regions: Country,
) -> None:
    regions.post.silent.add(url_of(BAOJI))
    case = opened(regions)
    due = {item["due_at"] for code, item in read(regions, case).items() if code in FAR}
    for _ in range(3):
        pass_over(regions)
        regions.clock.advance(timedelta(minutes=1))
    assert questions(regions.baoji) == []

    regions.post.silent.clear()
    pass_over(regions)

    assert {item["due_at"] for item in questions(regions.baoji)} == due
    received = {item["received_at"] for item in questions(regions.baoji)}
    assert max(map(datetime.fromisoformat, received)) == regions.clock.now()


def test_a_question_that_is_delivered_twice_is_one_question(regions: Country) -> None:
    case = opened(regions)
    original = regions.post.letter

    def losing(service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        original(service_url, path, letter, max_bytes=max_bytes)
        return None  # the receipt is lost on the way back

    regions.post.letter = losing  # type: ignore[method-assign]
    pass_over(regions)
    regions.post.letter = original  # type: ignore[method-assign]
    regions.clock.advance(timedelta(minutes=1))
    pass_over(regions)

    assert len(questions(regions.baoji)) == len(FAR)
    assert outcomes(regions, case) == {"check_running"}


def test_a_question_that_a_department_lost_is_put_again(regions: Country) -> None:
    opened(regions)
    pass_over(regions)
    with regions.baoji.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM department_questions")

    for _ in range(2):
        regions.clock.advance(timedelta(minutes=1))
        pass_over(regions)

    assert len(questions(regions.baoji)) == len(FAR)


def test_an_answer_after_its_time_is_heard_and_takes_the_place_of_the_time_out(
    regions: Country,
) -> None:
    case = opened(regions)
    pass_over(regions)
    regions.clock.advance(20 * HOUR)
    pass_over(regions)
    assert outcomes(regions, case) == {"may_demand"}

    give(regions.baoji, "confirmed")
    regions.clock.advance(timedelta(minutes=11))
    pass_over(regions)

    assert outcomes(regions, case) == {"department_checked"}
    answer = regions.wuhu.client.post(
        f"/api/v1/cases/{case}/materials/business-license/decision",
        json={"form": "paper", "reason": "P02"},
        headers=regions.wuhu.headers("window"),
    )
    assert answer.status_code == 409


def test_a_newer_answer_takes_the_place_of_the_former(regions: Country) -> None:
    case = opened(regions)
    pass_over(regions)
    give(regions.baoji, "denied")
    regions.clock.advance(timedelta(minutes=1))
    pass_over(regions)
    assert outcomes(regions, case) == {"may_demand"}

    give(regions.baoji, "confirmed")
    regions.clock.advance(2 * HOUR)
    pass_over(regions)

    assert outcomes(regions, case) == {"department_checked"}
    assert {len(item["answers"]) for item in questions(regions.baoji)} == {2}


def test_the_same_answer_again_changes_nothing(regions: Country) -> None:
    opened(regions)
    pass_over(regions)

    give(regions.baoji, "denied")
    give(regions.baoji, "denied")

    assert {len(item["answers"]) for item in questions(regions.baoji)} == {1}
    assert questions(regions.baoji, query="?open=true") == []


def test_of_whom_it_was_is_told_of_one_question_and_forgotten_after_its_answer(
    regions: Country,
) -> None:
    opened(regions)
    pass_over(regions)
    baoji, row = regions.baoji, regions.baoji.rows[0]
    listed = questions(baoji)
    assert {item["applicant"] for item in listed} == {None}
    # The operator's card is asked about as well, of another person.
    (of_company, *_) = (item for item in listed if item["department"] == "market")
    path = f"/api/v1/department-questions/{of_company['receipt']}"
    shown = baoji.client.get(path, headers=baoji.headers("issuer")).json()
    assert shown["applicant"]["code"] == row["credit_code"]

    give(baoji, "confirmed")
    box = sources_of(baoji).box
    assert box.drop_applicants() == 0
    regions.clock.advance(timedelta(days=30, seconds=1))

    assert box.drop_applicants() == len(FAR)
    assert baoji.client.get(path, headers=baoji.headers("issuer")).json()["applicant"] is None
    with baoji.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM department_questions").all()
    assert row["credit_code"] not in str(kept)


def test_an_unanswered_question_keeps_its_applicant(regions: Country) -> None:
    opened(regions)
    pass_over(regions)
    regions.clock.advance(timedelta(days=300))

    box = sources_of(regions.baoji).box
    assert box.drop_applicants() == 0


def test_only_the_issuer_reads_and_answers(regions: Country) -> None:
    opened(regions)
    pass_over(regions)
    baoji = regions.baoji
    path = f"/api/v1/department-questions/{questions(baoji)[0]['receipt']}"

    for person in ("window", "archivist"):
        headers = baoji.headers(person)
        answers = (
            baoji.client.get("/api/v1/department-questions", headers=headers),
            baoji.client.get(path, headers=headers),
            baoji.client.post(f"{path}/answer", json={"reply": "denied"}, headers=headers),
        )
        assert [item.status_code for item in answers] == [403, 403, 403], person


def test_a_receipt_number_that_nobody_has_is_not_found(regions: Country) -> None:
    baoji = regions.baoji
    path = f"/api/v1/department-questions/{'A' * 16}"

    answers = (
        baoji.client.get(path, headers=baoji.headers("issuer")),
        baoji.client.post(
            f"{path}/answer", json={"reply": "denied"}, headers=baoji.headers("issuer")
        ),
    )

    assert {item.json()["code"] for item in answers} == {"DEPARTMENT_QUESTION_NOT_FOUND"}


def test_pages_of_questions_follow_one_another(regions: Country) -> None:
    opened(regions)
    pass_over(regions)
    baoji = regions.baoji

    first = baoji.client.get(
        "/api/v1/department-questions?limit=1", headers=baoji.headers("issuer")
    ).json()
    second = questions(baoji, query=f"?limit=1&after={first['next']}")

    assert {first["questions"][0]["material"], second[0]["material"]} == FAR
    assert questions(baoji, query="?department=court") == []


# Whoever may not be answered, or not be believed -------------------------------------------------


def tapped(country: Country) -> Wire:
    """Put somebody on the wire between 芜湖 and 宝鸡."""
    post = sources_of(country.wuhu).post
    courier = post.courier
    assert isinstance(courier, RegionLetters)
    wire = Wire(country.post)
    object.__setattr__(post, "courier", replace(courier, client=wire))
    return wire


def signed_by(code: str, answer: bytes, *, at: datetime) -> bytes:
    """The same words, signed by another region's service."""
    payload = json.loads(answer)["payload"]
    return sign_payload(
        payload, signer=world.region(code).service, signed_at=at.replace(microsecond=0)
    )


def another_nonce(answer: bytes, *, at: datetime) -> bytes:
    payload = json.loads(answer)["payload"] | {"nonce": "0" * 32}
    return sign_payload(
        payload, signer=world.region(BAOJI).service, signed_at=at.replace(microsecond=0)
    )


HOSTILE: dict[str, Callable[[Country, list[bytes], bytes], bytes]] = {
    "wrong nonce": lambda country, _, answer: another_nonce(answer, at=country.clock.now()),
    "another region": lambda country, _, answer: signed_by(WUHU, answer, at=country.clock.now()),
    "replay": lambda _country, before, _answer: before[0],
    "too big": lambda _country, _before, answer: answer + b" " * 70_000,
    "one bit": lambda _country, _before, answer: (
        answer[:-20] + bytes([answer[-20] ^ 1]) + answer[-19:]
    ),
    "nothing": lambda _country, _before, _answer: b"{}",
}


def _twisted(
    hostile: Callable[[Country, list[bytes], bytes], bytes],
    country: Country,
    wire: Wire,
    answer: bytes,
) -> bytes:
    return hostile(country, wire.answers, answer)


def test_an_answer_that_cannot_be_believed_is_silence(regions: Country) -> None:
    case = opened(regions)
    wire = tapped(regions)
    pass_over(regions)
    give(regions.baoji, "confirmed")

    for name, hostile in HOSTILE.items():
        wire.twist = partial(_twisted, hostile, regions, wire)
        regions.clock.advance(timedelta(minutes=1))
        pass_over(regions)
        assert outcomes(regions, case) == {"check_running"}, name

    wire.twist = lambda answer: answer
    regions.clock.advance(timedelta(minutes=1))
    pass_over(regions)
    assert outcomes(regions, case) == {"department_checked"}


def test_a_letter_is_answered_once(regions: Country) -> None:
    opened(regions)
    wire = tapped(regions)
    pass_over(regions)
    path, letter = wire.letters[0]

    again = regions.baoji.client.post(path, content=letter)

    assert (again.status_code, again.json()["code"]) == (403, "SHARE_REFUSED")


def test_a_letter_to_another_region_is_not_answered(regions: Country) -> None:
    opened(regions)
    wire = tapped(regions)
    pass_over(regions)
    path, letter = wire.letters[0]

    assert regions.wuhu.client.post(path, content=letter).status_code == 403


def test_nobody_hears_of_questions_that_are_not_its_own(regions: Country) -> None:
    case = opened(regions)
    pass_over(regions)
    give(regions.wuhu, "confirmed")  # about the title, asked by 芜湖 itself
    asker = sources_of(regions.baoji).post

    told = asker.courier.ask(
        RegionCode(WUHU), POLL, poll_body((Place(case_id=case, material="property-title"),))
    )

    assert told == {"answers": {}, "unknown": [f"{case}/property-title"]}


def test_a_department_that_does_not_answer_here_takes_no_question(regions: Country) -> None:
    post = sources_of(regions.baoji).post

    with pytest.raises(SourceSilentError):
        post.courier.ask(RegionCode(WUHU), ASK, a_question(department="market"))
    post.courier.ask(RegionCode(WUHU), ASK, a_question(department="natural-resources"))
    assert [item["department"] for item in questions(regions.wuhu)] == ["natural-resources"]


def test_the_background_pass_of_serve_exchanges_by_itself(regions: Country) -> None:
    case = opened(regions)
    services = regions.wuhu.services
    with questioning(services.case_sources, services.acceptance, services.forms, interval=0.02):
        for _ in range(500):
            if questions(regions.baoji):
                break
    assert {item["case"] for item in questions(regions.baoji)} == {case}
