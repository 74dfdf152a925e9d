"""Files that other implementations made get the verdict that three other verifiers gave.

No root of theirs is trusted here, so an intact file is indeterminate at best; one that was
signed outside the validity of certificate or seal fails for that and for nothing else.
"""

import os
from pathlib import Path

import pytest

from tests.openssl import VECTORS, vector
from tests.sealed import Held, judge
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import DocumentFormat, Report

INTACT = {
    "ses/UserV1.esl": DocumentFormat.SES,
    "ses/UserV4.esl": DocumentFormat.SES,
    "ses/seal1.esl": DocumentFormat.SES,
    "ses/seal4.esl": DocumentFormat.SES,
    "ses/seal5.esl": DocumentFormat.SES,
    "ses/SignedValueV4.dat": DocumentFormat.SES,
    "ofd-signed/V4RideRight.ofd": DocumentFormat.OFD,
    "ofd-signed/allprotected.ofd": DocumentFormat.OFD,
    "p7/cfca-sadk-attached.p7": DocumentFormat.SIGNED_DATA,
}
OUT_OF_TIME = {
    "ses/UserV5.esl": 1,
    "ses/UserV5_ts.esl": 1,
    "ses/seal4d.esl": 1,
    "ses/SignedValueV5.dat": 1,
    "ofd-signed/SESV4SignDoc.ofd": 1,
    "ofd-signed/gen_13_riding_seal.ofd": 1,
    "ofd-signed/gen_14_digital_sign.ofd": 1,
    "ofd-signed/s1.ofd": 1,
    "ofd-signed/sealed1.ofd": 1,
    "ofd-signed/sealed4.ofd": 1,
    "ofd-signed/sealed4d.ofd": 1,
    "ofd-signed/sealed5.ofd": 1,
    "ofd-signed/two-seals.ofd": 2,
    "ofd-signed/signed-p7.ofd": 1,
    "ofd-signed/signed-p7attrs.ofd": 1,
    "pdf-sealed/adobe-pkcs7detached-gbt35275-attrs.pdf": 1,
    "pdf-sealed/dj-sm2cms-embedded-digest.pdf": 1,
    "pdf-sealed/gomain-sm2seal-v1.pdf": 1,
    "pdf-sealed/gomain-sm2seal-v4.pdf": 1,
}
TIME_CHECKS = {
    Check.SEAL_VALIDITY,
    Check.SEAL_CERTIFICATE_PATH,
    Check.MAKER_CERTIFICATE_PATH,
    Check.SIGNER_CERTIFICATE_PATH,
}
TRUST_CHECKS = {*TIME_CHECKS, Check.TRUST_LIST}


def _judge(data: bytes, content: bytes | None = None) -> Report:
    return judge(data, trusted=Held(None), content=content)


def _of_outcome(report: Report, outcome: Outcome) -> set[Check]:
    return {
        item.check
        for item in report.findings
        if item.outcome is outcome and report.level(item) is Level.REFUSE
    }


@pytest.mark.parametrize(("path", "kind"), INTACT.items())
def test_an_intact_file_of_others_is_indeterminate_for_want_of_trust(
    path: str, kind: DocumentFormat
) -> None:
    report = _judge(vector(path))

    assert report.format is kind
    assert report.conclusion is Conclusion.INDETERMINATE
    assert all(item.intact for item in report.signatures)
    assert _of_outcome(report, Outcome.BAD) == set()
    assert _of_outcome(report, Outcome.UNKNOWN) <= {*TRUST_CHECKS, Check.SEAL_SIGNATURE_CONTENT}


@pytest.mark.parametrize(("path", "count"), OUT_OF_TIME.items())
def test_what_was_sealed_outside_its_time_fails_for_that_alone(path: str, count: int) -> None:
    report = _judge(vector(path))

    assert report.conclusion is Conclusion.FAILED
    assert [item.intact for item in report.signatures] == [True] * count
    bad = _of_outcome(report, Outcome.BAD)
    assert bad
    assert bad <= TIME_CHECKS


def test_a_detached_message_is_judged_with_its_document_and_not_without() -> None:
    name = "p7/cfca-sadk-detached-HelloSecretWorld"
    data, content = vector(f"{name}.p7"), vector(f"{name}.data")

    assert _of_outcome(_judge(data), Outcome.UNKNOWN) >= {Check.SIGNATURE_INTACT}
    with_it = _judge(data, content)
    assert all(item.intact for item in with_it.signatures)
    assert with_it.conclusion is Conclusion.INDETERMINATE
    assert _judge(data, content + b" ").conclusion is Conclusion.FAILED


def test_a_first_seal_over_the_list_of_signatures_is_broken_by_the_second() -> None:
    report = _judge(vector("ofd-signed/h.ofd"))

    assert report.conclusion is Conclusion.FAILED
    assert [item.intact for item in report.signatures] == [False, True]
    (broken,) = [item for item in report.findings if item.check is Check.SIGNATURE_REFERENCES]
    assert (broken.signature, broken.facts["count"]) == (1, "1")


def test_a_bare_signature_value_fails_by_name() -> None:
    report = _judge(vector("ofd-signed/DigitalSign.ofd"))

    assert report.conclusion is Conclusion.FAILED
    (profile,) = [item for item in report.findings if item.check is Check.SIGNATURE_PROFILE]
    assert profile.reason == "no-certificate"


def test_a_package_with_a_sound_list_of_entries_has_no_document_signature() -> None:
    report = _judge(vector("ofd-signed/hello-integrity.ofd"))

    outcomes = {item.check: item.outcome for item in report.findings}
    assert outcomes[Check.FILE_INTEGRITY] is Outcome.OK
    assert outcomes[Check.SIGNATURE_PRESENT] is Outcome.BAD


@pytest.mark.parametrize("name", ["w5wa_4f65c102_Seal.esl", "w5wa_397ba770_UserV1.esl"])
def test_damaged_seals_are_refused(name: str) -> None:
    report = _judge(vector(f"ses/{name}"))

    assert report.conclusion is Conclusion.FAILED
    assert Check.FILE_FORMAT in _of_outcome(report, Outcome.BAD)


def test_certificates_alone_are_read_and_signed_by_nobody() -> None:
    report = _judge(vector("p7/gmssl-sm2-certchain.p7.pem"))

    assert report.format is DocumentFormat.SIGNED_DATA
    assert _of_outcome(report, Outcome.BAD) == {Check.SIGNATURE_PRESENT}


def _fuzzed() -> list[Path]:
    folders = (VECTORS / "ses-fuzz", VECTORS / "ofd-fuzz")
    return sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir())


@pytest.mark.skipif(
    not (VECTORS / "ofd-fuzz").is_dir(), reason=f"no vectors at {VECTORS} (set YINXIN_VECTORS)"
)
def test_no_fuzzed_file_passes_or_stops_the_verifier() -> None:
    found = {os.path.relpath(path, VECTORS): _judge(path.read_bytes()) for path in _fuzzed()}

    assert found
    assert {report.conclusion for report in found.values()} == {Conclusion.FAILED}
