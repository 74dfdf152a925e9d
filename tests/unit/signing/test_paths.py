"""Which certificates lead to an anchor, and what the lists say about them."""

import time
from datetime import timedelta

import pytest

from signing import der, paths
from signing.algorithms import YINXIN_ARC
from signing.authorities import CertificateAuthority, Validity, key_id
from signing.certificates import Certificate
from signing.errors import InvalidPathError
from signing.names import DistinguishedName
from signing.paths import Path, RevocationState
from signing.revocation_lists import RevocationList
from signing.roles import Role
from tests import certificate_factory as factory
from tests import world

DAY = timedelta(days=1)
ROOT, SUB, LEAF = (world.MemorySigner(name) for name in ("root", "sub", "leaf"))
EXTENDED = "2.5.29.37"
PRIVATE = (f"{YINXIN_ARC}.99", True, der.octets(b"?"))
ONLY_LEAVES = ("2.5.29.19", True, der.sequence(factory.TRUE, der.integer(0)))


def _path() -> Path:
    region = world.region("340200")
    return paths.build_path(
        region.seal_signer.certificate,
        intermediates=(region.authority.certificate,),
        anchors=(world.root().certificate,),
    )


def _build(leaf: Certificate, *intermediates: Certificate, anchor: Certificate) -> Path:
    return paths.build_path(leaf, intermediates=intermediates, anchors=(anchor,))


def _root(*extensions: factory.Extension) -> Certificate:
    return factory.certificate(
        "root",
        key=ROOT,
        issuer="root",
        issuer_key=ROOT,
        extensions=extensions or (factory.CRITICAL_CA, factory.CERT_SIGN),
    )


def _sub(*extensions: factory.Extension, name: str = "sub") -> Certificate:
    return factory.certificate(
        name,
        key=SUB,
        issuer="root",
        issuer_key=ROOT,
        extensions=extensions or (factory.CRITICAL_CA, factory.CERT_SIGN),
    )


def _leaf(*extensions: factory.Extension) -> Certificate:
    return factory.certificate(
        "leaf", key=LEAF, issuer="sub", issuer_key=SUB, extensions=(factory.SIGN, *extensions)
    )


def test_a_path_runs_from_the_leaf_to_the_anchor() -> None:
    path = _path()

    assert [item.common_name for item in path.certificates] == [
        "芜湖市市场监督管理局电子印章",
        "Region CA 340200",
        "Test Root",
    ]
    assert path.anchor == world.root().certificate
    paths.check_times(path, world.NOON)
    paths.check_role(path, Role.SEAL)


def test_an_intermediate_that_is_trusted_ends_the_path() -> None:
    region = world.region("340200")
    anchors = (region.authority.certificate, world.root().certificate)
    path = paths.build_path(
        region.seal_signer.certificate,
        intermediates=(region.authority.certificate,),
        anchors=anchors,
    )

    assert path.anchor == region.authority.certificate


def test_no_path_without_the_authority_between() -> None:
    with pytest.raises(InvalidPathError, match="no path"):
        paths.build_path(
            world.region("340200").seal_signer.certificate,
            intermediates=(world.region("610300").authority.certificate,),
            anchors=(world.root().certificate,),
        )


def test_no_path_to_an_anchor_of_somebody_else() -> None:
    region = world.region("340200")
    stranger = CertificateAuthority.self_signed(
        DistinguishedName(common_name="Test Root"), signer=ROOT, validity=world.LONG
    )
    with pytest.raises(InvalidPathError):
        _build(
            region.seal_signer.certificate,
            region.authority.certificate,
            anchor=stranger.certificate,
        )


def test_the_crafted_path_holds_before_anything_is_wrong_with_it() -> None:
    path = _build(_leaf(), _sub(), anchor=_root())

    assert [item.common_name for item in path.certificates] == ["leaf", "sub", "root"]


@pytest.mark.parametrize(
    "extensions",
    [
        (factory.CERT_SIGN,),
        (("2.5.29.19", True, der.sequence()), factory.CERT_SIGN),
        (factory.CRITICAL_CA,),
        (factory.CRITICAL_CA, factory.SIGN),
        (factory.CRITICAL_CA, factory.CERT_SIGN, PRIVATE),
        (factory.CRITICAL_CA, factory.CERT_SIGN, ("2.5.29.30", True, der.sequence())),
    ],
    ids=["no-ca", "not-ca", "no-usage", "wrong-usage", "critical", "name-constraints"],
)
def test_an_intermediate_that_may_not_issue_makes_no_path(
    extensions: tuple[factory.Extension, ...],
) -> None:
    with pytest.raises(InvalidPathError):
        _build(_leaf(), _sub(*extensions), anchor=_root())


