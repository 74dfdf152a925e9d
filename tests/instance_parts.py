"""Parts of instances in tests: a clock that moves, trust, and post between the regions."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import MappingProxyType
from urllib.parse import urlencode

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.sealed_page_worker import answer
from api.sealed_pages import read_answer
from certs.access import AccessGrant, CallerRole, new_token, token_digest
from certs.errors import FaceError
from certs.faces.pages import page_text
from certs.faces.sealed_pages import SealedPage
from certs.holder_codes import HolderCode, HolderCodeType
from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from certs.type_folders import shipped_types
from signing import sm2
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner
from storage.unit_of_work import SqlUnitOfWork
from tests import world
from verify.acceptance.records import PersonRole
from verify.entitled_issuers import EntitledIssuer
from verify.ledger.asking import WitnessAnswer
from verify.matters.files import shipped_matters
from verify.trust_lists import (
    Anchor,
    TrustedRegion,
    TrustList,
    sign_trust_list,
)

WUHU, BAOJI = "340200", "610300"
NAMES = {WUHU: "芜湖市", BAOJI: "宝鸡市"}


@cache
def receipt_signer_of(code: str) -> CertifiedSigner:
    """The key of a region for receipts."""
    name, unified = world.ISSUERS[code]
    owner = DistinguishedName(common_name=name, organization=name, organization_code=unified)
    return world.certified(world.region(code).authority, Role.RECEIPT, name=owner)


@dataclass
class MovingClock:
    """A clock that a test moves."""

    instant: datetime = world.NOON + timedelta(minutes=5)

    def now(self) -> datetime:
        return self.instant

    def advance(self, by: timedelta) -> None:
        self.instant += by


@dataclass(frozen=True)
class PairDecryptor:
    """Opens with a key that only the test holds."""

    pair: sm2.PrivateKey

    def decrypt(self, ciphertext: bytes) -> bytes:
        return sm2.decrypt(ciphertext, key=self.pair)


class InProcessReader:
    """Reads pages in the test's own process."""

    def page_text(self, pdf: bytes) -> str | None:
        try:
            return page_text(pdf)
        except FaceError:
            return None


class InProcessViewer:
    """Draws pages in the test's own process, and hands them on as the other process would."""

    def view(self, document: bytes) -> SealedPage | None:
        found = answer(document)
        return None if found is None else read_answer(found)


@dataclass
class FixedTrust:
    """A trust list that a test puts in."""

    data: bytes | None = None

    def current(self) -> TrustList | None:
        return None if self.data is None else self.accept(self.data)

    def current_bytes(self) -> bytes | None:
        return self.data

    def accept(self, data: bytes) -> TrustList:
        return TrustList.parse(data, root=world.root().certificate)


@dataclass
class Post:
    """Carries questions to the other instances, by address; silent ones do not answer."""

    clients: dict[str, TestClient] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def ask_status(
        self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
    ) -> bytes | None:
        query = {"nonce": nonce} | ({"at": at.isoformat()} if at is not None else {})
        path = f"/api/v1/licenses/{identifier}/status?{urlencode(query)}"
        return self._get(service_url, path)

    def status_list(
        self, service_url: str, number: int, at: datetime | None = None
    ) -> bytes | None:
        query = urlencode({"at": at.isoformat()} if at is not None else {})
        return self._get(service_url, f"/api/v1/status-lists/{number}?{query}")

    def add_checkpoint(self, service_url: str, body: str) -> WitnessAnswer | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].post(
            "/api/v1/ledger/add-checkpoint",
            content=body.encode(),
            headers={"Content-Type": "text/plain; charset=utf-8"},
        )
        return WitnessAnswer(status=answer.status_code, body=answer.text)

    def ledger_proof(self, service_url: str, identifier: str) -> bytes | None:
        return self._get(service_url, f"/api/v1/licenses/{identifier}/proof")

    def certificates(self, service_url: str) -> tuple[bytes, ...]:
        answer = self._get(service_url, "/api/v1/certificates")
        if answer is None:
            return ()
        return tuple(base64.b64decode(item) for item in json.loads(answer)["certificates"])

    def ask_seal_status(
        self, service_url: str, code: str, *, at: datetime, nonce: str
    ) -> bytes | None:
        query = urlencode({"at": at.isoformat(), "nonce": nonce})
        return self._get(service_url, f"/api/v1/seals/{code}/status?{query}")

    def seal_standings(self, service_url: str) -> bytes | None:
        return self._get(service_url, "/api/v1/seal-standings")

    def revocation_lists(self, service_url: str) -> tuple[bytes, ...]:
        code = service_url.removeprefix("http://").partition(".")[0]
        return revocations(code) if service_url not in self.silent else ()

    def share(self, service_url: str, query: bytes) -> bytes | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].post("/api/v1/share/licenses", content=query)
        return answer.content if answer.status_code == 200 else None

    def letter(self, service_url: str, path: str, letter: bytes, *, max_bytes: int) -> bytes | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].post(path, content=letter)
        is_good = answer.status_code == 200 and len(answer.content) <= max_bytes
        return answer.content if is_good else None

    def registers(self, service_url: str) -> frozenset[str]:
        answer = self._get(service_url, "/api/v1/share/registers")
        found = json.loads(answer)["registers"] if answer is not None else []
        return frozenset(item["code"] for item in found)

    def transfer_case(self, service_url: str, transfer: bytes) -> bytes | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].post("/api/v1/share/cases", content=transfer)
        return answer.content if answer.status_code == 200 else None

    def return_outcome(self, service_url: str, outcome: bytes) -> bytes | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].post("/api/v1/share/case-outcomes", content=outcome)
        return answer.content if answer.status_code == 200 else None

    def _get(self, service_url: str, path: str) -> bytes | None:
        if service_url in self.silent:
            return None
        answer = self.clients[service_url].get(path)
        return answer.content if answer.status_code == 200 else None


