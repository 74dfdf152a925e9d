"""``yinxin seal`` on embedded defaults: made, imported, moved, asked about, used."""

import io
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from api.console import FAILED, INDETERMINATE, OK, USAGE
from api.homes import Home
from api.seal_people import DEMO_APPROVER, DEMO_KEEPER, DEMO_USER
from certs.faces.pictures import seal_picture
from certs.faces.seal_drawing import draw_round_seal
from signing.authorities import CertificateAuthority, Validity
from signing.certificates import Certificate
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seals import Seal, SealDescription, SealKind, SealPicture, make_seal
from signing.signer import CertifiedSigner
from tests import world
from tests.unit.api.test_cli import WUHU, Done, application, good, own_secrets, run
from tests.unit.certs.face_samples import opened_picture

SEAL = "34020000000001"
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Office:
    """One instance and what was made for it outside."""

    home: Path

    def run(self, *arguments: object) -> Done:
        return run("--home", self.home, "--json", *arguments)

    def good(self, *arguments: object) -> Any:  # noqa: ANN401 - any JSON value
        done = self.run(*arguments)
        assert done.code == OK, done.err
        return done.json

    def issue(self, number: int, *more: object) -> Done:
        body = self.home.parent / f"row-{number}.json"
        body.write_text(json.dumps(application(number)), "utf-8")
        return self.run("license", "issue", body, *more)

    def trust_itself(self, entry: Path) -> None:
        """Have the root sign a list of this region as it describes itself, and take it over."""
        signed = entry.with_suffix(".list")
        self.good("trust", "export", "--out", entry)
        good("--home", self.home.parent / "root", "trust", "make", entry, "--out", signed)
        self.good("trust", "import", signed)

    @property
    def certificate(self) -> Certificate:
        return Home(self.home).read_certificate(Role.SEAL)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with own_secrets():
        folder = tmp_path_factory.mktemp("office")
        home, root = folder / "home", folder / "root"
        good("init", "--root", "--name", "测试根", "--home", root)
        issuer, unified = world.ISSUERS[WUHU.value]
        good(
            *("--home", home, "init", "--region", WUHU, "--name", "芜湖市"),
            *("--issuer-code", unified, "--issuer-name", issuer, "--root-home", root),
        )
        good("--home", home, "seal", "make", "--code", SEAL, "--line", "行政审批专用章")
        yield Office(home)


# Made here ---------------------------------------------------------------------------------------


def test_a_demo_seal_is_in_use_at_once_and_names_two_people(office: Office) -> None:
    shown = office.good("seal", "show", SEAL)

    assert [item["kind"] for item in shown["life"]] == ["made", "enabled"]
    made = shown["life"][0]
    assert (made["operator"], made["approver"]) == (DEMO_KEEPER, DEMO_APPROVER)
    assert made["decision_no"]
    assert (shown["state"], shown["origin"]) == ("enabled", "made")


@pytest.mark.parametrize(
    ("code", "options", "name", "proportion"),
    [
        ("340200oval01", ["--shape", "oval", "--line", "合同专用章"], "合同专用章", 45 / 30),
        ("340200square", ["--shape", "square", "--person", "周样松"], "周样松人名章", 1),
        ("340200white1", ["--shape", "square-white", "--person", "李禾"], "李禾人名章", 1),
        ("340200line01", ["--shape", "line", "--line", "与原件一致"], "与原件一致条形章", 50 / 14),
    ],
)
def test_every_shape_is_made_and_shown(
    office: Office, code: str, options: list[str], name: str, proportion: float
) -> None:
    picture, big = (office.home.parent / f"{code}-{kind}.png" for kind in ("picture", "big"))
    made = office.good("seal", "make", "--code", code, *options)
    office.good("seal", "show", code, "--out", picture)
    office.good("seal", "render", code, "--out", big)

    assert name in made["name"]
    assert "样本" in made["name"]
    width, height = opened_picture(picture.read_bytes()).size
    assert width / height == pytest.approx(proportion, rel=0.02)
    assert opened_picture(big.read_bytes()).width == 600


