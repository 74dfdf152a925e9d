"""Receipts as whoever reads them finds them."""

import base64
import json
import re
import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from certs.canonical import JsonValue
from certs.envelopes import sign_payload
from certs.holder_codes import HolderCode, HolderCodeType
from signing.algorithms import sm3
from signing.errors import TimestampUnavailableError
from tests import sealed, world
from tests.carrier_cases import photo_of, status_list_with
from tests.foreign import clock
from tests.ledger_proofs import proof_of
from tests.receipt_cases import (
    LATER,
    SEEN,
    YEARS_LATER,
    receipt_cases,
    seen_receipt,
    witnessed_trust,
)
from tests.receipts import (
    NoNetwork,
    Payload,
    desk,
    examined,
    forged,
    issued,
    read,
    receipt_signer,
    signed_trust,
    sound_receipt,
    sound_trust,
    verifier,
)
from tests.sealed import CODE, NOW, Face, Held, Regions, code_text
from tests.verdict_cases import Case, findings_of, report_of
from verify.carriers.receipts import MAX_RECEIPT_BYTES, SCHEMA, read_receipt
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.errors import MalformedReceiptError, ReceiptRefusedError
from verify.examination import refused
from verify.receipt_statements import first_difference
from verify.receipts import is_number, parse_receipt
from verify.report import DocumentFormat, Finding, Requirement
from verify.requirements import requirements
from verify.verifier import PUBLIC

CASES = {case.name: case for case in receipt_cases()}


def payload_of(receipt: bytes) -> Payload:
    payload: Payload = json.loads(receipt)["payload"]
    return payload


@pytest.mark.parametrize("case", CASES.values(), ids=str)
def test_each_circumstance_leads_to_its_finding_and_conclusion(case: Case) -> None:
    report = report_of(case)

    assert case.finding in findings_of(report)
    assert report.conclusion is case.conclusion
    assert report.conclusion_at_sealing is case.at_sealing


# What is given -------------------------------------------------------------------------------


def test_a_receipt_states_the_verdict_and_the_digests_of_all_that_it_is_about() -> None:
    given = issued()
    payload = payload_of(given.encoded)
    verdict = payload["verdict"]

    assert is_number(payload["number"])
    assert verdict["conclusion"] == verdict["conclusion_at_sealing"] == "passed"
    assert verdict["digests"] == {
        "document": sm3(sealed.sound()).hex(),
        "seal": sm3(sealed.Face().seal.encoded).hex(),
        "license": sealed.record().digest.hex(),
    }
    assert verdict["trust_list"] == {"identity": sound_trust().identity, "version": 3}
    assert payload["zh"] == "印章真实；证照有效"
    assert payload["verifier"] == {
        "region": "340200",
        "name": "芜湖市市场监督管理局",
        "code": "11340200MB9TXY014H",
    }
    assert zlib.decompress(base64.b64decode(payload["trust_list"])) == sound_trust().encoded


def test_another_format_than_the_file_has_is_found_out() -> None:
    """A receipt that calls the file something else, with a verdict that follows."""
    found = replace(examined(b"no document"), format=DocumentFormat.OFD)
    receipt = desk().issue(found, PUBLIC).encoded

    report = read(receipt, file=b"no document")

    assert (Check.RECEIPT_DOCUMENT, Outcome.BAD, "otherwise") in findings_of(report)


def test_no_two_receipts_have_one_number() -> None:
    numbers = {payload_of(issued().encoded)["number"] for _ in range(20)}

    assert len(numbers) == 20


@pytest.mark.parametrize(
    ("brought", "kind"),
    [
        (sealed.sound_ofd, DocumentFormat.OFD),
        (lambda: photo_of(code_text(sealed.record())), DocumentFormat.QR),
    ],
)
def test_every_file_gets_its_receipt_and_is_found_again(
    brought: object, kind: DocumentFormat
) -> None:
    assert callable(brought)
    data = brought()
    receipt = issued(data)

    report = read(receipt.encoded, file=data)

    assert receipt.report.format is kind
    assert report.conclusion is receipt.report.conclusion is Conclusion.PASSED
    assert (Check.RECEIPT_DOCUMENT, Outcome.OK, "") in findings_of(report)


