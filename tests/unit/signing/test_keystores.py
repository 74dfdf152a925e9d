"""Key files: what opens them, what does not, and how that is told."""

import base64
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from signing import der, sm2
from signing.algorithms import sm3
from signing.asn1 import keys
from signing.certificates import encode_public_key, pem
from signing.errors import (
    DamagedKeyError,
    InvalidSignatureError,
    KeyUnavailableError,
    MalformedStructureError,
    WrongPassphraseError,
)
from signing.keystores.files import SCRYPT_COST, FileKeyStore, FileSigner, decrypt_key, encrypt_key
from signing.signature_values import SignatureValue
from tests.openssl import openssl

PASSPHRASE = "正确的口令 correct"  # noqa: S105 - opens nothing but test keys
SHORT, OTHER = "p", "q"
LABEL = "ENCRYPTED PRIVATE KEY"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one key, ``seal``; scrypt is slow, so it is made once."""
    folder = tmp_path_factory.mktemp("keys") / "deep" / "keys"
    FileKeyStore(folder, passphrase=PASSPHRASE).generate("seal")
    return folder


def _rewrapped(encoded: bytes) -> str:
    """A key file whose digest line fits whatever the content is."""
    return f"SM3: {sm3(encoded).hex()}\n{pem(LABEL, encoded)}"


def _content(folder: Path) -> bytes:
    found = re.search(r"KEY-----\n(.+?)-----END", (folder / "seal.pem").read_text(), re.DOTALL)
    assert found is not None
    return base64.b64decode(found[1])


def test_a_stored_key_signs_as_before(folder: Path) -> None:
    store = FileKeyStore(folder, passphrase=PASSPHRASE)

    signer = store.open("seal")

    value = SignatureValue.from_der(signer.sign("印信".encode()))
    sm2.verify("印信".encode(), value, key=signer.public_key)
    with pytest.raises(InvalidSignatureError):
        sm2.verify(b"other", value, key=signer.public_key)
    assert signer.key.label == "seal"
    assert store.open("seal").public_key == signer.public_key


def test_a_generated_key_is_the_stored_one(tmp_path: Path) -> None:
    store = FileKeyStore(tmp_path, passphrase=SHORT)

    assert store.generate("record").public_key == store.open("record").public_key


def test_only_the_owner_may_read_key_and_folder(folder: Path) -> None:
    assert stat.S_IMODE((folder / "seal.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_neither_file_nor_signer_shows_the_key(folder: Path) -> None:
    scalar = decrypt_key((folder / "seal.pem").read_text(), passphrase=PASSPHRASE.encode())
    signer = FileKeyStore(folder, passphrase=PASSPHRASE).open("seal")

    assert scalar not in _content(folder)
    for shown in (repr(signer), str(signer), repr(vars(type(signer)))):
        assert scalar.hex() not in shown
        assert repr(scalar) not in shown


def test_a_key_is_never_overwritten(folder: Path) -> None:
    before = (folder / "seal.pem").read_bytes()

    with pytest.raises(FileExistsError):
        FileKeyStore(folder, passphrase=OTHER).generate("seal")

    assert (folder / "seal.pem").read_bytes() == before


def test_an_empty_passphrase_is_refused_before_any_key_is_made(folder: Path) -> None:
    with pytest.raises(WrongPassphraseError, match="口令为空"):
        FileKeyStore(folder, passphrase="")


@pytest.mark.parametrize("passphrase", ["wrong", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_is_told_as_one(folder: Path, passphrase: str) -> None:
    with pytest.raises(WrongPassphraseError, match="seal: 口令不对"):
        FileKeyStore(folder, passphrase=passphrase).open("seal")


def test_a_missing_key_is_told_as_one(folder: Path) -> None:
    with pytest.raises(DamagedKeyError, match="record: the key file cannot be read") as caught:
        FileKeyStore(folder, passphrase=PASSPHRASE).open("record")

    assert isinstance(caught.value.__cause__, FileNotFoundError)


@pytest.mark.parametrize("at", [5, 70, 110, 200, -60, -5])
def test_a_damaged_file_is_told_as_one_and_not_as_a_wrong_passphrase(
    folder: Path, tmp_path: Path, at: int
) -> None:
    text = bytearray((folder / "seal.pem").read_bytes())
    text[at] ^= 1
    (tmp_path / "seal.pem").write_bytes(text)

    for passphrase in (PASSPHRASE, "wrong"):
        with pytest.raises(DamagedKeyError, match="seal: the key file is damaged"):
            FileKeyStore(tmp_path, passphrase=passphrase).open("seal")


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"SM3: ", b"A" * 20_000, pem("PRIVATE KEY", b"\x30\x00").encode()],
    ids=["empty", "binary", "cut", "huge", "plain-key"],
)
def test_files_that_are_no_key_files_are_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "seal.pem").write_bytes(content)

    with pytest.raises(DamagedKeyError):
        FileKeyStore(tmp_path, passphrase=PASSPHRASE).open("seal")


@pytest.mark.parametrize(
    "label", ["", "../seal", "a/b", "SEAL", ".seal", "seal\n", "s" * 64, "-seal", "印"]
)
def test_labels_never_leave_the_folder(folder: Path, label: str) -> None:
    store = FileKeyStore(folder, passphrase=PASSPHRASE)

    for use in (store.open, store.generate):
        with pytest.raises(DamagedKeyError, match="no key label"):
            use(label)


def test_every_bad_news_is_of_the_one_kind_that_callers_catch() -> None:
    assert issubclass(WrongPassphraseError, KeyUnavailableError)
    assert issubclass(DamagedKeyError, KeyUnavailableError)
    assert not issubclass(DamagedKeyError, WrongPassphraseError)


# Tampered parameters ---------------------------------------------------------------------------


def _with(folder: Path, path: tuple[str, ...], value: Any) -> str:  # noqa: ANN401 - any ASN.1 value
    info = keys.EncryptedPrivateKeyInfo.load(_content(folder))
    at = info
    for name in path[:-1]:
        at = at[name]
    at[path[-1]] = value
    return _rewrapped(info.dump(force=True))


_DERIVATION = ("encryption_algorithm", "parameters", "key_derivation_func", "parameters")
_SCHEME = ("encryption_algorithm", "parameters", "encryption_scheme")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*_DERIVATION, "cost_parameter"), 1),
        ((*_DERIVATION, "cost_parameter"), SCRYPT_COST // 2),
        ((*_DERIVATION, "cost_parameter"), SCRYPT_COST + 1),
        ((*_DERIVATION, "cost_parameter"), 2**21),
        ((*_DERIVATION, "cost_parameter"), 2**200),
        ((*_DERIVATION, "cost_parameter"), -1),
        ((*_DERIVATION, "block_size"), 1),
        ((*_DERIVATION, "block_size"), 2**30),
        ((*_DERIVATION, "parallelization_parameter"), 4),
        ((*_DERIVATION, "parallelization_parameter"), 0),
        ((*_DERIVATION, "parallelization_parameter"), 17),
        ((*_DERIVATION, "parallelization_parameter"), 2**40),
        ((*_SCHEME, "parameters"), bytes(15)),
        ((*_SCHEME, "parameters"), b""),
        (("encrypted_data",), b""),
        (("encrypted_data",), bytes(31)),
    ],
    ids=lambda item: str(item)[-40:],
)
def test_parameters_out_of_bounds_are_refused_before_any_work(
    folder: Path, path: tuple[str, ...], value: int | bytes
) -> None:
    text = _with(folder, path, value)

    with pytest.raises(MalformedStructureError):
        decrypt_key(text, passphrase=PASSPHRASE.encode())


def test_other_ciphers_are_refused(folder: Path) -> None:
    text = _with(folder, (*_SCHEME, "algorithm"), "aes128_cbc")

    with pytest.raises(MalformedStructureError, match="AES-256-CBC"):
        decrypt_key(text, passphrase=PASSPHRASE.encode())


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"\x30\x00",
        der.sequence(der.sequence(der.oid("1.2.3")), der.octets(bytes(16))),
        b"\x04",
    ],
)
def test_other_structures_are_refused(encoded: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        decrypt_key(_rewrapped(encoded), passphrase=b"p")


def test_a_flipped_bit_of_the_encrypted_part_does_not_open(folder: Path) -> None:
    """With the digest line made to fit; what comes out is no key that fits its point."""
    encoded = _content(folder)
    for at in (-1, -20, -100, -140):
        changed = bytearray(encoded)
        changed[at] ^= 1
        with pytest.raises(WrongPassphraseError):
            decrypt_key(_rewrapped(bytes(changed)), passphrase=PASSPHRASE.encode())


def test_halves_of_two_keys_do_not_make_one() -> None:
    one, other = sm2.PrivateKey.generate(), sm2.PrivateKey.generate()
    text = encrypt_key(one.scalar, other.public, passphrase=b"p")

    with pytest.raises(WrongPassphraseError):
        decrypt_key(text, passphrase=b"p")


# OpenSSL ---------------------------------------------------------------------------------------


def test_openssl_opens_our_key_and_signs_with_it(folder: Path, tmp_path: Path) -> None:
    signer = FileKeyStore(folder, passphrase=PASSPHRASE).open("seal")
    opened = openssl("pkey", "-in", folder / "seal.pem", "-passin", f"pass:{PASSPHRASE}", "-pubout")
    told = openssl("asn1parse", "-in", folder / "seal.pem")

    assert opened == pem("PUBLIC KEY", encode_public_key(signer.public_key))
    assert "scrypt" in told
    with pytest.raises(AssertionError):
        openssl("pkey", "-in", folder / "seal.pem", "-passin", "pass:wrong", "-noout")
    (tmp_path / "message").write_bytes(b"message")
    _openssl_sign(folder, tmp_path)
    value = SignatureValue.from_der((tmp_path / "signature").read_bytes())
    sm2.verify(b"message", value, key=signer.public_key)


def _openssl_sign(folder: Path, work: Path) -> None:
    openssl(
        *("pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678"),
        *("-inkey", folder / "seal.pem", "-passin", f"pass:{PASSPHRASE}"),
        *("-in", work / "message", "-out", work / "signature"),
    )


def _by_openssl(folder: Path, *options: str) -> str:
    openssl("genpkey", "-algorithm", "SM2", "-out", folder / "plain.pem")
    openssl(
        *("pkcs8", "-topk8", "-in", folder / "plain.pem", "-out", folder / "key.pem"),
        *("-passout", "pass:p", "-v2", "aes-256-cbc", *options),
    )
    text = (folder / "key.pem").read_text()
    return _rewrapped(base64.b64decode("".join(text.splitlines()[1:-1])))


@pytest.mark.parametrize(
    "options",
    [
        ("-v2prf", "hmacWithSHA256", "-iter", "600000"),
        ("-scrypt", "-scrypt_N", "16384", "-scrypt_r", "8", "-scrypt_p", "5"),
    ],
    ids=["pbkdf2", "scrypt"],
)
def test_a_key_that_openssl_made_is_opened(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "outside.pem").write_text(_by_openssl(tmp_path, *options))

    signer = FileKeyStore(tmp_path, passphrase=SHORT).open("outside")

    assert isinstance(signer, FileSigner)
    public = openssl("pkey", "-in", tmp_path / "plain.pem", "-pubout")
    assert public == pem("PUBLIC KEY", encode_public_key(signer.public_key))
    with pytest.raises(WrongPassphraseError):
        FileKeyStore(tmp_path, passphrase=OTHER).open("outside")


@pytest.mark.parametrize(
    "options",
    [
        ("-v2prf", "hmacWithSHA256", "-iter", "599999"),
        ("-v2prf", "hmacWithSHA1", "-iter", "600000"),
        ("-scrypt", "-scrypt_N", "16384", "-scrypt_r", "8", "-scrypt_p", "4"),
        ("-scrypt", "-scrypt_N", "16384", "-scrypt_r", "8", "-scrypt_p", "17"),
    ],
    ids=["few-rounds", "sha1", "weak-scrypt", "parallel-scrypt"],
)
def test_a_key_that_is_wrapped_too_weakly_or_otherwise_is_refused(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    (tmp_path / "outside.pem").write_text(_by_openssl(tmp_path, *options))

    with pytest.raises(DamagedKeyError, match="out of bounds"):
        FileKeyStore(tmp_path, passphrase=SHORT).open("outside")
