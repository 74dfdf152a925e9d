"""``yinxin verify``: judge files; needs no instance, and without trust nothing passes."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from api.bootstrap import SystemClock
from api.clients.regions import HttpRegionClient
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.examiner import ProcessExaminer
from api.homes import Home
from api.page_reader import ProcessPageReader
from api.reports import report_json
from api.wording import words
from storage.trust_folder import TrustFolder
from verify.checks import Level, Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.report import Report
from verify.verifier import Verifier

_CODES = {
    Conclusion.PASSED: OK,
    Conclusion.FAILED: FAILED,
    Conclusion.INDETERMINATE: INDETERMINATE,
}
_DETACHED = frozenset({".p7s", ".p7", ".p7b", ".der"})
_CONTENTS = (".data", ".json")
_SEVERITY = (FAILED, INDETERMINATE, OK)
_MARKS = {Outcome.OK: "✓", Outcome.BAD: "✗", Outcome.UNKNOWN: "?"}
_SOFT = {Outcome.OK: "✓", Outcome.BAD: "!", Outcome.UNKNOWN: "!"}
_CONCLUSIONS = {
    Conclusion.PASSED: "✓ 通过 passed",
    Conclusion.FAILED: "✗ 不通过 failed",
    Conclusion.INDETERMINATE: "? 无法判定 indeterminate",
}


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "verify", _verify, text="核验文件 · verify files", parents=[shared]
    )
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="PDF、OFD、印章、签章、签名数据 · PDF, OFD, SESeal, SES_Signature, signed data",
    )
    parser.add_argument(
        "--content",
        type=Path,
        metavar="FILE",
        help="签名所对应的原文 what a detached signature is over"
        " (default: FILE with .data or .json instead of its ending, if there is one)",
    )
    parser.add_argument("--quiet", action="store_true", help="只显示结论 conclusions only")


def _verify(options: argparse.Namespace, output: Output) -> int:
    with _verifier(options.home) as verifier:
        reports = [
            (path, _judge(verifier, path, options.content or _sibling(path)))
            for path in options.files
        ]
    values: Any = [report_json(report) for _, report in reports]
    lines = [line for path, report in reports for line in report_lines(path, report, options.quiet)]
    output.result(values[0] if len(values) == 1 else values, *lines)
    codes = {_CODES[report.conclusion] for _, report in reports}
    return next(code for code in _SEVERITY if code in codes)


def _judge(verifier: Verifier, path: Path, content: Path | None) -> Report:
    return verifier.verify(
        read_bounded(path), content=read_bounded(content) if content is not None else None
    )


def _sibling(path: Path) -> Path | None:
    """Return the file that a detached signature was most likely made over."""
    if path.suffix.lower() not in _DETACHED:
        return None
    candidates = [path.with_suffix(ending) for ending in _CONTENTS]
    return next((item for item in candidates if item.is_file()), None)


def read_bounded(path: Path) -> bytes:
    """Return a file, at most one byte more of it than a verifier looks at.

    Raises:
        UsageError: There is no such file.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UsageError(f"没有文件 {path} · no such file") from error


def report_lines(path: Path, report: Report, quiet: bool) -> list[str]:  # noqa: FBT001 - a flag of the command
    """Return a report in words."""
    value = report_json(report)
    lines = [f"{path.name}: {_CONCLUSIONS[report.conclusion]}", f"  {value['zh']} · {value['en']}"]
    if quiet:
        return lines
    for finding in report.findings:
        zh, en = words(finding)
        which = f"[{finding.signature}] " if finding.signature else ""
        mark = _MARKS[finding.outcome] if finding.level is Level.REFUSE else _SOFT[finding.outcome]
        lines.append(f"  {mark} {which}{finding.check.value}: {zh} · {en}")
    return lines


@contextmanager
def _verifier(home: Path) -> Iterator[Verifier]:
    """Return the instance's verifier, or one that only knows a trust folder, or nothing."""
    with ExitStack() as stack:
        folder = Home(home)
        if (folder.folder("keys") / "status.pem").is_file():
            services = stack.enter_context(open_services(home))
            yield services.verifier
            return
        yield Verifier(
            trust=TrustFolder(folder.folder("trust")),
            regions=stack.enter_context(HttpRegionClient()),
            examiner=stack.enter_context(ProcessExaminer()),
            pages=stack.enter_context(ProcessPageReader()),
            clock=SystemClock(),
        )
