"""What must not pass does not: every named case gives its finding, and the page lists them all."""

from collections import Counter

import pytest

from tests import trust_cases
from tests.foreign_cases import every_case
from tests.negative_cases import DOCUMENT, REFUSED, NegativeCase, all_cases, document
from tests.receipt_cases import receipt_cases
from verify.callers import Distrust
from verify.conclusions import Conclusion

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_wrong_is_found_and_does_not_pass(case: NegativeCase) -> None:
    verdict = case.judge()

    assert case.finding in verdict.findings
    assert (verdict.at_sealing, verdict.now) == case.expected
    assert verdict.now in {"failed", "indeterminate", REFUSED}


def test_the_page_is_the_one_that_is_printed() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "python -m tests.negative_cases --write"


def test_no_case_is_told_twice() -> None:
    for texts in ([case.zh for case in CASES], [(case.en, case.finding) for case in CASES]):
        assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_there_are_more_than_the_sixty_that_were_asked_for() -> None:
    assert len(CASES) >= 200


def test_whatever_the_tables_find_wrong_has_a_named_case() -> None:
    documents = (*every_case(), *receipt_cases())
    wrong = {case.finding for case in documents if case.conclusion is not Conclusion.PASSED}
    wrong |= {case.finding for case in trust_cases.all_cases()}

    named = {case.finding for case in CASES}
    assert sorted({(str(i), str(j), k) for i, j, k in wrong} - named) == []


def test_every_reason_for_refusing_a_request_has_a_case() -> None:
    refused = {case.finding[0] for case in CASES if case.expected == ("", REFUSED)}

    # An unsigned request is refused by the route, which a case of its own shows.
    assert refused == set(Distrust) - {Distrust.UNSIGNED}
