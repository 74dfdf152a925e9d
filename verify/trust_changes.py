"""What one trust list says otherwise than another: what a root's keeper reviews before signing.

A change that takes nothing away adds somebody to be believed. One that takes away, replaces or
contradicts makes verdicts fail that were passed before, so a second look is asked for.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from certs.identifiers import SocialCreditCode
from signing.certificates import Certificate
from verify.entitled_issuers import EntitledIssuer
from verify.list_contents import ListContent
from verify.mutual_recognition import MutualRecognition, agreement_entry
from verify.trusted_regions import Anchor, TrustedRegion


@unique
class ChangeKind(StrEnum):
    """One kind of difference; words for people are looked up from it."""

    REGION_ADDED = "region-added"
    REGION_REMOVED = "region-removed"
    REGION_RENAMED = "region-renamed"
    ADDRESS_CHANGED = "address-changed"
    SERVICE_CHANGED = "service-changed"
    LEDGER_CHANGED = "ledger-changed"
    ANCHOR_ADDED = "anchor-added"
    ANCHOR_REMOVED = "anchor-removed"
    ANCHOR_WITHDRAWN = "anchor-withdrawn"
    ANCHOR_RESTORED = "anchor-restored"
    ANCHOR_MOVED = "anchor-moved"
    ISSUER_ADDED = "issuer-added"
    ISSUER_REMOVED = "issuer-removed"
    ISSUER_ENDED = "issuer-ended"
    ISSUER_CHANGED = "issuer-changed"
    TYPES_ADDED = "types-added"
    TYPES_REMOVED = "types-removed"
    AGREEMENT_ADDED = "agreement-added"
    AGREEMENT_REMOVED = "agreement-removed"
    AGREEMENT_CHANGED = "agreement-changed"
    EXPIRES_SOONER = "expires-sooner"
    ROOT_NAMED = "root-named"
    ISSUER_CLAIMED_TWICE = "issuer-claimed-twice"
    AGREEMENT_OF_NOBODY = "agreement-of-nobody"

    @property
    def takes_away(self) -> bool:
        """Whether somebody must agree to it before it is signed."""
        return self not in _ADDING


_ADDING: Final = frozenset(
    {
        ChangeKind.REGION_ADDED,
        ChangeKind.REGION_RENAMED,
        ChangeKind.ANCHOR_ADDED,
        ChangeKind.ISSUER_ADDED,
        ChangeKind.TYPES_ADDED,
        ChangeKind.AGREEMENT_ADDED,
        ChangeKind.AGREEMENT_OF_NOBODY,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    Attributes:
        place: Code of the region, or name of the agreement; empty for the list itself.
        facts: Values that the words mention.
    """

    kind: ChangeKind
    place: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


def changes_between(before: ListContent | None, after: ListContent) -> tuple[Change, ...]:
    """Return every difference, in the order of regions, agreements and the list itself."""
    return tuple(_changes(before, after))


def doubts(content: ListContent) -> tuple[Change, ...]:
    """Return what a list says that its keeper hardly means."""
    return tuple(_doubts(content))


def _changes(before: ListContent | None, after: ListContent) -> Iterator[Change]:
    old = {item.code: item for item in before.regions} if before else {}
    new = {item.code: item for item in after.regions}
    for code in sorted(old.keys() | new.keys(), key=str):
        yield from _region(old.get(code), new.get(code))
    yield from _agreements(before, after)
    if before is not None and after.expires_at < before.expires_at:
        yield Change(
            kind=ChangeKind.EXPIRES_SOONER,
            facts={"old": _text(before.expires_at), "new": _text(after.expires_at)},
        )
    known = {item.identity for item in before.changes} if before else set()
    for change in after.changes:
        if change.identity not in known:
            facts = {
                "root": change.new_root.common_name,
                "digest": change.new_root.digest.hex(),
                "from": _text(change.valid_from),
                "until": _text(change.old_until),
            }
            yield Change(kind=ChangeKind.ROOT_NAMED, facts=facts)


def _region(old: TrustedRegion | None, new: TrustedRegion | None) -> Iterator[Change]:
    if new is None:
        if old is not None:
            facts = {"name": old.name}
            yield Change(kind=ChangeKind.REGION_REMOVED, place=str(old.code), facts=facts)
        return
    place = str(new.code)
    if old is None:
        facts = {"name": new.name, "url": new.service_url}
        yield Change(kind=ChangeKind.REGION_ADDED, place=place, facts=facts)
        old = replace(new, anchors=(), issuers=())
    pairs = (
        (ChangeKind.REGION_RENAMED, old.name, new.name),
        (ChangeKind.ADDRESS_CHANGED, old.service_url, new.service_url),
        (ChangeKind.SERVICE_CHANGED, _named(old.service), _named(new.service)),
        (ChangeKind.LEDGER_CHANGED, _all_named(old.ledger), _all_named(new.ledger)),
    )
    for kind, was, now in pairs:
        if was != now:
            yield Change(kind=kind, place=place, facts={"old": was, "new": now})
    yield from _anchors(old, new)
    yield from _issuers(old, new)


def _anchors(old: TrustedRegion, new: TrustedRegion) -> Iterator[Change]:
    was = {item.certificate: item for item in old.anchors}
    now = {item.certificate: item for item in new.anchors}
    for certificate in (*was, *(item for item in now if item not in was)):
        for kind in _anchor(was.get(certificate), now.get(certificate)):
            anchor = now.get(certificate) or was[certificate]
            facts = {
                "name": certificate.common_name,
                "serial": f"{certificate.serial:x}",
                "digest": certificate.digest.hex(),
                "from": _text(anchor.valid_from),
                "at": _text(anchor.withdrawn_at),
            }
            yield Change(kind=kind, place=str(new.code), facts=facts)