def test_an_end_certificate_issues_nothing() -> None:
    region = world.region("340200")
    mine = factory.certificate(
        "mine",
        key=LEAF,
        issuer=region.seal_signer.certificate.common_name,
        issuer_key=region.seal_signer.signer,
    )
    # The names must fit byte for byte, or the test would show nothing.
    chained = CertificateAuthority(
        certificate=region.seal_signer.certificate, signer=region.seal_signer.signer
    )
    issued = world.certified(chained, Role.SEAL).certificate
    issued.verify_signature(region.seal_signer.signer.public_key)

    for certificate in (mine, issued):
        with pytest.raises(InvalidPathError):
            _build(
                certificate,
                region.seal_signer.certificate,
                region.authority.certificate,
                anchor=world.root().certificate,
            )


def test_a_leaf_with_an_unknown_critical_extension_makes_no_path() -> None:
    leaf = _leaf(PRIVATE)

    assert leaf.unknown_critical == {PRIVATE[0]}
    with pytest.raises(InvalidPathError):
        _build(leaf, _sub(), anchor=_root())
    harmless = _leaf((PRIVATE[0], False, PRIVATE[2]))
    assert _build(harmless, _sub(), anchor=_root()).leaf == harmless


def test_a_path_longer_than_an_authority_allows_is_refused() -> None:
    """The root of the world allows one authority below it, and that one allows none."""
    region = world.region("340200").authority
    below = world.authority_below(region, "One too many")
    leaf = world.certified(below, Role.SEAL).certificate

    with pytest.raises(InvalidPathError):
        _build(leaf, below.certificate, region.certificate, anchor=world.root().certificate)
    strict_root = _root(ONLY_LEAVES, factory.CERT_SIGN)
    with pytest.raises(InvalidPathError):
        _build(_leaf(), _sub(), anchor=strict_root)


def test_more_than_six_certificates_make_no_path() -> None:
    def chain(length: int) -> tuple[Certificate, ...]:
        names = [f"ca{number}" for number in range(length)]
        return tuple(
            factory.certificate(name, key=SUB, issuer=issuer, issuer_key=SUB)
            for name, issuer in zip(names, [*names[1:], names[-1]], strict=True)
        )

    six, seven = chain(6), chain(7)

    assert len(_build(six[0], *six[1:-1], anchor=six[-1]).certificates) == 6
    with pytest.raises(InvalidPathError):
        _build(seven[0], *seven[1:-1], anchor=seven[-1])


def test_an_authority_key_identifier_that_does_not_fit_is_refused() -> None:
    sub = _sub(factory.CRITICAL_CA, factory.CERT_SIGN, factory.subject_key_id(SUB))
    fits = _leaf(factory.authority_key_id(key_id(SUB.public_key)))
    differs = _leaf(factory.authority_key_id(key_id(LEAF.public_key)))

    assert _build(fits, sub, anchor=_root()).leaf == fits
    with pytest.raises(InvalidPathError):
        _build(differs, sub, anchor=_root())


def test_a_namesake_with_another_key_does_not_hide_the_right_authority() -> None:
    namesake = factory.certificate("sub", key=LEAF, issuer="root", issuer_key=LEAF)
    right = _sub()

    for order in ((namesake, right), (right, namesake)):
        assert _build(_leaf(), *order, anchor=_root()).certificates[1] == right
    with pytest.raises(InvalidPathError):
        _build(_leaf(), namesake, anchor=_root())


def test_authorities_that_certify_one_another_end_in_no_path() -> None:
    one = factory.certificate("one", key=SUB, issuer="two", issuer_key=SUB)
    two = factory.certificate("two", key=SUB, issuer="one", issuer_key=SUB)
    leaf = factory.certificate("leaf", key=LEAF, issuer="one", issuer_key=SUB)

    with pytest.raises(InvalidPathError):
        _build(leaf, one, two, anchor=_root())


def test_a_crowd_of_namesakes_costs_little_time() -> None:
    crowd = [
        factory.certificate("sub", key=SUB, issuer="sub", issuer_key=SUB, serial=number)
        for number in range(16)
    ]
    started = time.monotonic()

    with pytest.raises(InvalidPathError):
        _build(_leaf(), *crowd, anchor=_root())

    assert time.monotonic() - started < 2


# Times and roles -----------------------------------------------------------------------------


@pytest.mark.parametrize("late", [False, True], ids=["not-yet", "expired"])
def test_a_path_is_as_old_as_its_youngest_and_oldest_certificate(late: bool) -> None:  # noqa: FBT001
    region = world.region("340200").authority
    short = Validity(not_before=world.NOON - DAY, not_after=world.NOON + DAY)
    leaf = world.certified(region, Role.SEAL, validity=short).certificate
    path = _build(leaf, region.certificate, anchor=world.root().certificate)

    paths.check_times(path, world.NOON + DAY if late else world.NOON - DAY)
    with pytest.raises(InvalidPathError, match="seal is not valid"):
        paths.check_times(path, world.NOON + (2 * DAY if late else -2 * DAY))
    with pytest.raises(InvalidPathError, match="is not valid"):
        paths.check_times(path, world.LONG.not_after + DAY)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SEAL])
def test_a_seal_certificate_has_no_other_role(role: Role) -> None:
    with pytest.raises(InvalidPathError, match=f"is not for {role}"):
        paths.check_role(_path(), role)


