"""Whom a benefit is for is found in the own register, and each holder can see who looked."""

from pathlib import Path

import pytest

from certs.catalogue import Catalogue
from certs.releases import BasisKind
from certs.type_folders import shipped_types
from tests.instances import Country, Instance
from verify.benefits.matching import BenefitMatcher
from verify.benefits.policies import BenefitPolicy, load_policy
from verify.errors import MalformedRegisterError

POLICY = """\
schema = "yinxin.benefit/1"
matter = "food-license-renewal"
name_zh = "样例补贴"
name_en = "Sample benefit"
department_zh = "芜湖市样例局"
legal_basis = "样例 · unconfirmed"

[[holders]]
code = "shops"
license_types = ["food_business"]
"""
IS_FILLED = '[[holders.conditions]]\nfield = "{field}"\nfilled = true\n'
EQUALS = '[[holders.conditions]]\nfield = "operator"\nequals = "{text}"\n'


def policy(folder: Path, text: str = POLICY) -> BenefitPolicy:
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return load_policy(path, types=shipped_types())


@pytest.fixture
def wuhu(country: Country) -> Instance:
    country.wuhu.mint()
    return country.wuhu


def matcher(instance: Instance) -> BenefitMatcher:
    return BenefitMatcher(
        unit_of_work=instance.services.unit_of_work,
        objects=instance.services.objects,
        catalogue=Catalogue.of(shipped_types()),
        clock=instance.services.clock,
    )


def test_who_fits_is_found_by_the_fields_of_a_license(wuhu: Instance, tmp_path: Path) -> None:
    with wuhu.services.unit_of_work() as work:
        (license,) = work.licenses.newest(5)
    operator = str(wuhu.rows[0]["operator"])

    found = {
        text: list(matcher(wuhu).matching(policy(tmp_path, POLICY + conditions)))
        for text, conditions in {
            "everybody": "",
            "the operator": EQUALS.format(text=operator),
            "somebody else": EQUALS.format(text="别人"),
            "with premises": IS_FILLED.format(field="premises"),
        }.items()
    }

    assert found == {
        "everybody": [license.identifier],
        "the operator": [license.identifier],
        "somebody else": [],
        "with premises": [license.identifier],
    }


def test_holders_see_who_looked_before_anything_leaves(wuhu: Instance, tmp_path: Path) -> None:
    stream = matcher(wuhu).matching(policy(tmp_path, POLICY + IS_FILLED.format(field="premises")))

    identifier = next(stream)

    with wuhu.services.unit_of_work() as work:
        (use,) = work.usages.of_license(identifier)
    assert (use.user, use.basis, use.fields) == (
        "芜湖市样例局",
        BasisKind.BENEFIT.value,
        ("status", "premises"),
    )
    assert "样例补贴" in use.purpose


def test_nobody_is_on_record_who_does_not_fit(wuhu: Instance, tmp_path: Path) -> None:
    assert not list(matcher(wuhu).matching(policy(tmp_path, POLICY + EQUALS.format(text="别人"))))

    with wuhu.services.unit_of_work() as work:
        (license,) = work.licenses.newest(5)
        assert work.usages.of_license(license.identifier) == ()


def test_a_license_that_ended_fits_nothing(wuhu: Instance, tmp_path: Path) -> None:
    with wuhu.services.unit_of_work() as work:
        (license,) = work.licenses.newest(5)
    answer = wuhu.client.post(
        f"/api/v1/licenses/{license.identifier}/status",
        json={
            "kind": "revoked",
            "effective_at": wuhu.services.clock.now().isoformat(),
            "decision_no": "样1号",
            "reason": "样例",
        },
        headers=wuhu.headers("issuer"),
    )
    assert answer.status_code in {200, 201}, answer.text

    assert list(matcher(wuhu).matching(policy(tmp_path))) == []


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('"food_business"', '"no_type"', "no_type"),
        ("yinxin.benefit/1", "yinxin.benefit/9", "schema"),
        ('legal_basis = "样例 · unconfirmed"', 'legal_basis = " "', "legal_basis"),
        ("[[holders]]", 'formula = "1 + 1"\n[[holders]]', "formula"),
    ],
)
def test_a_policy_says_nothing_that_is_not_on_the_list(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    with pytest.raises(MalformedRegisterError, match=named):
        policy(tmp_path, POLICY.replace(before, after))
