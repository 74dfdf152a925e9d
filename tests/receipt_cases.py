"""One receipt for every way in which a check of receipts can end, and what follows."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache, partial
from types import MappingProxyType
from typing import Any

from certs.envelopes import sign_payload
from certs.seals.events import SealState
from certs.statuses import StatusKind
from signing.authorities import CertificateAuthority
from signing.names import DistinguishedName
from signing.roles import Role
from signing.signer import CertifiedSigner
from tests import foreign, sealed, world
from tests.carrier_cases import status_list_with
from tests.ledger_proofs import proof_of
from tests.receipts import (
    Payload,
    Pinned,
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
from tests.sealed import CODE, NOW, Face, Held, Regions
from tests.verdict_cases import (
    BAD,
    ENDED,
    FAILED,
    INDETERMINATE,
    OK,
    PASSED,
    UNKNOWN,
    Case,
    Triple,
    owner,
)
from verify.case_receipts.documents import CaseReceiptDocument
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.examination import refused
from verify.grounds import Grounds
from verify.policies import Purpose, shipped_policy
from verify.receipts import ReceiptVerifier
from verify.report import Report
from verify.trust_lists import Anchor, TrustList
from verify.verifier import Inquiry

SOON = NOW + timedelta(minutes=30)
LATER = NOW + timedelta(hours=1)
YEARS_LATER = NOW.replace(year=2056)
ARCHIVE = Inquiry(policy=shipped_policy(Purpose.ARCHIVE))
SEEN = NOW - timedelta(minutes=50)
REVOKED = sealed.event(StatusKind.REVOKED, decision_no="样〔2026〕1号")


def receipt_cases() -> list[Case]:
    """Every circumstance of receipts."""
    return [
        *_signature_cases(),
        *_signer_cases(),
        *_revocation_cases(),
        *_verdict_cases(),
        *_policy_cases(),
        *_file_cases(),
        *_trust_change_cases(),
        *_online_cases(),
        *_of_cases(),
        *_page_cases(),
    ]


def _case(
    name: str,
    finding: Triple,
    conclusion: Conclusion,
    report: Callable[[], Report],
    *,
    at_sealing: Conclusion | None = None,
) -> Case:
    return Case(
        name=f"receipt: {name}",
        finding=finding,
        conclusion=conclusion,
        at_sealing=at_sealing or conclusion,
        report=report,
    )


def _changed(*keys: str | int, to: object) -> Callable[[Payload], None]:
    """Return what puts another value into a payload."""

    def change(payload: Payload) -> None:
        place: Any = payload
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return change


# The signature -------------------------------------------------------------------------------


def _signature_cases() -> Iterable[Case]:
    check = Check.RECEIPT_SIGNATURE
    yield _case("sound", (check, OK, ""), PASSED, read)

    def altered(old: bytes, new: bytes) -> Report:
        assert old in sound_receipt()
        return read(sound_receipt().replace(old, new, 1))

    passed, failed = b'"conclusion":"passed"', b'"conclusion":"failed"'
    yield _case("altered", (check, BAD, ""), FAILED, partial(altered, passed, failed))

    def other_time() -> Report:
        return read(forged(_issued_at(NOW + timedelta(seconds=1)), signed_at=NOW))

    yield _case("states another time", (check, BAD, "other-time"), FAILED, other_time)
    cut = Check.FILE_FORMAT, BAD, "malformed"
    yield _case("cut short", cut, FAILED, lambda: read(sound_receipt()[:-100]))


def _issued_at(at: datetime) -> Callable[[Payload], None]:
    return _changed("issued_at", to=at.isoformat())


def _of_cases() -> Iterable[Case]:
    """Receipts of cases (受理通知书)."""
    check = Check.RECEIPT_VERDICT
    yield _case("of a case", (check, OK, "case"), PASSED, lambda: read(case_receipt()))
    late = NOW + timedelta(days=2)
    yield _case(
        "of a case of tomorrow",
        (check, UNKNOWN, "not-yet"),
        INDETERMINATE,
        lambda: read(case_receipt(at=late)),
    )
    yield _case(
        "of a case without a number",
        (check, BAD, "malformed"),
        FAILED,
        lambda: read(case_receipt(number="1")),
    )


STATEMENT: dict[str, Any] = {
    "case": "C" + "A" * 20,
    "matter": {"code": "sample", "version": 1, "zh": "开办餐饮店", "en": "Restaurant"},
    "applicant": {"name": "样例食堂", "code": "9234****4G"},
    "opened_at": NOW.isoformat(),
    "done_by": "2026-04-15",
    "materials": [{"code": "license", "zh": "营业执照", "en": "License", "obtained": "e_license"}],
}
SAID = (
    f"第 1 版 开办餐饮店 样例食堂　9234****4G C{'A' * 20} 2026-04-15"
    f" 营业执照 电子证照，免于提交 {'A' * 26}"
)
"""What the page of that receipt says."""


@dataclass(frozen=True)
class Says:
    """Reads the same on every page."""

    text: str | None

    def page_text(self, pdf: bytes) -> str | None:
        assert pdf
        return self.text


def page_with(*attached: bytes) -> bytes:
    """A page that nobody sealed, with receipts of cases attached."""
    page = sealed.unsealed() + b"% case-receipt.json\n"
    for content in attached:
        packed = zlib.compress(content)
        page += b"<</Length %d/Type/EmbeddedFile/Params<</Size 1>>>>\nstream\n" % len(packed)
        page += packed + b"\nendstream\n"
    return page


def _page_cases() -> Iterable[Case]:
    """Pages of receipts of cases, their seals apart."""
    told = case_receipt(statement=STATEMENT)
    other = case_receipt(statement=STATEMENT | {"done_by": "2026-05-15"})
    altered = told.replace(b"2026-04-15", b"2026-04-16", 1)
    malformed = case_receipt()
    assert altered != told
    for name, outcome, reason, attached, text in (
        ("page as its receipt", OK, "", (told,), SAID),
        ("page that says otherwise", BAD, "differs", (told,), SAID.replace("免于", "要求")),
        ("page with an altered receipt", BAD, "altered", (altered,), SAID),
        ("page with a receipt of nothing", BAD, "malformed", (malformed,), SAID),
        ("page with two receipts", BAD, "several", (told, other), SAID),
        ("page that nobody reads", UNKNOWN, "unread", (told,), None),
    ):
        yield _case(
            name,
            (Check.RECEIPT_PAGE, outcome, reason),
            FAILED,
            partial(sealed.judge, page_with(*attached), pages=Says(text)),
        )


def case_receipt(
    *,
    at: datetime = NOW,
    number: str = "A" * 26,
    statement: Mapping[str, Any] = MappingProxyType({"case": "C" + "A" * 20}),
) -> bytes:
    """A receipt of a case, signed by the authority's key for receipts."""
    maker = desk()
    document = CaseReceiptDocument(
        number=number,
        version=1,
        former="",
        issued_at=at.replace(microsecond=0),
        verifier=ReceiptVerifier.of(CODE, receipt_signer().certificate),
        statement=statement,
        complaint="https://yinxin.test/case/" + number,
        grounds=Grounds(gathered_at=at, trust_list=sound_trust().encoded),
        revocation_lists=maker.revocation_lists(),
    )
    return sign_payload(document.payload(), signer=receipt_signer(), signed_at=document.issued_at)


