"""The collaborators every request may use."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final, Protocol, TypeAlias

from fastapi import Depends, Request

from api.appointing import AppointmentOffice
from api.bulk_rooms import BulkRooms, ManyAsker
from api.case_archiving import CaseArchive, CaseArchivingWork
from api.case_receipts import CaseReceiptOffice
from api.case_sources import CaseSources
from api.client_connections import ProxiedConnections
from api.client_office import ClientOffice
from api.complaint_posting import ComplaintPoster
from api.decision_log import DecisionLog
from api.finders import Registers
from api.guarding import GuardianOffice
from api.http_errors import NotServedHereError
from api.identity.ports import IdentityProvider
from api.ledger_office import LedgerOffice
from api.notifying import Notifier
from api.offline_publishing import OfflinePublisher
from api.own_filing import OwnFileShelf
from api.people import PeopleOffice
from api.places import Places
from api.preview_rooms import PreviewRoom
from api.public_figures import PublishedFigures
from api.receipts import ReceiptOffice
from api.representatives import BUSINESS_LICENSE, Representatives
from api.resulting import OutcomeOffice
from api.returning import ReturnOffice
from api.row_reader import RowReader
from api.sealed_pages import PageViewer
from api.transferring import TransferOffice
from api.verifier_applying import VerifierApplicationOffice
from api.verifier_desk import VerifierDesk
from api.webhook_desk import WebhookDesk
from api.webhook_sending import WebhookSender
from certs.appointments import AppointmentWork
from certs.backlogs import BacklogWork
from certs.catalogue import Catalogue, LicenseType
from certs.clients import ClientWork
from certs.correction_desk import CorrectionWork
from certs.corrections import DayLimits
from certs.decision_digests import DigestWork
from certs.evidence.desk import EvidenceDesk
from certs.guardianships import GuardianshipWork
from certs.holder_keys import HolderKeys
from certs.identifiers import LicenseIdentifier
from certs.identities import BindingWork
from certs.issuing_desk import IssuingDesk
from certs.keeping.keeper import Keeper
from certs.keeping.ports import KeepingWork
from certs.license_files import read_record
from certs.licenses import License
from certs.mark_keeping import MarkWork
from certs.own_files import OwnFileWork
from certs.periodic_runs import RunWork
from certs.ports import Clock, ObjectStore
from certs.proposals import ProposalWork
from certs.regions import RegionCode
from certs.sessions import SessionWork
from certs.status_lists.publishing import StatusPublisher
from certs.use_logs.counts import CountWork
from certs.use_logs.disputes import DisputeWork
from certs.verifier_applications import VerifierApplicationWork
from certs.webhooks import WebhookWork
from signing.signer import CertifiedSigner, Decryptor
from signing.timestamp_authorities import TimestampAuthority
from verify.acceptance.attachments import AttachedLicenses
from verify.acceptance.desk import AcceptanceDesk
from verify.acceptance.exceptions import ExceptionDesk, ExceptionWork
from verify.acceptance.promises.desk import PromiseDesk
from verify.archiving.desk import ArchiveDesk
from verify.complaints.desk import ComplaintDesk
from verify.departments.ports import DepartmentWork
from verify.matters.catalogue import MatterCatalogue
from verify.one_things.desk import OneThingDesk
from verify.ports import NonceStore, ReceiptWork
from verify.prefill.desk import FormDesk
from verify.prefill.mistakes import MistakeDesk
from verify.supervision.desk import SupervisionDesk, SupervisionWork
from verify.transfers.records import TransferWork
from verify.trust_lists import TrustList
from verify.verifier import Verifier

Task: TypeAlias = Callable[[Mapping[str, Any], Callable[[], bool]], bool]
"""Does one job: its arguments, what tells whether to stop; tells whether it came to its end."""


_MOST_UPLOADS: Final = 2
_MOST_LISTENERS: Final = 50


class Work(
    AppointmentWork,
    BacklogWork,
    BindingWork,
    ClientWork,
    DigestWork,
    ExceptionWork,
    CaseArchivingWork,
    DepartmentWork,
    TransferWork,
    ReceiptWork,
    CorrectionWork,
    KeepingWork,
    DisputeWork,
    CountWork,
    MarkWork,
    ProposalWork,
    RunWork,
    SessionWork,
    SupervisionWork,
    VerifierApplicationWork,
    WebhookWork,
    GuardianshipWork,
    OwnFileWork,
    Protocol,
):
    """One transaction over everything that the database keeps."""


class JobQueue(Protocol):
    """A queue of jobs that workers on any host share."""

    def work(
        self,
        tasks: Mapping[str, Task],
        *,
        stop: threading.Event,
        idle: Callable[[], bool] = lambda: False,
    ) -> None:
        """Work until ``stop`` is set, a signal says so, or ``idle`` does; see ``JobWorker``."""
        ...


class TrustStore(Protocol):
    """Keeps the trust lists of this instance."""

    def current(self) -> TrustList | None:
        """Return the newest good list, or None if there is none."""
        ...

    def current_bytes(self) -> bytes | None:
        """Return the same as it came."""
        ...

    def accept(self, data: bytes) -> TrustList:
        """Store a newer list.

        Raises:
            TrustListError: Not signed by the pinned root, or not newer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Built once at start-up, by bootstrap in production and by hand in tests.

    Attributes:
        region: 行政区划代码 of this instance.
        name: Its name, as pages show it.
        is_demo: Personas may be chosen without proof; never outside demo and dev.
        public_url: Where this instance is reached.
        personas: Tokens of the demo's people by name; empty outside demo.
        identity: Tells who somebody is (统一身份认证); None where people sign in by tokens alone.
        decisions: Puts on record what was decided about who may do what.
        desks: Issuing desks by license type code; empty where this process may not issue.
        status_signer: Signs status answers; None where this process may not.
        status_publisher: Publishes the status lists; None where this process may not.
        correction_limits: How many days the steps of a correction may take.
        complaint_poster: Delivers complaints; None where this process does not.
        keeper: Keeps archive packages; None where that is not done.
        webhook_sender: Delivers events to subscribers; None where this process does not.
        notifier: Reminds holders and delivers notices; None where this process does not.
        service_signer: Signs questions and replies between regions.
        decryptor: Opens what is encrypted for this region.
        revocation_lists: The region's own certificate revocation lists, DER.
        published_certificates: The certificates that this region signs with, and did, DER.
        seal_standings: Returns the signed bulletin of this region's seals, or None if they do
            not fit into one; None itself where this process may not sign.
        timestamp_authority: The demo's clock for others; None outside demo and dev.
        request_nonces: The nonces of other regions' requests, kept for all processes together;
            None where signed requests are not served.
        attached: Reads the licenses that are attached to cases.
        forms: Shows forms filled in, and keeps what they say.
        outcomes: Decides cases and mints the licenses that they lead to.
        one_things: Opens several cases as one application.
        case_receipts: Issues receipts of cases.
        transfers: Hands cases over to other regions, and takes theirs.
        returns: Tells other regions what became of their cases, and hears the same.
        client_nonces: The same of clients' requests.
        connections: What the proxy before us says of connections.
        receipts: Gives and keeps receipts of verdicts; None where that is not served.
        page_viewer: Draws the pages of what somebody brings; None where that is not done.
        archive: Archives licenses; None where that is not done.
        evidence: Makes evidence records of packages; None where there is no timestamp service.
        asker: Asks other regions about many licenses at once; None where nobody is asked.
        ledger: This region's ledger, and what it witnesses of others'.
        case_sources: Whom cases ask, and what is answered to others' cases; None where nobody is.
        registers: The registers of licenses; None where nobody looks up what could be had.
        queue: Tells workers on any host what to do; None where they look for work themselves.
        row_reader: Reads uploaded rows in processes with limits.
        uploads: Room for files of rows; each is in memory once or twice until it is stored.
        listeners: Room for those who follow the progress of batches.
        previews: Room for previews of faces.
        bulk: Room for verdicts in bulk.
        public_figures: What everybody may read.
        home: Where this instance keeps files of its own; None where it keeps none.
        offline: What browsers need to verify without a network.
    """

    region: RegionCode
    name: str
    is_demo: bool
    public_url: str
    catalogue: Catalogue
    matters: MatterCatalogue
    unit_of_work: Callable[[], Work]
    decisions: DecisionLog
    objects: ObjectStore
    clock: Clock
    verifier: Verifier
    trust: TrustStore
    acceptance: AcceptanceDesk
    attached: AttachedLicenses
    forms: FormDesk
    outcomes: OutcomeOffice
    case_receipts: CaseReceiptOffice
    one_things: OneThingDesk
    transfers: TransferOffice
    returns: ReturnOffice
    holder_keys: HolderKeys
    service_signer: CertifiedSigner
    decryptor: Decryptor
    ledger: LedgerOffice
    revocation_lists: Callable[[], tuple[bytes, ...]]
    published_certificates: Callable[[], tuple[bytes, ...]] = tuple
    desks: Mapping[str, IssuingDesk] = field(default_factory=dict)
    status_signer: CertifiedSigner | None = None
    status_publisher: StatusPublisher | None = None
    keeper: Keeper | None = None
    notifier: Notifier | None = None
    webhook_sender: WebhookSender | None = None
    complaint_poster: ComplaintPoster | None = None
    correction_limits: DayLimits = field(default_factory=DayLimits)
    seal_standings: Callable[[], bytes | None] | None = None
    timestamp_authority: TimestampAuthority | None = None
    personas: Mapping[str, str] = field(default_factory=dict, repr=False)
    identity: IdentityProvider | None = None
    request_nonces: NonceStore | None = None
    client_nonces: NonceStore | None = None
    connections: ProxiedConnections = field(default_factory=ProxiedConnections)
    receipts: ReceiptOffice | None = None
    home: Path | None = None
    page_viewer: PageViewer | None = None
    archive: ArchiveDesk | None = None
    evidence: EvidenceDesk | None = None
    asker: ManyAsker | None = None
    case_sources: CaseSources | None = None
    registers: Registers | None = None
    queue: JobQueue | None = None
    row_reader: RowReader = field(default_factory=RowReader)
    uploads: Places = field(default_factory=lambda: Places(_MOST_UPLOADS))
    listeners: Places = field(default_factory=lambda: Places(_MOST_LISTENERS))
    previews: PreviewRoom = field(default_factory=PreviewRoom)
    bulk: BulkRooms = field(init=False)
    public_figures: PublishedFigures = field(init=False)
    offline: OfflinePublisher = field(init=False)

    @property
    def promises(self) -> PromiseDesk:
        """告知承诺与容缺: what decisions leave open."""
        return PromiseDesk(
            acceptance=self.acceptance,
            objects=self.objects,
            unit_of_work=self.unit_of_work,
            clock=self.clock,
        )

    @property
    def exceptions(self) -> ExceptionDesk:
        """例外审批: demands for paper that wait for a second person."""
        return ExceptionDesk(
            acceptance=self.acceptance, unit_of_work=self.unit_of_work, clock=self.clock
        )

    @property
    def mistakes(self) -> MistakeDesk:
        """信息有误: what applicants say is wrong in licenses."""
        return MistakeDesk(forms=self.forms)

    @property
    def supervision(self) -> SupervisionDesk:
        """监督: figures, and the cases behind them."""
        return SupervisionDesk(
            unit_of_work=self.unit_of_work,
            matters=self.matters,
            clock=self.clock,
            limits=self.correction_limits,
        )

    @property
    def verifiers(self) -> VerifierDesk:
        """社会核验机构: who else may see what of licenses."""
        return VerifierDesk(
            unit_of_work=self.unit_of_work, clock=self.clock, catalogue=self.catalogue
        )

    @property
    def verifier_applications(self) -> VerifierApplicationOffice:
        """申请成为社会核验机构: who applies for that, and what becomes of it."""
        return VerifierApplicationOffice(
            unit_of_work=self.unit_of_work, clock=self.clock, desk=self.verifiers
        )

    @property
    def webhooks(self) -> WebhookDesk:
        """事件推送: who is told of licenses that come or change."""
        sender = self.webhook_sender
        return WebhookDesk(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            catalogue=self.catalogue,
            allows_plain=sender is not None and sender.allows_plain,
        )

    @property
    def guardians(self) -> GuardianOffice:
        """监护: who acts for children."""
        return GuardianOffice(
            unit_of_work=self.unit_of_work, clock=self.clock, holder_keys=self.holder_keys
        )

    @property
    def own_files(self) -> OwnFileShelf:
        """自行上传: what holders keep beside their licenses."""
        return OwnFileShelf(
            unit_of_work=self.unit_of_work,
            objects=self.objects,
            clock=self.clock,
            verifier=self.verifier,
        )

    @property
    def representatives(self) -> Representatives:
        """法定代表人: who represents enterprises."""
        return Representatives(
            business=self.license_type(BUSINESS_LICENSE),
            objects=self.objects,
            unit_of_work=self.unit_of_work,
            clock=self.clock,
        )

    @property
    def appointments(self) -> AppointmentOffice:
        """企业用证人员: who acts for enterprises."""
        return AppointmentOffice(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            holder_keys=self.holder_keys,
            representatives=self.representatives,
        )

    @property
    def people(self) -> PeopleOffice:
        """人员与身份: who works here as what."""
        return PeopleOffice(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            provider=self.identity.name if self.identity is not None else None,
        )

    @property
    def clients(self) -> ClientOffice:
        """接入系统: the systems that call, and what they may touch."""
        return ClientOffice(
            unit_of_work=self.unit_of_work,
            clock=self.clock,
            catalogue=self.catalogue,
            matters=self.matters,
        )

    @property
    def complaints(self) -> ComplaintDesk:
        """投诉: what holders of receipts say of windows."""
        return ComplaintDesk(
            cases=self.acceptance, unit_of_work=self.unit_of_work, clock=self.clock
        )

    def case_archive(self) -> CaseArchive:
        """Return who archives cases.

        Raises:
            NotServedHereError: This instance archives nothing.
        """
        if self.archive is None:
            raise NotServedHereError("no archive")
        return CaseArchive(
            desk=self.archive,
            cases=self.acceptance,
            region=self.region,
            unit_of_work=self.unit_of_work,
            objects=self.objects,
            clock=self.clock,
        )

    def __post_init__(self) -> None:
        rooms = BulkRooms(verifier=self.verifier, asker=self.asker)
        object.__setattr__(self, "bulk", rooms)
        published = PublishedFigures(lambda: self.supervision)
        object.__setattr__(self, "public_figures", published)
        offline = OfflinePublisher(self.trust.current, self.verifier.regions, self.clock)
        object.__setattr__(self, "offline", offline)

    def license_type(self, name_or_code: str) -> LicenseType | None:
        """Return the type by its short name or its code, in the version that licenses get now."""
        return self.catalogue.find(name_or_code)

    def type_of(self, license: License) -> LicenseType | None:
        """Return the type of a license, in the version that it was made by."""
        record = read_record(self.objects, license.files)
        return self.catalogue.version(license.type_code, record.type_version)

    def type_named(self, identifier: LicenseIdentifier) -> LicenseType | None:
        """Return the type that an identifier names: that of the license, if it is kept here."""
        with self.unit_of_work() as work:
            license = work.licenses.find(str(identifier))
        if license is not None:
            return self.type_of(license)
        return self.license_type(str(identifier.type_code))


async def get_services(request: Request) -> Services:
    """Return the services this application was created with; a coroutine needs no thread."""
    services: Services = request.state.services
    return services


def services_of(request: Request) -> Services:
    """Return the same for routes that take nothing but the request."""
    services: Services = request.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
