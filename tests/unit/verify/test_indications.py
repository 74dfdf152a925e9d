"""Indications in the words of EN 319 102-1: of signatures and certificates alone."""

import pytest

from tests.foreign_cases import every_case
from tests.verdict_cases import report_of
from verify.conclusions import Conclusion
from verify.indications import Indication, indication_of

CASES = {case.name: case for case in every_case()}
SUB_INDICATIONS = {
    *("", "GENERIC", "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED", "EXPIRED"),
    *("SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"),
    *("NO_SIGNING_CERTIFICATE_FOUND", "NO_CERTIFICATE_CHAIN_FOUND", "SIGNED_DATA_NOT_FOUND"),
    *("REVOKED_NO_POE", "OUT_OF_BOUNDS_NO_POE", "TRY_LATER"),
}


@pytest.mark.parametrize(
    ("name", "indication", "sub"),
    [
        ("sound", "TOTAL-PASSED", ""),
        ("sound OFD", "TOTAL-PASSED", ""),
        ("sound code", "TOTAL-PASSED", ""),
        ("suspended", "TOTAL-PASSED", ""),
        ("license expired", "TOTAL-PASSED", ""),
        ("text", "TOTAL-FAILED", "FORMAT_FAILURE"),
        ("one bit", "TOTAL-FAILED", "SIG_CRYPTO_FAILURE"),
        ("seal signature of another file", "TOTAL-FAILED", "HASH_FAILURE"),
        ("code with a flipped bit", "TOTAL-FAILED", "SIG_CRYPTO_FAILURE"),
        ("code by a certificate of tomorrow", "TOTAL-FAILED", "EXPIRED"),
        ("unsealed page", "INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND"),
        ("code whose signer nobody publishes", "INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND"),
        ("code without revocation lists", "INDETERMINATE", "TRY_LATER"),
        ("no trust list", "INDETERMINATE", "NO_CERTIFICATE_CHAIN_FOUND"),
        ("code signed by a service", "INDETERMINATE", "CHAIN_CONSTRAINTS_FAILURE"),
    ],
)
def test_a_verdict_has_the_indication_that_fits_it(name: str, indication: str, sub: str) -> None:
    found = indication_of(report_of(CASES[name]))

    assert found == Indication(indication=indication, sub_indication=sub)


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_the_indication_never_says_more_than_the_verdict_at_sealing(case: object) -> None:
    report = report_of(case)

    found = indication_of(report)

    assert found.sub_indication in SUB_INDICATIONS
    if found.indication == "TOTAL-FAILED":
        assert report.conclusion is not Conclusion.PASSED
    if report.conclusion is Conclusion.PASSED:
        assert found == Indication(indication="TOTAL-PASSED")
