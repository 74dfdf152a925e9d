"""Opens the receipt office of an instance: its key, its seal, its clock."""

from collections.abc import Callable, Iterable

from api.bootstrap import OpenHome
from api.page_sealing import PageSeal
from api.receipts import ReceiptOffice, ReceiptsWork
from api.settings import Environment
from api.wording import sentence
from certs.issuing_desk import IssuingDesk
from certs.ports import ObjectStore
from certs.regions import RegionCode
from signing.signer import CertifiedSigner
from signing.timestamps import TimestampSource
from verify.receipt_issuing import ReceiptDesk
from verify.verifier import Verifier


def open_receipt_office(  # noqa: PLR0913 - the parts of an office
    instance: OpenHome,
    *,
    verifier: Verifier,
    signer: CertifiedSigner | None,
    revocation_lists: Callable[[], tuple[bytes, ...]],
    unit_of_work: Callable[[], ReceiptsWork],
    objects: ObjectStore,
    desks: Iterable[IssuingDesk],
    timestamps: TimestampSource | None,
) -> ReceiptOffice:
    """Return the office; without ``signer`` it gives no receipts, and shows those there are.

    Args:
        instance: Whose office it is.
        verifier: Makes the verdicts.
        signer: The key for receipts.
        revocation_lists: Tells the region's own lists.
        unit_of_work: Opens the database.
        objects: Where receipts are kept.
        desks: Issuing desks; pages are sealed with their seal.
        timestamps: Proves when receipts were signed, where a service is known.
    """
    settings = instance.settings
    return ReceiptOffice(
        desk=ReceiptDesk(
            verifier=verifier,
            signer=signer,
            region=RegionCode(settings.region),
            revocation_lists=revocation_lists,
            wording=sentence,
            timestamps=timestamps,
        )
        if signer is not None
        else None,
        unit_of_work=unit_of_work,
        objects=objects,
        clock=verifier.clock,
        public_url=settings.public_url,
        seal=page_seal_of(next(iter(desks), None)),
        timestamps=timestamps,
        specimen=settings.environment is not Environment.PRODUCTION,
    )


def page_seal_of(desk: IssuingDesk | None) -> PageSeal | None:
    """Return the seal of an issuing desk, for pages; None where there is no desk."""
    if desk is None:
        return None
    return PageSeal(sealer=desk.sealer, signer=desk.seal_signer, appearance=desk.appearance)