def url_of(code: str) -> str:
    return f"http://{code}.test"


def revocations(code: str) -> tuple[bytes, ...]:
    """Revocation lists of the root and of a region's authority, fresh at noon."""
    times = {"this_update": world.NOON, "next_update": world.NOON + timedelta(days=7)}
    return tuple(
        authority.revocation_list({}, number=1, **times).encoded
        for authority in (world.root(), world.region(code).authority)
    )


def trust_list(*codes: str, version: int = 1, expires_at: datetime | None = None) -> bytes:
    """A list of regions, signed below the world's root."""
    signer = world.certified(
        world.root(), Role.TRUST_LIST, name=DistinguishedName(common_name="Test trust list")
    )
    return sign_trust_list(
        tuple(_trusted(code) for code in codes),
        version=version,
        issued_at=world.NOON,
        expires_at=expires_at or world.NOON + timedelta(days=30),
        signer=signer,
    )


def _trusted(code: str) -> TrustedRegion:
    issuer, unified = world.ISSUERS[code]
    region = world.region(code)
    return TrustedRegion(
        code=RegionCode(code),
        name=NAMES[code],
        anchors=(
            Anchor(certificate=region.authority.certificate, valid_from=world.LONG.not_before),
        ),
        issuers=(
            EntitledIssuer(
                code=SocialCreditCode(unified),
                name=issuer,
                types=frozenset(item.code for item in shipped_types()),
            ),
        ),
        service_url=url_of(code),
        service=region.service.certificate,
        ledger=(region.ledger.certificate,),
    )


def holder_of(row: Mapping[str, str]) -> HolderCode:
    return HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=row["credit_code"])


def body_of(row: Mapping[str, str]) -> dict[str, object]:
    """The request body for a sample row."""
    apart = {"operator", "credit_code", "valid_from", "valid_to"}
    return {
        "type": "food_business",
        "holder": {"code_type": "001", "code": row["credit_code"], "name": row["operator"]},
        "fields": {name: value for name, value in row.items() if name not in apart},
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


SITUATION = {
    "stage": "licensed",
    "premises": "rented",
    "venue": "other",
    "drainage": "building",
    "sign": "no",
}
"""Answers to the questions of 开办餐饮店."""

OPERATOR = {"code_type": "111", "code": "340202199003070024", "name": "吕样溪"}
PARTIES = {"operator": OPERATOR}
"""Who is named beside the enterprise that opens a restaurant."""

PARTY_OPTION = ("--party", "operator={code},{name}".format_map(OPERATOR))
"""The same on the command line."""


def case_of(row: Mapping[str, str]) -> dict[str, object]:
    return {
        "matter": "open-restaurant",
        "applicant": {"code_type": "001", "code": row["credit_code"], "name": row["operator"]},
        "situation": SITUATION,
        "parties": PARTIES,
    }


_STAFF: Mapping[str, tuple[str, CallerRole]] = MappingProxyType(
    {
        "issuer": ("I001", CallerRole.ISSUER),
        "window": ("W001", CallerRole.WINDOW),
        "approver": ("W002", CallerRole.WINDOW),
        "archivist": ("A001", CallerRole.ARCHIVIST),
        "supervisor": ("S001", CallerRole.SUPERVISOR),
        "auditor": ("U001", CallerRole.AUDITOR),
        "system_admin": ("Y001", CallerRole.SYSTEM_ADMIN),
        "security_admin": ("X001", CallerRole.SECURITY_ADMIN),
    }
)


def people(engine: Engine) -> dict[str, str]:
    """One person for each role of staff, and an approver who has no token."""
    tokens = {name: new_token() for name in _STAFF}
    with SqlUnitOfWork(engine) as work:
        for matter in shipped_matters().matters:
            work.cases.publish(matter)
        work.cases.publish_reasons()
        work.cases.grant_role("W001", PersonRole.ACCEPTANCE)
        work.cases.grant_role("W002", PersonRole.ACCEPTANCE_APPROVER)
        for name, (person, role) in _STAFF.items():
            work.access.add(token_digest(tokens[name]), AccessGrant(person=person, role=role))
        work.commit()
    return tokens
