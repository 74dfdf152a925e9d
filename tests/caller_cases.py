"""Requests that no region may get answered, by name: what is changed of a good one, and why not.

The good one: 宝鸡 asks 芜湖 about many licenses.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache

from certs.regions import RegionCode
from signing.authorities import Validity
from signing.cose import key_id
from signing.errors import MalformedStructureError
from signing.request_forms import CERTIFICATE, RequestHead
from signing.request_signatures import sign_request
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.instance_parts import BAOJI, WUHU, revocations
from verify.callers import REMEMBERED, WINDOW, Distrust, check_caller, read_signature
from verify.errors import CallerNotTrustedError
from verify.ports import NonceStore
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion, TrustList

NOW = world.NOON + timedelta(hours=1)
HEAD = RequestHead(
    method="POST",
    path="/api/v1/verifications",
    query="nonce=" + "0f" * 16,
    content_type="application/x-ndjson",
)
BODY = b'{"identifier":"1.2.156.3005.2"}\n'
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it arrives, and where and when."""

    method: str = HEAD.method
    path: str = HEAD.path
    query: str = HEAD.query
    content_type: str = HEAD.content_type
    body: bytes = BODY
    headers: Headers
    own: str = WUHU
    trust: TrustList | None
    lists: tuple[bytes, ...]
    now: datetime = NOW
    times_before: int = 0

    def header(self, name: str) -> str:
        return dict(self.headers)[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCase:
    """One way in which the good request goes wrong."""

    name: str
    change: Callable[[Sent], Sent]
    reason: Distrust


def service(code: str = BAOJI) -> CertifiedSigner:
    return world.region(code).service


def signed(  # noqa: PLR0913 - what a signature says
    head: RequestHead = HEAD,
    body: bytes = BODY,
    *,
    region: str = BAOJI,
    to: str = WUHU,
    signer: CertifiedSigner | None = None,
    now: datetime = NOW,
) -> Headers:
    headers = sign_request(head, body, region=region, to=to, signer=signer or service(), now=now)
    return tuple(headers.items())


@cache
def trust() -> TrustList:
    return sealed.trust(sealed.trusted_region(WUHU), sealed.trusted_region(BAOJI))


def sound() -> Sent:
    """The good request; every one has a nonce of its own."""
    return Sent(headers=signed(), trust=trust(), lists=revocations(BAOJI))


def receive(sent: Sent, nonces: NonceStore) -> TrustedRegion:
    """What the region that is asked makes of a request."""
    signature = read_signature(sent.headers)
    try:
        head = RequestHead(
            method=sent.method, path=sent.path, query=sent.query, content_type=sent.content_type
        )
    except MalformedStructureError as error:
        raise CallerNotTrustedError(Distrust.MALFORMED) from error
    for _ in range(sent.times_before):
        nonces.use(
            signature.region, signature.nonce, until=signature.created + REMEMBERED, now=sent.now
        )
    return check_caller(
        signature,
        head,
        sent.body,
        own=RegionCode(sent.own),
        trust=sent.trust,
        lists_of=lambda _: parse_lists(sent.lists),
        nonces=nonces,
        now=sent.now,
    )


def _by(signer: CertifiedSigner, **more: str) -> Callable[[Sent], Sent]:
    return lambda sent: replace(sent, headers=signed(signer=signer, **more))  # type: ignore[arg-type]  # codes


def _put(name: str, change: Callable[[str], str]) -> Callable[[Sent], Sent]:
    """Change one header."""

    def put(sent: Sent) -> Sent:
        changed = change(sent.header(name))
        assert changed != sent.header(name)
        return replace(
            sent,
            headers=tuple(
                (item, changed if item == name else value) for item, value in sent.headers
            ),
        )

    return put


def _swap(name: str, old: str, new: str) -> Callable[[Sent], Sent]:
    return _put(name, lambda value: value.replace(old, new))


def _without(name: str) -> Callable[[Sent], Sent]:
    return lambda sent: replace(
        sent, headers=tuple(item for item in sent.headers if item[0] != name)
    )


def _twice(name: str) -> Callable[[Sent], Sent]:
    return lambda sent: replace(sent, headers=(*sent.headers, (name, sent.header(name))))


def _flip_nonce(value: str) -> str:
    at = value.index('nonce="') + 7
    return value[:at] + ("1" if value[at] == "0" else "0") + value[at + 1 :]


def _flip_value(value: str) -> str:
    raw = bytearray(base64.b64decode(value[4:-1]))
    raw[40] ^= 1
    return f"yx=:{base64.b64encode(raw).decode()}:"


def _loose_base64(value: str) -> str:
    """The same bytes, with bits set that nobody decodes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = alphabet.index(value[-4])
    return f"{value[:-4]}{alphabet[last ^ 1]}{value[-3:]}"


def _revoked(sent: Sent) -> Sent:
    region = world.region(BAOJI)
    issued = region.authority.revocation_list(
        {service().certificate.serial: world.NOON},
        number=2,
        this_update=world.NOON,
        next_update=world.NOON + timedelta(days=7),
    )
    return replace(sent, lists=(issued.encoded,))


def _ended(sent: Sent) -> Sent:
    validity = Validity(not_before=NOW - timedelta(days=30), not_after=NOW - timedelta(seconds=1))
    signer = world.certified(world.region(BAOJI).authority, Role.SERVICE, validity=validity)
    return replace(sent, headers=signed(signer=signer))


def _self_made(sent: Sent) -> Sent:
    authority = world.authority_below(world.root(), "Region CA 610300")
    return replace(sent, headers=signed(signer=world.certified(authority, Role.SERVICE)))


def _anchor_withdrawn(sent: Sent) -> Sent:
    baoji = sealed.trusted_region(BAOJI)
    gone = replace(baoji.anchors[0], withdrawn_at=NOW)
    return replace(sent, trust=sealed.trust(replace(baoji, anchors=(gone,))))


def _content_type_added(sent: Sent) -> Sent:
    return replace(sent, headers=signed(replace(HEAD, content_type="")))


def _body_with_its_digest(sent: Sent) -> Sent:
    other = dict(signed(body=b"other"))["Content-Digest"]
    return replace(_put("Content-Digest", lambda _: other)(sent), body=b"other")


def _certificate_of(code: str) -> str:
    return base64.b64encode(service(code).certificate.encoded).decode()


def _in_another_name(sent: Sent) -> Sent:
    """宝鸡's signature, with 芜湖's certificate in every place that names one."""
    kid = key_id(service(WUHU).certificate).hex()
    changed = _put(CERTIFICATE, lambda _: _certificate_of(WUHU))(sent)
    return _swap("Signature-Input", key_id(service().certificate).hex(), kid)(changed)


def _redirected(sent: Sent) -> Sent:
    """Taken on its way to 芜湖, and made to look as if it were for whom it reaches."""
    return replace(_swap("Signature-Input", f'to="{WUHU}"', f'to="{BAOJI}"')(sent), own=BAOJI)


_SIGNATURE, _MALFORMED = Distrust.SIGNATURE, Distrust.MALFORMED
_ROWS: tuple[tuple[str, Callable[[Sent], Sent], Distrust], ...] = (
    ("other-method", lambda sent: replace(sent, method="PUT"), _SIGNATURE),
    ("other-path", lambda sent: replace(sent, path="/api/v1/licenses"), _SIGNATURE),
    ("longer-path", lambda sent: replace(sent, path=sent.path + "/"), _SIGNATURE),
    ("other-query", lambda sent: replace(sent, query="nonce=" + "00" * 16), _SIGNATURE),
    ("query-dropped", lambda sent: replace(sent, query=""), _SIGNATURE),
    (
        "query-moved-into-the-path",
        lambda sent: replace(sent, path=f"{sent.path}?{sent.query}", query=""),
        _MALFORMED,
    ),
    (
        "other-content-type",
        lambda sent: replace(sent, content_type="application/json"),
        _SIGNATURE,
    ),
    ("content-type-dropped", lambda sent: replace(sent, content_type=""), _SIGNATURE),
    ("content-type-added", _content_type_added, _SIGNATURE),
    ("other-body", lambda sent: replace(sent, body=sent.body + b" "), Distrust.BODY),
    ("no-body", lambda sent: replace(sent, body=b""), Distrust.BODY),
    ("other-body-with-its-digest", _body_with_its_digest, _SIGNATURE),
    ("for-another-region", _by(service(), to="110000"), Distrust.OTHER_TARGET),
    ("sent-on-to-another-region", lambda sent: replace(sent, own="110000"), Distrust.OTHER_TARGET),
    (
        "target-rewritten",
        _swap("Signature-Input", f'to="{WUHU}"', f'to="{BAOJI}"'),
        Distrust.OTHER_TARGET,
    ),
    ("redirected", _redirected, _SIGNATURE),
    ("sent-back", lambda sent: replace(sent, own=BAOJI), Distrust.OTHER_TARGET),
    ("replayed", lambda sent: replace(sent, times_before=1), Distrust.REPLAYED),
    (
        "clock-ten-minutes-slow",
        lambda sent: replace(sent, now=NOW + timedelta(minutes=10)),
        Distrust.CLOCK,
    ),
    (
        "clock-ten-minutes-fast",
        lambda sent: replace(sent, now=NOW - timedelta(minutes=10)),
        Distrust.CLOCK,
    ),
    (
        "a-moment-too-late",
        lambda sent: replace(sent, now=NOW + WINDOW + timedelta(microseconds=1)),
        Distrust.CLOCK,
    ),
    (
        "time-tampered",
        _swap(
            "Signature-Input",
            f"created={int(NOW.timestamp())}",
            f"created={int(NOW.timestamp()) + 1}",
        ),
        _SIGNATURE,
    ),
    ("nonce-tampered", _put("Signature-Input", _flip_nonce), _SIGNATURE),
    ("value-tampered", _put("Signature", _flip_value), _SIGNATURE),
    ("signed-by-another-region", _by(service(WUHU)), Distrust.NO_PATH),
    ("signed-by-a-self-made-authority", _self_made, Distrust.NO_PATH),
    ("another-certificate", _put(CERTIFICATE, lambda _: _certificate_of(WUHU)), _SIGNATURE),
    ("in-another-name", _in_another_name, _SIGNATURE),
    ("region-rewritten", _swap("Signature-Input", f'keyid="{BAOJI}', f'keyid="{WUHU}'), _SIGNATURE),
    ("wrong-role", _by(world.region(BAOJI).status_signer), Distrust.WRONG_ROLE),
    ("certificate-ended", _ended, Distrust.OUT_OF_DATE),
    ("certificate-revoked", _revoked, Distrust.REVOKED),
    ("revocation-unknown", lambda sent: replace(sent, lists=()), Distrust.REVOCATION_UNKNOWN),
    (
        "revocation-list-of-another-region",
        lambda sent: replace(sent, lists=revocations(WUHU)),
        Distrust.REVOCATION_UNKNOWN,
    ),
    (
        "revocation-list-out-of-date",
        lambda sent: replace(
            sent, headers=signed(now=NOW + timedelta(days=8)), now=NOW + timedelta(days=8)
        ),
        Distrust.REVOCATION_UNKNOWN,
    ),
    ("anchor-withdrawn", _anchor_withdrawn, Distrust.NO_PATH),
    ("unknown-region", _by(service(), region="110000"), Distrust.UNKNOWN_REGION),
    ("no-such-region-code", _by(service(), region="000000"), _MALFORMED),
    ("no-trust-list", lambda sent: replace(sent, trust=None), Distrust.NO_TRUST_LIST),
    (
        "trust-list-expired",
        lambda sent: replace(sent, trust=replace(trust(), expires_at=NOW)),
        Distrust.NO_TRUST_LIST,
    ),
    ("no-digest", _without("Content-Digest"), _MALFORMED),
    ("no-signature", _without("Signature"), _MALFORMED),
    ("no-parameters", _without("Signature-Input"), _MALFORMED),
    ("no-certificate", _without(CERTIFICATE), _MALFORMED),
    ("two-digests", _twice("Content-Digest"), _MALFORMED),
    ("two-signatures", _twice("Signature"), _MALFORMED),
    ("two-parameters", _twice("Signature-Input"), _MALFORMED),
    ("two-certificates", _twice(CERTIFICATE), _MALFORMED),
    (
        "two-signatures-in-one-header",
        _put("Signature", lambda value: f"{value}, {value}"),
        _MALFORMED,
    ),
    ("another-label", _swap("Signature", "yx=", "zz="), _MALFORMED),
    ("huge-parameters", _put("Signature-Input", lambda value: value + ";x=1" * 9999), _MALFORMED),
    ("huge-signature", _put("Signature", lambda value: value * 9999), _MALFORMED),
    ("huge-certificate", _put(CERTIFICATE, lambda value: value * 99), _MALFORMED),
    ("a-component-left-out", _swap("Signature-Input", ' "@query"', ""), _MALFORMED),
    (
        "components-in-another-order",
        _swap("Signature-Input", '"@method" "@path"', '"@path" "@method"'),
        _MALFORMED,
    ),
    ("another-parameter", _put("Signature-Input", lambda value: value + ";expires=1"), _MALFORMED),
    ("another-algorithm", _swap("Signature-Input", "sm2-sm3", "hmac-sha256"), _MALFORMED),
    ("another-tag", _swap("Signature-Input", "request/1", "request/2"), _MALFORMED),
    ("a-space-at-the-end", _put("Signature-Input", lambda value: value + " "), _MALFORMED),
    ("digest-of-another-kind", _swap("Content-Digest", "sm3=", "sha-256="), _MALFORMED),
    ("another-form-of-base64", _put("Signature", _loose_base64), _MALFORMED),
    (
        "value-out-of-range",
        _put("Signature", lambda _: f"yx=:{base64.b64encode(bytes(64)).decode()}:"),
        _MALFORMED,
    ),
    ("certificate-of-garbage", _put(CERTIFICATE, lambda _: "MIIB"), _MALFORMED),
    ("certificate-cut-short", _put(CERTIFICATE, lambda value: value[:-8]), _MALFORMED),
    ("certificate-not-ascii", _put(CERTIFICATE, lambda value: "é" + value), _MALFORMED),
)
CASES = tuple(CallerCase(name=name, change=change, reason=reason) for name, change, reason in _ROWS)
