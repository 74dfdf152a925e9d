"""Trust lists, those who sign them, and folders that hold them."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from certs.envelopes import sign_payload
from signing.authorities import CertificateAuthority
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner
from storage.trust_folder import TrustFolder
from tests import sealed, world
from tests.sealed import NOW, Held
from verify.errors import TrustListError
from verify.list_contents import ListContent
from verify.report import Report
from verify.trust_lists import TrustedRegion, sign_content
from verify.trust_roots import RootChange, sign_root_change

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@cache
def signer() -> CertifiedSigner:
    """The list signer below the root that everybody pins."""
    return world.certified(world.root(), Role.TRUST_LIST)


@cache
def next_root() -> CertificateAuthority:
    """Another root, which may or may not be named by the first."""
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name="Next Root"),
        signer=world.MemorySigner("next"),
        validity=world.LONG,
    )


@cache
def next_signer() -> CertifiedSigner:
    return world.certified(next_root(), Role.TRUST_LIST)


def root_signer(root: CertificateAuthority | None = None) -> CertifiedSigner:
    """A root's own key."""
    authority = root or world.root()
    return CertifiedSigner(signer=authority.signer, certificate=authority.certificate)


@cache
def root_change(
    *, begins: datetime = NOW - HOUR, ends: datetime = NOW + DAY, by: str = "root"
) -> RootChange:
    """The first root names the next; ``by`` whom it is really signed."""
    change = sign_root_change(
        next_root().certificate,
        valid_from=begins,
        old_until=ends,
        signer=root_signer(),
        now=world.NOON,
    )
    if by == "root":
        return change
    forger = signer() if by == "list-signer" else root_signer(next_root())
    signed = sign_payload(change.envelope.payload, signer=forger, signed_at=world.NOON)
    return RootChange.parse(json.loads(signed))


def content(
    version: int = 1,
    *regions: TrustedRegion,
    issued_at: datetime = world.NOON,
    days: int = 30,
    changes: tuple[RootChange, ...] = (),
) -> ListContent:
    return ListContent(
        version=version,
        issued_at=issued_at,
        expires_at=issued_at + timedelta(days=days),
        regions=regions or (sealed.trusted_region(),),
        changes=changes,
    )


@cache
def genuine(version: int = 1) -> bytes:
    """A list under which the face passes."""
    return sign_content(content(version), signer=signer())


@cache
def elsewhere(version: int) -> bytes:
    """A list that names another region alone."""
    return sign_content(content(version, sealed.trusted_region("610300")), signer=signer())


def rolled(version: int, change: RootChange, by: CertifiedSigner, *, near: bool = True) -> bytes:
    """A list that carries a change of root; without the face's region where not ``near``."""
    regions = () if near else (sealed.trusted_region("610300"),)
    return sign_content(content(version, *regions, changes=(change,)), signer=by)


@dataclass
class Ground:
    """A trust folder with a clock."""

    path: Path
    now: datetime = NOW

    def folder(self) -> TrustFolder:
        """The folder as a process sees it that has just started."""
        return TrustFolder(self.path, now=lambda: self.now)

    def offered(self, *lists: bytes) -> None:
        """Have every list offered; refusals are as silent as those of a download."""
        for data in lists:
            try:
                self.folder().accept(data)
            except TrustListError:
                continue

    def file(self, version: int) -> Path:
        return self.path / f"{version:08d}.json"


@contextmanager
def ground(now: datetime = NOW, *, pinned: bool = True) -> Iterator[Ground]:
    with tempfile.TemporaryDirectory() as name:
        made = Ground(Path(name) / "trust", now)
        if pinned:
            made.folder().pin(world.root().certificate)
        yield made


def judged(act: Callable[[Ground], None], *, now: datetime = NOW, pinned: bool = True) -> Report:
    """The report on the genuine face after something was done to the folder."""
    with ground(now, pinned=pinned) as made:
        act(made)
        return sealed.judge(sealed.sound(), trusted=Held(made.folder().current()), now=now)
