"""A seal that was made outside is offered on a page by one person, and agreed to by another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import create_app
from api.composition import open_services
from api.seal_folder import SealFolder
from api.seal_taking import SealOffer, keep_files, look_at
from api.services import Services
from certs.access import AccessGrant, CallerRole
from certs.faces.pictures import seal_picture
from certs.faces.seal_drawing import draw_round_seal
from signing.certificates import Certificate
from signing.seals import Seal, SealPicture
from tests import world
from tests.unit.api.test_pages import csrf_of
from tests.unit.api.test_seal_commands import (
    NOW,
    Office,
    office,
    outside_authority,
    outside_seal,
)

__all__ = ["office"]
HERE = "/issue/seals/offers"
SAID = {"decision_no": "样印〔2026〕7号", "reason": "机构新设专用章"}


@dataclass
class Desk:
    """The pages of an instance that has a folder of seals."""

    office: Office
    services: Services
    client: TestClient

    def enter(self, person: str, role: CallerRole) -> dict[str, str]:
        """Sign in, and return the secret of the forms."""
        self.client.cookies.clear()
        grant = AccessGrant(
            person=person,
            role=role,
            expires_at=self.services.clock.now() + timedelta(days=1),
        )
        token = self.services.people.give_token(grant, is_approver=False)
        answer = self.client.post("/session", data={"token": token}, follow_redirects=False)
        assert answer.status_code == 303
        return {"csrf": csrf_of(self.client.get("/session").text)}

    def offer(
        self, seal: bytes, *chain: Certificate, picture: bytes = b"", person: str = "K001"
    ) -> Response:
        form = self.enter(person, CallerRole.SEAL_KEEPER) | SAID
        files = {"seal": ("seal.esl", seal)}
        if chain:
            pem = "".join(item.to_pem() for item in chain).encode()
            files["chain"] = ("chain.pem", pem)
        if picture:
            files["picture"] = ("imprint.png", picture)
        return self.client.post(HERE, data=form, files=files, follow_redirects=False)

    def offered(self, code: str) -> tuple[str, Seal]:
        root, maker = outside_authority()
        seal = outside_seal(self.office.certificate, maker, code=code)
        answer = self.offer(seal.encoded, root.certificate)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rpartition("/")[2], seal

    def end(self, proposal: str, outcome: str, person: str = "A001") -> Response:
        form = self.enter(person, CallerRole.SEAL_APPROVER)
        return self.client.post(
            f"/issue/proposals/{proposal}/{outcome}", data=form, follow_redirects=False
        )

    def is_registered(self, code: str) -> bool:
        with self.services.unit_of_work() as work:
            return work.seals.find(code) is not None


@pytest.fixture(scope="module")
def desk(office: Office) -> Iterator[Desk]:
    with open_services(office.home) as services, TestClient(create_app(services)) as client:
        yield Desk(office, services, client)


def test_a_second_person_agrees_and_the_seal_is_registered_with_both(desk: Desk) -> None:
    code = "34020055000001"
    proposal, seal = desk.offered(code)
    seen = desk.client.get(f"{HERE}/{proposal}").text
    picture = desk.client.get(f"{HERE}/{proposal}/picture")
    before = desk.is_registered(code)

    confirmed = desk.end(proposal, "confirmed")

    assert "印章列有本实例的用印证书" in seen
    assert "没有制章单位证书的吊销信息" in seen
    assert picture.headers["content-type"] == "image/png"
    assert not before
    assert confirmed.status_code == 303, confirmed.text
    shown = desk.office.good("seal", "show", code)
    made = shown["life"][0]
    assert (shown["state"], shown["origin"]) == ("made", "imported")
    assert (made["operator"], made["approver"], made["decision_no"]) == (
        "K001",
        "A001",
        SAID["decision_no"],
    )
    kept = SealFolder(desk.office.home / "seals").find(code)
    assert kept is not None
    assert kept.seal.encoded == seal.encoded
    form = desk.enter("K001", CallerRole.SEAL_KEEPER)
    enabled = desk.client.post(f"/issue/seals/{code}", data=form | SAID | {"move": "enabled"})
    assert enabled.status_code == 200, enabled.text
    assert desk.office.good("seal", "show", code)["state"] == "enabled"


def test_whoever_offers_cannot_agree(desk: Desk) -> None:
    code = "34020055000002"
    proposal, _ = desk.offered(code)
    refused = desk.end(proposal, "confirmed", person="K001")

    assert refused.status_code in {403, 409, 422}
    assert not desk.is_registered(code)
    assert not (desk.office.home / "seals" / code).exists()


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
def test_what_is_not_agreed_to_leaves_nothing(desk: Desk, outcome: str) -> None:
    code = {"rejected": "34020055000003", "withdrawn": "34020055000004"}[outcome]
    proposal, _ = desk.offered(code)
    if outcome == "withdrawn":
        form = desk.enter("K001", CallerRole.SEAL_KEEPER)
        ended = desk.client.post(
            f"/issue/proposals/{proposal}/{outcome}", data=form, follow_redirects=False
        )
    else:
        ended = desk.end(proposal, outcome)

    assert ended.status_code == 303, ended.text
    assert not desk.is_registered(code)
    assert not (desk.office.home / "seals" / code).exists()


@pytest.mark.parametrize("kind", ["forged", "stranger", "ended", "rubbish", "empty", "large"])
def test_what_must_not_be_taken_over_is_refused_and_said(desk: Desk, kind: str) -> None:
    root, maker = outside_authority()
    own, code = desk.office.certificate, "34020055000009"
    forged = outside_seal(own, maker, code=code, name="专用章一").encoded
    sent, said = {
        "forged": (forged.replace("专用章一".encode(), "专用章二".encode()), "签名无效"),
        "stranger": (
            outside_seal(world.region("610300").seal_signer.certificate, maker, code=code).encoded,
            "未列本实例",
        ),
        "ended": (
            outside_seal(own, maker, code=code, valid_to=NOW - timedelta(days=1)).encoded,
            "已过有效期",
        ),
        "rubbish": (b"\x30\x03\x02\x01\x01", "不是电子印章"),
        "empty": (b"", "不是电子印章"),
        "large": (b"\x30" * 100_000, "过大"),
    }[kind]

    answer = desk.offer(sent, root.certificate)

    assert answer.status_code == 422, answer.text
    assert said in answer.text
    with desk.services.unit_of_work() as work:
        assert code not in {item.subject for item in work.proposals.waiting(100)}


def test_a_seal_is_offered_once_and_registered_once(desk: Desk) -> None:
    code = "34020055000005"
    proposal, seal = desk.offered(code)
    twice = desk.offer(seal.encoded)
    desk.end(proposal, "confirmed")
    again = desk.offer(seal.encoded)

    assert (twice.status_code, again.status_code) == (409, 409)
    assert "已登记" in again.text


def test_files_of_a_registration_that_was_cut_off_stand_in_nobodys_way(desk: Desk) -> None:
    code = "34020055000008"
    root, maker = outside_authority()
    seal = outside_seal(desk.office.certificate, maker, code=code)
    other = outside_seal(desk.office.certificate, maker, code=code, name="另一枚章")
    offer = SealOffer(seal=seal.encoded, chain=root.certificate.to_pem().encode())
    keep_files(look_at(offer, desk.services), desk.services)

    refused = desk.offer(other.encoded, root.certificate)
    taken = desk.offer(seal.encoded, root.certificate)

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "已存在" in refused.text


def test_a_picture_that_cannot_be_drawn_is_asked_for(desk: Desk) -> None:
    root, maker = outside_authority()
    held = SealPicture(kind="ofd", image=b"PK\x03\x04", width_mm=42, height_mm=42)
    seal = outside_seal(desk.office.certificate, maker, code="34020055000006", picture=held)

    without = desk.offer(seal.encoded, root.certificate)
    wrong = desk.offer(seal.encoded, root.certificate, picture=b"no picture")
    imprint = seal_picture(draw_round_seal("登记印模机关"))
    with_one = desk.offer(seal.encoded, root.certificate, picture=imprint)

    assert "请同时上传登记印模" in without.text
    assert "印模不能读取" in wrong.text
    assert with_one.status_code == 303


@pytest.mark.parametrize(
    "role", [CallerRole.MAKER, CallerRole.CHECKER, CallerRole.WINDOW, CallerRole.SEAL_APPROVER]
)
def test_nobody_but_a_keeper_offers(desk: Desk, role: CallerRole) -> None:
    form = desk.enter(f"P-{role}", role) | SAID
    root, maker = outside_authority()
    seal = outside_seal(desk.office.certificate, maker, code="34020055000007")
    del root

    answer = desk.client.post(HERE, data=form, files={"seal": ("seal.esl", seal.encoded)})

    assert answer.status_code == 403
    assert not desk.is_registered("34020055000007")


def test_what_is_left_out_is_asked_for_and_nothing_is_kept(desk: Desk) -> None:
    form = desk.enter("K001", CallerRole.SEAL_KEEPER)
    answer = desk.client.post(HERE, data=form, files={"seal": ("seal.esl", b"x")})
    assert answer.status_code == 422
    assert "请填写批准文号和事由" in answer.text
