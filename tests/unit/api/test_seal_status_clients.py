"""Questions about seals to other regions and to an outside service."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest

from api.clients.local import LocalFirstClient
from api.clients.seal_status import OutsideSealStatus
from certs.errors import SealRecordError
from certs.seals.lifecycle import answer_seal_status
from certs.seals.status_answers import Standing
from signing.signer import CertifiedSigner
from tests import world
from tests.doubles.issuing import FixedClock
from tests.doubles.register import MemoryDatabase
from tests.seal_lives import enable_seal, registered
from tests.unit.api.test_region_client import URL, constant

REGION = world.region("340200")
CODE = "34020000000001"
NONCE = "a" * 32
AT = world.NOON + timedelta(microseconds=5)
DIGEST = registered(REGION.seal, REGION.seal_signer.certificate).digest


def test_a_question_about_a_seal_names_the_time_and_passes_the_answer_on() -> None:
    service = constant(content=b"\x00whatever")
    with service.client() as client:
        assert client.ask_seal_status(URL, CODE, at=AT, nonce=NONCE) == b"\x00whatever"

    (request,) = service.asked
    assert request.url.path == f"/api/v1/seals/{CODE}/status"
    query = parse_qs(request.url.query.decode())
    assert (query["nonce"], datetime.fromisoformat(query["at"][0])) == ([NONCE], AT)


def test_a_code_cannot_lead_elsewhere_and_a_problem_is_silence() -> None:
    service = constant(404, b"{}")
    with service.client() as client:
        assert client.ask_seal_status(URL, "../x?y", at=AT, nonce=NONCE) is None

    assert service.asked[0].url.raw_path.startswith(b"/api/v1/seals/..%2Fx%3Fy/status?")


def _refusing(code: str, *, at: datetime, nonce: str) -> bytes:
    raise SealRecordError(f"{code} {at} {nonce}")


def test_an_instance_answers_about_its_own_seals_without_the_network() -> None:
    service = constant(content=b"from elsewhere")
    with service.client() as others:
        own = LocalFirstClient(
            own_url=URL,
            own_status=lambda _identifier, _nonce: b"",
            own_lists=tuple,
            own_seal_status=lambda code, *, at, nonce: f"{code} {at} {nonce}".encode(),
            others=others,
        )
        assert own.ask_seal_status(URL, CODE, at=AT, nonce=NONCE) == f"{CODE} {AT} {NONCE}".encode()
        assert service.asked == []
        elsewhere = own.ask_seal_status("http://baoji.test", CODE, at=AT, nonce=NONCE)
        assert elsewhere == b"from elsewhere"
        refusing = LocalFirstClient(
            own_url=URL,
            own_status=lambda _identifier, _nonce: b"",
            own_lists=tuple,
            own_seal_status=_refusing,
            others=others,
        )
        assert refusing.ask_seal_status(URL, CODE, at=AT, nonce=NONCE) is None


class Keeper:
    """An outside service in memory, or a silent one."""

    def __init__(self, signer: CertifiedSigner | None) -> None:
        self._signer = signer
        self._database = MemoryDatabase()
        enable_seal(REGION, self._database.unit_of_work)

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        assert service_url == URL
        if self._signer is None:
            return None
        return answer_seal_status(
            code,
            at=at,
            nonce=nonce,
            region="outside",
            unit_of_work=self._database.unit_of_work,
            clock=FixedClock(),
            signer=self._signer,
        )


def outside(signer: CertifiedSigner | None) -> OutsideSealStatus:
    return OutsideSealStatus(
        service_url=URL, anchors=(REGION.authority.certificate,), source=Keeper(signer)
    )


def test_an_outside_service_is_believed_below_its_anchor_only() -> None:
    found = outside(REGION.status_signer).standing(
        CODE, seal_digest=DIGEST, at=world.NOON, now=world.NOON
    )

    assert (found.standing, found.answered_by) == (Standing.GOOD, "status")


@pytest.mark.parametrize(
    ("signer", "problem"),
    [
        (None, "silent"),
        (world.region("610300").status_signer, "not-trusted"),
        (REGION.record_signer, "not-trusted"),
    ],
    ids=["silent", "another authority", "another role"],
)
def test_whoever_is_not_to_be_believed_leaves_the_standing_unknown(
    signer: CertifiedSigner | None, problem: str
) -> None:
    found = outside(signer).standing(CODE, seal_digest=DIGEST, at=world.NOON, now=world.NOON)

    assert (found.standing, found.problem, found.state) == (Standing.UNKNOWN, problem, None)
