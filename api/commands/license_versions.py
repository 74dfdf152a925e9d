"""``yinxin license replace`` and ``renew``: a new version takes the place of the old one."""

import argparse
import secrets

from api.commands.license_views import show_issued
from api.commands.registry import Commands, add_command
from api.commands.requests import read_license
from api.composition import open_services
from api.console import OK, Output
from api.errors import UsageError
from api.minting import mint
from api.schemas.bodies import HolderIn
from api.schemas.licenses import LicenseIn
from api.services import Services
from certs.license_files import read_record
from certs.records import LicenseRecord


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of ``yinxin license``."""
    changed = add_command(
        group,
        "replace",
        _replace,
        text="变更：以新版本替代 · issue the next version",
        parents=[shared],
    )
    changed.add_argument("identifier")
    changed.add_argument("file", help="JSON as for POST /licenses; - reads standard input")
    renewed = add_command(
        group, "renew", _renew, text="延续：同样内容，新的有效期 · renew as it is", parents=[shared]
    )
    renewed.add_argument("identifier")
    renewed.add_argument("--valid-from", required=True, metavar="DAY", help="有效期起始日期")
    renewed.add_argument("--valid-to", required=True, metavar="DAY", help="截止日期，或 长期")
    for parser in (changed, renewed):
        parser.add_argument("--operator", default="", metavar="PERSON", help="用印人 who seals")


def _replace(options: argparse.Namespace, output: Output) -> int:
    body = read_license(options.file)
    if body.replaces not in {None, options.identifier}:
        raise UsageError("文件中的 replaces 与命令不同 · the file names another license")
    with open_services(options.home) as services:
        return _issue(body, options, services, output)


def _renew(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        body = renewal(
            _record(options.identifier, services),
            valid_from=options.valid_from,
            valid_to=options.valid_to,
        )
        return _issue(body, options, services, output)


def _record(identifier: str, services: Services) -> LicenseRecord:
    with services.unit_of_work() as work:
        license = work.licenses.get(identifier)
    return read_record(services.objects, license.files)


def renewal(record: LicenseRecord, *, valid_from: str, valid_to: str) -> LicenseIn:
    """Return the request for the same license with another validity, issued today."""
    return LicenseIn(
        type=str(record.identifier.type_code),
        holder=HolderIn(
            code_type=record.holder.code_type, code=record.holder.code, name=record.holder_name
        ),
        fields=dict(record.fields),
        number=record.number,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _issue(body: LicenseIn, options: argparse.Namespace, services: Services, output: Output) -> int:
    license = mint(
        body.model_copy(update={"replaces": options.identifier}),
        key=f"cli:{secrets.token_hex(16)}",
        services=services,
        operator=options.operator,
    )
    said = f"已签发新版本 · {license.identifier} replaces {options.identifier}"
    show_issued(license, said, services, output)
    return OK
