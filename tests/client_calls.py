"""Systems that call an instance: registered, with keys that only the test holds."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from httpx2 import Response

from api.client_office import Terms
from certs.access import CallerRole
from certs.clients import Client
from signing.certificates import encode_public_key, pem
from signing.client_requests import sign_client_request
from signing.request_forms import RequestHead
from tests.instances import Instance
from tests.world import MemorySigner

ADMIN = "X001"
YEAR = timedelta(days=365)
TYPE = "food_business"
MATTER = "open-restaurant"


def public_pem(signer: MemorySigner) -> str:
    """What is registered of a key."""
    return pem("PUBLIC KEY", encode_public_key(signer.public_key))


@dataclass(kw_only=True)
class System:
    """A system that signs what it asks of an instance."""

    instance: Instance
    name: str
    signer: MemorySigner = field(default_factory=lambda: MemorySigner("system"))

    def register(
        self,
        *,
        types: tuple[str, ...] = (),
        matters: tuple[str, ...] = (),
        role: CallerRole = CallerRole.ISSUER,
        person: str = "S900",
        lasting: timedelta = YEAR,
    ) -> Client:
        """Have it registered by the security administrator."""
        return self.instance.services.clients.register(
            self.name,
            person=person,
            role=role,
            terms=self.terms(types=types, matters=matters, lasting=lasting),
            by=ADMIN,
        )

    def terms(
        self, *, types: tuple[str, ...] = (), matters: tuple[str, ...] = (), lasting: timedelta
    ) -> Terms:
        return Terms(
            key=public_pem(self.signer),
            license_types=frozenset(types),
            matters=frozenset(matters),
            ends_at=self.now + lasting,
        )

    @property
    def now(self) -> datetime:
        return self.instance.services.clock.now()

    def signed(self, head: RequestHead, body: bytes, *, to: str = "") -> dict[str, str]:
        """The headers of a request, signed now."""
        return sign_client_request(
            head,
            body,
            client=self.name,
            to=to or self.instance.code,
            signer=self.signer,
            now=self.now,
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        json_body: object = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Ask something, signed."""
        body = b"" if json_body is None else json.dumps(json_body).encode()
        head = RequestHead(
            method=method,
            path=path,
            query=urlencode(query or {}),
            content_type="application/json" if body else "",
        )
        sent = self.signed(head, body) | (headers or {})
        if body:
            sent["Content-Type"] = head.content_type
        return self.instance.client.request(
            method, f"{path}?{head.query}" if head.query else path, content=body, headers=sent
        )

    def ask_token(self, *, grant_type: str = "client_credentials") -> Response:
        """Ask for a token by OAuth 2.0 client credentials."""
        form, kind = f"grant_type={grant_type}".encode(), "application/x-www-form-urlencoded"
        head = RequestHead(method="POST", path="/api/v1/token", content_type=kind)
        headers = self.signed(head, form) | {"Content-Type": kind}
        return self.instance.client.post(head.path, content=form, headers=headers)


def code_of(answer: Response) -> tuple[int, str]:
    """Status and code of a problem."""
    document: dict[str, Any] = answer.json()
    return answer.status_code, str(document.get("code", ""))
