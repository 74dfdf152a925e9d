"""GB/T 32918.5 Annex A, and everything that must be refused, by both engines."""

import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from signing import curve, sm2
from signing.certificates import encode_public_key
from signing.engines.libcrypto import LibcryptoEngine
from signing.engines.port import Engine
from signing.engines.pure import PureEngine
from signing.engines.selection import (
    KNOWN_DIGEST,
    KNOWN_MESSAGE,
    KNOWN_NONCE,
    KNOWN_POINT,
    KNOWN_SCALAR,
    KNOWN_VALUE,
    KNOWN_Z,
    default_engine,
    engine_named,
)
from signing.errors import (
    EngineUnavailableError,
    InvalidSignatureError,
    MalformedStructureError,
)
from signing.signature_values import SignatureValue

ENGINES: list[Engine] = [LibcryptoEngine(), PureEngine()]
KEY = sm2.PublicKey(KNOWN_POINT)
VECTORS = Path(os.environ.get("YINXIN_VECTORS", "../shared/vectors"))

each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)


def test_z_and_e_are_those_of_the_standard() -> None:
    assert sm2.z_value(KEY) == KNOWN_Z
    assert sm2.digest(KNOWN_MESSAGE, key=KEY) == KNOWN_DIGEST


@each_engine
def test_the_standard_s_signature_verifies(engine: Engine) -> None:
    assert engine.public_point(KNOWN_SCALAR) == KNOWN_POINT
    sm2.verify(KNOWN_MESSAGE, KNOWN_VALUE, key=KEY, engine=engine)


def test_the_standard_s_nonce_gives_the_standard_s_r_and_s() -> None:
    key = PureEngine().load_private(KNOWN_SCALAR, KNOWN_POINT)

    assert key.sign_with_nonce(KNOWN_DIGEST, KNOWN_NONCE) == KNOWN_VALUE


@each_engine
@pytest.mark.parametrize("verifier", ENGINES, ids=lambda engine: engine.name)
def test_each_engine_verifies_what_the_other_signs(engine: Engine, verifier: Engine) -> None:
    pair = sm2.PrivateKey.generate(engine=engine)

    value = sm2.sign("印信".encode(), key=pair)

    sm2.verify("印信".encode(), value, key=pair.public, engine=verifier)
    with pytest.raises(InvalidSignatureError):
        sm2.verify("印章".encode(), value, key=pair.public, engine=verifier)


@each_engine
def test_another_user_id_does_not_verify(engine: Engine) -> None:
    with pytest.raises(InvalidSignatureError):
        sm2.verify(KNOWN_MESSAGE, KNOWN_VALUE, key=KEY, user_id=b"", engine=engine)


@each_engine
@pytest.mark.parametrize("position", range(0, 256, 17))
def test_one_flipped_bit_of_the_digest_is_refused(engine: Engine, position: int) -> None:
    altered = int.from_bytes(KNOWN_DIGEST, "big") ^ 1 << position

    with pytest.raises(InvalidSignatureError):
        engine.load_public(KNOWN_POINT).verify_digest(altered.to_bytes(32, "big"), KNOWN_VALUE)


@each_engine
@pytest.mark.parametrize("position", range(0, 512, 37))
def test_one_flipped_bit_of_the_signature_is_refused(engine: Engine, position: int) -> None:
    raw = int.from_bytes(KNOWN_VALUE.to_raw(), "big") ^ 1 << position

    with pytest.raises(InvalidSignatureError):
        sm2.verify(
            KNOWN_MESSAGE,
            SignatureValue.from_raw(raw.to_bytes(64, "big")),
            key=KEY,
            engine=engine,
        )


R, S, N = KNOWN_VALUE.r, KNOWN_VALUE.s, curve.N


@pytest.mark.parametrize(
    ("r", "s"),
    [(0, S), (R, 0), (N, S), (R, N), (R + N, S), (R, S + N), (R, N - R), (-R, S), (R, -S), (0, 0)],
)
def test_values_out_of_range_never_reach_an_engine(r: int, s: int) -> None:
    with pytest.raises(InvalidSignatureError):
        SignatureValue(r, s)


