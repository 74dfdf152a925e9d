"""The desks that issue: one for every type, once the authority has a seal."""

from collections.abc import Mapping
from typing import Final

from api import founding
from api.face_writers import FaceWriters
from api.ground import Ground
from api.seal_folder import SealFolder
from api.seal_people import DEMO_USER
from api.settings import Environment, FaceProfile
from certs.identifiers import SocialCreditCode
from certs.issuing_desk import IssuingDesk
from certs.records import IssuingAuthority
from certs.seals.lifecycle import enabled_since
from signing.pdf.assembly import SealProfile
from signing.roles import Role
from signing.seal_signatures import LocalSealer

_PROFILES: Final = {
    FaceProfile.CMS: SealProfile.CMS,
    FaceProfile.GM: SealProfile.GM_SEAL,
}


def open_issuing_desks(ground: Ground, faces: FaceWriters) -> Mapping[str, IssuingDesk]:
    """Return a desk for every type, if the authority has a seal yet."""
    settings, home = ground.instance.settings, ground.instance.home
    certificate = ground.signers[Role.SEAL].certificate
    kept = SealFolder(home.folder("seals")).newest_for(
        certificate, enabled=enabled_since(ground.unit_of_work)
    )
    if kept is None:
        return {}
    authority = IssuingAuthority(
        code=SocialCreditCode(settings.issuer_code),
        name=settings.issuer_name,
        region=ground.region,
    )
    status_key = home.read_secret(founding.STATUS_KEY_FILE)
    return {
        str(license_type.code): IssuingDesk(
            license_type=license_type,
            former_types=ground.catalogue.history(license_type.code),
            catalogue=ground.catalogue,
            authority=authority,
            record_signer=ground.signers[Role.RECORD],
            seal_signer=ground.signers[Role.SEAL],
            sealer=LocalSealer(kept.seal, ground.signers[Role.SEAL]),
            appearance=kept.appearance,
            renderer=faces.pdf,
            ofd=faces.ofd,
            objects=ground.objects,
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            holder_keys=ground.holder_keys,
            status_key=status_key,
            public_url=settings.public_url,
            specimen=settings.environment is not Environment.PRODUCTION,
            operator="" if settings.environment is Environment.PRODUCTION else DEMO_USER,
            timestamps=ground.timestamps,
            profile=_PROFILES[settings.face_profile],
        )
        for license_type in ground.catalogue
    }
