"""The first page: what this is, four doors, and in the demo a tour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from api.callers import Caller
from api.pages.rendering import PageDep
from certs.identities import Capacity

router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the tour.

    Attributes:
        page: Where it leads.
        capacity: As what one has to sign in first; None for nothing.
        who: The persona, for people.
    """

    page: str
    zh: str
    en: str
    capacity: Capacity | None = None
    who: str = ""


_TOUR: Final = (
    Step(
        page="/me",
        zh="看自己的证照，亮一次证，下载一份文件",
        en="A wallet with a live code; download a file there",
        capacity=Capacity.ENTERPRISE,
        who="持证主体 Holder",
    ),
    Step(page="/verify", zh="把文件放进来核验真伪与效力", en="Drop the file and read the verdict"),
    Step(
        page="/window",
        zh="收一件办件：有证还要纸质，系统拒绝",
        en="A case that refuses paper",
        capacity=Capacity.WINDOW,
        who="窗口 Window",
    ),
    Step(
        page="/issue/batches",
        zh="上传 1000 件，看进度",
        en="A batch of 1,000 with its progress",
        capacity=Capacity.ISSUER,
        who="经办 Issuer",
    ),
    Step(
        page="/supervise",
        zh="看替代率，从图点到办件",
        en="Charts that lead to cases",
        capacity=Capacity.SUPERVISOR,
        who="监督 Supervisor",
    ),
    Step(
        page="/audit",
        zh="查账本证明和权限判定",
        en="Proofs of the ledger, and who was allowed what",
        capacity=Capacity.AUDITOR,
        who="审计 Auditor",
    ),
)


@router.get("/")
def show_home(page: PageDep) -> HTMLResponse:
    """Say what this is."""
    return page.render("home.html", tour=_tour(page) if page.services.is_demo else ())


def _tour(page: PageDep) -> Sequence[tuple[Step, str]]:
    """Return each step with where it begins."""
    return [(step, _address(page, step)) for step in _TOUR]


def _address(page: PageDep, step: Step) -> str:
    """Return where a step begins: where one signs in for it, unless one is that already."""
    caller = page.caller
    if step.capacity is None or (caller is not None and _is_as(caller, step.capacity)):
        return step.page
    if page.services.identity is None:
        return f"/session?{urlencode({'back': step.page})}"
    return f"/session/start?{urlencode({'as': step.capacity.value, 'back': step.page})}"


def _is_as(caller: Caller, capacity: Capacity) -> bool:
    """Tell whether somebody is signed in as a capacity already."""
    return caller.grant.is_holder if capacity.is_holder else caller.role.value == capacity.value
