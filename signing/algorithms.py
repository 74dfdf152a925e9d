"""Identifiers, sizes and limits of the algorithms this package uses.

Sources: GB/T 32918, GB/T 32905, GB/T 33560 object identifiers as found in real files;
RFC 5652, RFC 5035 for CMS.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

SM2_SIGN_WITH_SM3: Final = "1.2.156.10197.1.501"
"""sm2-with-SM3: certificates, seals, CMS."""
SM2_SIGN: Final = "1.2.156.10197.1.301.1"
"""sm2sign: the signature algorithm of GB/T 35275 signer infos."""
SM2_CURVE: Final = "1.2.156.10197.1.301"
SM2_SIGN_MISSPELT: Final = "1.2.156.10197.501"
"""sm2-with-SM3 with an arc left out, as a widespread library once wrote it."""
SM3: Final = "1.2.156.10197.1.401"
SM3_WITHOUT_KEY: Final = "1.2.156.10197.1.401.1"
SM3_WITH_KEY: Final = "1.2.156.10197.1.401.2"
EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"

GB_DATA: Final = "1.2.156.10197.6.1.4.2.1"
GB_SIGNED_DATA: Final = "1.2.156.10197.6.1.4.2.2"
CMS_DATA: Final = "1.2.840.113549.1.7.1"
CMS_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"
SIGNATURE_TIMESTAMP: Final = "1.2.840.113549.1.9.16.2.14"
"""The unsigned attribute that holds a timestamp token over the signature value (RFC 3161 A)."""
TIMESTAMPING_USAGE: Final = "1.3.6.1.5.5.7.3.8"
"""The extended key usage of a timestamping authority, its only one (RFC 3161 §2.3)."""

YINXIN_ARC: Final = "2.25.137051818248734346883543435482049748593"
SEAL_SIGNATURE_ATTRIBUTE: Final = f"{YINXIN_ARC}.1"
"""The CMS attribute that carries the SES_Signature (电子签章)."""

DEFAULT_ID: Final = b"1234567812345678"
"""The user ID of Z when nobody says otherwise (GB/T 35276-2017)."""

SM3_BYTES: Final = 32
POINT_BYTES: Final = 65
SCALAR_BYTES: Final = 32
RAW_SIGNATURE_BYTES: Final = 64
MAX_DER_SIGNATURE_BYTES: Final = 72


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest of ``data``, 32 bytes (GB/T 32905-2016)."""
    return hashlib.new("sm3", data).digest()


def sm3_stream(parts: Iterable[bytes]) -> bytes:
    """Return the SM3 digest of what ``parts`` are together, 32 bytes."""
    state = hashlib.new("sm3")
    for part in parts:
        state.update(part)
    return state.digest()
