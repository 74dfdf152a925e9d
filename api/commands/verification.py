"""``yinxin verify``: judge what is brought; needs no instance, and without trust nothing passes."""

import argparse
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from api.bootstrap import SystemClock
from api.clients.regions import HttpRegionClient
from api.commands import verification_receipts as receipts
from api.commands.registry import Commands, add_command
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.examiner import ProcessExaminer
from api.homes import Home
from api.page_reader import ProcessPageReader
from api.receipts import ReceiptOffice
from api.report_lines import report_lines
from api.reports import parse_evidence, report_json
from api.settings import quorum_of
from certs.civil_dates import BEIJING
from certs.masking import redact
from storage.trust_folder import TrustFolder
from verify.carriers.codes import looks_like_a_code
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.examination import Examination
from verify.judging import judge
from verify.policies import Policy, Purpose, load_policy, shipped_policy, with_witnesses
from verify.report import Report
from verify.sources import RecordedSources
from verify.verifier import Inquiry, Verifier

_CODES = {
    Conclusion.PASSED: OK,
    Conclusion.FAILED: FAILED,
    Conclusion.INDETERMINATE: INDETERMINATE,
}
_CONTENTS = (".data", ".json")
_BESIDE = dict.fromkeys((".p7s", ".p7", ".p7b", ".der"), _CONTENTS) | {".json": (".p7s",)}
_LONGEST_PATH = 4096
_SHOWN = 80
_SEVERITY = (FAILED, INDETERMINATE, OK)


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands,
        "verify",
        _verify,
        text="核验 · verify files, codes, identifiers",
        parents=[shared],
    )
    parser.add_argument(
        "brought",
        nargs="*",
        metavar="FILE|CODE",
        help="PDF、OFD、印章、签章、签名数据、证照数据、二维码图片或其内容、证照标识、核验回执、"
        "存档信息包 · "
        "PDF, OFD, SESeal, SES_Signature, signed data, license.json, a picture or the text of a"
        " QR code, an identifier, a receipt, an archive package",
    )
    parser.add_argument(
        "--content",
        type=Path,
        metavar="FILE",
        help="签名所对应的原文，或数据的签名 what a detached signature is over, or a record's"
        " signature (default: FILE with .data, .json or .p7s instead of its ending)",
    )
    parser.add_argument(
        "--policy",
        default=Purpose.PUBLIC.value,
        metavar="NAME|FILE",
        help=f"核验策略 {', '.join(Purpose)}, or a TOML file",
    )
    parser.add_argument(
        "--at", type=moment, metavar="TIME", help="按此时点判断 judge about this moment (ISO 8601)"
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="REPORT",
        help="不看原件，按报告所附依据重新判断 judge a report (--json) again, without the document",
    )
    receipts.add_options(parser)
    parser.add_argument("--quiet", action="store_true", help="只显示结论 conclusions only")


def _verify(options: argparse.Namespace, output: Output) -> int:
    inquiry = Inquiry(
        policy=policy_named(options.policy), moment=options.at, is_anew=options.online
    )
    receipts.check_options(options)
    if (options.replay is None) != bool(options.brought):
        raise UsageError("请给出文件、编码或 --replay 报告 · give files, codes, or --replay REPORT")
    if options.replay is not None:
        judged = [replay(options.replay, options.home, inquiry)]
    else:
        with _place(options.home) as place:
            out = receipts.ReceiptsOut.of(options, place.office)
            judged = [_judge(place, brought, options, inquiry, out) for brought in options.brought]
    values: Any = [_value(item) for item in judged]
    lines = [line for item in judged for line in _lines(item, options)]
    output.result(values[0] if len(values) == 1 else values, *lines)
    codes = {_CODES[item.report.conclusion] for item in judged}
    return next(code for code in _SEVERITY if code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """What was brought, what it says, and what that means.

    Attributes:
        receipt: Where the receipt was written, if one was wanted.
    """

    name: str
    examination: Examination
    report: Report
    receipt: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Who judges here, and who gives receipts."""

    verifier: Verifier
    office: ReceiptOffice | None = None


def _value(judged: _Judged) -> dict[str, Any]:
    # A receipt carries its evidence itself.
    is_receipt = judged.report.receipt is not None
    value = report_json(judged.report, None if is_receipt else judged.examination)
    return value | ({"receipt_file": str(judged.receipt)} if judged.receipt is not None else {})


def _lines(judged: _Judged, options: argparse.Namespace) -> list[str]:
    lines = report_lines(judged.name, judged.report, options.quiet)
    written = [f"  → 回执 receipt {judged.receipt}"] if judged.receipt is not None else []
    return lines + written


def moment(text: str) -> datetime:
    """Return a moment; without a zone it is Beijing's, a day alone is its first instant.

    Raises:
        ArgumentTypeError: It is none.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} 不是时间 · no ISO 8601 time") from error
    return found if found.tzinfo is not None else found.replace(tzinfo=BEIJING)


