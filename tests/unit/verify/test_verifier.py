"""The verifier: every finding it can make, and what follows from it."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.algorithms import sm3
from tests import sealed, world
from tests.foreign_cases import every_case
from tests.sealed import Face, Pages, Regions, judge
from tests.verdict_cases import Case, findings_of, report_of
from verify.checks import Check, Level, Outcome
from verify.conclusions import Conclusion
from verify.report import Report
from verify.verifier import Inquiry

VECTORS = Path(os.environ.get("YINXIN_VECTORS", "../shared/vectors")) / "pdf-sealed"
CASES = every_case()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_circumstance_is_found_and_concludes_as_designed(case: Case) -> None:
    report = report_of(case)

    assert case.finding in findings_of(report)
    assert (report.conclusion, report.conclusion_at_sealing) == (case.conclusion, case.at_sealing)


def test_every_check_has_a_circumstance_in_which_it_does_not_end_well() -> None:
    assert {case.finding[0] for case in CASES if case.finding[1] is not Outcome.OK} == set(Check)


def test_a_sound_face_makes_every_check_end_well() -> None:
    report = judge(sealed.sound())

    assert [item.check for item in report.findings if item.outcome is not Outcome.OK] == []
    assert {(item.check, item.signature) for item in report.findings} >= report.required


def test_a_report_names_what_it_relied_on() -> None:
    report = judge(sealed.sound())

    assert report.trust_list == sealed.trust().identity
    assert report.document_digest == sm3(sealed.sound()).hex()
    assert report.sealed_at == world.NOON
    assert report.judged_at == sealed.NOW
    as_of = {item.check: item.as_of for item in report.findings}
    assert as_of[Check.LICENSE_STATUS] == sealed.NOW
    assert as_of[Check.SEAL_CERTIFICATE_REVOCATION] == world.NOON


def test_a_report_tells_the_license_and_both_signatures() -> None:
    report = judge(sealed.sound())

    assert report.license is not None
    assert report.license.identifier == str(sealed.record().identifier)
    assert report.license.status == "active"
    assert [(item.kind, item.intact, item.covers) for item in report.signatures] == [
        ("cms", True, "all"),
        ("seal", True, "all"),
    ]


def test_appended_bytes_are_named_as_unprotected() -> None:
    report = judge(sealed.sound() + b"%" * 7)

    assert {item.covers for item in report.signatures} == {"partial"}
    assert {item.unprotected for item in report.signatures} == {("7 bytes after the sealed part",)}


def test_an_ended_seal_certificate_only_warns() -> None:
    (case,) = [case for case in CASES if case.name == "seal certificate ended since"]

    report = report_of(case)
    levels = {report.level(item) for item in report.findings if item.outcome is Outcome.BAD}

    assert levels == {Level.WARN}


def test_a_withdrawn_anchor_still_holds_what_was_sealed_before() -> None:
    region = sealed.trusted_region()
    anchor = replace(region.anchors[0], withdrawn_at=sealed.NOW)

    report = judge(sealed.sound(), trusted=sealed.trust(replace(region, anchors=(anchor,))))

    # What was sealed stands; a region without an anchor today can say nothing today.
    assert report.conclusion_at_sealing is Conclusion.PASSED
    assert report.conclusion is Conclusion.INDETERMINATE


def test_pages_of_files_that_are_not_ours_are_never_opened() -> None:
    pages = Pages()

    for data in (b"", b"%PDF-1.7\n%%EOF\n", sealed.unsealed(), sealed.sound() + b" "):
        judge(data, pages=pages)

    assert pages.asked == 0


def test_a_region_is_asked_only_about_its_own_licenses() -> None:
    class Unasked(Regions):
        def ask_status(
            self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
        ) -> bytes | None:
            raise AssertionError((service_url, identifier, nonce, at))

    trusted = sealed.trust(sealed.trusted_region("610300"))

    report = judge(sealed.sound(), trusted=trusted, regions=Unasked())

    assert report.license is not None
    assert report.license.status == "unknown"


def test_every_question_about_status_has_a_nonce_of_its_own() -> None:
    nonces: list[str] = []

    class Listening(Regions):
        def ask_status(
            self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
        ) -> bytes | None:
            nonces.append(nonce)
            return super().ask_status(service_url, identifier, nonce, at=at)

    for _ in range(3):
        assert judge(sealed.sound(), regions=Listening()).conclusion is Conclusion.PASSED

    assert len(set(nonces)) == 3
    assert {len(nonce) for nonce in nonces} == {32}


def test_a_renamed_signature_of_ours_is_not_taken_for_a_foreign_one() -> None:
    renamed = sealed.sound().replace(b"ETSI.CAdES.detached", b"adbe.pkcs7.detached")

    assert judge(renamed).conclusion is Conclusion.FAILED


def test_a_status_that_takes_effect_at_the_end_of_time_does_not_stop_the_verifier() -> None:
    event = sealed.event(effective_at=datetime.max.replace(microsecond=0, tzinfo=UTC))

    assert judge(sealed.sound(), regions=Regions(event=event)).license is not None


@pytest.mark.parametrize(
    "name",
    [
        "adobe-pkcs7detached-gbt35275-attrs",
        "dj-sm2cms-embedded-digest",
        "gomain-sm2seal-v1",
        "gomain-sm2seal-v4",
    ],
)
def test_files_that_others_sealed_are_neither_passed_nor_called_unsigned(name: str) -> None:
    path = VECTORS / f"{name}.pdf"
    if not path.is_file():
        pytest.skip(f"no vectors of other implementations at {VECTORS} (YINXIN_VECTORS)")

    report = judge(path.read_bytes())

    assert report.conclusion is not Conclusion.PASSED
    assert report.conclusion_at_sealing is not Conclusion.PASSED
    assert (Check.SIGNATURE_PRESENT, Outcome.OK, "") in findings_of(report)
    assert all(item.intact for item in report.signatures)


def _of_other_region() -> Report:
    """A face of the other region that claims to come from this one."""
    other = world.region("610300")
    face = Face(
        record_signer=other.record_signer,
        seal_signer=other.seal_signer,
        seal=other.seal,
    )
    trusted = sealed.trust(
        sealed.trusted_region(), sealed.trusted_region("610300", url="http://baoji.test")
    )
    return judge(face.seal_it(), trusted=trusted)


def test_one_trusted_region_cannot_issue_in_the_name_of_another() -> None:
    report = _of_other_region()

    assert report.conclusion is report.conclusion_at_sealing is Conclusion.FAILED
    bad = {check for check, outcome, _ in findings_of(report) if outcome is Outcome.BAD}
    assert bad >= {
        Check.SEAL_CERTIFICATE_PATH,
        Check.MAKER_CERTIFICATE_PATH,
        Check.RECORD_CERTIFICATE_PATH,
        Check.ISSUER_CODE,
    }


def test_every_certificate_case_fails_for_its_own_certificate_only() -> None:
    """A maker of another region leaves the findings on the signer good, and so on."""
    for case in CASES:
        if "of another region" in case.name:
            bad = {
                check
                for check, outcome, _ in findings_of(report_of(case))
                if outcome is Outcome.BAD
            }
            assert bad == {case.finding[0]}, case.name


def test_the_table_of_circumstances_names_each_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_verdict_about_an_earlier_day_asks_the_region_about_that_day() -> None:
    asked: list[datetime | None] = []

    class Listening(Regions):
        def ask_status(
            self, service_url: str, identifier: str, nonce: str, *, at: datetime | None = None
        ) -> bytes | None:
            asked.append(at)
            return super().ask_status(service_url, identifier, nonce, at=at)

    day = world.NOON + timedelta(minutes=20)
    report = judge(sealed.sound(), regions=Listening(), inquiry=Inquiry(moment=day))

    assert asked == [day]
    assert report.conclusion is Conclusion.PASSED
    assert report.moment == day


def test_an_answer_about_another_day_does_not_serve() -> None:
    other = Regions(bend=lambda answer: replace(answer, at=world.NOON))

    assert judge(sealed.sound(), regions=other).conclusion is Conclusion.INDETERMINATE
