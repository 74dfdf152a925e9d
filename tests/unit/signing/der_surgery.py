"""DER structures taken apart and put together otherwise, and seals signed anew around them."""

from collections.abc import Callable

from hypothesis import strategies as st

from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.seals import SealLayout
from signing.signer import CertifiedSigner
from tests import world

Change = Callable[[bytes], bytes]
ALGORITHM = der.oid(SM2_SIGN_WITH_SM3)
TRUE = der.tlv(der.BOOLEAN, b"\xff")
FALSE = der.tlv(der.BOOLEAN, b"\0")
CODE = "340200"


def parts_of(encoded: bytes) -> list[bytes]:
    return [item.encoded for item in der.children(der.read(encoded))]


def part_at(encoded: bytes, *path: int) -> bytes:
    """The encoding of one part, however deep."""
    for index in path:
        encoded = parts_of(encoded)[index]
    return encoded


def at(path: tuple[int, ...], part: bytes | Change) -> Change:
    """A change of one part; a path that ends behind the last part adds one."""

    def change(encoded: bytes) -> bytes:
        parts = parts_of(encoded)
        index, *deeper = path
        if deeper:
            parts[index] = at(tuple(deeper), part)(parts[index])
        elif callable(part):
            parts[index] = part(parts[index])
        else:
            parts[index : index + 1] = [part]
        return der.tlv(encoded[0], *parts)

    return change


def retagged(tag: int) -> Change:
    """The same content under another tag."""
    return lambda encoded: der.tlv(tag, der.read(encoded).content)


def signed_seal(
    info: bytes,
    layout: SealLayout = SealLayout.V4,
    *,
    maker: CertifiedSigner | None = None,
    timestamp: bytes = b"",
) -> bytes:
    """A SESeal around any SES_SealInfo, properly signed in its layout."""
    chosen = maker or world.region(CODE).maker
    certificate = der.octets(chosen.certificate.encoded)
    if layout is SealLayout.V1:
        value = chosen.sign(der.sequence(info, certificate, ALGORITHM))
        return der.sequence(info, der.sequence(certificate, ALGORITHM, der.bits(value)))
    return der.sequence(info, certificate, ALGORITHM, der.bits(chosen.sign(info)), timestamp)


def signed_use(
    message: bytes, *, after: bytes = b"", signer: CertifiedSigner | None = None
) -> bytes:
    """A SES_Signature of a later layout around any TBS_Sign, properly signed."""
    chosen = signer or world.region(CODE).seal_signer
    certificate = der.octets(chosen.certificate.encoded)
    return der.sequence(message, certificate, ALGORITHM, der.bits(chosen.sign(message)), after)


def raw_value(value: bytes) -> bytes:
    """r and s of a DER value side by side."""
    return b"".join(
        der.to_integer(item).to_bytes(32, "big") for item in der.children(der.read(value))
    )


@st.composite
def mutations(draw: st.DrawFn, encoded: bytes) -> bytes:
    """Well-formed DER that differs from ``encoded`` in one place of its tree, or in two."""
    for _ in range(draw(st.integers(1, 2))):
        encoded = _mutated(draw, encoded)
    return encoded


def _mutated(draw: st.DrawFn, encoded: bytes) -> bytes:
    element = der.read(encoded)
    parts = parts_of(encoded) if element.tag & 0x20 else []
    descends: int = draw(st.integers(0, 4))
    if parts and descends:
        index: int = draw(st.integers(0, len(parts) - 1))
        parts[index] = _mutated(draw, parts[index])
        return der.tlv(element.tag, *parts)
    change = draw(st.sampled_from((_retag, _reshape if parts else _refill, _wrap)))
    return change(draw, element)


def _retag(draw: st.DrawFn, element: der.Element) -> bytes:
    """Another tag of the same form, so that the result is DER."""
    constructed = (0x30, 0x31, 0xA0, 0xA1, 0xA3)
    primitive = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x16, 0x17, 0x18, 0x80, 0x1E)
    tags = constructed if element.tag & 0x20 else primitive
    return der.tlv(draw(st.sampled_from(tags)), element.content)


def _reshape(draw: st.DrawFn, element: der.Element) -> bytes:
    """The parts in another order, one of them dropped or doubled."""
    parts = parts_of(element.encoded)
    index = draw(st.integers(0, len(parts) - 1))
    one_less = [*parts[:index], *parts[index + 1 :]]
    last_first = [parts[-1], *parts[:-1]]
    chosen = draw(st.sampled_from(((*parts, parts[index]), tuple(one_less), tuple(last_first))))
    return der.tlv(element.tag, *chosen)


def _refill(draw: st.DrawFn, element: der.Element) -> bytes:
    content = b"" if element.tag & 0x20 else draw(st.binary(max_size=80))
    return der.tlv(element.tag, content)


def _wrap(draw: st.DrawFn, element: der.Element) -> bytes:
    return der.tlv(draw(st.sampled_from((0x30, 0x31, 0xA0, 0xA1))), element.encoded)
