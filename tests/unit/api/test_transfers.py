"""A case that 宝鸡 took in is handed over to 芜湖, which looks everything up itself."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from api.returning import returning
from tests import world
from tests.instance_parts import BAOJI, SITUATION, WUHU, case_of, holder_of, url_of
from tests.instances import Country, Instance
from tests.unit.api.test_case_forms import fill
from tests.unit.api.test_case_outcomes import decide_all
from tests.unit.api.test_pages import sign_in
from verify.acceptance.records import Applicant
from verify.outcomes.records import OutcomeKind
from verify.transfers.messages import Transfer, sign_transfer
from verify.transfers.returns import ReturnedOutcome, sign_outcome

LICENSE = "food-business-license"


def call(instance: Instance, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - a response
    return instance.client.request(
        method, f"/api/v1{path}", json=body, headers=instance.headers("window")
    )


def taken_in(country: Country) -> dict[str, Any]:
    """A case of 宝鸡 for a holder of 芜湖, with a form."""
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    fill(country.baoji, case, 0, phone="0917-0000000", lease_until="2030-12-31")
    return case


def hand_over(country: Country, case: dict[str, Any], region: str = WUHU) -> Any:  # noqa: ANN401 - a response
    return call(country.baoji, "POST", f"/cases/{case['case']}/transfer", {"region": region})


def test_case_is_opened_by_the_other_region_under_its_own_gate(country: Country) -> None:
    case = taken_in(country)

    sent = hand_over(country, case).json()
    (came,) = call(country.wuhu, "GET", "/transfers").json()
    opened = call(country.wuhu, "POST", f"/transfers/{BAOJI}/{came['number']}/case")

    assert sent["received_at"] == came["received_at"]
    assert (came["region"], came["number"], came["case"]) == (BAOJI, sent["number"], None)
    assert opened.status_code == 201, opened.text
    there = opened.json()["case"]
    assert there["case"] != case["case"]
    (license,) = (item for item in there["materials"] if item["code"] == LICENSE)
    assert (license["outcome"], license["region"]) == ("e_license", WUHU)
    assert opened.json()["attachments"] == {LICENSE: "passed"}
    view = country.wuhu.services.forms.view(there["case"])
    values = {item.field.code: item.value for item in view.fields}
    assert (values["phone"], values["lease-until"]) == ("0917-0000000", "2030-12-31")
    (now,) = call(country.wuhu, "GET", "/transfers").json()
    assert now["case"] == there["case"]


def test_what_came_is_not_relied_upon_when_the_license_was_revoked_meanwhile(
    country: Country,
) -> None:
    case = taken_in(country)
    sent = hand_over(country, case).json()
    license = next(item["license"] for item in case["materials"] if item["code"] == LICENSE)
    revoked = country.wuhu.client.post(
        f"/api/v1/licenses/{license}/status",
        json={
            "kind": "revoked",
            "effective_at": country.clock.now().isoformat(),
            "decision_no": "芜市监〔2026〕1号",
            "reason": "样例",
        },
        headers=country.wuhu.headers("issuer"),
    )
    assert revoked.status_code < 300, revoked.text

    opened = call(country.wuhu, "POST", f"/transfers/{BAOJI}/{sent['number']}/case").json()

    (item,) = (item for item in opened["case"]["materials"] if item["code"] == LICENSE)
    assert (item["result"], item["outcome"]) != ("valid", "e_license")
    assert opened["attachments"] == {LICENSE: "failed"}


def test_silent_region_is_sent_the_same_again_until_its_receipt_comes(country: Country) -> None:
    case = taken_in(country)
    country.post.silent.add(url_of(WUHU))
    first = hand_over(country, case)
    country.post.silent.clear()

    second, third = hand_over(country, case), hand_over(country, case)

    assert (first.status_code, first.json()["received_at"]) == (201, None)
    assert second.json()["received_at"] is not None
    assert second.json() == third.json()
    assert second.json()["number"] == first.json()["number"]
    assert len(call(country.wuhu, "GET", "/transfers").json()) == 1


def test_case_is_opened_once(country: Country) -> None:
    sent = hand_over(country, taken_in(country)).json()
    path = f"/transfers/{BAOJI}/{sent['number']}/case"

    first, again = call(country.wuhu, "POST", path), call(country.wuhu, "POST", path)
    other = call(country.wuhu, "POST", f"/transfers/{BAOJI}/{'A' * 26}/case")

    assert first.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "TRANSFER_REFUSED")
    assert (other.status_code, other.json()["code"]) == (404, "TRANSFER_NOT_FOUND")


def test_case_that_was_handed_over_is_not_decided_here(country: Country) -> None:
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    for item in case["materials"]:  # type: ignore[attr-defined]  # a list of materials
        form = {"form": "e_license"} if item["outcome"] == "e_license" else None
        call(
            country.baoji,
            "POST",
            f"/cases/{case['case']}/materials/{item['code']}/decision",
            form or {"form": "paper", "voluntary": True},
        )
    hand_over(country, case)

    settled = call(
        country.baoji,
        "POST",
        f"/cases/{case['case']}/outcome",
        {"outcome": "approve", "approver": "W002"},
    )

    assert settled.status_code == 409
    assert settled.json()["rule"] == "case_outcomes_not_handed_over"


@pytest.mark.parametrize("region", [BAOJI, "110000"])
def test_case_goes_to_another_region_of_the_trust_list_alone(country: Country, region: str) -> None:
    answer = hand_over(country, taken_in(country), region)

    assert (answer.status_code, answer.json()["code"]) == (409, "TRANSFER_REFUSED")


def test_no_case_goes_out_by_a_trust_list_that_has_expired(country: Country) -> None:
    case = taken_in(country)
    trust = country.trust.current()
    assert trust is not None
    country.clock.advance(trust.expires_at - country.clock.now())

    answer = hand_over(country, case)

    assert (answer.status_code, answer.json()["code"]) == (409, "TRANSFER_REFUSED")
    assert call(country.baoji, "GET", f"/cases/{case['case']}/transfer").status_code == 404


def test_handing_an_own_license_over_is_a_use_that_its_holder_sees(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    case = wuhu.open_case(wuhu.rows[0])
    license = next(item["license"] for item in case["materials"] if item["code"] == LICENSE)  # type: ignore[attr-defined]  # a list of materials
    call(wuhu, "POST", f"/cases/{case['case']}/transfer", {"region": BAOJI})

    with wuhu.services.unit_of_work() as work:
        uses = work.usages.of_license(license)

    # The window's own use, then the hand-over.
    assert [use.user for use in uses] == ["宝鸡市（610300）", "芜湖市（340200）"]


def test_nobody_reads_the_applicant_on_the_way(country: Country) -> None:
    case = taken_in(country)
    hand_over(country, case)
    with country.baoji.services.unit_of_work() as work:
        sent = work.transfers.sent(case["case"])

    assert sent is not None
    row = country.wuhu.rows[0]
    for personal in (row["credit_code"], row["operator"], "0917-0000000"):
        assert personal.encode() not in sent.encoded
        assert personal not in repr(sent)


@pytest.mark.parametrize("fault", ["changed", "for another", "of nobody", "noise"])
def test_transfer_that_is_not_one_is_refused_without_a_word(country: Country, fault: str) -> None:
    row = country.wuhu.rows[0]
    trust = country.trust.current()
    assert trust is not None
    wuhu, baoji = (
        trust.region(country.wuhu.services.region),
        trust.region(country.baoji.services.region),
    )
    assert wuhu is not None
    assert baoji is not None
    data = sign_transfer(
        Transfer(
            number="A" * 26,
            matter="open-restaurant",
            applicant=Applicant(code=holder_of(row), name=row["operator"]),
            situation={},
            answers={},
            faces={},
        ),
        sender=country.baoji.services.region,
        receiver=baoji if fault == "for another" else wuhu,
        signer=world.region(WUHU if fault == "of nobody" else BAOJI).service,
        now=country.clock.now(),
    )
    if fault == "changed":
        data = data.replace(b'"AAAAAAAAAAAAAAAAAAAAAAAAAA"', b'"BAAAAAAAAAAAAAAAAAAAAAAAAA"')
    if fault == "noise":
        data = b"{}"

    answer = country.wuhu.client.post("/api/v1/share/cases", content=data)

    assert (answer.status_code, answer.json()["code"]) == (403, "SHARE_REFUSED")
    assert call(country.wuhu, "GET", "/transfers").json() == []


# What became of it --------------------------------------------------------------------------


def handled(country: Country, matter: str = "open-restaurant", **outcome: object) -> dict[str, Any]:
    """A case that 宝鸡 handed over to 芜湖, settled there."""
    row = country.wuhu.rows[0]
    country.wuhu.mint()
    case = opened_for(country.baoji, matter, row)
    sent = hand_over(country, case).json()
    there = call(country.wuhu, "POST", f"/transfers/{BAOJI}/{sent['number']}/case").json()["case"]
    decide_all(country.wuhu, there)
    settled = call(country.wuhu, "POST", f"/cases/{there['case']}/outcome", outcome)
    assert settled.status_code == 201, settled.text
    return {**case, "number": sent["number"], "license": settled.json()["license"]}


def opened_for(instance: Instance, matter: str, row: Mapping[str, str]) -> dict[str, Any]:
    situations = {"open-restaurant": SITUATION, "food-license-renewal": {"conditions": "same"}}
    body: dict[str, object] = {**case_of(row), "matter": matter, "situation": situations[matter]}
    if matter != "open-restaurant":
        body["parties"] = {}
    answer = call(instance, "POST", "/cases", body)
    assert answer.status_code == 201, answer.text
    case: dict[str, Any] = answer.json()
    return case


def told(country: Country, case: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return call(country.baoji, "GET", f"/cases/{case['case']}/transfer").json()["returned"]


REJECTED = {"outcome": "reject", "approver": "W002", "note": "选址不符合规定（样例）"}


def test_license_of_the_outcome_comes_back_with_its_number(country: Country) -> None:
    case = handled(
        country,
        "food-license-renewal",
        outcome="approve",
        approver="W002",
        given={"signatory": "吕样溪"},
    )
    assert told(country, case) is None

    assert country.wuhu.services.returns.step() == 1

    found = told(country, case)
    with country.wuhu.services.unit_of_work() as work:
        license = work.licenses.get(case["license"])
    assert (found["outcome"], found["license"]) == ("approve", case["license"])
    assert found["license_number"] == license.number
    client = sign_in(country.baoji, country.baoji.tokens["window"])
    page = client.get(f"/window/cases/{case['case']}").text
    assert license.number in page
    assert "准予" in page


def test_reason_of_a_rejection_comes_back_and_nobody_reads_it_on_the_way(
    country: Country,
) -> None:
    case = handled(country, **REJECTED)
    country.wuhu.services.returns.step()
    with country.baoji.services.unit_of_work() as work:
        kept = work.returns.kept(case["number"])

    assert (told(country, case)["outcome"], told(country, case)["note"]) == (
        "reject",
        REJECTED["note"],
    )
    assert kept is not None
    assert str(REJECTED["note"]).encode() not in kept.encoded
    assert str(REJECTED["note"]) not in repr(kept)


def test_silent_region_is_told_the_very_same_again_until_it_confirms(country: Country) -> None:
    case = handled(country, **REJECTED)
    returns = country.wuhu.services.returns
    country.post.silent.add(url_of(BAOJI))
    assert (returns.step(), told(country, case)) == (0, None)
    with country.wuhu.services.unit_of_work() as work:
        (first,) = work.returns.unconfirmed(BAOJI, 9)
    country.post.silent.clear()

    assert [returns.step(), returns.step()] == [1, 0]

    with country.baoji.services.unit_of_work() as work:
        kept = work.returns.kept(case["number"])
    assert kept is not None
    assert kept.encoded == first.encoded
    again = country.baoji.client.post("/api/v1/share/case-outcomes", content=first.encoded)
    assert (again.status_code, again.content) == (200, kept.receipt)


@pytest.mark.parametrize("fault", ["another outcome", "another number", "changed", "noise"])
def test_outcome_that_is_not_of_our_case_is_refused_without_a_word(
    country: Country, fault: str
) -> None:
    case = handled(country, **REJECTED)
    country.wuhu.services.returns.step()
    trust = country.trust.current()
    assert trust is not None
    baoji = trust.region(country.baoji.services.region)
    assert baoji is not None
    outcome = ReturnedOutcome(
        number="A" * 26 if fault == "another number" else case["number"],
        kind=OutcomeKind.APPROVE,
        decided_at=country.clock.now(),
    )
    data = sign_outcome(
        outcome,
        sender=country.wuhu.services.region,
        receiver=baoji,
        signer=world.region(WUHU).service,
        now=country.clock.now(),
    )
    if fault == "changed":
        data = data.replace(case["number"].encode(), b"B" * 26)
    if fault == "noise":
        data = b"{}"

    answer = country.baoji.client.post("/api/v1/share/case-outcomes", content=data)

    assert (answer.status_code, answer.json()["code"]) == (403, "SHARE_REFUSED")
    assert told(country, case)["outcome"] == "reject"


def test_nobody_else_tells_what_became_of_a_case(country: Country) -> None:
    country.wuhu.mint()
    case = country.baoji.open_case(country.wuhu.rows[0])
    sent = hand_over(country, case).json()
    trust = country.trust.current()
    assert trust is not None
    wuhu = trust.region(country.wuhu.services.region)
    assert wuhu is not None
    # 宝鸡 handed over to 芜湖; 芜湖 handed nothing over to 宝鸡 under that number.
    data = sign_outcome(
        ReturnedOutcome(
            number=sent["number"], kind=OutcomeKind.APPROVE, decided_at=country.clock.now()
        ),
        sender=country.baoji.services.region,
        receiver=wuhu,
        signer=world.region(BAOJI).service,
        now=country.clock.now(),
    )

    answer = country.wuhu.client.post("/api/v1/share/case-outcomes", content=data)

    assert (answer.status_code, answer.json()["code"]) == (403, "SHARE_REFUSED")


def test_outcome_is_returned_in_the_background_of_serve(country: Country) -> None:
    case = handled(country, **REJECTED)

    with returning(country.wuhu.services.returns, interval=0.02):
        for _ in range(200):
            if told(country, case) is not None:
                break
            time.sleep(0.02)

    assert told(country, case) is not None


def test_case_that_was_not_handed_over_has_no_transfer(country: Country) -> None:
    case = country.baoji.open_case(country.wuhu.rows[0])

    answer = call(country.baoji, "GET", f"/cases/{case['case']}/transfer")

    assert (answer.status_code, answer.json()["code"]) == (404, "TRANSFER_NOT_FOUND")
