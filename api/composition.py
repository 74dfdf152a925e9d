"""Connects the collaborators of a region instance; keys come from ``api.bootstrap``."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from api import founding
from api.archive_opening import open_archive_of
from api.bootstrap import OpenHome
from api.case_desks import open_case_desks
from api.case_receipts import open_case_receipts
from api.case_sources import CaseSources, SourceParts, open_case_sources
from api.clients.calls import RegionCalls, Voice
from api.clients.health import HealthClient
from api.clients.local import LocalFirstClient
from api.clients.memory import MemoryClient
from api.clients.regions import HttpRegionClient
from api.clients.witnesses import HttpWitnessClient
from api.complaint_posting import ComplaintPoster
from api.errors import SettingsError
from api.evidencing import open_evidence_desk
from api.examiner import ProcessExaminer
from api.face_writers import FaceWriters, open_face_writers
from api.finders import Judge, OwnFinder, RegionFinder, Registers
from api.ground import Ground
from api.homes import Home
from api.ledger_office import open_ledger_office
from api.notifying import Notifier, Receiver
from api.own_register import OwnRegister
from api.page_reader import ProcessPageReader
from api.receipts_opening import open_receipt_office, page_seal_of
from api.region_keys import ledger_signer
from api.row_reader import RowReader
from api.seal_folder import SealFolder
from api.seal_people import DEMO_USER
from api.services import Services
from api.settings import Environment, FaceProfile
from api.sources import agreements_of
from api.status_publishing import open_publisher
from api.type_catalogue import TYPES_FOLDER
from certs.correction_desk import is_flagged
from certs.corrections import DayLimits
from certs.identifiers import SocialCreditCode
from certs.issuing_desk import IssuingDesk
from certs.ledger.proving import first_proof
from certs.lifecycle import answer_status
from certs.records import IssuingAuthority
from certs.seals.lifecycle import answer_seal_status, enabled_since
from signing.pdf.assembly import SealProfile
from signing.roles import Role
from signing.seal_signatures import LocalSealer
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.registers.definitions import load_registers, shipped_registers
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier

REGISTERS_FOLDER: Final = "registers"
PERSONAS_FILE: Final = "personas.tsv"
_PROFILES: Final = {
    FaceProfile.CMS: SealProfile.CMS,
    FaceProfile.GM: SealProfile.GM_SEAL,
}


def open_services(root: Path) -> AbstractContextManager[Services]:
    """Connect every collaborator of the region instance in ``root``; see ``connect_services``.

    Raises:
        SettingsError: There is no instance.
    """
    return connect_services(OpenHome.at(root))


@contextmanager
def connect_services(instance: OpenHome) -> Iterator[Services]:
    """Connect every collaborator of a region instance.

    Raises:
        SettingsError: It is no region.
        HomeError: A part of it is missing or damaged.
    """
    if instance.settings.kind != "region":
        root = instance.home.root
        raise SettingsError(f"{root} 是信任根，不是地区实例 · a trust root, not a region")
    with ExitStack() as stack:
        ground = Ground.of(instance, stack)
        client = _client(ground, stack)
        examiner = stack.enter_context(ProcessExaminer(types=instance.home.folder(TYPES_FOLDER)))
        verifier = Verifier(
            trust=ground.trust,
            regions=client,
            examiner=examiner,
            pages=stack.enter_context(ProcessPageReader()),
            clock=ground.clock,
            history=ground.trust,
            types=ground.catalogue,
            register=OwnRegister(unit_of_work=ground.unit_of_work, objects=ground.objects),
            witnesses=instance.settings.ledger_quorum,
            memory=MemoryClient(whole=client, own_standings=ground.seal_standings),
        )
        faces = stack.enter_context(open_face_writers(instance.home))
        yield _services(ground, client, verifier, faces, stack.enter_context(HealthClient()))


def _services(
    ground: Ground,
    client: LocalFirstClient,
    verifier: Verifier,
    faces: FaceWriters,
    health: HealthClient,
) -> Services:
    settings = ground.instance.settings
    desks = _desks(ground, faces)
    sources = _sources(ground, client, health)
    license_registers = _registers(ground, client, verifier)
    receipts = open_receipt_office(
        ground.instance,
        verifier=verifier,
        signer=ground.signers.get(Role.RECEIPT),
        revocation_lists=ground.revocations.lists,
        unit_of_work=ground.unit_of_work,
        objects=ground.objects,
        desks=desks.values(),
        timestamps=ground.timestamps,
    )
    acceptance = AcceptanceDesk(
        matters=ground.matters,
        inquiry=Inquiry(
            finders=license_registers,
            sources=sources.registers,
            departments=sources.post,
            agreements=partial(agreements_of, ground.trust),
        ),
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        prober=sources.prober,
        objects=ground.objects,
        key_of=ground.holder_keys.of,
    )
    further = open_case_desks(
        acceptance,
        region=ground.region,
        catalogue=ground.catalogue,
        objects=ground.objects,
        issuing=desks,
        trust=ground.trust,
        client=client,
        signer=ground.signers[Role.SERVICE],
        decryptor=ground.decryptor,
        verifier=verifier,
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
    )
    return Services(
        region=ground.region,
        name=settings.name,
        is_demo=settings.environment is not Environment.PRODUCTION,
        public_url=settings.public_url,
        catalogue=ground.catalogue,
        matters=ground.matters,
        unit_of_work=ground.unit_of_work,
        objects=ground.objects,
        clock=ground.clock,
        verifier=verifier,
        trust=ground.trust,
        acceptance=acceptance,
        attached=further.attached,
        forms=further.forms,
        one_things=further.one_things,
        outcomes=further.outcomes,
        case_receipts=open_case_receipts(
            acceptance,
            region=ground.region,
            signer=ground.signers.get(Role.RECEIPT),
            seal=page_seal_of(next(iter(desks.values()), None)),
            trust=ground.trust,
            revocation_lists=ground.revocations.lists,
            timestamps=ground.timestamps,
            unit_of_work=ground.unit_of_work,
            objects=ground.objects,
            clock=ground.clock,
            public_url=settings.public_url,
            specimen=settings.environment is not Environment.PRODUCTION,
        ),
        transfers=further.transfers,
        returns=further.returns,
        holder_keys=ground.holder_keys,
        service_signer=ground.signers[Role.SERVICE],
        decryptor=ground.decryptor,
        revocation_lists=ground.revocations.lists,
        published_certificates=ground.certificates.contents,
        desks=desks,
        status_signer=ground.signers[Role.STATUS],
        status_publisher=open_publisher(
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            signer=ground.signers[Role.STATUS],
            public_url=settings.public_url,
            public=ground.instance.home.folder("public"),
        ),
        notifier=_notifier(ground, client),
        complaint_poster=_complaint_poster(ground, client),
        correction_limits=DayLimits(
            accept=settings.correction_accept_days, verify=settings.correction_verify_days
        ),
        ledger=open_ledger_office(
            ground.region,
            signer=ledger_signer(ground.instance),
            shelf=ground.ledger_shelf,
            unit_of_work=ground.unit_of_work,
            open_book=ground.witness_book,
            clock=ground.clock,
            trust=ground.trust,
            client=HttpWitnessClient(client.others.calls),
            quorum=settings.ledger_quorum,
        ),
        seal_standings=client.own_seal_standings,
        timestamp_authority=ground.timestamp_authority,
        personas=_personas(ground.instance.home),
        request_nonces=ground.request_nonces,
        receipts=receipts,
        archive=open_archive_of(ground, verifier=verifier, receipts=receipts.desk),
        evidence=open_evidence_desk(ground),
        asker=client,
        case_sources=sources,
        registers=license_registers,
        queue=ground.queue,
        row_reader=RowReader(home=ground.instance.home.root),
    )


def _sources(ground: Ground, client: LocalFirstClient, health: HealthClient) -> CaseSources:
    settings = ground.instance.settings
    own = load_registers(ground.instance.home.folder(REGISTERS_FOLDER), ground.catalogue)
    return open_case_sources(
        SourceParts(
            region=ground.region,
            name=settings.name,
            trust=ground.trust,
            client=client,
            signer=ground.signers[Role.SERVICE],
            decryptor=ground.decryptor,
            clock=ground.clock,
            unit_of_work=ground.unit_of_work,
            objects=ground.objects,
            holder_keys=ground.holder_keys,
            matters=ground.matters,
            catalogue=ground.catalogue,
            registers=settings.register_directory,
            departments=settings.department_directory,
            defined={**shipped_registers(), **own},
            keep=timedelta(days=settings.question_keep_days),
            is_up=health.is_up,
            registers_at=health.registers,
        )
    )


def _voice(ground: Ground) -> Voice:
    return Voice(region=ground.region, signer=ground.signers[Role.SERVICE], now=ground.clock.now)


def _notifier(ground: Ground, client: LocalFirstClient) -> Notifier:
    settings = ground.instance.settings
    return Notifier(
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        calls=client.others.calls,
        region=ground.region,
        receiver=Receiver.of(settings.notify_url),
        within=timedelta(days=settings.remind_days),
    )


def _complaint_poster(ground: Ground, client: LocalFirstClient) -> ComplaintPoster:
    return ComplaintPoster(
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        calls=client.others.calls,
        region=ground.region,
        receiver=Receiver.of(ground.instance.settings.complaint_url),
    )


def _client(ground: Ground, stack: ExitStack) -> LocalFirstClient:
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


def _registers(ground: Ground, client: LocalFirstClient, verifier: Verifier) -> Registers:
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


def _desks(ground: Ground, faces: FaceWriters) -> Mapping[str, IssuingDesk]:
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


def _personas(home: Home) -> Mapping[str, str]:
    """Return the demo's people and their tokens; there are none elsewhere."""
    path = home.folder("keys") / PERSONAS_FILE
    if not path.is_file():
        return {}
    pairs = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return dict(pairs)
