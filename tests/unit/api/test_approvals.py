"""What a window asks a second person for, and how a case is settled on its page."""

from datetime import timedelta
from typing import Any

import pytest

from tests.instances import Country, Instance
from tests.unit.api.test_case_outcomes import GIVEN, renewal
from tests.unit.api.test_pages import csrf_of, sign_in
from verify.acceptance.probes import Probe, SourceState
from verify.acceptance.records import PersonRole

LICENSE = "food-business-license"
REASON = {"form": "paper", "reason": "P09"}


def send(instance: Instance, person: str, path: str, **fields: str) -> Any:  # noqa: ANN401 - a response
    """Sign in as somebody, and send a form of the window."""
    client = sign_in(instance, instance.tokens[person])
    csrf = csrf_of(client.get("/window").text)
    return client.post(path, data={"csrf": csrf, **fields})


def see(instance: Instance, person: str, path: str) -> str:
    text: str = sign_in(instance, instance.tokens[person]).get(path).text
    return text


def asked(instance: Instance) -> str:
    """A case whose operator demands paper though a license serves; it waits for a word."""
    instance.mint()
    case = str(instance.open_case(instance.rows[0])["case"])
    answer = send(instance, "window", f"/window/cases/{case}/materials/{LICENSE}", **REASON)
    assert answer.status_code == 200, answer.text
    return case


def number_of(instance: Instance) -> int:
    (waiting,) = instance.services.exceptions.all_open()
    return waiting.number


def decision(instance: Instance, case: str) -> Any:  # noqa: ANN401 - None, or a decision
    return instance.services.acceptance.view_case(case).material(LICENSE).decision


def test_what_needs_a_second_person_waits_and_is_no_demand_meanwhile(country: Country) -> None:
    wuhu = country.wuhu
    case = asked(wuhu)

    page = see(wuhu, "window", f"/window/cases/{case}")

    assert "等待审批" in page
    assert "审批前不得要求提交纸质" in page
    assert decision(wuhu, case) is None


def test_asking_twice_is_one_request(country: Country) -> None:
    wuhu = country.wuhu
    case = asked(wuhu)
    send(wuhu, "window", f"/window/cases/{case}/materials/{LICENSE}", **REASON)

    assert len(wuhu.services.exceptions.all_open()) == 1


def test_the_second_person_agrees_while_signed_in(country: Country) -> None:
    wuhu = country.wuhu
    case = asked(wuhu)

    waiting = see(wuhu, "approver", "/window/approvals")
    send(wuhu, "approver", f"/window/approvals/{number_of(wuhu)}", does_agree="true")

    assert "法律、行政法规" in waiting
    made = decision(wuhu, case)
    assert made.is_demand
    assert (made.request.operator, made.request.approver) == ("W001", "W002")
    assert "没有待审批的申请" in see(wuhu, "approver", "/window/approvals")


def test_what_is_declined_is_told_to_the_window_and_may_be_asked_again(country: Country) -> None:
    wuhu = country.wuhu
    case = asked(wuhu)
    number = number_of(wuhu)
    without = send(wuhu, "approver", f"/window/approvals/{number}", does_agree="false")
    send(wuhu, "approver", f"/window/approvals/{number}", does_agree="false", note="证照有效")
    twice = send(wuhu, "approver", f"/window/approvals/{number}", does_agree="true")

    assert without.status_code == 422
    assert (twice.status_code, decision(wuhu, case)) == (409, None)
    assert "证照有效" in see(wuhu, "window", f"/window/cases/{case}")
    send(wuhu, "window", f"/window/cases/{case}/materials/{LICENSE}", **REASON)
    assert number_of(wuhu) != number


def test_nobody_agrees_to_what_he_asked_for(country: Country) -> None:
    wuhu = country.wuhu
    case = asked(wuhu)
    with wuhu.services.unit_of_work() as work:
        work.cases.grant_role("W001", PersonRole.ACCEPTANCE_APPROVER)
        work.commit()

    answer = send(wuhu, "window", f"/window/approvals/{number_of(wuhu)}", does_agree="true")

    assert answer.status_code == 422
    assert "审批人" in answer.text
    assert decision(wuhu, case) is None


@pytest.mark.parametrize("path", ["/window/approvals/1", "/window/cases/C/outcome"])
def test_whoever_may_not_approve_finds_nothing_there(country: Country, path: str) -> None:
    answer = send(country.wuhu, "window", path, does_agree="true", outcome="approve")

    assert answer.status_code == 403
    assert (
        sign_in(country.wuhu, country.wuhu.tokens["window"]).get("/window/approvals").status_code
        == 403
    )
    assert "例外审批" not in see(country.wuhu, "window", "/window")


def test_the_approver_settles_a_case_and_its_page_says_so_ever_after(country: Country) -> None:
    wuhu = country.wuhu
    _license, case = renewal(wuhu)
    path = f"/window/cases/{case['case']}"

    before = see(wuhu, "approver", path)
    of_operator = see(wuhu, "window", path)
    fields = {"given_name": "signatory", "given_value": GIVEN["signatory"]}
    send(wuhu, "approver", f"{path}/outcome", outcome="approve", **fields)
    after = see(wuhu, "window", path)

    assert '/outcome"' in before
    assert '/outcome"' not in of_operator
    assert "已办结：准予" in after
    _settled, made = wuhu.services.outcomes.view(case["case"])
    assert str(made) in after
    assert "出具受理通知书" in before
    assert "出具受理通知书" not in after
    assert 'aria-current="step"' in before
    assert 'aria-current="step"' not in after


def test_a_rejection_is_given_with_its_reason(country: Country) -> None:
    wuhu = country.wuhu
    _license, case = renewal(wuhu)
    path = f"/window/cases/{case['case']}"

    without = send(wuhu, "approver", f"{path}/outcome", outcome="reject")
    send(wuhu, "approver", f"{path}/outcome", outcome="reject", note="店面不符")

    assert without.status_code == 422
    assert "已办结：不予" in see(wuhu, "window", path)
    assert "店面不符" in see(wuhu, "window", path)


def test_all_that_serves_is_taken_with_one_press(country: Country) -> None:
    wuhu = country.wuhu
    wuhu.mint()
    case = str(wuhu.open_case(wuhu.rows[0])["case"])
    view = wuhu.services.acceptance.view_case(case)
    serving = {item.material.code for item in view.materials if item.serving}

    send(wuhu, "window", f"/window/cases/{case}/served")

    after = wuhu.services.acceptance.view_case(case)
    assert {item.material.code for item in after.materials if item.decision} == serving
    assert serving


def test_the_window_is_told_who_is_silent(country: Country) -> None:
    wuhu, now = country.wuhu, country.wuhu.services.clock.now()
    silent = Probe(source="610300", state=SourceState.DOWN, probed_at=now)
    old = Probe(source="register/civil", state=SourceState.DOWN, probed_at=now - timedelta(hours=1))
    nobody = Probe(source="register/population", state=SourceState.DOWN, probed_at=now)
    assert 'id="silent"' not in see(wuhu, "window", "/window")
    with wuhu.services.unit_of_work() as work:
        work.source_probes.add([silent, old, nobody])
        work.commit()

    page = see(wuhu, "window", "/window")

    assert "没有应答：宝鸡" in page
    assert "civil" not in page
    assert "population" not in page
    assert "人口信息库" not in page
