"""SM2 through our layer, beside OpenSSL's own measure and the pure-Python library."""

import re
import statistics
import subprocess
from typing import Final

from api.benches.measuring import Measurement, rates
from signing import sm2
from signing.engines.selection import engine_named

_LINE: Final = re.compile(rb"256 bits SM2.*?([\d.]+)\s+([\d.]+)\s*$", re.MULTILINE)
_ROUNDS: Final = 3
_MESSAGE: Final = bytes(256)


def bench_sm2() -> list[Measurement]:
    """SM2 sign and verify."""
    fast, slow = engine_named("libcrypto"), engine_named("gmssl")
    key, slow_key = sm2.PrivateKey.generate(engine=fast), sm2.PrivateKey.generate(engine=slow)
    value = sm2.sign(_MESSAGE, key=key)
    openssl = [_openssl()]
    sign, verify, slow_sign, slow_verify = rates(
        (lambda: sm2.sign(_MESSAGE, key=key), 300),
        (lambda: sm2.verify(_MESSAGE, value, key=key.public, engine=fast), 300),
        (lambda: sm2.sign(_MESSAGE, key=slow_key), 4),
        (lambda: sm2.verify(_MESSAGE, value, key=key.public, engine=slow), 4),
    )
    openssl += [_openssl() for _ in range(_ROUNDS - 1)]
    own_sign, own_verify = (statistics.median(column) for column in zip(*openssl, strict=True))
    return [
        _measured("sm2 sign", sign, "openssl speed", own_sign, 0.9),
        _measured("sm2 verify", verify, "openssl speed", own_verify, 0.9),
        _measured("sm2 sign", sign, "gmssl", slow_sign, 10),
        _measured("sm2 verify", verify, "gmssl", slow_verify, 25),
    ]


def _measured(
    name: str, rate: float, reference: str, reference_rate: float, at_least: float
) -> Measurement:
    return Measurement(
        name=name,
        per_second=rate,
        reference=reference,
        reference_per_second=reference_rate,
        at_least=at_least,
    )


def _openssl() -> tuple[float, float]:
    """Return signatures and verifications a second as ``openssl speed`` measures them."""
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "1", "sm2"],  # noqa: S607 - the system's own openssl
        capture_output=True,
        check=True,
    )
    found = _LINE.search(done.stdout)
    if found is None:
        raise OSError("openssl speed shows no SM2")
    return float(found[1]), float(found[2])
