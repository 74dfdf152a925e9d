"""Issuing desks of the test world, and licenses to put into a register."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from certs.applications import LicenseApplication, parse_application
from certs.catalogue import LicenseType
from certs.holder_keys import HolderKeys
from certs.identifiers import LicenseIdentifier, LicenseTypeCode, SocialCreditCode
from certs.issue_requests import IssueRequest
from certs.issuing_desk import IssuingDesk
from certs.licenses import License, LicenseFiles
from certs.ports import ObjectStore, UnitOfWork
from certs.records import IssuingAuthority
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.statuses import StatusEvent, StatusKind
from certs.type_folders import shipped_type
from signing.pdf.sealing import SealAppearance
from signing.seal_signatures import LocalSealer
from signing.signer import CertifiedSigner
from storage import (
    acceptance_tables,
    access_tables,
    batch_tables,
    correction_tables,
    ledger_tables,
    license_tables,
    matter_tables,
    notice_tables,
    quality_tables,
    seal_tables,
    status_list_tables,
)
from storage.database import connect
from storage.tables import metadata
from tests import world
from tests.bare_pages import APPEARANCE
from tests.doubles.issuing import FixedClock, Fuse, LightRenderer, SigningLog, WatchedSigner
from tests.seal_lives import enable_seal

# Every module that defines tables must be imported before they are created.
TABLES = (
    license_tables,
    access_tables,
    batch_tables,
    acceptance_tables,
    matter_tables,
    notice_tables,
    quality_tables,
    seal_tables,
    status_list_tables,
    correction_tables,
    ledger_tables,
)
TYPE = "11100000MB9TXY0149001"
ISSUER = "11340200MB9TXY014H"


def new_database(path: Path) -> str:
    """Create an empty database file and return its URL."""
    url = f"sqlite:///{path}"
    engine = connect(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


@cache
def food_business() -> LicenseType:
    return shipped_type("food_business")


def applications(count: int) -> list[LicenseApplication]:
    rows = food_business_rows(RegionCode("340200"), count, seed=1)
    return [parse_application(food_business(), row) for row in rows]


def requests(count: int, *, prefix: str = "batch") -> list[IssueRequest]:
    return [
        IssueRequest(f"{prefix}:{number}", application)
        for number, application in enumerate(applications(count))
    ]


def desk(
    unit_of_work: Callable[[], UnitOfWork], objects: ObjectStore, *, code: str = "340200"
) -> IssuingDesk:
    """A desk that works, with a light renderer and a seal that is enabled."""
    name, unified_code = world.ISSUERS[code]
    region = world.region(code)
    enable_seal(region, unit_of_work)
    return IssuingDesk(
        license_type=food_business(),
        authority=IssuingAuthority(
            code=SocialCreditCode(unified_code), name=name, region=RegionCode(code)
        ),
        record_signer=region.record_signer,
        seal_signer=region.seal_signer,
        sealer=region.sealer,
        appearance=SealAppearance(width_mm=42, height_mm=42, content=APPEARANCE.content),
        renderer=LightRenderer(),
        objects=objects,
        unit_of_work=unit_of_work,
        clock=FixedClock(),
        holder_keys=HolderKeys(b"k" * 32),
        status_key=b"s" * 32,
        public_url="http://127.0.0.1:8000",
        specimen=True,
        operator="I001",
    )


def watched(healthy: IssuingDesk, *, fuse: Fuse, log: SigningLog) -> IssuingDesk:
    """The same desk with every key on the log."""

    def watch(signer: CertifiedSigner) -> CertifiedSigner:
        return replace(signer, signer=WatchedSigner(signer.signer, fuse, log))

    seal_signer = watch(healthy.seal_signer)
    return replace(
        healthy,
        record_signer=watch(healthy.record_signer),
        seal_signer=seal_signer,
        sealer=LocalSealer(world.region(str(healthy.authority.region)).seal, seal_signer),
    )


def identifier(number: int = 1, *, version: int = 1, issuer: str = ISSUER) -> str:
    return str(
        LicenseIdentifier(
            type_code=LicenseTypeCode(TYPE),
            issuer_code=SocialCreditCode(issuer),
            serial=f"JY{number:014d}",
            version=version,
        )
    )


def license_of(number: int = 1, *, version: int = 1, holder: str = "a" * 64) -> License:
    """A license for the register, about which nothing was ever signed."""
    return License(
        identifier=identifier(number, version=version),
        type_code=TYPE,
        type_name="食品经营许可证",
        number=f"JY{number:014d}",
        issuer_code=ISSUER,
        holder_key=holder,
        holder_shown="样例餐饮店",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
        status=StatusKind.ACTIVE,
        sealed_at=world.NOON,
        files=LicenseFiles(record="1" * 64, signature="2" * 64, pdf="3" * 64),
    )


def event_of(kind: StatusKind = StatusKind.ACTIVE) -> StatusEvent:
    return StatusEvent(
        kind=kind,
        effective_at=world.NOON,
        recorded_at=world.NOON,
        reason="理由",
        decision_no="芜市监〔2026〕1号",
        actor="desk",
    )
