"""The demo for real: keys, databases, servers on loopback, the whole mission once."""

import json
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from api import cli, demo_person
from api.commands.demo import LICENSES
from api.console import OK, USAGE
from api.demo_country import MARKER, UNLOCK_NOTE, WINDOW, prepare_folder, regions
from api.demo_identity import DemoIdentity
from api.demo_person import DemoHolder
from api.demo_servers import running
from api.demo_steps import holder_of_license
from api.errors import UsageError
from api.identity.opening import CALLBACK
from certs.holder_codes import HolderCode, HolderCodeType
from signing.certificates import parse_pem_certificates
from signing.revocation_lists import parse_revocation_list

# Processes that share out tests would each run the demo; with --dist loadgroup one does.
pytestmark = pytest.mark.xdist_group("demo")


def three_free_ports() -> int:
    """The first of three neighbors that nobody listens on."""
    for _ in range(50):
        with ExitStack() as stack:
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port: int = first.getsockname()[1]
            try:
                for neighbor in (1, 2):
                    stack.enter_context(socket.create_server(("127.0.0.1", port + neighbor)))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no three free ports")


@dataclass(frozen=True)
class Ran:
    """What the demo left behind."""

    out: Path
    port: int
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def value(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.stdout)
        return value

    def row(self, words: str) -> dict[str, Any]:
        (found,) = [row for row in self.value["rows"] if words in row["step"]]
        return dict(found)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """The demo over what an earlier one left, where settings of another instance are about."""
    folder = tmp_path_factory.mktemp("demo")
    out, port = folder / "out", three_free_ports()
    earlier = prepare_folder(out)
    (out / "wuhu").mkdir()
    (out / "wuhu" / "yinxin.toml").write_text("left by an earlier demo", "utf-8")
    surroundings = {
        **os.environ,
        "YINXIN_PASSPHRASE": "that of another instance",
        "YINXIN_DATABASE_URL": f"sqlite:///{folder / 'other.sqlite3'}",
        "YINXIN_REGION": "110000",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", "demo", "--json", "--out", out, "--port", str(port)],
        capture_output=True,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        timeout=110,
        check=False,
    )
    assert earlier not in (out / UNLOCK_NOTE).read_text("utf-8")
    yield Ran(out=out, port=port, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
    assert not (folder / "other.sqlite3").exists()


def test_everything_comes_out_as_it_must(ran: Ran) -> None:
    assert ran.code == OK, ran.stderr.decode()
    assert [row["step"] for row in ran.value["rows"] if not row["as_expected"]] == []
    assert ran.value["as_expected"] is True
    assert json.loads((ran.out / "demo.json").read_bytes()) == ran.value


def test_twenty_licenses_are_minted_and_verified_by_the_other_region(ran: Ran) -> None:
    assert ran.row("mint from .xlsx")["facts"]["minted"] == LICENSES == 20
    assert ran.row("second opinion")["facts"]["sound"] == LICENSES
    assert ran.row("verified by the other region")["facts"]["passed"] == LICENSES
    assert len(list((ran.out / "licenses").glob("*.pdf"))) == LICENSES


def test_regions_hold_what_evidence_in_files_needs(ran: Ran) -> None:
    root = parse_pem_certificates((ran.out / "root/certs/authority.pem").read_text())[0]
    listed = parse_revocation_list((ran.out / "wuhu/crl/root.crl").read_bytes())

    listed.verify(root)
    assert len(list((ran.out / "licenses").glob("*.ofd"))) == LICENSES


def test_a_license_is_archived_in_one_file_that_strangers_find_whole(ran: Ran) -> None:
    facts = ran.row("archived, checked offline")["facts"]

    assert facts["checks"]["fail"] == 0
    assert any("checkpoint signed in the names of" in line for line in facts["told"])
    assert (ran.out / "license.package.zip").stat().st_size > 100_000


def test_bad_rows_are_refused(ran: Ran) -> None:
    assert ran.row("mint from .xlsx")["facts"]["refused"] > 10


def test_tampered_revoked_and_unknown_are_told_apart(ran: Ran) -> None:
    tampered, revoked, unknown = (
        ran.row(words)["facts"] for words in ("one bit changed", "revoked", "unknown region")
    )

    assert (tampered["conclusion"], tampered["zh"][:4]) == ("failed", "不通过：")
    assert (revoked["conclusion"], revoked["zh"]) == (
        "failed",
        "印章真实；证照已于 2026-03-01 吊销",
    )
    assert (unknown["conclusion"], unknown["finding"]) == ("indeterminate", "trust.region")


def test_a_picture_of_a_code_a_receipt_and_a_silent_region_have_verdicts(ran: Ran) -> None:
    picture, receipt, silent = (
        ran.row(words)["facts"] for words in ("code on a picture", "receipt", "region is silent")
    )

    assert (picture["format"], picture["conclusion"]) == ("qr", "passed")
    given = json.loads((ran.out / "receipt.json").read_bytes())["payload"]
    assert (receipt["number"], receipt["conclusion"]) == (given["number"], "passed")
    assert (ran.out / "receipt.pdf").read_bytes().startswith(b"%PDF-")
    assert "状态截至" in silent["zh"]


def test_a_demand_for_paper_is_refused_and_a_code_serves_once(ran: Ran) -> None:
    assert ran.row("paper demanded")["facts"]["code"] == "ELICENSE_AVAILABLE"
    first, again = ran.row("code redeemed once")["facts"]["statuses"]
    assert (first, 400 <= again < 500) == (200, True)


def test_the_passphrase_is_for_the_owner_and_opens_the_keys(ran: Ran) -> None:
    note = ran.out / UNLOCK_NOTE
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    passphrase = note.read_text("utf-8").splitlines()[-1]
    assert len(passphrase) >= 20
    assert passphrase.encode() not in ran.stdout + ran.stderr
    for path in ran.out.rglob("*"):
        if path.is_file() and path != note:
            assert passphrase.encode() not in path.read_bytes(), path


def test_the_servers_are_gone(ran: Ran) -> None:
    for port in (ran.port, ran.port + 1):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_its_people_sign_in_at_an_identity_provider(ran: Ran) -> None:
    wuhu, _, _ = regions(ran.port, ran.port + 1)
    identity = DemoIdentity(port=ran.port + 2, served=(wuhu,))
    code = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=wuhu.issuer_code)
    holder = DemoHolder(code=code, name="样例持证人")
    with (
        running(ran.out, (wuhu,)),
        identity.running(ran.out, holder),
        httpx.Client(trust_env=False, follow_redirects=True) as browser,
    ):
        there = browser.get(f"{wuhu.url}/session/start?as=window")
        asked = dict(parse_qsl(there.url.query.decode()))
        back = browser.post(f"{identity.issuer}/authorize", data=asked | {"subject": WINDOW})
        window = browser.get(f"{wuhu.url}/window")

    assert there.url.port == identity.port
    assert WINDOW in there.text
    assert back.url.path == CALLBACK
    assert (window.status_code, window.url.path) == (200, "/window")


