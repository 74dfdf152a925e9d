"""The root of trust (信任根) and its successors: how a new root follows an old one.

A change is signed by the old root's own key, so that whoever steals the key that signs lists
still cannot name a root. It says from when the new root's lists are believed and until when the
old one's are; between the two both are. Lists carry the changes there have been, so an instance
that missed the overlap follows them from the root it once pinned, link by link.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from certs import canonical
from certs.canonical import JsonValue
from certs.envelopes import Envelope, parse_envelope, sign_payload
from certs.errors import MalformedRecordError
from signing.certificates import MAX_CERTIFICATE_BYTES, Certificate
from signing.errors import InvalidSignatureError
from signing.signer import CertifiedSigner
from verify.errors import TrustListError
from verify.trusted_regions import certificate_text, list_table, malformed, take_certificate

SCHEMA: Final = "yinxin.root-change/1"
MAX_CHANGES: Final = 8
MAX_CHANGE_BYTES: Final = 8 * MAX_CERTIFICATE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class RootChange:
    """One root follows another (换根声明); who signed it is checked by ``check``.

    Attributes:
        old_root: SM3 of the old root's certificate, hexadecimal.
        valid_from: From when lists of the new root are believed.
        old_until: From when lists of the old root are believed no more.
        entry: The signed statement as it stands in a list.
    """

    old_root: str
    new_root: Certificate
    valid_from: datetime
    old_until: datetime
    envelope: Envelope
    entry: JsonValue

    @property
    def identity(self) -> str:
        """SM3 of what it says, hexadecimal."""
        return self.envelope.identity.hex()

    @classmethod
    def parse(cls, entry: JsonValue) -> Self:
        """Parse a statement.

        Raises:
            TrustListError: It is none, or leaves a time without any root.
        """
        try:
            envelope = parse_envelope(canonical.encode(entry, max_bytes=MAX_CHANGE_BYTES))
        except MalformedRecordError as error:
            raise malformed(f"a change of root: {error}") from error
        value = list_table(envelope.payload)
        if value.take("schema", str) != SCHEMA:
            raise malformed("a change of root of another schema")
        change = cls(
            old_root=value.take("old_root", str),
            new_root=take_certificate(value, "new_root"),
            valid_from=value.instant("valid_from"),
            old_until=value.instant("old_until"),
            envelope=envelope,
            entry=entry,
        )
        value.finish()
        if change.old_until < change.valid_from:
            raise malformed("a change of root leaves a time without any")
        return change

    def check(self, old: Certificate) -> None:
        """Refuse a change that ``old`` did not sign, or whose new root is none.

        Raises:
            TrustListError: It must not be believed.
        """
        message = self.envelope.message
        if self.old_root != old.digest.hex() or message.signer != old:
            raise _not_trusted("the change of root is not the old root's")
        if not old.is_valid_at(message.signed_at):
            raise _not_trusted("the old root had ended when it named the new one")
        try:
            self.envelope.verify()
            _check_root(self.new_root)
        except InvalidSignatureError as error:
            raise _not_trusted(f"the change of root does not hold: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RootTerm:
    """A root with the time in which its lists are believed.

    Attributes:
        begins: None for the pinned root.
        ends: None while no other follows.
    """

    root: Certificate
    begins: datetime | None = None
    ends: datetime | None = None

    def covers(self, instant: datetime) -> bool:
        """Whether its lists are believed at ``instant``."""
        begun = self.begins is None or self.begins <= instant
        return begun and (self.ends is None or instant < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustRoots:
    """The pinned root and the changes that lead on from it, each checked."""

    pinned: Certificate
    changes: tuple[RootChange, ...] = ()

    @property
    def terms(self) -> tuple[RootTerm, ...]:
        """Every root, the pinned one first."""
        begins = (None, *(change.valid_from for change in self.changes))
        ends = (*(change.old_until for change in self.changes), None)
        roots = (self.pinned, *(change.new_root for change in self.changes))
        return tuple(
            RootTerm(root=root, begins=begin, ends=end)
            for root, begin, end in zip(roots, begins, ends, strict=True)
        )

    def at(self, instant: datetime) -> tuple[Certificate, ...]:
        """Return the roots whose lists are believed at ``instant``."""
        return tuple(term.root for term in self.terms if term.covers(instant))

    def extended(self, offered: Iterable[RootChange]) -> Self:
        """Return these roots with the changes that lead on from them.

        Changes of roots before the pinned one say nothing here.

        Raises:
            TrustListError: A root did not sign what it should have, or has two successors
                (``conflict``), or there are too many changes.
        """
        roots = self
        for change in offered:
            roots = roots._with(change)
        return roots

    def _with(self, change: RootChange) -> Self:
        terms = self.terms
        for term, known in zip(terms, self.changes, strict=False):
            if change.old_root == known.old_root:
                if change.identity != known.identity:
                    change.check(term.root)  # or anybody could raise the alarm
                    raise TrustListError("conflict", "one root has two successors")
                return self
        newest = terms[-1].root
        if change.old_root != newest.digest.hex():
            return self
        change.check(newest)
        if change.new_root in {term.root for term in terms}:
            raise TrustListError("conflict", "a root returns that another followed")
        if len(self.changes) >= MAX_CHANGES:
            raise malformed(f"more than {MAX_CHANGES} changes of root")
        return type(self)(pinned=self.pinned, changes=(*self.changes, change))


def sign_root_change(
    new_root: Certificate,
    *,
    valid_from: datetime,
    old_until: datetime,
    signer: CertifiedSigner,
    now: datetime,
) -> RootChange:
    """Have the old root name its successor.

    Args:
        new_root: The successor's certificate, signed by itself.
        valid_from: From when lists of the new root are believed.
        old_until: From when lists of the old root are believed no more.
        signer: The old root itself.
        now: When it signs.

    Raises:
        TrustListError: The new root is none, or is the old one, or the times are wrong.
    """
    payload: dict[str, JsonValue] = {
        "schema": SCHEMA,
        "old_root": signer.certificate.digest.hex(),
        "new_root": certificate_text(new_root),
        "valid_from": valid_from.isoformat(),
        "old_until": old_until.isoformat(),
    }
    signed = sign_payload(payload, signer=signer, signed_at=now)
    change = RootChange.parse(canonical.parse_json(signed))
    TrustRoots(pinned=signer.certificate).extended((change,))
    if not new_root.is_valid_at(valid_from):
        raise malformed("the new root is not in date when it begins")
    return change


def _check_root(certificate: Certificate) -> None:
    """Refuse what is no authority that signed itself.

    Raises:
        TrustListError: It is none.
        InvalidSignatureError: Its signature is not its own.
    """
    is_root = certificate.is_authority and "key_cert_sign" in certificate.key_usages
    if not (is_root and certificate.is_self_issued) or certificate.unknown_critical:
        raise _not_trusted("the new root is no root")
    certificate.verify_signature(certificate.public_key)


def _not_trusted(message: str) -> TrustListError:
    return TrustListError("not-trusted", message)
