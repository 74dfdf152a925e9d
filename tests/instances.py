"""Whole instances of regions, with real parts, that reach one another without a network."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from fastapi.testclient import TestClient
from sqlalchemy import Engine

from api.app import create_app
from api.archiving import open_archive_desk
from api.case_desks import open_case_desks
from api.case_receipts import open_case_receipts
from api.case_sources import SourceParts, open_case_sources
from api.decision_log import DecisionLog
from api.finders import Judge, OwnFinder, RegionFinder, Registers
from api.ledger_office import open_ledger_office
from api.own_register import OwnRegister
from api.receipts_opening import page_seal_of
from api.services import Services
from api.sources import agreements_of
from certs.access import AccessGrant, CallerRole, new_token, token_digest
from certs.catalogue import Catalogue
from certs.faces.drawing import to_pdf_operators
from certs.faces.renderer import TypstRenderer
from certs.faces.seal_drawing import draw_round_seal
from certs.holder_keys import HolderKeys
from certs.identifiers import SocialCreditCode
from certs.issuing_desk import IssuingDesk
from certs.keeping.keeper import Keeper
from certs.packages.license_packages import ArchiveTerms
from certs.records import IssuingAuthority
from certs.regions import RegionCode
from certs.samples.food_business import food_business_rows
from certs.seals.standings_publisher import StandingsPublisher
from certs.type_folders import shipped_types
from signing.pdf.sealing import SealAppearance
from storage.archive_folder import ArchiveFolder
from storage.database import connect
from storage.ledger_folder import LedgerFolder
from storage.object_folder import ObjectFolder
from storage.packed_objects import PackedObjects
from storage.request_nonces import SqlRequestNonces
from storage.unit_of_work import SqlUnitOfWork
from storage.witness_book import SqlWitnessBook
from tests import world
from tests.databases import empty_file
from tests.instance_parts import (
    BAOJI,
    NAMES,
    WUHU,
    FixedTrust,
    InProcessReader,
    InProcessViewer,
    MovingClock,
    PairDecryptor,
    Post,
    body_of,
    case_of,
    holder_of,
    people,
    receipt_signer_of,
    revocations,
    trust_list,
    url_of,
)
from tests.seal_lives import enable_seal
from tests.sealed import InProcessExaminer
from tests.unit.certs.faces.ofd.sealed_ofd import ofd_faces
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.inquiry import Inquiry
from verify.matters.files import shipped_matters
from verify.registers.definitions import shipped_registers
from verify.trust_lists import TrustedRegion
from verify.verifier import Verifier

NOBODY: Mapping[str, str] = MappingProxyType({})
STATUS_KEY, HOLDER_KEY = b"s" * 32, b"h" * 32


@dataclass(frozen=True)
class Instance:
    """One region's instance behind a test client."""

    code: str
    services: Services
    client: TestClient
    engine: Engine
    tokens: dict[str, str]

    def headers(self, person: str) -> dict[str, str]:
        """The header with which ``person`` (a key of ``tokens``) calls."""
        return {"Authorization": f"Bearer {self.tokens[person]}"}

    @cached_property
    def rows(self) -> tuple[Mapping[str, str], ...]:
        """What this region's licenses say."""
        return food_business_rows(RegionCode(self.code), 4, seed=1)

    def mint(self, number: int = 0, *, key: str = "") -> dict[str, object]:
        """Issue the license of a row over HTTP and return the answer's body."""
        headers = self.headers("issuer") | ({"Idempotency-Key": key} if key else {})
        answer = self.client.post(
            "/api/v1/licenses", json=body_of(self.rows[number]), headers=headers
        )
        assert answer.status_code == 201, answer.text
        body: dict[str, object] = answer.json()
        return body

    def suspend(self, license: str) -> None:
        """Suspend a license (暂扣) over HTTP, from now on."""
        answer = self.client.post(
            f"/api/v1/licenses/{license}/status",
            json={"kind": "suspended", "decision_no": "1", "reason": "检查"},
            headers=self.headers("issuer"),
        )
        assert answer.status_code in {200, 201}, answer.text

    def file(self, license: str, kind: str = "pdf") -> bytes:
        """A file of a license, as the issuer reads it."""
        answer = self.client.get(
            f"/api/v1/licenses/{license}/files/{kind}", headers=self.headers("issuer")
        )
        assert answer.status_code == 200, answer.text
        return answer.content

    def citizen(self, number: int = 0) -> dict[str, str]:
        """The header of the holder of a row's license."""
        holder = holder_of(self.rows[number])
        return self.bearer(
            AccessGrant(
                person=f"holder-{number}",
                role=CallerRole.CITIZEN,
                holder_key=self.services.holder_keys.of(holder),
                holder_shown=self.rows[number]["operator"],
            )
        )

    def bearer(self, grant: AccessGrant) -> dict[str, str]:
        """The header of somebody new."""
        token = new_token()
        with self.services.unit_of_work() as work:
            work.access.add(token_digest(token), grant)
            work.commit()
        return {"Authorization": f"Bearer {token}"}

    def verify(self, pdf: bytes) -> dict[str, object]:
        """The report of this instance on a file."""
        answer = self.client.post("/api/v1/verifications", files={"file": ("l.pdf", pdf)})
        assert answer.status_code == 200, answer.text
        report: dict[str, object] = answer.json()
        return report

    def open_case(self, row: Mapping[str, str]) -> dict[str, object]:
        """A case of opening a restaurant, for the holder of a license."""
        answer = self.client.post(
            "/api/v1/cases", json=case_of(row), headers=self.headers("window")
        )
        assert answer.status_code == 201, answer.text
        case: dict[str, object] = answer.json()
        return case


