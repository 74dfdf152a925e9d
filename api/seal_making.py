"""Makes demo seals: drawn, signed by the demo's seal maker, registered and enabled at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from api.bootstrap import OpenHome
from api.errors import UsageError
from api.seal_folder import SealFolder
from api.seal_people import DEMO_ANSWERABLE, Answerable
from api.seal_register import open_register
from certs.errors import DuplicateSealError
from certs.faces.drawing import Drawing
from certs.faces.pictures import seal_picture
from certs.faces.seal_drawing import draw_round_seal
from certs.faces.seal_oval import draw_oval_seal
from certs.faces.seal_square import Cut, draw_line_seal, draw_square_seal
from certs.seals.events import SealEvent, SealMove, begins
from certs.seals.lifecycle import register_seal
from certs.seals.register import RegisteredSeal, SealOrigin
from signing.roles import Role
from signing.seals import Seal, SealDescription, SealKind, SealPicture, make_seal

_CLOCK_SLACK: Final = timedelta(hours=1)


@unique
class SealShape(StrEnum):
    """Shapes that can be drawn."""

    ROUND = "round"
    OVAL = "oval"
    SQUARE = "square"
    SQUARE_WHITE = "square-white"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealPlan:
    """What is cut into a seal.

    Attributes:
        shape: Its shape.
        owner: 印章所有者.
        line: 专用章名称, or all that a line seal says.
        person: The name in a personal seal.
        code: 印章编码, on the lower arc.
    """

    shape: SealShape = SealShape.ROUND
    owner: str
    line: str = ""
    person: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        """印章名称; drawn seals are specimens, and say so."""
        match self.shape:
            case SealShape.ROUND | SealShape.OVAL:
                return f"{self.owner}{self.line or '公章'}（样本）"
            case SealShape.SQUARE | SealShape.SQUARE_WHITE:
                return f"{self.person}人名章（样本）"
            case SealShape.LINE:
                return f"{self.line}条形章（样本）"

    @property
    def kind(self) -> SealKind:
        """Personal seals are squares."""
        is_person = self.shape in {SealShape.SQUARE, SealShape.SQUARE_WHITE}
        return SealKind.PERSON if is_person else SealKind.UNIT

    def draw(self) -> Drawing:
        """Draw the specimen.

        Raises:
            UsageError: What the shape says was not given.
            FaceError: A text does not fit, or the fonts lack a character.
        """
        match self.shape:
            case SealShape.ROUND:
                return draw_round_seal(self.owner, line=self.line, code=self.code)
            case SealShape.OVAL:
                return draw_oval_seal(self.owner, line=self.line, code=self.code)
            case SealShape.SQUARE | SealShape.SQUARE_WHITE:
                if not self.person:
                    raise UsageError("人名章须给出 --person · a personal seal names a person")
                cut = Cut.WHITE if self.shape is SealShape.SQUARE_WHITE else Cut.RED
                return draw_square_seal(self.person, cut=cut)
            case SealShape.LINE:
                if not self.line:
                    raise UsageError("条形章须给出 --line · a line seal says something")
                return draw_line_seal(self.line)


def make_demo_seal(
    opened: OpenHome,
    plan: SealPlan,
    *,
    days: int,
    now: datetime,
    by: Answerable = DEMO_ANSWERABLE,
) -> Seal:
    """Draw, sign, keep, register and enable a seal of the instance's issuing authority.

    Raises:
        DemoOnlyError: Not in demo or dev.
        HomeError: A seal of this code exists, or the code cannot name one.
        FaceError: It cannot be drawn.
        SecondPersonRequiredError: The operator would approve it.
    """
    opened.settings.check_demo("制章 (demo seal maker)")
    folder = SealFolder(opened.home.folder("seals"))
    folder.check_free(plan.code)
    life = _life(now, by)
    drawing = plan.draw()
    start = now.replace(microsecond=0) - _CLOCK_SLACK
    user = opened.home.read_certificate(Role.SEAL)
    seal = make_seal(
        SealDescription(
            kind=plan.kind,
            code=plan.code,
            name=plan.name,
            signers=(user,),
            created_at=start,
            valid_from=start,
            valid_to=start + timedelta(days=days),
            picture=SealPicture(
                kind="PNG",
                image=seal_picture(drawing),
                width_mm=round(drawing.width_mm),
                height_mm=round(drawing.height_mm),
            ),
        ),
        maker=opened.signer(Role.SEAL_MAKER),
    )
    registered = RegisteredSeal.of(seal, user=user, origin=SealOrigin.MADE, registered_at=now)
    with open_register(opened.home.root) as unit_of_work:
        with unit_of_work() as work:
            if work.seals.find(plan.code) is not None:
                raise DuplicateSealError(
                    f"印章 {plan.code} 已登记 · the seal is registered already"
                )
        folder.add(seal, drawing)
        register_seal(registered, *life, unit_of_work=unit_of_work)
    return seal


def _life(now: datetime, by: Answerable) -> tuple[SealEvent, SealEvent]:
    """A demo seal is in use as soon as it is made."""
    made = SealEvent(
        move=SealMove.MADE,
        effective_at=begins(SealMove.ENABLED, now),
        recorded_at=now,
        operator=by.operator,
        reason=by.reason,
        document_no=by.document_no,
        approval=by.approval,
    )
    enabled = SealEvent(
        move=SealMove.ENABLED,
        effective_at=begins(SealMove.ENABLED, now),
        recorded_at=now,
        operator=by.operator,
        reason=by.reason,
    )
    return made, enabled
