"""The issuing department's pages, as a browser without scripts sees them."""

import re

import pytest
from fastapi.testclient import TestClient

from certs.access import AccessGrant, CallerRole
from tests.instances import Country, Instance
from tests.unit.api.test_pages import Labels, csrf_of, sign_in

PATHS = (
    "/issue",
    "/issue/new",
    "/issue/new/food_business",
    "/issue/licenses",
    "/issue/batches",
    "/issue/proposals",
    "/issue/corrections",
    "/issue/seals",
    "/issue/types",
    "/issue/types/food_business",
    "/issue/quality",
)


def as_issuer(country: Country) -> TestClient:
    return sign_in(country.wuhu, country.wuhu.tokens["issuer"])


def as_second(instance: Instance) -> TestClient:
    """Sign in as somebody else of the department."""
    header = instance.bearer(AccessGrant(person="I002", role=CallerRole.ISSUER))
    return sign_in(instance, header["Authorization"].removeprefix("Bearer "))


def filled(client: TestClient, country: Country, **other: str) -> dict[str, str]:
    """A form of a food business license as somebody fills it in."""
    page = client.get("/issue/new/food_business").text
    key = re.search(r'name="request_key" value="([0-9a-f]+)"', page)
    assert key is not None
    row = dict(country.wuhu.rows[0])
    return {**row, "csrf": csrf_of(page), "request_key": key[1], "act": "mint", **other}


@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_for_issuers_alone(country: Country, path: str) -> None:
    client = country.wuhu.client
    assert client.get(path, follow_redirects=False).headers["location"] == "/session"
    for role in sorted(set(country.wuhu.tokens) - {"issuer"}):
        sign_in(country.wuhu, country.wuhu.tokens[role])
        assert client.get(path).status_code == 403, role
    as_issuer(country)
    page = client.get(path)
    assert page.status_code == 200
    labels = Labels()
    labels.feed(page.text)
    assert labels.inline == 0
    assert {field for field in labels.fields if field} <= set(labels.labels)


def test_issuers_begin_at_what_waits_for_them(country: Country) -> None:
    answer = country.wuhu.client.post(
        "/session", data={"token": country.wuhu.tokens["issuer"]}, follow_redirects=False
    )
    assert answer.headers["location"] == "/issue"


def test_form_filled_in_becomes_a_license(country: Country) -> None:
    client = as_issuer(country)
    answer = client.post("/issue/new/food_business", data=filled(client, country))

    assert "已制证、盖章并生效" in answer.text
    assert country.wuhu.rows[0]["credit_code"] not in str(answer.url)
    assert client.get(f"{answer.url.path}/face.jpg").headers["content-type"] == "image/jpeg"


def test_mistake_is_said_beside_its_field_and_what_was_typed_stays(country: Country) -> None:
    client = as_issuer(country)
    form = filled(client, country, credit_code="92340202YX0000009K", premises="")
    answer = client.post("/issue/new/food_business", data=form)

    assert answer.status_code == 422
    assert "有 2 处需要改正" in answer.text
    assert "校验位不符" in answer.text
    assert 'value="92340202YX0000009K"' in answer.text
    assert form["request_key"] in answer.text


def test_form_sent_twice_is_one_license(country: Country) -> None:
    client = as_issuer(country)
    form = filled(client, country)
    first = client.post("/issue/new/food_business", data=form)
    second = client.post("/issue/new/food_business", data=form)

    assert first.url == second.url
    with country.wuhu.services.unit_of_work() as work:
        assert len(work.licenses.newest(10)) == 1


def test_number_that_is_taken_is_refused_kindly(country: Country) -> None:
    client = as_issuer(country)
    client.post("/issue/new/food_business", data=filled(client, country))
    again = client.post("/issue/new/food_business", data=filled(client, country))

    assert again.status_code == 409
    assert "已有有效证照" in again.text


def test_preview_shows_a_picture_and_keeps_nothing(country: Country) -> None:
    client = as_issuer(country)
    form = filled(client, country, number="JY2")
    fragment = client.post("/issue/new/food_business/preview", data=form)
    page = client.post("/issue/new/food_business", data={**form, "act": "preview"})

    for answer in (fragment, page):
        assert "data:image/jpeg;base64," in answer.text
        assert "还有 1 项待填写或更正" in answer.text
    with country.wuhu.services.unit_of_work() as work:
        assert work.licenses.newest(10) == ()


def test_preview_of_nothing_yet_is_drawn(country: Country) -> None:
    client = as_issuer(country)
    csrf = csrf_of(client.get("/issue/new/nurse_practice").text)
    answer = client.post("/issue/new/nurse_practice/preview", data={"csrf": csrf})
    assert "data:image/jpeg;base64," in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/issue/new/food_business",
        "/issue/new/food_business/preview",
        "/issue/licenses",
        "/issue/batches",
        f"/issue/batches/{'a' * 32}/confirm",
        f"/issue/proposals/{'a' * 32}/confirmed",
    ],
)
def test_form_without_the_sessions_secret_is_refused(country: Country, path: str) -> None:
    answer = as_issuer(country).post(path, data={"csrf": "0" * 64, "type": "food_business"})
    assert answer.status_code == 403
    assert "页面已过期，或请求来自别处" in answer.text


