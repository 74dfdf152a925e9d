"""Signs new versions of a trust list (信任列表的签发), after what changes has been seen.

Everything here works without a network: entries come in files, and the list goes out in one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from api import founding
from api.bootstrap import OpenHome
from api.errors import UsageError
from certs.regions import RegionCode
from signing.certificates import Certificate
from signing.roles import Role
from signing.signer import CertifiedSigner
from storage.trust_folder import TrustFolder
from verify.errors import TrustListError
from verify.list_contents import ListContent
from verify.mutual_recognition import MutualRecognition
from verify.trust_changes import Change, changes_between, doubts
from verify.trust_lists import TrustList, sign_content
from verify.trust_roots import sign_root_change
from verify.trusted_regions import Anchor, TrustedRegion


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A word that an anchor anchors nothing from a moment on.

    Attributes:
        serial: The anchor certificate's serial number.
    """

    region: RegionCode
    serial: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The next version of a list, before it is signed.

    Attributes:
        before: What the present list says; None for the first.
    """

    before: ListContent | None
    after: ListContent

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is different."""
        return changes_between(self.before, self.after)

    @property
    def doubts(self) -> tuple[Change, ...]:
        """What the list says that its keeper hardly means."""
        return doubts(self.after)

    @property
    def takes_away(self) -> bool:
        """Whether somebody must agree before it is signed."""
        return any(item.kind.takes_away for item in (*self.changes, *self.doubts))


class TrustPress:
    """A root's home that makes lists; its key stays there."""

    def __init__(self, opened: OpenHome, *, now: datetime) -> None:
        """Use a root's home as it is at ``now``."""
        self._opened = opened
        self._now = now.replace(microsecond=0)
        self._folder = TrustFolder(opened.home.folder("trust"), now=lambda: now)
        self._own = opened.home.read_certificate(founding.AUTHORITY)

    @classmethod
    def of(cls, opened: OpenHome, *, now: datetime) -> Self:
        """Open a root's home for making lists; a root without a past pins itself.

        Raises:
            TrustListError: Other roots than this one are believed at ``now``, or the newest
                list here is damaged.
        """
        press = cls(opened, now=now)
        if press._folder.root() is None:
            press._folder.pin(press._own)
        roots = press._folder.roots()
        if roots is None or press._own not in roots.at(now):
            raise TrustListError("not-trusted", "此时不采信本根 this root is not believed now")
        if press._folder.problem() not in {"", "no-list"}:
            raise TrustListError(
                "malformed", f"本机现行列表不可用 the list here is {press._folder.problem()}"
            )
        return press

    @property
    def current(self) -> TrustList | None:
        """The list that stands here."""
        return self._folder.current()

    def draft(
        self,
        regions: Iterable[TrustedRegion],
        *,
        days: int,
        carry: bool = False,
        agreements: tuple[MutualRecognition, ...] | None = None,
        withdrawals: tuple[Withdrawal, ...] = (),
    ) -> Draft:
        """Draw up the next version.

        Args:
            regions: Regions as they are to stand now.
            days: How long the list is to stand.
            carry: Keep the regions of the present list that are not among ``regions``.
            agreements: What agreements there are now; None keeps those of the present list.
            withdrawals: Anchors that anchor nothing more.

        Raises:
            UsageError: A region stands twice, or no anchor is as a withdrawal says.
        """
        given = tuple(regions)
        named = {region.code: region for region in given}
        if len(named) != len(given):
            raise UsageError("同一地区给出了两次 · a region is given twice")
        before = self.current.content if self.current is not None else None
        if carry and before is not None:
            named = {item.code: item for item in before.regions} | named
        after = ListContent(
            version=before.version + 1 if before else 1,
            issued_at=self._now,
            expires_at=self._now + timedelta(days=days),
            regions=_withdrawn(_still_withdrawn(named.values(), before), withdrawals),
            agreements=_agreements(before, agreements),
            changes=before.changes if before else (),
        )
        return Draft(before=before, after=after)

    def name_successor(
        self, draft: Draft, new_root: Certificate, *, valid_from: datetime, old_until: datetime
    ) -> Draft:
        """Return a draft in which this root names the one that follows it.

        Raises:
            TrustListError: It is no root, or the times leave one without any.
        """
        change = sign_root_change(
            new_root,
            valid_from=valid_from,
            old_until=old_until,
            signer=CertifiedSigner(
                signer=self._opened.keys.open(founding.AUTHORITY), certificate=self._own
            ),
            now=self._now,
        )
        after = replace(draft.after, changes=(*draft.after.changes, change))
        return replace(draft, after=after)

    def sign(self, draft: Draft) -> bytes:
        """Sign a draft, keep the list here, and return it.

        Raises:
            TrustListError: Another version was made meanwhile, or nobody would believe this one.
        """
        data = sign_content(draft.after, signer=self._opened.signer(Role.TRUST_LIST))
        self._folder.accept(data)
        return data


def make_list(
    opened: OpenHome, regions: tuple[TrustedRegion, ...], *, days: int, now: datetime
) -> bytes:
    """Sign the next version of a root's list, whatever changes, and keep it there."""
    press = TrustPress.of(opened, now=now)
    return press.sign(press.draft(regions, days=days))


def _agreements(
    before: ListContent | None, given: tuple[MutualRecognition, ...] | None
) -> tuple[MutualRecognition, ...]:
    if given is not None:
        return given
    return before.agreements if before is not None else ()


def _still_withdrawn(
    regions: Iterable[TrustedRegion], before: ListContent | None
) -> tuple[TrustedRegion, ...]:
    """Keep withdrawals: a region's own account of itself knows nothing of them."""
    ended = {
        (region.code, anchor.certificate): anchor.withdrawn_at
        for region in (before.regions if before is not None else ())
        for anchor in region.anchors
        if anchor.withdrawn_at is not None
    }

    def kept(region: TrustedRegion, anchor: Anchor) -> Anchor:
        known = ended.get((region.code, anchor.certificate))
        times = [item for item in (known, anchor.withdrawn_at) if item is not None]
        return replace(anchor, withdrawn_at=min(times, default=None))

    return tuple(
        replace(region, anchors=tuple(kept(region, anchor) for anchor in region.anchors))
        for region in regions
    )


def _withdrawn(
    regions: tuple[TrustedRegion, ...], withdrawals: tuple[Withdrawal, ...]
) -> tuple[TrustedRegion, ...]:
    for item in withdrawals:
        found = [
            anchor
            for region in regions
            if region.code == item.region
            for anchor in region.anchors
            if anchor.certificate.serial == item.serial
        ]
        if not found:
            raise UsageError(
                f"地区 {item.region} 没有序列号为 {item.serial:x} 的锚 · "
                f"no anchor of region {item.region} has this serial number"
            )
    at = {(item.region, item.serial): item.at for item in withdrawals}
    return tuple(
        replace(
            region,
            anchors=tuple(
                replace(
                    anchor,
                    withdrawn_at=at.get(
                        (region.code, anchor.certificate.serial), anchor.withdrawn_at
                    ),
                )
                for anchor in region.anchors
            ),
        )
        for region in regions
    )