def test_a_person_of_the_demo_finds_her_license_and_can_prove_an_age(ran: Ran) -> None:
    wuhu, _, _ = regions(ran.port, ran.port + 1)
    identity = DemoIdentity(port=ran.port + 2, served=(wuhu,))
    pdf = next((ran.out / "licenses").glob("*.pdf"))
    enterprise = DemoHolder(code=holder_of_license(pdf)[0], name="样例持证人")
    nurse = DemoHolder(code=demo_person.holder_code(), name=demo_person.NAME)
    with (
        running(ran.out, (wuhu,)),
        identity.running(ran.out, enterprise, nurse),
        httpx.Client(trust_env=False, follow_redirects=True) as browser,
    ):
        there = browser.get(f"{wuhu.url}/session/start?as=personal")
        asked = dict(parse_qsl(there.url.query.decode()))
        browser.post(f"{identity.issuer}/authorize", data=asked | {"subject": "nurse"})
        wallet = browser.get(f"{wuhu.url}/me").text
        (address,) = set(re.findall(r'href="(/me/licenses/[^"]+)"', wallet))
        license = browser.get(wuhu.url + address).text

    assert "护士执业证书" in wallet
    assert 'value="age-over-18"' in license
    assert 'id="offline"' in license


# Folders and ports ---------------------------------------------------------------------------


def test_a_folder_that_no_demo_made_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")

    code = cli.main(["demo", "--out", str(tmp_path), "--port", str(three_free_ports())])

    assert code == USAGE
    assert "--out" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_folder_of_a_demo_is_made_anew_with_another_passphrase(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = prepare_folder(out)
    (out / "old").write_text("old", "utf-8")

    second = prepare_folder(out)

    assert first != second
    assert {path.name for path in out.iterdir()} == {MARKER, UNLOCK_NOTE}
    note = (out / UNLOCK_NOTE).read_text("utf-8")
    assert (second in note, first in note, "WARNING" in note) == (True, False, True)


def test_an_empty_folder_may_be_used(tmp_path: Path) -> None:
    prepare_folder(tmp_path)

    assert (tmp_path / MARKER).is_file()


def test_a_link_is_not_followed_when_a_folder_is_emptied(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / MARKER).touch()
    (precious / "thesis.txt").write_text("years of work", "utf-8")
    (tmp_path / "out").symlink_to(precious)

    with pytest.raises((UsageError, OSError)):
        prepare_folder(tmp_path / "out")

    assert (precious / "thesis.txt").is_file()


@pytest.mark.parametrize("neighbor", [0, 1, 2])
def test_a_busy_port_is_told_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], neighbor: int
) -> None:
    port = three_free_ports()
    with socket.create_server(("127.0.0.1", port + neighbor)):
        code = cli.main(["demo", "--out", str(tmp_path / "out"), "--port", str(port)])

    assert code == USAGE
    assert str(port + neighbor) in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_restaurant_opens_with_licenses_of_the_other_region(ran: Ran) -> None:
    opened = ran.row("a restaurant opens")["facts"]["outcomes"]
    exempted = ran.row("heard, and spared")["facts"]["exempted"]
    prefill = ran.row("the form fills itself in")["facts"]["prefill"]
    refused = ran.row("the paper is refused")["facts"]["code"]
    detour = ran.row("deferred instead")["facts"]["code"]
    exception = ran.row("an approved exception")["facts"]
    licensed = ran.row("approved, and licensed")["facts"]
    counted = ran.row("supervision")["facts"]
    left = ran.row("one case is left for you")["facts"]

    assert left["case"]
    assert (opened["business-license"], opened["property-title"]) == ("e_license", "e_license")
    assert exempted == {"issued": 1, "shared": 0, "licensed": 2}
    assert prefill["rate"] >= 0.7
    assert refused == detour == "ELICENSE_AVAILABLE"
    assert exception["alone"] == "APPROVER_REQUIRED"
    assert licensed["verdict"] == "passed"
    assert counted["demanded"] == {"P09": 1}
    assert counted["refusals"]["ELICENSE_AVAILABLE"] == 2
    assert sum(counted["freshness"].values()) >= 3
