"""``yinxin ledger verify``: check proofs of the ledger without any instance, and offline."""

import argparse
from pathlib import Path
from typing import Final

from api.commands.registry import Commands, add_command
from api.console import FAILED, INDETERMINATE, OK, Output
from api.errors import UsageError
from api.homes import Home
from api.ledger_verdicts import judge_proof
from api.settings import quorum_of
from signing.algorithms import sm3
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from storage.trust_folder import TrustFolder
from verify.conclusions import Conclusion
from verify.trust_lists import TrustList

_MAX_FILE_BYTES: Final = 256 << 20
_MAX_DIGITS: Final = 2
_CODES: Final = {
    Conclusion.PASSED: OK,
    Conclusion.FAILED: FAILED,
    Conclusion.INDETERMINATE: INDETERMINATE,
}
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
    verify.add_argument(
        "--quorum",
        type=_count,
        metavar="N",
        help="至少几个地区见证，默认取实例的 · how many must have seen it; the home's if absent",
    )


def _verify(options: argparse.Namespace, output: Output) -> int:
    trust = _trust(options)
    digest = sm3(_read(options.file)).hex() if options.file is not None else ""
    quorum = options.quorum or quorum_of(options.home)
    judged = [
        (path, judge_proof(_read(path), trust=trust, digest=digest, quorum=quorum))
        for path in options.proofs
    ]
    output.result(
        [{"file": str(path), **verdict.facts} for path, verdict in judged],
        *(f"{path.name}：{verdict.line}" for path, verdict in judged),
    )
    codes = {_CODES[verdict.conclusion] for _, verdict in judged}
    return next(code for code in _SEVERITY if code in codes)


def _count(text: str) -> int:
    """Read how many regions.

    Raises:
        ArgumentTypeError: Not a number from 1 on.
    """
    if not text.isdecimal() or len(text) > _MAX_DIGITS or not int(text):
        raise argparse.ArgumentTypeError(f"须为正整数 a number from 1 on: {text}")
    return int(text)


def _trust(options: argparse.Namespace) -> TrustList | None:
    """Return the list named, or the home's; None where nobody is trusted."""
    if options.trust_list is None:
        return TrustFolder(Home(options.home).folder("trust")).current()
    if options.root is None:
        raise UsageError("请用 --root 指明信任根证书 · name the root certificate with --root")
    return TrustList.parse(_read(options.trust_list), root=root_certificate(options.root))


def root_certificate(path: Path) -> Certificate:
    """Read the certificate that an auditor trusts.

    Raises:
        UsageError: The file holds none.
    """
    try:
        return parse_pem_certificates(_read(path).decode("ascii"))[0]
    except (UnicodeDecodeError, SigningError) as error:
        raise UsageError(f"{path} 不是 PEM 证书 · not a certificate in PEM") from error


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise UsageError(f"{path} 太大 · too large")
    return path.read_bytes()
