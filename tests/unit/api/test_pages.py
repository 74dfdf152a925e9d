import io
import re
from html.parser import HTMLParser

import pytest
import zxingcpp
from fastapi.testclient import TestClient
from PIL import Image

from certs.displays import IDENTIFYING
from certs.faces.sealed_pages import MOST_BYTES
from tests.instance_parts import OPERATOR, SITUATION
from tests.instances import Country, Instance

HOSTILE = "<script>alert(1)</script>\"'&店"
REFUSAL = "已有有效电子证照，不得要求提交纸质证照"


def sign_in(instance: Instance, token: str) -> TestClient:
    client = instance.client
    answer = client.post("/session", data={"token": token}, follow_redirects=False)
    assert answer.status_code == 303
    return client


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found.group(1)


class Labels(HTMLParser):
    """Collects visible fields and what labels them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[str | None] = []
        self.labels: list[str | None] = []
        self.scripts = 0
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_ours = (given.get("src") or "").startswith("/static/")
        self.scripts += tag == "script" and not is_ours
        self.inline += any(name == "style" or name.startswith("on") for name in given)
        if tag == "label" and "for" in given:
            self.labels.append(given["for"])
        is_shown = given.get("type") not in {"hidden", "checkbox", "submit"}
        if tag in {"input", "select", "textarea"} and is_shown:
            self.fields.append(given.get("id"))


def test_session_cookie_is_kept_from_scripts_and_other_sites(country: Country) -> None:
    answer = country.wuhu.client.post(
        "/session", data={"token": country.wuhu.tokens["window"]}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()

    assert answer.headers["location"] == "/window"
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie


def test_persona_is_chosen_with_one_press(country: Country) -> None:
    page = country.wuhu.client.get("/session").text
    answer = country.wuhu.client.post(
        "/session", data={"persona": "window"}, follow_redirects=False
    )

    assert 'name="persona" value="window"' in page
    assert answer.headers["location"] == "/window"


def test_wrong_token_opens_nothing(country: Country) -> None:
    answer = country.wuhu.client.post("/session", data={"token": "x"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_form_of_another_site_signs_nobody_in(country: Country) -> None:
    answer = country.wuhu.client.post(
        "/session", data={"persona": "window"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_signing_out_forgets_the_session(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    page = client.get("/session").text

    client.post("/session/end", data={"csrf": csrf_of(page)})

    assert client.get("/window", follow_redirects=False).headers["location"] == "/session"


def test_signed_out_visitor_is_led_to_the_sign_in_page(country: Country) -> None:
    for path in ("/window", "/me", "/window/cases/C1", "/me/licenses/1"):
        answer = country.wuhu.client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/session")


@pytest.mark.parametrize("secret", ["", "0" * 64])
@pytest.mark.parametrize(
    "path",
    [
        "/window/cases",
        "/window/redeem",
        "/window/applicant",
        "/verify",
        "/session/end",
        "/me/licenses/1/code",
    ],
)
def test_form_without_the_sessions_secret_is_refused(
    country: Country, path: str, secret: str
) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    fields = {"csrf": secret, "matter": "open-restaurant", "code_type": "001"}

    answer = client.post(path, data=fields | {"code": "1", "name": "x"})

    assert answer.status_code == 403
    assert "页面已过期，或请求来自别处" in answer.text


def test_secret_of_another_session_is_refused(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    other = csrf_of(client.get("/window").text)
    citizen = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    license = country.wuhu.mint()["identifier"]
    client = sign_in(country.wuhu, citizen)

    answer = client.post(f"/me/licenses/{license}/code", data={"csrf": other})

    assert answer.status_code == 403


def test_window_refuses_the_demand_and_accepts_the_e_license(country: Country) -> None:
    country.wuhu.mint()
    row = country.wuhu.rows[0]
    client = sign_in(country.baoji, country.baoji.tokens["window"])
    csrf = csrf_of(client.get("/window").text)

    case = client.post(
        "/window/cases",
        data={
            "csrf": csrf,
            "matter": "open-restaurant",
            "code_type": "001",
            "code": row["credit_code"],
            "name": row["operator"],
            "situation": [f"{question}={choice}" for question, choice in SITUATION.items()],
            "party": ["operator", *OPERATOR.values()],
        },
    )
    path = case.url.path
    material = f"{path}/materials/food-business-license"
    refused = client.post(material, data={"csrf": csrf, "form": "paper"})
    accepted = client.post(material, data={"csrf": csrf, "form": "e_license"})

    assert "已取得电子证照，无需提交" in case.text
    assert row["credit_code"] not in path
    assert refused.status_code == 409
    assert REFUSAL in refused.text
    assert "国务院令第716号" in refused.text
    assert accepted.status_code == 200
    assert "已办结" in accepted.text
    assert REFUSAL not in accepted.text


def test_mistyped_code_leads_back_to_the_form(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)
    fields = {"csrf": csrf, "matter": "open-restaurant", "code_type": "001", "name": HOSTILE}

    answer = client.post("/window/cases", data=fields | {"code": "92340202YX00000091"})

    assert answer.status_code == 422
    assert "代码校验位不符" in answer.text
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_hostile_name_is_shown_as_text(country: Country) -> None:
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)
    fields = {"csrf": csrf, "matter": "open-restaurant", "code_type": "001", "name": HOSTILE}

    case = client.post("/window/cases", data=fields | {"code": "11340200MB9TXY014H"})

    assert case.status_code == 200
    assert "<script>" not in case.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in case.text


def test_holder_sees_the_license_and_shows_it_once(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(country.wuhu, token)

    wallet = client.get("/me").text
    page = client.get(f"/me/licenses/{license}").text
    face = client.get(f"/me/licenses/{license}/face.webp")
    shown = client.post(
        f"/me/licenses/{license}/code",
        data={"csrf": csrf_of(page), "purpose": "开办餐饮店", "fields": ["premises", "hotline"]},
    )
    code = re.search(r"[A-Z2-7]{26}", shown.text)
    assert code is not None
    used = client.post(f"/Q/{code.group()}", data={"csrf": csrf_of(page)})
    after = client.get(f"/me/licenses/{license}").text

    assert f"/me/licenses/{license}" in wallet
    assert face.headers["content-type"] == "image/webp"
    assert len(face.content) <= MOST_BYTES
    with Image.open(io.BytesIO(face.content)) as picture:
        (printed,) = zxingcpp.read_barcodes(picture)
    assert "/V#" in printed.text.upper()
    assert "<svg" in shown.text
    assert "经营场所、投诉举报电话" in shown.text
    assert shown.headers["refresh"] == f"60; url=/me/licenses/{license}"
    assert "联网核对" in used.text
    assert "还没有人用过" in page
    assert "未登录的查看者" in after
    assert "开办餐饮店" in after


def test_window_redeems_what_its_scanner_types(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    made = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "x", "fields": ["premises"]},
        headers=country.wuhu.citizen(),
    ).json()
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)

    shown = client.post("/window/redeem", data={"csrf": csrf, "code": made["url"]})
    again = client.post("/window/redeem", data={"csrf": csrf, "code": made["url"]})

    assert country.wuhu.rows[0]["premises"] in shown.text
    assert again.status_code == 410
    assert "亮证码不可用" in again.text


def shown_to_a_window(country: Country, license: str) -> tuple[str, str]:
    """Scan at a window what the holder's page showed for it: the page, and its secret."""
    country.wuhu.client.cookies.clear()
    holder = sign_in(country.wuhu, country.wuhu.citizen()["Authorization"].removeprefix("Bearer "))
    page = holder.get(f"/me/licenses/{license}").text.split('id="at-window"')[1].split("</form>")[0]
    fields = re.findall(r'name="fields" value="(\w+)"', page)
    made = holder.post(
        f"/me/licenses/{license}/code",
        data={"csrf": csrf_of(page), "purpose": "到窗口办事", "fields": fields},
    ).text
    code = made.split('class="code wide">')[1].split("<")[0]
    holder.cookies.clear()
    window = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(window.get("/window").text)
    return window.post("/window/redeem", data={"csrf": csrf, "code": code}).text, csrf


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]


