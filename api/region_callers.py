"""Which region asks (对方地区身份核验): routes that answer signed requests of other regions.

A route takes the body from what these dependencies return: it is the one that was signed.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader
from starlette.concurrency import run_in_threadpool

from api.http_errors import NotServedHereError, TooLargeError
from api.services import Services, ServicesDep
from signing.client_requests import is_signed_by_client
from signing.errors import MalformedStructureError
from signing.request_forms import SIGNATURE_INPUT, RequestHead, RequestSignature
from signing.request_signatures import is_signed
from signing.revocation_lists import RevocationList
from verify.callers import Distrust, check_body, check_signer, check_unused, read_signature
from verify.errors import CallerNotTrustedError
from verify.ports import NonceStore
from verify.speakers import parse_lists
from verify.trust_lists import TrustedRegion

MAX_SIGNED_BODY_BYTES: Final = 4 * 2**20
_FORMS: Final = ("multipart/", "application/x-www-form-urlencoded")

logger = logging.getLogger(__name__)
_header = APIKeyHeader(
    name=SIGNATURE_INPUT,
    scheme_name="yinxin.region-request",
    auto_error=False,
    description="地区间请求签名，格式见 docs/between-regions.md · signed by a region",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionCaller:
    """A region that asks, and what it asks.

    Attributes:
        body: The whole body, as it was signed.
    """

    region: TrustedRegion
    body: bytes = field(repr=False)


async def find_region_caller(
    request: Request, services: ServicesDep, _: Annotated[str | None, Depends(_header)]
) -> RegionCaller | None:
    """Return the region that signed the request, or None if nobody claims to have signed it.

    The body is read only after the signature over its digest was found good.

    Raises:
        CallerNotTrustedError: The request claims a signature that does not hold.
        TooLargeError: The body is over the limit of signed requests.
        NotServedHereError: This process keeps no nonces.
    """
    headers = request.headers.items()
    # Signatures of clients are others' to check: see `api.client_callers`.
    if not is_signed(headers) or is_signed_by_client(headers):
        return None
    nonces = services.request_nonces
    if nonces is None:
        raise NotServedHereError("no store of nonces")
    try:
        return await _check(request, services, nonces)
    except CallerNotTrustedError as error:
        logger.warning("a signed request is refused: %s", error.reason)
        raise


OptionalRegionCallerDep = Annotated[RegionCaller | None, Depends(find_region_caller)]


def require_region_caller(caller: OptionalRegionCallerDep) -> RegionCaller:
    """Return the region that signed the request.

    Raises:
        CallerNotTrustedError: None did.
    """
    if caller is None:
        raise CallerNotTrustedError(Distrust.UNSIGNED)
    return caller


RegionCallerDep = Annotated[RegionCaller, Depends(require_region_caller)]


async def _check(request: Request, services: Services, nonces: NonceStore) -> RegionCaller:
    signature = read_signature(request.headers.items())
    now = services.clock.now()

    def lists_of(region: TrustedRegion) -> Iterable[RevocationList]:
        return parse_lists(services.verifier.regions.revocation_lists(region.service_url))

    def check_head(head: RequestHead) -> TrustedRegion:
        return check_signer(
            signature,
            head,
            own=services.region,
            trust=services.trust.current(),
            lists_of=lists_of,
            now=now,
        )

    # Both may wait: for a region's revocation lists, for the database.
    region = await run_in_threadpool(check_head, signed_head(request))
    body = await _body(request)
    await run_in_threadpool(_check_rest, signature, body, nonces=nonces, services=services)
    return RegionCaller(region=region, body=body)


def _check_rest(
    signature: RequestSignature, body: bytes, *, nonces: NonceStore, services: Services
) -> None:
    check_body(signature, body)
    # The body may have taken its time.
    check_unused(signature, nonces=nonces, now=services.clock.now())


def path_of(request: Request) -> str:
    """Return the path below the prefix that a proxy put before it, decoded as routes see it."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def signed_head(request: Request, *, takes_forms: bool = False) -> RequestHead:
    """Return the head as it was sent, below the prefix that a proxy put before it.

    Raises:
        CallerNotTrustedError: No such head can be signed.
    """
    scope = request.scope
    path = (scope.get("raw_path") or quote(scope["path"]).encode("ascii")).decode("latin-1")
    types = request.headers.getlist("content-type")
    is_form = bool(types) and types[0].lower().startswith(_FORMS)
    if len(types) > 1 or (is_form and not takes_forms):
        # The framework reads forms before it asks us; they are for browsers.
        raise CallerNotTrustedError(Distrust.MALFORMED)
    try:
        return RequestHead(
            method=request.method,
            path=path.removeprefix(scope.get("root_path", "")),
            query=scope["query_string"].decode("latin-1"),
            content_type=types[0] if types else "",
        )
    except MalformedStructureError as error:
        raise CallerNotTrustedError(Distrust.MALFORMED) from error


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SIGNED_BODY_BYTES:
            raise TooLargeError("a signed request is over the limit")
    return bytes(body)
