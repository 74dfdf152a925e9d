"""A thin client for acceptance systems (受理系统) in Python: one file, nothing but httpx.

Copy it into your system; it imports nothing of ours. What is refused raises ``Refused`` with the
stable ``code`` of the problem (``ELICENSE_AVAILABLE``: an e-license serves, take that). It calls
with a token, signs each request with the system's own SM2 key by the program ``openssl``, or shows
the system's certificate in TLS.
"""

import base64
import hashlib
import json
import re
import secrets
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import httpx

_SECONDS: Final = 15.0
_EARLY_SECONDS: Final = 30
_OPENSSL: Final = "openssl"
_USER_ID: Final = "distid:1234567812345678"
_TYPED: Final = ' "content-type"'
_WINDOW_SECONDS: Final = 300
_EVENT_INPUT: Final = re.compile(
    r'yx=(?P<parameters>\("@method" "@path" "@query" "content-type" "content-digest"\)'
    r";created=(?P<created>[1-9][0-9]{9})"
    r';nonce="[0-9a-f]{32}";keyid="(?P<region>[0-9]{6})/[0-9a-f]{16}"'
    r';alg="sm2-sm3";tag="yinxin\.webhook/1";to="(?P<to>[0-9]{6})")'
)
_EVENT_VALUE: Final = re.compile(r"yx=:(?P<value>[A-Za-z0-9+/]{86}==):")
_SERVING: Final = MappingProxyType(
    {
        "exempt": "exempt",
        "e_license": "e_license",
        "data_checked": "data_check",
        "department_checked": "department_check",
    }
)
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NOBODY: Final[Mapping[str, "Applicant"]] = MappingProxyType({})


class Refused(Exception):  # noqa: N818 - it says what happened
    """The service refused, and says why.

    Attributes:
        status: As in HTTP.
        code: Stable; programs rely on it.
        problem: The whole document (RFC 9457), with what was found and the law.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.problem = problem
        super().__init__(f"{status} {self.code}: {problem.get('title', '')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """申请人 or 当事人.

    Attributes:
        code_type: ``001`` a unified social credit code, ``111`` a citizen number (GB/T 36903).
    """

    code_type: str
    code: str = field(repr=False)
    name: str = field(repr=False)

    def as_json(self) -> dict[str, str]:
        """Return what the interface reads."""
        return {"code_type": self.code_type, "code": self.code, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One material of a case, as it was looked up.

    Attributes:
        outcome: What the applicant is told of it.
        license: The e-license that was found; None for none.
        answer: All that the interface says of it.
    """

    code: str
    name: str
    outcome: str
    license: str | None
    answer: Mapping[str, Any] = field(repr=False)

    @property
    def serving(self) -> str | None:
        """The form in which it is had without the applicant; None where nothing serves."""
        return _SERVING.get(self.outcome)

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a material of an answer."""
        return cls(
            code=answer["code"],
            name=answer["name"],
            outcome=answer["outcome"],
            license=answer.get("license"),
            answer=answer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """办件: what is not among its materials nobody may ask for."""

    number: str
    materials: Sequence[Material]

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read a case of an answer."""
        materials = tuple(Material.of(item) for item in answer["materials"])
        return cls(number=answer["case"], materials=materials)


