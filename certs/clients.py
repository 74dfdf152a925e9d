"""Systems that call this instance (接入系统): as whom, with which key, and what they may touch.

A client signs each request with an SM2 key, or gets a token of ten minutes for a signed one. It
acts as a person's number in one role, and besides that role only on license types and matters that
it was given: nothing that was not named.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol, Self

from certs.access import AccessGrant, CallerRole
from certs.errors import ClientClosedError, ClientRefusedError
from certs.masking import redact
from certs.reach import Reach
from certs.short_names import SHORT_NAME_WORDS, is_short_name
from certs.transactions import Transaction
from signing.certificates import parse_pem_certificates, parse_public_key, pem_blocks
from signing.connection_certificates import ConnectionCertificate, parse_connection_pem
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.sm2 import PublicKey

CLIENT_ROLES: Final = (CallerRole.WINDOW, CallerRole.ISSUER)
"""What systems may be here for; whoever administers is always a person."""
TOKEN_LIFETIME: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(days=3 * 366)
"""How long a key may serve before somebody has to say so anew."""
_PERSON: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MAX_PEM_CHARACTERS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """接入系统: one system, as it stands.

    Attributes:
        name: What it calls itself in signatures; never given to another one.
        person: The number that it acts as, which stands in every record.
        ends_at: From when on its key serves no more.
        key_ends_at: When the certificate of its key ends; None for a key without one.
        connection: Digest of the certificate that its connections have to show, see
            `ConnectionCertificate`; empty where any connection will do.
        changed_at: Since when it stands so.
        changed_by: Who said so last: never the person that it acts as.
        stopped_at: When it was stopped, for good; None while it was not.

    Raises:
        ClientRefusedError: A part is none, or the end is not within three years.
    """

    name: str
    person: str
    role: CallerRole
    key: PublicKey
    rights: Reach
    ends_at: datetime
    changed_at: datetime
    changed_by: str
    key_ends_at: datetime | None = None
    connection: str = ""
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if not is_short_name(self.name):
            raise ClientRefusedError(SHORT_NAME_WORDS)
        if not _PERSON.fullmatch(self.person) or redact(self.person) != self.person:
            raise ClientRefusedError(
                "工号由字母、数字、点、横线组成，且不能是居民身份证号"
                " · a number has letters, digits, dots and dashes, and is no citizen number"
            )
        if self.role not in CLIENT_ROLES:
            raise ClientRefusedError(
                "系统只能以窗口或发证部门身份接入 · systems are windows or issuers, nothing else"
            )
        last = self.changed_at + LONGEST
        if self.key_ends_at is not None:
            last = min(last, self.key_ends_at)
        if not self.changed_at < self.ends_at <= last:
            raise ClientRefusedError(
                "截止时间须在三年之内且未过，不晚于证书的截止时间 · the end is in the future,"
                " within three years, and not after that of the certificate"
            )

    def is_open(self, at: datetime) -> bool:
        """Tell whether it may call at a moment."""
        return self.stopped_at is None and at < self.ends_at

    def may_come_by(self, shown: ConnectionCertificate | None, at: datetime) -> bool:
        """Tell whether a connection that showed a certificate, or none, is one of its own."""
        if not self.connection:
            return True
        return shown is not None and shown.digest == self.connection and shown.is_valid_at(at)

    def grant(self, *, until: datetime | None = None) -> AccessGrant:
        """Return what stands behind its requests: number and role, never beyond its own end."""
        grant = AccessGrant(person=self.person, role=self.role, expires_at=self.ends_at)
        return grant if until is None else grant.until(until)

    @property
    def offer(self) -> "KeyOffer":
        """What it has."""
        return KeyOffer(key=self.key, ends_at=self.key_ends_at, connection=self.connection)

    def changed(
        self,
        offer: "KeyOffer",
        rights: Reach,
        *,
        ends_at: datetime,
        at: datetime,
        by: str,
    ) -> Self:
        """Return it with other proofs, other rights or another end.

        Raises:
            ClientClosedError: It was stopped.
            ClientRefusedError: A part is none.
        """
        if self.stopped_at is not None:
            raise ClientClosedError("接入系统已停用 · the client was stopped, which is for good")
        return replace(
            self,
            key=offer.key,
            key_ends_at=offer.ends_at,
            rights=rights,
            connection=offer.connection,
            ends_at=offer.until(ends_at),
            changed_at=at,
            changed_by=by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOffer:
    """What a client shows who it is by.

    Attributes:
        key: Its public key.
        ends_at: When the key's certificate ends; None for a key without one.
        connection: Digest of the certificate of its connections, or empty.
    """

    key: PublicKey
    ends_at: datetime | None = None
    connection: str = ""

    def until(self, moment: datetime) -> datetime:
        """Return a moment, or the certificate's end where that comes first."""
        return moment if self.ends_at is None else min(moment, self.ends_at)

    @classmethod
    def parse(cls, text: str, *, now: datetime) -> Self:
        """Read one SM2 certificate, or one public key, in PEM.

        Of a certificate the key counts, and that it ends: who issued it is not looked at, because
        whoever registers it vouches for the key.

        Raises:
            ClientRefusedError: Neither, or both, or not on the curve; or a private key; or a
                certificate that is not good now.
        """
        if len(text) > _MAX_PEM_CHARACTERS or not text.isascii() or "PRIVATE" in text:
            raise ClientRefusedError(_NO_KEY)
        try:
            keys = pem_blocks(text, "PUBLIC KEY")
            if keys:
                (encoded,) = keys
                if "BEGIN CERTIFICATE" in text:
                    raise ClientRefusedError(_NO_KEY)
                return cls(key=parse_public_key(encoded))
            (certificate,) = parse_pem_certificates(text)
        except (MalformedStructureError, InvalidSignatureError, ValueError) as error:
            raise ClientRefusedError(_NO_KEY) from error
        if not certificate.is_valid_at(now):
            raise ClientRefusedError(_OUT_OF_DATE)
        return cls(key=certificate.public_key, ends_at=certificate.not_after)


