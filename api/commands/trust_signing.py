"""``yinxin trust make|diff|roll|repin``: what changes whom everybody believes."""

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api import trust_words
from api.commands.instance import open_root, read_root
from api.commands.registry import Commands, add_command, number_of_days
from api.commands.times import parse_time
from api.console import OK, USAGE, Output, complain
from api.errors import UsageError
from api.homes import Home
from api.trust_making import Draft, TrustPress, Withdrawal
from certs import canonical
from certs.regions import RegionCode
from storage.trust_folder import TrustFolder
from verify.errors import TrustListError
from verify.mutual_recognition import read_agreements
from verify.trust_changes import Change, changes_between, doubts
from verify.trust_lists import MAX_LIST_BYTES, TrustList
from verify.trusted_regions import TrustedRegion, parse_region_entry

_DAYS: Final = 90
_MAX_ENTRY_BYTES: Final = 2**20


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command ``trust``."""
    make = add_command(
        group, "make", _make, text="由信任根签发新版本 · sign a new version", parents=[shared]
    )
    make.add_argument("entries", nargs="*", type=Path, metavar="ENTRY", help="exported regions")
    make.add_argument("--carry", action="store_true", help="保留其余地区 keep the other regions")
    make.add_argument(
        "--agreements", type=Path, metavar="FILE", help="授信约定 agreements (TOML), all of them"
    )
    make.add_argument(
        "--withdraw",
        action="append",
        default=[],
        metavar="CODE:SERIAL@TIME",
        help="停用锚证书 withdraw an anchor; serial number in hexadecimal",
    )
    make.add_argument("--diff", action="store_true", help="只看变化 only show what changes")
    _add_signing(make)
    diff = add_command(
        group, "diff", _diff, text="比较两个列表 · compare two lists", parents=[shared]
    )
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    roll = add_command(
        group, "roll", _roll, text="指定新的信任根 · name the root that follows", parents=[shared]
    )
    roll.add_argument("--new-root", type=Path, required=True, metavar="FILE", help="新根证书 (PEM)")
    roll.add_argument("--valid-from", metavar="TIME", help="新根起, default now")
    roll.add_argument("--old-until", metavar="TIME", required=True, help="旧根止 old root's end")
    _add_signing(roll)
    repin = add_command(
        group,
        "repin",
        _repin,
        text="旧根失密后重新钉定 · start anew with another root",
        parents=[shared],
    )
    repin.add_argument("root", type=Path, metavar="FILE", help="新根证书 (PEM)")
    repin.add_argument("--yes", action="store_true", help="不再询问 do not ask")


def _add_signing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=number_of_days, default=_DAYS, help="有效天数 days to stand")
    parser.add_argument("--yes", action="store_true", help="同意所列变化 agree to what changes")
    parser.add_argument("--out", type=Path, metavar="FILE", help="签发后的列表 the signed list")


def _make(options: argparse.Namespace, output: Output) -> int:
    if not options.entries and not options.carry:
        raise UsageError("请给出地区条目，或用 --carry · give entries of regions, or --carry")
    press = TrustPress.of(open_root(options.home), now=datetime.now(UTC))
    draft = press.draft(
        [_entry(path) for path in options.entries],
        days=options.days,
        carry=options.carry,
        agreements=read_agreements(options.agreements) if options.agreements else None,
        withdrawals=tuple(_withdrawal(text) for text in options.withdraw),
    )
    return _reviewed(press, draft, options, output, only_show=options.diff)


def _roll(options: argparse.Namespace, output: Output) -> int:
    now = datetime.now(UTC)
    old_until = parse_time(options.old_until)
    if old_until <= now:
        raise UsageError("旧根的终止时间须在将来 · the old root must end in the future")
    press = TrustPress.of(open_root(options.home), now=now)
    if press.current is None:
        raise UsageError("还没有签发过列表 · no list was ever made here")
    draft = press.name_successor(
        press.draft((), days=options.days, carry=True),
        read_root(options.new_root),
        valid_from=parse_time(options.valid_from) if options.valid_from else now,
        old_until=old_until,
    )
    return _reviewed(press, draft, options, output)


def _reviewed(
    press: TrustPress,
    draft: Draft,
    options: argparse.Namespace,
    output: Output,
    *,
    only_show: bool = False,
) -> int:
    """Show what changes, have it agreed to where it takes away, and sign."""
    lines = _lines(draft.changes, draft.doubts)
    value = {"version": draft.after.version, **_json(draft.changes, draft.doubts)}
    if only_show:
        output.result(value, f"第 {draft.after.version} 版将有的变化 · what would change:", *lines)
        return OK
    if options.out is None:
        raise UsageError("还需要 --out · needs --out")
    if draft.takes_away and not options.yes:
        for line in lines:
            complain(line)
        if not _agreed("以上变化会使人失去信任，签发？ · sign what takes trust away?"):
            complain("未签发；核对后用 --yes · not signed; add --yes when this is meant")
            return USAGE
    data = press.sign(draft)
    options.out.write_bytes(data)
    made = TrustList.show(data)
    output.result(
        {"file": str(options.out), "identity": made.identity, **value},
        *lines,
        f"第 {made.version} 版，{len(made.regions)} 个地区 · version {made.version}: {options.out}",
    )
    return OK


def _diff(options: argparse.Namespace, output: Output) -> int:
    old, new = (_shown(path) for path in (options.old, options.new))
    changes, found = changes_between(old.content, new.content), doubts(new.content)
    value = {
        **{
            side: {"version": item.version, "identity": item.identity, "signer": _signer(item)}
            for side, item in (("old", old), ("new", new))
        },
        **_json(changes, found),
    }
    output.result(
        value,
        *(
            f"第 {item.version} 版 · version {item.version} · {item.identity} · {_signer(item)}"
            for item in (old, new)
        ),
        *_lines(changes, found),
    )
    return OK


def _repin(options: argparse.Namespace, output: Output) -> int:
    root = read_root(options.root)
    folder = TrustFolder(Home(options.home).folder("trust"))
    before = folder.root()
    complain(
        "重新钉定信任根：此后只信新根，从前的列表、版本号和拒收记录都不再算数。"
        "只在旧根密钥失密时使用，并须经另一渠道核对新根的 SM3 · "
        "from now on only the new root is believed and nothing known before counts; only for a "
        "root whose key was lost, and after its SM3 was compared by another way"
    )
    complain(f"新根 new root: {root.common_name}，SM3 {root.digest.hex()}")
    if before is not None:
        complain(f"旧根 old root: {before.common_name}，SM3 {before.digest.hex()}")
    if not options.yes and not _agreed("重新钉定？ · pin it?"):
        complain("未改变；核对后用 --yes · nothing changed; add --yes when this is meant")
        return USAGE
    aside = folder.repin(root)
    output.result(
        {"root": root.digest.hex(), "aside": str(aside)},
        f"已钉定新根；请导入它签发的列表。旧文件在 {aside} · pinned; import a list of it",
    )
    return OK


def _agreed(question: str) -> bool:
    """Ask at the terminal; nobody there has not agreed."""
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes", "是"}


def _lines(changes: tuple[Change, ...], found: tuple[Change, ...]) -> list[str]:
    lines = [trust_words.told(item) for item in (*changes, *found)]
    return lines or ["没有变化 · nothing changes"]


def _json(changes: Iterable[Change], found: Iterable[Change]) -> dict[str, object]:
    return {
        "changes": [trust_words.change_json(item) for item in changes],
        "doubts": [trust_words.change_json(item) for item in found],
    }


def _signer(item: TrustList) -> str:
    return item.signer.common_name if item.signer is not None else ""


def _shown(path: Path) -> TrustList:
    return TrustList.show(_read(path, MAX_LIST_BYTES))


def _entry(path: Path) -> TrustedRegion:
    value = canonical.parse_json(_read(path, _MAX_ENTRY_BYTES), max_bytes=_MAX_ENTRY_BYTES)
    if not isinstance(value, dict):
        raise TrustListError("malformed", f"{path} is no region entry")
    return parse_region_entry(value)


def _read(path: Path, max_bytes: int) -> bytes:
    """Return a file; one byte more than allowed tells the parser that it is too long."""
    with path.open("rb") as file:
        return file.read(max_bytes + 1)


def _withdrawal(text: str) -> Withdrawal:
    region, _, rest = text.partition(":")
    serial, _, time = rest.partition("@")
    try:
        number = int(serial, 16)
    except ValueError as error:
        raise UsageError(
            f"应如 340200:1a2b@2026-03-01 · a withdrawal is CODE:SERIAL@TIME: {text[:80]}"
        ) from error
    return Withdrawal(region=RegionCode(region), serial=number, at=parse_time(time))