def test_unknown_type_is_not_found(country: Country) -> None:
    assert as_issuer(country).get("/issue/new/passport").status_code == 422


def test_license_is_found_by_its_number_which_stands_in_no_address(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)
    csrf = csrf_of(client.get("/issue/licenses").text)
    number = country.wuhu.rows[0]["number"]

    found = client.post("/issue/licenses", data={"csrf": csrf, "text": f" {number} "})
    nothing = client.post("/issue/licenses", data={"csrf": csrf, "text": "JY1"})

    assert found.url.path == f"/issue/licenses/{license}"
    assert "没有找到" in nothing.text


def propose(client: TestClient, license: str, **other: str) -> str:
    data = {
        "csrf": csrf_of(client.get("/issue/licenses").text),
        "move": "suspended",
        "decision_no": "芜市监扣〔2026〕1号",
        "reason": "样例：责令停业整顿",
        **other,
    }
    return client.post(f"/issue/licenses/{license}/proposals", data=data).text


def proposal_on(page: str) -> str:
    found = re.search(r"/issue/proposals/([0-9a-f]{32})/", page)
    assert found is not None
    return found[1]


def status_of(country: Country, license: str) -> str:
    with country.wuhu.services.unit_of_work() as work:
        return work.licenses.get(license).status.value


def test_suspension_needs_a_second_person(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)

    assert "已提出" in propose(client, license)
    assert "待复核" in propose(client, license)  # sent twice
    with country.wuhu.services.unit_of_work() as work:
        assert len(work.proposals.waiting(10)) == 1
    assert status_of(country, license) == "active"
    own = client.get("/issue/proposals").text
    address = f"/issue/proposals/{proposal_on(own)}/confirmed"
    refused = client.post(address, data={"csrf": csrf_of(own)})
    assert refused.status_code == 409
    assert "复核人不得是提议人" in refused.text
    assert status_of(country, license) == "active"

    client = as_second(country.wuhu)
    other = client.get("/issue/proposals").text
    done = client.post(address, data={"csrf": csrf_of(other)})
    assert "已复核执行" in done.text
    assert status_of(country, license) == "suspended"
    with country.wuhu.services.unit_of_work() as work:
        event = work.licenses.events(license)[-1]
    assert (event.actor, event.approver) == ("I001", "I002")
    again = client.post(address, data={"csrf": csrf_of(other)})
    assert again.status_code == 409
    assert "已复核执行" in again.text


def test_proposal_may_be_rejected_or_withdrawn(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)
    propose(client, license)
    own = client.get("/issue/proposals").text
    client.post(f"/issue/proposals/{proposal_on(own)}/withdrawn", data={"csrf": csrf_of(own)})
    propose(client, license)
    client = as_second(country.wuhu)
    other = client.get("/issue/proposals").text
    foreign = client.post(
        f"/issue/proposals/{proposal_on(other)}/withdrawn", data={"csrf": csrf_of(other)}
    )
    page = client.post(
        f"/issue/proposals/{proposal_on(other)}/rejected",
        data={"csrf": csrf_of(other), "note": "依据不足"},
    ).text

    assert foreign.status_code == 409
    assert "复核不同意" in page
    assert "依据不足" in page
    assert "已撤回" in page
    assert status_of(country, license) == "active"


def test_change_without_its_decision_is_refused_in_words(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)

    assert "文书号：请填写" in propose(client, license, decision_no="")
    assert "变更：请选择" in propose(client, license, move="")
    assert "不得含公民身份号码" in propose(client, license, reason="34020219900307002X 的申请")
    assert "生效时间" in propose(client, license, effective="yesterday")
    assert "不能改为" in propose(client, license, move="active")


def test_reversal_by_a_court_is_offered_after_the_decision(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)
    propose(client, license, move="revoked")
    own = client.get("/issue/proposals").text
    address = f"/issue/proposals/{proposal_on(own)}/confirmed"
    client = as_second(country.wuhu)
    client.post(address, data={"csrf": csrf_of(client.get("/issue/licenses").text)})
    page = client.get(f"/issue/licenses/{license}").text
    assert "撤改第 2 项吊销" in page

    propose(client, license, move="reversed:2", reason="行政判决撤销")
    mine = proposal_on(client.get("/issue/proposals").text)
    client = as_issuer(country)
    csrf = csrf_of(client.get("/issue/proposals").text)
    client.post(f"/issue/proposals/{mine}/confirmed", data={"csrf": csrf})
    assert status_of(country, license) == "active"


def test_unknown_proposal_is_not_found(country: Country) -> None:
    client = as_issuer(country)
    csrf = csrf_of(client.get("/issue/licenses").text)
    answer = client.post(f"/issue/proposals/{'a' * 32}/confirmed", data={"csrf": csrf})
    assert answer.status_code == 404