_OUT_OF_DATE: Final = "证书不在有效期内 · the certificate is not good yet, or not any more"
_NO_CONNECTION: Final = (
    "连接证书须为一份证书（PEM，算法不限），且不含私钥 · the certificate of connections is one"
    " in PEM, of any algorithm, and no private key"
)
_NO_KEY: Final = (
    "须为一份 SM2 证书或公钥（PEM），且不含私钥 · one SM2 certificate or public key in PEM,"
    " and no private key"
)


def read_connection(text: str, *, now: datetime) -> str:
    """Return the digest of the certificate that a client shows in TLS: PEM, of any algorithm.

    Raises:
        ClientRefusedError: It is none, several, or not good now; or a private key.
    """
    if len(text) > _MAX_PEM_CHARACTERS or not text.isascii() or "PRIVATE" in text:
        raise ClientRefusedError(_NO_CONNECTION)
    try:
        certificate = parse_connection_pem(text)
    except MalformedStructureError as error:
        raise ClientRefusedError(_NO_CONNECTION) from error
    if not certificate.is_valid_at(now):
        raise ClientRefusedError(_OUT_OF_DATE)
    return certificate.digest


class ClientBook(Protocol):
    """Keeps clients, and every version of what was said of each."""

    def add(self, client: Client) -> None:
        """Keep a new one.

        Raises:
            ClientClosedError: The name was given before.
            SeparatedDutiesError: The person that it acts as administers.
        """
        ...

    def change(self, client: Client) -> None:
        """Keep what is said of it now.

        Raises:
            ClientClosedError: It was stopped meanwhile.
        """
        ...

    def stop(self, name: str, *, at: datetime, by: str) -> bool:
        """Stop one, with its tokens; False if it is none that could be."""
        ...

    def find(self, name: str) -> Client | None:
        """Return one as it stands, or None."""
        ...

    def all(self) -> tuple[Client, ...]:
        """Return every one by name, those that were stopped as well."""
        ...

    def add_token(self, digest: str, name: str, *, until: datetime) -> None:
        """Keep a client's token by its digest."""
        ...

    def find_by_token(self, digest: str, *, at: datetime) -> Client | None:
        """Return whose token it is, as that client stands, if the token is good then."""
        ...

    def forget_tokens(self, before: datetime) -> int:
        """Remove tokens that ended before a moment; return how many."""
        ...


class ClientWork(Transaction, Protocol):
    """A unit of work over clients."""

    @property
    def clients(self) -> ClientBook:
        """The clients within this transaction."""
        ...
