"""The demo's small country: a trust root, two regions that trust each other, one unknown."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from api import founding
from api.bootstrap import OpenHome, key_store
from api.commands.instance import found_region
from api.composition import PERSONAS_FILE, open_services
from api.errors import UsageError
from api.homes import Home
from api.seal_making import SealPlan, make_demo_seal
from api.seal_people import DEMO_APPROVER, DEMO_KEEPER, DEMO_USER
from api.settings import Environment
from api.trust_entries import own_entry
from api.trust_making import make_list
from certs.access import AccessGrant, CallerRole, new_token, token_digest
from certs.holder_codes import HolderCode
from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing.authorities import CertificateAuthority
from storage.trust_folder import TrustFolder
from verify.acceptance.records import PersonRole

MARKER: Final = ".yinxin-demo"
UNLOCK_NOTE: Final = "demo-passphrase.txt"
_ROOT_LIST: Final = "root.crl"
_ROOT_LIST_LIFETIME: Final = timedelta(days=365)
_WARNING: Final = """\
# 警告：仅供演示。此口令保护演示密钥，与密钥放在一起，绝不可用于真实印章。
# WARNING: demo only. This passphrase lies beside the keys it protects; never do so for real.
"""
ISSUER: Final = DEMO_USER
CHECKER: Final = "发证复核 褚样岚"
"""Confirms what the issuer proposes."""
KEEPER: Final = DEMO_KEEPER
WINDOW: Final = "窗口 陈样竹"
APPROVER: Final = DEMO_APPROVER
SUPERVISOR: Final = "监督 何样岑"
ARCHIVIST: Final = "档案 郑样柏"
AUDITOR: Final = "审计 冯样松"
SYSTEM_ADMIN: Final = "系统管理 卫样枫"
SECURITY_ADMIN: Final = "安全管理 蒋样桐"
CITIZEN: Final = "持证人"
STAFF: Final = {
    ISSUER: CallerRole.ISSUER,
    CHECKER: CallerRole.CHECKER,
    KEEPER: CallerRole.SEAL_KEEPER,
    WINDOW: CallerRole.WINDOW,
    APPROVER: CallerRole.WINDOW,
    SUPERVISOR: CallerRole.SUPERVISOR,
    ARCHIVIST: CallerRole.ARCHIVIST,
    AUDITOR: CallerRole.AUDITOR,
    SYSTEM_ADMIN: CallerRole.SYSTEM_ADMIN,
    SECURITY_ADMIN: CallerRole.SECURITY_ADMIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRegion:
    """One region of the demo."""

    folder: str
    code: str
    name: str
    issuer_code: str
    issuer_name: str
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"


def regions(first_port: int, second_port: int) -> tuple[DemoRegion, DemoRegion, DemoRegion]:
    """Return 芜湖 and 宝鸡, and 合肥, which no trust list names."""
    return (
        DemoRegion(
            folder="wuhu",
            code="340200",
            name="芜湖市",
            issuer_code="11340200MB9TXY014H",
            issuer_name="芜湖市市场监督管理局",
            port=first_port,
        ),
        DemoRegion(
            folder="baoji",
            code="610300",
            name="宝鸡市",
            issuer_code="11610300MB9TXY014E",
            issuer_name="宝鸡市市场监督管理局",
            port=second_port,
        ),
        DemoRegion(
            folder="hefei",
            code="340100",
            name="合肥市",
            issuer_code="11340100MB9TXY014C",
            issuer_name="合肥市市场监督管理局",
            port=9,  # the discard port: nobody answers there
        ),
    )


@contextmanager
def own_environment() -> Iterator[None]:
    """Hide the settings of other instances, and proxies, until the block ends.

    Settings win over those of the demo's own regions; a proxy would be asked for loopback.
    """
    kept = dict(os.environ)
    for name in kept:
        if name.startswith("YINXIN_") and name != "YINXIN_ENVIRONMENT":
            del os.environ[name]
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def prepare_folder(out: Path) -> str:
    """Make an empty demo folder and return its fresh passphrase.

    Raises:
        UsageError: The folder holds something that no demo made.
    """
    if out.exists() and any(out.iterdir()):
        if not (out / MARKER).is_file():
            raise UsageError(
                f"{out} 不是演示目录，不会清空；请用 --out 换一个 · "
                f"{out} was not made by a demo and is left alone; choose another --out"
            )
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()
    passphrase = secrets.token_urlsafe(18)
    descriptor = os.open(out / UNLOCK_NOTE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{_WARNING}{passphrase}\n")
    return passphrase


def found_country(
    out: Path, country: tuple[DemoRegion, ...], *, passphrase: str, now: datetime
) -> None:
    """Make the root and all regions with their seals."""
    root_home = Home(out / "root")
    founding.found_root(
        root_home,
        name="印信演示",
        keys=key_store(root_home, passphrase),
        environment=Environment.DEMO,
        now=now,
    )
    root = CertificateAuthority(
        certificate=root_home.read_certificate(founding.AUTHORITY),
        signer=key_store(root_home, passphrase).open(founding.AUTHORITY),
    )
    # Evidence that goes into files (B-LT) needs the root's list as well.
    root_list = root.revocation_list(
        {}, number=1, this_update=now, next_update=now + _ROOT_LIST_LIFETIME
    )
    for region in country:
        home = Home(out / region.folder)
        plan = founding.RegionPlan(
            region=RegionCode(region.code),
            name=region.name,
            issuer_code=SocialCreditCode(region.issuer_code),
            issuer_name=region.issuer_name,
            public_url=region.url,
            environment=Environment.DEMO,
            passphrase_file=str((out / UNLOCK_NOTE).resolve()),
        )
        found_region(home, plan, passphrase=passphrase, parent=root, now=now)
        TrustFolder(home.folder("trust")).pin(root.certificate)
        (home.folder("crl") / _ROOT_LIST).write_bytes(root_list.encoded)
        make_demo_seal(
            OpenHome.at(home.root),
            SealPlan(
                owner=region.issuer_name, line="行政审批专用章", code=f"{region.code}00000001"
            ),
            days=1825,
            now=now,
        )


def spread_trust(
    out: Path, trusted: tuple[DemoRegion, ...], *, passphrase: str, now: datetime
) -> bytes:
    """Sign a trust list of these regions and import it into each; return the list."""
    entries = []
    for region in trusted:
        home = Home(out / region.folder)
        with open_services(home.root) as services:
            entries.append(own_entry(services, home))
    root = OpenHome.at(out / "root", passphrase=passphrase)
    data = make_list(root, tuple(entries), days=90, now=now)
    (out / "trust-list.json").write_bytes(data)
    for region in trusted:
        TrustFolder(out / region.folder / "trust").accept(data)
    return data


def settle_people(home: Path, holder: HolderCode | None, holder_name: str) -> dict[str, str]:
    """Give the demo's people their tokens and return them by name."""
    tokens: dict[str, str] = {}
    with open_services(home) as services, services.unit_of_work() as work:
        for person, role in STAFF.items():
            tokens[person] = new_token()
            work.access.add(token_digest(tokens[person]), AccessGrant(person=person, role=role))
        work.cases.grant_role(WINDOW, PersonRole.ACCEPTANCE)
        work.cases.grant_role(APPROVER, PersonRole.ACCEPTANCE_APPROVER)
        if holder is not None:
            name = f"{CITIZEN} {holder_name}"
            tokens[name] = new_token()
            grant = AccessGrant(
                person=name,
                role=CallerRole.CITIZEN,
                holder_key=services.holder_keys.of(holder),
                holder_shown=holder_name,
            )
            work.access.add(token_digest(tokens[name]), grant)
        work.commit()
    text = "".join(f"{person}\t{token}\n" for person, token in tokens.items())
    Home(home).write_secret(PERSONAS_FILE, text.encode("utf-8"))
    return tokens
