"""What a root's keeper is shown before signing: every difference, and what takes trust away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from certs.identifiers import LicenseTypeCode, SocialCreditCode
from certs.regions import RegionCode
from tests import sealed, world
from tests.sealed import NOW
from tests.trust_lists import DAY, content, root_change
from tests.unit.verify.test_trust_recognition import agreement
from verify.list_contents import ListContent
from verify.trust_changes import Change, ChangeKind, changes_between, doubts
from verify.trusted_regions import TrustedRegion

REGION = sealed.trusted_region()
NEIGHBOR = sealed.trusted_region("610300")
(ANCHOR,), (ISSUER,) = REGION.anchors, REGION.issuers
OTHER_ANCHOR = replace(ANCHOR, certificate=NEIGHBOR.anchors[0].certificate)
MORE = LicenseTypeCode("11100000MB9TXY0149002")
BEFORE = content(1, REGION)


def after(*regions: TrustedRegion, **changes: object) -> ListContent:
    return replace(content(2, *(regions or (REGION,))), **changes)  # type: ignore[arg-type]


def kinds(changes: tuple[Change, ...]) -> list[ChangeKind]:
    return [item.kind for item in changes]


def anchored(*anchors: object) -> ListContent:
    return after(replace(REGION, anchors=anchors))  # type: ignore[arg-type]


def issuing(*issuers: object) -> ListContent:
    return after(replace(REGION, issuers=issuers))  # type: ignore[arg-type]


K = ChangeKind
DIFFERENCES: list[tuple[ListContent, ListContent, list[ChangeKind]]] = [
    (BEFORE, after(), []),
    (BEFORE, after(REGION, NEIGHBOR), [K.REGION_ADDED, K.ANCHOR_ADDED, K.ISSUER_ADDED]),
    (after(REGION, NEIGHBOR), BEFORE, [K.REGION_REMOVED]),
    (BEFORE, after(replace(REGION, name="新名")), [K.REGION_RENAMED]),
    (BEFORE, after(replace(REGION, service_url="http://x")), [K.ADDRESS_CHANGED]),
    (BEFORE, after(replace(REGION, service=NEIGHBOR.service)), [K.SERVICE_CHANGED]),
    (BEFORE, after(replace(REGION, ledger=(NEIGHBOR.service,))), [K.LEDGER_CHANGED]),
    (BEFORE, anchored(ANCHOR, OTHER_ANCHOR), [K.ANCHOR_ADDED]),
    (anchored(ANCHOR, OTHER_ANCHOR), BEFORE, [K.ANCHOR_REMOVED]),
    (BEFORE, anchored(replace(ANCHOR, withdrawn_at=NOW)), [K.ANCHOR_WITHDRAWN]),
    (
        anchored(replace(ANCHOR, withdrawn_at=NOW)),
        anchored(replace(ANCHOR, withdrawn_at=NOW - DAY)),
        [K.ANCHOR_WITHDRAWN],
    ),
    (
        anchored(replace(ANCHOR, withdrawn_at=NOW)),
        anchored(replace(ANCHOR, withdrawn_at=NOW + DAY)),
        [K.ANCHOR_RESTORED],
    ),
    (anchored(replace(ANCHOR, withdrawn_at=NOW)), BEFORE, [K.ANCHOR_RESTORED]),
    (BEFORE, anchored(replace(ANCHOR, valid_from=NOW)), [K.ANCHOR_MOVED]),
    (issuing(), BEFORE, [K.ISSUER_ADDED]),
    (BEFORE, issuing(), [K.ISSUER_REMOVED]),
    (BEFORE, issuing(replace(ISSUER, types=ISSUER.types | {MORE})), [K.TYPES_ADDED]),
    (issuing(replace(ISSUER, types=ISSUER.types | {MORE})), BEFORE, [K.TYPES_REMOVED]),
    (
        BEFORE,
        issuing(replace(ISSUER, types=frozenset({MORE}))),
        [K.TYPES_ADDED, K.TYPES_REMOVED],
    ),
    (BEFORE, issuing(replace(ISSUER, valid_to=NOW)), [K.ISSUER_ENDED]),
    (
        issuing(replace(ISSUER, valid_to=NOW)),
        issuing(replace(ISSUER, valid_to=NOW - DAY)),
        [K.ISSUER_ENDED],
    ),
    (issuing(replace(ISSUER, valid_to=NOW)), BEFORE, [K.ISSUER_CHANGED]),
    (BEFORE, issuing(replace(ISSUER, valid_from=NOW)), [K.ISSUER_CHANGED]),
    (
        issuing(replace(ISSUER, valid_to=NOW)),
        issuing(replace(ISSUER, valid_to=NOW, succeeded_by=ISSUER.code)),
        [K.ISSUER_CHANGED],
    ),
    (
        BEFORE,
        issuing(ISSUER, replace(ISSUER, valid_from=NOW - DAY, valid_to=NOW)),
        [K.ISSUER_ENDED],
    ),
    (BEFORE, issuing(replace(ISSUER, name="新名")), [K.ISSUER_ADDED, K.ISSUER_REMOVED]),
    (BEFORE, after(agreements=(agreement(),)), [K.AGREEMENT_ADDED]),
    (after(agreements=(agreement(),)), BEFORE, [K.AGREEMENT_REMOVED]),
    (
        after(agreements=(agreement(),)),
        after(agreements=(agreement(types=None),)),
        [K.AGREEMENT_CHANGED],
    ),
    (BEFORE, after(expires_at=BEFORE.expires_at - DAY), [K.EXPIRES_SOONER]),
    (BEFORE, after(expires_at=BEFORE.expires_at + DAY), []),
    (BEFORE, after(changes=(root_change(),)), [K.ROOT_NAMED]),
    (after(changes=(root_change(),)), after(changes=(root_change(),)), []),
]


@pytest.mark.parametrize(("old", "new", "expected"), DIFFERENCES)
def test_every_difference_is_named(
    old: ListContent, new: ListContent, expected: list[ChangeKind]
) -> None:
    assert sorted(kinds(changes_between(old, new))) == sorted(expected)


def test_every_kind_of_difference_is_among_these() -> None:
    shown = {kind for _, _, expected in DIFFERENCES for kind in expected}

    assert set(ChangeKind) - shown == {K.ISSUER_CLAIMED_TWICE, K.AGREEMENT_OF_NOBODY}


def test_a_first_list_only_adds() -> None:
    found = kinds(changes_between(None, after(REGION, NEIGHBOR, agreements=(agreement(),))))

    assert K.AGREEMENT_ADDED in found
    assert found.count(K.REGION_ADDED) == 2
    assert not any(kind.takes_away for kind in found)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_only_what_adds_needs_no_second_look(kind: ChangeKind) -> None:
    harmless = kind.name.endswith("_ADDED") or kind in {K.REGION_RENAMED, K.AGREEMENT_OF_NOBODY}

    assert kind.takes_away is not harmless


def test_a_difference_names_place_and_values() -> None:
    (found,) = changes_between(BEFORE, issuing(replace(ISSUER, valid_to=NOW)))

    assert found.place == "340200"
    assert found.facts["code"] == str(ISSUER.code)
    assert found.facts["at"] == NOW.isoformat()


def test_an_agreements_difference_names_the_parts() -> None:
    moved = agreement(types=None, valid_to=None)
    (found,) = changes_between(after(agreements=(agreement(),)), after(agreements=(moved,)))

    assert found.facts["parts"] == (
        "valid_to: 2027-03-18T04:00:00+00:00 → —; types: 11100000MB9TXY0149001 → all"
    )


def test_an_agreement_is_shown_whole_when_it_comes_and_when_it_goes() -> None:
    (added,) = changes_between(BEFORE, after(agreements=(agreement(),)))
    (removed,) = changes_between(after(agreements=(agreement(),)), BEFORE)

    for found in (added, removed):
        assert found.facts["issuing"] == "610300"
        assert found.facts["powers"] == "exempt verify"


def test_an_issuer_in_two_regions_at_once_is_doubted() -> None:
    twice = after(REGION, replace(NEIGHBOR, issuers=(*NEIGHBOR.issuers, ISSUER)))
    moved = after(
        replace(REGION, issuers=(replace(ISSUER, valid_to=NOW),)),
        replace(NEIGHBOR, issuers=(ISSUER,)),
    )

    (found,) = doubts(twice)
    assert found.kind is K.ISSUER_CLAIMED_TWICE
    assert found.facts == {"code": str(ISSUER.code), "regions": "340200 610300"}
    assert doubts(moved) == ()


def test_an_agreement_of_regions_that_no_list_names_is_doubted() -> None:
    found = doubts(after(REGION, agreements=(agreement(),)))

    assert [(item.kind, item.facts["region"]) for item in found] == [
        (K.AGREEMENT_OF_NOBODY, "610300")
    ]
    whole = agreement(accepting=frozenset({RegionCode("340000")}))
    assert doubts(after(REGION, NEIGHBOR, agreements=(whole,))) == ()


def test_the_list_of_an_authority_that_was_merged_needs_a_second_look() -> None:
    successor = SocialCreditCode(world.ISSUERS["610300"][1])
    merged = replace(ISSUER, valid_to=NOW + timedelta(days=1), succeeded_by=successor)

    (found,) = changes_between(BEFORE, issuing(merged))

    assert found.kind.takes_away
    assert found.facts["successor"] == str(successor)


def _same(item: ListContent) -> ListContent:
    return item


@pytest.mark.parametrize("make", [_same, lambda item: replace(item, version=9)])
def test_nothing_differs_from_itself(make: Callable[[ListContent], ListContent]) -> None:
    whole = after(REGION, NEIGHBOR, agreements=(agreement(),), changes=(root_change(),))

    assert changes_between(whole, make(whole)) == ()