@dataclass(frozen=True)
class Country:
    """Two regions that trust each other."""

    clock: MovingClock
    post: Post
    trust: FixedTrust
    wuhu: Instance
    baoji: Instance


@contextmanager
def open_country(
    folder: Path,
    renderer: TypstRenderer,
    *,
    departments: Mapping[str, str] = NOBODY,
    registers: Mapping[str, str] = NOBODY,
) -> Iterator[Country]:
    """Two instances in ``folder``, connected; departments and registers answer where named."""
    clock, post = MovingClock(), Post()
    trust = FixedTrust(trust_list(WUHU, BAOJI))
    with ExitStack() as stack:
        wuhu, baoji = (
            stack.enter_context(
                open_instance(
                    folder / code,
                    code,
                    renderer,
                    clock=clock,
                    post=post,
                    trust=trust,
                    departments=departments,
                    registers=registers,
                )
            )
            for code in (WUHU, BAOJI)
        )
        yield Country(clock=clock, post=post, trust=trust, wuhu=wuhu, baoji=baoji)


@contextmanager
def open_instance(  # noqa: PLR0913 - the parts of an instance
    folder: Path,
    code: str,
    renderer: TypstRenderer,
    *,
    clock: MovingClock,
    post: Post,
    trust: FixedTrust,
    departments: Mapping[str, str] = NOBODY,
    registers: Mapping[str, str] = NOBODY,
) -> Iterator[Instance]:
    """One region's instance with an empty register and one token for each role."""
    database, tokens = _settled(code)
    folder.mkdir()
    (folder / "db.sqlite3").write_bytes(database)
    engine = connect(f"sqlite:///{folder / 'db.sqlite3'}")
    services = _services(
        folder,
        code,
        renderer,
        engine,
        clock=clock,
        post=post,
        trust=trust,
        tokens=tokens,
        departments=departments,
        registers=registers,
    )
    with TestClient(create_app(services), base_url=url_of(code)) as client:
        post.clients[url_of(code)] = client
        yield Instance(
            code=code, services=services, client=client, engine=engine, tokens=dict(tokens)
        )
    engine.dispose()


