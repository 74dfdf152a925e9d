"""How somebody wants to read pages (长辈版、只看中文): kept in the browser, without an account."""

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Annotated, Final, Self

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.auth import check_origin, is_over_tls
from api.pages.redirects import PATH, go
from api.services import Services, ServicesDep

router = APIRouter()
_YEAR_SECONDS: Final = 365 * 24 * 3600


@unique
class Size(StrEnum):
    """How large pages are."""

    NORMAL = "normal"
    ELDER = "elder"
    """长辈版: main text of 20 px, targets of 60 by 60."""


@unique
class Language(StrEnum):
    """Which languages pages show."""

    BOTH = "both"
    CHINESE = "zh"


@unique
class Frame(StrEnum):
    """What stands around pages."""

    FULL = "full"
    BARE = "bare"
    """嵌入: inside another app, whose head and back button are there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingMode:
    """How pages are shown to one browser."""

    size: Size = Size.NORMAL
    language: Language = Language.BOTH
    frame: Frame = Frame.FULL

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return what a browser keeps; what nobody knows counts as the usual."""
        kept = request.cookies
        return cls(
            size=Size.ELDER if kept.get("yinxin_size") == Size.ELDER else Size.NORMAL,
            language=(
                Language.CHINESE
                if kept.get("yinxin_language") == Language.CHINESE
                else Language.BOTH
            ),
            frame=Frame.BARE if kept.get("yinxin_frame") == Frame.BARE else Frame.FULL,
        )

    @property
    def is_bare(self) -> bool:
        """Whether pages are shown inside another app."""
        return self.frame is Frame.BARE

    @property
    def other_size(self) -> Size:
        """What the switch leads to."""
        return Size.NORMAL if self.size is Size.ELDER else Size.ELDER

    @property
    def other_language(self) -> Language:
        """What the switch leads to."""
        return Language.BOTH if self.language is Language.CHINESE else Language.CHINESE


@router.post("/reading-mode", dependencies=[Depends(check_origin)])
def switch(
    services: ServicesDep,
    back: Annotated[str, Form(max_length=500)] = "/",
    size: Annotated[Size | None, Form()] = None,
    language: Annotated[Language | None, Form()] = None,
    frame: Annotated[Frame | None, Form()] = None,
) -> Response:
    """Keep how somebody wants to read, and go back to the page."""
    response = go(back if PATH.fullmatch(back) else "/")
    keep(response, services, size=size, language=language, frame=frame)
    return response


def keep(
    response: Response,
    services: Services,
    *,
    size: Size | None = None,
    language: Language | None = None,
    frame: Frame | None = None,
) -> None:
    """Let the browser keep what is given; inside which app pages are shown it soon forgets."""
    for name, value, seconds in (
        ("yinxin_size", size, _YEAR_SECONDS),
        ("yinxin_language", language, _YEAR_SECONDS),
        ("yinxin_frame", frame, None),
    ):
        if value is not None:
            response.set_cookie(
                name,
                value.value,
                max_age=seconds,
                path="/",
                secure=is_over_tls(services),
                httponly=True,
                samesite="lax",
            )