# Who signed ----------------------------------------------------------------------------------


def _signed_by(signer: CertifiedSigner, **circumstance: Any) -> Report:  # noqa: ANN401 - as read() takes
    return read(issued(at=desk(signer=signer)).encoded, **circumstance)


@cache
def _other_root() -> CertificateAuthority:
    return CertificateAuthority.self_signed(
        DistinguishedName(common_name="Another Root"),
        signer=world.MemorySigner("another root"),
        validity=world.LONG,
    )


@cache
def _list_of_another_root() -> TrustList:
    root = _other_root()
    signer = world.certified(root, Role.TRUST_LIST)
    return signed_trust(version=9, signer=signer, root=root.certificate)


def _signer_cases() -> Iterable[Case]:
    check, verdict = Check.RECEIPT_CERTIFICATE_PATH, Check.RECEIPT_VERDICT
    authority, other = world.region(CODE).authority, world.region("610300").authority
    sealer = world.region(CODE).seal_signer
    yield _case("its signer", (check, OK, ""), PASSED, read)
    service = world.certified(authority, Role.SERVICE, name=owner())
    for name, signer in (("a service", service), ("the seal's key", sealer)):
        report = partial(_signed_by, signer)
        yield _case(f"signed by {name}", (check, BAD, "wrong-role"), FAILED, report)
    yield _case(
        "signed by somebody untrusted",
        (verdict, UNKNOWN, "signer-unknown"),
        FAILED,
        partial(_signed_by, service),
    )
    ended = world.certified(authority, Role.RECEIPT, name=owner(), validity=ENDED)
    stranger = world.certified(other, Role.RECEIPT, name=owner())
    yield _case(
        "certificate had ended", (check, BAD, "out-of-date"), FAILED, partial(_signed_by, ended)
    )
    yield _case(
        "of another region's authority",
        (check, BAD, "no-path"),
        FAILED,
        partial(_signed_by, stranger),
    )
    yield _case(
        "in another name",
        (check, BAD, "other-name"),
        FAILED,
        lambda: read(forged(_changed("verifier", "name", to="宝鸡市市场监督管理局"))),
    )
    yield _case(
        "of a region that the list does not name",
        (check, UNKNOWN, "region-unknown"),
        INDETERMINATE,
        lambda: read(forged(_changed("verifier", "region", to="610300"))),
    )
    withdrawn = replace(_anchor(), withdrawn_at=world.NOON)
    yield _case(
        "issued after its anchor was withdrawn",
        (check, BAD, "withdrawn"),
        FAILED,
        lambda: read(trusted=_with_anchors(withdrawn)),
    )
    yield _case(
        "with the list of another root",
        (verdict, UNKNOWN, "root-unknown"),
        INDETERMINATE,
        lambda: read(trusted=Held(None), history=Pinned(_other_root().certificate)),
    )
    expiry = Check.RECEIPT_CERTIFICATE_EXPIRY
    yield _case("in date", (expiry, OK, ""), PASSED, read)
    yield _case(
        "thirty years later",
        (expiry, BAD, ""),
        PASSED,
        lambda: read(now=YEARS_LATER, trusted=Held(None)),
    )


