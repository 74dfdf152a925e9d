"""``yinxin type``: list the catalogue, show a type in all its parts, import a new one."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.commands.registry import Commands, add_command, add_group
from api.console import OK, Output
from api.errors import UsageError
from api.homes import Home
from api.schemas.license_types import LicenseTypeOut
from api.settings import Settings
from api.type_catalogue import TYPES_FOLDER, catalogue_of
from certs.catalogue import Catalogue, LicenseType
from certs.civil_dates import day_of
from certs.errors import MalformedTypeError
from certs.type_imports import import_type


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "type", text="证照类型 · license types", parents=[shared])
    add_command(group, "list", _list, text="证照目录 · the catalogue", parents=[shared])
    show = add_command(group, "show", _show, text="查看一个类型 · show one", parents=[shared])
    show.add_argument("type", help="短名或代码 · short name or code")
    show.add_argument("--version", type=int, metavar="N", help="版本 · the current one if absent")
    take = add_command(
        group, "import", _import, text="检查并导入类型 · check and import one", parents=[shared]
    )
    take.add_argument("folder", type=Path, help="<短名>/<版本> · <short name>/<version>")


def _catalogue(options: argparse.Namespace) -> Catalogue:
    Settings.read(options.home)  # says what is wrong where there is no instance
    return catalogue_of(Home(options.home), on=day_of(datetime.now(UTC)))


def _list(options: argparse.Namespace, output: Output) -> int:
    catalogue = _catalogue(options)
    output.result(
        [_summary(item, catalogue) for item in catalogue],
        *(
            f"{item.code}  {item.short_name} {item.version}  {item.name}　{len(item.fields)} 项信息"
            for item in catalogue
        ),
    )
    return OK


def _summary(item: LicenseType, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "type": item.short_name,
        "code": str(item.code),
        "name": item.name,
        "name_en": item.name_en,
        "version": item.version,
        "versions": [version.version for version in catalogue.history(item.code)],
        "published_on": item.published_on.isoformat(),
        "fields": len(item.fields),
    }


def _show(options: argparse.Namespace, output: Output) -> int:
    catalogue = _catalogue(options)
    found = catalogue.find(options.type)
    if found is not None and options.version is not None:
        found = catalogue.version(found.code, options.version)
    if found is None:
        known = ", ".join(item.short_name for item in catalogue)
        raise UsageError(f"没有证照类型 {options.type} · unknown type or version; known: {known}")
    output.result(LicenseTypeOut.of(found).model_dump(mode="json"), *_lines(found))
    return OK


def _lines(item: LicenseType) -> Iterator[str]:
    yield f"{item.name} {item.name_en}　{item.short_name} 版本 version {item.version}"
    yield f"{item.code}　{item.cataloguing.defining_authority}"
    yield item.definition
    for spec in item.fields:
        condition = spec.required_if
        when = f"，当 {condition.field} = {'/'.join(condition.values) or '*'}" if condition else ""
        yield (
            f"  {spec.obligation.value} {spec.label_zh} {spec.name}　{spec.format.text}　"
            f"{spec.group.value}{when}"
        )
    for kind, parties in item.management.moves.items():
        yield f"  → {kind.zh} {kind.value}：{'、'.join(party.zh for party in parties)}"
    yield from (f"  {rule.name}：{rule.zh} · {rule.en}" for rule in item.rules)
    yield from (f"  {check.name}：{check.zh} · {check.en}" for check in item.cross_checks)


def _import(options: argparse.Namespace, output: Output) -> int:
    catalogue = _catalogue(options)
    try:
        added = import_type(
            options.folder, into=Home(options.home).folder(TYPES_FOLDER), catalogue=catalogue
        )
    except MalformedTypeError as error:
        raise UsageError(
            f"未导入，请先改正 · not imported, {len(error.problems)} to correct:\n{error}"
        ) from error
    output.result(
        {"type": added.short_name, "code": str(added.code), "version": added.version},
        f"已导入 · imported: {added.name} {added.short_name} {added.version}",
        "请重启服务并重新导出信任条目 · restart the service; then yinxin trust export, so that "
        "the trust list names the type",
    )
    return OK