@each_engine
def test_a_sum_that_only_wraps_is_refused_by_the_engine_itself(engine: Engine) -> None:
    """r + s ≡ 0 slips past range checks; the engines must refuse it on their own as well."""
    value = object.__new__(SignatureValue)
    object.__setattr__(value, "r", R)
    object.__setattr__(value, "s", N - R)

    with pytest.raises(InvalidSignatureError):
        engine.load_public(KNOWN_POINT).verify_digest(KNOWN_DIGEST, value)


GOOD = KNOWN_VALUE.to_der()


def _replace(at: int, *octets: int) -> bytes:
    return GOOD[:at] + bytes(octets) + GOOD[at + len(octets) :]


BAD_DER: dict[str, bytes] = {
    "trailing byte": GOOD + b"\0",
    "trailing byte inside": bytes((0x30, GOOD[1] + 1)) + GOOD[2:] + b"\0",
    "long-form length": b"\x30\x81" + GOOD[1:],
    "indefinite length": b"\x30\x80" + GOOD[2:] + b"\0\0",
    "long-form integer length": bytes((0x30, GOOD[1] + 1, 0x02, 0x81)) + GOOD[3:],
    "padded integer": bytes((0x30, GOOD[1] + 1, 0x02, GOOD[3] + 1, 0)) + GOOD[4:],
    "negative integer": bytes((0x30, GOOD[1] - 1, 0x02, GOOD[3] - 1)) + GOOD[5:],
    "set instead of sequence": _replace(0, 0x31),
    "octet string instead of integer": _replace(2, 0x04),
    "empty integer": bytes.fromhex("3006020002020101"),
    "short": bytes.fromhex("3003020101"),
    "only r": bytes.fromhex("3022022000") + bytes(33),
    "length beyond the end": _replace(1, 0x7F),
    "empty": b"",
    "ones": bytes.fromhex("3006020100020101"),
    "too long": bytes.fromhex("30820400") + bytes(1024),
}


@pytest.mark.parametrize("name", BAD_DER)
def test_malformed_der_is_refused(name: str) -> None:
    with pytest.raises(InvalidSignatureError):
        SignatureValue.from_der(BAD_DER[name])


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_raw_values_of_other_lengths_are_refused(length: int) -> None:
    with pytest.raises(InvalidSignatureError):
        SignatureValue.from_raw(bytes([1]) * length)


def test_both_forms_round_trip() -> None:
    assert SignatureValue.from_der(GOOD) == KNOWN_VALUE
    assert SignatureValue.from_raw(KNOWN_VALUE.to_raw()) == KNOWN_VALUE


