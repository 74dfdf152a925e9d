"""Notes that are signed by who keeps a log, and by who watches it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from signing import sm2
from signing.errors import InvalidSignatureError, MalformedStructureError
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import EMPTY_ROOT
from signing.ledger.notes import (
    Note,
    NoteKey,
    NoteRole,
    cosign_note,
    parse_note,
    parse_signatures,
    sign_note,
)
from signing.signer import KeyReference

HEAD = Checkpoint(origin="340200.yinxin/issue", size=0, root=EMPTY_ROOT)
NOW = datetime(2026, 11, 22, 8, 0, 7, tzinfo=UTC)


class Key:
    """A signer whose key lies in memory."""

    key = KeyReference("memory", "log")

    def __init__(self) -> None:
        self._private = sm2.PrivateKey.generate()
        self.public_key = self._private.public

    def sign(self, message: bytes) -> bytes:
        return sm2.sign(message, key=self._private).to_der()


@pytest.fixture(scope="module")
def log() -> Key:
    return Key()


@pytest.fixture(scope="module")
def witness() -> Key:
    return Key()


def log_key(key: Key, name: str = HEAD.origin) -> NoteKey:
    return NoteKey(name=name, role=NoteRole.LOG, public_key=key.public_key)


def witness_key(key: Key, name: str = "610300.yinxin") -> NoteKey:
    return NoteKey(name=name, role=NoteRole.WITNESS, public_key=key.public_key)


@pytest.fixture(scope="module")
def note(log: Key, witness: Key) -> Note:
    signed = Note(text=HEAD.text, signatures=(sign_note(HEAD.text, name=HEAD.origin, signer=log),))
    return signed.signed_also(
        [cosign_note(HEAD.text, name="610300.yinxin", signer=witness, now=NOW)]
    )


def test_note_reads_back_with_both_signatures_and_the_time(
    note: Note, log: Key, witness: Key
) -> None:
    read = parse_note(note.encode())
    assert read == note
    read.verify(log_key(log))
    assert read.seen_at(witness_key(witness)) == NOW
    assert Checkpoint.parse(read.text) == HEAD


def test_key_of_a_log_is_no_key_of_a_witness_and_the_other_way_round(
    note: Note, log: Key, witness: Key
) -> None:
    with pytest.raises(InvalidSignatureError):
        note.seen_at(NoteKey(name=HEAD.origin, role=NoteRole.WITNESS, public_key=log.public_key))
    with pytest.raises(InvalidSignatureError):
        note.verify(NoteKey(name="610300.yinxin", role=NoteRole.LOG, public_key=witness.public_key))


def test_signature_of_a_log_passed_off_as_a_cosignature_does_not_verify(log: Key) -> None:
    value = sign_note(HEAD.text, name="x", signer=log).value
    key = witness_key(log, "x")
    for forged in (value, bytes(8) + value):
        passed = Note(
            text=HEAD.text,
            signatures=(
                replace(sign_note("x\n", name="x", signer=log), key_id=key.key_id, value=forged),
            ),
        )
        with pytest.raises(InvalidSignatureError):
            passed.seen_at(key)


def test_other_text_other_name_other_key_or_other_time_do_not_verify(
    note: Note, log: Key, witness: Key
) -> None:
    for text in (HEAD.text.replace("\n0\n", "\n1\n"), HEAD.text + "more\n"):
        changed = replace(note, text=text)
        with pytest.raises(InvalidSignatureError):
            changed.verify(log_key(log))
        with pytest.raises(InvalidSignatureError):
            changed.seen_at(witness_key(witness))
    with pytest.raises(InvalidSignatureError):
        note.verify(log_key(log, "340200.yinxin/audit"))
    with pytest.raises(InvalidSignatureError):
        note.verify(log_key(witness))
    cosigned = note.signatures[1]
    later = replace(cosigned, value=(5).to_bytes(8, "big") + cosigned.value[8:])
    with pytest.raises(InvalidSignatureError):
        replace(note, signatures=(later,)).seen_at(witness_key(witness))


def test_earliest_of_several_cosignatures_counts_and_all_must_verify(
    note: Note, witness: Key
) -> None:
    before = cosign_note(
        HEAD.text, name="610300.yinxin", signer=witness, now=NOW - timedelta(hours=1)
    )
    both = note.signed_also([before, before])
    assert len(both.signatures) == 3
    assert both.seen_at(witness_key(witness)) == NOW - timedelta(hours=1)
    forged = replace(before, value=before.value[:-1] + bytes([before.value[-1] ^ 1]))
    with pytest.raises(InvalidSignatureError):
        both.signed_also([forged]).seen_at(witness_key(witness))


def test_unknown_signatures_are_carried_and_ignored(note: Note, log: Key) -> None:
    stranger = sign_note("other\n", name=HEAD.origin, signer=Key())
    read = parse_note(note.signed_also([stranger]).encode())
    read.verify(log_key(log))


def test_only_the_one_spelling_of_a_note_is_read(note: Note) -> None:
    data = note.encode()
    for other in (
        "",
        "\n\n",
        data.rstrip("\n"),
        data + "\n",
        data.replace("— ", "- "),
        data.replace("— ", "—  "),
        data.replace("\n", "\r\n"),
        data.replace("\n\n", "\n"),
        data.replace("=\n", "\n"),
        note.text,
        note.text + "\n",
        data + "x" * (64 << 10),
        note.text + "\n" + note.signatures[0].line * 65,
        note.text + "\n— a+b AAAAAAAA\n",
        note.text + "\n— a AAAA\n",
    ):
        with pytest.raises(MalformedStructureError):
            parse_note(other)


def test_answer_of_a_witness_is_read_as_lines_alone(note: Note) -> None:
    lines = "".join(signature.line for signature in note.signatures)
    assert parse_signatures(lines) == note.signatures
    for other in ("", "\n", lines + "x\n"):
        with pytest.raises(MalformedStructureError):
            parse_signatures(other)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "x" * 201])
def test_keys_and_logs_cannot_have_such_names(name: str, log: Key) -> None:
    with pytest.raises(MalformedStructureError):
        log_key(log, name)
    with pytest.raises(MalformedStructureError):
        Checkpoint(origin=name, size=0, root=EMPTY_ROOT)


@pytest.mark.parametrize(
    "change",
    [
        ("\n0\n", "\n00\n"),
        ("\n0\n", "\n-1\n"),
        ("\n0\n", "\n9223372036854775808\n"),
        ("\n0\n", "\n\n"),
        ("=\n", "\n"),
        ("=\n", "=\nmore\n"),
        ("=\n", "="),
    ],
)
def test_only_the_one_spelling_of_a_checkpoint_is_read(change: tuple[str, str]) -> None:
    assert Checkpoint.parse(HEAD.text) == HEAD
    with pytest.raises(MalformedStructureError):
        Checkpoint.parse(HEAD.text.replace(*change))