@pytest.mark.parametrize("text", [code_text(sealed.record()), str(sealed.record().identifier)])
def test_codes_and_identifiers_get_receipts_that_rest_on_what_was_published(text: str) -> None:
    regions = Regions(
        status_lists={(0, None): status_list_with()},
        bend=lambda answer: replace(answer, valid_from="2026-03-01", valid_to="2031-02-28"),
    )
    office = desk(verifier(regions=regions))
    receipt = office.issue(office.verifier.examine_text(text), PUBLIC)

    report = read(receipt.encoded)

    assert report.conclusion is receipt.report.conclusion is Conclusion.PASSED
    assert report.license is not None
    assert report.license.identifier == str(sealed.record().identifier)


def test_the_picture_of_a_code_is_the_code() -> None:
    address = code_text(sealed.record())
    office = desk()
    receipt = office.issue(office.verifier.examine_text(address), PUBLIC).encoded

    report = read(receipt, file=photo_of(address))

    assert (Check.RECEIPT_DOCUMENT, Outcome.OK, "") in findings_of(report)


def test_a_receipt_about_an_earlier_moment_is_made_again_about_that_moment() -> None:
    then = sealed.NOW - timedelta(minutes=20)
    receipt = issued(inquiry=replace(PUBLIC, moment=then))

    report = read(receipt.encoded)

    assert payload_of(receipt.encoded)["asked_about"] == then.isoformat()
    assert report.receipt is not None
    assert report.receipt.stated is not None
    assert report.receipt.stated.moment == then


def test_what_is_no_document_at_all_gets_a_receipt_that_says_so() -> None:
    report = read(issued(b"no document").encoded, file=b"no document")

    assert report.conclusion is Conclusion.FAILED
    assert (Check.RECEIPT_VERDICT, Outcome.BAD, "failed") in findings_of(report)


def test_a_name_with_half_a_character_can_be_written_down() -> None:
    found = examined(sealed.sound())
    odd = Finding(check=Check.FILE_INTEGRITY, outcome=Outcome.BAD, facts={"names": "\ud800.xml"})
    office = desk()

    receipt = office.issue(replace(found, findings=(*found.findings, odd)), PUBLIC)

    assert read(receipt.encoded).receipt is not None


def test_nobody_gets_a_receipt_of_a_receipt() -> None:
    with pytest.raises(ReceiptRefusedError, match="receipt"):
        issued(sound_receipt())


def test_a_file_that_nobody_looked_into_gets_no_receipt() -> None:
    unread = refused("0" * 64, "limits", outcome=Outcome.UNKNOWN)

    with pytest.raises(ReceiptRefusedError, match="unread"):
        desk().issue(unread, PUBLIC)


def test_nothing_is_signed_that_a_reader_would_not_find() -> None:
    """The verifier's own history does not know the list it goes by."""
    strange = verifier(trusted=sealed.trust())

    with pytest.raises(ReceiptRefusedError, match="unwritable"):
        issued(at=desk(strange))


def test_without_a_timestamp_service_that_answers_there_is_no_receipt() -> None:
    class Silent:
        def stamp(self, digest: bytes) -> bytes:
            raise TimestampUnavailableError(digest.hex())

    with pytest.raises(TimestampUnavailableError):
        issued(at=desk(timestamps=Silent()))


# Nobody is named -----------------------------------------------------------------------------


def _everything_in(receipt: bytes) -> bytes:
    """The receipt, and whatever its base64 holds, however deep."""
    found, waiting = [], [receipt, zlib.decompress(_trust_list(receipt))]
    while waiting:
        data = waiting.pop()
        found.append(data)
        for match in re.finditer(rb"[A-Za-z0-9+/]{24,}={0,2}", data):
            text = match.group()
            if len(text) % 4 == 0:
                waiting.append(base64.b64decode(text))
    return b"\n".join(found)


def _trust_list(receipt: bytes) -> bytes:
    return base64.b64decode(payload_of(receipt)["trust_list"])


