"""The issuing desk (签发台): one department, one license type, its keys and its stores."""

from collections.abc import Callable
from dataclasses import dataclass, field

from certs.catalogue import LicenseType
from certs.holder_keys import HolderKeys
from certs.ports import Clock, FaceRenderer, ObjectStore, UnitOfWork
from certs.records import IssuingAuthority
from signing.pdf.sealing import SealAppearance
from signing.signer import CertifiedSigner, Sealer


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingDesk:
    """Everything one department needs to issue one type of license.

    Attributes:
        sealer: Puts the department's seal on a face.
        seal_signer: Signs the CMS around it; the seal lists its certificate.
        appearance: The visible seal.
        status_key: Secret of the status index permutation; never changes.
        public_url: Where this instance is reached; printed in codes.
        specimen: Faces say 样本; always so outside production.
    """

    license_type: LicenseType
    authority: IssuingAuthority
    record_signer: CertifiedSigner
    seal_signer: CertifiedSigner
    sealer: Sealer
    appearance: SealAppearance
    renderer: FaceRenderer
    objects: ObjectStore
    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    holder_keys: HolderKeys
    status_key: bytes = field(repr=False)
    public_url: str
    specimen: bool
