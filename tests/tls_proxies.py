"""A proxy that ends TLS, asks for certificates, and says what it was shown (RFC 9440)."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.region_servers import behaving

LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A certificate with its key, self-signed, as a system keeps it in a file."""

    file: Path
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode("ascii")

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def header(self) -> str:
        return f":{base64.b64encode(self.der).decode('ascii')}:"


def made(folder: Path, name: str, *, start: datetime = LONG_AGO, end: datetime = FAR) -> Shown:
    """A certificate with an RSA key, which most systems have."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(own)
        .issuer_name(own)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + certificate.public_bytes(Encoding.PEM)
    )
    return Shown(file=file, certificate=certificate)


def context_of(server: Shown, own: Shown | None = None) -> ssl.SSLContext:
    """What a system connects with."""
    context = ssl.create_default_context(cadata=server.pem)
    if own is not None:
        context.load_cert_chain(own.file)
    return context


@contextmanager
def tls_before(
    address: str, *, server: Shown, trusted: tuple[Shown, ...], secret: str
) -> Iterator[str]:
    """The proxy before an instance; gives the address that systems call."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.file)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata="".join(shown.pem for shown in trusted))
    port = int(address.rpartition(":")[2])

    def pass_on(plain: socket.socket, _: threading.Event) -> None:
        with (
            context.wrap_socket(plain, server_side=True) as outside,
            socket.create_connection(("127.0.0.1", port), 5) as inside,
        ):
            inside.sendall(_with_certificate(_request(outside), outside, secret))
            while part := inside.recv(65_536):
                outside.sendall(part)

    with behaving(pass_on) as url:
        yield f"https://localhost:{url.rpartition(':')[2]}"


def _request(outside: ssl.SSLSocket) -> bytes:
    """One whole request."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += outside.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length:
        body += outside.recv(65_536)
    return head + b"\r\n\r\n" + body


def _with_certificate(request: bytes, outside: ssl.SSLSocket, secret: str) -> bytes:
    """The request with what the proxy says of its connection, which nobody else may say."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    ours = (b"client-cert", b"yinxin-proxy-secret", b"connection")
    kept = [item for item in fields if item.partition(b":")[0].lower() not in ours]
    kept += [b"Connection: close", b"Yinxin-Proxy-Secret: " + secret.encode("ascii")]
    shown = outside.getpeercert(binary_form=True)
    if shown is not None:
        kept.append(b"Client-Cert: :" + base64.b64encode(shown) + b":")
    return b"\r\n".join((line, *kept)) + b"\r\n\r\n" + body
