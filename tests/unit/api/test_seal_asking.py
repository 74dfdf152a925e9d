"""An outside service is asked how the seals of a document stood when they signed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest

from api.cli import main
from api.console import FAILED, INDETERMINATE, OK, USAGE
from certs.seals.events import SealState
from certs.seals.status_answers import SealStatusAnswer
from tests import foreign, sealed, world
from tests.sealed import URL, Regions


class _Service(Regions):
    """Answers in place of the outside service, now."""

    def __init__(self) -> None:
        super().__init__(at=datetime.now(UTC), bend_seal=_Service.bent)

    @staticmethod
    def bent(answer: SealStatusAnswer) -> SealStatusAnswer:
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return


@pytest.fixture
def anchor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("api.commands.seal_asking.HttpRegionClient", _Service)
    path = tmp_path / "anchor.pem"
    path.write_text(foreign.wuhu().authority.certificate.to_pem())
    return str(path)


def _ask(tmp_path: Path, data: bytes, anchor: str, *more: str) -> int:
    path = tmp_path / "document"
    path.write_bytes(data)
    return main(["seal", "ask", str(path), "--service", URL, "--anchor", anchor, "--json", *more])


@pytest.mark.parametrize("make", [sealed.sound, sealed.sound_ofd, foreign.lone_seal])
def test_the_seals_of_any_document_are_asked_about(
    tmp_path: Path, anchor: str, capsys: pytest.CaptureFixture[str], make: object
) -> None:
    assert callable(make)
    assert _ask(tmp_path, make(), anchor) == OK

    (answer,) = json.loads(capsys.readouterr().out)
    assert (answer["standing"], answer["state"]) == ("good", "enabled")
    assert answer["code"] == foreign.wuhu().seal.description.code
    if make is not foreign.lone_seal:
        assert datetime.fromisoformat(answer["at"]) == world.NOON


def test_a_suspended_seal_and_one_that_nobody_may_speak_for(
    tmp_path: Path, anchor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suspended(answer: SealStatusAnswer) -> SealStatusAnswer:
        return replace(answer, state=SealState.SUSPENDED)

    stranger = tmp_path / "stranger.pem"
    stranger.write_text(world.region("610300").authority.certificate.to_pem())

    assert _ask(tmp_path, sealed.sound(), str(stranger)) == INDETERMINATE
    monkeypatch.setattr(_Service, "bent", staticmethod(suspended))
    assert _ask(tmp_path, sealed.sound(), anchor) == FAILED


def test_a_document_without_seals_is_refused(tmp_path: Path, anchor: str) -> None:
    assert _ask(tmp_path, b"no seal", anchor) == USAGE
