"""What everything in a region instance stands on: settings, keys, database, objects, trust."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from api import founding
from api.bootstrap import OpenHome, RevocationFolder, SystemClock
from api.clients.timestamps import OWN_PATH, HttpTimestampSource
from api.databases import open_database
from api.matter_shelf import MatterShelf
from api.object_stores import open_objects
from api.own_publications import (
    OwnStatusLists,
    Recent,
    WatchedFiles,
    published_certificates,
)
from api.region_keys import signing_roles, timestamp_roles
from api.settings import Environment, Settings
from api.type_catalogue import catalogue_of
from certs.catalogue import Catalogue
from certs.civil_dates import day_of
from certs.holder_keys import HolderKeys
from certs.regions import RegionCode
from certs.seals.standings_publisher import StandingsPublisher
from signing.roles import Role
from signing.signer import CertifiedSigner, Decryptor, Signer
from signing.timestamp_authorities import TimestampAuthority
from signing.timestamps import TimestampSource
from storage import schema
from storage.job_worker import SqlJobQueue
from storage.ledger_folder import LedgerFolder
from storage.packed_objects import PackedObjects
from storage.request_nonces import SqlRequestNonces
from storage.trust_folder import TrustFolder
from storage.unit_of_work import SqlUnitOfWork
from storage.witness_book import SqlWitnessBook
from verify.matters.catalogue import MatterCatalogue

_TRUST_LOOK_SECONDS: Final = 0.5
"""How long a list that another process imported may go unseen."""
_WITH_CHAIN: Final = frozenset({Role.SEAL, Role.RECORD, Role.RECEIPT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What everything else stands on: settings, keys, database, objects, trust."""

    instance: OpenHome
    clock: SystemClock
    region: RegionCode
    unit_of_work: partial[SqlUnitOfWork]
    queue: SqlJobQueue | None
    request_nonces: SqlRequestNonces
    client_nonces: SqlRequestNonces
    witness_book: partial[SqlWitnessBook]
    ledger_shelf: LedgerFolder
    objects: PackedObjects
    trust: TrustFolder
    holder_keys: HolderKeys
    signers: Mapping[Role, CertifiedSigner]
    decryptor: Decryptor
    revocations: RevocationFolder
    certificates: WatchedFiles
    status_lists: OwnStatusLists
    seal_standings: Recent
    timestamp_authority: TimestampAuthority | None
    timestamps: TimestampSource | None
    catalogue: Catalogue
    matters: MatterCatalogue

    @property
    def evidence_clock(self) -> TimestampSource | None:
        """Where evidence gets its trusted time; demo and dev have a clock of their own."""
        return self.timestamps or self.timestamp_authority

    @classmethod
    def of(cls, instance: OpenHome, stack: ExitStack) -> Self:
        """Open the database and the keys; matters are published so that constraints know them."""
        home, clock = instance.home, instance.clock()
        engine = open_database(home, instance.settings)
        stack.callback(engine.dispose)
        schema.check_version(engine)
        roles = signing_roles(home)
        keys = instance.open_keys(*roles, *timestamp_roles(instance))
        authority = _timestamp_authority(instance, clock, keys.get(Role.TIMESTAMP))
        signers = {
            role: instance.signer(role, key=keys[role], chain=role in _WITH_CHAIN) for role in roles
        }
        catalogue = catalogue_of(home, on=day_of(clock.now()))
        region, unit_of_work = RegionCode(instance.settings.region), partial(SqlUnitOfWork, engine)
        return cls(
            instance=instance,
            clock=clock,
            region=region,
            unit_of_work=unit_of_work,
            queue=SqlJobQueue.of(engine),
            request_nonces=SqlRequestNonces(engine),
            client_nonces=SqlRequestNonces.of_clients(engine),
            witness_book=partial(SqlWitnessBook, engine),
            ledger_shelf=LedgerFolder(home.folder("public") / "ledger"),
            objects=open_objects(home, instance.settings, now=clock.now),
            trust=TrustFolder(
                home.folder("trust"), now=clock.now, look_seconds=_TRUST_LOOK_SECONDS
            ),
            holder_keys=HolderKeys(home.read_secret(founding.HOLDER_KEY_FILE)),
            signers=signers,
            decryptor=keys[Role.SERVICE],
            revocations=RevocationFolder(instance, clock),
            certificates=published_certificates(home),
            status_lists=OwnStatusLists(
                folder=home.folder("public") / "status", unit_of_work=unit_of_work
            ),
            seal_standings=Recent(
                StandingsPublisher(
                    region=str(region),
                    unit_of_work=unit_of_work,
                    clock=clock,
                    signer=signers[Role.STATUS],
                ).current
            ),
            timestamp_authority=authority,
            timestamps=_timestamps(instance.settings, authority, stack),
            catalogue=catalogue,
            matters=MatterShelf.of(unit_of_work, catalogue).publish_shipped(),
        )


def _timestamp_authority(
    instance: OpenHome, clock: SystemClock, key: Signer | None
) -> TimestampAuthority | None:
    if instance.settings.environment is Environment.PRODUCTION:
        return None
    return instance.timestamp_authority(clock, key)


def _timestamps(
    settings: Settings, own: TimestampAuthority | None, stack: ExitStack
) -> TimestampSource | None:
    """Return where faces get their trusted time; the own service is not asked over HTTP."""
    url = settings.timestamp_url
    if not url:
        return None
    if own is not None and url == f"{settings.public_url}{OWN_PATH}":
        return own
    return stack.enter_context(HttpTimestampSource(url))