def test_a_receipt_names_nobody_in_any_encoding() -> None:
    number, name = "11010519491231002X", "王样竹"
    citizen = HolderCode(code_type=HolderCodeType.CITIZEN_NUMBER, code=number)
    # A person's license has an identifier by chance, not one made of the printed number.
    identifier = replace(sealed.record().identifier, serial="7Q2K9ZT4M1XV8R3C")
    record = replace(sealed.record(), holder=citizen, holder_name=name, identifier=identifier)
    face = Face(record=record).seal_it()
    regions = Regions(digest=record.digest.hex())
    everything = _everything_in(issued(face, at=desk(verifier(regions=regions))).encoded)

    assert examined(face).record  # the face itself does name the holder
    for secret in (number, name, name[1:], record.number):
        written = json.dumps(secret).strip('"')
        for text in (secret, secret.lower(), written):
            assert text.encode() not in everything
        assert secret.encode("utf-16-be") not in everything
        assert secret.encode().hex().encode() not in everything
        assert base64.b64encode(secret.encode())[:-4] not in everything


def test_a_receipt_that_holds_a_record_is_not_read() -> None:
    record = base64.b64encode(sealed.record().encode()).decode("ascii")

    def name_somebody(payload: Payload) -> None:
        payload["examination"]["record"] = record

    report = read(forged(name_somebody))

    assert (Check.RECEIPT_VERDICT, Outcome.BAD, "malformed") in findings_of(report)


# Read by anybody, whenever -------------------------------------------------------------------


def test_thirty_years_later_without_network_and_with_every_certificate_ended() -> None:
    report = read(now=YEARS_LATER, trusted=Held(None), regions=None, file=sealed.sound())

    assert report.conclusion is Conclusion.PASSED
    assert report.receipt is not None
    assert report.receipt.stated is not None
    assert report.receipt.stated.conclusion is Conclusion.PASSED
    assert (Check.RECEIPT_CERTIFICATE_EXPIRY, Outcome.BAD, "") in findings_of(report)


def test_a_network_that_is_there_is_not_used_unless_wanted() -> None:
    with pytest.raises(AssertionError, match="asked for"):
        read(regions=NoNetwork())

    assert read().conclusion is Conclusion.PASSED


def test_a_receipt_of_a_failed_verdict_never_passes_whoever_reads_it() -> None:
    failed = issued(b"%PDF-1.7 nothing").encoded

    for circumstance in (
        read(failed),
        read(failed, now=YEARS_LATER, trusted=Held(None)),
        read(failed, regions=Regions(at=LATER), now=LATER),
    ):
        assert circumstance.conclusion is Conclusion.FAILED


def test_the_license_in_the_report_is_that_of_the_receipt() -> None:
    report = read()

    assert report.license is not None
    assert report.license.identifier == str(sealed.record().identifier)
    assert report.license.status == "active"
    assert report.trust_list == sound_trust().identity


def test_words_that_were_put_into_a_receipt_are_told_apart_from_ours() -> None:
    def lie(payload: Payload) -> None:
        payload["zh"] = "一切正常"

    report = read(forged(lie))

    assert report.receipt is not None
    assert report.receipt.zh == "一切正常"
    assert report.receipt.stated is not None


def test_nothing_is_told_of_what_an_altered_receipt_says() -> None:
    altered = sound_receipt().replace(b'"conclusion":"passed"', b'"conclusion":"failed"', 1)

    report = read(altered)

    assert report.receipt is None
    assert report.license is None
    assert report.signatures == ()


def test_the_time_in_a_timestamp_stands_years_later() -> None:
    at = sealed.NOW + timedelta(seconds=2)
    receipt = issued(at=desk(timestamps=clock(at))).encoded

    (signature,) = read(receipt, now=YEARS_LATER, trusted=Held(None)).signatures

    assert signature.signed_at == sealed.NOW
    assert signature.stamped_at == at


@pytest.mark.parametrize("check", sorted(requirements(examined(sound_receipt()))), ids=str)
def test_a_check_that_was_never_made_cannot_pass_a_receipt(check: Requirement) -> None:
    report = read()
    left = tuple(item for item in report.findings if item.check is not check[0])

    assert replace(report, findings=left).conclusion is Conclusion.INDETERMINATE