def test_a_seal_is_drawn_for_a_look_without_being_made(office: Office, tmp_path: Path) -> None:
    before = office.good("seal", "list")
    office.good(
        *("seal", "render", "--owner", "样例机关", "--line", "公文专用章"),
        *("--out", tmp_path / "trial.svg"),
    )

    assert (tmp_path / "trial.svg").read_text("utf-8").startswith("<svg")
    assert office.good("seal", "list") == before
    assert office.run("seal", "render", "99999999", "--out", tmp_path / "x.png").code == USAGE


@pytest.mark.parametrize(
    "options",
    [
        ["--shape", "square"],
        ["--shape", "line"],
        ["--shape", "square", "--person", "一二三四五"],
        ["--line", "很" * 17],
        ["--operator", "陈样竹", "--approver", "陈样竹"],
        ["--operator", "陈样竹", "--approver", "陈 样竹"],
    ],
)
def test_a_seal_that_cannot_be_made_leaves_nothing(office: Office, options: list[str]) -> None:
    done = office.run("seal", "make", "--code", "340200nothing", *options)

    assert (done.code, done.out) == (USAGE, "")
    assert not (office.home / "seals" / "340200nothing").exists()
    assert "340200nothing" not in {item["code"] for item in office.good("seal", "list")}


# Its life ----------------------------------------------------------------------------------------


def test_a_suspended_seal_issues_nothing_until_it_is_resumed(office: Office) -> None:
    office.good("seal", "suspend", SEAL, "--reason", "印章遗失", "--operator", "S009")

    refused = office.issue(0)
    assert (refused.code, refused.out) == (USAGE, "")
    assert refused.err.startswith("yinxin: 印章不能使用")
    assert "印章遗失" in refused.err
    assert office.good("license", "list") == []
    status = office.run("seal", "status", SEAL)
    assert (status.code, status.json["state"], status.json["reason"]) == (
        FAILED,
        "suspended",
        "印章遗失",
    )

    office.good("seal", "resume", SEAL)
    issued = office.issue(0)
    assert issued.code == OK, issued.err
    uses = office.good("seal", "uses", SEAL)
    # One on the PDF face and one on the OFD face.
    assert [(use["license"], use["operator"]) for use in uses] == [
        (issued.json["identifier"], DEMO_USER)
    ] * 2
    assert len({use["digest"] for use in uses}) == 2
    named = office.issue(1, "--operator", "工号1024")
    assert office.good("seal", "uses", SEAL, "--limit", 1)[0] | {"at": ""} == {
        "at": "",
        "number": 4,
        "operator": "工号1024",
        "purpose": "签发食品经营许可证",
        "license": named.json["identifier"],
        "digest": office.good("seal", "uses", SEAL)[0]["digest"],
        "digest_of": "to_be_signed",
    }


def test_status_is_told_of_any_time_as_known_at_any(office: Office) -> None:
    code = "340200status1"
    office.good("seal", "make", "--code", code)
    made = office.good("seal", "show", code)["life"][0]["effective_at"]
    office.good("seal", "revoke", code, "--effective", made, "--decision-no", "9号")
    before = (datetime.fromisoformat(made) - timedelta(days=1)).isoformat()
    recorded = office.good("seal", "show", code)["life"][-1]["recorded_at"]
    earlier = (datetime.fromisoformat(recorded) - timedelta(microseconds=1)).isoformat()

    now = office.run("seal", "status", code)
    assert (now.code, now.json["state"], now.json["decision_no"]) == (FAILED, "revoked", "9号")
    at = office.run("seal", "status", code, "--at", made, "--known", earlier)
    assert (at.code, at.json["state"]) == (OK, "enabled")
    never = office.run("seal", "status", code, "--at", before)
    assert (never.code, never.json["state"]) == (INDETERMINATE, None)
    assert office.run("seal", "status", "99999999").code == USAGE
    ahead = (NOW + timedelta(days=1)).isoformat()
    assert office.run("seal", "status", code, "--at", ahead).code == USAGE


