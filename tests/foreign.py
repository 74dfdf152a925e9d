"""Documents that no license system made: signed by this world's keys in other people's forms."""

import base64
import io
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3, sm3
from signing.roles import Role
from signing.seal_signatures import LocalSealer, prepare
from signing.seals import Seal
from signing.signature_values import SignatureValue
from signing.signed_content import SignedDataDialect
from signing.signed_data_making import prepare_signed_data
from signing.signer import CertifiedSigner, SealProperties
from signing.timestamp_authorities import TimestampAuthority
from tests import world
from tests.sealed import CODE

XMLNS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
FOLDER = "Doc_0/Signs/Sign_0"
TEXT = b"a document of somebody else"


def wuhu() -> world.Region:
    return world.region(CODE)


def clock(at: datetime, *, signer: CertifiedSigner | None = None) -> TimestampAuthority:
    """A timestamping authority of the region whose clock stands."""
    return TimestampAuthority(signer=signer or timestamper(), now=lambda: at)


@cache
def timestamper() -> CertifiedSigner:
    return world.certified(wuhu().authority, Role.TIMESTAMP)


def seal_signature(  # noqa: PLR0913 - each is one way to make it
    digest: bytes,
    *,
    document: str = f"/{FOLDER}/Signature.xml",
    at: datetime = world.NOON,
    timestamp: bytes | None = None,
    stamped_by: TimestampAuthority | None = None,
    is_raw: bool = False,
) -> bytes:
    """A SES_Signature of the region's seal over ``digest``."""
    region = wuhu()
    prepared = prepare(
        region.seal,
        digest,
        SealProperties(signed_at=at, document=document),
        signer=region.seal_signer.certificate,
    )
    value = region.seal_signer.sign(prepared.to_be_signed)
    if is_raw:
        value = SignatureValue.from_der(value).to_raw()
    if stamped_by is not None:
        timestamp = stamped_by.stamp(sm3(value))
    return prepared.complete(value, timestamp=timestamp or b"")


def message(
    document: bytes,
    dialect: SignedDataDialect = SignedDataDialect.ATTRIBUTES,
    *,
    signer: CertifiedSigner | None = None,
    signed_at: datetime = world.NOON,
    stamped_by: TimestampAuthority | None = None,
) -> bytes:
    """GB/T 35275 SignedData over ``document``."""
    chosen = signer or wuhu().record_signer
    has_time = dialect is SignedDataDialect.ATTRIBUTES
    prepared = prepare_signed_data(
        document, dialect, signer=chosen, signed_at=signed_at if has_time else None
    )
    value = chosen.sign(prepared.to_be_signed)
    token = stamped_by.stamp(sm3(value)) if stamped_by is not None else b""
    return prepared.complete(value, timestamp=token)


def bare_value(document: bytes) -> bytes:
    """A signature value and nothing else."""
    return wuhu().seal_signer.sign(document)


@cache
def rsa_message(document: bytes = TEXT) -> bytes:
    """A CMS that another country's tools made."""
    with TemporaryDirectory() as folder:
        key, certificate, content = (Path(folder, name) for name in ("key", "certificate", "text"))
        content.write_bytes(document)
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30"),
                *("-subj", "/CN=Elsewhere", "-keyout", key, "-out", certificate),
            ],
            check=True,
            capture_output=True,
        )
        return subprocess.run(
            [
                *("openssl", "cms", "-sign", "-binary", "-outform", "DER", "-md", "sha256"),
                *("-signer", certificate, "-inkey", key, "-in", content),
            ],
            check=True,
            capture_output=True,
        ).stdout


@dataclass(frozen=True, kw_only=True)
class Package:
    """An OFD as somebody else packs it; every default is sound.

    Attributes:
        kind: ``Seal`` or ``Sign``.
        extra: Entries that no signature protects.
        change: Entries changed after signing.
        method: CheckMethod.
        value: Replaces the signature value; it is given Signature.xml.
        seal: Seal.esl beside the value.
        listed: How often the list names the signature.
    """

    kind: str = "Seal"
    extra: Mapping[str, bytes] = field(default_factory=dict)
    change: Mapping[str, bytes] = field(default_factory=dict)
    method: str = 'CheckMethod="SM3"'
    written_at: str = "2026-03-18 12:00:00"
    value: object = None
    seal: Seal | None = None
    listed: int = 1
    stamped_by: TimestampAuthority | None = None
    is_raw: bool = False
    document: str = f"/{FOLDER}/Signature.xml"

    def build(self) -> bytes:
        files = _document(self.listed, self.kind)
        protected = {name: data for name, data in files.items() if not name.endswith("ures.xml")}
        description = self._description(protected)
        files[f"{FOLDER}/Signature.xml"] = description
        value = self._value(description)
        if value:
            files[f"{FOLDER}/SignedValue.dat"] = value
        if self.seal is not None:
            files[f"{FOLDER}/Seal.esl"] = self.seal.encoded
        return packed({**files, **self.extra, **self.change})

    def _description(self, protected: Mapping[str, bytes]) -> bytes:
        references = "".join(
            f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>'
            f"{base64.b64encode(sm3(data)).decode()}</ofd:CheckValue></ofd:Reference>"
            for name, data in protected.items()
        )
        seal = "<ofd:Seal><ofd:BaseLoc>Seal.esl</ofd:BaseLoc></ofd:Seal>" if self.seal else ""
        return _xml(
            "Signature",
            f'<ofd:SignedInfo><ofd:Provider ProviderName="other" Version="1" Company="other"/>'
            f"<ofd:SignatureMethod>{SM2_SIGN_WITH_SM3}</ofd:SignatureMethod>"
            f"<ofd:SignatureDateTime>{self.written_at}</ofd:SignatureDateTime>"
            f"<ofd:References {self.method}>{references}</ofd:References>{seal}"
            "</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue>",
        )

    def _value(self, description: bytes) -> bytes:
        if isinstance(self.value, bytes):
            return self.value
        if callable(self.value):
            return bytes(self.value(description))
        return seal_signature(
            sm3(description),
            document=self.document,
            stamped_by=self.stamped_by,
            is_raw=self.is_raw,
        )


