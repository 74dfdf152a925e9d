"""The client that acceptance systems copy, against a real server."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.clients.yinxin_client import Applicant, Refused, Yinxin
from tests.instance_parts import OPERATOR, SITUATION
from tests.instances import Country
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
    assert imported == {"collections.abc", "dataclasses", "types", "typing", "httpx"}
