"""``yinxin ledger verify``: check proofs of the ledger without any instance, and offline."""

import argparse
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from api.commands.registry import Commands, add_command
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.homes import Home
from certs.ledger.entries import LedgerName
from certs.ledger.publishing import origin_of
from signing.algorithms import sm3
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import InvalidProofError, SigningError
from signing.ledger.proof_files import MAX_PROOF_BYTES, LedgerProof, parse_proof
from storage.trust_folder import TrustFolder
from verify.errors import LedgerProofError, TooFewWitnessesError
from verify.ledger.time_proofs import ProvedTime, prove_time
from verify.trust_lists import TrustList
from verify.trusted_regions import TrustedRegion

_MAX_FILE_BYTES: Final = 256 << 20
_SEVERITY: Final = (FAILED, INDETERMINATE, OK)


def register(group: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the commands of the ledger."""
    verify = add_command(
        group, "verify", _verify, text="核验账本证明 · check proofs offline", parents=[shared]
    )
    verify.add_argument("proofs", nargs="+", type=Path, metavar="PROOF")
    verify.add_argument("--file", type=Path, help="证明应涉及的文件 the proof should be about it")
    verify.add_argument(
        "--trust-list", type=Path, metavar="FILE", help="默认取实例的 the home's if absent"
    )
    verify.add_argument("--root", type=Path, metavar="PEM", help="信任根证书 who signed that list")
    verify.add_argument("--quorum", type=int, default=1, metavar="N", help="至少几个地区见证")


def _verify(options: argparse.Namespace, output: Output) -> int:
    trust = _trust(options)
    digest = _digest_of(options.file) if options.file is not None else ""
    verdicts = [
        _judged(path, trust=trust, digest=digest, quorum=options.quorum) for path in options.proofs
    ]
    output.result(
        [value for _, value, _ in verdicts], *(line for _, _, lines in verdicts for line in lines)
    )
    codes = {code for code, _, _ in verdicts}
    return next(code for code in _SEVERITY if code in codes)


def _trust(options: argparse.Namespace) -> TrustList | None:
    """Return the list named, or the home's; None where nobody is trusted."""
    if options.trust_list is None:
        return TrustFolder(Home(options.home).folder("trust")).current()
    if options.root is None:
        raise UsageError("请用 --root 指明信任根证书 · name the root certificate with --root")
    return TrustList.parse(_read(options.trust_list), root=_root(options.root))


def _root(path: Path) -> Certificate:
    try:
        return parse_pem_certificates(_read(path).decode("ascii"))[0]
    except (UnicodeDecodeError, SigningError) as error:
        raise UsageError(f"{path} 不是 PEM 证书 · not a certificate in PEM") from error


def _digest_of(path: Path) -> str:
    return sm3(_read(path)).hex()


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise UsageError(f"{path} 太大 · too large")
    return path.read_bytes()


def _judged(
    path: Path, *, trust: TrustList | None, digest: str, quorum: int
) -> tuple[int, dict[str, Any], list[str]]:
    """Return the exit code, what programs read, and what people read about one proof."""
    value: dict[str, Any] = {"file": str(path)}
    try:
        proof = _parsed(path)
        head = proof.checkpoint
        value |= {"origin": head.origin, "index": proof.index, "size": head.size}
        proof.verify_inclusion()
        keeper, log = _keeper(proof, trust)
        found = prove_time(
            proof, log=log, keeper=keeper, regions=trust.regions if trust else (), quorum=quorum
        )
    except (_UntrustedError, TooFewWitnessesError) as error:
        return _said(INDETERMINATE, "indeterminate", value, path, f"无法定论 undecided: {error}")
    except (SigningError, LedgerProofError, UnicodeDecodeError) as error:
        return _said(FAILED, "failed", value, path, f"不成立 does not hold: {error}")
    value |= _found_json(found)
    if digest and digest not in found.entry.digests:
        return _said(FAILED, "failed", value, path, "与所给文件无关 not about this file")
    seen = "、".join(f"{item.region} {_time(item.at)}" for item in found.sightings)
    told = f"{found.entry.kind}，不晚于 by {_time(found.at)}；见证 seen by {seen}"
    return _said(OK, "passed", value, path, f"成立 holds: {told}")


def _said(
    code: int, conclusion: str, value: dict[str, Any], path: Path, line: str
) -> tuple[int, dict[str, Any], list[str]]:
    return code, {"conclusion": conclusion, **value, "said": line}, [f"{path.name}：{line}"]


def _parsed(path: Path) -> LedgerProof:
    if path.stat().st_size > MAX_PROOF_BYTES:
        raise InvalidProofError("文件太大 too large to be a proof")
    return parse_proof(path.read_text("utf-8"))


class _UntrustedError(Exception):
    """Nobody who is trusted keeps the log."""


def _keeper(proof: LedgerProof, trust: TrustList | None) -> tuple[TrustedRegion, LedgerName]:
    if trust is None:
        raise _UntrustedError("没有信任列表 no trust list")
    origin = proof.checkpoint.origin
    for region in trust.regions:
        for log in LedgerName:
            if origin == origin_of(str(region.code), log):
                return region, log
    raise _UntrustedError(f"信任列表中没有 {origin} · a log of nobody in the trust list")


def _found_json(found: ProvedTime) -> dict[str, Any]:
    return {
        "kind": found.entry.kind,
        "recorded_at": found.entry.at.isoformat(),
        "organization": found.entry.organization,
        "digests": list(found.entry.digests),
        "proved_at": found.at.isoformat(),
        "seen": [
            {"region": str(item.region), "at": item.at.isoformat()} for item in found.sightings
        ],
    }


def _time(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")
