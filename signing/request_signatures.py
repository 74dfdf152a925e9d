"""HTTP requests between regions, signed with SM2 (请求签名): what is signed, and its headers.

After RFC 9421 (HTTP message signatures) and RFC 9530 (digest fields), and narrower: one signature,
one label, one order of components and parameters. The algorithm ``sm2-sm3``, the digest ``sm3`` and
the parameter ``to`` are private. ``to`` names the region that is asked and stands in place of
``@authority``, which proxies rewrite. Whether a signer may be believed is for others to say.
Clients sign in the same form, without a certificate (`signing.client_requests`).
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
from signing.certificates import Certificate, parse_certificate
from signing.cose import key_id
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import CertifiedSigner, Signer

CONTENT_DIGEST: Final = "Content-Digest"
SIGNATURE_INPUT: Final = "Signature-Input"
SIGNATURE: Final = "Signature"
CERTIFICATE: Final = "Yinxin-Certificate"
MAX_CERTIFICATE_CHARACTERS: Final = 6000
"""In base64; proxies commonly take header lines of 8 kB."""

_SIGNING_HEADERS: Final = (SIGNATURE_INPUT, SIGNATURE, CERTIFICATE)
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


REGION: Final = RequestKind(
    tag="yinxin.region-request/1",
    names="[0-9]{6}",
    headers=(CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE, CERTIFICATE),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSignature(RequestSignature):
    """The signature of a region, with the certificate that came along."""

    certificate: Certificate = field(repr=False)

    @property
    def region(self) -> str:
        """Code of the region that the signer claims to speak for."""
        return self.signer

    def verify(self, head: RequestHead) -> None:
        """Check that the certificate's key signed this head; see ``verify_by``.

        Raises:
            InvalidSignatureError: It did not.
        """
        self.verify_by(self.certificate.public_key, head, named=key_id(self.certificate))


def sign_request(  # noqa: PLR0913 - what a signature says
    head: RequestHead,
    body: bytes,
    *,
    region: str,
    to: str,
    signer: CertifiedSigner,
    now: datetime,
) -> dict[str, str]:
    """Sign a request; the nonce is fresh, so that every attempt is signed anew.

    Args:
        head: What is asked; a Content-Type in it must be sent as well.
        body: The whole body.
        region: Code of the region that asks.
        to: Code of the region that is asked.
        signer: The asking region's key for such requests.
        now: The time.

    Returns:
        The headers to send along: Content-Digest, Yinxin-Certificate, Signature-Input, Signature.

    Raises:
        MalformedStructureError: A code is none, or the certificate is too long for a header.
        KeyUnavailableError: The key store did not answer.
    """
    certificate = _base64(signer.certificate.encoded)
    name = f"{region}/{key_id(signer.certificate).hex()}"
    parameters = parameters_of(REGION, head, name, to=to, now=now)
    if len(certificate) > MAX_CERTIFICATE_CHARACTERS:
        raise MalformedStructureError("the certificate is too long for a header")
    signed = signed_headers(head, body, parameters, signer=signer.signer)
    return {CONTENT_DIGEST: signed[CONTENT_DIGEST], CERTIFICATE: certificate, **signed}


def is_signed(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request claims to be signed, well or badly."""
    claims = {name.lower() for name in _SIGNING_HEADERS}
    return any(name.lower() in claims for name, _ in headers)


def parse_request_signature(headers: Iterable[tuple[str, str]]) -> RegionSignature:
    """Parse the headers that ``sign_request`` made, and no other form.

    Args:
        headers: Every header of the request, also those that stand twice.

    Raises:
        MalformedStructureError: A header is missing, stands twice, is too long or of another form.
        InvalidSignatureError: The signature value, or that of the certificate, is out of range.
    """
    found = collect_headers(headers, REGION)
    parts = read_parts(found, REGION)
    return RegionSignature(certificate=parse_certificate(_bytes(found[CERTIFICATE])), **parts)


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
    body_digest = _bytes(digest["digest"])
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
        "value": SignatureValue.from_raw(_bytes(value["value"])),
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
        f'"content-digest": sm3=:{_base64(content_digest)}:',
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
        CONTENT_DIGEST: f"sm3=:{_base64(digest)}:",
        SIGNATURE_INPUT: f"yx={parameters}",
        SIGNATURE: f"yx=:{_base64(value.to_raw())}:",
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


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes(text: str) -> bytes:
    """Decode base64 that has one form only."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedStructureError("not base64") from error
    if _base64(data) != text:
        raise MalformedStructureError("not the one form of base64")
    return data
