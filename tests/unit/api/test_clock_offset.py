"""Rehearsals may set an instance's clock off; production never has such a clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.bootstrap import OpenHome
from api.errors import DemoOnlyError, SettingsError
from api.settings import Settings
from tests.unit.api.test_settings import write

UNUSED = "opens nothing"


def opened(home: Path, environment: str) -> OpenHome:
    return OpenHome.at(write(home, environment=environment), passphrase=UNUSED)


def test_the_clock_is_right_where_nobody_sets_it_off(tmp_path: Path) -> None:
    before = datetime.now(UTC)

    assert timedelta(0) <= opened(tmp_path, "production").clock().now() - before < timedelta(60)


@pytest.mark.parametrize("environment", ["demo", "dev"])
@pytest.mark.parametrize("seconds", [600, -600])
def test_a_rehearsal_sets_it_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: str, seconds: int
) -> None:
    monkeypatch.setenv("YINXIN_CLOCK_OFFSET_SECONDS", str(seconds))

    now = opened(tmp_path, environment).clock().now()

    assert abs(now - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=30)


def test_production_refuses_to_run_by_a_wrong_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_CLOCK_OFFSET_SECONDS", "1")

    with pytest.raises(DemoOnlyError, match="clock_offset_seconds"):
        opened(tmp_path, "production").clock()


@pytest.mark.parametrize("seconds", ["86401", "-86401", "1.5", "soon"])
def test_a_clock_is_off_by_seconds_and_a_day_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("YINXIN_CLOCK_OFFSET_SECONDS", seconds)

    with pytest.raises(SettingsError, match="clock_offset_seconds"):
        Settings.read(write(tmp_path))
