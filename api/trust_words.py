"""What people read of trust lists: changes between two, and what one says; Chinese first."""

from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType
from typing import Final

from certs.civil_dates import BEIJING
from signing.certificates import Certificate
from storage.trust_files import Refusal
from verify.entitled_issuers import EntitledIssuer
from verify.errors import TrustListError
from verify.list_contents import ListContent
from verify.mutual_recognition import ALL, MutualRecognition
from verify.trust_changes import Change, ChangeKind
from verify.trust_roots import TrustRoots
from verify.trusted_regions import Anchor, TrustedRegion

_SHOWN_DIGITS: Final = 16
CHANGE_WORDS: Final = MappingProxyType(
    {
        ChangeKind.REGION_ADDED: ("新增地区 {name}，{url}", "region added"),
        ChangeKind.REGION_REMOVED: ("移除地区 {name}", "region removed"),
        ChangeKind.REGION_RENAMED: ("地区改名：{old} → {new}", "region renamed"),
        ChangeKind.ADDRESS_CHANGED: ("服务地址：{old} → {new}", "another address"),
        ChangeKind.LEDGER_CHANGED: ("账本证书：{old} → {new}", "other ledger certificates"),
        ChangeKind.SERVICE_CHANGED: ("服务证书：{old} → {new}", "another service certificate"),
        ChangeKind.ANCHOR_ADDED: (
            "新增锚证书 {name}，序列号 {serial}，自 {from}，SM3 {digest}",
            "anchor added",
        ),
        ChangeKind.ANCHOR_REMOVED: (
            "删除锚证书 {name}，序列号 {serial}；其下的旧证照将无法验证",
            "anchor removed; what was sealed below it can be verified no more",
        ),
        ChangeKind.ANCHOR_WITHDRAWN: (
            "停用锚证书 {name}，序列号 {serial}，自 {at}",
            "anchor withdrawn",
        ),
        ChangeKind.ANCHOR_RESTORED: (
            "恢复或推迟停用锚证书 {name}，序列号 {serial}，停用时间 {at}",
            "withdrawal of an anchor lifted or put off",
        ),
        ChangeKind.ANCHOR_MOVED: (
            "锚证书 {name} 的起用时间改为 {from}",
            "anchor begins at another time",
        ),
        ChangeKind.ISSUER_ADDED: ("新增颁发机构 {name} {code}，类型 {types}", "issuer added"),
        ChangeKind.ISSUER_REMOVED: (
            "移除颁发机构 {name} {code}；其已发证照将不予认可",
            "issuer removed; what it issued is recognized no more",
        ),
        ChangeKind.ISSUER_ENDED: (
            "颁发机构 {name} {code} 自 {at} 终止，承接机构 {successor}",
            "issuer ends",
        ),
        ChangeKind.ISSUER_CHANGED: (
            "颁发机构 {name} {code} 的起止时间或承接机构有变，止于 {at}",
            "issuer's times or successor changed",
        ),
        ChangeKind.TYPES_ADDED: ("{name} {code} 新增可发类型 {types}", "types added"),
        ChangeKind.TYPES_REMOVED: (
            "{name} {code} 不再可发类型 {types}；已发的也将不予认可",
            "types removed; what was issued of them is recognized no more",
        ),
        ChangeKind.AGREEMENT_ADDED: (
            (
                "新增授信约定：{accepting} ← {issuing}，类型 {types}，事项 {matters}，"
                "权限 {powers}，自 {valid_from} 至 {valid_to}，依据 {basis}"
            ),
            "agreement added",
        ),
        ChangeKind.AGREEMENT_REMOVED: (
            "取消授信约定：{accepting} ← {issuing}，类型 {types}，事项 {matters}，权限 {powers}",
            "agreement removed",
        ),
        ChangeKind.AGREEMENT_CHANGED: ("授信约定有变：{parts}", "agreement changed"),
        ChangeKind.EXPIRES_SOONER: ("到期提前：{old} → {new}", "expires sooner"),
        ChangeKind.ROOT_NAMED: (
            "指定新的信任根 {root}，自 {from} 采信，旧根至 {until} 为止，SM3 {digest}",
            "another root follows",
        ),
        ChangeKind.ISSUER_CLAIMED_TWICE: (
            "机构 {code} 同时列在 {regions}",
            "one issuer in several regions at once",
        ),
        ChangeKind.AGREEMENT_OF_NOBODY: (
            "约定涉及的 {region} 不在列表中",
            "the list names no region of this agreement",
        ),
    }
)

REFUSED_WORDS: Final = MappingProxyType(
    {
        "malformed": ("不是信任列表", "no trust list"),
        "not-trusted": ("不是可信的信任根签发", "not signed below a root that is believed"),
        "rollback": ("比已采用的版本旧", "older than what was accepted"),
        "conflict": ("与已知的相矛盾", "contradicts what is known"),
        "not-yet": ("签发时间在将来，请核对本机时钟", "issued in the future; is the clock right?"),
    }
)


