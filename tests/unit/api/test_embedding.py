"""Pages inside another app: no head of their own, and no way out to elsewhere."""

import pytest

from tests.instances import Country
from tests.unit.api.test_pages import sign_in

HEAD = '<header class="top">'


def test_pages_inside_an_app_have_no_head_until_somebody_wants_it(country: Country) -> None:
    client = country.wuhu.client
    entered = client.get("/h5", params={"to": "/verify"}, follow_redirects=False)
    inside = client.get("/verify").text
    client.post("/reading-mode", data={"frame": "full", "back": "/verify"})
    outside = client.get("/verify").text
    client.cookies.clear()

    assert (entered.status_code, entered.headers["location"]) == (303, "/verify")
    assert HEAD not in inside
    assert 'name="frame" value="full"' in inside
    assert HEAD in outside


def test_an_app_may_ask_for_large_print(country: Country) -> None:
    client = country.wuhu.client
    client.get("/h5", params={"to": "/bring", "size": "elder"})
    page = client.get("/bring").text
    client.cookies.clear()

    assert 'data-size="elder"' in page


def test_who_is_signed_in_goes_straight_to_the_wallet_and_others_sign_in_first(
    country: Country,
) -> None:
    client = country.wuhu.client
    before = client.get("/h5", follow_redirects=False).headers["location"]
    token = country.wuhu.citizen()["Authorization"].removeprefix("Bearer ")
    sign_in(country.wuhu, token)
    after = client.get("/h5", follow_redirects=False).headers["location"]
    client.cookies.clear()

    assert before == "/session?back=%2Fme"
    assert after == "/me"


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/me",
        "/\\evil.example",
        "/admin/people",
        "/window",
        "/session/end",
        "/me?x=1",
        "me",
        "",
    ],
)
def test_the_door_leads_to_no_other_page(country: Country, to: str) -> None:
    answer = country.wuhu.client.get("/h5", params={"to": to}, follow_redirects=False)

    assert answer.headers["location"] == "/session?back=%2Fme"


def test_no_page_is_shown_inside_a_frame_of_another_site(country: Country) -> None:
    answer = country.wuhu.client.get("/verify")

    assert answer.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
