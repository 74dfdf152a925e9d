"""What a phone signs each minute: one key, one code, one time."""

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing import cose
from signing.errors import InvalidSignatureError, MalformedStructureError, SigningError
from signing.holder_proofs import DeviceKey, HolderProof, prove
from tests.offline_codes import phone, point_of, signed
from tests.sealed import NOW

CODE = signed()


def _proof() -> bytes:
    return prove(CODE, key=phone(), at=NOW)


def _key(number: int = 0) -> DeviceKey:
    return DeviceKey.of_point(point_of(phone(number)))


def test_a_proof_carries_the_code_and_when_it_is_shown() -> None:
    found = HolderProof.parse(_proof())

    assert found is not None
    assert (found.code, found.shown_at) == (CODE, NOW)
    found.verify(_key())


def test_another_phone_did_not_sign_it() -> None:
    found = HolderProof.parse(_proof())

    assert found is not None
    with pytest.raises(InvalidSignatureError):
        found.verify(_key(1))


def test_a_code_alone_is_no_proof() -> None:
    assert HolderProof.parse(CODE) is None


def test_no_byte_of_a_proof_can_be_changed() -> None:
    data = _proof()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1
        with pytest.raises(SigningError):
            _checked(bytes(changed))


def _checked(data: bytes) -> None:
    found = HolderProof.parse(data)
    if found is None:
        raise MalformedStructureError("no proof")
    found.verify(_key())
    assert found.code != CODE


@pytest.mark.parametrize("number", range(8))
def test_a_key_comes_back_from_its_compressed_form(number: int) -> None:
    key = _key(number)

    assert DeviceKey.of_cose(cbor2.loads(cbor2.dumps(key.to_cose()))) == key


POINT = point_of(phone())


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\x00",
        POINT[:-1],
        POINT + b"\x00",
        b"\x02" + POINT[1:33],
        POINT[:-1] + bytes([POINT[-1] ^ 2]),
        b"\x04" + bytes(64),
        b"\x04" + b"\xff" * 64,
        point_of(ec.derive_private_key(7, ec.SECP384R1())),
    ],
)
def test_what_is_no_point_of_the_curve_is_no_key(point: bytes) -> None:
    with pytest.raises(MalformedStructureError):
        DeviceKey.of_point(point)


KEY = _key().to_cose()


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        [1],
        {**KEY, 1: 4},
        {**KEY, -1: 2},
        {**KEY, -1: True},
        {**KEY, -2: KEY[-2][:-1]},
        {**KEY, -2: b"\xff" * 32},
        {**KEY, -3: 1},
        {**KEY, -3: bytes(32)},
        {**KEY, 3: -7},
    ],
)
def test_any_other_map_is_no_key(value: object) -> None:
    with pytest.raises(MalformedStructureError):
        DeviceKey.of_cose(value)


@pytest.mark.parametrize(
    "payload",
    [
        [1],
        [0, b"x"],
        [-1, b"x"],
        [2**33, b"x"],
        [1.0, b"x"],
        [True, b"x"],
        [1, "x"],
        {},
        [1, b"", 2],
    ],
)
def test_any_other_payload_is_no_proof(payload: object) -> None:
    data = cose.tagged(bytes.fromhex("a10126"), cose.encode(payload), bytes(64))

    with pytest.raises(MalformedStructureError):
        HolderProof.parse(data)


@pytest.mark.parametrize("length", [0, 63, 65, 64])
def test_a_value_of_zeros_or_of_another_length_signs_nothing(length: int) -> None:
    data = cose.tagged(bytes.fromhex("a10126"), cose.encode([1, b"x"]), bytes(length))
    found = HolderProof.parse(data)

    assert found is not None
    with pytest.raises(InvalidSignatureError):
        found.verify(_key())
