"""``yinxin trust``: make, export, import and show trust lists."""

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api import founding
from api.bootstrap import OpenHome
from api.commands.instance import open_root, pin_root
from api.commands.registry import Commands, add_command, add_group, number_of_days
from api.composition import open_services
from api.console import OK, Output
from api.homes import Home
from api.seal_folder import SealFolder
from api.services import Services
from certs import canonical
from certs.seals.events import SealMove
from signing.certificates import Certificate
from signing.roles import Role
from storage.trust_folder import TrustFolder
from verify.entitled_issuers import EntitledIssuer
from verify.errors import TrustListError
from verify.trust_lists import (
    Anchor,
    TrustedRegion,
    TrustList,
    parse_region_entry,
    region_entry,
    sign_trust_list,
)


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(commands, "trust", text="信任列表 · trust lists", parents=[shared])
    export = add_command(
        group,
        "export",
        _export,
        text="导出：地区条目，或信任根证书 · a region's entry, or the root's certificate",
        parents=[shared],
    )
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    make = add_command(
        group, "make", _make, text="由信任根签发新版本 · sign a new version", parents=[shared]
    )
    make.add_argument("entries", nargs="+", type=Path, metavar="ENTRY", help="exported regions")
    make.add_argument(
        "--days", type=number_of_days, default=90, help="有效天数 days until it expires"
    )
    make.add_argument("--out", type=Path, required=True, metavar="FILE")
    accept = add_command(
        group, "import", _import, text="导入较新的列表 · take over a newer list", parents=[shared]
    )
    accept.add_argument("file", type=Path)
    accept.add_argument("--trust-root", type=Path, metavar="FILE", help="pin this root (PEM) first")
    add_command(group, "show", _show, text="显示现行列表 · show the current list", parents=[shared])


def _export(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    opened = OpenHome.at(options.home)
    if opened.settings.kind == "root":
        options.out.write_text(home.read_certificate(founding.AUTHORITY).to_pem(), "ascii")
    else:
        with open_services(options.home) as services:
            entry = region_entry(own_entry(services, home))
        options.out.write_bytes(canonical.encode(entry))
    output.result({"file": str(options.out)}, f"已导出 · exported {options.out}")
    return OK


def own_entry(services: Services, home: Home) -> TrustedRegion:
    """Return how this region would stand in a trust list."""
    authority = home.read_certificate(founding.AUTHORITY)
    return TrustedRegion(
        code=services.region,
        name=services.name,
        anchors=tuple(
            Anchor(certificate=item, valid_from=item.not_before)
            for item in (authority, *_makers_authorities(services, home))
        ),
        issuers=own_issuers(services),
        service_url=services.public_url,
        service=services.service_signer.certificate,
    )


def _makers_authorities(services: Services, home: Home) -> tuple[Certificate, ...]:
    """Return the outside authorities behind seals that were ever in use here, each once."""
    folder = SealFolder(home.folder("seals"))
    with services.unit_of_work() as work:
        used = [
            seal.code
            for seal in work.seals.all()
            if any(item.move is SealMove.ENABLED for item in work.seals.events(seal.code))
        ]
    found = (folder.maker_authority(code) for code in used)
    return tuple(dict.fromkeys(item for item in found if item is not None))


def own_issuers(services: Services) -> tuple[EntitledIssuer, ...]:
    """Return the authorities of this region: those that issue, and those that ended."""
    types = frozenset(item.license_type.code for item in services.desks.values())
    with services.unit_of_work() as work:
        successions = work.seals.successions()
    former = tuple(
        EntitledIssuer(
            code=item.former_code,
            name=item.former_name,
            types=types,
            valid_to=item.effective_at,
            succeeded_by=item.successor_code,
        )
        for item in successions
    )
    ended = {(item.code, item.name) for item in former}
    present = {(desk.authority.code, desk.authority.name) for desk in services.desks.values()}
    # A new name begins where the old one of the same code ends; another authority that takes
    # one over may have existed before.
    begins = {
        (item.successor_code, item.successor_name): item.effective_at
        for item in successions
        if item.successor_code == item.former_code
    }
    return former + tuple(
        EntitledIssuer(code=code, name=name, types=types, valid_from=begins.get((code, name)))
        for code, name in sorted(present - ended, key=str)
    )


def _make(options: argparse.Namespace, output: Output) -> int:
    opened = open_root(options.home)
    regions = tuple(_entry(path) for path in options.entries)
    data = make_list(opened, regions, days=options.days, now=datetime.now(UTC))
    options.out.write_bytes(data)
    made = TrustList.parse(data, root=opened.home.read_certificate(founding.AUTHORITY))
    output.result(
        {"file": str(options.out), "version": made.version, "identity": made.identity},
        f"第 {made.version} 版，{len(regions)} 个地区 · version {made.version}: {options.out}",
    )
    return OK


def make_list(
    opened: OpenHome, regions: tuple[TrustedRegion, ...], *, days: int, now: datetime
) -> bytes:
    """Sign the next version of a root's list and keep it there."""
    folder = TrustFolder(opened.home.folder("trust"))
    folder.pin(opened.home.read_certificate(founding.AUTHORITY))
    current = folder.current()
    issued_at = now.replace(microsecond=0)
    data = sign_trust_list(
        regions,
        version=current.version + 1 if current else 1,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(days=days),
        signer=opened.signer(Role.TRUST_LIST),
    )
    folder.accept(data)
    return data


def _entry(path: Path) -> TrustedRegion:
    value = canonical.parse_json(path.read_bytes())
    if not isinstance(value, dict):
        raise TrustListError("malformed", f"{path} is no region entry")
    return parse_region_entry(value)


def _import(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    if options.trust_root is not None:
        pin_root(home, options.trust_root)
    accepted = TrustFolder(home.folder("trust")).accept(options.file.read_bytes())
    output.result(
        {"version": accepted.version, "identity": accepted.identity},
        f"已采用第 {accepted.version} 版 · version {accepted.version} is in use",
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    current = TrustFolder(Home(options.home).folder("trust")).current()
    if current is None:
        output.result(None, "没有信任列表 · no trust list")
        return OK
    fresh = current.is_fresh_at(datetime.now(UTC))
    value = {
        "version": current.version,
        "identity": current.identity,
        "expires_at": current.expires_at.isoformat(),
        "fresh": fresh,
        "regions": [json.loads(canonical.encode(region_entry(item))) for item in current.regions],
    }
    lines = [f"{item.code} {item.name} {item.service_url}" for item in current.regions]
    state = "有效 stands" if fresh else "已过期 expired"
    output.result(value, f"第 {current.version} 版 · {state} · {current.identity}", *lines)
    return OK