def test_what_had_expired_before_did_not_expire_since() -> None:
    """The receipt itself says that the license was out of date."""
    record = replace(sealed.record(), valid_to=date(2026, 3, 17))
    face = Face(record=record).seal_it()
    regions = Regions(digest=record.digest.hex())
    report = read(issued(face, at=desk(verifier(regions=regions))).encoded, now=LATER)

    assert (Check.RECEIPT_SINCE, Outcome.OK, "") in findings_of(report)


def test_a_layout_does_not_matter() -> None:
    pretty = json.dumps(json.loads(sound_receipt()), indent=2, ensure_ascii=False).encode()

    assert read(pretty).conclusion is Conclusion.PASSED


# Hostile bytes -------------------------------------------------------------------------------


def _bomb(payload: Payload) -> None:
    payload["trust_list"] = base64.b64encode(zlib.compress(bytes(64 * 2**20), 9)).decode("ascii")


def _two_lists(payload: Payload) -> None:
    payload["grounds"]["trust_list"] = base64.b64encode(sound_trust().encoded).decode("ascii")


def _tail(payload: Payload) -> None:
    packed = zlib.compress(sound_trust().encoded) + b"tail"
    payload["trust_list"] = base64.b64encode(packed).decode("ascii")


def _told(check: str) -> object:
    """What has the document say what only a region can tell."""

    def tell(payload: Payload) -> None:
        payload["examination"]["findings"].append({"check": check, "outcome": "ok"})

    return tell


def _alone(payload: Payload) -> None:
    payload["examination"]["format"] = "qr"
    payload["examination"]["findings"].append({"check": "code.signature", "outcome": "ok"})


@pytest.mark.parametrize(
    "change",
    [
        _told("license.status"),
        _told("seal.status"),
        _told("seal_certificate.path"),
        _told("record_certificate.revocation"),
        _told("trust.region"),
        _told("issuer.entitled"),
        _told("receipt.verdict"),
        _alone,
        _bomb,
        _two_lists,
        _tail,
        lambda payload: payload.update(number="A" * 25),
        lambda payload: payload.update(number="a" * 26),
        lambda payload: payload.update(more=1),
        lambda payload: payload.update(revocation_lists=["AAAA"] * 65),
        lambda payload: payload.update(revocation_lists=["?"]),
        lambda payload: payload.update(trust_list="eJw="),
        lambda payload: payload.update(policy={"schema": "yinxin.policy/1"}),
        lambda payload: payload["policy"]["levels"].update({"receipt.signature": "inform"}),
        lambda payload: payload["policy"]["levels"].update({"receipt.verdict": "inform"}),
        lambda payload: payload["policy"]["levels"].update({"receipt.document": "warn"}),
        lambda payload: payload["policy"]["levels"].update({"seal.genuine": "inform"}),
        lambda payload: payload.update(examination=[]),
        lambda payload: payload.update(grounds={}),
        lambda payload: payload.update(zh=" "),
        lambda payload: payload.update(zh="长" * 4001),
        lambda payload: payload.update(verifier={"region": "340200"}),
    ],
)
def test_a_payload_against_the_schema_is_refused(change: object) -> None:
    assert callable(change)
    receipt = forged(change)

    with pytest.raises(MalformedReceiptError):
        parse_receipt(receipt)
    assert read(receipt).conclusion is Conclusion.FAILED


@pytest.mark.parametrize(
    "data",
    [
        b'{"payload":{"schema":"yinxin.receipt/1"},"signature":""}',
        b'{"payload":{"schema":"yinxin.receipt/1"},"signature":"AAAA"}',
        b'{"payload":{"schema":"yinxin.receipt/1","a":' + b"[" * 60_000,
        b'{"payload":{"schema":"yinxin.receipt/1","a":[' + b"0," * 100_001,
        b'{"payload":{"schema":"yinxin.receipt/1"}' + b" " * MAX_RECEIPT_BYTES,
    ],
)
def test_what_only_looks_like_a_receipt_is_a_damaged_one(data: bytes) -> None:
    report = read(data)

    assert report.format is DocumentFormat.RECEIPT
    assert report.conclusion is Conclusion.FAILED
    assert (Check.FILE_FORMAT, Outcome.BAD, "malformed") in findings_of(report)


