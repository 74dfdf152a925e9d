"""Who answers for acts with seals: named people, two where two are needed.

In demo and dev there are personas for whoever is not named; elsewhere everybody is named.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.errors import UsageError
from api.settings import Environment
from certs.seals.events import Approval
from signing.algorithms import sm3

DEMO_USER: Final = "发证处 李样禾"
DEMO_KEEPER: Final = "印章管理员 郑样楠"
DEMO_APPROVER: Final = "科长 周样松"
_DEMO_DOCUMENT: Final = "样印〔2026〕演示号"
_DEMO_REASON: Final = "演示"
_MAX_APPROVAL_BYTES: Final = 32 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """Who does something with a seal, who agreed, and why.

    Attributes:
        operator: 经办人.
        approval: 审批; None where nobody was named and nobody is needed.
        document_no: 文号.
        reason: 原因.
    """

    operator: str
    approval: Approval | None
    document_no: str
    reason: str


DEMO_ANSWERABLE: Final = Answerable(
    operator=DEMO_KEEPER,
    approval=Approval(approver=DEMO_APPROVER),
    document_no=_DEMO_DOCUMENT,
    reason=_DEMO_REASON,
)


def add_people(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who and why."""
    parser.add_argument("--operator", default="", metavar="PERSON", help="经办人 who does it")
    parser.add_argument("--approver", default="", metavar="PERSON", help="审批人 another person")
    parser.add_argument("--decision-no", default="", metavar="N", help="批准文号 or 决定文号")
    parser.add_argument("--approval", type=Path, metavar="FILE", help="审批材料; its SM3 is kept")
    parser.add_argument("--reason", default="", help="原因 why")


def answerable(
    options: argparse.Namespace, environment: Environment, *, is_approved: bool, has_reason: bool
) -> Answerable:
    """Return who answers for a command.

    Args:
        options: The command line, as ``add_people`` made it.
        environment: Where this runs.
        is_approved: A second person must agree.
        has_reason: A reason must be given.

    Raises:
        UsageError: Somebody is not named, outside demo and dev.
        SealRecordError: A name cannot be a name.
    """
    given = {
        "operator": options.operator,
        "approver": options.approver,
        "decision-no": options.decision_no,
        "reason": options.reason,
    }
    needed = {"operator"}
    needed |= {"approver", "decision-no"} if is_approved else set()
    needed |= {"reason"} if has_reason else set()
    missing = [f"--{name}" for name in given if name in needed and not given[name].strip()]
    if environment is not Environment.PRODUCTION:
        demo = (DEMO_KEEPER, DEMO_APPROVER, _DEMO_DOCUMENT, _DEMO_REASON)
        given |= {
            name: value
            for (name, told), value in zip(given.items(), demo, strict=True)
            if name in needed and not told.strip()
        }
    elif missing:
        raise UsageError(f"还须给出 · also needed: {' '.join(missing)}")
    digest = _digest(options.approval) if options.approval is not None else ""
    if digest and not given["approver"]:
        raise UsageError("审批材料须同时给出审批人 --approver · an approval has an approver")
    return Answerable(
        operator=given["operator"].strip(),
        approval=Approval(approver=given["approver"].strip(), digest=digest)
        if given["approver"]
        else None,
        document_no=given["decision-no"].strip(),
        reason=given["reason"].strip(),
    )


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_APPROVAL_BYTES + 1)
    except OSError as error:
        raise UsageError(f"无法读取 {path} · cannot read it") from error
    if len(content) > _MAX_APPROVAL_BYTES:
        raise UsageError(f"{path} 超过 32 MB · larger than 32 MB")
    return sm3(content).hex()
