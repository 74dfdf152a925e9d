"""Encrypted bodies: only the recipient opens them, and only as they were made."""

import pytest

from signing import encryption, sm2
from signing.engines.libcrypto import LibcryptoEngine
from signing.engines.port import Engine
from signing.engines.pure import PureEngine
from signing.errors import MalformedStructureError

ENGINES: list[Engine] = [LibcryptoEngine(), PureEngine()]


class Opener:
    def __init__(self) -> None:
        self.pair = sm2.PrivateKey.generate()

    def decrypt(self, ciphertext: bytes) -> bytes:
        return sm2.decrypt(ciphertext, key=self.pair)


@pytest.mark.parametrize("sender", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("receiver", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("length", [1, 16, 31, 32, 33, 200])
def test_each_engine_opens_what_the_other_encrypts(
    sender: Engine, receiver: Engine, length: int
) -> None:
    pair = sm2.PrivateKey.generate(engine=receiver)
    plain = bytes(range(length))

    ciphertext = sm2.encrypt(plain, key=pair.public, engine=sender)

    assert sm2.decrypt(ciphertext, key=pair) == plain


@pytest.mark.parametrize("receiver", ENGINES, ids=lambda engine: engine.name)
def test_an_altered_ciphertext_is_refused(receiver: Engine) -> None:
    pair = sm2.PrivateKey.generate(engine=receiver)
    ciphertext = sm2.encrypt(bytes(16), key=pair.public)

    for position in range(len(ciphertext)):
        altered = bytearray(ciphertext)
        altered[position] ^= 1
        with pytest.raises(MalformedStructureError):
            sm2.decrypt(bytes(altered), key=pair)


def test_a_body_opens_for_its_recipient_and_context_only() -> None:
    opener, other = Opener(), Opener()
    body = encryption.encrypt("持证主体".encode(), recipient=opener.pair.public, context=b"a")

    assert encryption.decrypt(body, decryptor=opener, context=b"a") == "持证主体".encode()
    with pytest.raises(MalformedStructureError):
        encryption.decrypt(body, decryptor=other, context=b"a")
    with pytest.raises(MalformedStructureError):
        encryption.decrypt(body, decryptor=opener, context=b"b")


def test_every_altered_byte_of_a_body_is_noticed() -> None:
    opener = Opener()
    body = encryption.encrypt(b"x" * 40, recipient=opener.pair.public, context=b"")

    for position in range(len(body)):
        altered = bytearray(body)
        altered[position] ^= 0x10
        with pytest.raises(MalformedStructureError):
            encryption.decrypt(bytes(altered), decryptor=opener, context=b"")


@pytest.mark.parametrize("body", [b"", b"\x30\x00", bytes(100), b"\x30\x03\x02\x01\x01"])
def test_bytes_that_are_no_body_are_refused(body: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        encryption.decrypt(body, decryptor=Opener(), context=b"")