@cache
def _settled(code: str) -> tuple[bytes, dict[str, str]]:
    """A database where people have their tokens and the seal is enabled, and those tokens.

    It is made once, because making it takes ten times as long as copying it.
    """
    with TemporaryDirectory(prefix="yinxin-settled-") as folder:
        path = Path(folder) / "db.sqlite3"
        path.write_bytes(empty_file())
        engine = connect(f"sqlite:///{path}")
        tokens = people(engine)
        enable_seal(world.region(code), partial(SqlUnitOfWork, engine))
        engine.dispose()
        return path.read_bytes(), tokens


def _services(  # noqa: PLR0913 - the parts of an instance
    folder: Path,
    code: str,
    renderer: TypstRenderer,
    engine: Engine,
    *,
    clock: MovingClock,
    post: Post,
    trust: FixedTrust,
    tokens: dict[str, str],
    departments: Mapping[str, str],
    registers: Mapping[str, str],
) -> Services:
    region = world.region(code)
    unit_of_work = partial(SqlUnitOfWork, engine)
    objects = PackedObjects(
        loose=ObjectFolder(folder / "objects"),
        packages=ObjectFolder(folder / "aip"),
    )
    verifier = Verifier(
        trust=trust,
        regions=post,
        examiner=InProcessExaminer(),
        pages=InProcessReader(),
        clock=clock,
        register=OwnRegister(unit_of_work=unit_of_work, objects=objects),
    )
    judge = Judge(verifier=verifier, catalogue=Catalogue.of(shipped_types()))
    holder_keys = HolderKeys(HOLDER_KEY)
    pair = region.service.signer._pair  # type: ignore[attr-defined]  # the test's own key
    decryptor = PairDecryptor(pair)
    own = OwnFinder(
        region=RegionCode(code),
        name=NAMES[code],
        unit_of_work=unit_of_work,
        objects=objects,
        holder_keys=holder_keys,
        judge=judge,
    )

    def other(found: TrustedRegion) -> RegionFinder:
        return RegionFinder(
            own=RegionCode(code),
            other=found,
            client=post,
            signer=region.service,
            decryptor=decryptor,
            judge=judge,
            clock=clock,
        )

    sources = open_case_sources(
        SourceParts(
            region=RegionCode(code),
            name=NAMES[code],
            trust=trust,
            client=post,
            signer=region.service,
            decryptor=decryptor,
            clock=clock,
            unit_of_work=unit_of_work,
            objects=objects,
            holder_keys=holder_keys,
            matters=shipped_matters(),
            catalogue=Catalogue.of(shipped_types()),
            registers={name: RegionCode(at) for name, at in registers.items()},
            departments={name: RegionCode(at) for name, at in departments.items()},
            defined=shipped_registers(),
            keep=timedelta(days=30),
            is_up=lambda url: url not in post.silent,
            registers_at=post.registers,
            start=lambda work: work(),
        )
    )
    acceptance = AcceptanceDesk(
        matters=shipped_matters(),
        inquiry=Inquiry(
            finders=Registers(own, trust, other),
            sources=sources.registers,
            departments=sources.post,
            agreements=partial(agreements_of, trust),
        ),
        unit_of_work=unit_of_work,
        clock=clock,
        prober=sources.prober,
        objects=objects,
        key_of=holder_keys.of,
    )
    desks = _desks(
        region,
        renderer,
        objects=objects,
        unit_of_work=unit_of_work,
        clock=clock,
        holder_keys=holder_keys,
    )
    further = open_case_desks(
        acceptance,
        region=RegionCode(code),
        catalogue=Catalogue.of(shipped_types()),
        objects=objects,
        issuing=desks,
        trust=trust,
        client=post,
        signer=region.service,
        decryptor=decryptor,
        verifier=verifier,
        unit_of_work=unit_of_work,
        clock=clock,
    )
    return Services(
        page_viewer=InProcessViewer(),
        ledger=open_ledger_office(
            RegionCode(code),
            signer=region.ledger.signer,
            shelf=LedgerFolder(folder / "ledger"),
            unit_of_work=unit_of_work,
            open_book=partial(SqlWitnessBook, engine),
            clock=clock,
            trust=trust,
            client=post,
        ),
        region=RegionCode(code),
        decisions=DecisionLog(unit_of_work, clock),
        name=NAMES[code],
        is_demo=True,
        public_url=url_of(code),
        catalogue=Catalogue.of(shipped_types()),
        matters=shipped_matters(),
        unit_of_work=unit_of_work,
        objects=objects,
        clock=clock,
        verifier=verifier,
        trust=trust,
        acceptance=acceptance,
        attached=further.attached,
        forms=further.forms,
        one_things=further.one_things,
        outcomes=further.outcomes,
        case_receipts=open_case_receipts(
            acceptance,
            region=RegionCode(code),
            signer=receipt_signer_of(code),
            seal=page_seal_of(next(iter(desks.values()))),
            trust=trust,
            revocation_lists=partial(revocations, code),
            timestamps=None,
            unit_of_work=unit_of_work,
            objects=objects,
            clock=clock,
            public_url=url_of(code),
            specimen=True,
        ),
        transfers=further.transfers,
        returns=further.returns,
        holder_keys=holder_keys,
        service_signer=region.service,
        decryptor=decryptor,
        revocation_lists=partial(revocations, code),
        published_certificates=lambda: tuple(
            item.certificate.encoded
            for item in (region.record_signer, region.status_signer, region.service)
        ),
        desks=desks,
        status_signer=region.status_signer,
        seal_standings=StandingsPublisher(
            region=code, unit_of_work=unit_of_work, clock=clock, signer=region.status_signer
        ).current,
        personas=dict(tokens),
        request_nonces=SqlRequestNonces(engine),
        client_nonces=SqlRequestNonces.of_clients(engine),
        case_sources=sources,
        registers=Registers(own, trust, other),
        keeper=Keeper(
            unit_of_work=unit_of_work,
            store=ArchiveFolder(folder / "aip", now=clock.now),
            clock=clock,
        ),
        archive=open_archive_desk(
            verifier=verifier,
            objects=objects,
            unit_of_work=unit_of_work,
            clock=clock,
            terms=ArchiveTerms(organization=NAMES[code], fonds=world.ISSUERS[code][1]),
            holder_keys=holder_keys,
        ),
    )


