"""``yinxin render``: a page or the seals of a document as pictures; needs no instance."""

import argparse
from pathlib import Path
from typing import Final

from api.commands.registry import Commands, add_command
from api.commands.verification import read_bounded
from api.console import OK, Output
from api.errors import UsageError
from api.limited_processes import LimitedProcesses
from api.render_worker import HEADER, LENGTH, PAGE, SEALS
from certs.faces.ofd.seal_pictures import media_type_of
from verify.evidence import MAX_FILE_BYTES

_MAX_PICTURE_BYTES: Final = 256 * 2**20
_MAX_PAGE, _MIN_DPI, _MAX_DPI = 5000, 10, 600


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands,
        "render",
        _render,
        text="把 PDF、OFD 的一页或印章存为图片 · draw a page or the seals",
        parents=[shared],
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, metavar="PNG", help="页面图片 the page")
    parser.add_argument("--page", type=int, default=1, metavar="N")
    parser.add_argument("--dpi", type=int, default=150)
    parser.add_argument("--seals", type=Path, metavar="DIR", help="印章图片存放处 the seals")


def _render(options: argparse.Namespace, output: Output) -> int:
    if options.out is None and options.seals is None:
        raise UsageError("请用 --out 或 --seals 指明存放处 · say where with --out or --seals")
    if not (0 < options.page <= _MAX_PAGE and _MIN_DPI <= options.dpi <= _MAX_DPI):
        raise UsageError("页码或分辨率超出范围 · page or resolution is out of range")
    data = read_bounded(options.file)
    if len(data) > MAX_FILE_BYTES:
        raise UsageError("文件过大 · the file is too large")
    written = []
    if options.out is not None:
        picture = _ask(HEADER.pack(PAGE, options.page, options.dpi) + data)
        if picture is None:
            raise UsageError("该页无法显示 · the page cannot be drawn")
        options.out.write_bytes(picture)
        written.append(options.out)
    if options.seals is not None:
        written += _write_seals(data, options.seals)
    names = [str(path) for path in written]
    output.result({"files": names}, *(f"→ {name}" for name in names))
    return OK


def _write_seals(data: bytes, folder: Path) -> list[Path]:
    answer = _ask(HEADER.pack(SEALS, 1, _MIN_DPI) + data)
    if answer is None:
        raise UsageError("印章无法读取 · the seals cannot be read")
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    while answer:
        (length,) = LENGTH.unpack_from(answer)
        image, answer = answer[LENGTH.size : LENGTH.size + length], answer[LENGTH.size + length :]
        ending = media_type_of(image).rpartition("/")[2] or "bin"
        written.append(folder / f"seal-{len(written) + 1}.{ending}")
        written[-1].write_bytes(image)
    return written


def _ask(request: bytes) -> bytes | None:
    processes = LimitedProcesses(
        "api.render_worker", workers=1, max_answer_bytes=_MAX_PICTURE_BYTES
    )
    try:
        return processes.ask(request)
    finally:
        processes.close()