def test_the_end_of_a_seal_is_the_end(office: Office, tmp_path: Path) -> None:
    code = "340200ending1"
    office.good("seal", "make", "--code", code)
    approval = tmp_path / "批文.pdf"
    approval.write_bytes(b"%PDF")
    office.good("seal", "revoke", code, "--approval", approval, "--approver", "吴样柏")
    shown = office.good("seal", "show", code)["life"][-1]
    assert (shown["approver"], len(shown["approval_digest"])) == ("吴样柏", 64)

    for command in ("enable", "resume", "suspend", "revoke"):
        done = office.run("seal", command, code)
        assert (done.code, "已注销" in done.err) == (USAGE, True)
    office.good("seal", "destroy", code)
    assert office.run("seal", "destroy", code).code == USAGE


def test_in_production_people_are_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "340200named01"
    office.good("seal", "make", "--code", code)
    monkeypatch.setenv("YINXIN_ENVIRONMENT", "production")

    nobody = office.run("seal", "revoke", code)
    assert nobody.code == USAGE
    for option in ("--operator", "--approver", "--decision-no", "--reason"):
        assert option in nobody.err
    alone = office.run(
        *("seal", "revoke", code, "--operator", "甲", "--approver", "甲"),
        *("--decision-no", "1号", "--reason", "更名"),
    )
    assert (alone.code, "经办人" in alone.err) == (USAGE, True)
    unnamed = office.issue(2)
    assert (unnamed.code, "--operator" in unnamed.err) == (USAGE, True)
    assert office.good("seal", "show", code)["state"] == "enabled"


# Made outside ------------------------------------------------------------------------------------


def outside_authority() -> tuple[CertificateAuthority, CertifiedSigner]:
    """A seal-making authority of its own, elsewhere."""
    long = Validity(not_before=NOW - timedelta(days=100), not_after=NOW + timedelta(days=1000))
    root = CertificateAuthority.self_signed(
        DistinguishedName(common_name="省电子印章根"), signer=world.MemorySigner("r"), validity=long
    )
    name = DistinguishedName(common_name="省电子印章制作中心")
    return root, world.certified(root, Role.SEAL_MAKER, name=name, validity=long)


def outside_seal(user: Certificate, maker: CertifiedSigner, **changes: object) -> Seal:
    picture = seal_picture(draw_round_seal("外制样例机关", line="审批专用章", specimen=True))
    description = SealDescription(
        kind=SealKind.UNIT,
        code="34020012345678",
        name="外制专用章",
        signers=(user,),
        created_at=NOW - timedelta(days=10),
        valid_from=NOW - timedelta(days=10),
        valid_to=NOW + timedelta(days=365),
        picture=SealPicture(kind="PNG", image=picture, width_mm=42, height_mm=42),
    )
    return make_seal(replace(description, **changes), maker=maker)  # type: ignore[arg-type]


def written(folder: Path, seal: Seal, *chain: Certificate) -> list[object]:
    """The arguments that import a seal."""
    (folder / "seal.esl").write_bytes(seal.encoded)
    (folder / "chain.pem").write_text("".join(item.to_pem() for item in chain), "ascii")
    more = ["--chain", folder / "chain.pem"] if chain else []
    return ["seal", "import", "--seal", folder / "seal.esl", *more]


def outcomes(done: Done) -> dict[str, str]:
    return {item["check"]: item["outcome"] for item in done.json["findings"]}