@pytest.mark.parametrize(
    "point",
    [
        KNOWN_POINT[:-1] + bytes([KNOWN_POINT[-1] ^ 1]),
        b"\x02" + KNOWN_POINT[1:33],
        b"\x03" + KNOWN_POINT[1:],
        KNOWN_POINT[1:],
        KNOWN_POINT + b"\0",
        b"\x04" + bytes(64),
        b"\0",
        b"",
        b"\x04" + curve.P.to_bytes(32, "big") + KNOWN_POINT[33:],
        b"\x04"
        + (int.from_bytes(KNOWN_POINT[1:33], "big") + curve.P).to_bytes(33, "big")[-32:]
        + KNOWN_POINT[33:],
    ],
)
def test_points_off_the_curve_are_refused(point: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        sm2.PublicKey(point)


@pytest.mark.parametrize("scalar", [0, curve.N - 1, curve.N, 2**256 - 1])
def test_private_scalars_out_of_range_are_refused(scalar: int) -> None:
    with pytest.raises(MalformedStructureError):
        sm2.PrivateKey.of(scalar.to_bytes(32, "big"))


def test_a_private_key_never_shows_its_scalar() -> None:
    pair = sm2.PrivateKey.of(KNOWN_SCALAR)

    assert KNOWN_SCALAR.hex() not in repr(pair)
    assert str(int.from_bytes(KNOWN_SCALAR, "big")) not in repr(pair)


@each_engine
def test_keys_with_leading_zeros_and_fours_survive(engine: Engine) -> None:
    """gmssl strips leading "0" and "4" digits from points given to its constructor."""
    seen = 0
    for scalar in range(1, 400):
        pair = sm2.PrivateKey.of(scalar.to_bytes(32, "big"))
        if pair.public.point[1:].hex().startswith(("0", "4")):
            seen += 1
            sm2.verify(b"m", sm2.sign(b"m", key=pair), key=pair.public, engine=engine)
        if seen == 3:
            break
    assert seen == 3


def test_many_threads_share_one_key() -> None:
    pair = sm2.PrivateKey.generate()
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(20):
                message = number.to_bytes(4, "big")
                sm2.verify(message, sm2.sign(message, key=pair), key=pair.public)
        except BaseException as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_the_fast_engine_is_chosen_where_it_works() -> None:
    assert default_engine().name == "libcrypto"
    assert engine_named("gmssl").name == "gmssl"


def test_an_unknown_engine_is_named_in_the_error() -> None:
    with pytest.raises(EngineUnavailableError, match="'openssl'"):
        engine_named("openssl")


def test_a_machine_without_libcrypto_says_so() -> None:
    with pytest.raises(EngineUnavailableError):
        LibcryptoEngine("libnothing.so.3")


def test_an_engine_that_accepts_anything_fails_its_self_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The self-test is the last guard, so it is shown to have teeth."""
    accept: Callable[..., None] = lambda *_: None  # noqa: E731 - a stand-in, not a function
    monkeypatch.setattr(LibcryptoEngine, "verify", accept)

    with pytest.raises(EngineUnavailableError, match="wrong signature"):
        engine_named("libcrypto")


def test_openssl_verifies_our_signature_and_we_verify_its(tmp_path: Path) -> None:
    pair = sm2.PrivateKey.generate()
    spki = encode_public_key(pair.public)
    (tmp_path / "message").write_bytes(b"message")
    (tmp_path / "key.der").write_bytes(spki)
    (tmp_path / "signature").write_bytes(sm2.sign(b"message", key=pair).to_der())

    done = subprocess.run(
        [
            *("openssl", "dgst", "-sm3", "-sigopt", "distid:1234567812345678"),
            *("-verify", "key.der", "-keyform", "DER", "-signature", "signature", "message"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert done.stdout.strip() == b"Verified OK", done.stderr


def _shared(name: str) -> list[dict[str, object]]:
    path = VECTORS / "sm2" / name
    if not path.exists():
        pytest.skip("vectors of other implementations are not at hand (YINXIN_VECTORS)")
    loaded: list[dict[str, object]] = json.loads(path.read_text())
    return loaded


@each_engine
def test_other_implementations_annex_a_negatives_are_refused(engine: Engine) -> None:
    for case in _shared("sm2-sign-gbt32918.json"):
        if "msg_hex" not in case:
            continue
        try:
            point = bytes.fromhex(f"04{case['x']}{case['y']}")
            value = SignatureValue(int(str(case["r"]), 16), int(str(case["s"]), 16))
            sm2.verify(
                bytes.fromhex(str(case["msg_hex"])),
                value,
                key=sm2.PublicKey(point),
                user_id=str(case["id"]).encode(),
                engine=engine,
            )
            verified = True
        except (InvalidSignatureError, MalformedStructureError):
            verified = False
        assert verified is case["expected"], case["name"]


@each_engine
def test_other_implementations_signatures_over_e_verify(engine: Engine) -> None:
    for case in _shared("sm2-verify-e.json"):
        point = bytes.fromhex(f"04{case['x']}{case['y']}")
        try:
            value = SignatureValue.from_der(bytes.fromhex(str(case["sig_der"])))
            engine.load_public(point).verify_digest(bytes.fromhex(str(case["e"])), value)
            verified = True
        except InvalidSignatureError:
            verified = False
        assert verified is case["expected"], case["source"]
