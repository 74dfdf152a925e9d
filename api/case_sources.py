"""Whom cases ask besides registers of licenses: registers of facts, departments, and probes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from api.clients.letters import LetterClient, RegionLetters
from api.correction_office import CorrectionDesk
from api.probing import SourceProber, in_background
from api.sources import TrustedSources
from certs.catalogue import Catalogue
from certs.correction_desk import CorrectionWork
from certs.holder_keys import HolderKeys
from certs.ports import ObjectStore, UnitOfWork
from certs.regions import RegionCode
from signing.signer import CertifiedSigner, Decryptor
from verify.case_corrections.post import CorrectionPost
from verify.departments.box import DepartmentBox
from verify.departments.ports import DepartmentWork
from verify.departments.post import DepartmentPost
from verify.matters.catalogue import MatterCatalogue
from verify.partners import Partners
from verify.ports import Clock, TrustSource
from verify.registers.asking import ConnectedRegisters
from verify.registers.definitions import Register
from verify.registers.desk import RegisterDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceParts:
    """What the sources of a region are made of.

    Attributes:
        name: The region's name, as holders read who asked.
        client: Carries letters.
        registers: The regions whose registers of facts answer, by the register's name.
        departments: The regions whose departments answer, by the department's short name.
        defined: The registers that this program knows how to answer from licenses.
        keep: How long it is kept of whom a department was asked, once it answered.
        is_up: Tells whether the service at an address answers at all.
        registers_at: Returns the names of the registers that are offered at an address.
        start: Begins what nobody waits for.
    """

    region: RegionCode
    name: str
    trust: TrustSource
    client: LetterClient
    signer: CertifiedSigner
    decryptor: Decryptor
    clock: Clock
    unit_of_work: Callable[[], "SourceWork"]
    objects: ObjectStore
    holder_keys: HolderKeys
    matters: MatterCatalogue
    catalogue: Catalogue
    registers: Mapping[str, RegionCode]
    departments: Mapping[str, RegionCode]
    defined: Mapping[str, Register]
    keep: timedelta
    is_up: Callable[[str], bool]
    registers_at: Callable[[str], Collection[str]]
    start: Callable[[Callable[[], None]], None] = in_background


class SourceWork(UnitOfWork, DepartmentWork, CorrectionWork, Protocol):
    """A unit of work over licenses, cases and what departments are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSources:
    """The sources of one region.

    Attributes:
        register_desk: What the own registers of facts say.
        registers: The registers as windows here ask them.
        box: The questions that departments here have.
        post: Takes questions to departments, and brings their answers.
        prober: Sees whether sources work.
        correction_desk: Takes in what cases say is wrong with licenses of this region.
        corrections: Brings what cases here say to the issuers.
    """

    register_desk: RegisterDesk
    registers: ConnectedRegisters
    box: DepartmentBox
    post: DepartmentPost
    prober: SourceProber
    correction_desk: CorrectionDesk
    corrections: CorrectionPost


def open_case_sources(parts: SourceParts) -> CaseSources:
    """Connect the sources of a region."""
    courier = RegionLetters(
        own=parts.region,
        partners=Partners(trust=parts.trust, published=parts.client, clock=parts.clock),
        client=parts.client,
        signer=parts.signer,
        decryptor=parts.decryptor,
        clock=parts.clock,
    )
    desk, box = _register_desk(parts), _department_box(parts)
    corrections = CorrectionDesk(
        catalogue=parts.catalogue, unit_of_work=parts.unit_of_work, clock=parts.clock
    )
    return CaseSources(
        register_desk=desk,
        registers=ConnectedRegisters(
            own=parts.region,
            name=parts.name,
            directory=parts.registers,
            desk=desk,
            courier=courier,
        ),
        box=box,
        post=DepartmentPost(
            own=parts.region,
            directory=parts.departments,
            box=box,
            courier=courier,
            matters=parts.matters,
            unit_of_work=parts.unit_of_work,
            clock=parts.clock,
        ),
        prober=_prober(parts, desk),
        correction_desk=corrections,
        corrections=CorrectionPost(
            own=parts.region,
            name=parts.name,
            office=corrections,
            courier=courier,
            matters=parts.matters,
            unit_of_work=parts.unit_of_work,
            clock=parts.clock,
        ),
    )


def _register_desk(parts: SourceParts) -> RegisterDesk:
    """Return the registers that are said to be the own ones, as far as they are defined."""
    return RegisterDesk(
        registers={
            name: register
            for name, register in parts.defined.items()
            if parts.registers.get(name) == parts.region
        },
        unit_of_work=parts.unit_of_work,
        objects=parts.objects,
        holder_keys=parts.holder_keys,
        clock=parts.clock,
    )


def _department_box(parts: SourceParts) -> DepartmentBox:
    return DepartmentBox(
        departments=frozenset(
            name for name, region in parts.departments.items() if region == parts.region
        ),
        unit_of_work=parts.unit_of_work,
        clock=parts.clock,
        keep=parts.keep,
    )


def _prober(parts: SourceParts, desk: RegisterDesk) -> SourceProber:
    return SourceProber(
        sources=TrustedSources(
            own=parts.region,
            trust=parts.trust,
            registers=parts.registers,
            offered=frozenset(desk.registers),
            is_up=parts.is_up,
            registers_at=parts.registers_at,
        ),
        unit_of_work=parts.unit_of_work,
        clock=parts.clock,
        start=parts.start,
    )
