"""The client that acceptance systems copy, against a real server."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.client_office import Terms
from api.clients.yinxin_client import (
    Applicant,
    Refused,
    SignedBy,
    SigningError,
    Yinxin,
    raw_signature,
)
from certs.access import CallerRole
from signing.signature_values import SignatureValue
from tests.instance_parts import OPERATOR, SITUATION
from tests.instances import Country
from tests.openssl import openssl
from tests.region_servers import serving

ROOT = Path(__file__).parents[3]
LICENSE = "food-business-license"


@pytest.fixture
def address(country: Country) -> Iterator[str]:
    with serving(create_app(country.wuhu.services)) as url:
        yield url


def applicant(country: Country) -> Applicant:
    row = country.wuhu.rows[0]
    return Applicant(code_type="001", code=row["credit_code"], name=row["operator"])


def test_the_ten_lines_of_the_readme_take_a_case_in(
    country: Country, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    license = country.wuhu.mint()["identifier"]
    (example,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    row = country.wuhu.rows[0]
    names = {
        "TOKEN": country.wuhu.tokens["window"],
        "CODE": row["credit_code"],
        "NAME": row["operator"],
    }

    exec(example.replace("http://127.0.0.1:8000", address), names)  # noqa: S102 - our own example

    number = capsys.readouterr().out.strip()
    assert len([line for line in example.splitlines() if line]) == 10
    assert country.wuhu.client.get(f"/case/{number}").status_code == 200
    with country.wuhu.services.unit_of_work() as work:
        (case,) = work.cases.recent(1)
        decisions = work.cases.decisions(case.id)
    assert decisions[LICENSE].request.form.value == "e_license"
    assert license


def test_a_demand_for_what_exists_is_refused_with_its_code(country: Country, address: str) -> None:
    country.wuhu.mint()
    parties = {"operator": Applicant(**OPERATOR)}
    with Yinxin(address, country.wuhu.tokens["window"]) as yinxin:
        case = yinxin.open_case(
            "open-restaurant", applicant(country), situation=SITUATION, parties=parties
        )
        material = next(item for item in case.materials if item.code == LICENSE)
        with pytest.raises(Refused, match="ELICENSE_AVAILABLE") as refused:
            yinxin.decide(case, material, "paper")
        assert (refused.value.status, refused.value.code) == (409, "ELICENSE_AVAILABLE")
        assert refused.value.problem["license"] == material.license
        assert material.serving == "e_license"
        assert material.license is not None
        pdf = yinxin.read_license(case, material.license)
        assert yinxin.verify(pdf)["conclusion"] == "passed"
        assert yinxin.read_case(case.number).number == case.number


def test_what_is_no_problem_document_is_refused_as_well(address: str) -> None:
    with Yinxin(f"{address}/nothing", "token") as yinxin, pytest.raises(Refused) as refused:
        yinxin.verify(b"")
    assert refused.value.status == 404
    assert repr(Applicant(code_type="111", code="11010519491231002X", name="某")) == (
        "Applicant(code_type='111')"
    )


def test_the_file_can_be_copied_as_it_is() -> None:
    source = ROOT / "api" / "clients" / "yinxin_client.py"
    tree = ast.parse(source.read_text("utf-8"))
    imported = {
        (node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.partition(".")[0] for name in imported} - sys.stdlib_module_names == {"httpx"}


@pytest.fixture
def signing(country: Country, tmp_path: Path) -> SignedBy:
    """A system that is registered with a key that openssl made."""
    key, name = tmp_path / "key.pem", "window-system"
    openssl("genpkey", "-algorithm", "SM2", "-out", key)
    country.wuhu.services.clients.register(
        name,
        person="S901",
        role=CallerRole.WINDOW,
        terms=Terms(
            key=openssl("pkey", "-in", key, "-pubout"),
            license_types=frozenset({"food_business"}),
            matters=frozenset({"open-restaurant"}),
            ends_at=country.clock.now() + timedelta(days=30),
        ),
        by="X001",
    )
    return SignedBy(
        client=name, region="340200", key=key, now=lambda: country.clock.now().timestamp()
    )


def test_requests_are_signed_with_the_systems_own_key(
    country: Country, address: str, signing: SignedBy
) -> None:
    country.wuhu.mint()
    parties = {"operator": Applicant(**OPERATOR)}
    with Yinxin(address, signing) as yinxin:
        case = yinxin.open_case(
            "open-restaurant", applicant(country), situation=SITUATION, parties=parties
        )
        material = next(item for item in case.materials if item.code == LICENSE)
        assert material.license is not None
        pdf = yinxin.read_license(case, material.license)
        assert yinxin.verify(pdf)["conclusion"] == "passed"
        with pytest.raises(Refused, match="CLIENT_RIGHT_MISSING"):
            yinxin.open_case("food-license-renewal", applicant(country))
    other = replace(signing, client="other-system")
    with Yinxin(address, other) as yinxin, pytest.raises(Refused, match="CLIENT_NOT_TRUSTED"):
        yinxin.read_case(case.number)


@pytest.mark.parametrize("head", [bytes(4), b"\x00\xff", b"\x7f", b"\x80"])
def test_numbers_of_a_signature_have_all_their_bytes(head: bytes) -> None:
    raw = 2 * head.ljust(32, b"\x11")
    assert raw_signature(SignatureValue.from_raw(raw).to_der()) == raw


def test_a_key_with_a_passphrase_is_opened_and_a_wrong_one_is_told(
    signing: SignedBy, tmp_path: Path
) -> None:
    closed, secret = tmp_path / "closed.pem", tmp_path / "secret"
    secret.write_text("a long passphrase", "ascii")
    words = ("-aes-256-cbc", "-passout", f"file:{secret}")
    openssl("pkey", "-in", signing.key, *words, "-out", closed)
    request = httpx.Request("POST", "http://x.test/a?b=c", json={"a": 1})

    good = replace(signing, key=closed, passphrase=f"file:{secret}")
    (signed,) = good.auth_flow(request)

    assert 'keyid="window-system/' in signed.headers["Signature-Input"]
    secret.write_text("another passphrase", "ascii")
    with pytest.raises(SigningError):
        next(good.auth_flow(request))
    assert str(secret) not in repr(good)
