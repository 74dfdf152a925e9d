"""Policies: what findings mean, for whom, and what no policy may soften."""

from datetime import timedelta
from pathlib import Path

import pytest

from certs.statuses import StatusKind
from certs.typed_tables import TypedTable
from tests import sealed
from tests.sealed import Regions, code_text, judge
from verify.checks import ALWAYS_REFUSE, Check, Level
from verify.conclusions import Conclusion
from verify.errors import MalformedPolicyError
from verify.policies import (
    Policy,
    Purpose,
    StatusOrder,
    load_policy,
    parse_policy,
    shipped_policy,
    with_witnesses,
)
from verify.verifier import Inquiry

HEAD = 'schema = "yinxin.policy/1"\nname = "own"\n'


def policy(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "own.toml"
    path.write_text(HEAD + text, "utf-8")
    return load_policy(path)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_a_policy_that_says_so(purpose: Purpose) -> None:
    found = shipped_policy(purpose)

    assert found.name == purpose
    assert found.zh
    assert len(found.identity) == 64


def test_shipped_policies_differ_in_identity() -> None:
    assert len({shipped_policy(purpose).identity for purpose in Purpose}) == len(Purpose)


def test_what_a_policy_does_not_name_refuses(tmp_path: Path) -> None:
    found = policy(tmp_path, "")

    assert {found.level(check) for check in Check} == {Level.REFUSE}


def test_a_policy_changes_the_one_it_is_based_on(tmp_path: Path) -> None:
    found = policy(
        tmp_path,
        'base = "public"\n[status]\ncodes = "online-only"\nlongest_age_hours = 2\n'
        '[levels]\n"license.validity" = "warn"\n',
    )

    assert found.level(Check.LICENSE_VALIDITY) is Level.WARN
    assert found.level(Check.TIMESTAMP_TRUSTED) is Level.WARN
    assert found.codes is StatusOrder.ONLINE_ONLY
    assert found.documents is shipped_policy(Purpose.PUBLIC).documents
    assert found.longest_age == timedelta(hours=2)


def test_a_policy_says_how_many_witnesses_a_ledger_needs_and_keeps_saying_so(
    tmp_path: Path,
) -> None:
    found = policy(tmp_path, 'base = "public"\n[ledger]\nwitnesses = 3\n')

    assert found.witnesses == 3
    again = parse_policy(TypedTable(found.as_json(), error=MalformedPolicyError))
    assert (again.witnesses, again.identity) == (3, found.identity)
    assert "ledger" not in shipped_policy(Purpose.PUBLIC).as_json()
    with pytest.raises(MalformedPolicyError):
        policy(tmp_path, "[ledger]\nwitnesses = 65\n")


def test_an_instance_raises_the_number_of_witnesses_and_never_lowers_it() -> None:
    public = shipped_policy(Purpose.PUBLIC)

    assert with_witnesses(public, 1) is public
    assert with_witnesses(public, 4).witnesses == 4
    assert with_witnesses(with_witnesses(public, 4), 2).witnesses == 4


@pytest.mark.parametrize("check", sorted(ALWAYS_REFUSE))
@pytest.mark.parametrize("level", ["warn", "inform"])
def test_what_makes_a_document_genuine_cannot_be_softened(
    tmp_path: Path, check: Check, level: str
) -> None:
    with pytest.raises(MalformedPolicyError, match=check.value):
        policy(tmp_path, f'[levels]\n"{check}" = "{level}"\n')


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[levels]\n"license.colour" = "warn"\n', "license.colour"),
        ('[levels]\n"license.status" = "maybe"\n', "license.status"),
        ('[status]\ncodes = "sometimes"\n', "codes"),
        ("[status]\nlongest_age_hours = 0\n", "longest_age_hours"),
        ("[status]\nlongest_age_hours = 99999\n", "longest_age_hours"),
        ("[status]\nlongest_age_days = 1\n", "longest_age_days"),
        ('base = "none"\n', "base"),
        ("colour = 1\n", "colour"),
    ],
)
def test_an_error_names_file_and_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(MalformedPolicyError, match=rf"own\.toml: .*{place}"):
        policy(tmp_path, text)


def test_no_file_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(MalformedPolicyError, match="absent"):
        load_policy(tmp_path / "absent.toml")


def test_an_archive_takes_a_license_that_has_ended_since_and_a_window_does_not() -> None:
    ended = Regions(event=sealed.event(StatusKind.REVOKED))
    conclusions = {
        purpose: judge(
            sealed.sound(), regions=ended, inquiry=Inquiry(policy=shipped_policy(purpose))
        ).conclusion
        for purpose in Purpose
    }

    assert conclusions == {
        Purpose.PUBLIC: Conclusion.FAILED,
        Purpose.ACCEPTANCE: Conclusion.FAILED,
        Purpose.ARCHIVE: Conclusion.PASSED,
    }


def test_a_policy_that_wants_the_region_itself_is_not_content_with_its_list(
    tmp_path: Path,
) -> None:
    from tests.carrier_cases import status_list_with  # noqa: PLC0415 - cyclic at import

    strict = policy(tmp_path, 'base = "public"\n[status]\ncodes = "online-only"\n')
    regions = Regions(silent=True, status_lists={(0, None): status_list_with()})
    verifier = sealed.verifier_of(regions=regions)
    text = code_text(sealed.record())

    assert verifier.verify_text(text).conclusion is Conclusion.PASSED
    wanted = verifier.verify_text(text, Inquiry(policy=strict))
    assert wanted.conclusion is Conclusion.INDETERMINATE
