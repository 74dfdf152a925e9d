"""``yinxin archive export|import``: packages as files and as bags (BagIt)."""

import argparse
from pathlib import Path
from typing import Any, Final

from api.archive_names import kept_package
from api.archive_uses import EXPORT, note_use
from api.archive_views import package_json
from api.archiving import intake_desk
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, OK, Output
from api.errors import UsageError
from certs.errors import ArchivedAlreadyError, DisposedError, MalformedPackageError
from certs.packages.package import MAX_PACKAGE_BYTES, contents_package, parse_package
from storage.bag_folders import read_bag, write_bag
from verify.archiving.cases import completed
from verify.archiving.intake import IntakeDesk, TakenIn
from verify.errors import PackageRefusedError

_CONFLICTS: Final[dict[type[Exception], str]] = {
    ArchivedAlreadyError: "已收存同一证照或办件的另一个信息包 · another package of it is kept",
    DisposedError: "已列入销毁清册 · it was disposed of",
}


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    export = add_command(
        group, "export", _export, text="导出信息包 · write a package to a file", parents=[shared]
    )
    export.add_argument("package", metavar="PACKAGE|ID")
    export.add_argument(
        "--complete",
        action="store_true",
        help="移交：把引用的证照信息包装入 · for handing over: put in what it refers to",
    )
    export.add_argument("--out", type=Path, metavar="FILE", help="一个文件 as one file")
    export.add_argument("--bag", type=Path, metavar="DIR", help="一个文件夹 as a bag, RFC 8493")
    export.add_argument("--by", default="cli", metavar="PERSON", help="调阅人 who takes it")
    taking = add_command(
        group,
        "import",
        _import,
        text="收存他处的信息包 · take packages in from elsewhere",
        parents=[shared],
    )
    taking.add_argument("packages", nargs="+", type=Path, metavar="FILE|DIR", help="文件或文件夹")


def _export(options: argparse.Namespace, output: Output) -> int:
    if (options.out is None) == (options.bag is None):
        raise UsageError("请给出 --out 或 --bag 之一 · give one of --out and --bag")
    if options.bag is not None and options.bag.exists():
        raise UsageError(f"{options.bag} 已存在，请换一个 · exists; give another folder")
    with open_services(options.home) as services:
        kept = kept_package(options.package, services.unit_of_work)
        package = parse_package(services.objects.get(kept.object))
        if options.complete:
            package = completed(package, services.objects.get)
        note_use([kept], services, person=options.by, purpose=EXPORT)
    if options.bag is not None:
        write_bag(options.bag, package.contents)
        place, next_step = options.bag, f"bagit.py --validate {options.bag}"
    else:
        options.out.write_bytes(package.encode())
        place, next_step = options.out, f"python -m storage.check {options.out}"
    output.result(
        package_json(kept) | {"file": str(place)},
        f"已写入 written: {place}",
        f"离线核对 check offline: {next_step}",
    )
    return OK


def _import(options: argparse.Namespace, output: Output) -> int:
    taken: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    with open_services(options.home) as services:
        if services.archive is None:
            raise UsageError("本实例不归档 · this instance archives nothing")
        desk = intake_desk(services.archive)
        for path in options.packages:
            found = _taken(path, desk)
            if isinstance(found, TakenIn):
                taken.append(package_json(found.kept) | {"is_new": found.is_new})
            else:
                refused.append({"file": str(path)} | found)
    output.result(
        {"imported": taken, "refused": refused},
        *(
            f"{item['package']}  {item['subject']}："
            f"{'已收存 taken in' if item['is_new'] else '此前已收存 kept before'}"
            for item in taken
        ),
        *(f"{item['file']}：未收存 refused: {item['finding']}" for item in refused),
    )
    return FAILED if refused else OK


def _taken(path: Path, desk: IntakeDesk) -> TakenIn | dict[str, str]:
    """Take one package in, or tell why not."""
    try:
        return desk.take_in(_read(path))
    except MalformedPackageError as error:
        return {"finding": str(error.rule), "about": error.about, "detail": str(error)}
    except PackageRefusedError as error:
        return {"finding": ", ".join(error.items), "about": "", "detail": str(error)}
    except (ArchivedAlreadyError, DisposedError) as error:
        return {"finding": _CONFLICTS[type(error)], "about": "", "detail": str(error)}


def _read(path: Path) -> bytes:
    """Return a package from a file, or from a folder that is a bag."""
    if path.is_dir():
        return contents_package(read_bag(path)).encode()
    with path.open("rb") as file:
        return file.read(MAX_PACKAGE_BYTES + 1)
