"""Signed notes: a text, a blank line, and lines that each hold one signature over the text.

Of two profiles there is one key each: who keeps a log signs the text itself; who watches it
signs the text behind the time at which it was seen (cosignature).
Source: C2SP signed-note and tlog-cosignature, in a profile of our own: signature type 0xff with
a name, SM2 with SM3, raw r‖s, key identifiers by SM3.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, unique
from typing import Final

from signing import sm2
from signing.algorithms import RAW_SIGNATURE_BYTES, sm3
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.signature_values import SignatureValue
from signing.signer import Signer

MAX_NOTE_BYTES: Final = 64 << 10
MAX_SIGNATURES: Final = 64

_KEY_ID_BYTES: Final = 4
_TIME_BYTES: Final = 8
_LAST_SECOND: Final = 253_402_300_799
_DASH: Final = "— "
_NAME: Final = re.compile(r"[^\s+]{1,200}")
_CONTROL: Final = re.compile(r"[\0-\x09\x0b-\x1f\x7f]")


@unique
class NoteRole(StrEnum):
    """What a key signs; the value is the name of the signature type."""

    LOG = "SM2-SM3"
    WITNESS = "SM2-SM3-cosignature/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """A public key under a name.

    Attributes:
        name: Without spaces and plus signs, at most 200 characters.

    Raises:
        MalformedStructureError: A key cannot have this name.
    """

    name: str
    role: NoteRole
    public_key: sm2.PublicKey

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise MalformedStructureError("a key of notes cannot have this name")

    @property
    def key_id(self) -> bytes:
        """What tells keys of one name apart, 4 bytes."""
        kind = b"\xff" + self.role.encode("ascii")
        return sm3(self.name.encode() + b"\n" + kind + self.public_key.point)[:_KEY_ID_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSignature:
    """One line below a note; who signed is only claimed until it is verified."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line, its end included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    def is_by(self, key: NoteKey) -> bool:
        """Whether the line names ``key``."""
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and what is signed below it.

    Attributes:
        text: With the end of its last line.
    """

    text: str
    signatures: tuple[NoteSignature, ...] = ()

    def encode(self) -> str:
        """Return the note as it is stored and sent."""
        return f"{self.text}\n{''.join(signature.line for signature in self.signatures)}"

    def signed_also(self, signatures: Iterable[NoteSignature]) -> "Note":
        """Return the note with more signatures; those it has already are not repeated."""
        known = dict.fromkeys((*self.signatures, *signatures))
        return Note(text=self.text, signatures=tuple(known))

    def verify(self, key: NoteKey) -> None:
        """Check that whoever keeps the log signed the text.

        Raises:
            InvalidSignatureError: No line is by ``key``, or one does not verify.
        """
        for value in self._values_of(key):
            _verify(self.text.encode(), value, key)

    def seen_at(self, key: NoteKey) -> datetime:
        """Return when a witness says that it saw the text, the first time if there are several.

        Raises:
            InvalidSignatureError: No line is by ``key``, or one does not verify.
        """
        return min(self._seen_at(value, key) for value in self._values_of(key))

    def _seen_at(self, value: bytes, key: NoteKey) -> datetime:
        seconds = int.from_bytes(value[:_TIME_BYTES], "big")
        if len(value) != _TIME_BYTES + RAW_SIGNATURE_BYTES or seconds > _LAST_SECOND:
            raise InvalidSignatureError("not a cosignature")
        _verify(_seen(self.text, seconds), value[_TIME_BYTES:], key)
        return datetime.fromtimestamp(seconds, UTC)

    def _values_of(self, key: NoteKey) -> list[bytes]:
        values = [signature.value for signature in self.signatures if signature.is_by(key)]
        if not values:
            raise InvalidSignatureError(f"not signed by {key.name}")
        return values


def parse_note(data: str) -> Note:
    """Read a note.

    Args:
        data: At most 64 KB, with at most 64 signatures.

    Raises:
        MalformedStructureError: Not a note, or not as `Note.encode` writes it.
    """
    if len(data) > MAX_NOTE_BYTES or _CONTROL.search(data):
        raise MalformedStructureError("the note is too long or has control characters")
    text, blank, lines = data.rpartition("\n\n")
    if not blank or not text:
        raise MalformedStructureError("the note has no text or no signatures")
    note = Note(text=f"{text}\n", signatures=parse_signatures(lines))
    if note.encode() != data:
        raise MalformedStructureError("the note is not in its one spelling")
    return note


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Read the lines below a note, at least one.

    Raises:
        MalformedStructureError: Not such lines, or more than 64.
    """
    rows = lines.removesuffix("\n").split("\n")
    found = tuple(_parse_line(line) for line in rows[: MAX_SIGNATURES + 1])
    if not 0 < len(found) <= MAX_SIGNATURES:
        raise MalformedStructureError("a note has one to 64 signatures")
    return found


def _parse_line(line: str) -> NoteSignature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        value = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedStructureError("not a line with a signature") from error
    if not line.startswith(_DASH) or not _NAME.fullmatch(name) or len(value) <= _KEY_ID_BYTES:
        raise MalformedStructureError("not a line with a signature")
    return NoteSignature(name=name, key_id=value[:_KEY_ID_BYTES], value=value[_KEY_ID_BYTES:])


def sign_note(text: str, *, name: str, signer: Signer) -> NoteSignature:
    """Sign a text as the keeper of a log.

    Raises:
        KeyUnavailableError: The key store did not answer.
    """
    key = NoteKey(name=name, role=NoteRole.LOG, public_key=signer.public_key)
    value = SignatureValue.from_der(signer.sign(text.encode())).to_raw()
    return NoteSignature(name=name, key_id=key.key_id, value=value)


def cosign_note(text: str, *, name: str, signer: Signer, now: datetime) -> NoteSignature:
    """Sign a text as a witness that saw it ``now``.

    Raises:
        KeyUnavailableError: The key store did not answer.
    """
    key = NoteKey(name=name, role=NoteRole.WITNESS, public_key=signer.public_key)
    seconds = int(now.timestamp())
    value = SignatureValue.from_der(signer.sign(_seen(text, seconds))).to_raw()
    return NoteSignature(
        name=name, key_id=key.key_id, value=seconds.to_bytes(_TIME_BYTES, "big") + value
    )


def _seen(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _verify(message: bytes, value: bytes, key: NoteKey) -> None:
    sm2.verify(message, SignatureValue.from_raw(value), key=key.public_key)
