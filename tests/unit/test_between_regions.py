"""docs/between-regions.md says what is true; its example is a request that verifies.

``python -m tests.unit.test_between_regions`` prints a new example.
"""

import re
import sys
from functools import cache

import pytest

from api.clients import breakers, publications, region_publications
from api.clients.retries import LONG_PIECE, PIECE, Patience, Retries
from api.region_callers import MAX_SIGNED_BODY_BYTES
from signing.request_forms import MAX_CERTIFICATE_CHARACTERS, RequestHead, signature_base
from signing.request_signatures import parse_request_signature, sign_request
from signing.roles import Role
from tests import world
from tests.caller_cases import BODY, HEAD
from tests.unit.test_documents import ROOT
from verify.callers import REMEMBERED, WINDOW, Distrust

_WIDTH = 100
_HEADING = "NOTE: '\\' line wrapping per RFC 8792"
_EXAMPLE = re.compile(r"(<!-- example: [^\n]* -->\n)(.*?)(<!-- end -->)", re.DOTALL)
_BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def document() -> str:
    return (ROOT / "docs/between-regions.md").read_text("utf-8")


def folded(text: str) -> str:
    """Long lines in the form of RFC 8792 §7, where no continuation begins with a space."""
    lines = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > _WIDTH:
            end = _WIDTH - 1 - (rest[_WIDTH - 1] == " ")
            lines.append(rest[:end] + "\\")
            rest = rest[end:]
        lines.append(rest)
    return "\n".join(lines)


def unfolded(text: str) -> str:
    return re.sub(r"\\\n *", "", text.removeprefix(_HEADING + "\n\n"))


def shown() -> tuple[RequestHead, list[tuple[str, str]], bytes, str]:
    """Head, headers, body and signature base as the page shows them."""
    example = _EXAMPLE.search(document())
    assert example is not None
    request, base = (unfolded(block) for block in _BLOCK.findall(example[2]))
    before, _, body = request.partition("\n\n")
    first, *lines = before.split("\n")
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    head = RequestHead(
        method=method, path=path, query=query, content_type=dict(headers)["Content-Type"]
    )
    return head, headers, body.encode(), base.removesuffix("\n")


def made() -> str:
    """A new example: 宝鸡 asks 芜湖 about one license, at noon."""
    signer = world.region("610300").service
    headers = sign_request(HEAD, BODY, region="610300", to="340200", signer=signer, now=world.NOON)
    signature = parse_request_signature(headers.items())
    base = signature_base(HEAD, signature.content_digest, signature.parameters).decode("ascii")
    request = "\n".join(
        (
            f"{HEAD.method} {HEAD.path}?{HEAD.query} HTTP/1.1",
            "Host: wuhu.example",
            f"Content-Type: {HEAD.content_type}",
            *(f"{name}: {value}" for name, value in headers.items()),
            "",
            BODY.decode("ascii"),
        )
    )
    return (
        f"```http\n{_HEADING}\n\n{folded(request)}```\n\n"
        f"What is signed (the signature base of RFC 9421 §2.5):\n\n"
        f"```text\n{_HEADING}\n\n{folded(base)}\n```\n\n"
    )


def test_the_example_is_a_request_that_verifies() -> None:
    head, headers, body, base = shown()

    signature = parse_request_signature(headers)

    signature.verify(head)
    signature.check_body(body)
    assert signature_base(head, signature.content_digest, signature.parameters).decode() == base
    assert (signature.region, signature.to) == ("610300", "340200")
    assert signature.certificate.has_role(Role.SERVICE)


def test_the_example_has_the_form_of_what_is_made_now() -> None:
    drawn = re.compile(r"[0-9a-f]{32}|[0-9a-f]{16}|[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/=]{86,}")
    example = _EXAMPLE.search(document())
    assert example is not None

    forms = [drawn.sub("…", unfolded(text)) for text in (example[2], made())]

    assert forms[0] == forms[1]


def test_folding_loses_nothing() -> None:
    text = f"{_HEADING}\n\n{'a' * 250}\n{'b' * 98} {'c' * 98} d\n\ne\n"

    assert not re.search(r"\\\n ", folded(text))
    assert unfolded(folded(text)) == text.removeprefix(_HEADING + "\n\n")


def test_every_reason_for_distrust_is_told_in_the_order_of_the_code() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", document(), re.MULTILINE)[: len(Distrust)] == [
        reason.value for reason in Distrust
    ]


@pytest.mark.parametrize(
    ("said", "shown_value", "value"),
    [
        ("more than 5 minutes ago", 300, WINDOW.total_seconds()),
        ("kept for 10 minutes", 600, REMEMBERED.total_seconds()),
        ("At most 4 MB.", 4 * 2**20, MAX_SIGNED_BODY_BYTES),
        ("at most 6,000 characters", 6000, MAX_CERTIFICATE_CHARACTERS),
        ("| connecting | 2 s |", (2.0, 2.0), (PIECE.connect, LONG_PIECE.connect)),
        ("| 3 s; 10 s for", (3.0, 10.0), (PIECE.read, LONG_PIECE.read)),
        ("| 8 s; 15 s for", (8.0, 15.0), (Patience().question, Patience().publication)),
        ("shared licenses; 60 s", (15.0, 60.0), (Patience().share, Patience().batch)),
        ("| attempts | 3; pauses", 3, Retries().attempts),
        ("pauses of up to 0.2 s", 0.2, Retries().first_seconds),
        ("after 5 failures", 5, breakers.FAILURES),
        ("nobody asks for 30 s", 30, breakers.COOL_DOWN_SECONDS),
        ("after 15 s (status", 15, region_publications.status_list_of("", 0).fresh_seconds),
        ("60 s (revocation", 60, region_publications.revocation_lists_of("").fresh_seconds),
        ("300 s (certificates)", 300, region_publications.certificates_of("").fresh_seconds),
        ("again after 5 s;", 5, publications.RETRY_SECONDS),
        ("needed for an hour", 3600, publications.FORGOTTEN_SECONDS),
    ],
)  # fmt: skip
def test_numbers_are_told_as_they_are(said: str, shown_value: object, value: object) -> None:
    assert said in document()
    assert value == shown_value


def test_lines_of_the_log_are_those_of_the_program() -> None:
    program = "".join(path.read_text("utf-8") for path in ROOT.glob("api/**/*.py"))
    told = re.findall(
        r"^\| `(a (?:signed|region)[^`]*?)(?:: | )?`(?:\*| \|)", document(), re.MULTILINE
    )

    assert len(told) == 5
    assert [line for line in told if f'"{line}' not in program] == []


def test_every_state_of_a_breaker_is_told() -> None:
    assert all(f"| `{state}` |" in document() for state in breakers.BreakerState)


if __name__ == "__main__":
    sys.stdout.write(made())
