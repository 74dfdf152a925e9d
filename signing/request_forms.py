"""The form of signed HTTP requests (请求签名): which headers, what is signed, one way to write it.

After RFC 9421 (HTTP message signatures) and RFC 9530 (digest fields), and narrower: one signature,
one label, one order of components and parameters. The algorithm ``sm2-sm3``, the digest ``sm3`` and
the parameter ``to`` are private. ``to`` names the region that is asked and stands in place of
``@authority``, which proxies rewrite. Whether a signer may be believed is for others to say.
"""

import base64
import binascii
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final

from signing import sm2
from signing.algorithms import SM3_BYTES, sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import Signer

CONTENT_DIGEST: Final = "Content-Digest"
SIGNATURE_INPUT: Final = "Signature-Input"
SIGNATURE: Final = "Signature"
CERTIFICATE: Final = "Yinxin-Certificate"
MAX_CERTIFICATE_CHARACTERS: Final = 6000
"""In base64; proxies commonly take header lines of 8 kB."""

_MAX_HEADER_CHARACTERS: Final = 512
_NONCE_BYTES: Final = 16
_METHOD: Final = re.compile(r"[A-Z]{1,16}")
_PATH: Final = re.compile(r"/[!-\"$->@-~]{0,2047}")
_QUERY: Final = re.compile(r"[!-\"$-~]{0,4096}")
_CONTENT_TYPE: Final = re.compile(r"(?:[!-~](?:[ -~]{0,198}[!-~])?)?")
"""Visible ASCII; no line break may forge a line of the signature base."""
_VALUE: Final = re.compile(r"yx=:(?P<value>[A-Za-z0-9+/]{86}==):")
_DIGEST: Final = re.compile(r"sm3=:(?P<digest>[A-Za-z0-9+/]{43}=):")


