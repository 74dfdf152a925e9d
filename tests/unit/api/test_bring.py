"""``/bring``: what a matter asks for, without an account."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.instance_parts import url_of
from tests.instances import Country


@pytest.fixture
def visitor(country: Country) -> Iterator[TestClient]:
    """Somebody without an account, at 芜湖."""
    app = create_app(country.wuhu.services)
    with TestClient(app, base_url=url_of(country.wuhu.code)) as client:
        yield client


def parts(text: str) -> tuple[str, str]:
    """Return what is to be brought, and what is not."""
    found = re.search(r"您要带的(.*?)</section>.*?不用带的(.*?)</section>", text, re.DOTALL)
    assert found is not None
    return found.group(1), found.group(2)


def test_every_matter_is_listed_for_everybody(visitor: TestClient, country: Country) -> None:
    page = visitor.get("/bring").text

    assert [f"/bring/{code}" in page for code in country.wuhu.services.matters.codes()] == [
        True for _ in country.wuhu.services.matters.codes()
    ]
    assert "/bring" in visitor.get("/").text


def test_what_the_government_issued_is_not_to_be_brought(visitor: TestClient) -> None:
    page = visitor.get("/bring/open-restaurant?stage=registered&premises=rented").text
    brought, spared = parts(page)

    assert "营业执照" in spared
    assert "营业执照" not in brought
    assert "店面租赁或者借用合同" in brought
    assert "国务院令第716号" in spared
    assert 'id="stage-registered" name="stage" value="registered" checked' in page


def test_answers_settle_what_depends(visitor: TestClient) -> None:
    before = visitor.get("/bring/newborn").text
    after = visitor.get("/bring/newborn?born=elsewhere").text

    assert "助产机构外出生情况声明" in before.split("视情形还可能需要")[1]
    assert "助产机构外出生情况声明" in parts(after)[0]


def test_answers_that_nobody_asked_for_are_left_out(visitor: TestClient) -> None:
    page = visitor.get("/bring/newborn?born=elsewhere&born2=x&parents=%3Cb%3E")

    assert page.status_code == 200
    assert "<b>" not in page.text
    assert parts(page.text) == parts(visitor.get("/bring/newborn?born=elsewhere").text)


def test_a_statute_that_wants_the_original_is_said(visitor: TestClient) -> None:
    _, spared = parts(visitor.get("/bring/newborn?born=hospital").text)

    assert re.search("法律要求核验原件|原件须收回", spared)


def test_a_matter_that_there_is_not_is_not_found(visitor: TestClient) -> None:
    assert visitor.get("/bring/nothing").status_code == 404
