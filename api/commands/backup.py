"""``yinxin backup`` and ``yinxin restore``: an instance as one file, and back."""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api import backups
from api.bootstrap import key_store, read_passphrase
from api.commands.registry import Commands, add_command
from api.console import OK, Output
from api.errors import UsageError
from api.homes import Home
from signing.authorities import CertificateAuthority, Validity
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import SigningError
from signing.names import DistinguishedName
from storage.backups import BackupManifest

RECOVERY: Final = "recovery"
_VARIABLE: Final = "YINXIN_RECOVERY_PASSPHRASE"
_YEARS: Final = 20


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    backup = add_command(
        commands, "backup", _back_up, text="备份实例 · back an instance up", parents=[shared]
    )
    backup.add_argument("--out", type=Path, required=True, metavar="FILE", help="新文件 a new file")
    backup.add_argument(
        "--recovery",
        type=Path,
        required=True,
        metavar="PEM",
        help="恢复证书 whose key will open the keys",
    )
    restore = add_command(
        commands, "restore", _restore, text="从备份恢复 · make an instance of it", parents=[shared]
    )
    restore.add_argument("backup", type=Path, metavar="FILE")
    restore.add_argument(
        "--recovery-home", type=Path, required=True, metavar="DIR", help="恢复密钥 where its key is"
    )
    recovery = add_command(
        commands,
        "recovery",
        _make,
        text="新建恢复密钥（离线保存） · make a recovery key, to be kept apart",
        parents=[shared],
    )
    recovery.add_argument("--out", type=Path, required=True, metavar="DIR")


def _make(options: argparse.Namespace, output: Output) -> int:
    home, now = Home(options.out), datetime.now(UTC)
    home.folder("certs").mkdir(mode=0o700, parents=True, exist_ok=True)
    signer = key_store(home, read_passphrase(variable=_VARIABLE)).generate(RECOVERY)
    authority = CertificateAuthority.self_signed(
        DistinguishedName(common_name="印信恢复密钥 recovery"),
        signer=signer,
        validity=Validity(not_before=now, not_after=now.replace(year=now.year + _YEARS)),
    )
    home.write_certificate(RECOVERY, authority.certificate)
    path = home.folder("certs") / f"{RECOVERY}.pem"
    output.result(
        {"certificate": str(path)},
        f"恢复证书 recovery certificate: {path}",
        f"请把 {home.folder('keys')} 与口令分别离线保存 · keep key and passphrase apart, offline",
    )
    return OK


def _back_up(options: argparse.Namespace, output: Output) -> int:
    started = time.perf_counter()
    manifest = backups.back_up(
        Home(options.home),
        options.out,
        recovery=_certificate(options.recovery).public_key,
        now=datetime.now(UTC),
    )
    size = options.out.stat().st_size
    _tell(manifest, options.out, size, time.perf_counter() - started, output)
    return OK


def _restore(options: argparse.Namespace, output: Output) -> int:
    started = time.perf_counter()
    key = key_store(Home(options.recovery_home), read_passphrase(variable=_VARIABLE)).open(RECOVERY)
    manifest = backups.restore(options.backup, options.home, recovery=key)
    size = options.backup.stat().st_size
    _tell(manifest, options.home, size, time.perf_counter() - started, output)
    return OK


def _tell(manifest: BackupManifest, place: Path, size: int, seconds: float, output: Output) -> None:
    output.result(
        {
            "place": str(place),
            "created_at": manifest.created_at.isoformat(),
            "files": len(manifest.files),
            "bytes": size,
            "seconds": round(seconds, 3),
            "facts": dict(manifest.facts),
        },
        f"{place}：{len(manifest.files)} 个文件 files，{size / 2**20:.1f} MiB，{seconds:.1f} 秒 s",
        f"截至 as of {manifest.created_at.isoformat(timespec='seconds')}",
        *(f"{name}：{fact}" for name, fact in manifest.facts.items()),
    )


def _certificate(path: Path) -> Certificate:
    try:
        return parse_pem_certificates(path.read_text("ascii"))[0]
    except (UnicodeDecodeError, SigningError) as error:
        raise UsageError(f"{path} 不是 PEM 证书 · not a certificate in PEM") from error