def test_a_seal_from_outside_is_imported_looked_at_enabled_and_used(
    office: Office, tmp_path: Path
) -> None:
    root, maker = outside_authority()
    seal = outside_seal(office.certificate, maker)
    arguments = written(tmp_path, seal, root.certificate)

    done = office.run(*arguments, "--preview", tmp_path / "preview.png")
    assert done.code == OK, done.err
    assert outcomes(done) == {
        "seal.genuine": "ok",
        "seal.user": "ok",
        "seal.validity": "ok",
        "maker.path": "ok",
        "maker.revocation": "unknown",
    }
    preview = opened_picture((tmp_path / "preview.png").read_bytes()).convert("RGB")
    assert preview.getpixel((300, 300)) == pytest.approx((0xD7, 0, 0x0F), abs=40)
    shown = office.good("seal", "show", "34020012345678")
    assert (shown["state"], shown["origin"], shown["maker"]) == (
        "made",
        "imported",
        "省电子印章制作中心",
    )
    again = office.run(*arguments)
    assert (again.code, "已登记" in again.err) == (USAGE, True)

    first = office.issue(3)
    office.good("seal", "enable", "34020012345678")
    second = office.issue(4)
    assert second.code == OK, second.err
    uses = office.good("seal", "uses", "34020012345678")
    assert [use["license"] for use in uses] == [second.json["identifier"]] * 2
    assert first.json["identifier"] not in str(uses)


def test_a_license_sealed_with_an_imported_seal_is_verified_through_its_maker(
    office: Office, tmp_path: Path
) -> None:
    root, maker = outside_authority()
    code = "34020012345679"
    office.good(
        *written(tmp_path, outside_seal(office.certificate, maker, code=code), root.certificate)
    )
    office.good("seal", "enable", code)
    revocations = tmp_path / "outside.crl"
    times = {"this_update": NOW - timedelta(hours=1), "next_update": NOW + timedelta(days=7)}
    stranger, _ = outside_authority()
    revocations.write_bytes(stranger.revocation_list({}, number=1, **times).encoded)
    assert office.run("certificate", "import-crl", revocations).code == USAGE
    revocations.write_bytes(root.revocation_list({}, number=1, **times).encoded)
    office.good("certificate", "import-crl", revocations)

    office.trust_itself(tmp_path / "entry.json")
    identifier = office.issue(5).json["identifier"]
    (pdf, *_) = office.good("license", "export", identifier, "--out", tmp_path)
    report = office.run("verify", pdf)

    assert report.json["conclusion"] == "passed", report.json["zh"]
    assert report.code == OK
    entry = json.loads((tmp_path / "entry.json").read_text("utf-8"))
    anchors = [item["certificate"] for item in entry["anchors"]]
    assert b64encode(root.certificate.encoded).decode() in anchors


