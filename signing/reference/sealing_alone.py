"""pyHanko sealing a page all by itself: its fields, its CMS, its writer, with our keys only.

Nothing is sealed this way but what other ways are measured against. Certificates come from DER
and room for the value is given beforehand, which is how pyHanko is fastest.
"""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.attributes import CMSAttributeProvider
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.algorithms import SEAL_SIGNATURE_ATTRIBUTE
from signing.asn1 import algos, core
from signing.pdf.assembly import FIELD_NAME, Rectangle
from signing.reference.hooks import DIGEST, load_certificate
from signing.signer import CertifiedSigner, Sealer, SealProperties

_MECHANISM: Final = algos.SignedDigestAlgorithm({"algorithm": "sm3_sm2"})


def seal_alone(  # noqa: PLR0913 - what pyHanko has to be told
    pdf: bytes,
    *,
    rectangle: Rectangle,
    signed_at: datetime,
    sealer: Sealer,
    signer: CertifiedSigner,
    contents_bytes: int,
) -> bytes:
    """Return ``pdf`` with a certifying signature that carries a seal signature.

    Args:
        pdf: A page that is not signed yet.
        rectangle: Where the field stands on the first page, points.
        signed_at: The time in the seal signature.
        sealer: Makes the seal signature, over the digest that the CMS is over.
        signer: Signs the CMS.
        contents_bytes: Room for the CMS.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD_NAME.decode("ascii"),
        md_algorithm=DIGEST,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    left, bottom, right, top = rectangle
    place = fields.SigFieldSpec(
        FIELD_NAME.decode("ascii"), box=(int(left), int(bottom), int(right), int(top))
    )
    pdf_signer = signers.PdfSigner(
        metadata, _Sm2Signer(signer, sealer, signed_at), new_field_spec=place
    )
    out = pdf_signer.sign_pdf(writer, bytes_reserved=2 * contents_bytes)
    return bytes(out.getvalue())


class _SealAttribute(CMSAttributeProvider):
    """Puts the seal signature over the document's digest among the signed attributes."""

    attribute_type = SEAL_SIGNATURE_ATTRIBUTE

    def __init__(self, digest: bytes, sealer: Sealer, signed_at: datetime) -> None:
        self._digest, self._sealer, self._signed_at = digest, sealer, signed_at

    async def build_attr_value(self, dry_run: bool = False) -> core.Sequence:  # noqa: ARG002, FBT001, FBT002
        """Return the SES_Signature."""
        properties = SealProperties(signed_at=self._signed_at, document="face")
        value = self._sealer.seal_digest(self._digest, properties)
        return core.Sequence.load(value)


class _Sm2Signer(Signer):
    def __init__(self, signer: CertifiedSigner, sealer: Sealer, signed_at: datetime) -> None:
        certificates = (signer.certificate, *signer.chain)
        loaded = [load_certificate(item.encoded) for item in certificates]
        super().__init__(
            signing_cert=loaded[0],
            cert_registry=SimpleCertificateStore.from_certs(loaded[1:]),  # type: ignore[no-untyped-call]
            signature_mechanism=_MECHANISM,
        )
        self._signer, self._sealer, self._signed_at = signer, sealer, signed_at

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002 - pyHanko's own
        dry_run: bool = False,  # noqa: FBT001, FBT002
    ) -> bytes:
        """Sign the attributes; a dry run only needs a value of the right size."""
        return bytes(72) if dry_run else self._signer.sign(data)

    def _signed_attr_providers(  # type: ignore[override]  # only the keywords that pyHanko gives
        self,
        data_digest: bytes,
        **more: Any,  # noqa: ANN401 - pyHanko's own
    ) -> Iterator[Any]:
        yield from super()._signed_attr_providers(data_digest=data_digest, **more)
        yield _SealAttribute(data_digest, self._sealer, self._signed_at)