def why_refused(error: TrustListError) -> str:
    """Return why a list was refused, for people."""
    return f"{_reason(error.reason)} ({error})"


def refusal_line(refusal: Refusal) -> str:
    """Return one line about a genuine list that was refused."""
    return (
        f"曾拒收 refused {_readable(refusal.at)} 第 {refusal.version} 版："
        f"{_reason(refusal.reason)}；当时已知 known 第 {refusal.known} 版 · {refusal.identity}"
    )


def told(change: Change) -> str:
    """Return one line about a change; what takes away is marked."""
    zh, en = CHANGE_WORDS[change.kind]
    facts = {name: _readable(value) or "—" for name, value in change.facts.items()}
    mark = "!" if change.kind.takes_away else "+"
    place = f"{change.place} " if change.place else ""
    return one_line(f"{mark} {place}{zh.format_map(facts)} · {en}")


def change_json(change: Change) -> dict[str, object]:
    """Return a change for programs."""
    return {
        "kind": change.kind.value,
        "place": change.place,
        "takes_away": change.kind.takes_away,
        "facts": dict(change.facts),
    }


def content_lines(content: ListContent) -> Iterator[str]:
    """Yield what a list says, region by region, then its agreements."""
    for region in content.regions:
        yield from map(one_line, _region(region))
    for agreement in content.agreements:
        yield from map(one_line, _agreement(agreement))


def root_lines(roots: TrustRoots) -> Iterator[str]:
    """Yield the pinned root and those that follow it."""
    for term in roots.terms:
        times = _times(term.begins, term.ends)
        yield f"信任根 root {term.root.common_name}，SM3 {term.root.digest.hex()}{times}"


def certificate_line(certificate: Certificate) -> str:
    """Return name and beginning of the SM3 of a certificate."""
    return f"{certificate.common_name}，SM3 {certificate.digest.hex()[:_SHOWN_DIGITS]}…"


def one_line(text: str) -> str:
    """Return ``text`` without what moves the cursor or turns letters around.

    Names come from others, and nothing in them may rewrite what a keeper reads.
    """
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def time_text(instant: datetime) -> str:
    """Return a time as people in Beijing read it."""
    try:
        return f"{instant.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    except OverflowError:  # the calendar's last hours have no time in Beijing
        return f"{instant:%Y-%m-%d %H:%M}"


def _region(region: TrustedRegion) -> Iterator[str]:
    yield f"地区 region {region.code} {region.name} {region.service_url}"
    for anchor in region.anchors:
        yield f"  锚证书 anchor {_anchor(anchor)}"
    for issuer in region.issuers:
        yield f"  机构 issuer {_issuer(issuer)}"


def _anchor(anchor: Anchor) -> str:
    serial = f"序列号 serial {anchor.certificate.serial:x}"
    times = _times(anchor.valid_from, anchor.withdrawn_at)
    return f"{certificate_line(anchor.certificate)}，{serial}{times}"


def _issuer(issuer: EntitledIssuer) -> str:
    successor = f"，承接机构 successor {issuer.succeeded_by}" if issuer.succeeded_by else ""
    types = " ".join(sorted(str(code) for code in issuer.types)) or "—"
    times = _times(issuer.valid_from, issuer.valid_to)
    return f"{issuer.code} {issuer.name}{times}{successor}，类型 types {types}"


def _agreement(agreement: MutualRecognition) -> Iterator[str]:
    accepting = " ".join(sorted(map(str, agreement.accepting)))
    issuing = " ".join(sorted(map(str, agreement.issuing)))
    powers = "、".join(power.zh for power in sorted(agreement.powers))
    times = _times(agreement.valid_from, agreement.valid_to)
    yield f"授信约定 agreement {agreement.id}：{accepting} ← {issuing}，{powers}{times}"
    types = ALL if agreement.types is None else " ".join(sorted(map(str, agreement.types)))
    matters = ALL if agreement.matters is None else " ".join(sorted(agreement.matters))
    yield f"  类型 types {types}；事项 matters {matters}；依据 basis {agreement.basis}"


def _times(begins: datetime | None, ends: datetime | None) -> str:
    """Return from when until when; empty where neither is said."""
    begin = f"，自 from {time_text(begins)}" if begins is not None else ""
    return begin + (f"，至 until {time_text(ends)}" if ends is not None else "")


def _reason(reason: str) -> str:
    words = REFUSED_WORDS.get(reason)
    return reason if words is None else f"{words[0]} · {words[1]}"


def _readable(value: str) -> str:
    """Return an instant as people read it, and anything else as it is."""
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        return value
    return time_text(instant) if instant.tzinfo is not None else value
