"""Takes over seals that were made outside (导入印章): what was found is told, never passed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from api import founding
from api.errors import HomeError
from api.homes import Home
from signing.certificates import Certificate
from signing.errors import InvalidPathError, InvalidSignatureError, SigningError
from signing.paths import Path as CertificatePath
from signing.paths import RevocationState, build_path, check_times, revocation_of
from signing.revocation_lists import RevocationList, parse_revocation_list
from signing.roles import Role
from signing.seals import Seal
from storage.trust_folder import TrustFolder

_REVOCATION: Final = {
    RevocationState.GOOD: ("ok", "制章单位的证书未被吊销", "the maker is not revoked"),
    RevocationState.REVOKED: ("bad", "制章单位的证书已被吊销", "the maker is revoked"),
    RevocationState.UNKNOWN: (
        "unknown",
        "没有制章单位证书的吊销信息",
        "nothing is known of the maker's revocation",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFinding:
    """One thing that was looked at.

    Attributes:
        check: A stable name.
        outcome: ``ok``, ``bad`` or ``unknown``.
        refuses: The seal is not taken over for it.
    """

    check: str
    outcome: str
    zh: str
    en: str
    refuses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideSeal:
    """A seal from outside, with what was found about it.

    Attributes:
        user: The certificate that may use it; None where none is known here.
        above_maker: From the maker's authority up to the anchor; empty without a path, and
            where the authority is this instance's own.
    """

    seal: Seal
    user: Certificate | None
    above_maker: tuple[Certificate, ...]
    findings: tuple[ImportFinding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether it must not be taken over."""
        return any(item.refuses for item in self.findings)


def examine(seal: Seal, home: Home, *, chain: Sequence[Certificate], now: datetime) -> OutsideSeal:
    """Look at a seal from outside; every check is made, also after one that refuses."""
    user, listed = _listed(seal, home, chain)
    path, judged = _maker_path(seal, home, chain, now)
    above = path.certificates[1:] if path is not None else ()
    if above and above[0] in _own_anchor(home):
        above = ()
    findings = (_maker_signature(seal), listed, _validity(seal, now), *judged)
    return OutsideSeal(seal=seal, user=user, above_maker=above, findings=findings)


def _maker_signature(seal: Seal) -> ImportFinding:
    try:
        seal.verify_maker()
    except InvalidSignatureError:
        return ImportFinding(
            check="seal.genuine",
            outcome="bad",
            zh="制章单位的签名无效，不予导入",
            en="the maker's signature does not verify; refused",
            refuses=True,
        )
    return ImportFinding(
        check="seal.genuine",
        outcome="ok",
        zh=f"制章单位 {seal.maker.common_name} 的签名有效",
        en="the maker's signature verifies",
    )


def _listed(
    seal: Seal, home: Home, chain: Sequence[Certificate]
) -> tuple[Certificate | None, ImportFinding]:
    own = _own_certificate(home)
    if own is not None and seal.lists(own):
        return own, ImportFinding(
            check="seal.user",
            outcome="ok",
            zh="印章列有本实例的用印证书",
            en="the seal lists this instance's sealing certificate",
        )
    given = next((item for item in chain if not item.is_authority and seal.lists(item)), None)
    if given is not None:
        return given, ImportFinding(
            check="seal.user",
            outcome="unknown",
            zh=f"印章列有随附的证书 {given.common_name}；"
            "如密钥在本实例，请先 certificate import --role seal",
            en="the seal lists a certificate given with it; this instance cannot seal with it yet",
        )
    return None, ImportFinding(
        check="seal.user",
        outcome="bad",
        zh="印章未列本实例或随附的任何证书，不予导入",
        en="the seal lists neither our certificate nor a given one; refused",
        refuses=True,
    )


def _validity(seal: Seal, now: datetime) -> ImportFinding:
    described = seal.description
    span = f"{described.valid_from.date()} … {described.valid_to.date()}"
    if now > described.valid_to:
        return ImportFinding(
            check="seal.validity",
            outcome="bad",
            zh=f"印章已过有效期（{span}），不予导入",
            en=f"the seal is out of date ({span}); refused",
            refuses=True,
        )
    if now < described.valid_from:
        return ImportFinding(
            check="seal.validity",
            outcome="bad",
            zh=f"印章尚未生效（{span}）",
            en=f"the seal is not valid yet ({span})",
        )
    return ImportFinding(
        check="seal.validity", outcome="ok", zh=f"印章有效期 {span}", en=f"valid {span}"
    )


def _maker_path(
    seal: Seal, home: Home, chain: Sequence[Certificate], now: datetime
) -> tuple[CertificatePath | None, tuple[ImportFinding, ...]]:
    """Judge the maker's certificate when the seal was made; nobody is believed by name."""
    anchors = {**_given_anchors(chain), **_listed_anchors(home, seal), **_own_anchor(home)}
    try:
        path = build_path(seal.maker, intermediates=chain, anchors=anchors)
        check_times(path, seal.description.created_at)
    except InvalidPathError as error:
        missing = ImportFinding(
            check="maker.path",
            outcome="bad" if anchors else "unknown",
            zh="制章单位的证书不能上溯到可信根；启用前请核实",
            en=f"no path from the maker to an anchor: {error}",
        )
        return None, (missing,)
    anchor = path.anchor
    found = ImportFinding(
        check="maker.path",
        outcome="ok",
        zh=f"制章单位的证书上溯到 {anchor.common_name}（{anchors[anchor]}，"
        f"SM3 {anchor.digest.hex()[:16]}…）",
        en=f"the maker's certificate leads to {anchor.common_name}",
    )
    outcome, zh, en = _REVOCATION[revocation_of(path, lists=_lists(home), at=now).state]
    revocation = ImportFinding(check="maker.revocation", outcome=outcome, zh=zh, en=en)
    return path, (found, revocation)


def _own_certificate(home: Home) -> Certificate | None:
    try:
        return home.read_certificate(Role.SEAL)
    except HomeError:
        return None  # not imported yet


def _own_anchor(home: Home) -> dict[Certificate, str]:
    try:
        return {home.read_certificate(founding.AUTHORITY): "本实例的证书机构"}
    except HomeError:
        return {}


def _listed_anchors(home: Home, seal: Seal) -> dict[Certificate, str]:
    current = TrustFolder(home.folder("trust")).current()
    if current is None:
        return {}
    made = seal.description.created_at
    return {
        anchor: f"信任列表 {region.name}"
        for region in current.regions
        for anchor in region.anchors_at(made)
    }


def _given_anchors(chain: Sequence[Certificate]) -> dict[Certificate, str]:
    return {
        item: "随附的根证书，请核对摘要"
        for item in chain
        if item.is_authority and item.is_self_issued
    }


def _lists(home: Home) -> tuple[RevocationList, ...]:
    found = []
    for path in sorted(home.folder("crl").glob("*.crl")):
        try:
            found.append(parse_revocation_list(path.read_bytes()))
        except (OSError, SigningError):
            continue
    return tuple(found)