def _desks(  # noqa: PLR0913 - the parts of a desk
    region: world.Region,
    renderer: TypstRenderer,
    *,
    objects: PackedObjects,
    unit_of_work: partial[SqlUnitOfWork],
    clock: MovingClock,
    holder_keys: HolderKeys,
) -> dict[str, IssuingDesk]:
    name, unified = world.ISSUERS[region.code]
    return {
        str(item.code): IssuingDesk(
            license_type=item,
            catalogue=Catalogue.of(shipped_types()),
            authority=IssuingAuthority(
                code=SocialCreditCode(unified), name=name, region=RegionCode(region.code)
            ),
            record_signer=region.record_signer,
            seal_signer=region.seal_signer,
            sealer=region.sealer,
            appearance=_appearance(region.code),
            renderer=renderer,
            ofd=ofd_faces(),
            objects=objects,
            unit_of_work=unit_of_work,
            clock=clock,
            holder_keys=holder_keys,
            status_key=STATUS_KEY,
            public_url=url_of(region.code),
            specimen=True,
        )
        for item in shipped_types()
    }


@cache
def _appearance(code: str) -> SealAppearance:
    drawing = draw_round_seal(world.ISSUERS[code][0], line="行政审批专用章", code=f"{code}0000001")
    return SealAppearance(width_mm=42, height_mm=42, content=to_pdf_operators(drawing))