def policy_named(name: str) -> Policy:
    """Return a policy that comes with the program, or the one in a TOML file.

    Raises:
        UsageError: There is neither.
        MalformedPolicyError: The file is against the schema.
    """
    if name in set(Purpose):
        return shipped_policy(Purpose(name))
    if not Path(name).is_file():
        raise UsageError(
            f"没有核验策略 {name} · no such policy; give {', '.join(Purpose)}, or a file"
        )
    return load_policy(Path(name))


def _judge(
    place: _Place,
    brought: str,
    options: argparse.Namespace,
    inquiry: Inquiry,
    out: receipts.ReceiptsOut | None,
) -> _Judged:
    examination, name = _examined(place.verifier, brought, options.content)
    if out is not None:
        report, path = out.give(examination, inquiry)
        return _Judged(name=name, examination=examination, report=report, receipt=path)
    file = None
    if options.file is not None:
        file, _ = _examined(place.verifier, str(options.file), options.content)
        receipts.check_file(examination)
    report = place.verifier.judge(examination, inquiry, file=file)
    return _Judged(name=name, examination=examination, report=report)


def _examined(verifier: Verifier, brought: str, content: Path | None) -> tuple[Examination, str]:
    path = Path(brought)
    if len(brought) <= _LONGEST_PATH and path.exists():
        beside = content or _sibling(path)
        examination = verifier.examine(
            read_bounded(path), read_bounded(beside) if beside is not None else None
        )
        return examination, path.name
    if not looks_like_a_code(brought):
        raise UsageError(f"没有文件 {redact(brought)} · no such file, and no code of a license")
    return verifier.examine_text(brought), brought[:_SHOWN]


def replay(path: Path, home: Path, inquiry: Inquiry) -> _Judged:
    """Judge a report again by what it carries; nobody is asked.

    The recorded trust list counts only if a root that this instance pins has signed it.

    Raises:
        UsageError: The file is no report.
        MalformedGroundsError: The report carries no evidence.
        MalformedExaminationError: Its evidence is damaged.
    """
    try:
        value = json.loads(read_bounded(path))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path.name} 不是核验报告 (JSON) · no report") from error
    if not isinstance(value, dict):
        raise UsageError(f"{path.name} 不是一份核验报告 · not one report")
    examination, grounds = parse_evidence(value)
    if examination.receipt:
        raise UsageError("核验回执请直接核验 · verify the receipt itself")
    trust = TrustFolder(Home(home).folder("trust")).recognize(
        grounds.trust_list, at=grounds.gathered_at
    )
    report = judge(
        examination,
        sources=RecordedSources(grounds, trust=trust),
        policy=with_witnesses(inquiry.policy, quorum_of(home)),
        now=grounds.gathered_at,
        moment=inquiry.moment,
    )
    return _Judged(name=path.name, examination=examination, report=report)


def _sibling(path: Path) -> Path | None:
    """Return the file that a detached signature was most likely made over, or the signature."""
    endings = _BESIDE.get(path.suffix.lower(), ())
    candidates = [path.with_suffix(ending) for ending in endings]
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


@contextmanager
def _place(home: Path) -> Iterator[_Place]:
    """Return the instance's verifier, or one that only knows a trust folder, or nothing."""
    with ExitStack() as stack:
        folder = Home(home)
        if (folder.folder("keys") / "status.pem").is_file():
            services = stack.enter_context(open_services(home))
            yield _Place(verifier=services.verifier, office=services.receipts)
            return
        trust = TrustFolder(folder.folder("trust"))
        yield _Place(
            verifier=Verifier(
                trust=trust,
                regions=stack.enter_context(HttpRegionClient()),
                examiner=stack.enter_context(ProcessExaminer()),
                pages=stack.enter_context(ProcessPageReader()),
                clock=SystemClock(),
                history=trust,
            )
        )
