"""导入印章（网页）: a seal that was made outside is offered by one person and agreed to by another.

No key travels: the seal lists a certificate whose key this instance has, and everything that comes
is public. What comes is kept by its digests until somebody else decides, and looked at anew then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from api.errors import HomeError
from api.homes import Home
from api.http_errors import NotServedHereError, SealOfferRefusedError
from api.seal_folder import SealFolder
from api.seal_import import OutsideSeal, examine
from api.seal_reading import MAX_CHAIN_BYTES, traced
from api.services import Services, Work
from certs.errors import DuplicateSealError, FaceError
from certs.faces.drawing import Drawing
from certs.faces.seal_imprints import MAX_PICTURE_BYTES, is_picture
from certs.proposals import Proposal, ProposalSubject, new_proposal_id
from certs.seals.events import Approval, SealEvent, SealMove
from certs.seals.register import RegisteredSeal, SealOrigin
from signing.certificates import Certificate, parse_certificate_file
from signing.errors import SigningError
from signing.seals import MAX_SEAL_BYTES, Seal, parse_seal

_FILES: Final = ("seal", "chain", "picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOffer:
    """What came of a seal, as it came.

    Attributes:
        seal: SESeal, DER.
        chain: Certificates, PEM or one in DER; empty for none.
        picture: 登记印模, PNG; empty where the seal's own picture serves.
    """

    seal: bytes
    chain: bytes = b""
    picture: bytes = b""

    @classmethod
    def of(cls, proposal: Proposal, services: Services) -> Self:
        """Return what a proposal is about, as it was kept."""
        kept = {
            name: services.objects.get(str(proposal.content[name]))
            for name in _FILES
            if proposal.content.get(name)
        }
        return cls(**kept)

    def kept(self, services: Services) -> dict[str, str]:
        """Keep every part, and return under which digest."""
        parts = {name: getattr(self, name) for name in _FILES}
        return {name: services.objects.put(part) for name, part in parts.items() if part}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSeal:
    """An offer that was looked at.

    Attributes:
        outside: The seal, with what was found about it.
        drawing: What it looks like on a page.
    """

    outside: OutsideSeal
    drawing: Drawing

    @property
    def code(self) -> str:
        """印章编码."""
        return self.outside.seal.description.code


def is_offer(proposal: Proposal) -> bool:
    """Tell whether a proposal offers a seal, which is not in the register yet."""
    is_made = proposal.content.get("kind") == SealMove.MADE.value
    return proposal.about is ProposalSubject.SEAL and is_made


def look_at(offer: SealOffer, services: Services) -> OfferedSeal:
    """Look at what came; every finding is told, also where it refuses.

    Raises:
        SealOfferRefusedError: There is no seal in it, or nothing that could be drawn.
        NotServedHereError: This process has no folder of seals.
    """
    home, now = _home(services), services.clock.now()
    seal = _seal(offer)
    outside = examine(seal, home, chain=_chain(offer), now=now)
    return OfferedSeal(outside=outside, drawing=_drawing(seal, offer.picture))


def propose_seal(
    offer: SealOffer, *, decision_no: str, reason: str, person: str, services: Services
) -> Proposal:
    """Offer a seal; another person agrees before it is in the register.

    Raises:
        SealOfferRefusedError: What came is not to be taken over.
        DuplicateSealError: A seal of this code is registered already.
        HomeError: Its code cannot name a folder, or does so already.
        ProposalClosedError: Another proposal about this code waits.
    """
    found = look_at(offer, services)
    _check(found, services)
    proposal = Proposal(
        id=new_proposal_id(),
        about=ProposalSubject.SEAL,
        subject=found.code,
        content={
            "kind": SealMove.MADE.value,
            "decision_no": decision_no,
            "reason": reason,
            **offer.kept(services),
        },
        proposed_by=person,
        proposed_at=services.clock.now(),
    )
    with services.unit_of_work() as work:
        if work.seals.find(found.code) is not None:
            raise DuplicateSealError(f"印章 {found.code} 已登记 · the seal is registered already")
        work.proposals.add(proposal)
        work.commit()
    return proposal


def take_over(
    proposal: Proposal, found: OfferedSeal, *, approver: str, work: Work, at: datetime
) -> None:
    """Register an offered seal, in the transaction that ends its proposal.

    Raises:
        DuplicateSealError: It, or its code, was registered meanwhile.
    """
    seal, user = found.outside.seal, found.outside.user
    if found.outside.is_refused or user is None:
        raise SealOfferRefusedError(_findings(found))
    content: Mapping[str, Any] = proposal.content
    made = SealEvent(
        move=SealMove.MADE,
        effective_at=min(seal.description.created_at, at),
        recorded_at=at,
        operator=proposal.proposed_by,
        reason=str(content["reason"]),
        document_no=str(content["decision_no"]),
        approval=Approval(approver=approver),
    )
    registered = RegisteredSeal.of(seal, user=user, origin=SealOrigin.IMPORTED, registered_at=at)
    work.seals.add(registered, made)


def keep_files(found: OfferedSeal, services: Services) -> None:
    """Keep the files of a seal, before its record; the very same again is no error."""
    folder = SealFolder(_home(services).folder("seals"))
    outside = found.outside
    folder.add(outside.seal, found.drawing, above_maker=outside.above_maker)


def _check(found: OfferedSeal, services: Services) -> None:
    if found.outside.is_refused or found.outside.user is None:
        raise SealOfferRefusedError(_findings(found))
    folder = SealFolder(_home(services).folder("seals"))
    try:
        kept = folder.find(found.code)
        # Its files may be there from a registration that did not come to its end.
        if kept is None or kept.seal.encoded != found.outside.seal.encoded:
            folder.check_free(found.code)
    except HomeError as error:
        raise SealOfferRefusedError(str(error)) from error


def _findings(found: OfferedSeal) -> str:
    told = [item for item in found.outside.findings if item.refuses]
    return f"{'；'.join(item.zh for item in told)} · {'; '.join(item.en for item in told)}"


def _home(services: Services) -> Home:
    if services.home is None:
        raise NotServedHereError("no folder of seals")
    return Home(services.home)


def _seal(offer: SealOffer) -> Seal:
    if len(offer.seal) > MAX_SEAL_BYTES:
        raise SealOfferRefusedError("印章文件过大 · the file of the seal is too large")
    try:
        return parse_seal(offer.seal)
    except SigningError as error:
        raise SealOfferRefusedError("不是电子印章 (SESeal) · no electronic seal") from error


def _chain(offer: SealOffer) -> tuple[Certificate, ...]:
    if not offer.chain:
        return ()
    try:
        if len(offer.chain) <= MAX_CHAIN_BYTES:
            return parse_certificate_file(offer.chain)
    except SigningError as error:
        raise SealOfferRefusedError("不是证书 (PEM 或 DER) · no certificates") from error
    raise SealOfferRefusedError("证书文件过大 · the file of certificates is too large")


def _drawing(seal: Seal, picture: bytes) -> Drawing:
    held = seal.description.picture
    if not picture and not is_picture(held.image):
        raise SealOfferRefusedError(
            "印章图片不是 PNG，请同时上传登记印模 (PNG)"
            " · the seal's picture is no PNG: send its registered imprint as well"
        )
    if len(picture) > MAX_PICTURE_BYTES:
        raise SealOfferRefusedError("印模图片过大 · the imprint is too large")
    try:
        return traced(seal, picture)
    except FaceError as error:
        raise SealOfferRefusedError(
            "印模不能读取，或不是印章 · the imprint cannot be read, or is no seal"
        ) from error
