"""Receipts on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.console import FAILED, INDETERMINATE, OK, USAGE
from api.homes import Home
from certs.faces.pages import page_text
from signing.roles import Role
from tests.receipts import sound_receipt
from tests.unit.api.test_cli import Country, good, own_country, run


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """A country with one license."""
    with own_country(tmp_path_factory) as made:
        yield made


@pytest.fixture(scope="module")
def face(country: Country) -> Path:
    return country.export(country.issue(0))


@pytest.fixture(scope="module")
def receipt(country: Country, face: Path) -> Path:
    out = country.folder / "receipt.json"
    good("--home", country.wuhu, "verify", face, "--receipt", out)
    return out


def test_a_receipt_is_written_and_verified_in_another_region_without_a_network(
    country: Country, face: Path, receipt: Path
) -> None:
    payload = json.loads(receipt.read_bytes())["payload"]
    done = good("--home", country.baoji, "--json", "verify", receipt, "--file", face).json

    assert payload["verifier"]["name"] == "芜湖市市场监督管理局"
    assert done["conclusion"] == "passed"
    assert done["receipt"]["number"] == payload["number"]
    assert done["receipt"]["stated"]["conclusion"] == "passed"
    assert "evidence" not in done


def test_people_read_what_it_was_and_what_it_is(country: Country, receipt: Path) -> None:
    done = good("--home", country.baoji, "verify", receipt)

    assert "回执真实；核验时：印章真实；证照有效" in done.out
    assert "receipt.verdict" in done.out
    assert "findings when it was verified" in done.out
    assert "seal.genuine" in done.out
    assert "differ from ours" not in done.out


def test_another_file_fails(country: Country, face: Path, receipt: Path) -> None:
    other = country.folder / "other.pdf"
    other.write_bytes(face.read_bytes() + b"\n")

    done = run("--home", country.baoji, "verify", receipt, "--file", other)

    assert done.code == FAILED
    assert "所附文件不是回执所核验的文件" in done.out


def test_a_region_that_is_asked_and_silent_changes_nothing(country: Country, receipt: Path) -> None:
    done = run("--home", country.baoji, "verify", receipt, "--online")

    assert done.code == OK
    assert "证照现状未知" in done.out


def test_without_a_pinned_root_a_receipt_is_undecided(tmp_path: Path, receipt: Path) -> None:
    done = run("--home", tmp_path / "nowhere", "verify", receipt, "--quiet")

    assert done.code == INDETERMINATE


def test_a_receipt_of_another_country_is_undecided(country: Country, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.json"
    foreign.write_bytes(sound_receipt())

    assert run("--home", country.wuhu, "verify", foreign).code == INDETERMINATE


def test_several_go_into_a_folder(country: Country, face: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7")
    out = tmp_path / "receipts"

    done = run("--home", country.wuhu, "--json", "verify", face, broken, "--receipt", out)

    assert done.code == FAILED
    written = [Path(item["receipt_file"]) for item in done.json]
    assert set(written) == set(out.iterdir())
    assert len(written) == 2
    conclusions = [
        json.loads(path.read_bytes())["payload"]["verdict"]["conclusion"] for path in written
    ]
    assert conclusions == ["passed", "failed"]
    for path in written:
        read = run("--home", country.baoji, "--json", "verify", path).json
        assert read["conclusion"] == read["receipt"]["stated"]["conclusion"]


def test_a_page_is_written_where_one_is_wanted(
    country: Country, face: Path, tmp_path: Path
) -> None:
    out = tmp_path / "receipt.pdf"
    good("--home", country.wuhu, "verify", face, "--receipt", out)

    assert "核验回执" in page_text(out.read_bytes())
    assert good("--home", country.wuhu, "verify", out).code == OK


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("{face}", "--file", "{face}"), "--file goes with a receipt only"),
        (("{receipt}", "{receipt}", "--file", "{face}"), "--file goes with one receipt"),
        (("{receipt}", "--receipt", "{tmp}/x.json"), "No receipt can be given"),
        (("{face}", "--receipt", "{tmp}/nowhere/x.json"), "no such folder"),
        (("--replay", "{receipt}", "--receipt", "{tmp}/x.json"), "gets no receipt"),
    ],
)
def test_what_makes_no_sense_is_told(  # noqa: PLR0913, PLR0917 - a table and fixtures
    country: Country,
    face: Path,
    receipt: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    given = [item.format(face=face, receipt=receipt, tmp=tmp_path) for item in arguments]
    done = run("--home", country.wuhu, "verify", *given)

    assert done.code == USAGE
    assert said in done.err
    assert not list(tmp_path.iterdir())


def test_without_an_instance_nobody_gives_receipts(tmp_path: Path, face: Path) -> None:
    out = tmp_path / "x.json"
    done = run("--home", tmp_path / "nowhere", "verify", face, "--receipt", out)

    assert done.code == USAGE
    assert "--home" in done.err
    assert not out.exists()


def test_an_instance_from_before_there_were_receipts_says_so(
    country: Country, face: Path, tmp_path: Path
) -> None:
    kept = Home(country.baoji).folder("certs") / f"{Role.RECEIPT}.pem"
    aside = kept.rename(tmp_path / "aside.pem")
    try:
        done = run("--home", country.baoji, "verify", face, "--receipt", tmp_path / "x.json")
        assert done.code == USAGE
        assert "没有核验回执密钥" in done.err
        # It verifies as before.
        assert run("--home", country.baoji, "verify", face).code in {OK, INDETERMINATE}
    finally:
        aside.rename(kept)
