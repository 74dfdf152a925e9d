"""``yinxin stamp`` on an instance of its own: places, seals, levels, and who answers for them."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api import stamp_places, stamping
from api.bootstrap import OpenHome, SystemClock
from api.composition import open_services
from api.console import OK, USAGE
from api.errors import DemoOnlyError, UsageError
from api.homes import Home
from api.keyword_worker import answer, find_places
from api.stamp_places import beside
from certs.faces.keyword_places import find_keyword
from signing.algorithms import sm3
from signing.keystores import files
from signing.pdf.locating import covered_digest, locate_signatures
from signing.pdf.reading import parse_strict
from signing.pdf.sealing import SealPlacement
from signing.reference.validation import validate_all, validate_long_term
from signing.reference.verdicts import ReferenceReport
from signing.seal_signatures import parse_seal_signature
from signing.signed_messages import Dialect, SignedMessage, parse_message
from signing.timestamp_tokens import parse_token
from tests import stamped, world
from tests.unit.api.test_cli import SECRET, Done, application, good, run

SEAL = "34020000000001"


@dataclass(frozen=True)
class Office:
    home: Path
    folder: Path

    def stamp(self, *arguments: object, pdf: bytes | None = None) -> Done:
        (self.folder / "in.pdf").write_bytes(stamped.document() if pdf is None else pdf)
        return run(
            *("--home", self.home, "--json", "stamp", self.folder / "in.pdf", "--seal", SEAL),
            *("--out", self.folder / "out.pdf", *arguments),
        )

    def sealed(self, *arguments: object, pdf: bytes | None = None) -> bytes:
        done = self.stamp(*arguments, pdf=pdf)
        assert done.code == OK, done.err
        assert done.err == ""
        return (self.folder / "out.pdf").read_bytes()

    def uses(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = good(
            "--home", self.home, "--json", "seal", "uses", SEAL
        ).json
        return listed

    @property
    def anchors(self) -> tuple[bytes, ...]:
        return (Home(self.home).read_certificate("authority").encoded,)

    def judged(self, pdf: bytes) -> bool:
        return validate_all(pdf, anchors=self.anchors, at=SystemClock().now()).is_sound


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("YINXIN_")]:
            patch.delenv(name)
        patch.setenv("YINXIN_PASSPHRASE", SECRET)
        patch.setattr(files, "SCRYPT_COST", 2**5)
        folder = tmp_path_factory.mktemp("stamping")
        home = folder / "home"
        issuer, unified = world.ISSUERS["340200"]
        good(
            *("--home", home, "init", "--region", "340200", "--name", "芜湖市"),
            *("--issuer-code", unified, "--issuer-name", issuer, "--environment", "dev"),
        )
        good("--home", home, "seal", "make", "--code", SEAL, "--line", "合同专用章")
        yield Office(home, folder)


# Places ------------------------------------------------------------------------------------------


def test_a_seal_at_a_position_is_sound_and_on_record(office: Office) -> None:
    before = len(office.uses())
    sealed = office.sealed(
        *("--page", 2, "--left", 100, "--top", 30),
        *("--operator", "用印员 章样", "--reason", "合同盖章"),
    )
    assert office.judged(sealed)
    newest, *_ = office.uses()
    assert len(office.uses()) == before + 1
    assert (newest["operator"], newest["purpose"]) == ("用印员 章样", "合同盖章")


def test_the_record_of_use_names_the_document_that_was_sealed(office: Office) -> None:
    sealed = office.sealed("--left", 100, "--top", 30)
    (located,) = locate_signatures(sealed)
    newest, *_ = office.uses()
    assert newest["digest"] == covered_digest(sealed, located).hex()


def test_a_seal_stands_on_a_keyword(office: Office) -> None:
    sealed = office.sealed("--keyword", "乙方（盖章）", "--nth", -1)
    assert office.judged(sealed)
    word = find_keyword(stamped.document(), "乙方（盖章）")[-1]
    left, top = word.centered(42, 42)
    rectangle = b"%.2f" % (left * 72 / 25.4)
    assert rectangle.rstrip(b"0").rstrip(b".") in sealed
    assert top > 0


def test_a_seal_rides_and_keeps_places_that_are_filled_in_turn(office: Office) -> None:
    first = office.sealed("--keyword", "甲方", "--beside", "--riding", "--fields", 2)
    second = office.sealed(pdf=first)
    third = office.sealed(pdf=second)
    assert office.judged(third)
    assert len(locate_signatures(third)) == 3
    assert office.stamp(pdf=third).code == USAGE


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "needs a place"),
        (("--left", 10), "go together"),
        (("--left", 10, "--top", 10, "--keyword", "甲方"), "either a word or a position"),
        (("--keyword", "丙方"), "0 times"),
        (("--keyword", "甲方", "--nth", 4), "3 times"),
        (("--keyword", "甲方", "--nth", 0), "3 times"),
        (("--left", 200, "--top", 10), "does not lie on the page"),
        (("--left", 20, "--top", 10, "--page", 9), "no page 9"),
        (("--riding", "--fields", 1), "--fields needs"),
        (("--left", 10, "--top", 10, "--fields", -1), "--fields needs"),
        (("--left", 10, "--top", 10, "--fields", 99), "room for"),
        (("--left", 10, "--top", 10, "--timestamp", "http://tsa.example/"), "https"),
    ],
    ids=range(12),
)
def test_what_cannot_be_done_is_told_and_no_seal_is_used(
    office: Office, arguments: tuple[object, ...], words: str
) -> None:
    before = len(office.uses())
    done = office.stamp(*arguments)
    assert done.code == USAGE
    assert words in done.err
    assert len(office.uses()) == before


def test_other_files_are_refused_with_the_reason(office: Office) -> None:
    locked = office.sealed("--left", 10, "--top", 10)
    for pdf, words in (
        (locked, "已有签章不允许"),
        (stamped.qpdf(stamped.handmade(), "--encrypt", "", "o", "256", "--"), "已加密"),
        (b"no PDF", "无法读取"),
    ):
        done = office.stamp("--left", 10, "--top", 10, pdf=pdf)
        assert done.code == USAGE
        assert words in done.err


def test_nothing_is_written_when_an_earlier_signature_would_break(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = ReferenceReport(signatures=(), timestamps=(), unlisted=0, ends_with_revision=False)
    monkeypatch.setattr(stamping, "validate_all", lambda *_, **__: broken)
    (office.folder / "out.pdf").unlink(missing_ok=True)
    done = office.stamp("--left", 10, "--top", 10)
    assert done.code == USAGE
    assert "已有签名将失效" in done.err
    assert not (office.folder / "out.pdf").exists()


def test_an_unknown_seal_or_file_is_told(office: Office) -> None:
    (office.folder / "in.pdf").write_bytes(stamped.document())
    for file, code in (("in.pdf", "34020000009999"), ("nothing.pdf", SEAL)):
        done = run(
            *("--home", office.home, "stamp", office.folder / file, "--seal", code),
            *("--out", office.folder / "out.pdf", "--left", 1, "--top", 1),
        )
        assert done.code == USAGE


def test_a_suspended_seal_signs_nothing(office: Office) -> None:
    people = ("--operator", "管理员 甲样", "--approver", "科长 乙样", "--reason", "遗失")
    good("--home", office.home, "seal", "suspend", SEAL, *people)
    (office.folder / "out.pdf").unlink(missing_ok=True)
    try:
        done = office.stamp("--left", 10, "--top", 10)
        assert done.code == USAGE
        assert not (office.folder / "out.pdf").exists()
    finally:
        good("--home", office.home, "seal", "resume", SEAL, *people)


# Profiles and levels -----------------------------------------------------------------------------


def test_the_other_profile_carries_its_own_timestamp(office: Office) -> None:
    sealed = office.sealed("--left", 10, "--top", 10, "--profile", "gm", "--level", "t")
    (located,) = locate_signatures(sealed)
    assert located.sub_filter == "GM.sm2seal"
    seal_signature = parse_seal_signature(located.contents)
    parse_token(seal_signature.timestamp).verify(sm3(seal_signature.signature_value))


@pytest.mark.parametrize("level", ["b", "t", "lt", "lta"])
def test_levels_add_what_they_promise(office: Office, level: str) -> None:
    sealed = office.sealed("--left", 10, "--top", 10, "--level", level)
    assert office.judged(sealed)
    located = locate_signatures(sealed)
    message = parse_message(Dialect.CMS, located[0].contents)
    assert bool(message.timestamp) == (level != "b")
    assert (b"/DSS" in sealed) == (level in {"lt", "lta"})
    assert [item.sub_filter for item in located[1:]] == (["ETSI.RFC3161"] if level == "lta" else [])


def test_an_archived_file_passes_from_what_is_inside(office: Office) -> None:
    sealed = office.sealed("--left", 10, "--top", 10, "--level", "lta")
    assert validate_long_term(sealed, anchors=office.anchors) == ("OK",)


# Licenses with a trusted time --------------------------------------------------------------------


def _issue(office: Office, number: int) -> Done:
    body = office.folder / f"row-{number}.json"
    body.write_text(json.dumps(application(number)), "utf-8")
    return run("--home", office.home, "--json", "license", "issue", body)


def _message(office: Office, identifier: str) -> SignedMessage:
    out = office.folder / identifier.replace("/", "_")
    good("--home", office.home, "license", "export", identifier, "--out", out)
    (file,) = out.glob("*.pdf")
    return parse_message(Dialect.CMS, parse_strict(file.read_bytes()).contents)


def test_licenses_get_the_time_of_the_configured_service(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _issue(office, 0)
    monkeypatch.setenv("YINXIN_TIMESTAMP_URL", "http://127.0.0.1:8000/tsa")
    timed = _issue(office, 1)

    assert (plain.code, timed.code) == (OK, OK), timed.err
    assert _message(office, plain.json["identifier"]).timestamp == b""
    message = _message(office, timed.json["identifier"])
    parse_token(message.timestamp).verify(sm3(message.signature.to_der()))


def test_no_license_is_issued_while_the_service_is_silent_and_resume_finishes_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_TIMESTAMP_URL", "http://127.0.0.1:9/tsa")
    before = good("--home", office.home, "--json", "license", "list").json
    done = _issue(office, 2)
    assert done.code != OK
    assert "时间戳服务没有正常应答" in done.err
    assert good("--home", office.home, "--json", "license", "list").json == before

    monkeypatch.setenv("YINXIN_TIMESTAMP_URL", "http://127.0.0.1:8000/tsa")
    good("--home", office.home, "license", "reconcile")
    after = good("--home", office.home, "--json", "license", "list").json
    assert len(after) == len(before) + 1


def test_an_address_that_others_could_listen_to_is_a_wrong_setting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_TIMESTAMP_URL", "http://tsa.example/")
    done = _issue(office, 3)
    assert done.code == USAGE
    assert "https" in done.err


def test_the_demo_clock_refuses_to_start_in_production(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = OpenHome.at(office.home)
    assert opened.timestamp_authority(SystemClock()) is not None
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")
    with pytest.raises(DemoOnlyError):
        OpenHome.at(office.home).timestamp_authority(SystemClock())
    with open_services(office.home) as services:
        assert services.timestamp_authority is None


def test_nobody_named_means_no_seal_in_production(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")
    done = office.stamp("--left", 10, "--top", 10)
    assert done.code == USAGE
    assert "--operator" in done.err


# Parts -------------------------------------------------------------------------------------------


def test_kept_places_do_not_touch_and_lie_on_the_page() -> None:
    place = SealPlacement(left_mm=80, top_mm=120, width_mm=42, height_mm=42)
    places = (place, *beside(place, 8, (210, 297)))
    assert len({(item.left_mm, item.top_mm) for item in places}) == 9
    for number, one in enumerate(places):
        assert 0 <= one.left_mm <= 168
        assert 0 <= one.top_mm <= 255
        for other in places[number + 1 :]:
            apart = abs(one.left_mm - other.left_mm) >= 42 or abs(one.top_mm - other.top_mm) >= 42
            assert apart
    with pytest.raises(UsageError):
        beside(place, 50, (210, 297))


def test_words_are_looked_for_in_another_process() -> None:
    found = find_places(stamped.document(), "乙方")
    assert found == find_keyword(stamped.document(), "乙方")
    assert find_places(b"no PDF", "乙方") is None
    assert find_places(stamped.document(), "字" * 99) is None


@pytest.mark.parametrize("request_bytes", [b"", b"\0", b"\xff\xff", b"\0\1\xff%PDF-"], ids=range(4))
def test_requests_that_make_no_sense_have_no_answer(request_bytes: bytes) -> None:
    assert answer(request_bytes) is None


def test_a_word_in_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(UsageError, match="cannot be looked for"):
        stamp_places.at_keyword(
            b"no PDF", stamped.appearance(), keyword="乙方", number=1, is_beside=False
        )