def test_a_face_can_hold_its_seal_signature_alone(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINXIN_FACE_PROFILE", "gm")
    identifier = office.issue(6).json["identifier"]
    (pdf, *_) = office.good("license", "export", identifier, "--out", tmp_path)

    report = office.run("verify", pdf)

    assert b"/SubFilter/GM.sm2seal" in Path(pdf).read_bytes()
    (seal,) = report.json["signatures"]
    assert (seal["kind"], seal["intact"], seal["covers"]) == ("seal", True, "all")
    assert report.json["license"]["identifier"] == identifier
    found = {item["check"]: item["outcome"] for item in report.json["findings"]}
    assert (found["file.strict"], found["record.signature"]) == ("ok", "ok")


def test_a_maker_nobody_vouches_for_is_told(office: Office, tmp_path: Path) -> None:
    _, maker = outside_authority()
    seal = outside_seal(office.certificate, maker, code="34020012340001")

    done = office.run(*written(tmp_path, seal))

    assert done.code == OK
    assert outcomes(done)["maker.path"] == "bad"
    assert office.good("seal", "show", "34020012340001")["state"] == "made"


@pytest.mark.parametrize("kind", ["forged", "stranger", "ended"])
def test_a_seal_that_must_not_be_used_is_not_imported(
    office: Office, tmp_path: Path, kind: str
) -> None:
    root, maker = outside_authority()
    own, code = office.certificate, "34020012349999"
    seal = {
        "forged": lambda: outside_seal(own, maker, code=code, name="专用章一"),
        "stranger": lambda: outside_seal(
            world.region("610300").seal_signer.certificate, maker, code=code
        ),
        "ended": lambda: outside_seal(own, maker, code=code, valid_to=NOW - timedelta(days=1)),
    }[kind]()
    arguments = written(tmp_path, seal, root.certificate)
    if kind == "forged":
        changed = seal.encoded.replace("专用章一".encode(), "专用章二".encode())
        (tmp_path / "seal.esl").write_bytes(changed)

    done = office.run(*arguments)

    check = {"forged": "seal.genuine", "stranger": "seal.user", "ended": "seal.validity"}[kind]
    assert (done.code, done.json["imported"]) == (FAILED, False)
    assert outcomes(done)[check] == "bad"
    assert not (office.home / "seals" / code).exists()
    assert office.run("seal", "show", code).code == USAGE


def test_a_registered_imprint_stands_for_a_picture_of_another_kind(
    office: Office, tmp_path: Path
) -> None:
    root, maker = outside_authority()
    held = SealPicture(kind="ofd", image=b"PK\x03\x04", width_mm=42, height_mm=42)
    seal = outside_seal(office.certificate, maker, code="34020012340002", picture=held)
    arguments = written(tmp_path, seal, root.certificate)

    without = office.run(*arguments)
    assert (without.code, "--picture" in without.err) == (USAGE, True)
    assert office.run("seal", "show", "34020012340002").code == USAGE
    imprint = tmp_path / "imprint.png"
    imprint.write_bytes(seal_picture(draw_round_seal("登记印模机关")))
    office.good(*arguments, "--picture", imprint)
    assert office.good("seal", "show", "34020012340002")["state"] == "made"
    blank = io.BytesIO()
    Image.new("RGB", (50, 50), "white").save(blank, "PNG")
    imprint.write_bytes(blank.getvalue())
    assert office.run(*arguments, "--picture", imprint).code == USAGE


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"\x30\x84" + b"\xff" * 40, b"0" * 70_000])
def test_what_is_no_seal_is_refused(office: Office, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.esl").write_bytes(content)

    done = office.run("seal", "import", "--seal", tmp_path / "x.esl")

    assert (done.code, done.out) == (USAGE, "")


def test_a_sealing_certificate_is_imported_in_der(office: Office, tmp_path: Path) -> None:
    der = tmp_path / "seal.cer"
    der.write_bytes(office.certificate.encoded)

    assert office.good("certificate", "import", der, "--role", "seal")["label"] == "seal"
    der.write_bytes(world.region("610300").seal_signer.certificate.encoded)
    assert office.run("certificate", "import", der, "--role", "seal").code == USAGE


# Succession --------------------------------------------------------------------------------------


def test_a_former_authority_stands_in_the_region_s_entry_with_its_end(
    office: Office, tmp_path: Path
) -> None:
    name, unified = world.ISSUERS[WUHU.value]
    record = (
        *("seal", "succession", "record", "--former-code", unified, "--successor-code", unified),
        *("--former-name", "芜湖市食品药品监督管理局", "--successor-name", name),
        *("--effective", "2025-01-01", "--decision-no", "芜编〔2025〕1号"),
    )
    office.good(*record)

    assert [item["former_name"] for item in office.good("seal", "succession", "list")] == [
        "芜湖市食品药品监督管理局"
    ]
    entry = tmp_path / "entry.json"
    office.good("trust", "export", "--out", entry)
    former, present = json.loads(entry.read_text("utf-8"))["issuers"]
    assert (former["name"], former["succeeded_by"]) == ("芜湖市食品药品监督管理局", unified)
    assert former["valid_to"] == present["valid_from"] == "2024-12-31T16:00:00+00:00"
    assert "valid_to" not in present
    same = office.run(*record, "--operator", "甲", "--approver", "甲")
    assert same.code == USAGE
