"""Registers of facts answer between two instances: yes, no, or not at all."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from api.clients.health import HealthClient
from api.clients.letters import RegionLetters
from certs.civil_dates import day_of
from certs.envelopes import sign_payload
from certs.faces.renderer import TypstRenderer
from certs.holder_codes import HolderCode
from certs.regions import RegionCode
from tests import world
from tests.department_letters import Wire
from tests.instance_parts import BAOJI, WUHU, case_of, holder_of, url_of
from tests.instances import Country, Instance, open_country
from tests.region_servers import behaving, saying, serving
from verify.acceptance.ports import Reply
from verify.acceptance.records import Applicant
from verify.errors import SourceSilentError
from verify.registers.asking import ConnectedRegisters
from verify.registers.questions import FACT

ITEM = ("enterprise", "food-business-license")


@pytest.fixture
def regions(tmp_path: Path, renderer: TypstRenderer) -> Iterator[Country]:
    """宝鸡 keeps the register of enterprises, 芜湖 that of real estate."""
    registers = {"enterprise": BAOJI, "real-estate": WUHU, "population": BAOJI}
    with open_country(tmp_path, renderer, registers=registers) as country:
        yield country


def applicant(of: Instance, number: int = 0, *, name: str = "") -> Applicant:
    row = of.rows[number]
    return Applicant(code=holder_of(row), name=name or row["operator"])


def sources(of: Instance) -> ConnectedRegisters:
    found = of.services.acceptance.inquiry.sources
    assert isinstance(found, ConnectedRegisters)
    return found


def usages(at: Instance) -> list[tuple[str, str, str]]:
    with at.engine.connect() as connection:
        rows = connection.execute(text('SELECT basis, purpose, "user" FROM usages'))
        return [(basis, purpose, user) for basis, purpose, user in rows]


def test_a_register_of_another_region_confirms_and_denies_and_its_use_is_on_record(
    regions: Country,
) -> None:
    regions.baoji.mint()
    wuhu = sources(regions.wuhu)

    assert wuhu.check(*ITEM, applicant(regions.baoji), {}) is Reply.CONFIRMED
    assert wuhu.check(*ITEM, applicant(regions.baoji, name="别人（样本）"), {}) is Reply.DENIED
    assert wuhu.check(*ITEM, applicant(regions.baoji, 1), {}) is Reply.DENIED

    used = ("data-check", "数据共享核验 enterprise/food-business-license", "芜湖市（340200）")
    assert usages(regions.baoji) == [used, used]


def test_the_own_register_answers_without_the_network(regions: Country) -> None:
    regions.baoji.mint()
    regions.post.silent.add(url_of(BAOJI))

    assert sources(regions.baoji).check(*ITEM, applicant(regions.baoji), {}) is Reply.CONFIRMED
    assert usages(regions.baoji)[0][2] == "宝鸡市（610300）"


def test_what_was_so_on_a_day_is_told_of_that_day_also_after_the_license_ended(
    regions: Country,
) -> None:
    license = regions.baoji.mint()
    issued, wuhu = day_of(regions.clock.now()), sources(regions.wuhu)
    regions.clock.advance(timedelta(days=3))
    ended = day_of(regions.clock.now())
    answer = regions.baoji.client.post(
        f"/api/v1/licenses/{license['identifier']}/status",
        json={
            "kind": "revoked",
            "effective_at": regions.clock.now().isoformat(),
            "decision_no": "样本1号",
            "reason": "样本",
        },
        headers=regions.baoji.headers("issuer"),
    )
    assert answer.status_code in {200, 201}, answer.text
    regions.clock.advance(timedelta(days=2))

    def said(asking: ConnectedRegisters, day: date) -> Reply:
        return asking.check_on(day, *ITEM, applicant(regions.baoji))

    for asking in (wuhu, sources(regions.baoji)):
        assert said(asking, issued) is Reply.DENIED, "nobody could see it when that day began"
        assert said(asking, issued + timedelta(days=1)) is Reply.CONFIRMED
        assert said(asking, ended) is Reply.DENIED, "it ended before that day did"
        assert said(asking, ended + timedelta(days=1)) is Reply.DENIED
        with pytest.raises(SourceSilentError):
            said(asking, day_of(regions.clock.now()))
    cause = f"事后核查（{ended}） enterprise/food-business-license"
    assert ("data-check", cause, "芜湖市（340200）") in usages(regions.baoji)


def test_a_license_that_is_no_longer_in_force_confirms_nothing(regions: Country) -> None:
    license = regions.baoji.mint()
    answer = regions.baoji.client.post(
        f"/api/v1/licenses/{license['identifier']}/status",
        json={
            "kind": "revoked",
            "effective_at": regions.clock.now().isoformat(),
            "decision_no": "样本1号",
            "reason": "样本",
        },
        headers=regions.baoji.headers("issuer"),
    )
    assert answer.status_code in {200, 201}, answer.text
    regions.clock.advance(timedelta(seconds=1))

    assert sources(regions.wuhu).check(*ITEM, applicant(regions.baoji), {}) is Reply.DENIED


@pytest.mark.parametrize(
    ("register", "item"),
    [
        ("population", "identity"),  # connected, and not offered there
        ("enterprise", "taxes"),
        ("court", "seizure"),
    ],
)
def test_what_no_register_knows_is_silence_and_never_a_denial(
    regions: Country, register: str, item: str
) -> None:
    with pytest.raises(SourceSilentError):
        sources(regions.wuhu).check(register, item, applicant(regions.baoji), {})


def test_a_license_whose_record_is_lost_is_silence_and_no_denial(regions: Country) -> None:
    regions.baoji.mint()
    with regions.baoji.engine.begin() as connection:
        connection.execute(text("UPDATE licenses SET record_object = :none"), {"none": "0" * 64})

    with pytest.raises(SourceSilentError):
        sources(regions.wuhu).check(*ITEM, applicant(regions.baoji), {})
    assert usages(regions.baoji) == []


def test_a_case_tells_what_the_register_said(regions: Country) -> None:
    body = case_of(regions.baoji.rows[0])
    situation = {**body["situation"], "stage": "registered", "premises": "owned"}  # type: ignore[dict-item]
    opened = regions.wuhu.client.post(
        "/api/v1/cases",
        json={**body, "situation": situation},
        headers=regions.wuhu.headers("window"),
    ).json()
    found = {
        item["code"]: [(each["result"], each["silent"]) for each in item["lookups"]]
        for item in opened["materials"]
    }

    assert found["business-license"][:2] == [("none", []), ("denied", [])]
    assert found["property-title"][1] == ("denied", [])
    assert found["identity-card"][0] == ("source_down", ["register/population"])


# Whoever cannot be believed --------------------------------------------------------------------


def signed(regions: Country, answer: bytes, *, by: str, **changes: str) -> bytes:
    payload = json.loads(answer)["payload"] | changes
    at = regions.clock.now().replace(microsecond=0)
    return sign_payload(payload, signer=world.region(by).service, signed_at=at)


def test_an_answer_that_cannot_be_believed_is_silence(regions: Country) -> None:
    regions.baoji.mint()
    asking = sources(regions.wuhu)
    courier = asking.courier
    assert isinstance(courier, RegionLetters)
    wire = Wire(regions.post)
    asking = replace(asking, courier=replace(courier, client=wire))
    assert asking.check(*ITEM, applicant(regions.baoji), {}) is Reply.CONFIRMED

    hostile: tuple[Callable[[bytes], bytes], ...] = (
        lambda answer: signed(regions, answer, by=BAOJI, nonce="0" * 32),
        lambda answer: signed(regions, answer, by=WUHU),
        lambda answer: signed(regions, answer, by=BAOJI, schema="yinxin.share-reply/1"),
        lambda _: wire.answers[0],
        lambda answer: answer + b" " * 70_000,
        lambda answer: answer[:-20] + bytes([answer[-20] ^ 1]) + answer[-19:],
        lambda _: b"[]",
    )
    for twist in hostile:
        wire.twist = twist
        with pytest.raises(SourceSilentError):
            asking.check(*ITEM, applicant(regions.baoji), {})

    again = regions.baoji.client.post("/api/v1/share/facts", content=wire.letters[0][1])
    assert again.status_code == 403


@pytest.mark.parametrize(
    "told",
    [{"reply": "perhaps"}, {"reply": "confirmed", "name": "样本"}, {"reply": True}, {}],
)
def test_an_answer_in_other_words_is_silence(
    regions: Country, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    monkeypatch.setattr("api.routers.share_letters.reply_body", lambda _: told)

    with pytest.raises(SourceSilentError):
        sources(regions.wuhu).check(*ITEM, applicant(regions.baoji), {})


def test_a_question_that_is_none_is_not_answered(regions: Country) -> None:
    code: HolderCode = applicant(regions.baoji).code
    good = {
        "register": "enterprise",
        "item": "registration",
        "code_type": code.code_type.value,
        "code": code.code,
        "name": "样本",
    }
    courier = sources(regions.wuhu).courier
    assert courier.ask(RegionCode(BAOJI), FACT, {**good}) == {"reply": "denied"}

    for changes in (
        {"register": "../x"},
        {"item": "X"},
        {"code_type": "000"},
        {"code": "1"},
        {"name": ""},
        {"why": "so"},
    ):
        with pytest.raises(SourceSilentError):
            courier.ask(RegionCode(BAOJI), FACT, {**good, **changes})


# Probes ------------------------------------------------------------------------------------------


def test_a_register_works_while_its_region_offers_it(regions: Country) -> None:
    connected = regions.wuhu.services.case_sources
    assert connected is not None
    prober = connected.prober
    assert prober.sources.names() == {
        BAOJI,
        "register/enterprise",
        "register/real-estate",
        "register/population",
    }

    for is_silent, enterprise in ((False, True), (True, False)):
        regions.post.silent = {url_of(BAOJI)} if is_silent else set()
        assert prober.sources.works("register/enterprise") is enterprise
        assert prober.sources.works("register/real-estate")
        assert not prober.sources.works("register/population")
        assert not prober.sources.works("register/court")


def test_what_a_region_offers_is_read_over_http(regions: Country) -> None:
    with HealthClient() as health:
        with serving(regions.baoji.client.app) as url:
            assert health.registers(url) == {"enterprise"}
        assert health.registers(url) == frozenset()
        with behaving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")) as url:
            assert health.registers(url) == frozenset()
