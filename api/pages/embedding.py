"""The door for other apps (H5 嵌入): pages without a head of their own, signed in where one is.

An app like 秦务员 or 皖事通 opens it in a view of its own, which shares the identity provider's
sign-in; a frame inside another page shows nothing (`X-Frame-Options`).
"""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.pages.reading_modes import Frame, Size, keep
from api.pages.redirects import PATH, go
from api.pages.rendering import PageDep
from certs.identities import Capacity

router = APIRouter()
_FIRST: Final = "/me"
_FOR_HOLDERS: Final = frozenset({"me"})
_FOR_ALL: Final = frozenset({"verify", "bring", "pass", "case"})


@router.get("/h5")
def enter(
    page: PageDep,
    to: Annotated[str, Query(max_length=300)] = _FIRST,
    capacity: Annotated[Capacity, Query(alias="as")] = Capacity.PERSONAL,
    size: Size | None = None,
) -> Response:
    """Go to a page for holders or for everybody; who is not signed in yet goes by the provider."""
    goal = to if PATH.fullmatch(to) and _room(to) in _FOR_HOLDERS | _FOR_ALL else _FIRST
    is_holder = page.caller is not None and page.caller.grant.is_holder
    if _room(goal) in _FOR_HOLDERS and not is_holder:
        offers = page.services.identity is not None
        asked = {"as": capacity.value, "back": goal} if offers else {"back": goal}
        goal = f"/session{'/start' if offers else ''}?{urlencode(asked)}"
    response = go(goal)
    keep(response, page.services, size=size, frame=Frame.BARE)
    return response


def _room(path: str) -> str:
    return path.split("/")[1]
