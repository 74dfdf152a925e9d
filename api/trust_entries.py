"""How a region stands in a trust list by its own account: what it exports for the root."""

from api import founding
from api.homes import Home
from api.seal_folder import SealFolder
from api.services import Services
from certs.seals.events import SealMove
from signing.certificates import Certificate
from signing.roles import Role
from verify.entitled_issuers import EntitledIssuer
from verify.trusted_regions import Anchor, TrustedRegion


def own_entry(services: Services, home: Home) -> TrustedRegion:
    """Return how this region would stand in a trust list."""
    authority = home.read_certificate(founding.AUTHORITY)
    return TrustedRegion(
        code=services.region,
        name=services.name,
        anchors=tuple(
            Anchor(certificate=item, valid_from=item.not_before)
            for item in (authority, *_makers_authorities(services, home))
        ),
        issuers=own_issuers(services),
        service_url=services.public_url,
        service=services.service_signer.certificate,
        ledger=_ledger(home),
    )


def _ledger(home: Home) -> tuple[Certificate, ...]:
    """Return the certificate of the region's ledger; older instances have none."""
    path = home.folder("certs") / f"{Role.LEDGER}.pem"
    return (home.read_certificate(Role.LEDGER),) if path.is_file() else ()


def _makers_authorities(services: Services, home: Home) -> tuple[Certificate, ...]:
    """Return the outside authorities behind seals that were ever in use here, each once."""
    folder = SealFolder(home.folder("seals"))
    with services.unit_of_work() as work:
        used = [
            seal.code
            for seal in work.seals.all()
            if any(item.move is SealMove.ENABLED for item in work.seals.events(seal.code))
        ]
    found = (folder.maker_authority(code) for code in used)
    return tuple(dict.fromkeys(item for item in found if item is not None))


def own_issuers(services: Services) -> tuple[EntitledIssuer, ...]:
    """Return the authorities of this region: those that issue, and those that ended."""
    types = frozenset(item.license_type.code for item in services.desks.values())
    with services.unit_of_work() as work:
        successions = work.seals.successions()
    former = tuple(
        EntitledIssuer(
            code=item.former_code,
            name=item.former_name,
            types=types,
            valid_to=item.effective_at,
            succeeded_by=item.successor_code,
        )
        for item in successions
    )
    ended = {(item.code, item.name) for item in former}
    present = {(desk.authority.code, desk.authority.name) for desk in services.desks.values()}
    # A new name begins where the old one of the same code ends; another authority that takes
    # one over may have existed before.
    begins = {
        (item.successor_code, item.successor_name): item.effective_at
        for item in successions
        if item.successor_code == item.former_code
    }
    return former + tuple(
        EntitledIssuer(code=code, name=name, types=types, valid_from=begins.get((code, name)))
        for code, name in sorted(present - ended, key=str)
    )
