"""``yinxin trust export|import|show|refresh``; ``trust_signing`` has what changes trust."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api import founding, trust_words
from api.bootstrap import OpenHome
from api.clients.trust_lists import TrustListClient
from api.commands import trust_signing
from api.commands.instance import pin_root
from api.commands.registry import Commands, add_command, add_group
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.homes import Home
from api.settings import Settings
from api.trust_entries import own_entry
from api.trust_refreshing import Result, TrustRefresher, sources_of
from certs import canonical
from storage.trust_folder import TrustFolder
from verify.errors import TrustListError
from verify.mutual_recognition import agreement_entry
from verify.trust_lists import MAX_LIST_BYTES, TrustList
from verify.trust_roots import TrustRoots
from verify.trusted_regions import region_entry

_PROBLEMS: Final = {
    "no-root": "没有信任列表，也没有钉定信任根 · no trust list, and no root is pinned",
    "no-list": "没有信任列表 · no trust list",
    "lost": "较新的列表曾被采用而今缺失，不采用旧的 · a newer list was accepted and is gone",
    "root-ended": "签发现行列表的信任根已终止 · the root behind the list has ended",
    "damaged": "最新的列表文件损坏，不采用旧的 · the newest list is damaged",
}
_ENDS: Final = {
    Result.ADOPTED: OK,
    Result.SAME: OK,
    Result.REFUSED: FAILED,
    Result.SILENT: INDETERMINATE,
}


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
    trust_signing.register(group, shared)
    accept = add_command(
        group, "import", _import, text="导入较新的列表 · take over a newer list", parents=[shared]
    )
    accept.add_argument("file", type=Path)
    accept.add_argument("--trust-root", type=Path, metavar="FILE", help="pin this root (PEM) first")
    add_command(group, "show", _show, text="显示现行列表 · show the current list", parents=[shared])
    refresh = add_command(
        group, "refresh", _refresh, text="立即更新一次 · ask for a newer list now", parents=[shared]
    )
    refresh.add_argument(
        "--url", metavar="URL", help="从此处 from here, default trust_url or peers"
    )


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


def _import(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    if options.trust_root is not None:
        pin_root(home, options.trust_root)
    with options.file.open("rb") as file:
        data = file.read(MAX_LIST_BYTES + 1)
    try:
        accepted = TrustFolder(home.folder("trust")).accept(data)
    except TrustListError as error:
        raise UsageError(f"未采用 not taken over: {trust_words.why_refused(error)}") from error
    output.result(
        {"version": accepted.version, "identity": accepted.identity},
        f"已采用第 {accepted.version} 版 · version {accepted.version} is in use",
    )
    return OK


def _show(options: argparse.Namespace, output: Output) -> int:
    folder = TrustFolder(Home(options.home).folder("trust"))
    current, roots = folder.current(), folder.roots()
    refused = folder.refusals()
    lines = map(trust_words.refusal_line, refused)
    if current is None:
        output.result(None, _PROBLEMS[folder.problem()], *lines)
        return OK
    now = datetime.now(UTC)
    value = _value(current, roots, now) | {"refused": [asdict(item) for item in refused]}
    output.result(value, *_lines(current, roots, now), *lines)
    return OK


def _value(current: TrustList, roots: TrustRoots | None, now: datetime) -> dict[str, Any]:
    return {
        "version": current.version,
        "identity": current.identity,
        "issued_at": current.issued_at.isoformat(),
        "expires_at": current.expires_at.isoformat(),
        "days_left": (current.expires_at - now).days,
        "fresh": current.is_fresh_at(now),
        "roots": [
            {
                "name": term.root.common_name,
                "digest": term.root.digest.hex(),
                "begins": term.begins.isoformat() if term.begins else "",
                "ends": term.ends.isoformat() if term.ends else "",
                "signed_this_list": term.root == current.root,
            }
            for term in (roots.terms if roots is not None else ())
        ],
        "regions": [json.loads(canonical.encode(region_entry(item))) for item in current.regions],
        "agreements": [
            json.loads(canonical.encode(agreement_entry(item))) for item in current.agreements
        ],
    }


def _lines(current: TrustList, roots: TrustRoots | None, now: datetime) -> Iterator[str]:
    yield f"第 {current.version} 版 · {_state(current, now)} · {current.identity}"
    issued, expires = map(trust_words.time_text, (current.issued_at, current.expires_at))
    signer = current.signer.common_name if current.signer is not None else ""
    yield f"签发 issued {issued}，到期 expires {expires}，签发者 signer {signer}"
    if roots is not None:
        yield from trust_words.root_lines(roots)
    yield from trust_words.content_lines(current.content)


def _state(current: TrustList, now: datetime) -> str:
    if current.is_fresh_at(now):
        days = (current.expires_at - now).days
        return f"有效，还有 {days} 天 stands, {days} days left"
    return "已过期 expired" if current.issued_at <= now else "尚未生效 not yet"


def _refresh(options: argparse.Namespace, output: Output) -> int:
    settings = Settings.read(options.home)
    folder = TrustFolder(Home(options.home).folder("trust"))
    url = options.url or settings.trust_url
    with TrustListClient() as client:
        sources = sources_of(folder, trust_url=url, own_url=settings.public_url)
        outcomes = TrustRefresher(store=folder, fetch=client.fetch, sources=sources).run_once()
    if not outcomes:
        raise UsageError(
            "没有可问的地址，请给出 --url 或设置 trust_url · nobody to ask: --url or trust_url"
        )
    output.result(
        [
            {"source": item.source, "result": item.result.value, "detail": item.detail}
            for item in outcomes
        ],
        *(item.text for item in outcomes),
    )
    return min((_ENDS[item.result] for item in outcomes), default=OK)
