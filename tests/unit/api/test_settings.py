"""Settings: environment before file before defaults, and no demo services in production."""

from pathlib import Path

import pytest

from api.errors import DemoOnlyError, SettingsError
from api.settings import FILE_NAME, Environment, Settings, check_demo

LINES = {
    "schema_name": "yinxin.home/1",
    "environment": "demo",
    "region": "340200",
    "name": "芜湖市",
}


def write(home: Path, **changes: str | None) -> Path:
    values = {key: value for key, value in (LINES | changes).items() if value is not None}
    text = "".join(f'{key} = "{value}"\n' for key, value in values.items())
    (home / FILE_NAME).write_text(text, "utf-8")
    return home


def test_the_file_is_read_and_the_rest_has_defaults(tmp_path: Path) -> None:
    found = Settings.read(write(tmp_path))

    assert (found.environment, found.region, found.name) == (Environment.DEMO, "340200", "芜湖市")
    assert (found.kind, found.passphrase) == ("region", None)
    assert not found.database_url.get_secret_value()
    assert not found.objects_url.get_secret_value()


def test_production_is_what_nobody_has_to_choose(tmp_path: Path) -> None:
    found = Settings.read(write(tmp_path, environment=None))

    assert found.environment is Environment.PRODUCTION


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")
    monkeypatch.setenv("YINXIN_PASSPHRASE", "geheim")

    found = Settings.read(write(tmp_path))

    assert found.environment is Environment.PRODUCTION
    assert found.passphrase is not None
    assert found.passphrase.get_secret_value() == "geheim"
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_name": "yinxin.home/2"},
        {"schema_name": None},
        {"environment": "Production"},
        {"kind": "province"},
        {"name": None},
        {"public_ulr": "http://misspelt.test"},
    ],
)
def test_wrong_settings_are_refused_with_the_name_of_the_file(
    tmp_path: Path, changes: dict[str, str | None]
) -> None:
    with pytest.raises(SettingsError, match=FILE_NAME):
        Settings.read(write(tmp_path, **changes))


@pytest.mark.parametrize("content", [b"= 1", b"\xff\xfe", b"name = 'open"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)

    with pytest.raises(SettingsError, match=FILE_NAME):
        Settings.read(tmp_path)


def test_a_folder_without_settings_is_no_instance(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="yinxin init"):
        Settings.read(tmp_path)


def test_demo_services_run_in_demo_and_dev_alone(tmp_path: Path) -> None:
    check_demo(Environment.DEMO, "it")
    check_demo(Environment.DEV, "it")

    with pytest.raises(DemoOnlyError, match="it"):
        check_demo(Environment.PRODUCTION, "it")
    with pytest.raises(DemoOnlyError):
        Settings.read(write(tmp_path, environment="production")).check_demo("it")


def test_a_secret_under_a_misspelt_name_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="pasphrase") as caught:
        Settings.read(write(tmp_path, pasphrase="geheim"))

    assert "geheim" not in str(caught.value)
