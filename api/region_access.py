"""How this instance reaches regions, its own among them: what they publish and what they hold."""

from contextlib import ExitStack
from functools import partial

from api.clients.calls import RegionCalls, Voice
from api.clients.local import LocalFirstClient
from api.clients.regions import HttpRegionClient
from api.finders import Judge, OwnFinder, RegionFinder, Registers
from api.ground import Ground
from certs.correction_desk import is_flagged
from certs.ledger.proving import first_proof
from certs.lifecycle import answer_status
from certs.seals.lifecycle import answer_seal_status
from signing.roles import Role
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier


def open_region_client(ground: Ground, stack: ExitStack) -> LocalFirstClient:
    """Return who asks other regions over HTTP, and the own one without it."""
    others = HttpRegionClient(calls=RegionCalls(voice=_voice(ground)), in_background=True)
    return LocalFirstClient(
        own_url=ground.instance.settings.public_url,
        own_status=partial(
            answer_status,
            is_flagged=partial(is_flagged, unit_of_work=ground.unit_of_work),
            region=str(ground.region),
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            signer=ground.signers[Role.STATUS],
        ),
        own_status_at=lambda identifier, nonce, at: answer_status(
            identifier,
            nonce,
            at=at,
            region=str(ground.region),
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            signer=ground.signers[Role.STATUS],
        ),
        own_lists=ground.revocations.lists,
        own_certificates=ground.certificates.contents,
        own_status_list=ground.status_lists.token,
        own_seal_standings=ground.seal_standings.get,
        own_ledger_proof=partial(
            first_proof, unit_of_work=ground.unit_of_work, shelf=ground.ledger_shelf
        ),
        own_seal_status=partial(
            answer_seal_status,
            region=str(ground.region),
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            signer=ground.signers[Role.STATUS],
        ),
        others=stack.enter_context(others),
    )


def open_license_registers(
    ground: Ground, client: LocalFirstClient, verifier: Verifier
) -> Registers:
    """Return the registers of licenses: the own one, and those of the trust list as it stands."""
    judge = Judge(verifier=verifier, catalogue=ground.catalogue)
    own = OwnFinder(
        region=ground.region,
        name=ground.instance.settings.name,
        unit_of_work=ground.unit_of_work,
        objects=ground.objects,
        holder_keys=ground.holder_keys,
        judge=judge,
    )

    def other_register(other: TrustedRegion) -> RegionFinder:
        return RegionFinder(
            own=ground.region,
            other=other,
            client=client,
            signer=ground.signers[Role.SERVICE],
            decryptor=ground.decryptor,
            judge=judge,
            clock=ground.clock,
        )

    return Registers(own, ground.trust, other_register)


def _voice(ground: Ground) -> Voice:
    return Voice(region=ground.region, signer=ground.signers[Role.SERVICE], now=ground.clock.now)