def integrity_package(*, unlisted: bool = False, is_signed: bool = True) -> bytes:
    """A package with a signed list of its entries (GM/T 0099), and a sealed document in it."""
    entries = unpacked(Package().build())
    files = "".join(f'<ofd:File FileLoc="/{name}"/>' for name in entries)
    listing = _xml(
        "DocEntries",
        f"<ofd:FileList>{files}</ofd:FileList><ofd:SignedValueLoc>/signed.dat</ofd:SignedValueLoc>",
    )
    entries["OFDEntries.xml"] = listing
    entries["signed.dat"] = message(listing if is_signed else b"another list")
    if unlisted:
        entries["more.xml"] = b"<x/>"
    return packed(entries)


def pdf(value: object, *, sub_filter: bytes = b"adbe.pkcs7.detached", more: bytes = b"") -> bytes:
    """A PDF with one signature over all of it; ``value`` is given the covered bytes."""
    room = 8192
    opening = (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>>>\n"
        b"endobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page"
        b"/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>\nendobj\n4 0 obj\n<</Type/Annot"
        b"/Subtype/Widget/FT/Sig/T(Field)/V 5 0 R/Rect[0 0 0 0]/P 3 0 R>>\nendobj\n5 0 obj\n<<"
        b"/Type/Sig/Filter/Somebody/SubFilter/" + sub_filter + more + b"/Contents "
    )
    offsets = [opening.index(b"%d 0 obj" % number) for number in range(1, 6)]
    middle = b"/ByteRange[0 %10d %10d %10d]>>\nendobj\n"
    xref_at = len(opening) + 2 * room + 2 + len(middle % (0, 0, 0))
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    ending = table + b"trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % xref_at
    second = len(opening) + 2 * room + 2
    ending = middle % (len(opening), second, xref_at - second + len(ending)) + ending
    covered = opening + ending
    made = value(covered) if callable(value) else value
    assert isinstance(made, bytes)
    return opening + b"<" + made.hex().encode().ljust(2 * room, b"0") + b">" + ending


def packed(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def local_sealer() -> LocalSealer:
    return wuhu().sealer


def lone_seal() -> bytes:
    return wuhu().seal.encoded


def damaged(data: bytes) -> bytes:
    """DER whose end is missing."""
    return data[:-1]


def later(minutes: int) -> datetime:
    return world.NOON + timedelta(minutes=minutes)


def nobody() -> bytes:
    """Signed data that only carries a certificate."""
    return der.sequence(
        der.oid("1.2.156.10197.6.1.4.2.2"),
        der.explicit(
            0,
            der.sequence(
                der.integer(1),
                der.tlv(der.SET, b""),
                der.sequence(der.oid("1.2.156.10197.6.1.4.2.1")),
                der.tlv(0xA0, wuhu().seal_signer.certificate.encoded),
                der.tlv(der.SET, b""),
            ),
        ),
    )


def _document(listed: int, kind: str) -> dict[str, bytes]:
    line = f'<ofd:Signature ID="1" Type="{kind}" BaseLoc="Sign_0/Signature.xml"/>'
    return {
        "OFD.xml": _xml(
            "OFD",
            "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo>"
            "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody>",
        ),
        "Doc_0/Document.xml": _xml(
            "Document",
            "<ofd:CommonData/>"
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Content.xml"/></ofd:Pages>',
        ),
        "Doc_0/Pages/Content.xml": _xml("Page", "<ofd:Content/>"),
        "Doc_0/Signs/Signatures.xml": _xml(
            "Signatures", f"<ofd:MaxSignId>1</ofd:MaxSignId>{line * listed}"
        ),
    }


def _xml(root: str, content: str) -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<ofd:{root} {XMLNS}>'
    return f"{head}{content}</ofd:{root}>".encode()
