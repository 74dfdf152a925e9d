"""``yinxin seal ask``: ask an outside service how seals stood when they signed."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from api.clients.regions import HttpRegionClient
from api.clients.seal_status import OutsideSealStatus
from api.commands.registry import Commands, add_command
from api.commands.times import parse_time
from api.commands.verification import read_bounded
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.examiner import ProcessExaminer
from certs.seals.status_answers import SealStanding, Standing
from signing.algorithms import sm3
from signing.certificates import Certificate, parse_certificate_file
from signing.errors import SigningError
from signing.seals import Seal
from verify.subjects import seal_of

_CODES: Final = {Standing.GOOD: OK, Standing.BAD: FAILED, Standing.UNKNOWN: INDETERMINATE}
_SEVERITY: Final = (FAILED, INDETERMINATE, OK)


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command ``seal``."""
    ask = add_command(
        group,
        "ask",
        _ask,
        text="向外部印章状态服务询问 · ask an outside status service",
        parents=[shared],
    )
    ask.add_argument("file", type=Path, help="印章、签章或盖章文件 anything with seals")
    ask.add_argument("--service", required=True, metavar="URL")
    ask.add_argument(
        "--anchor", type=Path, action="append", required=True, metavar="PEM", help="其证书的上级"
    )
    ask.add_argument("--at", metavar="TIME", help="所问时刻, default the time of the signature")


def _ask(options: argparse.Namespace, output: Output) -> int:
    anchors = tuple(item for path in options.anchor for item in _certificates(path))
    seals = _seals(read_bounded(options.file), options.at)
    if not seals:
        raise UsageError("文件中没有可读的印章 · there is no readable seal in the file")
    now = datetime.now(UTC)
    with HttpRegionClient() as client:
        service = OutsideSealStatus(service_url=options.service, anchors=anchors, source=client)
        found = [(seal, at, _standing(service, seal, at, now)) for seal, at in seals]
    output.result(
        [_value(seal, at, standing) for seal, at, standing in found],
        *(
            f"{seal.description.code}  {standing.state.zh if standing.state else '未知'}"
            f"  {standing.standing.value}  {standing.problem}".rstrip()
            for seal, _, standing in found
        ),
    )
    codes = {_CODES[standing.standing] for _, _, standing in found}
    return next(code for code in _SEVERITY if code in codes)


def _standing(service: OutsideSealStatus, seal: Seal, at: datetime, now: datetime) -> SealStanding:
    digest = sm3(seal.encoded).hex()
    return service.standing(seal.description.code, seal_digest=digest, at=at, now=now)


def _seals(data: bytes, told: str | None) -> list[tuple[Seal, datetime]]:
    """Return the seals in a document, each with the moment to ask about."""
    with ProcessExaminer(1) as examiner:
        readings = examiner.examine(data).readings
    found = []
    for reading in readings:
        seal = seal_of(reading)
        if seal is not None:
            at = parse_time(told) if told else reading.signed_at or datetime.now(UTC)
            found.append((seal, at.replace(microsecond=0)))
    return found


def _certificates(path: Path) -> tuple[Certificate, ...]:
    try:
        return parse_certificate_file(path.read_bytes())
    except (OSError, SigningError) as error:
        raise UsageError(f"证书无法读取 · cannot read the certificate {path}") from error


def _value(seal: Seal, at: datetime, standing: SealStanding) -> dict[str, Any]:
    return {
        "code": seal.description.code,
        "name": seal.description.name,
        "at": at.isoformat(),
        "standing": standing.standing.value,
        "problem": standing.problem,
        "state": standing.state.value if standing.state else "",
        "since": standing.since.isoformat() if standing.since else "",
        "reason": standing.reason,
        "decision_no": standing.decision_no,
        "as_of": standing.as_of.isoformat() if standing.as_of else "",
        "answered_by": standing.answered_by,
    }
