"""Whether a client may ask (接入系统身份核验): as strict as with regions, with a key known here.

A good request was signed for this region, within five minutes of our clock, with the key that is
registered for the client it names, which was not stopped and has not ended; its body is the one
that was signed; and it was never seen before. The one error does not tell the caller why.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum, unique

from certs.clients import Client
from certs.regions import RegionCode
from signing.client_requests import ClientSignature, parse_client_signature
from signing.connection_certificates import ConnectionCertificate
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.request_forms import RequestHead
from verify.callers import Distrust, check_body, check_clock, check_unused
from verify.errors import CallerNotTrustedError, ClientNotTrustedError
from verify.ports import NonceStore


@unique
class ClientDistrust(StrEnum):
    """Why a request is not taken for a client's, besides what is so with regions as well."""

    UNKNOWN = "unknown-client"
    STOPPED = "stopped"
    ENDED = "ended"
    CONNECTION = "connection"


def read_client_signature(headers: Iterable[tuple[str, str]]) -> ClientSignature:
    """Parse the signature of a request; see ``parse_client_signature``.

    Raises:
        ClientNotTrustedError: It has none of our form.
    """
    try:
        return parse_client_signature(headers)
    except (MalformedStructureError, InvalidSignatureError) as error:
        raise ClientNotTrustedError(Distrust.MALFORMED) from error


def check_client(  # noqa: PLR0913 - what a request is checked against
    signature: ClientSignature,
    head: RequestHead,
    *,
    own: RegionCode,
    client: Client | None,
    shown: ConnectionCertificate | None,
    now: datetime,
) -> Client:
    """Return the client that signed the head; body and nonce are not looked at.

    Args:
        signature: What came.
        head: What it has to be over.
        own: The region that is asked.
        client: Who is registered under the name in the signature; None for nobody.
        shown: What the connection showed in TLS; None for nothing.
        now: The time.

    Raises:
        ClientNotTrustedError: Nobody, or one that may not call now, or somebody else signed.
    """
    if signature.to != str(own):
        raise ClientNotTrustedError(Distrust.OTHER_TARGET)
    client = check_registered(client, signature.signer, shown=shown, now=now)
    try:
        check_clock(signature, now)
        signature.verify(head, key=client.key)
    except CallerNotTrustedError as error:
        raise ClientNotTrustedError(error.reason) from error
    except InvalidSignatureError as error:
        raise ClientNotTrustedError(Distrust.SIGNATURE) from error
    return client


def check_registered(
    client: Client | None, name: str, *, shown: ConnectionCertificate | None, now: datetime
) -> Client:
    """Return the client of a name, if it may call now, and by this connection.

    Raises:
        ClientNotTrustedError: There is none, or it may not.
    """
    if client is None or client.name != name:
        raise ClientNotTrustedError(ClientDistrust.UNKNOWN)
    if client.stopped_at is not None:
        raise ClientNotTrustedError(ClientDistrust.STOPPED)
    if not client.is_open(now):
        raise ClientNotTrustedError(ClientDistrust.ENDED)
    if not client.may_come_by(shown, now):
        raise ClientNotTrustedError(ClientDistrust.CONNECTION)
    return client


def check_client_body(
    signature: ClientSignature, body: bytes, *, nonces: NonceStore, now: datetime
) -> None:
    """Refuse another body than the one that was signed, and what came before.

    Raises:
        ClientNotTrustedError: It is another, it came before, or its time is over.
    """
    try:
        check_body(signature, body)
        check_unused(signature, nonces=nonces, now=now)
    except CallerNotTrustedError as error:
        raise ClientNotTrustedError(error.reason) from error
