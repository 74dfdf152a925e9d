"""The desks that go on where the acceptance desk ends: forms, one-things, outcomes, transfers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from api.resulting import OutcomeOffice, open_outcome_office
from api.returning import ReturnClient, ReturnOffice
from api.services import Work
from api.transferring import TransferClient, TransferOffice
from certs.catalogue import Catalogue
from certs.issuing_desk import IssuingDesk
from certs.ports import Clock, ObjectStore
from certs.regions import RegionCode
from signing.signer import CertifiedSigner, Decryptor
from verify.acceptance.attachments import AttachedLicenses
from verify.acceptance.desk import AcceptanceDesk
from verify.one_things.definitions import shipped_one_things
from verify.one_things.desk import OneThingDesk
from verify.partners import Partners
from verify.ports import TrustSource
from verify.prefill.desk import FormDesk
from verify.prefill.forms import shipped_forms
from verify.prefill.reading import CaseFacts
from verify.verifier import Verifier


class CaseClient(TransferClient, ReturnClient, Protocol):
    """Carries cases to other regions, and what became of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDesks:
    """What a case goes through once it is open.

    Attributes:
        attached: Reads the licenses that are attached to cases.
        forms: Fills forms in.
        one_things: Opens several cases as one application.
        outcomes: Decides cases and mints what they lead to.
        transfers: Hands cases over to other regions, and takes theirs.
        returns: Tells other regions what became of their cases, and hears the same.
    """

    attached: AttachedLicenses
    forms: FormDesk
    one_things: OneThingDesk
    outcomes: OutcomeOffice
    transfers: TransferOffice
    returns: ReturnOffice


def open_case_desks(  # noqa: PLR0913 - the parts of the desks
    acceptance: AcceptanceDesk,
    *,
    region: RegionCode,
    catalogue: Catalogue,
    objects: ObjectStore,
    issuing: Mapping[str, IssuingDesk],
    trust: TrustSource,
    client: CaseClient,
    signer: CertifiedSigner,
    decryptor: Decryptor,
    verifier: Verifier,
    unit_of_work: Callable[[], Work],
    clock: Clock,
) -> CaseDesks:
    """Connect the desks of a region, with the forms, results and one-things that ship."""
    attached = AttachedLicenses(unit_of_work=unit_of_work, objects=objects, catalogue=catalogue)
    forms = FormDesk(
        catalogue=shipped_forms(),
        facts=CaseFacts(cases=acceptance, attached=attached, clock=clock),
        unit_of_work=unit_of_work,
        clock=clock,
    )
    one_things = OneThingDesk(
        catalogue=shipped_one_things(),
        cases=acceptance,
        forms=forms,
        unit_of_work=unit_of_work,
        clock=clock,
    )
    partners = Partners(trust=trust, published=client, clock=clock)
    return CaseDesks(
        attached=attached,
        forms=forms,
        one_things=one_things,
        outcomes=open_outcome_office(
            region=region, facts=forms, desks=issuing, unit_of_work=unit_of_work, clock=clock
        ),
        transfers=TransferOffice(
            own=region,
            desk=one_things,
            attached=attached.of_case,
            partners=partners,
            client=client,
            signer=signer,
            decryptor=decryptor,
            verifier=verifier,
            unit_of_work=unit_of_work,
            clock=clock,
        ),
        returns=ReturnOffice(
            own=region,
            partners=partners,
            client=client,
            signer=signer,
            decryptor=decryptor,
            unit_of_work=unit_of_work,
            clock=clock,
        ),
    )
