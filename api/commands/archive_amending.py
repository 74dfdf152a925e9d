"""``yinxin archive amend``: a new package in the place of one that is out of date."""

import argparse

from api.archive_names import kept_package
from api.archive_views import package_json
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from certs.keeping.retention import MAX_PERSON, MAX_REASON
from certs.packages.bag_info import PackageKind
from verify.archiving.amending import AmendingDesk


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    amend = add_command(
        group,
        "amend",
        _amend,
        text="归档后有变化的证照重新组包 · pack a license again after it changed",
        parents=[shared],
    )
    amend.add_argument("package", metavar="PACKAGE|ID")
    amend.add_argument("--reason", required=True, help="理由，不写人名 why; names nobody")
    amend.add_argument("--by", required=True, metavar="PERSON", help="经办人 who acts")


def _amend(options: argparse.Namespace, output: Output) -> int:
    if not 0 < len(options.reason) <= MAX_REASON or not 0 < len(options.by) <= MAX_PERSON:
        raise UsageError("请写明理由与经办人 · give the reason and the person")
    with open_services(options.home) as services:
        if services.archive is None:
            raise UsageError("本实例不归档 · this instance archives nothing")
        old = kept_package(options.package, services.unit_of_work)
        if old.kind is not PackageKind.LICENSE:
            raise UsageError("办件的认定不会改变 · a decided case does not change")
        kept = AmendingDesk(desk=services.archive).amend(
            old.subject, reason=options.reason, person=options.by
        )
    output.result(
        package_json(kept),
        f"已归档 archived: {kept.package_id}",
        f"替代 in the place of: {kept.supersedes}",
    )
    return OK
