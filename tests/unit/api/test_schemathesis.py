"""Every route, asked what its description allows and what it does not, answers as described."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from api.app import create_app
from api.problems import MEDIA_TYPE
from api.schemas.bodies import ProblemOut
from api.services import Services
from certs.faces.renderer import TypstRenderer
from signing.timestamps import QUERY_TYPE
from tests.instances import Instance, open_country

schemathesis.serializer.alias(QUERY_TYPE, "application/octet-stream")
pytestmark = pytest.mark.xdist_group("schemathesis")
MORE = int(os.environ.get("YINXIN_EXAMPLES", "0"))
BOUNDED = settings(
    max_examples=MORE or 20,
    database=None,
    derandomize=not MORE,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
"""The same questions every time; YINXIN_EXAMPLES=200 asks so many others of every route."""
PEOPLE = ("issuer", "window", "citizen", "archivist", "supervisor", "nobody")
WITHOUT_BODY = {204, 304}
KINDS = (
    "application/json",
    "application/x-ndjson",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/pdf",
    "text/plain; charset=utf-16",
    "",
)
PART = b'--x\r\nContent-Disposition: form-data; name="file"'
BODIES = {
    "nothing": b"",
    "null": b"null",
    "list": b"[]",
    "cut": b"{",
    "surrogate": b'"\\ud800"',
    "nul": b'{"identifier": "\\u0000"}',
    "code of a surrogate": b'{"code": "\\ud800"}',
    "wide digit": b'{"identifier": "1.2.156.3005.2.\xef\xbc\x91"}',
    "empty head": b'{"head": {}, "data": {}}',
    "no head": b'{"head": null}',
    "deep list": b"[" * 5_000,
    "deep object": b'{"a":' * 5_000,
    "long number": b"1" * 5_000,
    "utf-16": b"\xff\xfe{\x00}\x00",
    "many lines": b"\n" * 20_000,
    "empty part": b"--x\r\n\r\n",
    "file": PART + b'; filename="a"\r\n\r\n%PDF-1.7\r\n--x--\r\n',
    "field for a file": PART + b"\r\n\r\n\xff\r\n--x--\r\n",
    "form": b"a=1&a=2&%ff=%00",
}
PARAMETERS = ("1.2.156", "0", "%00", "..%2F..", "%F0%9F%98%80", "%ED%A0%80", "-1", "9" * 300)


@dataclass(frozen=True, repr=False)
class Place:
    """An instance with a license in its register, its description, and who may call it."""

    instance: Instance
    schema: schemathesis.BaseSchema
    identifier: str
    people: dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("country")
    with TypstRenderer() as renderer, open_country(folder, renderer) as country:
        wuhu = country.wuhu
        app = create_app(wuhu.services)
        yield Place(
            instance=wuhu,
            schema=schemathesis.openapi.from_asgi("/api/v1/openapi.json", app),
            identifier=str(wuhu.mint()["identifier"]),
            people={
                "issuer": wuhu.headers("issuer"),
                "window": wuhu.headers("window"),
                "citizen": wuhu.citizen(),
                "archivist": wuhu.headers("archivist"),
                "supervisor": wuhu.headers("supervisor"),
                "nobody": {},
            },
        )


@cache
def described() -> dict[str, Any]:
    """The description, which depends on no services."""
    return create_app(cast("Services", None)).openapi()


OPERATIONS = tuple(
    f"{method.upper()} {path}" for path, item in described()["paths"].items() for method in item
)


def test_the_description_is_valid_and_of_every_operation(place: Place) -> None:
    place.schema.validate()

    assert len(list(place.schema.get_all_operations())) == len(OPERATIONS) >= 50


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_route_answers_everything_as_it_is_described(place: Place, label: str) -> None:
    operation = place.schema.find_operation_by_label(label)
    assert operation is not None
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @BOUNDED
    @given(case=cases, person=st.sampled_from(PEOPLE), known=st.sampled_from([True, False]))
    def ask(case: schemathesis.Case[Any], person: str, *, known: bool) -> None:
        if known and "identifier" in case.path_parameters:
            case.path_parameters["identifier"] = place.identifier
        note(f"{person}: {case.as_curl_command()[:2000]}")
        response = case.call(headers=place.people[person])
        check(label, response.status_code, response.headers["content-type"][0], response.content)
        case.validate_response(response, checks=[response_schema_conformance])

    ask()


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes, str | bytes]:
    """A route, an address of it, and a body of some kind, by name or as it is."""
    label = draw(st.sampled_from([label for label in OPERATIONS if label.startswith("POST ")]))
    parameter = draw(st.sampled_from(PARAMETERS))
    kind = draw(st.sampled_from(KINDS) | st.text(st.characters(codec="latin-1"), max_size=20))
    body = draw(st.sampled_from(list(BODIES)) | st.binary(max_size=60))
    path = re.sub(r"\{[a-z_]+\}", lambda _: parameter, label.removeprefix("POST "))
    return label, path, "".join(kind.splitlines()).strip().encode("latin-1"), body


def test_no_body_of_any_kind_breaks_a_route(place: Place) -> None:
    @settings(BOUNDED, max_examples=25 * BOUNDED.max_examples)
    @given(sent=requests(), person=st.sampled_from(PEOPLE))
    def ask(sent: tuple[str, str, bytes, str | bytes], person: str) -> None:
        label, path, kind, drawn = sent
        headers = {name.encode(): value.encode() for name, value in place.people[person].items()}
        answer = place.instance.client.post(
            path,
            content=BODIES[drawn] if isinstance(drawn, str) else drawn,
            headers={**headers, b"Content-Type": kind},
        )
        if answer.status_code not in {404, 405}:  # the parameter made it the address of nothing
            check(label, answer.status_code, answer.headers["content-type"], answer.content)

    ask()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"code": "nothing"}'),
        ("application/x-ndjson", b'{"code": "nothing"}\n'),
        ("multipart/form-data; boundary=x", BODIES["file"]),
    ],
)
def test_each_kind_of_question_is_answered_in_a_form_that_is_described(
    place: Place, kind: str, body: bytes
) -> None:
    answer = place.instance.client.post(
        "/api/v1/verifications", content=body, headers={"Content-Type": kind}
    )

    assert answer.status_code == 200
    check("POST /api/v1/verifications", 200, answer.headers["content-type"], answer.content)


# What a protocol of others fixes, body and all.
PROTOCOLS = {("POST /api/v1/ledger/add-checkpoint", 409)}


def check(label: str, status: int, content_type: str, body: bytes) -> None:
    """A described status in a described form; whatever went wrong is a problem document."""
    method, path = label.split()
    answers = described()["paths"][path][method.lower()]["responses"]
    assert str(status) in answers, body[:500]
    if status in WITHOUT_BODY:
        return
    assert content_type.partition(";")[0] in answers[str(status)]["content"]
    if status >= 400 and (label, status) not in PROTOCOLS:
        assert content_type == MEDIA_TYPE
        problem = ProblemOut.model_validate_json(body)
        assert problem.status == status != 500
        assert problem.type.startswith("urn:yinxin:problem:")
