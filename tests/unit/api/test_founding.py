"""New instances: what is made, what certifies what, and what production leaves to others."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from api import founding
from api.errors import DemoOnlyError, HomeError
from api.founding import RegionPlan, found_region, found_root, publish_revocations
from api.homes import Home
from api.settings import Environment, Settings
from certs.identifiers import SocialCreditCode
from certs.regions import RegionCode
from signing.authorities import CertificateAuthority
from signing.paths import RevocationState, build_path, check_role, check_times, revocation_of
from signing.revocation_lists import parse_revocation_list
from signing.roles import Role
from signing.signer import Signer
from tests import world

ROLES = (
    Role.SEAL_MAKER,
    Role.SEAL,
    Role.RECORD,
    Role.STATUS,
    Role.SERVICE,
    Role.RECEIPT,
    Role.LEDGER,
)
PLAN = RegionPlan(
    region=RegionCode("340200"),
    name="芜湖市",
    issuer_code=SocialCreditCode("11340200MB9TXY014H"),
    issuer_name="芜湖市市场监督管理局",
    public_url="http://wuhu.test",
    environment=Environment.DEMO,
)


@dataclass
class MemoryKeys:
    """Keys by label."""

    signers: dict[str, world.MemorySigner] = field(default_factory=dict)

    def generate(self, label: str) -> Signer:
        assert label not in self.signers
        self.signers[label] = world.MemorySigner(label)
        return self.signers[label]

    def open(self, label: str) -> Signer:
        return self.signers[label]


def root_in(home: Home, keys: MemoryKeys) -> CertificateAuthority:
    found_root(home, name="测试", keys=keys, environment=Environment.DEMO, now=world.NOON)
    return CertificateAuthority(
        certificate=home.read_certificate(founding.AUTHORITY),
        signer=keys.open(founding.AUTHORITY),
    )


def region_in(home: Home, *, parent: CertificateAuthority | None = None) -> MemoryKeys:
    keys = MemoryKeys()
    found_region(home, PLAN, keys=keys, parent=parent, now=world.NOON)
    return keys


def test_a_root_certifies_itself_and_one_list_signer(tmp_path: Path) -> None:
    home, keys = Home(tmp_path / "root"), MemoryKeys()
    root = root_in(home, keys)

    signer = home.read_certificate(Role.TRUST_LIST)
    path = build_path(signer, intermediates=(), anchors=(root.certificate,))
    check_role(path, Role.TRUST_LIST)
    check_times(path, world.NOON)
    assert keys.signers.keys() == {founding.AUTHORITY, Role.TRUST_LIST}
    assert Settings.read(home.root).kind == "root"


@pytest.mark.parametrize("below_root", [True, False])
def test_every_key_of_a_region_has_a_certificate_of_its_one_role(
    tmp_path: Path, *, below_root: bool
) -> None:
    root = root_in(Home(tmp_path / "root"), MemoryKeys())
    home = Home(tmp_path / "wuhu")
    keys = region_in(home, parent=root if below_root else None)
    authority = home.read_certificate(founding.AUTHORITY)

    roles = (*ROLES, Role.TIMESTAMP)  # demo and dev have a clock for others
    assert keys.signers.keys() == {founding.AUTHORITY, *roles}
    assert authority.is_self_issued is not below_root
    for role in roles:
        certificate = home.read_certificate(role)
        path = build_path(certificate, intermediates=(), anchors=(authority,))
        check_role(path, role)
        check_times(path, world.NOON)
        assert certificate.public_key == keys.open(role).public_key
    if below_root:
        build_path(authority, intermediates=(), anchors=(root.certificate,))


def test_seal_record_and_receipt_name_the_issuing_authority_and_the_others_do_not(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path / "wuhu")
    region_in(home)

    codes = {role: home.read_certificate(role).organization_code for role in ROLES}

    issuer = str(PLAN.issuer_code)
    assert codes == dict.fromkeys(ROLES, "") | dict.fromkeys(
        (Role.SEAL, Role.RECORD, Role.RECEIPT), issuer
    )


def test_a_new_region_publishes_an_empty_revocation_list(tmp_path: Path) -> None:
    home = Home(tmp_path / "wuhu")
    region_in(home)
    issued = parse_revocation_list((home.folder("crl") / founding.CRL_FILE).read_bytes())
    authority = home.read_certificate(founding.AUTHORITY)
    path = build_path(home.read_certificate(Role.SEAL), intermediates=(), anchors=(authority,))

    states = [
        revocation_of(path, lists=(issued,), at=at).state
        for at in (world.NOON, world.NOON + founding.CRL_LIFETIME + timedelta(seconds=1))
    ]

    assert states == [RevocationState.GOOD, RevocationState.UNKNOWN]


def test_revocation_lists_are_numbered_upwards(tmp_path: Path) -> None:
    home = Home(tmp_path / "wuhu")
    keys = region_in(home)
    authority = CertificateAuthority(
        certificate=home.read_certificate(founding.AUTHORITY),
        signer=keys.open(founding.AUTHORITY),
    )

    first, second = (
        parse_revocation_list(
            publish_revocations(home, authority, now=world.NOON + timedelta(days=days)).read_bytes()
        )
        for days in (1, 2)
    )

    assert second.number > first.number


def test_two_regions_share_no_secret(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name) for name in ("wuhu", "baoji")]
    for home in homes:
        region_in(home)

    secrets = {
        home.read_secret(name)
        for home in homes
        for name in (founding.HOLDER_KEY_FILE, founding.STATUS_KEY_FILE)
    }

    assert len(secrets) == 4


def test_production_leaves_requests_for_an_outside_authority(tmp_path: Path) -> None:
    home, keys = Home(tmp_path / "wuhu"), MemoryKeys()
    plan = replace(PLAN, environment=Environment.PRODUCTION)

    found_region(home, plan, keys=keys, parent=None, now=world.NOON)

    assert keys.signers.keys() == set(ROLES)
    found = {path.name for path in home.folder("certs").iterdir()}
    assert found == {f"{role}.csr" for role in ROLES}
    text = (home.folder("certs") / "seal.csr").read_text("ascii")
    assert text.startswith("-----BEGIN CERTIFICATE REQUEST-----")
    assert not list(home.folder("crl").iterdir())


def test_a_root_is_not_founded_in_production(tmp_path: Path) -> None:
    home, keys = Home(tmp_path / "root"), MemoryKeys()

    with pytest.raises(DemoOnlyError):
        found_root(home, name="测试", keys=keys, environment=Environment.PRODUCTION, now=world.NOON)

    assert (home.root.exists(), keys.signers) == (False, {})


def test_nothing_is_founded_over_an_instance(tmp_path: Path) -> None:
    home = Home(tmp_path / "wuhu")
    region_in(home)
    secret = home.read_secret(founding.HOLDER_KEY_FILE)

    with pytest.raises(HomeError):
        region_in(home)
    with pytest.raises(HomeError):
        root_in(home, MemoryKeys())

    assert home.read_secret(founding.HOLDER_KEY_FILE) == secret
