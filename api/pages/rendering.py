"""Fills templates; everything in them is escaped, and pages run no script but ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.auth import MaybeCallerDep, check_right
from api.callers import Caller
from api.pages.reading_modes import ReadingMode
from api.services import Services, ServicesDep
from certs.access import CallerRole
from certs.civil_dates import BEIJING
from certs.masking import redact
from certs.regions import RegionCode
from certs.rights import Action, Relation, decide

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
ROLE_WORDS: Final = MappingProxyType(
    {
        CallerRole.ISSUER: ("发证部门", "Issuing department"),
        CallerRole.WINDOW: ("受理窗口", "Acceptance window"),
        CallerRole.MAKER: ("制证员", "Maker"),
        CallerRole.CHECKER: ("复核员", "Checker"),
        CallerRole.SEAL_KEEPER: ("印章管理员", "Seal keeper"),
        CallerRole.SEAL_APPROVER: ("印章审批人", "Seal approver"),
        CallerRole.CITIZEN: ("持证主体", "License holder"),
        CallerRole.ORG_ADMIN: ("企业证照管理员", "Enterprise administrator"),
        CallerRole.ORG_AGENT: ("企业经办人", "Enterprise agent"),
        CallerRole.ARCHIVIST: ("档案员", "Archivist"),
        CallerRole.SUPERVISOR: ("监督人员", "Supervisor"),
        CallerRole.AUDITOR: ("安全审计员", "Auditor"),
        CallerRole.SYSTEM_ADMIN: ("系统管理员", "System administrator"),
        CallerRole.SECURITY_ADMIN: ("安全管理员", "Security administrator"),
    }
)
HOME_OF: Final = MappingProxyType(
    {
        CallerRole.ISSUER: "/issue",
        CallerRole.WINDOW: "/window",
        CallerRole.MAKER: "/issue",
        CallerRole.CHECKER: "/issue/proposals",
        CallerRole.SEAL_KEEPER: "/issue/seals",
        CallerRole.SEAL_APPROVER: "/issue/proposals",
        CallerRole.CITIZEN: "/me",
        CallerRole.ORG_ADMIN: "/me",
        CallerRole.ORG_AGENT: "/me",
        CallerRole.ARCHIVIST: "/archive",
        CallerRole.SUPERVISOR: "/supervise",
        CallerRole.AUDITOR: "/audit",
        CallerRole.SYSTEM_ADMIN: "/admin/system",
        CallerRole.SECURITY_ADMIN: "/admin/people",
    }
)


_HOLDER_AND_WINDOW: Final = (("/window", "受理窗口", "Window"), ("/me", "我的证照", "My licenses"))
DOORS_OF: Final[Mapping[CallerRole, Sequence[tuple[str, str, str]]]] = MappingProxyType(
    {
        CallerRole.ISSUER: (("/issue", "发证", "Issue"),),
        CallerRole.MAKER: (("/issue", "发证", "Issue"),),
        CallerRole.CHECKER: (("/issue/proposals", "复核", "Confirm"),),
        CallerRole.SEAL_KEEPER: (("/issue/seals", "印章", "Seals"),),
        CallerRole.SEAL_APPROVER: (("/issue/proposals", "复核", "Confirm"),),
        CallerRole.WINDOW: (("/window", "受理窗口", "Window"),),
        CallerRole.CITIZEN: (("/me", "我的证照", "My licenses"),),
        CallerRole.ORG_ADMIN: (("/me", "企业证照", "Its licenses"),),
        CallerRole.ORG_AGENT: (("/me", "企业证照", "Its licenses"),),
        CallerRole.ARCHIVIST: (("/archive", "档案", "Archive"),),
        CallerRole.SUPERVISOR: (("/supervise", "看板", "Figures"),),
        CallerRole.AUDITOR: (("/audit", "审计", "Audit"),),
        CallerRole.SYSTEM_ADMIN: (("/admin/system", "运行", "System"),),
        CallerRole.SECURITY_ADMIN: (
            ("/admin/people", "人员", "People"),
            ("/admin/clients", "接入系统", "Systems"),
            ("/admin/verifiers", "核验机构", "Verifiers"),
            ("/admin/webhooks", "推送", "Webhooks"),
        ),
    }
)
"""What the head of a page leads to beside what is for everybody; staff see their own alone."""


def doors_of(caller: Caller | None) -> Sequence[tuple[str, str, str]]:
    """Return address, Chinese and English of what somebody may go to."""
    return _HOLDER_AND_WINDOW if caller is None else DOORS_OF.get(caller.role, ())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["allowed"] = lambda action, may: may(action)
    environment.filters["moment"] = moment
    environment.filters["day"] = day
    environment.filters["place"] = place
    environment.filters["redacted"] = redact
    return environment


def moment(instant: datetime | None) -> str:
    """Write an instant as Beijing time."""
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if instant else "—"


def day(value: date | None) -> str:
    """Write a day; a license without an end is 长期."""
    return value.isoformat() if value else "长期"


def place(code: RegionCode | str | None) -> str:
    """Write a region's name and code."""
    region = RegionCode(code) if isinstance(code, str) else code
    if region is None:
        return "—"
    return f"{region.name}（{region}）" if region.name else str(region)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One request for a page, with what every page needs to know."""

    request: Request
    services: Services
    caller: Caller | None

    def render(
        self,
        template: str,
        *,
        status: int = 200,
        refresh: tuple[int, str] | None = None,
        **content: Any,  # noqa: ANN401 - whatever the template names
    ) -> HTMLResponse:
        """Return the filled template as an answer.

        Args:
            template: File name in ``templates``.
            status: HTTP status.
            refresh: After how many seconds the browser goes on, and where to.
            content: What the template names.
        """
        headers = {"Refresh": f"{refresh[0]}; url={refresh[1]}"} if refresh else None
        return HTMLResponse(self.fill(template, **content), status, headers=headers)

    def fill(self, template: str, **content: Any) -> str:  # noqa: ANN401 - as for ``render``
        """Return the filled template as text: a page, or a part that changes while one looks."""
        return (
            _environment()
            .get_template(template)
            .render(
                services=self.services,
                caller=self.caller,
                csrf=self.caller.form_secret if self.caller else "",
                role_words=ROLE_WORDS,
                own_doors=doors_of(self.caller),
                here=self.request.url.path,
                reading=ReadingMode.of(self.request),
                may=self.may,
                # Of an answer to a form there is no page to come back to.
                page_path=self.request.url.path if self.request.method == "GET" else "/",
                **content,
            )
        )

    def may(self, action: str) -> bool:
        """Tell whether the role of whoever is signed in allows an action at all; no decision."""
        return self.caller is not None and decide(self.caller.role, Action(action)).is_permitted

    def who_may(self, action: Action, relation: Relation | None = None) -> Caller:
        """Return who is signed in, whose role allows an action; see `api.auth.check_right`."""
        return check_right(self.caller, action, self.services, relation=relation)


def current_page(request: Request, services: ServicesDep, caller: MaybeCallerDep) -> Page:
    """Return the page being asked for."""
    return Page(request=request, services=services, caller=caller)


PageDep = Annotated[Page, Depends(current_page)]