def raise_wrong(country: Country, license: str) -> str:
    """Let a holder say that the premises are wrong; return the receipt number."""
    answer = country.wuhu.client.post(
        "/api/v1/corrections",
        json={
            "kind": "wrong",
            "license": license,
            "type": "food_business",
            "fields": {"premises": "芜湖市镜湖区样例东路3号"},
            "remark": "门牌号有误",
        },
        headers=country.wuhu.citizen(),
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["receipt"])


def test_correction_is_upheld_and_answered_by_a_new_version(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    receipt = raise_wrong(country, license)
    client = as_issuer(country)
    address = f"/issue/corrections/{receipt}"
    assert "还有 2 天" in client.get("/issue").text
    compared = client.get(f"{address}?compare=1").text
    assert country.wuhu.rows[0]["premises"] in compared
    assert "样例东路3号" in compared

    csrf = csrf_of(compared)
    for step in ("accepted", "flagged"):
        assert client.post(address, data={"csrf": csrf, "step": step}).status_code == 200
    refused = client.post(address, data={"csrf": csrf, "step": "upheld"})
    assert "请写明理由" in refused.text
    client.post(address, data={"csrf": csrf, "step": "upheld", "reason": "核对档案属实"})

    form = client.get(f"/issue/new/food_business?replaces={license}&correction={receipt}").text
    typed = dict(re.findall(r'name="([a-z_]+)"(?: type="date")? value="([^"]*)"', form))
    chosen = r'name="([a-z_]+)" aria.*?<option value="([^"]+)" selected'
    selected = re.findall(chosen, form, re.DOTALL)
    assert typed["premises"] == "芜湖市镜湖区样例东路3号"
    answer = client.post(
        "/issue/new/food_business", data={**typed, **dict(selected), "act": "mint"}
    )
    assert answer.url.path == address, answer.text
    new = answer.url.params["license"]
    assert new.split(".")[-2] == "002"
    done = client.post(address, data={"csrf": csrf, "step": "unflagged", "license": new})
    assert "撤销标注" in done.text
    assert new in done.text


def test_declining_needs_a_reason(country: Country) -> None:
    receipt = raise_wrong(country, str(country.wuhu.mint()["identifier"]))
    client = as_issuer(country)
    address = f"/issue/corrections/{receipt}"
    csrf = csrf_of(client.get(address).text)
    refused = client.post(address, data={"csrf": csrf, "step": "declined"})
    done = client.post(address, data={"csrf": csrf, "step": "declined", "reason": "与档案一致"})

    assert refused.status_code == 409
    assert "与档案一致" in done.text


def seal_code(country: Country) -> str:
    with country.wuhu.services.unit_of_work() as work:
        return work.seals.all()[0].code


def test_seal_is_suspended_at_once_and_revoked_by_two(country: Country) -> None:
    code = seal_code(country)
    client = as_issuer(country)
    page = client.get(f"/issue/seals/{code}").text
    form = {"csrf": csrf_of(page), "reason": "印章管理员交接", "decision_no": "样印〔2026〕1号"}
    suspended = client.post(f"/issue/seals/{code}", data={**form, "move": "suspended"})
    assert "已停用" in suspended.text
    refused = client.post("/issue/new/food_business", data=filled(client, country))
    assert refused.status_code == 409
    assert "不能用印" in refused.text
    client.post(f"/issue/seals/{code}", data={**form, "move": "resumed"})

    proposed = client.post(f"/issue/seals/{code}", data={**form, "move": "revoked"})
    assert proposed.url.path == "/issue/proposals"
    client = as_second(country.wuhu)
    other = client.get("/issue/proposals").text
    client.post(f"/issue/proposals/{proposal_on(other)}/confirmed", data={"csrf": csrf_of(other)})
    assert "已注销" in client.get("/issue/seals").text


def test_seal_move_without_reason_is_refused_in_words(country: Country) -> None:
    code = seal_code(country)
    client = as_issuer(country)
    csrf = csrf_of(client.get(f"/issue/seals/{code}").text)
    answer = client.post(f"/issue/seals/{code}", data={"csrf": csrf, "move": "suspended"})
    assert answer.status_code == 422
    assert "填写文号和原因" in answer.text


def test_seal_without_a_picture_that_browsers_show_says_so(country: Country) -> None:
    client = as_issuer(country)
    code = seal_code(country)
    assert client.get(f"/issue/seals/{code}/picture").status_code == 503
    assert "没有可显示的图样" in client.get("/issue/seals").text
    assert "没有可显示的图样" in client.get(f"/issue/seals/{code}").text


def test_face_of_a_type_is_drawn(country: Country) -> None:
    answer = as_issuer(country).get("/issue/types/food_business/face.jpg")
    assert answer.content.startswith(b"\xff\xd8")


def test_looking_at_a_face_is_on_record_and_the_page_is_not(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    client = as_issuer(country)
    client.get(f"/issue/licenses/{license}")
    with country.wuhu.services.unit_of_work() as work:
        before = work.usages.of_license(license)
    client.get(f"/issue/licenses/{license}/face.jpg")
    with country.wuhu.services.unit_of_work() as work:
        after = work.usages.of_license(license)

    assert (len(before), [use.fields for use in after]) == (0, [("license.pdf",)])
