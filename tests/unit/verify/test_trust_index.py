"""Many regions: each is found by code, issuer and anchor as fast as one of two."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest

from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing import paths
from signing.authorities import CertificateAuthority
from signing.certificates import Certificate
from signing.roles import Role
from tests import sealed, world
from tests.sealed import NOW
from tests.trust_lists import content, signer
from verify import trust_lists
from verify.entitled_issuers import EntitledIssuer
from verify.trust_lists import MAX_LIST_BYTES, TrustList, sign_content
from verify.trusted_regions import TrustedRegion

WUHU = SocialCreditCode(world.ISSUERS["340200"][1])
BAOJI = SocialCreditCode(world.ISSUERS["610300"][1])
CODES = [
    f"{province}{city:02d}{county:02d}"
    for province in range(11, 66)
    for city in range(1, 8)
    for county in range(1, 5)
]


@cache
def other(number: int) -> CertificateAuthority:
    return world.authority_below(world.root(), f"Region CA {number}")


@cache
def many(count: int) -> tuple[TrustedRegion, ...]:
    """Regions with anchors of their own; the last is the one that the face comes from."""
    sound = sealed.trusted_region()
    authorities = [other(number % 20) for number in range(count - 1)]
    crowd = tuple(
        replace(
            sound,
            code=RegionCode(CODES[number]),
            anchors=(replace(sound.anchors[0], certificate=authority.certificate),),
            issuers=(),
        )
        for number, authority in enumerate(authorities)
    )
    return (*crowd, sound)


def issuer(code: SocialCreditCode, **changes: object) -> EntitledIssuer:
    (sound,) = sealed.trusted_region().issuers
    return replace(sound, code=code, **changes)  # type: ignore[arg-type]


def of_issuers(**by_region: tuple[EntitledIssuer, ...]) -> TrustList:
    return sealed.trust(
        *(
            replace(sealed.trusted_region(), code=RegionCode(code[1:]), issuers=issuers)
            for code, issuers in by_region.items()
        )
    )


def test_a_thousand_regions_cost_a_certificate_no_more_paths_than_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[tuple[Certificate, ...]] = []

    def counted(leaf: Certificate, **arguments: object) -> paths.Path:
        tried.append(arguments["anchors"])  # type: ignore[arg-type]
        return paths.build_path(leaf, **arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(trust_lists, "build_path", counted)
    leaf = world.region("340200").seal_signer.certificate

    for count in (2, 1000):
        found = sealed.trust(*many(count)).region_above(leaf, intermediates=(), at=NOW)

        assert found == sealed.trusted_region()
    assert [len(anchors) for anchors in tried] == [1, 1]


def test_a_region_is_found_through_certificates_in_between() -> None:
    root_only = replace(
        sealed.trusted_region(),
        anchors=(
            replace(sealed.trusted_region().anchors[0], certificate=world.root().certificate),
        ),
    )
    trust = sealed.trust(root_only)
    leaf = world.region("340200").seal_signer.certificate
    between = (world.region("340200").authority.certificate,)

    assert trust.region_above(leaf, intermediates=between, at=NOW) == root_only
    assert trust.region_above(leaf, intermediates=(), at=NOW) is None


def test_an_anchor_is_below_itself() -> None:
    anchor = world.region("340200").authority.certificate

    found = sealed.trust().region_above(anchor, intermediates=(), at=NOW)

    assert found == sealed.trusted_region()


def test_anchors_of_one_name_are_told_apart_by_their_keys() -> None:
    twin = world.authority_below(world.root(), "Region CA 340200")
    sound = sealed.trusted_region()
    imitated = replace(
        sound,
        code=RegionCode("110000"),
        anchors=(replace(sound.anchors[0], certificate=twin.certificate),),
    )
    trust = sealed.trust(imitated, sound)
    leaf = world.region("340200").seal_signer.certificate
    theirs = world.certified(twin, Role.SEAL).certificate

    assert trust.region_above(leaf, intermediates=(), at=NOW) == sound
    assert trust.region_above(theirs, intermediates=(), at=NOW) == imitated


def test_a_withdrawn_anchor_leads_nowhere() -> None:
    sound = sealed.trusted_region()
    ended = replace(sound, anchors=(replace(sound.anchors[0], withdrawn_at=NOW),))
    leaf = world.region("340200").seal_signer.certificate

    assert sealed.trust(ended).region_above(leaf, intermediates=(), at=NOW) is None
    before = NOW - timedelta(seconds=1)
    assert sealed.trust(ended).region_above(leaf, intermediates=(), at=before) == ended


# Issuers -------------------------------------------------------------------------------------


def test_an_issuer_leads_to_its_region() -> None:
    trust = of_issuers(r340200=(issuer(WUHU),), r610300=(issuer(BAOJI),))

    found = trust.region_of_issuer(BAOJI)

    assert found is not None
    assert found.code == RegionCode("610300")


def test_nobodys_issuer_leads_nowhere() -> None:
    assert of_issuers(r340200=(issuer(WUHU),)).region_of_issuer(BAOJI) is None


def test_an_issuer_that_two_regions_claim_at_once_leads_nowhere() -> None:
    trust = of_issuers(r340200=(issuer(WUHU),), r610300=(issuer(WUHU),))

    assert trust.region_of_issuer(WUHU) is None


def test_an_issuer_that_moved_is_its_new_regions() -> None:
    trust = of_issuers(r340200=(issuer(WUHU, valid_to=NOW),), r340100=(issuer(WUHU),))

    found = trust.region_of_issuer(WUHU)

    assert found is not None
    assert found.code == RegionCode("340100")


def test_an_issuer_that_ended_is_still_found() -> None:
    trust = of_issuers(r340200=(issuer(WUHU, valid_to=NOW), issuer(BAOJI)))

    found = trust.region_of_issuer(WUHU)

    assert found is not None
    assert found.entries_named(WUHU)[0].valid_to == NOW


def test_a_renamed_issuer_is_one_issuer() -> None:
    entries = (issuer(WUHU, name="旧名", valid_to=NOW), issuer(WUHU, valid_from=NOW))
    region = of_issuers(r340200=entries).region_of_issuer(WUHU)

    assert region is not None
    assert region.entries_named(WUHU) == entries


def test_a_thousand_regions_with_ten_issuers_each_fit_into_a_list() -> None:
    sound = sealed.trusted_region()
    crowd = tuple(
        replace(sound, code=RegionCode(CODES[number]), issuers=sound.issuers * 10)
        for number in range(1000)
    )

    data = sign_content(content(1, *crowd), signer=signer())

    assert len(data) < MAX_LIST_BYTES
    assert len(TrustList.parse(data, root=world.root().certificate).regions) == 1000
