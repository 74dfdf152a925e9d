"""Connects the collaborators of a region instance; keys come from ``api.bootstrap``."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from api.archive_opening import open_archive_of
from api.bootstrap import OpenHome
from api.case_desks import open_case_desks
from api.case_receipts import open_case_receipts
from api.case_sources import CaseSources, SourceParts, open_case_sources
from api.client_connections import ProxiedConnections
from api.clients.calls import RegionCalls, Voice
from api.clients.health import HealthClient
from api.clients.local import LocalFirstClient
from api.clients.memory import MemoryClient
from api.clients.witnesses import HttpWitnessClient
from api.complaint_posting import ComplaintPoster
from api.decision_log import DecisionLog
from api.errors import SettingsError
from api.evidencing import open_evidence_desk
from api.examiner import ProcessExaminer
from api.face_writers import FaceWriters, open_face_writers
from api.ground import Ground
from api.homes import Home
from api.identity.opening import open_identity_provider
from api.issuing_desks import open_issuing_desks
from api.ledger_office import open_ledger_office
from api.notifying import Notifier, Receiver
from api.object_stores import open_keeping
from api.own_register import OwnRegister
from api.page_reader import ProcessPageReader
from api.receipts_opening import open_receipt_office, page_seal_of
from api.region_access import open_license_registers, open_region_client
from api.region_keys import ledger_signer
from api.row_reader import RowReader
from api.sealed_pages import ProcessPageViewer
from api.services import Services
from api.settings import Environment
from api.sources import agreements_of
from api.status_publishing import open_publisher
from api.type_catalogue import TYPES_FOLDER
from api.webhook_sending import WebhookSender, may_be_reached
from certs.corrections import DayLimits
from certs.keeping.keeper import Keeper
from signing.request_signatures import WEBHOOK
from signing.roles import Role
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.registers.definitions import load_registers, shipped_registers
from verify.verifier import Verifier

REGISTERS_FOLDER: Final = "registers"
PERSONAS_FILE: Final = "personas.tsv"


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
        client = open_region_client(ground, stack)
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
        services = _services(ground, client, verifier, faces, stack.enter_context(HealthClient()))
        yield replace(services, page_viewer=stack.enter_context(ProcessPageViewer()))


def _services(
    ground: Ground,
    client: LocalFirstClient,
    verifier: Verifier,
    faces: FaceWriters,
    health: HealthClient,
) -> Services:
    settings = ground.instance.settings
    desks = open_issuing_desks(ground, faces)
    sources = _sources(ground, client, health)
    license_registers = open_license_registers(ground, client, verifier)
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
        decisions=DecisionLog(ground.unit_of_work, ground.clock),
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
        keeper=_keeper(ground),
        webhook_sender=_webhook_sender(ground),
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
        home=ground.instance.home.root,
        identity=open_identity_provider(settings, ground.clock),
        request_nonces=ground.request_nonces,
        client_nonces=ground.client_nonces,
        connections=ProxiedConnections(settings.proxy_secret.get_secret_value()),
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


def _keeper(ground: Ground) -> Keeper | None:
    instance = ground.instance
    store = open_keeping(instance.home, instance.settings, now=ground.clock.now)
    if store is None:
        return None
    return Keeper(unit_of_work=ground.unit_of_work, store=store, clock=ground.clock)


def _webhook_sender(ground: Ground) -> WebhookSender:
    is_production = ground.instance.settings.environment is Environment.PRODUCTION
    voice = Voice(
        region=ground.region,
        signer=ground.signers[Role.SERVICE],
        now=ground.clock.now,
        kind=WEBHOOK,
    )
    # Here others say where to send: so it is looked at where that leads.
    limits = may_be_reached if is_production else None
    return WebhookSender(
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        calls=RegionCalls(voice=voice, may_be_reached=limits),
        region=ground.region,
        allows_plain=not is_production,
    )


def _complaint_poster(ground: Ground, client: LocalFirstClient) -> ComplaintPoster:
    return ComplaintPoster(
        unit_of_work=ground.unit_of_work,
        clock=ground.clock,
        calls=client.others.calls,
        region=ground.region,
        receiver=Receiver.of(ground.instance.settings.complaint_url),
    )


def _personas(home: Home) -> Mapping[str, str]:
    """Return the demo's people and their tokens; there are none elsewhere."""
    path = home.folder("keys") / PERSONAS_FILE
    if not path.is_file():
        return {}
    pairs = (line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return dict(pairs)
