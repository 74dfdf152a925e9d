"""The folder of an instance."""

import stat
from pathlib import Path

import pytest

from api.errors import HomeError
from api.homes import SECRET_BYTES, Home
from api.settings import Settings
from tests import world

SETTINGS = {"schema_name": "yinxin.home/1", "environment": "demo", "name": "芜湖市"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    made.lay_out(SETTINGS)
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_has_its_folders_and_settings_that_can_be_read(home: Home) -> None:
    assert Settings.read(home.root).name == "芜湖市"
    for name in ("objects", "aip", "keys", "certs", "crl", "trust", "public", "types"):
        assert mode(home.folder(name)) == 0o700


def test_an_instance_is_never_laid_out_over_another(home: Home) -> None:
    with pytest.raises(HomeError):
        home.lay_out(SETTINGS | {"name": "宝鸡市"})

    assert Settings.read(home.root).name == "芜湖市"


@pytest.mark.parametrize("name", ['引"号', "反\\斜\\杠", 'x"\nenvironment = "production'])
def test_settings_survive_quoting_or_are_refused(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path / "home")
    try:
        home.lay_out(SETTINGS | {"name": name})
    except HomeError:
        assert not name.isprintable()
        return

    found = Settings.read(home.root)
    assert (found.name, found.environment) == (name, "demo")


def test_a_secret_is_read_back_and_for_the_owner_only(home: Home) -> None:
    home.write_secret("holder.secret", b"s" * SECRET_BYTES)

    assert home.read_secret("holder.secret") == b"s" * SECRET_BYTES
    assert mode(home.folder("keys") / "holder.secret") == 0o600


def test_a_secret_is_never_overwritten(home: Home) -> None:
    home.write_secret("holder.secret", b"s" * SECRET_BYTES)

    with pytest.raises(FileExistsError):
        home.write_secret("holder.secret", b"t" * SECRET_BYTES)

    assert home.read_secret("holder.secret") == b"s" * SECRET_BYTES


@pytest.mark.parametrize("content", [b"", b"s" * 31, b"s" * 33])
def test_a_damaged_secret_is_not_used(home: Home, content: bytes) -> None:
    home.write_secret("holder.secret", content)

    with pytest.raises(HomeError):
        home.read_secret("holder.secret")


def test_a_missing_secret_is_told(home: Home) -> None:
    with pytest.raises(HomeError, match=r"holder\.secret"):
        home.read_secret("holder.secret")


def test_certificates_are_kept_under_the_label_of_their_key(home: Home) -> None:
    certificate = world.region("340200").status_signer.certificate
    home.write_certificate("status", certificate)

    assert home.read_certificate("status") == certificate


@pytest.mark.parametrize("content", [b"", b"\xff", b"-----BEGIN CERTIFICATE-----\nAAAA"])
def test_a_damaged_certificate_is_told_with_its_file(home: Home, content: bytes) -> None:
    (home.folder("certs") / "status.pem").write_bytes(content)

    with pytest.raises(HomeError, match=r"status\.pem"):
        home.read_certificate("status")
    with pytest.raises(HomeError, match=r"seal\.pem"):
        home.read_certificate("seal")
