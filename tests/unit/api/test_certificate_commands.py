"""A production instance: requests go out, certificates and lists come in, demo services refuse."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api import cli
from api.console import OK, USAGE
from signing.authorities import CertificateAuthority, Validity
from signing.certificate_requests import parse_request
from signing.names import DistinguishedName
from signing.roles import Role
from tests.openssl import openssl
from tests.world import MemorySigner

NOW = datetime.now(UTC)
YEARS = Validity(not_before=NOW - timedelta(days=1), not_after=NOW + timedelta(days=700))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A production instance whose keys nobody has certified yet."""
    folder = tmp_path_factory.mktemp("production") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YINXIN_PASSPHRASE", "a passphrase")
        assert (
            cli.main(
                [
                    *("--home", str(folder), "init", "--region", "340200", "--name", "芜湖市"),
                    *("--issuer-code", "11340200MB9TXY014H", "--issuer-name", "测试局"),
                    *("--environment", "production"),
                ]
            )
            == OK
        )
    return folder


@pytest.fixture(scope="module")
def outside() -> CertificateAuthority:
    """A certification service of somebody else's."""
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name="Outside CA"),
        signer=MemorySigner("outside"),
        validity=YEARS,
    )


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YINXIN_PASSPHRASE", "a passphrase")


def run(home: Path, *arguments: str) -> int:
    return cli.main(["--home", str(home), *arguments])


def certified(home: Path, outside: CertificateAuthority, role: Role, *, as_role: Role) -> Path:
    """Certify the request that the instance left for ``role``."""
    request = home / "certs" / f"{role}.csr"
    encoded = home.parent / f"{role}.der"
    openssl("req", "-in", str(request), "-outform", "DER", "-out", str(encoded))
    certificate = outside.issue(parse_request(encoded.read_bytes()), role=as_role, validity=YEARS)
    path = home.parent / f"{role}-as-{as_role}.pem"
    path.write_text(certificate.to_pem(), "ascii")
    return path


def test_certificates_from_outside_are_taken_where_they_fit(
    home: Path, outside: CertificateAuthority, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = home.parent / "authority.pem"
    authority.write_text(outside.certificate.to_pem(), "ascii")
    assert run(home, "certificate", "import", str(authority)) == OK

    good = certified(home, outside, Role.SEAL, as_role=Role.SEAL)
    assert run(home, "certificate", "import", str(good), "--role", "seal") == OK
    capsys.readouterr()
    assert run(home, "--json", "certificate", "list") == OK
    assert {item["label"] for item in json.loads(capsys.readouterr().out)} == {"authority", "seal"}

    for file, role in (
        (good, "record"),  # another key's
        (certified(home, outside, Role.RECORD, as_role=Role.STATUS), "record"),  # another role
        (authority, "seal"),
        (home / "yinxin.toml", "seal"),
    ):
        assert run(home, "certificate", "import", str(file), "--role", role) == USAGE
        assert "Traceback" not in capsys.readouterr().err


def test_only_the_authority_s_own_list_is_taken(
    home: Path, outside: CertificateAuthority, tmp_path: Path
) -> None:
    (home / "certs" / "authority.pem").write_text(outside.certificate.to_pem(), "ascii")
    issued = outside.revocation_list(
        {5: NOW}, number=7, this_update=NOW, next_update=NOW + timedelta(days=7)
    )
    good, bad = tmp_path / "good.crl", tmp_path / "bad.crl"
    good.write_bytes(issued.encoded)
    bad.write_bytes(issued.encoded[:-1] + bytes([issued.encoded[-1] ^ 1]))

    assert run(home, "certificate", "import-crl", str(bad)) == USAGE
    assert run(home, "certificate", "import-crl", str(good)) == OK
    assert (home / "crl" / "authority.crl").read_bytes() == issued.encoded


def test_demo_services_refuse_in_production(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(home, "seal", "make", "--code", "34020000000001") == USAGE
    assert "demo" in capsys.readouterr().err
    root = ["init", "--root", "--name", "x", "--environment", "production"]
    assert run(tmp_path / "root", *root) == USAGE
    assert "demo" in capsys.readouterr().err
