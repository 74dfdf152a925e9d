"""Which client asks (接入系统身份核验): requests that systems sign with their own SM2 key.

The signature is looked at on routes of the interface alone, never on pages.
"""

import logging
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import APIKeyHeader
from starlette.concurrency import run_in_threadpool

from api.http_errors import NotServedHereError, TooLargeError
from api.region_callers import MAX_SIGNED_BODY_BYTES, path_of, signed_head
from api.services import Services, ServicesDep
from certs.clients import Client
from signing.client_requests import CLIENT, ClientSignature, is_signed_by_client
from signing.connection_certificates import ConnectionCertificate
from signing.request_forms import SIGNATURE_INPUT, RequestHead
from verify.client_callers import (
    ClientDistrust,
    check_client,
    check_client_body,
    check_registered,
    read_client_signature,
)
from verify.errors import CallerNotTrustedError, ClientNotTrustedError
from verify.ports import NonceStore

TOKEN_PATH: Final = "/api/v1/token"  # noqa: S105 - where tokens are had
_API: Final = "/api/"

logger = logging.getLogger(__name__)
_header = APIKeyHeader(
    name=SIGNATURE_INPUT,
    scheme_name=CLIENT.tag.partition("/")[0],
    auto_error=False,
    description="接入系统请求签名，格式见 docs/identity.md · signed by a client",
)


async def find_client(
    request: Request, services: ServicesDep, _: Annotated[str | None, Depends(_header)]
) -> Client | None:
    """Return the client that signed the request, or None if none claims to have signed it.

    The body is read only after the signature over its digest was found good.

    Raises:
        ClientNotTrustedError: The request claims a signature that does not hold.
        TooLargeError: The body is over the limit of signed requests, or does not say its length.
        NotServedHereError: This process keeps no nonces.
    """
    is_here = path_of(request).startswith(_API)
    if not is_here or not is_signed_by_client(request.headers.items()):
        return None
    nonces = services.client_nonces
    if nonces is None:
        raise NotServedHereError("no store of nonces")
    try:
        return await _check(request, services, nonces)
    except ClientNotTrustedError as error:
        logger.warning("a request of a client is refused: %s", error.reason)
        raise


FoundClientDep = Annotated[Client | None, Depends(find_client)]


async def _check(request: Request, services: Services, nonces: NonceStore) -> Client:
    signature = read_client_signature(request.headers.items())
    shown = services.connections.certificate_of(request)
    client = await run_in_threadpool(_signer, signature, _head(request), shown, services)
    body = await _body(request)

    def check_rest() -> None:
        # The body may have taken its time.
        check_client_body(signature, body, nonces=nonces, now=services.clock.now())

    await run_in_threadpool(check_rest)
    return client


def _signer(
    signature: ClientSignature,
    head: RequestHead,
    shown: ConnectionCertificate | None,
    services: Services,
) -> Client:
    return check_client(
        signature,
        head,
        own=services.region,
        client=_registered(signature.signer, services),
        shown=shown,
        now=services.clock.now(),
    )


def client_of_connection(name: str, request: Request, services: Services) -> Client:
    """Return the client that says its name on a connection that shows its certificate.

    Raises:
        ClientNotTrustedError: Nobody of that name comes by this connection, or by any alone.
    """
    shown, now = services.connections.certificate_of(request), services.clock.now()
    client = check_registered(_registered(name, services), name, shown=shown, now=now)
    if not client.connection:
        raise ClientNotTrustedError(ClientDistrust.CONNECTION)
    return client


def _registered(name: str, services: Services) -> Client | None:
    with services.unit_of_work() as work:
        work.only_read()
        return work.clients.find(name)


def _head(request: Request) -> RequestHead:
    try:
        # That route reads its form itself; the framework reads all others before we are asked.
        return signed_head(request, takes_forms=path_of(request) == TOKEN_PATH)
    except CallerNotTrustedError as error:
        raise ClientNotTrustedError(error.reason) from error


async def _body(request: Request) -> bytes:
    """Return the body, which the route reads again."""
    announced = request.headers.get("content-length", "0")
    is_endless = "transfer-encoding" in request.headers
    if is_endless or not announced.isdigit() or int(announced) > MAX_SIGNED_BODY_BYTES:
        raise TooLargeError("a signed request is over the limit, or does not say how long it is")
    return await request.body()
