"""The issuing desk (签发台): one department, one license type, its keys and its stores."""

from collections.abc import Callable
from dataclasses import dataclass, field

from certs.catalogue import NO_TYPES, Catalogue, LicenseType
from certs.errors import TypeVersionError
from certs.holder_keys import HolderKeys
from certs.ports import Clock, FaceWriter, ObjectStore, OfdFaceWriter, UnitOfWork
from certs.records import IssuingAuthority, LicenseRecord
from signing.pdf.assembly import SealProfile
from signing.pdf.sealing import SealAppearance
from signing.signer import CertifiedSigner, Sealer
from signing.timestamps import TimestampSource


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
        operator: 用印人: who uses the seal, a staff number or name. Nobody, nothing is sealed.
        profile: What stands in the signature of a face; with ``GM_SEAL`` it is the sealer's
            seal signature alone and ``seal_signer`` signs nothing.
        timestamps: Gives each face a trusted time at birth; None leaves it out. A seal
            signature alone takes none.
        ofd: Writes an OFD face beside each PDF face; None leaves it out.
        former_types: Other versions of the type, by which licenses may still be open.
        catalogue: The types whose licenses a new one is compared with.
    """

    license_type: LicenseType
    authority: IssuingAuthority
    record_signer: CertifiedSigner
    seal_signer: CertifiedSigner
    sealer: Sealer
    appearance: SealAppearance
    renderer: FaceWriter
    objects: ObjectStore
    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock
    holder_keys: HolderKeys
    status_key: bytes = field(repr=False)
    public_url: str
    specimen: bool
    operator: str = ""
    profile: SealProfile = SealProfile.CMS
    timestamps: TimestampSource | None = None
    ofd: OfdFaceWriter | None = None
    former_types: tuple[LicenseType, ...] = ()
    catalogue: Catalogue = NO_TYPES

    def type_of(self, record: LicenseRecord) -> LicenseType:
        """Return the version of the type that a record was made by.

        Raises:
            TypeVersionError: It is not at hand: its folder was removed while a license was open.
        """
        for version in (self.license_type, *self.former_types):
            if version.version == record.type_version:
                return version
        raise TypeVersionError(
            f"version {record.type_version} of {self.license_type.short_name} is not at hand"
        )
