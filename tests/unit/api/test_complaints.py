"""Whoever holds a receipt complains by one press, and is told at once what the record shows."""

from datetime import timedelta
from typing import Any

from api.clients.calls import Answer, Call
from api.complaint_posting import ComplaintPoster
from api.notifying import Receiver
from certs.regions import RegionCode
from tests.instances import Country, Instance
from tests.unit.api.test_case_receipts import decided, issued


def held(country: Country) -> tuple[dict[str, Any], dict[str, Any]]:
    case = decided(country.wuhu)
    return case, issued(country.wuhu, case)


def press(instance: Instance, receipt: dict[str, Any], material: str) -> Any:  # noqa: ANN401 - a response
    return instance.client.post(
        f"/case/{receipt['number']}/complaints", data={"material": material}
    )


def listed(instance: Instance) -> list[dict[str, Any]]:
    answer = instance.client.get("/api/v1/complaints", headers=instance.headers("issuer"))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["complaints"]
    return found


def served(case: dict[str, Any]) -> str:
    return next(str(item["code"]) for item in case["materials"] if item["outcome"] == "e_license")


def test_one_press_says_what_was_obtained_and_counts_a_breach(country: Country) -> None:
    wuhu = country.wuhu
    case, receipt = held(country)

    page = press(wuhu, receipt, served(case))

    assert page.status_code == 200
    assert "窗口无权要求" in page.text
    assert "已于" in page.text
    (told,) = listed(wuhu)
    assert (told["shown"], told["is_breach"], told["result"]) == ("obtained", True, "valid")
    assert told["looked_up_at"] == told["raised_at"]
    assert told["due_on"] == "2026-03-23"
    assert wuhu.rows[0]["operator"] not in page.text


def test_pressing_again_is_the_same_complaint(country: Country) -> None:
    case, receipt = held(country)

    press(country.wuhu, receipt, served(case))
    press(country.wuhu, receipt, served(case))

    assert len(listed(country.wuhu)) == 1


def test_what_the_receipt_does_not_list_is_a_breach(country: Country) -> None:
    _, receipt = held(country)

    page = press(country.wuhu, receipt, "")

    assert "没有要求提交此材料的记录" in page.text
    assert [item["shown"] for item in listed(country.wuhu)] == ["unrecorded"]


def test_nobody_complains_without_a_receipt(country: Country) -> None:
    held(country)
    for number in ("A" * 26, "short"):
        assert press(country.wuhu, {"number": number}, "").status_code == 404
        assert country.wuhu.client.get(f"/case/{number}").status_code == 404


def test_department_answers_once_and_the_holder_reads_it(country: Country) -> None:
    wuhu = country.wuhu
    _, receipt = held(country)
    press(wuhu, receipt, "")
    address = f"/api/v1/complaints/{listed(wuhu)[0]['number']}/answer"
    body = {"result": "upheld", "note": "已责令窗口改正（样例）"}

    first = wuhu.client.post(address, json=body, headers=wuhu.headers("issuer"))
    second = wuhu.client.post(address, json=body, headers=wuhu.headers("issuer"))
    by_window = wuhu.client.post(address, json=body, headers=wuhu.headers("window"))

    assert first.status_code == 201
    assert second.status_code == 409
    assert by_window.status_code == 403
    assert "已责令窗口改正" in wuhu.client.get(f"/case/{receipt['number']}").text


class Calls:
    """A receiver that refuses once."""

    def __init__(self) -> None:
        self.sent: list[Call] = []

    def ask(self, call: Call) -> Answer | None:
        self.sent.append(call)
        return None if len(self.sent) == 1 else Answer(status=204, body=b"")


def test_complaint_is_delivered_until_it_arrives_and_names_nobody(country: Country) -> None:
    wuhu = country.wuhu
    case, receipt = held(country)
    press(wuhu, receipt, "")
    calls = Calls()
    poster = ComplaintPoster(
        unit_of_work=wuhu.services.unit_of_work,
        clock=country.clock,
        calls=calls,  # type: ignore[arg-type]  # what it needs of calls
        region=RegionCode(wuhu.code),
        receiver=Receiver.of("https://12345.test/complaints"),
    )

    counts = [poster.step(), poster.step()]
    country.clock.advance(timedelta(minutes=1))
    counts += [poster.step(), poster.step()]

    assert counts == [0, 0, 1, 0]
    said = calls.sent[1].content or b""
    assert case["case"].encode() in said
    assert receipt["number"].encode() not in said
    assert wuhu.rows[0]["credit_code"].encode() not in said
