from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from api import app, middleware
from tests.instances import Country
from verify.evidence import MAX_FILE_BYTES

PIECE = b"\0" * (1 << 20)


def pieces(count: int) -> Iterator[bytes]:
    """A multipart body without an announced length."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    for _ in range(count):
        yield PIECE
    yield b"\r\n--x--\r\n"


@pytest.mark.parametrize("path", ["/api/v1/verifications", "/verify"])
def test_upload_over_the_limit_is_refused_while_it_arrives(country: Country, path: str) -> None:
    answer = country.wuhu.client.post(
        path,
        content=pieces(MAX_FILE_BYTES // len(PIECE) + 1),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    assert "上传内容超过上限" in answer.text


def test_announced_length_over_the_limit_is_refused_unread(country: Country) -> None:
    for announced in (str(MAX_FILE_BYTES * 2), "9" * 5000, "-1", "x"):
        answer = country.wuhu.client.post(
            "/api/v1/verifications", content=b"", headers={"Content-Length": announced}
        )
        assert answer.status_code == 413
        assert answer.json()["code"] == "TOO_LARGE"


def test_small_bodies_have_a_small_limit(country: Country) -> None:
    answer = country.wuhu.client.post("/api/v1/display-codes/redeem", json={"code": "x" * 300_000})
    assert answer.status_code == 413


def test_question_between_regions_has_its_own_limit(country: Country) -> None:
    answer = country.wuhu.client.post("/api/v1/share/licenses", content=b"x" * 65_537)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/verify", "/V", "/session", "/nothing", "/api/v1/nothing", "/static/yinxin.css"]
)
def test_every_answer_carries_the_headers(country: Country, path: str) -> None:
    headers = country.wuhu.client.get(path).headers

    compiled = " 'wasm-unsafe-eval'" if path == "/verify" else ""
    assert f"script-src 'self'{compiled};" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    is_static = path.startswith("/static")
    assert ("no-store" in headers["cache-control"]) is not is_static


def test_unforeseen_error_carries_the_headers_and_no_detail(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bytes:
        raise ZeroDivisionError("the secret path")

    monkeypatch.setattr(country.trust, "current_bytes", fail)
    country.wuhu.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]  # Starlette's

    answer = country.wuhu.client.get("/api/v1/trust-list")

    assert answer.status_code == 500
    assert answer.json()["code"] == "INTERNAL"
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_limits_name_paths_that_exist(country: Country) -> None:
    described = set(country.wuhu.client.get("/api/v1/openapi.json").json()["paths"])
    pages = {
        route.path
        for module in app._PAGES
        for route in module.router.routes
        if isinstance(route, APIRoute)
    }
    assert set(middleware._MAX_BODIES) <= described | pages