@pytest.mark.parametrize(
    "extensions",
    [
        (factory.SIGN,),
        (factory.SIGN, (EXTENDED, True, der.sequence(der.oid("2.5.29.37.0")))),
        (
            factory.SIGN,
            (EXTENDED, True, der.sequence(der.oid(Role.SEAL.oid), der.oid(Role.RECORD.oid))),
        ),
        ((EXTENDED, True, der.sequence(der.oid(Role.SEAL.oid))),),
        (factory.CERT_SIGN, (EXTENDED, True, der.sequence(der.oid(Role.SEAL.oid)))),
        (
            factory.SIGN,
            factory.CRITICAL_CA,
            (EXTENDED, True, der.sequence(der.oid(Role.SEAL.oid))),
        ),
    ],
    ids=["none", "any", "two", "no-usage", "other-usage", "authority"],
)
def test_a_leaf_must_have_one_role_and_sign_and_be_no_authority(
    extensions: tuple[factory.Extension, ...],
) -> None:
    leaf = factory.certificate(
        "leaf", key=LEAF, issuer="sub", issuer_key=SUB, extensions=extensions
    )
    path = _build(leaf, _sub(), anchor=_root())

    with pytest.raises(InvalidPathError, match="is not for seal"):
        paths.check_role(path, Role.SEAL)


def test_an_authority_has_no_role_even_when_it_is_its_own_path() -> None:
    path = _build(world.root().certificate, anchor=world.root().certificate)

    with pytest.raises(InvalidPathError):
        paths.check_role(path, Role.SEAL)


# Revocation ----------------------------------------------------------------------------------


def _list(
    authority: CertificateAuthority, *revoked: Certificate, age: timedelta = DAY, number: int = 1
) -> RevocationList:
    made = world.NOON - age
    return authority.revocation_list(
        {item.serial: world.NOON - DAY for item in revoked},
        number=number,
        this_update=made,
        next_update=made + 7 * DAY,
    )


def _revocation(*lists: RevocationList) -> paths.Revocation:
    return paths.revocation_of(_path(), lists=lists, at=world.NOON)


def test_fresh_lists_of_both_authorities_make_a_path_good() -> None:
    region = world.region("340200").authority

    found = _revocation(_list(region, age=2 * DAY), _list(world.root()))

    assert found.state is RevocationState.GOOD
    assert found.as_of == world.NOON - 2 * DAY
    assert found.since is None


def test_a_revoked_leaf_and_a_revoked_authority_are_found() -> None:
    region = world.region("340200")
    leaf, sub = region.seal_signer.certificate, region.authority.certificate

    for lists in (
        (_list(region.authority, leaf), _list(world.root())),
        (_list(region.authority), _list(world.root(), sub)),
    ):
        found = _revocation(*lists)
        assert (found.state, found.since) == (RevocationState.REVOKED, world.NOON - DAY)


def test_serial_numbers_count_only_under_their_own_issuer() -> None:
    region = world.region("340200")

    found = _revocation(
        _list(region.authority), _list(world.root(), region.seal_signer.certificate)
    )

    assert found.state is RevocationState.GOOD


def test_a_missing_list_leaves_the_state_unknown() -> None:
    region = world.region("340200").authority

    assert _revocation().state is RevocationState.UNKNOWN
    assert _revocation(_list(region)).state is RevocationState.UNKNOWN
    assert _revocation(_list(world.root())).state is RevocationState.UNKNOWN


@pytest.mark.parametrize("age", [8 * DAY, -DAY], ids=["stale", "from-the-future"])
def test_a_list_that_is_not_fresh_leaves_the_state_unknown(age: timedelta) -> None:
    region = world.region("340200").authority

    assert _revocation(_list(region, age=age), _list(world.root())).state is RevocationState.UNKNOWN


def test_lists_signed_by_another_are_passed_over() -> None:
    region = world.region("340200")
    forger = CertificateAuthority(certificate=region.authority.certificate, signer=LEAF)
    forged = _list(forger, number=99, age=timedelta())

    assert _revocation(forged, _list(world.root())).state is RevocationState.UNKNOWN
    honest = _list(region.authority, region.seal_signer.certificate)
    assert _revocation(forged, honest, _list(world.root())).state is RevocationState.REVOKED


def test_of_two_lists_the_newer_counts() -> None:
    region = world.region("340200")
    older = _list(region.authority, age=2 * DAY, number=1)
    newer = _list(region.authority, region.seal_signer.certificate, age=DAY, number=2)
    root = _list(world.root())

    for lists in ((older, newer, root), (newer, root, older)):
        assert _revocation(*lists).state is RevocationState.REVOKED
    same_time = _list(region.authority, region.seal_signer.certificate, age=2 * DAY, number=2)
    assert _revocation(same_time, older, root).state is RevocationState.REVOKED


def test_an_anchor_by_itself_needs_no_list() -> None:
    path = _build(world.root().certificate, anchor=world.root().certificate)

    found = paths.revocation_of(path, lists=(), at=world.NOON)

    assert (found.state, found.as_of) == (RevocationState.GOOD, None)