# Revocation ----------------------------------------------------------------------------------


def _revocation_cases() -> Iterable[Case]:
    path, check = Check.RECEIPT_CERTIFICATE_PATH, Check.RECEIPT_CERTIFICATE_REVOCATION
    serial = receipt_signer().certificate.serial

    def before() -> Report:
        lists = sealed.revocations(serial)
        issuing = desk(verifier(regions=Regions(lists=lists)), lists=lambda: lists)
        return read(issued(at=issuing).encoded)

    yield _case("signer revoked before", (path, BAD, "revoked"), FAILED, before)
    yield _case("signer revoked before, and now", (check, BAD, ""), FAILED, before)
    yield _case("nobody is asked", (check, OK, "as-issued"), PASSED, read)
    yield _case(
        "regions are asked",
        (check, OK, ""),
        PASSED,
        lambda: read(regions=Regions(at=LATER), now=LATER),
    )

    def without_lists() -> Report:
        issuing = desk(verifier(regions=Regions(lists=())), lists=tuple)
        return read(issued(at=issuing).encoded)

    yield _case(
        "no revocation list at all",
        (check, UNKNOWN, ""),
        INDETERMINATE,
        without_lists,
        at_sealing=INDETERMINATE,
    )
    since = sealed.revocations(serial, revoked_at=SOON, issued_at=SOON)
    yield _case(
        "signer revoked since",
        (check, UNKNOWN, "no-trusted-time"),
        INDETERMINATE,
        lambda: read(regions=Regions(at=LATER, lists=since), now=LATER),
        at_sealing=PASSED,
    )
    stamped = partial(desk, timestamps=foreign.clock(NOW + timedelta(seconds=2)))
    yield _case(
        "signer revoked since, timestamp older",
        (check, OK, "proven-before"),
        PASSED,
        lambda: read(
            issued(at=stamped()).encoded, regions=Regions(at=LATER, lists=since), now=LATER
        ),
    )


# The verdict ---------------------------------------------------------------------------------


def _of(regions: Regions, inquiry: Inquiry | None = None) -> bytes:
    """A receipt of the sound face while regions answer so."""
    return issued(at=desk(verifier(regions=regions)), inquiry=inquiry or Inquiry()).encoded


def _upgraded(payload: Payload) -> None:
    payload["verdict"] |= {"conclusion": "passed", "conclusion_at_sealing": "passed"}