class SigningError(Exception):
    """The program ``openssl`` did not sign; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class SignedBy(httpx.Auth):
    """Signs each request with the system's own key (接入系统请求签名), afresh each time.

    Attributes:
        client: The name under which the key is registered.
        region: Code of the region that is asked, six digits.
        key: The private key, PEM; this file alone never leaves the system.
        passphrase: Where ``openssl`` finds the key's passphrase, such as ``file:/run/secrets/key``;
            empty for a key without one.
        prefix: The path of the instance's address, where a proxy put one.
        now: Seconds since 1970, within five minutes of the instance's clock.
    """

    requires_request_body = True

    client: str
    region: str
    key: Path
    passphrase: str = field(default="", repr=False)
    prefix: str = ""
    now: Callable[[], float] = field(default=time.time, repr=False)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the signature; files to verify are sent as they are, which anybody may do."""
        if not request.headers.get("content-type", "").startswith("multipart/"):
            request.headers.update(self._signed(request))
        yield request

    def _signed(self, request: httpx.Request) -> dict[str, str]:
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        kind = request.headers.get("content-type", "")
        digest = base64.b64encode(hashlib.new("sm3", request.content).digest()).decode("ascii")
        parameters = (
            f'("@method" "@path" "@query"{_TYPED if kind else ""} "content-digest")'
            f";created={int(self.now())}"
            f';nonce="{secrets.token_hex(16)}"'
            f';keyid="{self.client}/{self._key_id}"'
            f';alg="sm2-sm3";tag="yinxin.client-request/1";to="{self.region}"'
        )
        lines = (
            f'"@method": {request.method}',
            f'"@path": {path.removeprefix(self.prefix)}',
            f'"@query": ?{query}',
            *((f'"content-type": {kind}',) if kind else ()),
            f'"content-digest": sm3=:{digest}:',
            f'"@signature-params": {parameters}',
        )
        value = base64.b64encode(self._sign("\n".join(lines).encode("ascii"))).decode("ascii")
        return {
            "Content-Digest": f"sm3=:{digest}:",
            "Signature-Input": f"yx={parameters}",
            "Signature": f"yx=:{value}:",
        }

    def _sign(self, message: bytes) -> bytes:
        return raw_signature(
            self._openssl("dgst", "-sm3", "-sigopt", _USER_ID, "-sign", stdin=message)
        )

    @cached_property
    def _key_id(self) -> str:
        public = self._openssl("pkey", "-pubout", "-outform", "DER", "-in")
        return hashlib.new("sm3", public).hexdigest()[:16]

    def _openssl(self, *arguments: str, stdin: bytes = b"") -> bytes:
        secret = ("-passin", self.passphrase) if self.passphrase else ()
        command, *rest = arguments
        done = subprocess.run(  # noqa: S603 - our own words and the caller's own file
            [_OPENSSL, command, *secret, *rest, str(self.key)],
            input=stdin,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            raise SigningError(done.stderr.decode("utf-8", "replace").strip())
        return done.stdout


@dataclass(kw_only=True)
class ByCertificate(httpx.Auth):
    """Gets tokens for the certificate that the connection shows (双向 TLS, RFC 8705).

    Attributes:
        client: The name under which the certificate is registered.
        now: Seconds, from any beginning.
    """

    requires_response_body = True

    client: str
    now: Callable[[], float] = field(default=time.monotonic, repr=False)
    _token: str = field(default="", init=False, repr=False)
    _ends_at: float = field(default=0.0, init=False, repr=False)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a token along; a new one is asked for half a minute before the old one ends."""
        if self.now() >= self._ends_at:
            form = {"grant_type": "client_credentials", "client_id": self.client}
            path = request.url.raw_path.decode("ascii").partition("/api/v1/")[0]
            url = request.url.copy_with(path=f"{path}/api/v1/token", query=None)
            answer = yield httpx.Request("POST", url, data=form)
            if answer.status_code != httpx.codes.OK:
                raise Refused(answer.status_code, answer.json())
            given = answer.json()
            self._token = given["access_token"]
            self._ends_at = self.now() + given["expires_in"] - _EARLY_SECONDS
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Forged(Exception):  # noqa: N818 - it says what happened
    """An event that the region did not sign, or not now, or not for this path."""


@dataclass(frozen=True, kw_only=True)
class EventChecker:
    """Checks events that a region pushes (事件推送), by the program ``openssl``.

    Attributes:
        region: Code of the region, six digits.
        certificate: The region's service certificate, DER, as its people handed it over.
        now: Seconds since 1970, within five minutes of the instance's clock.
    """

    region: str
    certificate: bytes = field(repr=False)
    now: Callable[[], float] = field(default=time.time, repr=False)

    def check(self, *, path: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, Any]:
        """Return the event. One may come twice: its ``number`` tells.

        Args:
            path: Of the request, as it came, without a query.
            headers: Of the request.
            body: The whole body.

        Raises:
            Forged: It is not to be believed.
        """
        known = {name.lower(): value for name, value in headers.items()}
        said = _EVENT_INPUT.fullmatch(known.get("signature-input", ""))
        value = _EVENT_VALUE.fullmatch(known.get("signature", ""))
        if said is None or value is None or {said["region"], said["to"]} != {self.region}:
            raise Forged("not signed as an event of this region")
        if abs(self.now() - int(said["created"])) > _WINDOW_SECONDS:
            raise Forged("signed long ago, or by another clock")
        digest = base64.b64encode(hashlib.new("sm3", body).digest()).decode("ascii")
        lines = (
            '"@method": POST',
            f'"@path": {path}',
            '"@query": ?',
            f'"content-type": {known.get("content-type", "")}',
            f'"content-digest": sm3=:{digest}:',
            f'"@signature-params": {said["parameters"]}',
        )
        if not self._verifies("\n".join(lines).encode("utf-8"), base64.b64decode(value["value"])):
            raise Forged("the signature does not hold")
        return dict(json.loads(body))

    def _verifies(self, message: bytes, raw: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            key, signature = Path(folder, "key.pem"), Path(folder, "signature")
            public = subprocess.run(  # noqa: S603 - our own words
                [_OPENSSL, "x509", "-inform", "DER", "-noout", "-pubkey"],
                input=self.certificate,
                capture_output=True,
                check=False,
            )
            key.write_bytes(public.stdout)
            signature.write_bytes(der_signature(raw))
            done = subprocess.run(  # noqa: S603 - our own words
                [
                    *(_OPENSSL, "dgst", "-sm3", "-sigopt", _USER_ID),
                    *("-verify", str(key), "-signature", str(signature)),
                ],
                input=message,
                capture_output=True,
                check=False,
            )
        return done.returncode == 0


def der_signature(raw: bytes) -> bytes:
    """Return DER ``SEQUENCE { r INTEGER, s INTEGER }`` of r and s, 32 bytes each."""
    numbers = (int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    parts = [number.to_bytes(number.bit_length() // 8 + 1) for number in numbers]
    inner = b"".join(bytes((2, len(part))) + part for part in parts)
    return bytes((0x30, len(inner))) + inner


def raw_signature(encoded: bytes) -> bytes:
    """Return r and s, 32 bytes each, of DER ``SEQUENCE { r INTEGER, s INTEGER }``."""
    first = 4 + encoded[3]
    parts = encoded[4:first], encoded[first + 2 :]
    return b"".join(int.from_bytes(part).to_bytes(32) for part in parts)


class Yinxin:
    """One instance, as one system calls it; close it, or use it in a ``with`` block."""

    def __init__(
        self,
        address: str,
        access: str | httpx.Auth,
        *,
        tls: ssl.SSLContext | bool = True,
        timeout_seconds: float = _SECONDS,
    ) -> None:
        """Call an instance.

        Args:
            address: Of the instance.
            access: A token, or ``SignedBy``, or ``ByCertificate``.
            tls: A context with the system's own certificate and key, where those are asked for.
            timeout_seconds: For each request.
        """
        self._http = httpx.Client(
            base_url=f"{address.rstrip('/')}/api/v1", timeout=timeout_seconds, verify=tls
        )
        if isinstance(access, str):
            self._http.headers["Authorization"] = f"Bearer {access}"
        else:
            self._http.auth = access

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def open_case(
        self,
        matter: str,
        applicant: Applicant,
        *,
        situation: Mapping[str, str] = _NOTHING,
        parties: Mapping[str, Applicant] = _NOBODY,
    ) -> Case:
        """Open a case (收件); every material that a rule spares is looked up in every region.

        Raises:
            Refused: ``SITUATION_OPEN`` with the question that comes next, and others.
        """
        body: dict[str, Any] = {"matter": matter, "applicant": applicant.as_json()}
        if situation:
            body["situation"] = dict(situation)
        if parties:
            body["parties"] = {code: party.as_json() for code, party in parties.items()}
        return Case.of(self._ask("POST", "/cases", json=body))

    def read_case(self, number: str) -> Case:
        """Return a case as it stands."""
        return Case.of(self._ask("GET", f"/cases/{number}"))

    def decide(
        self, case: Case, material: Material, form: str, **more: str | bool
    ) -> Mapping[str, Any]:
        """Record how a material is had.

        Args:
            case: The case.
            material: Of its materials one.
            form: ``e_license``, ``exempt``, ``data_check``, ``department_check``, ``commitment``,
                ``deferral`` or ``paper``.
            more: ``reason``, ``approver``, ``note``, ``voluntary``, as the interface has them.

        Raises:
            Refused: ``ELICENSE_AVAILABLE`` where paper was demanded that exists electronically.
        """
        path = f"/cases/{case.number}/materials/{material.code}/decision"
        return self._ask("POST", path, json={"form": form, **more})

    def issue_receipt(self, case: Case) -> Mapping[str, Any]:
        """Issue the receipt (受理通知书), once every required material is decided."""
        return self._ask("POST", f"/cases/{case.number}/receipt")

    def read_license(self, case: Case, identifier: str, kind: str = "pdf") -> bytes:
        """Return a file of a license that a case found; the holder sees the use."""
        path = f"/licenses/{identifier}/files/{kind}"
        return self._send("GET", path, params={"case": case.number}).content

    def verify(self, data: bytes) -> Mapping[str, Any]:
        """Return the report on a file; its ``conclusion`` has three values."""
        return self._ask("POST", "/verifications", files={"file": ("file", data)})

    def _ask(self, method: str, path: str, **more: Any) -> Mapping[str, Any]:  # noqa: ANN401 - httpx's
        answer: Mapping[str, Any] = self._send(method, path, **more).json()
        return answer

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        response = self._http.request(method, path, **more)
        if response.is_success:
            return response
        try:
            problem = response.json()
        except ValueError:
            problem = {}
        raise Refused(response.status_code, problem if isinstance(problem, dict) else {})
