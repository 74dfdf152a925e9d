"""Other regions over HTTP: whatever they answer, it is bytes within bounds or silence."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import pytest

from api.clients.calls import RegionCalls, Voice
from api.clients.local import LocalFirstClient
from api.clients.regions import HttpRegionClient
from api.clients.retries import Retries
from certs.regions import RegionCode
from tests import sealed, world
from tests.doubles.seconds import Seconds

URL = "http://wuhu.test"
IDENTIFIER = str(sealed.record().identifier)
NONCE = "a" * 32
WUHU, BAOJI = RegionCode("340200"), RegionCode("610300")


@dataclass
class Service:
    """Answers in memory and remembers what it was asked; seconds pass while somebody waits."""

    answer: Callable[[httpx.Request], httpx.Response]
    asked: list[httpx.Request] = field(default_factory=list)
    seconds: Seconds = field(default_factory=Seconds)

    def client(self, voice: Voice | None = None) -> HttpRegionClient:
        def handle(request: httpx.Request) -> httpx.Response:
            self.asked.append(request)
            return self.answer(request)

        return HttpRegionClient(
            calls=RegionCalls(
                voice=voice,
                retries=Retries(
                    sleep=self.seconds.sleep, clock=self.seconds, jitter=lambda most: most
                ),
                clock=self.seconds,
                http=httpx.Client(transport=httpx.MockTransport(handle)),
            )
        )


def voice() -> Voice:
    return Voice(region=BAOJI, signer=world.region("610300").service, now=lambda: world.NOON)


def constant(status: int = 200, content: bytes = b"", **more: str) -> Service:
    return Service(lambda _: httpx.Response(status, content=content, headers=more))


def test_a_status_answer_is_passed_on_as_it_came() -> None:
    service = constant(content=b"\x00whatever")
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) == b"\x00whatever"

    (request,) = service.asked
    assert str(request.url) == f"{URL}/api/v1/licenses/{IDENTIFIER}/status?nonce={'a' * 32}&flags=1"


def test_an_identifier_cannot_lead_elsewhere() -> None:
    service = constant()
    with service.client() as client:
        client.ask_status(URL, "../../admin?x=#y", "a" * 32)

    assert service.asked[0].url.raw_path.startswith(b"/api/v1/licenses/..%2F..%2Fadmin%3Fx%3D%23y/")


def test_a_question_is_posted_and_its_reply_passed_on() -> None:
    service = constant(content=b"reply")
    with service.client() as client:
        assert client.share(URL, b"query") == b"reply"

    (request,) = service.asked
    assert (request.method, str(request.url)) == ("POST", f"{URL}/api/v1/share/licenses")
    assert request.content == b"query"


@pytest.mark.parametrize("status", [204, 301, 302, 400, 404, 500, 503])
def test_any_other_status_than_200_is_silence_and_nothing_is_followed(status: int) -> None:
    service = constant(status, b"answer", location="http://elsewhere.test/")
    with service.client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None
        assert client.share(URL, b"query") is None
        assert client.revocation_lists(URL) == ()

    assert {request.url.host for request in service.asked} == {"wuhu.test"}


def _raise(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("nonsense"),
        httpx.DecodingError("not gzip"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_trouble_on_the_way_is_silence(error: Exception) -> None:
    with Service(_raise(error)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None
        assert client.share(URL, b"query") is None
        assert client.revocation_lists(URL) == ()


@pytest.mark.parametrize("url", ["", "wuhu", "file:///etc/passwd", "http://[::", "http://a:b/"])
def test_an_address_that_is_none_is_silence(url: str) -> None:
    with HttpRegionClient() as client:
        assert client.ask_status(url, IDENTIFIER, "a" * 32) is None


def test_an_endless_answer_is_silence() -> None:
    with constant(content=bytes(65_536)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) == bytes(65_536)
    with constant(content=bytes(65_537)).client() as client:
        assert client.ask_status(URL, IDENTIFIER, "a" * 32) is None


def encoded(*lists: bytes) -> bytes:
    return json.dumps({"lists": [base64.b64encode(item).decode() for item in lists]}).encode()


def test_revocation_lists_are_asked_for_once_a_minute() -> None:
    service = constant(content=encoded(b"one", b"two"))
    with service.client() as client:
        assert client.revocation_lists(URL) == (b"one", b"two")
        assert client.revocation_lists(URL) == (b"one", b"two")
        assert len(service.asked) == 1
        client.revocation_lists("http://other.test")

    assert [str(item.url) for item in service.asked] == [
        f"{URL}/api/v1/revocation-lists",
        "http://other.test/api/v1/revocation-lists",
    ]


def test_the_last_good_lists_outlive_a_silent_service() -> None:
    answers = iter([httpx.Response(200, content=encoded(b"one")), httpx.Response(500)])
    service = Service(lambda _: next(answers))
    with service.client() as client:
        assert client.revocation_lists(URL) == (b"one",)
        service.seconds.advance(61)

        assert client.revocation_lists(URL) == (b"one",)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b'{"lists": 7}', b'{"lists": []}', b'{"lists": ["!"]}'),
        *(b'{"lists": [null]}', b'{"lists": [12345678]}', b'{"lists": ["' + b"A===" + b'"]}'),
        *(b"[" * 9999, json.dumps({"lists": [""] * 1001}).encode()),
    ],
)
def test_lists_that_are_none_are_no_lists(content: bytes) -> None:
    with constant(content=content).client() as client:
        assert client.revocation_lists(URL) == ()


def test_a_question_about_a_moment_names_it() -> None:
    service = constant(content=b"answer")
    with service.client() as client:
        client.ask_status(URL, IDENTIFIER, NONCE, at=world.NOON)
        client.status_list(URL, 7, world.NOON)

    asked = [dict(request.url.params) for request in service.asked]
    assert [datetime.fromisoformat(query["at"]) for query in asked] == [world.NOON] * 2
    assert asked[0]["nonce"] == NONCE


def test_certificates_are_asked_for_once_in_five_minutes() -> None:
    body = encoded(b"one", b"two").replace(b"lists", b"certificates")
    service = constant(content=body)
    with service.client() as client:
        for _ in range(3):
            assert client.certificates(URL) == (b"one", b"two")
            service.seconds.advance(299 / 2)

    assert [request.url.path for request in service.asked] == ["/api/v1/certificates"]


def test_a_status_list_is_confirmed_by_its_tag() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers.get("if-none-match") == '"1"':
            return httpx.Response(304)
        return httpx.Response(200, content=b"list", headers={"etag": '"1"'})

    service = Service(answer)
    with service.client() as client:
        for _ in range(3):
            assert client.status_list(URL, 7) == b"list"
            service.seconds.advance(60)

    assert [request.url.path for request in service.asked] == ["/api/v1/status-lists/7"] * 3
    assert ["if-none-match" in request.headers for request in service.asked] == [
        *(False, True, True)
    ]


def test_a_list_of_a_moment_is_neither_kept_nor_taken_for_the_present_one() -> None:
    service = Service(lambda request: httpx.Response(200, content=request.url.query or b"now"))
    with service.client() as client:
        assert client.status_list(URL, 7, world.NOON) == b"at=2026-03-18T04%3A00%3A00%2B00%3A00"
        assert client.status_list(URL, 7) == b"now"
        assert client.status_list(URL, 8) == b"now"
        assert client.status_list(URL, 7) == b"now"

    assert len(service.asked) == 3


def test_an_endless_status_list_is_none() -> None:
    with constant(content=bytes(2**20)).client() as client:
        assert client.status_list(URL, 7) is None


def test_an_instance_gives_what_it_publishes_without_the_network() -> None:
    with constant(content=b"from elsewhere").client() as others:
        client = LocalFirstClient(
            own_seal_status=lambda code, *, at, nonce: f"{code} {at} {nonce}".encode(),
            own_url=URL,
            own_status=lambda _identifier, _nonce: b"now",
            own_lists=tuple,
            others=others,
            own_status_at=lambda identifier, nonce, at: f"{identifier} {nonce} {at}".encode(),
            own_statuses=lambda identifiers, nonce: iter(
                [f"{item} {nonce}".encode() for item in identifiers]
            ),
            own_certificates=lambda: (b"own",),
            own_status_list=lambda number, at: f"{number} {at}".encode(),
        )

        assert client.ask_status(URL, "id", NONCE) == b"now"
        assert client.ask_status(URL, "id", "n", at=world.NOON) == f"id n {world.NOON}".encode()
        assert client.certificates(URL) == (b"own",)
        assert client.status_list(URL, 3) == b"3 None"
        with client.ask_statuses(URL, ["a", "b"], "n", to=WUHU) as lines:
            assert lines is not None
            assert list(lines) == [b"a n", b"b n"]
        with client.ask_statuses("http://other.test", ["a"], "n", to=BAOJI) as lines:
            assert lines is not None
            assert list(lines) == [b"from elsewhere"]
        assert client.status_list("http://other.test", 3) == b"from elsewhere"
        assert client.certificates("http://other.test") == ()


def test_an_instance_that_publishes_nothing_is_silent_about_itself() -> None:
    with constant(content=b"from elsewhere").client() as others:
        client = LocalFirstClient(
            own_seal_status=lambda code, *, at, nonce: f"{code} {at} {nonce}".encode(),
            own_url=URL,
            own_status=lambda _identifier, _nonce: b"now",
            own_lists=tuple,
            others=others,
        )

        assert client.ask_status(URL, "id", NONCE, at=world.NOON) is None
        assert client.status_list(URL, 3) is None
        assert client.certificates(URL) == ()
        with client.ask_statuses(URL, ["a"], NONCE, to=WUHU) as lines:
            assert lines is None


def test_an_instance_answers_questions_about_itself_without_the_network() -> None:
    service = constant(content=b"from elsewhere")
    with service.client() as others:
        client = LocalFirstClient(
            own_seal_status=lambda code, *, at, nonce: f"{code} {at} {nonce}".encode(),
            own_url=URL,
            own_status=lambda identifier, nonce: f"{identifier} {nonce}".encode(),
            own_lists=lambda: (b"own",),
            others=others,
        )

        assert client.ask_status(URL, "id", "nonce") == b"id nonce"
        assert client.revocation_lists(URL) == (b"own",)
        assert service.asked == []
        assert client.ask_status("http://baoji.test", "id", "nonce") == b"from elsewhere"
        assert client.share("http://baoji.test", b"query") == b"from elsewhere"
