"""How pyHanko uses our SM2 and our timestamps, and whatever it raises becomes our error.

Only public hooks are used: contexts take a signature validator, and timestampers are subclassed.
The object identifiers are registered by ``signing.asn1``.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.errors import ValidationError
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    DefaultSignatureValidator,
    SignatureValidationContext,
)

from signing import sm2
from signing.asn1 import algos, cms, keys, load, x509
from signing.certificates import MAX_CERTIFICATE_BYTES, parse_public_key
from signing.errors import InvalidSignatureError, MalformedPdfError, MalformedStructureError
from signing.pdf.rules import PdfRule
from signing.signature_values import SignatureValue
from signing.timestamp_tokens import MAX_TOKEN_BYTES
from signing.timestamps import TimestampSource

DIGEST: Final = "sm3"
_SM2_ALGORITHM: Final = "sm3_sm2"


class Sm2SignatureValidator(DefaultSignatureValidator):
    """Verifies SM2 signatures with our engine and leaves all others to pyHanko."""

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: keys.PublicKeyInfo,
        signature_algorithm: algos.SignedDigestAlgorithm,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        """Verify one signature.

        Raises:
            InvalidSignature: It does not verify, or key or value is not what it must be.
        """
        if signature_algorithm["algorithm"].native != _SM2_ALGORITHM:
            super().validate_signature(
                signature, signed_data, public_key_info, signature_algorithm, context
            )
            return
        try:
            key = parse_public_key(public_key_info.dump())
            sm2.verify(signed_data, SignatureValue.from_der(signature), key=key)
        except (InvalidSignatureError, MalformedStructureError) as error:
            raise InvalidSignature(str(error)) from error


class SourceTimeStamper(TimeStamper):
    """Lets pyHanko get its document timestamps where we get ours."""

    def __init__(self, source: TimestampSource) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        self._source = source

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return a token over an SM3 digest.

        Raises:
            TimestampUnavailableError: The authority gave none that holds.
        """
        if md_algorithm != DIGEST:
            raise MalformedStructureError(f"timestamps here are over SM3, not {md_algorithm}")
        token = self._source.stamp(message_digest)
        return load(cms.ContentInfo, token, what="a timestamp", max_bytes=MAX_TOKEN_BYTES)


def load_certificate(data: bytes) -> x509.Certificate:
    """Return a certificate as pyHanko wants it.

    Raises:
        MalformedStructureError: It is none.
    """
    loaded = load(x509.Certificate, data, what="a certificate", max_bytes=MAX_CERTIFICATE_BYTES)
    return cast("x509.Certificate", loaded)


@contextmanager
def reading() -> Iterator[None]:
    """Turn whatever pyHanko raises on odd files into our error, and keep its log to itself.

    What it says of a bad path or signature is in its verdict; with the stack of each it would
    fill the terminal.

    Raises:
        MalformedPdfError: It raised something.
    """
    logger = logging.getLogger("pyhanko")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    except (PdfError, ValueErrorWithMessage, PyHankoSigningError, ValidationError) as error:
        raise _unreadable(error) from error
    except (ValueError, TypeError, LookupError, AssertionError) as error:
        raise _unreadable(error) from error
    except (ArithmeticError, AttributeError, NotImplementedError, RecursionError) as error:
        raise _unreadable(error) from error
    finally:
        logger.setLevel(level)


def _unreadable(error: Exception) -> MalformedPdfError:
    return MalformedPdfError(PdfRule.SYNTAX, f"pyHanko cannot read the file: {error}")