@dataclass(frozen=True, kw_only=True)
class RequestKind:
    """By whom requests are signed, and so which headers they have.

    Attributes:
        tag: What keeps a signature of one kind from counting as one of another.
        names: What signers are called, as a regular expression.
        headers: The headers of a signature; each stands once.
        strange: Headers that must not stand beside them.
    """

    tag: str
    names: str
    headers: tuple[str, ...]
    strange: tuple[str, ...] = ()

    @cached_property
    def form(self) -> re.Pattern[str]:
        """The one form of Signature-Input."""
        return re.compile(
            r'yx=(?P<parameters>\("@method" "@path" "@query"(?P<typed> "content-type")?'
            r' "content-digest"\)'
            r";created=(?P<created>[1-9][0-9]{9})"
            r';nonce="(?P<nonce>[0-9a-f]{32})"'
            rf';keyid="(?P<signer>{self.names})/(?P<key>[0-9a-f]{{16}})"'
            r';alg="sm2-sm3"'
            rf';tag="{re.escape(self.tag)}"'
            r';to="(?P<to>[0-9]{6})")'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestHead:
    """What is signed of a request besides its body.

    Attributes:
        path: As it is sent, percent-encoded, from below the address of the region's service.
        query: As it is sent, without the question mark.
        content_type: As it is sent; empty where the header is missing.

    Raises:
        MalformedStructureError: A part is too long, or holds what no request line can.
    """

    method: str
    path: str
    query: str = ""
    content_type: str = ""

    def __post_init__(self) -> None:
        for pattern, part, what in (
            (_METHOD, self.method, "method"),
            (_PATH, self.path, "path"),
            (_QUERY, self.query, "query"),
            (_CONTENT_TYPE, self.content_type, "content type"),
        ):
            if not pattern.fullmatch(part):
                raise MalformedStructureError(f"not the {what} of a request that can be signed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSignature:
    """A request's signature, taken apart; nothing is verified yet.

    Attributes:
        parameters: ``@signature-params`` as they came.
        created: When the signer says that it signed.
        nonce: 16 bytes, lowercase hexadecimal.
        signer: As whom the request was signed: a region's code, or a client's name.
        to: Code of the region that is asked.
        key_id: First 8 bytes of SM3 of the certificate or, for clients, of the public key.
        covers_content_type: Whether a Content-Type is among what is signed.
        content_digest: SM3 of the body, 32 bytes.
    """

    parameters: str = field(repr=False)
    created: datetime
    nonce: str
    signer: str
    to: str
    key_id: bytes
    covers_content_type: bool
    content_digest: bytes
    value: SignatureValue = field(repr=False)

    def verify_by(self, key: sm2.PublicKey, head: RequestHead, *, named: bytes) -> None:
        """Check that a key signed this head, and a body of this digest.

        Args:
            key: The signer's key.
            head: What came besides the body.
            named: What the signature has to name this key by.

        Raises:
            InvalidSignatureError: It did not; or another key is named, or a Content-Type came with
                the request that is not signed, or the other way round.
        """
        if self.key_id != named:
            raise InvalidSignatureError("the signature names another key")
        if self.covers_content_type != bool(head.content_type):
            raise InvalidSignatureError("a content type that is not signed, or is missing")
        base = signature_base(head, self.content_digest, self.parameters)
        sm2.verify(base, self.value, key=key)

    def check_body(self, body: bytes) -> None:
        """Check that ``body`` is what was signed.

        Raises:
            InvalidSignatureError: It is not.
        """
        if sm3(body) != self.content_digest:
            raise InvalidSignatureError("the body is not the one that was signed")


def read_parts(found: dict[str, str], kind: RequestKind) -> dict[str, Any]:
    """Return what the headers that every kind has say, by the fields of ``RequestSignature``.

    Raises:
        MalformedStructureError: They are of another form.
        InvalidSignatureError: The signature value is out of range.
    """
    digest, value = _DIGEST.fullmatch(found[CONTENT_DIGEST]), _VALUE.fullmatch(found[SIGNATURE])
    said = kind.form.fullmatch(found[SIGNATURE_INPUT])
    if digest is None or value is None or said is None:
        raise MalformedStructureError("the signature's headers are of another form")
    body_digest = from_base64(digest["digest"])
    if len(body_digest) != SM3_BYTES:
        raise MalformedStructureError("the digest is of another length")
    return {
        "parameters": said["parameters"],
        "created": datetime.fromtimestamp(int(said["created"]), UTC),
        "nonce": said["nonce"],
        "signer": said["signer"],
        "to": said["to"],
        "key_id": bytes.fromhex(said["key"]),
        "covers_content_type": said["typed"] is not None,
        "content_digest": body_digest,
        "value": SignatureValue.from_raw(from_base64(value["value"])),
    }


def signature_base(head: RequestHead, content_digest: bytes, parameters: str) -> bytes:
    """Return what is signed.

    Source: RFC 9421 §2.5, with the components of this module alone.
    """
    lines = (
        f'"@method": {head.method}',
        f'"@path": {head.path}',
        f'"@query": ?{head.query}',
        *((f'"content-type": {head.content_type}',) if head.content_type else ()),
        f'"content-digest": sm3=:{to_base64(content_digest)}:',
        f'"@signature-params": {parameters}',
    )
    return "\n".join(lines).encode("ascii")


def parameters_of(
    kind: RequestKind, head: RequestHead, name: str, *, to: str, now: datetime
) -> str:
    """Return ``@signature-params`` with a fresh nonce; ``name`` is signer and key.

    Raises:
        MalformedStructureError: A name is none, or the time is out of range.
    """
    typed = ' "content-type"' if head.content_type else ""
    parameters = (
        f'("@method" "@path" "@query"{typed} "content-digest")'
        f";created={int(now.timestamp())}"
        f';nonce="{secrets.token_hex(_NONCE_BYTES)}"'
        f';keyid="{name}"'
        f';alg="sm2-sm3";tag="{kind.tag}";to="{to}"'
    )
    if not kind.form.fullmatch(f"yx={parameters}"):
        raise MalformedStructureError("not the names of signer and region, or not a time")
    return parameters


def signed_headers(
    head: RequestHead, body: bytes, parameters: str, *, signer: Signer
) -> dict[str, str]:
    """Return the headers that signatures of every kind have.

    Raises:
        KeyUnavailableError: The key store did not answer.
    """
    digest = sm3(body)
    value = SignatureValue.from_der(signer.sign(signature_base(head, digest, parameters)))
    return {
        CONTENT_DIGEST: f"sm3=:{to_base64(digest)}:",
        SIGNATURE_INPUT: f"yx={parameters}",
        SIGNATURE: f"yx=:{to_base64(value.to_raw())}:",
    }


def collect_headers(headers: Iterable[tuple[str, str]], kind: RequestKind) -> dict[str, str]:
    """Return the kind's headers, each of which stands once and within its length.

    Raises:
        MalformedStructureError: One does not.
    """
    wanted = {name.lower(): name for name in (*kind.headers, *kind.strange)}
    found: dict[str, str] = {}
    for name, value in headers:
        known = wanted.get(name.lower())
        if known is None:
            continue
        limit = MAX_CERTIFICATE_CHARACTERS if known == CERTIFICATE else _MAX_HEADER_CHARACTERS
        if known in found or known in kind.strange or len(value) > limit:
            raise MalformedStructureError(f"{known} stands twice, is too long, or out of place")
        found[known] = value
    if len(found) != len(kind.headers):
        raise MalformedStructureError("a header of the signature is missing")
    return found


def to_base64(data: bytes) -> str:
    """Return base64 as headers have it."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Decode base64 that has one form only.

    Raises:
        MalformedStructureError: It has not.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedStructureError("not base64") from error
    if to_base64(data) != text:
        raise MalformedStructureError("not the one form of base64")
    return data
