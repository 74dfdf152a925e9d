"""Bad trust never passes anything: each way ends indeterminate or failed, for its own reason."""

import json

import pytest

from certs import canonical
from signing.algorithms import sm3
from tests import trust_cases
from tests.list_sources import Answer, serving
from tests.trust_cases import TrustCase
from tests.trust_lists import (
    Ground,
    content,
    genuine,
    judged,
    next_signer,
    rolled,
    root_change,
    signer,
)
from verify.conclusions import Conclusion
from verify.trust_lists import sign_content

CASES = trust_cases.all_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bad_trust_is_found_out_and_never_passes(case: TrustCase) -> None:
    report = case.report()

    found = {(item.check, item.outcome, item.reason) for item in report.findings}
    assert case.finding in found
    assert report.conclusion is case.conclusion
    assert report.conclusion in {Conclusion.FAILED, Conclusion.INDETERMINATE}


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_what_the_cases_bend_passes_as_it_is() -> None:
    by_hand = judged(lambda at: at.offered(genuine()))
    with serving(Answer(body=genuine)) as url:
        fetched = judged(lambda at: trust_cases.refresh(at, url))
    followed_list = rolled(1, root_change(), next_signer())
    followed = judged(lambda at: at.offered(followed_list))

    for report in (by_hand, fetched, followed):
        assert report.conclusion is Conclusion.PASSED


def test_the_verdict_names_the_list_by_the_digest_of_its_payload() -> None:
    data = sign_content(content(5), signer=signer())

    report = judged(lambda at: at.offered(data))

    payload = canonical.encode(json.loads(data)["payload"])
    assert report.trust_list == sm3(payload).hex()


def test_a_verdict_without_trust_names_no_list() -> None:
    def nothing(_: Ground) -> None:
        """Leave the folder as it is."""

    assert judged(nothing).trust_list == ""
