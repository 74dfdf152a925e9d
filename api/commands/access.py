"""``yinxin access``: who may call this instance, and whose accounts may sign in."""

import argparse
import re
from collections.abc import Iterable
from typing import Final

from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from certs.access import STAFF_ROLES, AccessGrant, CallerRole
from certs.errors import MalformedIdentifierError
from certs.holder_codes import HolderCode, HolderCodeType

_LIKE_A_CITIZEN_NUMBER: Final = re.compile(r"[0-9]{6}(?:18|19|20)[0-9]{9}[0-9Xx]")


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    access = add_group(
        commands, "access", text="访问凭证与人员 · tokens and people", parents=[shared]
    )
    grant = add_command(access, "grant", _grant, text="发放凭证 · make a token", parents=[shared])
    grant.add_argument("--person", required=True, help="工号 staff number or name")
    grant.add_argument(
        "--role", required=True, type=_any_role, metavar="ROLE", help=_listed(CallerRole)
    )
    grant.add_argument("--approver", action="store_true", help="may approve exceptions")
    grant.add_argument("--holder", metavar="CODE", help="a citizen's holder code (001 or 111)")
    grant.add_argument("--holder-name", default="", help="as pages show it")
    bind = add_command(access, "bind", _bind, text="绑定账号 · bind an account", parents=[shared])
    bind.add_argument("--subject", required=True, metavar="ACCOUNT", help="统一身份认证的账号")
    bind.add_argument("--approver", action="store_true", help="may approve exceptions")
    add_command(access, "bound", _bound, text="已绑定的人员 · who is bound", parents=[shared])
    unbind = add_command(
        access, "unbind", _unbind, text="收回身份 · take a role away", parents=[shared]
    )
    for parser in (bind, unbind):
        parser.add_argument("--person", required=True, help="工号 staff number")
        parser.add_argument(
            "--role", required=True, type=_staff_role, metavar="ROLE", help=_listed(STAFF_ROLES)
        )
        parser.add_argument("--operator", required=True, metavar="PERSON", help="经办 who acts")


def _listed(roles: Iterable[CallerRole]) -> str:
    return " ".join(role.value for role in roles)


def _any_role(text: str) -> CallerRole:
    return _role(text, CallerRole)


def _staff_role(text: str) -> CallerRole:
    return _role(text, STAFF_ROLES)


def _role(text: str, roles: Iterable[CallerRole]) -> CallerRole:
    for role in roles:
        if role.value == text:
            return role
    raise argparse.ArgumentTypeError(f"没有身份 {text}，可选 · one of: {_listed(roles)}")


def _grant(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        holder_key = ""
        if options.role is CallerRole.CITIZEN:
            if options.holder is None:
                raise UsageError("--role citizen 还需要 --holder · needs --holder")
            holder_key = services.holder_keys.of(holder_of(options.holder))
        grant = AccessGrant(
            person=options.person,
            role=options.role,
            holder_key=holder_key,
            holder_shown=options.holder_name,
        )
        token = services.people.give_token(grant, is_approver=options.approver)
    output.result(
        {"person": options.person, "role": options.role.value, "token": token},
        f"凭证（只显示一次）· token, shown once: {token}",
    )
    return OK


def _bind(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        binding = services.people.bind(
            options.subject,
            person=options.person,
            role=options.role,
            is_approver=options.approver,
            by=options.operator,
        )
    output.result(
        {"person": binding.person, "role": binding.role.value},
        f"已绑定 · bound: {binding.person} {binding.role.value}",
    )
    return OK


def _bound(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services, services.unit_of_work() as work:
        work.only_read()
        found = work.bindings.all()
    output.result(
        {
            "bound": [
                {
                    "person": item.person,
                    "role": item.role.value,
                    "bound_at": item.bound_at.isoformat(),
                    "bound_by": item.bound_by,
                }
                for item in found
            ]
        },
        *(f"{item.person}\t{item.role.value}\t{item.bound_at:%Y-%m-%d}" for item in found),
    )
    return OK


def _unbind(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        taken = services.people.take_role(options.person, options.role, by=options.operator)
    output.result(
        {
            "person": options.person,
            "role": options.role.value,
            "ended": taken.bindings,
            "tokens": taken.tokens,
        },
        f"收回 {taken.bindings} 项身份和 {taken.tokens} 个凭证，并退出该人员的全部会话"
        f" · {taken.bindings} taken away with {taken.tokens} tokens, and signed out",
    )
    return OK if taken.bindings or taken.tokens else FAILED


def holder_of(code: str) -> HolderCode:
    """Return the holder with this code: an organization's if it can be one, else a citizen's.

    Raises:
        MalformedIdentifierError: It is neither; the message is about what it looks like.
    """
    try:
        return HolderCode(code_type=HolderCodeType("001"), code=code)
    except MalformedIdentifierError:
        if not _LIKE_A_CITIZEN_NUMBER.fullmatch(code):
            raise
        return HolderCode(code_type=HolderCodeType("111"), code=code)
