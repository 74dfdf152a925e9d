import ast
import inspect
from types import ModuleType

import pytest

from api import errors as api_errors
from api import http_errors
from api.problem_kinds import INTERNAL
from api.problem_table import KINDS, WITHOUT_DETAIL
from api.problem_words import certs, signing, storage, verify, web
from api.problems import describe
from certs import errors as certs_errors
from certs.errors import DuplicateLicenseError
from signing import errors as signing_errors
from storage import errors as storage_errors
from storage.errors import DamagedObjectError
from tests.instance_parts import body_of
from tests.instances import Country
from verify import case_errors, decision_errors
from verify import errors as verify_errors

TREES = (
    api_errors,
    http_errors,
    certs_errors,
    signing_errors,
    storage_errors,
    verify_errors,
    case_errors,
    decision_errors,
)
MEMBERS = {"type", "title", "title_en", "status", "code", "detail", "detail_en", "instance"}


def errors_in(module: ModuleType) -> list[type[Exception]]:
    return [
        item
        for _, item in inspect.getmembers(module, inspect.isclass)
        if issubclass(item, Exception) and item.__module__ == module.__name__
    ]


@pytest.mark.parametrize("tree", TREES)
def test_every_error_has_words_or_deliberately_none(tree: ModuleType) -> None:
    unlisted = [item for item in errors_in(tree) if item not in KINDS.keys() | WITHOUT_DETAIL]
    assert errors_in(tree)
    assert unlisted == []


@pytest.mark.parametrize("words", [web, certs, signing, storage, verify])
def test_no_error_is_listed_twice(words: ModuleType) -> None:
    # The tables themselves would not tell: of two equal keys the later one silently wins.
    listed = [
        ast.unparse(item)
        for node in ast.walk(ast.parse(inspect.getsource(words)))
        if isinstance(node, ast.Dict | ast.Set)
        for item in (node.keys if isinstance(node, ast.Dict) else node.elts)
        if item is not None
    ]
    assert len(listed) > 5
    assert len(listed) == len(set(listed))


def test_no_code_is_listed_twice_and_no_error_with_words_and_without() -> None:
    assert not KINDS.keys() & WITHOUT_DETAIL
    codes = [kind.code for kind in KINDS.values()]
    assert len(codes) == len(set(codes))


def test_type_is_the_code_in_kebab_case() -> None:
    kind = KINDS[decision_errors.DemandRefusedError]
    assert kind.code == "ELICENSE_AVAILABLE"
    assert kind.type_uri == "urn:yinxin:problem:elicense-available"


def test_unlisted_error_keeps_its_detail_to_itself() -> None:
    for error in (DamagedObjectError("/srv/secret"), ZeroDivisionError("/srv/secret")):
        document = describe(error).document("/api/v1/licenses")
        assert document["code"] == INTERNAL.code
        assert "secret" not in str(document)


def test_message_in_two_languages_is_told_apart() -> None:
    problem = describe(DuplicateLicenseError("已有 · there is one"))
    assert (problem.zh, problem.en) == ("已有", "there is one")


def test_problem_document_has_every_member(country: Country) -> None:
    answer = country.wuhu.client.get(
        "/api/v1/licenses/1.2.3", headers=country.wuhu.headers("issuer")
    )

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().keys() == MEMBERS
    assert answer.json()["status"] == answer.status_code == 404
    assert answer.json()["type"] == "urn:yinxin:problem:license-not-found"
    assert answer.json()["instance"] == "/api/v1/licenses/1.2.3"


def test_unknown_path_and_method_are_problems(country: Country) -> None:
    absent = country.wuhu.client.get("/api/v1/nothing")
    wrong = country.wuhu.client.delete("/api/v1/license-types")

    assert absent.json()["code"] == "NOT_FOUND"
    assert wrong.json()["code"] == "METHOD_NOT_ALLOWED"
    assert wrong.headers["allow"] == "GET"


def test_schema_problem_does_not_repeat_what_was_given(country: Country) -> None:
    number = "34020019900101001X"
    body = body_of(country.wuhu.rows[0]) | {number: number, "valid_from": {"x": number}}

    answer = country.wuhu.client.post(
        "/api/v1/licenses", json=body, headers=country.wuhu.headers("issuer")
    )

    assert answer.status_code == 422
    assert answer.json()["code"] == "INVALID_REQUEST"
    assert {item["code"] for item in answer.json()["problems"]} == {
        "extra-forbidden",
        "string-type",
    }
    assert number not in answer.text


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff", b"null", b"[]", b""])
def test_body_that_is_no_json_object_is_a_problem(country: Country, body: bytes) -> None:
    answer = country.wuhu.client.post(
        "/api/v1/licenses",
        content=body,
        headers=country.wuhu.headers("issuer") | {"Content-Type": "application/json"},
    )
    assert answer.status_code in {400, 422}
    assert answer.json().keys() >= MEMBERS
