"""Chooses the SM2 engine at start by a known-answer self-test.

The vector is GB/T 32918.5-2017 Annex A: the same d, Z, e, k, r and s.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

from signing.engines.libcrypto import LibcryptoEngine
from signing.engines.port import Engine
from signing.engines.pure import PureEngine
from signing.errors import EngineUnavailableError, InvalidSignatureError, SigningError
from signing.signature_values import SignatureValue

KNOWN_SCALAR: Final = bytes.fromhex(
    "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
)
KNOWN_POINT: Final = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
KNOWN_MESSAGE: Final = b"message digest"
KNOWN_Z: Final = bytes.fromhex("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3")
KNOWN_DIGEST: Final = bytes.fromhex(
    "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
)
KNOWN_NONCE: Final = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
KNOWN_VALUE: Final = SignatureValue(
    0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
    0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
)

_CANDIDATES: Final[dict[str, Callable[[], Engine]]] = {
    LibcryptoEngine.name: LibcryptoEngine,
    PureEngine.name: PureEngine,
}


@cache
def default_engine() -> Engine:
    """Return the first engine that passes its self-test, the fast one first.

    Raises:
        EngineUnavailableError: None does; the message says what to install.
    """
    reasons: list[str] = []
    for name in _CANDIDATES:
        try:
            return engine_named(name)
        except EngineUnavailableError as error:
            reasons.append(f"{name}: {error}")
    raise EngineUnavailableError(
        "没有可用的 SM2 引擎，请安装 OpenSSL 3 (libssl3) · no SM2 engine works, install OpenSSL 3: "
        + "; ".join(reasons)
    )


def engine_named(name: str) -> Engine:
    """Return the engine ``name`` after its self-test.

    Raises:
        EngineUnavailableError: It is unknown, absent or gives wrong answers.
    """
    if name not in _CANDIDATES:
        raise EngineUnavailableError(f"no engine is called {name!r}")
    engine = _CANDIDATES[name]()
    try:
        _self_test(engine)
    except SigningError as error:
        raise EngineUnavailableError(f"the self-test failed: {error}") from error
    return engine


def _self_test(engine: Engine) -> None:
    if engine.public_point(KNOWN_SCALAR) != KNOWN_POINT:
        raise EngineUnavailableError("wrong public point")
    public = engine.load_public(KNOWN_POINT)
    public.verify_digest(KNOWN_DIGEST, KNOWN_VALUE)
    _expect_refusal(lambda: public.verify_digest(KNOWN_Z, KNOWN_VALUE))
    swapped = SignatureValue(KNOWN_VALUE.s, KNOWN_VALUE.r)
    _expect_refusal(lambda: public.verify_digest(KNOWN_DIGEST, swapped))
    fresh = engine.load_private(KNOWN_SCALAR, KNOWN_POINT).sign_digest(KNOWN_DIGEST)
    public.verify_digest(KNOWN_DIGEST, fresh)


def _expect_refusal(attempt: Callable[[], None]) -> None:
    try:
        attempt()
    except InvalidSignatureError:
        return
    raise EngineUnavailableError("accepts a wrong signature")
