"""``yinxin init`` and ``yinxin access``: new instances, and who may call them."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api import founding
from api.bootstrap import OpenHome, key_store, read_passphrase
from api.commands.registry import Commands, add_command
from api.console import OK, Output
from api.databases import open_database
from api.errors import UsageError
from api.homes import Home
from api.settings import Environment, Settings
from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing.authorities import CertificateAuthority
from signing.certificates import Certificate, parse_pem_certificates
from signing.errors import MalformedStructureError
from storage import schema
from storage.trust_folder import TrustFolder

_LIKE_A_CITIZEN_NUMBER: Final = re.compile(r"[0-9]{6}(?:18|19|20)[0-9]{9}[0-9Xx]")


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    parser = add_command(
        commands, "init", _init, text="新建实例 · make a new instance", parents=[shared]
    )
    parser.add_argument("--root", action="store_true", help="信任根 a trust root")
    parser.add_argument("--region", metavar="CODE", help="行政区划代码, 6 digits")
    parser.add_argument("--name", required=True, help="名称 name of the region or root")
    parser.add_argument("--issuer-code", metavar="USCC", help="颁发机构统一社会信用代码")
    parser.add_argument("--issuer-name", help="颁发机构名称")
    parser.add_argument("--public-url", default="http://127.0.0.1:8000", metavar="URL")
    parser.add_argument("--trust-root", type=Path, metavar="FILE", help="pin this root (PEM)")
    parser.add_argument("--root-home", type=Path, metavar="DIR", help="demo root that certifies")
    parser.add_argument("--environment", type=Environment, default=Environment.DEMO)


def _init(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    keys = key_store(home, read_passphrase())
    now = datetime.now(UTC)
    if options.root:
        founding.found_root(
            home, name=options.name, keys=keys, environment=options.environment, now=now
        )
    else:
        _found_region(options, home, now)
    kind = "root" if options.root else "region"
    output.result(
        {"home": str(home.root), "kind": kind, "name": options.name},
        f"已建立 {home.root} · instance ready",
    )
    return OK


def _found_region(options: argparse.Namespace, home: Home, now: datetime) -> None:
    missing = [
        name for name in ("region", "issuer_code", "issuer_name") if getattr(options, name) is None
    ]
    if missing:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        raise UsageError(f"地区实例还需要 · a region also needs {named}")
    plan = founding.RegionPlan(
        region=RegionCode(options.region),
        name=options.name,
        issuer_code=SocialCreditCode(options.issuer_code),
        issuer_name=options.issuer_name,
        public_url=options.public_url.rstrip("/"),
        environment=options.environment,
    )
    found_region(home, plan, passphrase=read_passphrase(), parent=_parent(options), now=now)
    if options.trust_root is not None:
        pin_root(home, options.trust_root)
    elif options.root_home is not None:
        root = Home(options.root_home).read_certificate(founding.AUTHORITY)
        TrustFolder(home.folder("trust")).pin(root)


def pin_root(home: Home, path: Path) -> None:
    """Pin the trust root in a PEM file.

    Raises:
        UsageError: The file holds no certificate.
        TrustListError: Another root is pinned.
    """
    TrustFolder(home.folder("trust")).pin(read_root(path))


def read_root(path: Path) -> Certificate:
    """Return the trust root in a PEM file.

    Raises:
        UsageError: The file holds no certificate.
    """
    try:
        return parse_pem_certificates(path.read_text("ascii"))[0]
    except (OSError, UnicodeDecodeError, MalformedStructureError) as error:
        raise UsageError(f"{path} 不是根证书 (PEM) · not a root certificate") from error


def found_region(
    home: Home,
    plan: founding.RegionPlan,
    *,
    passphrase: str,
    parent: CertificateAuthority | None,
    now: datetime,
) -> None:
    """Make a region instance with its database."""
    founding.found_region(home, plan, keys=key_store(home, passphrase), parent=parent, now=now)
    engine = open_database(home, Settings.read(home.root))
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()


def _parent(options: argparse.Namespace) -> CertificateAuthority | None:
    if options.root_home is None:
        return None
    home = Home(options.root_home)
    passphrase = read_passphrase(variable="YINXIN_ROOT_PASSPHRASE")
    return CertificateAuthority(
        certificate=home.read_certificate(founding.AUTHORITY),
        signer=key_store(home, passphrase).open(founding.AUTHORITY),
    )


def open_root(home: Path) -> OpenHome:
    """Open a trust root.

    Raises:
        UsageError: It is no root.
    """
    opened = OpenHome.at(home)
    if opened.settings.kind != "root":
        raise UsageError(f"{home} 不是信任根 · not a trust root")
    return opened
