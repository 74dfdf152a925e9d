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
from api.clients.calls import RegionCalls, Voice
from api.clients.health import HealthClient
from api.clients.local import LocalFirstClient
from api.clients.memory import MemoryClient
from api.clients.regions import HttpRegionClient
from api.clients.witnesses import HttpWitnessClient
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
from api.probing import SourceProber
from api.receipts_opening import open_receipt_office
from api.region_keys import ledger_signer
from api.region_letters import RegionLetters
from api.row_reader import RowReader
from api.seal_folder import SealFolder
from api.seal_people import DEMO_USER
from api.services import Services
from api.settings import Environment, FaceProfile
from api.sources import TrustedSources, agreements_of
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
from verify.departments.box import DepartmentBox
from verify.departments.post import DepartmentPost
from verify.registers.asking import ConnectedRegisters
from verify.registers.definitions import load_registers, shipped_registers
from verify.registers.desk import RegisterDesk
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
    registers = _register_desk(ground)
    license_registers = _registers(ground, client, verifier)
    prober = _prober(ground, health, registers)
    box = _department_box(ground)
    post = _department_post(ground, client, box)
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
        acceptance=AcceptanceDesk(
            matters=ground.matters,
            inquiry=Inquiry(
                finders=license_registers,
                sources=ConnectedRegisters(
                    own=ground.region,
                    name=settings.name,
                    directory=settings.register_directory,
                    desk=registers,
                    courier=_letters(ground, client),
                ),
                departments=post,
                agreements=partial(agreements_of, ground.trust),
            ),
            unit_of_work=ground.unit_of_work,
            clock=ground.clock,
            prober=prober,
        ),
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
        department_box=box,
        department_post=post,
        register_desk=registers,
        prober=prober,
        registers=license_registers,
        queue=ground.queue,
        row_reader=RowReader(home=ground.instance.home.root),
    )


def _register_desk(ground: Ground) -> RegisterDesk:
    """Return the registers that the settings say are the own ones, as files define them."""
    own = ground.instance.home.folder(REGISTERS_FOLDER)
    defined = {**shipped_registers(), **load_registers(own, ground.catalogue)}
    directory = ground.instance.settings.register_directory
    return RegisterDesk(
        registers={
            name: register
            for name, register in defined.items()
            if directory.get(name) == ground.region
        },
        unit_of_work=ground.unit_of_work,
        objects=ground.objects,
        holder_keys=ground.holder_keys,
        clock=ground.clock,
    )


def _prober(ground: Ground, health: HealthClient, registers: RegisterDesk) -> SourceProber:
    return SourceProber(
        sources=TrustedSources(
            own=ground.region,
            trust=ground.trust,
            registers=ground.instance.settings.register_directory,
            offered=frozenset(registers.registers),
            is_up=health.is_up,
            registers_at=health.registers,
        ),
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
    )


def _letters(ground: Ground, client: LocalFirstClient) -> RegionLetters:
    return RegionLetters(
        own=ground.region,
        trust=ground.trust,
        client=client,
        signer=ground.signers[Role.SERVICE],
        decryptor=ground.decryptor,
        clock=ground.clock,
    )


def _department_box(ground: Ground) -> DepartmentBox:
    settings = ground.instance.settings
    directory = settings.department_directory
    return DepartmentBox(
        departments=frozenset(name for name, at in directory.items() if at == ground.region),
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        keep=timedelta(days=settings.question_keep_days),
    )


def _department_post(
    ground: Ground, client: LocalFirstClient, box: DepartmentBox
) -> DepartmentPost:
    return DepartmentPost(
        own=ground.region,
        directory=ground.instance.settings.department_directory,
        box=box,
        courier=_letters(ground, client),
        matters=ground.matters,
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
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