def _anchor(was: Anchor | None, now: Anchor | None) -> Iterator[ChangeKind]:
    if was is None or now is None:
        yield ChangeKind.ANCHOR_REMOVED if now is None else ChangeKind.ANCHOR_ADDED
        return
    if was.withdrawn_at != now.withdrawn_at:
        is_later = was.withdrawn_at and (
            now.withdrawn_at is None or now.withdrawn_at > was.withdrawn_at
        )
        yield ChangeKind.ANCHOR_RESTORED if is_later else ChangeKind.ANCHOR_WITHDRAWN
    if was.valid_from != now.valid_from:
        yield ChangeKind.ANCHOR_MOVED


def _issuers(old: TrustedRegion, new: TrustedRegion) -> Iterator[Change]:
    was, now = _by_name(old), _by_name(new)
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key, ()), now.get(key, ())
        last = (after or before)[-1]
        facts = {
            "name": last.name,
            "code": str(last.code),
            "at": _text(last.valid_to),
            "successor": str(last.succeeded_by or ""),
        }
        for kind, types in _issuer(before, after):
            listed = {"types": " ".join(sorted(types))}
            yield Change(kind=kind, place=str(new.code), facts=facts | listed)


def _issuer(
    was: tuple[EntitledIssuer, ...], now: tuple[EntitledIssuer, ...]
) -> Iterator[tuple[ChangeKind, frozenset[str]]]:
    """Compare the entries of one authority under one name; there is seldom more than one."""
    before, after = _types(was), _types(now)
    if not was or not now:
        yield (ChangeKind.ISSUER_ADDED, after) if now else (ChangeKind.ISSUER_REMOVED, before)
        return
    if after - before:
        yield ChangeKind.TYPES_ADDED, after - before
    if before - after:
        yield ChangeKind.TYPES_REMOVED, before - after
    if _ends_sooner(was, now):
        yield ChangeKind.ISSUER_ENDED, after
    elif _times(was) != _times(now):
        yield ChangeKind.ISSUER_CHANGED, after


def _ends_sooner(was: tuple[EntitledIssuer, ...], now: tuple[EntitledIssuer, ...]) -> bool:
    """Whether the authority ends under this name, or ends before it would have."""
    old, new = was[-1].valid_to, now[-1].valid_to
    return new is not None and (old is None or new < old)


def _agreements(before: ListContent | None, after: ListContent) -> Iterator[Change]:
    was = {item.id: item for item in before.agreements} if before else {}
    now = {item.id: item for item in after.agreements}
    for name in sorted(was.keys() | now.keys()):
        before_it, after_it = was.get(name), now.get(name)
        if before_it is None and after_it is not None:
            yield Change(kind=ChangeKind.AGREEMENT_ADDED, place=name, facts=_parts(after_it))
        elif before_it is not None and after_it is None:
            yield Change(kind=ChangeKind.AGREEMENT_REMOVED, place=name, facts=_parts(before_it))
        elif before_it is not None and after_it is not None and before_it != after_it:
            facts = _differing(_parts(before_it), _parts(after_it))
            yield Change(kind=ChangeKind.AGREEMENT_CHANGED, place=name, facts=facts)


def _doubts(content: ListContent) -> Iterator[Change]:
    claims: dict[SocialCreditCode, list[str]] = {}
    for region in content.regions:
        for code in {item.code for item in region.issuers if item.valid_to is None}:
            claims.setdefault(code, []).append(str(region.code))
    for issuer, places in claims.items():
        if len(places) > 1:
            facts = {"code": str(issuer), "regions": " ".join(places)}
            yield Change(kind=ChangeKind.ISSUER_CLAIMED_TWICE, facts=facts)
    for agreement in content.agreements:
        for named in sorted(agreement.accepting | agreement.issuing, key=str):
            if not any(named.contains(region.code) for region in content.regions):
                facts = {"region": str(named)}
                yield Change(kind=ChangeKind.AGREEMENT_OF_NOBODY, place=agreement.id, facts=facts)


def _by_name(region: TrustedRegion) -> dict[tuple[str, str], tuple[EntitledIssuer, ...]]:
    found: dict[tuple[str, str], tuple[EntitledIssuer, ...]] = {}
    for item in region.issuers:
        key = (str(item.code), item.name)
        found[key] = (*found.get(key, ()), item)
    return found


def _types(entries: tuple[EntitledIssuer, ...]) -> frozenset[str]:
    return frozenset(str(code) for item in entries for code in item.types)


def _times(entries: tuple[EntitledIssuer, ...]) -> list[tuple[object, ...]]:
    """Return from when until when each entry holds, and who follows.

    Of several entries the types belong to the times.
    """
    alone = len(entries) == 1
    return [
        (item.valid_from, item.valid_to, item.succeeded_by, alone or item.types) for item in entries
    ]


def _parts(agreement: MutualRecognition) -> dict[str, str]:
    """Return what an agreement says, part by part."""
    said = {"valid_to": ""} | dict(agreement_entry(agreement))
    return {
        name: value if isinstance(value, str) else " ".join(map(str, value))
        for name, value in said.items()
        if isinstance(value, str | list)
    }


def _differing(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return the parts that differ, as they are and in one text with what they were."""
    parts = {name: value for name, value in new.items() if value != old[name]}
    text = "; ".join(
        f"{name}: {old[name] or '—'} → {value or '—'}" for name, value in parts.items()
    )
    return {"parts": text}


def _named(certificate: Certificate) -> str:
    return f"{certificate.common_name} {certificate.digest.hex()[:16]}"


def _all_named(certificates: Iterable[Certificate]) -> str:
    return "、".join(map(_named, certificates)) or "—"


def _text(instant: datetime | None) -> str:
    return instant.isoformat() if instant is not None else ""