def test_a_crowd_of_small_values_is_not_looked_into() -> None:
    payload: dict[str, JsonValue] = {"schema": SCHEMA, "crowd": [0] * 100_002}
    data = sign_payload(payload, signer=receipt_signer(), signed_at=sealed.NOW)

    evidence = read_receipt(data)

    assert evidence is not None
    assert evidence.problem is not None
    assert not evidence.receipt


def test_other_signed_documents_are_no_receipts() -> None:
    report = read(signed_trust().encoded)

    assert report.format is not DocumentFormat.RECEIPT
    assert report.conclusion is Conclusion.FAILED


def test_cut_anywhere_a_receipt_never_passes() -> None:
    receipt = sound_receipt()

    for end in range(1, len(receipt), len(receipt) // 40):
        assert read(receipt[:end]).conclusion is not Conclusion.PASSED


# Statements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "remade", "place"),
    [
        ({"a": 1}, {"a": 1}, ""),
        ({"a": 1}, {"a": 2}, ".a"),
        ({"a": 1}, {"a": True}, ".a"),
        ({"a": 0}, {"a": False}, ".a"),
        ({"a": 1}, {}, ".a"),
        ({}, {"a": 1}, ".a"),
        ({"a": [1, 2]}, {"a": [1]}, ".a[1]"),
        ({"a": [{"b": "x"}]}, {"a": [{"b": "y"}]}, ".a[0].b"),
        ({"a": []}, {"a": {}}, ".a"),
        ({"a": "1"}, {"a": 1}, ".a"),
    ],
)
def test_the_first_difference_is_named_by_its_place(
    stated: dict[str, object], remade: dict[str, object], place: str
) -> None:
    assert first_difference(stated, remade) == place  # type: ignore[arg-type]  # JSON values


# Proved times --------------------------------------------------------------------------------


def test_a_receipt_carries_the_ledgers_proof_though_its_verdict_does_not_hang_on_it() -> None:
    receipt, _ = parse_receipt(seen_receipt(SEEN))
    assert [proof for _, proof in receipt.grounds.ledger_proofs if proof]
    report = read(seen_receipt(SEEN), trusted=witnessed_trust())
    assert report.conclusion is Conclusion.PASSED
    stated = report.receipt.stated if report.receipt is not None else None
    assert stated is not None
    (told,) = [item for item in stated.findings if item.check is Check.LEDGER_TIME]
    assert (told.outcome, told.facts["time"]) == (Outcome.OK, SEEN.isoformat())


def test_a_proof_that_nobody_witnessed_says_nothing_and_harms_nothing() -> None:
    report = read(seen_receipt(None), trusted=witnessed_trust())
    assert report.conclusion is Conclusion.PASSED
    stated = report.receipt.stated if report.receipt is not None else None
    assert stated is not None
    assert Check.LEDGER_TIME not in {item.check for item in stated.findings}


def test_whoever_wants_more_witnesses_than_there_were_is_told_of_no_time() -> None:
    encoded = seen_receipt(SEEN, witnesses=2)
    receipt, _ = parse_receipt(encoded)
    assert receipt.policy.witnesses == 2
    assert Check.LEDGER_TIME.value not in str(receipt.verdict)
    assert read(encoded, trusted=witnessed_trust()).conclusion is Conclusion.PASSED


def test_a_verdict_that_rests_on_one_witness_is_worth_less_to_a_reader_who_wants_two() -> None:
    """The seal's certificate was revoked before the receipt: the proof alone carries it."""
    data = sealed.sound()
    serial = world.region(CODE).seal_signer.certificate.serial
    regions = Regions(
        lists=sealed.revocations(serial, revoked_at=NOW - timedelta(minutes=30)),
        proofs={str(sealed.record().identifier): proof_of(data, seen_at=SEEN).encode().encode()},
    )
    receipt = issued(at=desk(verifier(trusted=witnessed_trust(), regions=regions))).encoded
    assert read(receipt, trusted=witnessed_trust()).conclusion is Conclusion.PASSED
    strict = replace(verifier(trusted=witnessed_trust()), witnesses=2)
    report = strict.verify(receipt)
    assert report.conclusion is Conclusion.INDETERMINATE
    assert (Check.RECEIPT_VERDICT, Outcome.UNKNOWN, "stricter") in findings_of(report)
