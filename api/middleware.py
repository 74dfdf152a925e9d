"""What surrounds every request: a bound on its body, and headers that keep pages to themselves."""

from types import MappingProxyType
from typing import Final

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.batch_intake import MAX_UPLOAD_BYTES
from api.http_errors import TooLargeError
from api.problems import describe
from api.seal_reading import MAX_CHAIN_BYTES
from certs.faces.seal_imprints import MAX_PICTURE_BYTES
from certs.own_files import MAX_BYTES as MAX_OWN_FILE_BYTES
from signing.seals import MAX_SEAL_BYTES
from verify.evidence import MAX_FILE_BYTES
from verify.sharing import MAX_QUERY_BYTES
from verify.transfers.messages import MAX_TRANSFER_BYTES

_FORM_OVERHEAD: Final = 65_536
_MAX_BODY_BYTES: Final = 262_144
_MAX_BATCH_BYTES: Final = 4 * 2**30
_MAX_ENCODED_FILE_BYTES: Final = 32 * 2**20
"""A file in JSON, base64, is held whole; larger ones go to the route for verifications."""
_MAX_BODIES: Final = {
    "/api/v1/verifications": MAX_FILE_BYTES + _FORM_OVERHEAD,
    "/api/v1/verifications/files": _MAX_BATCH_BYTES,
    "/api/v1/batches": MAX_UPLOAD_BYTES + _FORM_OVERHEAD,
    "/issue/batches": MAX_UPLOAD_BYTES + _FORM_OVERHEAD,
    "/verify": MAX_FILE_BYTES + _FORM_OVERHEAD,
    "/issue/seals/offers": MAX_SEAL_BYTES + MAX_CHAIN_BYTES + MAX_PICTURE_BYTES + _FORM_OVERHEAD,
    "/me/files": MAX_OWN_FILE_BYTES + _FORM_OVERHEAD,
    "/api/v1/share/licenses": MAX_QUERY_BYTES,
    "/api/v1/share/cases": MAX_TRANSFER_BYTES,
    "/api/v1/share/zzwjyz": _MAX_ENCODED_FILE_BYTES,
    "/api/v1/share/verifyFile": _MAX_ENCODED_FILE_BYTES,
}
_TOO_LARGE: Final = 413

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; object-src 'none'; img-src 'self' data:; "
        "style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
WITH_CAMERA: Final = MappingProxyType(
    {
        # What reads codes is compiled (WebAssembly); it comes from this host like every script.
        "Content-Security-Policy": _HEADERS["Content-Security-Policy"].replace(
            "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
        ),
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    }
)
"""Headers of the one page that reads codes with a camera, in place of those of all others."""

_RAW_HEADERS: Final = tuple(
    (name.lower().encode("ascii"), value.encode("ascii")) for name, value in _HEADERS.items()
)
_PUBLIC: Final = (b"cache-control", b"public, max-age=3600")
_PRIVATE: Final = (b"cache-control", b"no-store")
_STATIC: Final = "/static/"


def secure(response: Response) -> Response:
    """Return a response with the headers of one that came through the middleware."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


class BodyLimit:
    """Refuses bodies over the route's limit, by their announced length or while they arrive."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _MAX_BODIES.get(scope["path"], _MAX_BODY_BYTES)
        announced = Headers(scope=scope).get("content-length", "0")
        if not announced.isdigit() or len(announced) > len(str(limit)) or int(announced) > limit:
            response = describe(TooLargeError()).response(Request(scope))
            await response(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                # The framework lets this kind of exception through its body parsing.
                raise HTTPException(_TOO_LARGE)
            return message

        await self._app(scope, counted, send)


class SecurityHeaders:
    """Adds the headers; what may hold personal data is not kept by anybody on the way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"] = list(message.get("headers", ()))
                present = {name for name, _ in headers}
                kept = _PUBLIC if scope["path"].startswith(_STATIC) else _PRIVATE
                headers += [item for item in (*_RAW_HEADERS, kept) if item[0] not in present]
            await send(message)

        await self._app(scope, receive, with_headers)