def test_a_scanned_code_tells_a_window_whose_case_it_opens(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    shown, csrf = shown_to_a_window(country, license)
    told = {name: hidden(shown, name) for name in ("code_type", "code", "name")}

    form = country.wuhu.client.post("/window/applicant", data={"csrf": csrf} | told).text

    row = country.wuhu.rows[0]
    assert told == {"code_type": "001", "code": row["credit_code"], "name": row["operator"]}
    assert f'value="{row["credit_code"]}"' in form
    assert f'value="{row["operator"]}"' in form
    assert 'name="matter" required autofocus' in form


def test_a_code_of_a_suspended_license_opens_no_case(country: Country) -> None:
    license = str(country.wuhu.mint()["identifier"])
    country.wuhu.suspend(license)
    made = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "x", "fields": list(IDENTIFYING)},
        headers=country.wuhu.citizen(),
    ).json()
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])
    csrf = csrf_of(client.get("/window").text)

    shown = client.post("/window/redeem", data={"csrf": csrf, "code": made["code"]}).text

    assert "暂扣" in shown
    assert "/window/applicant" not in shown


def test_code_page_from_another_program_asks_once_more(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    made = country.wuhu.client.post(
        "/api/v1/display-codes",
        json={"license": license, "purpose": "x", "fields": ["premises"]},
        headers=country.wuhu.citizen(),
    ).json()
    path = f"/Q/{made['code']}"
    before = country.wuhu.client.get(path).text
    client = sign_in(country.wuhu, country.wuhu.tokens["window"])

    asked = client.post(path, data={"csrf": ""})
    shown = client.post(path, data={"csrf": csrf_of(asked.text)})

    assert "没有以窗口身份登录" in before
    assert "您已以窗口身份登录" in asked.text
    assert country.wuhu.rows[0]["premises"] in shown.text


def test_verdict_page_says_one_sentence(country: Country) -> None:
    pdf = country.wuhu.file(str(country.wuhu.mint()["identifier"]))
    client = country.baoji.client

    good = client.post("/verify", files={"file": ("a.pdf", pdf)})
    bad = client.post("/verify", files={"file": ("a.pdf", b"<script>")})
    none = client.post("/verify", files={"file": ("", b"")})

    assert "印章真实；证照有效" in good.text
    assert "核验通过" in good.text
    assert "不通过：文件不是 PDF" in bad.text
    assert "<script>" not in bad.text
    assert none.status_code == 422
    assert "没有收到文件" in none.text


def test_no_page_has_a_script_in_it_and_every_page_labels_its_fields(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    case = country.wuhu.open_case(country.wuhu.rows[0])["case"]
    citizen = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    visits = [
        (country.wuhu.tokens["window"], ["/", "/verify", "/window", f"/window/cases/{case}"]),
        (citizen, ["/me", f"/me/licenses/{license}", "/session", "/V", "/nothing"]),
    ]
    for token, paths in visits:
        client = sign_in(country.wuhu, token)
        for path in paths:
            page = client.get(path)
            found = Labels()
            found.feed(page.text)
            assert page.headers["content-type"].startswith("text/html")
            assert (found.scripts, found.inline) == (0, 0), path
            assert set(found.fields) <= set(found.labels), path
            assert 'lang="zh-CN"' in page.text


def test_outside_the_demo_no_persona_is_offered(country: Country) -> None:
    object.__setattr__(country.wuhu.services, "is_demo", False)

    page = country.wuhu.client.get("/session").text
    answer = country.wuhu.client.post("/session", data={"persona": "window"})

    assert "persona" not in page
    assert "演示环境" not in page
    assert answer.status_code == 401
