"""``yinxin grant``: who may see what of a license, and who wanted too much."""

import argparse
import secrets
from datetime import date, timedelta
from typing import Any

from pydantic import ValidationError

from api.callers import Caller
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.granting import give_grant, show_grants
from api.schemas.grants import GrantIn
from api.services import Services
from certs.access import AccessGrant, CallerRole
from certs.civil_dates import BEIJING, day_of
from certs.granting.giving import revoke
from certs.granting.grants import EvidenceKind, GrantBasis, GranteeKind, Preset


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "grant", text="用证授权 · grants", parents=[shared])
    listed = add_command(group, "list", _list, text="列出 · list", parents=[shared])
    listed.add_argument("--license", required=True, metavar="ID", help="证照标识")
    given = add_command(group, "give", _give, text="授权 · give", parents=[shared])
    _add_parts(given)
    ended = add_command(group, "revoke", _revoke, text="撤销 · revoke", parents=[shared])
    ended.add_argument("grant", help="授权编号")
    ended.add_argument("--reason", default="")
    for parser in (given, ended):
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办人 who acts")
    refused = add_command(
        group, "refused", _refused, text="超范围调用 · over-asking", parents=[shared]
    )
    refused.add_argument("--days", type=int, default=30, metavar="N", help="最近几天")


def _add_parts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--license", required=True, metavar="ID", help="证照标识")
    parser.add_argument("--case", required=True, metavar="CASE", help="办件编号")
    parser.add_argument("--matter", required=True, metavar="CODE", help="事项编码")
    parser.add_argument("--purpose", required=True, metavar="TEXT", help="用途")
    parser.add_argument("--basis", choices=list(GrantBasis), default=GrantBasis.CONSENT)
    parser.add_argument("--preset", choices=list(Preset), default=Preset.CASE, help="多久")
    parser.add_argument("--uses", type=int, default=1, metavar="N", help="几次")
    parser.add_argument("--field", action="append", default=[], metavar="NAME", help="信息项")
    parser.add_argument("--to", default="", metavar="PERSON", help="代办人 to whom")
    parser.add_argument("--evidence-kind", choices=list(EvidenceKind), help="本人同意的凭证")
    parser.add_argument("--evidence", default="", metavar="NUMBER", help="凭证编号")
    parser.add_argument("--legal-ref", default="", metavar="TEXT", help="法律依据")


def _give(options: argparse.Namespace, output: Output) -> int:
    try:
        body = _body(options)
    except ValidationError as error:
        names = "、".join(str(item["loc"][0]) for item in error.errors())
        raise UsageError(f"参数不合要求：{names} · malformed") from error
    with open_services(options.home) as services:
        kept = give_grant(
            body,
            key=f"cli:{secrets.token_hex(16)}",
            caller=_operator(options.operator),
            services=services,
        )
        (shown,) = show_grants((kept,), services)
    output.result(shown.model_dump(mode="json"), f"授权编号 · grant {shown.id}")
    return OK


def _body(options: argparse.Namespace) -> GrantIn:
    return GrantIn(
        license=options.license,
        matter=options.matter,
        basis=options.basis,
        grantee_kind=GranteeKind.PERSON if options.to else GranteeKind.MATTER,
        grantee=options.to,
        fields=tuple(options.field),
        purpose=options.purpose,
        preset=options.preset,
        max_uses=options.uses,
        evidence_kind=options.evidence_kind,
        evidence=options.evidence,
        legal_ref=options.legal_ref,
        case=options.case,
    )


def _operator(person: str) -> Caller:
    """Return an operator as a window's caller: the command line acts for windows."""
    return Caller(grant=AccessGrant(person=person, role=CallerRole.WINDOW), token="")


def _list(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        with services.unit_of_work() as work:
            holder_key = work.licenses.get(options.license).holder_key
            found = work.grants.of_holder(holder_key)
        kept = tuple(item for item in found if item.grant.license == options.license)
        shown = show_grants(kept, services)
    lines = [
        f"{item.id}  {item.state.value:<9}  {item.basis.value:<10}  {item.grantee}  "
        f"{item.uses}/{item.max_uses}  {item.not_after.astimezone(BEIJING):%Y-%m-%d %H:%M}"
        for item in shown
    ]
    output.result(
        {"grants": [item.model_dump(mode="json") for item in shown]},
        "\n".join(lines) or "没有授权 · no grants",
    )
    return OK


def _revoke(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        kept = revoke(
            options.grant,
            actor=options.operator,
            holder_key="",
            reason=options.reason,
            unit_of_work=services.unit_of_work,
            clock=services.clock,
        )
        (shown,) = show_grants((kept,), services)
    output.result(shown.model_dump(mode="json"), f"已撤销 · revoked {shown.id}")
    return OK


def _refused(options: argparse.Namespace, output: Output) -> int:
    if options.days < 1:
        raise UsageError("--days 应为正整数 · a positive number")
    with open_services(options.home) as services:
        rows = _counts(services, day_of(services.clock.now()), options.days)
    lines = [
        f"{row['day']}  {row['refusals']:>6}  {row['matter']}  {row['department']}" for row in rows
    ]
    output.result({"refusals": rows}, "\n".join(lines) or "没有超范围调用 · none")
    return OK


def _counts(services: Services, today: date, days: int) -> list[dict[str, Any]]:
    with services.unit_of_work() as work:
        found = work.overasks.counts(today - timedelta(days=days - 1), today)
    return [
        {
            "day": count.day.isoformat(),
            "department": count.department,
            "matter": count.matter,
            "refusals": count.refusals,
        }
        for count in found
    ]
