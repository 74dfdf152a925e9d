"""Pages sealed (加盖印章): the seal of the instance on what it typeset, each use on record."""

from collections.abc import Callable
from dataclasses import dataclass

from certs.ports import Clock
from certs.seals.ports import SealWork
from certs.seals.usability import RecordingSealer
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.sealed_pdf import contents_room
from signing.signer import CertifiedSigner, Sealer
from signing.timestamps import TimestampSource


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeal:
    """The seal that goes on pages.

    Attributes:
        sealer: Seals; whoever uses it is recorded around it.
        signer: The key behind it.
        appearance: What it looks like.
    """

    sealer: Sealer
    signer: CertifiedSigner
    appearance: SealAppearance


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSealing:
    """Seals pages.

    Attributes:
        seal: What goes on them.
        unit_of_work: Opens a unit of work, where uses of the seal are kept.
        clock: Tells the time.
        timestamps: Proves when pages were sealed; None to claim it only.
    """

    seal: PageSeal
    unit_of_work: Callable[[], SealWork]
    clock: Clock
    timestamps: TimestampSource | None = None

    def sealed(
        self, page: bytes, *, operator: str, purpose: str, center_mm: tuple[float, float]
    ) -> bytes:
        """Return a page with the seal on it.

        Args:
            page: The page, PDF.
            operator: 用印人.
            purpose: What the seal is used for, in Chinese.
            center_mm: Where its middle lies on the first page, from the upper left corner.

        Raises:
            SealNotUsableError: It is not enabled now.
            KeyUnavailableError: The key store did not answer.
        """
        seal = self.seal
        sealer = RecordingSealer(
            inner=seal.sealer,
            unit_of_work=self.unit_of_work,
            now=self.clock.now,
            operator=operator,
            purpose=purpose,
        )
        # pyHanko takes half a second to load, and few pages are printed.
        from signing.reference.sealing import seal_document  # noqa: PLC0415
        from signing.reference.stamping import Stamp  # noqa: PLC0415

        certificate = seal.signer.certificate
        stamp = Stamp(
            appearance=seal.appearance,
            place=_place(seal.appearance, center_mm),
            signed_at=self.clock.now().replace(microsecond=0),
            reason=purpose,
            signer_name=certificate.organization or certificate.common_name,
            contents_bytes=contents_room(sealer, is_timestamped=self.timestamps is not None),
        )
        return seal_document(
            page, stamp, sealer=sealer, signer=seal.signer, timestamps=self.timestamps
        )


def _place(appearance: SealAppearance, center_mm: tuple[float, float]) -> SealPlacement:
    left, top = center_mm
    return SealPlacement(
        left_mm=left - appearance.width_mm / 2,
        top_mm=top - appearance.height_mm / 2,
        width_mm=appearance.width_mm,
        height_mm=appearance.height_mm,
    )
