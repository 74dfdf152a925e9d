"""``yinxin stamp``: put a seal on any PDF."""

import argparse
from pathlib import Path
from typing import Final

from api import stamp_places
from api.commands.registry import Commands, add_command
from api.console import OK, Output
from api.errors import UsageError
from api.stamping import LEVELS, StampingDesk, StampOrder
from signing.algorithms import sm3
from signing.errors import MalformedPdfError
from signing.pdf.assembly import SealProfile
from signing.pdf.rules import PdfRule
from signing.pdf.sealing import SealAppearance, SealPlacement
from signing.reference.documents import MAX_STAMPED_BYTES
from signing.reference.pages import page_size
from signing.reference.stamping import Stamp

_PROFILES: Final = {"cms": SealProfile.CMS, "gm": SealProfile.GM_SEAL}
_REFUSALS: Final[dict[str, str]] = {
    PdfRule.TOO_LARGE: "文件过大 · the file is too large",
    PdfRule.ENCRYPTED: "文件已加密，请先解除 · the file is encrypted",
    PdfRule.ACTIVE_CONTENT: "XFA 表单不能盖章，请先另存为普通 PDF · an XFA form cannot be sealed",
    PdfRule.LOCKED: "已有签章不允许这样加盖 · an earlier seal does not permit it",
    PdfRule.PLACEMENT: "印章位置不合适 · the place does not fit",
}
_UNREADABLE: Final = "无法读取该 PDF · the PDF cannot be read"


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "stamp", _stamp, text="给任意 PDF 盖章 · put a seal on any PDF", parents=[shared]
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--seal", required=True, metavar="CODE", help="印章编码")
    parser.add_argument("--out", type=Path, required=True, metavar="PDF")
    _add_place(parser)
    parser.add_argument("--profile", choices=list(_PROFILES), default="cms", help="签名格式")
    parser.add_argument(
        "--level", choices=LEVELS, default="", help="t 时间戳, lt 附验证材料, lta 归档时间戳"
    )
    parser.add_argument("--timestamp", default="", metavar="URL", help="时间戳服务")
    parser.add_argument("--operator", default="", metavar="PERSON", help="用印人 who seals")
    parser.add_argument("--reason", default="盖章", help="用印事由")


def _add_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--page", type=int, default=1, metavar="N")
    parser.add_argument("--left", type=float, metavar="MM", help="距页面左边")
    parser.add_argument("--top", type=float, metavar="MM", help="距页面上边")
    parser.add_argument("--keyword", default="", metavar="TEXT", help="盖在关键字上 on this word")
    parser.add_argument("--nth", type=int, default=1, metavar="N", help="第几处，-1 为最后一处")
    parser.add_argument("--beside", action="store_true", help="盖在关键字右侧 · beside the word")
    parser.add_argument("--riding", action="store_true", help="骑缝章 across the right edges")
    parser.add_argument("--fields", type=int, default=0, metavar="N", help="为后续印章预留位置")


def _stamp(options: argparse.Namespace, output: Output) -> int:
    pdf = _read(options.file)
    order = StampOrder(
        seal=options.seal,
        profile=_PROFILES[options.profile],
        level=options.level,
        timestamp_url=options.timestamp,
        operator=options.operator,
        purpose=options.reason,
    )
    with StampingDesk.at(options.home, order) as desk:
        try:
            sealed = desk.put(pdf, _stamp_of(pdf, options, desk))
        except MalformedPdfError as error:
            raise UsageError(f"{_REFUSALS.get(error.rule, _UNREADABLE)}: {error}") from error
    options.out.write_bytes(sealed)
    result = {
        "out": str(options.out),
        "seal": options.seal,
        "profile": options.profile,
        "level": desk.level,
        "bytes": len(sealed),
        "digest": sm3(sealed).hex(),
    }
    output.result(result, f"已盖章 sealed → {options.out}")
    return OK


def _stamp_of(pdf: bytes, options: argparse.Namespace, desk: StampingDesk) -> Stamp:
    appearance = desk.kept.appearance
    place = _place(pdf, options, appearance)
    return Stamp(
        appearance=appearance,
        place=place,
        is_riding=options.riding,
        kept_fields=_kept_fields(pdf, options.fields, place),
        signed_at=desk.clock.now().replace(microsecond=0),
        reason=options.reason,
        signer_name=desk.owner,
        contents_bytes=desk.room,
        profile=desk.profile,
    )


def _place(
    pdf: bytes, options: argparse.Namespace, appearance: SealAppearance
) -> SealPlacement | None:
    """Return where the seal stands; None for the next field kept for it, or a riding seal."""
    is_at_position = options.left is not None and options.top is not None
    if options.keyword and is_at_position:
        raise UsageError("--keyword 与 --left --top 只能用一种 · either a word or a position")
    if (options.left is None) != (options.top is None):
        raise UsageError("--left 与 --top 须同时给出 · --left and --top go together")
    if options.keyword:
        return stamp_places.at_keyword(
            pdf,
            appearance,
            keyword=options.keyword,
            number=options.nth,
            is_beside=options.beside,
        )
    if not is_at_position:
        return None
    return stamp_places.at_position(
        appearance, page=options.page, left_mm=options.left, top_mm=options.top
    )


def _kept_fields(pdf: bytes, count: int, place: SealPlacement | None) -> tuple[SealPlacement, ...]:
    if count < 0 or (count and place is None):
        raise UsageError("--fields 须与印章位置同时给出 · --fields needs the place of the seal")
    if not count or place is None:
        return ()
    return stamp_places.beside(place, count, page_size(pdf, place.page))


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_STAMPED_BYTES:
            raise UsageError(_REFUSALS[PdfRule.TOO_LARGE])
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"无法读取 {path} · cannot read it") from error
