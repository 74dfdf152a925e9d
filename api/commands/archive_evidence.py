"""``yinxin archive evidence|renew``: evidence records of packages, given out, judged, renewed."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

from api.commands.registry import Commands, add_command, bytes_a_second
from api.composition import open_services
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.evidence_views import EvidenceState, run_json, run_lines, verdict_json, verdict_lines
from api.services import Services
from certs.evidence.batch_records import record_of
from certs.evidence.desk import EvidenceDesk
from certs.packages.jobs import KeptPackage
from signing.errors import SigningError
from signing.evidence_records import MAX_RECORD_BYTES, EvidenceRecord, parse_evidence_record
from signing.evidence_trees import EvidenceDigest
from storage.scrubbing import Pace
from verify.archiving.judged_evidence import EvidenceJudge
from verify.conclusions import Conclusion
from verify.evidence_records import EvidenceVerdict

HashOf: TypeAlias = Callable[[EvidenceDigest], bytes]
_OFFLINE: Final = "python -m storage.check PACKAGE --evidence"
_EXITS: Final = {
    Conclusion.PASSED: OK,
    Conclusion.FAILED: FAILED,
    Conclusion.INDETERMINATE: INDETERMINATE,
}


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the archive."""
    evidence = add_command(
        group, "evidence", _evidence, text="存证状态与证据记录 · evidence records", parents=[shared]
    )
    evidence.add_argument(
        "package", nargs="?", metavar="PACKAGE|ID|FILE", help="信息包标识、证照标识或文件"
    )
    acts = evidence.add_mutually_exclusive_group()
    acts.add_argument("--out", type=Path, metavar="FILE", help="写出证据记录 write the record")
    acts.add_argument("--record", type=Path, metavar="FILE", help="判定此证据记录 judge this one")
    acts.add_argument(
        "--now", action="store_true", help="立即存证 · make evidence of everything that waits"
    )
    renew = add_command(
        group,
        "renew",
        _renew,
        text="证据续期：新时间戳覆盖旧的 · new timestamps over the last ones",
        parents=[shared],
    )
    renew.add_argument(
        "--hash",
        action="store_true",
        help="换用 SHA-512：重读全部信息包 · another hash: read every package again",
    )
    renew.add_argument(
        "--rate", type=bytes_a_second, metavar="MB/S", help="每秒兆字节 megabytes a second"
    )


def _evidence(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        if options.package is None:
            return _state(options, services, output)
        if options.now:
            raise UsageError("--now 不针对单个信息包 · --now is about everything that waits")
        return _of_one(options, services, output)


def _state(options: argparse.Namespace, services: Services, output: Output) -> int:
    if options.out or options.record:
        raise UsageError("请指明信息包 · name the package")
    if options.now:
        _desk(services).prove()
    with services.unit_of_work() as work:
        state = EvidenceState.of(
            work, has_service=services.evidence is not None, now=services.clock.now()
        )
    output.result(state.as_json(), *state.lines())
    return OK if state.is_good else FAILED


def _of_one(options: argparse.Namespace, services: Services, output: Output) -> int:
    hash_of, record = _package_and_record(options, services)
    try:
        judged = parse_evidence_record(record)
    except SigningError as error:
        verdict = EvidenceVerdict(conclusion=Conclusion.FAILED, problem=str(error))
    else:
        verdict = _judge(services).judge(judged, hash_of)
    lines = list(verdict_lines(verdict))
    if options.out is not None:
        options.out.write_bytes(record)
        lines.append(f"已写入 written: {options.out}")
        lines.append(f"离线核对 check offline: {_OFFLINE} {options.out}")
    output.result(verdict_json(verdict), *lines)
    return _EXITS[verdict.conclusion]


def _package_and_record(options: argparse.Namespace, services: Services) -> tuple[HashOf, bytes]:
    """Return the hash of a package, stored or in a file, and the record that is to be judged."""
    path = Path(options.package)
    if options.record is not None and path.is_file():
        data = path.read_bytes()
        return lambda digest: digest.of(data), _read(options.record)
    kept = _kept(options.package, services)
    record = _read(options.record) if options.record else _record(kept, services).encode()
    return _hash_of(kept, services.objects.find(kept.object)), record


def _hash_of(kept: KeptPackage, data: bytes | None) -> HashOf:
    """Return the hash of a package as it lies there; of one that is gone, what the book says."""
    book = {EvidenceDigest.SM3: kept.object, EvidenceDigest.SHA512: kept.sha512}
    return lambda digest: bytes.fromhex(book[digest]) if data is None else digest.of(data)


def _judge(services: Services) -> EvidenceJudge:
    return EvidenceJudge(
        unit_of_work=services.unit_of_work,
        verifier=services.verifier,
        clock=services.clock,
        is_evidenced=services.evidence is not None,
    )


def _renew(options: argparse.Namespace, output: Output) -> int:
    with open_services(options.home) as services:
        desk = _desk(services)
        if options.rate:
            desk = replace(desk, pace=Pace(options.rate).spend)
        run = desk.rehash() if options.hash else desk.renew(within=None)
    output.result(run_json(run), *run_lines(run))
    return FAILED if run.ended or run.left_out else OK


def _desk(services: Services) -> EvidenceDesk:
    if services.evidence is None:
        raise UsageError(
            "没有时间戳服务，请设置 timestamp_url · no timestamp service; set timestamp_url"
        )
    return services.evidence


def _kept(name: str, services: Services) -> KeptPackage:
    """Return a package by its id, or the newest of a license or case."""
    with services.unit_of_work() as work:
        found = work.archive.find(name) or work.archive.newest_of(name)
    if found is None:
        raise UsageError(
            "没有此信息包，请用 yinxin archive show 查看 · no such package; see yinxin archive show"
        )
    return found


def _record(kept: KeptPackage, services: Services) -> EvidenceRecord:
    with services.unit_of_work() as work:
        found = record_of(kept.package_id, work.evidence)
    if found is None:
        raise UsageError(
            "此信息包尚无证据记录，可执行 yinxin archive evidence --now · "
            "it has no evidence record yet; yinxin archive evidence --now makes it"
        )
    return found


def _read(path: Path) -> bytes:
    """Return what is in a file, as far as a record may be long, and a byte more."""
    with path.open("rb") as file:
        return file.read(MAX_RECORD_BYTES + 1)