def _verdict_cases() -> Iterable[Case]:
    check = Check.RECEIPT_VERDICT
    yield _case("re-judged alike", (check, OK, ""), PASSED, read)
    failed = partial(_of, Regions(event=REVOKED))
    yield _case("of a failed verdict", (check, BAD, "failed"), FAILED, lambda: read(failed()))
    silent = partial(_of, Regions(silent=True))
    yield _case(
        "of an undecided verdict",
        (check, UNKNOWN, "indeterminate"),
        INDETERMINATE,
        lambda: read(silent()),
    )

    def differs(name: str, receipt: Callable[[], bytes]) -> Case:
        return _case(name, (check, BAD, "differs"), FAILED, lambda: read(receipt()))

    yield differs("conclusion upgraded", lambda: forged(_upgraded, of=failed()))
    yield differs("a finding removed", lambda: forged(lambda p: p["verdict"]["findings"].pop()))
    yield differs(
        "another file's digest",
        lambda: forged(_changed("verdict", "digests", "document", to="0" * 64)),
    )
    yield differs("an answer altered", lambda: forged(_spoil_answer))
    yield differs("another policy", lambda: forged(_changed("policy", "levels", to={})))
    yield differs("another nonce", lambda: forged(_other_nonce))
    day_later = NOW + timedelta(days=1)
    yield _case(
        "an old verdict signed anew",
        (check, BAD, "differs"),
        FAILED,
        lambda: read(forged(_issued_at(day_later)), now=day_later),
    )
    yield _case(
        "against its schema",
        (check, BAD, "malformed"),
        FAILED,
        lambda: read(forged(lambda p: p.pop("verdict"))),
    )
    yield _case(
        "of a time ahead",
        (check, UNKNOWN, "not-yet"),
        INDETERMINATE,
        lambda: read(now=NOW - timedelta(minutes=30)),
    )


def _spoil_answer(payload: Payload) -> None:
    answer = payload["grounds"]["license_answers"][0]
    answer["answer"] = answer["answer"][:-8] + "AAAAAAA="


def _other_nonce(payload: Payload) -> None:
    payload["grounds"]["license_answers"][0]["nonce"] = "0" * 32


def _policy_cases() -> Iterable[Case]:
    check = Check.RECEIPT_VERDICT
    revoked = partial(_of, Regions(event=REVOKED), ARCHIVE)
    silent = partial(_of, Regions(silent=True), ARCHIVE)
    yield _case(
        "passed under a softer policy",
        (check, BAD, "stricter"),
        FAILED,
        lambda: read(revoked()),
    )
    yield _case(
        "decided under a softer policy",
        (check, UNKNOWN, "stricter"),
        INDETERMINATE,
        lambda: read(silent()),
    )
    yield _case(
        "read under its own policy",
        (check, OK, ""),
        PASSED,
        lambda: read(revoked(), inquiry=ARCHIVE),
    )


# The file ------------------------------------------------------------------------------------


def _otherwise() -> Report:
    """A receipt that makes the file say what it does not, with a verdict that follows."""
    found = examined(sealed.sound())
    first, *rest = found.readings
    invented = replace(found, readings=(replace(first, place="elsewhere"), *rest))
    receipt = desk().issue(invented, Inquiry()).encoded
    return read(receipt, file=sealed.sound())


def _unread() -> Report:
    reader = verifier()
    receipt = reader.examine(sound_receipt())
    digest = examined(sealed.sound()).digest
    return reader.judge(receipt, file=refused(digest, "limits", outcome=UNKNOWN))


def _file_cases() -> Iterable[Case]:
    file, check = Check.RECEIPT_FILE, Check.RECEIPT_DOCUMENT
    with_file = partial(read, file=sealed.sound())
    yield _case("file left at home", (file, UNKNOWN, "not-brought"), PASSED, read)
    yield _case("file brought", (file, OK, ""), PASSED, with_file)
    yield _case("the very file", (check, OK, ""), PASSED, with_file)
    yield _case(
        "another file", (check, BAD, "other-file"), FAILED, lambda: read(file=_changed_face())
    )
    yield _case("file said otherwise", (check, BAD, "otherwise"), FAILED, _otherwise)
    yield _case("file unread", (check, UNKNOWN, "unread"), INDETERMINATE, _unread)


@cache
def _changed_face() -> bytes:
    """The same license, sealed once more."""
    return Face().seal_it()


# What has changed since ----------------------------------------------------------------------


def _anchor() -> Anchor:
    return sealed.trusted_region().anchors[0]


def _with_anchors(*anchors: Anchor) -> TrustList:
    return signed_trust(replace(sealed.trusted_region(), anchors=anchors), version=4)


