"""Large print and Chinese alone: kept in the browser, for whoever comes."""

import pytest

from tests.instances import Country
from tests.unit.api.test_pages import sign_in


def test_large_print_stays_until_it_is_switched_off(country: Country) -> None:
    client = country.wuhu.client
    before = client.get("/verify").text
    switched = client.post(
        "/reading-mode", data={"size": "elder", "back": "/verify"}, follow_redirects=False
    )
    large = client.get("/bring").text
    client.post("/reading-mode", data={"size": "normal"})

    assert 'data-size="normal"' in before
    assert (switched.status_code, switched.headers["location"]) == (303, "/verify")
    assert 'data-size="elder"' in large
    assert 'data-language="both"' in large, "one choice leaves the other alone"
    assert 'data-size="normal"' in client.get("/bring").text


def test_chinese_alone_is_a_choice_of_its_own(country: Country) -> None:
    client = country.wuhu.client
    client.post("/reading-mode", data={"language": "zh"})

    assert 'data-language="zh"' in client.get("/").text


def test_in_large_print_the_wallet_begins_with_four_large_buttons(country: Country) -> None:
    license = country.wuhu.mint()["identifier"]
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    client = sign_in(country.wuhu, token)
    usual = client.get("/me").text
    client.post("/reading-mode", data={"size": "elder"})
    large = client.get("/me").text.partition('<nav class="big"')[2].partition("</nav>")[0]

    assert '<nav class="big"' not in usual
    assert large.count("<a href=") == 4
    assert f'href="/me/licenses/{license}"' in large, "whose only license it is shows that"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/x?y=1",
        "/a//b",
        "javascript:alert(1)",
        "/\nSet-Cookie: a=b",
        "",
    ],
)
def test_the_switch_leads_nowhere_else(country: Country, back: str) -> None:
    answer = country.wuhu.client.post(
        "/reading-mode", data={"size": "elder", "back": back}, follow_redirects=False
    )

    assert answer.headers["location"] == "/"


def test_answers_to_forms_lead_back_to_the_first_page(country: Country) -> None:
    page = country.wuhu.client.post("/session", data={"token": "wrong"}).text

    assert 'name="back" value="/"' in page


@pytest.mark.parametrize("data", [{"size": "huge"}, {"language": "fr"}, {"back": "x" * 501}])
def test_what_there_is_not_is_refused(country: Country, data: dict[str, str]) -> None:
    assert country.wuhu.client.post("/reading-mode", data=data).status_code == 422


def test_another_site_switches_nothing(country: Country) -> None:
    answer = country.wuhu.client.post(
        "/reading-mode", data={"size": "elder"}, headers={"Sec-Fetch-Site": "cross-site"}
    )

    assert answer.status_code == 403


def test_a_cookie_that_says_something_else_counts_as_the_usual(country: Country) -> None:
    page = country.wuhu.client.get("/", headers={"Cookie": 'yinxin_size="><script>'}).text

    assert 'data-size="normal"' in page
    assert "<script>" not in page
