"""``yinxin license``: issue and export licenses; looking at them and changing them stand apart."""

import argparse
import secrets
from pathlib import Path

from api.commands import (
    license_batches,
    license_books,
    license_lints,
    license_marks,
    license_moves,
    license_notices,
    license_versions,
    license_views,
)
from api.commands.license_views import show_issued
from api.commands.registry import Commands, add_command, add_group
from api.commands.requests import read_license
from api.composition import open_services
from api.console import OK, Output
from api.minting import mint
from api.services import Services
from certs.license_files import read_file
from certs.licenses import License


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "license", text="电子证照 · licenses", parents=[shared])
    one = add_command(group, "issue", _issue, text="签发一件 · issue one", parents=[shared])
    one.add_argument("file", help="JSON as for POST /licenses; - reads standard input")
    _add_operator(one)
    license_batches.register(group, shared)
    license_books.register(group, shared)
    license_lints.register(group, shared)
    license_views.register(group, shared)
    license_moves.register(group, shared)
    license_versions.register(group, shared)
    license_notices.register(group, shared)
    license_marks.register(group, shared)
    export = add_command(group, "export", _export, text="导出文件 · export files", parents=[shared])
    export.add_argument("identifier")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")


def _add_operator(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--operator", default="", metavar="PERSON", help="用印人 who seals; needed in production"
    )


def _issue(options: argparse.Namespace, output: Output) -> int:
    body = read_license(options.file)
    with open_services(options.home) as services:
        license = mint(
            body,
            key=f"cli:{secrets.token_hex(16)}",
            services=services,
            operator=options.operator,
        )
        show_issued(license, f"已签发 · issued {license.identifier}", services, output)
    return OK


def _export(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        with services.unit_of_work() as work:
            license = work.licenses.get(options.identifier)
        options.out.mkdir(parents=True, exist_ok=True)
        paths = export_files(license, services, options.out)
    output.result([str(path) for path in paths], *(str(path) for path in paths))
    return OK


def export_files(license: License, services: Services, folder: Path) -> list[Path]:
    """Write a license's files, named by its identifier, and return their paths."""
    names = {
        "pdf": license.files.pdf,
        "ofd": license.files.ofd,
        "json": license.files.record,
        "p7s": license.files.signature,
    }
    paths: list[Path] = []
    for suffix, name in names.items():
        if name:
            paths.append(folder / f"{license.identifier}.{suffix}")
            paths[-1].write_bytes(read_file(services.objects, license.files, name))
    return paths