def _with_issuer(**changes: Any) -> TrustList:  # noqa: ANN401 - fields of an issuer
    region = sealed.trusted_region()
    (issuer,) = region.issuers
    issuers = (replace(issuer, **changes),) if changes else ()
    return signed_trust(replace(region, issuers=issuers), version=4)


def _since(name: str, outcome: Outcome, reason: str, report: Callable[[], Report]) -> Case:
    return _case(name, (Check.RECEIPT_SINCE, outcome, reason), PASSED, report)


def _trust_change_cases() -> Iterable[Case]:
    yield _since("nothing changed", OK, "", read)
    yield _since("no list to compare with", UNKNOWN, "no-list", lambda: read(trusted=Held(None)))
    changed: tuple[tuple[str, str, Callable[[], TrustList]], ...] = (
        ("root changed", "root-changed", _list_of_another_root),
        ("region gone", "region-gone", lambda: signed_trust(sealed.trusted_region("610300"))),
        (
            "anchor withdrawn",
            "anchor-withdrawn",
            lambda: _with_anchors(replace(_anchor(), withdrawn_at=SOON)),
        ),
        (
            "anchor gone",
            "anchor-gone",
            lambda: _with_anchors(sealed.trusted_region("610300").anchors[0]),
        ),
        ("issuer ended", "issuer-ended", lambda: _with_issuer(valid_to=SOON)),
        ("issuer gone", "issuer-gone", _with_issuer),
    )
    for name, reason, trust in changed:
        yield _since(name, BAD, reason, partial(_read_under, trust))
    yield _since(
        "license expired",
        BAD,
        "expired",
        lambda: read(now=YEARS_LATER, trusted=Held(None)),
    )


def _read_under(trust: Callable[[], TrustList]) -> Report:
    return read(trusted=trust(), now=LATER)


def _online_cases() -> Iterable[Case]:
    def asked(name: str, outcome: Outcome, reason: str, **answers: Any) -> Case:  # noqa: ANN401 - of Regions
        return _since(
            name,
            outcome,
            reason,
            lambda: read(regions=Regions(at=LATER, **answers), now=LATER),
        )

    yield asked("asked, nothing changed", OK, "asked")
    yield asked("license revoked since", BAD, "license-changed", event=REVOKED)
    yield asked("region silent", UNKNOWN, "license-silent", silent=True)
    yield asked("nobody answers for the seal", UNKNOWN, "seal-silent", seal_silent=True)
    yield asked(
        "seal revoked since",
        BAD,
        "seal-changed",
        bend_seal=lambda answer: replace(answer, state=SealState.REVOKED),
    )
    for name, reason, seen_at in (
        ("seal certificate revoked since", "certificate-revoked", None),
        ("the same, seen by nobody before", "certificate-revoked", SOON),
        ("the same, seen before in the ledger", "certificate-revoked-after", SEEN),
    ):
        yield _since(name, BAD, reason, partial(_read_revoked, seen_at))
    index = sealed.record().status_index.index
    ended: dict[tuple[int, datetime | None], bytes] = {(0, None): status_list_with((index, 1))}
    yield _since(
        "license ended by the list",
        BAD,
        "license-listed",
        lambda: read(regions=Regions(silent=True, status_lists=dict(ended))),
    )


def seen_receipt(seen_at: datetime | None, *, witnesses: int = 1) -> bytes:
    """A receipt whose region has a ledger that another region saw, if it did."""
    data = sealed.sound()
    proof = proof_of(data, seen_at=seen_at).encode().encode()
    by = verifier(
        trusted=witnessed_trust(),
        regions=Regions(proofs={str(sealed.record().identifier): proof}),
    )
    return issued(at=desk(replace(by, witnesses=witnesses))).encoded


def witnessed_trust() -> TrustList:
    return signed_trust(sealed.trusted_region(), sealed.trusted_region("610300", url="x"))


def _read_revoked(seen_at: datetime | None) -> Report:
    """The seal's certificate was revoked half an hour before the receipt, which nobody knew."""
    serial = world.region(CODE).seal_signer.certificate.serial
    revoked = sealed.revocations(serial, revoked_at=NOW - timedelta(minutes=30))
    return read(
        seen_receipt(seen_at),
        trusted=witnessed_trust(),
        regions=Regions(at=LATER, lists=revoked),
        now=LATER,
    )
