"""One document or circumstance for every way in which a check can end, and what follows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, partial

from certs.copies import CopyStatement
from certs.faces.content import FaceContent
from certs.records import LicenseRecord
from certs.regions import RegionCode
from certs.seals.events import SealState
from certs.status_answers import StatusAnswer
from certs.statuses import StatusKind
from signing import der
from signing.algorithms import SM2_SIGN_WITH_SM3
from signing.authorities import CertificateAuthority, Validity
from signing.names import DistinguishedName
from signing.roles import Role
from signing.seals import Seal, make_seal, parse_seal
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.ledger_proofs import proof_of
from tests.sealed import CODE, NOW, Face, Held, Pages, Regions, judge
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.evidence import MAX_FILE_BYTES
from verify.report import Report
from verify.trust_lists import TrustList

BAD, UNKNOWN, OK = Outcome.BAD, Outcome.UNKNOWN, Outcome.OK
FAILED, INDETERMINATE, PASSED = (
    Conclusion.FAILED,
    Conclusion.INDETERMINATE,
    Conclusion.PASSED,
)
Triple = tuple[Check, Outcome, str]
ENDED = Validity(
    not_before=world.NOON - timedelta(days=300), not_after=world.NOON - timedelta(days=3)
)
LATE = world.NOON + timedelta(days=60)
SHORT = Validity(
    not_before=world.NOON - timedelta(days=300), not_after=world.NOON + timedelta(days=30)
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One circumstance.

    Attributes:
        finding: What must be found, among whatever else.
        report: Brings the document before the verifier.
    """

    name: str
    finding: Triple
    conclusion: Conclusion
    at_sealing: Conclusion
    report: Callable[[], Report]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


@cache
def report_of(case: Case) -> Report:
    """The report, made once."""
    return case.report()


def findings_of(report: Report) -> set[Triple]:
    return {(item.check, item.outcome, item.reason) for item in report.findings}


def _case(  # noqa: PLR0913, PLR0917 - one line of a table
    name: str,
    check: Check,
    outcome: Outcome,
    reason: str,
    conclusion: Conclusion,
    report: Callable[[], Report],
    *,
    at_sealing: Conclusion | None = None,
) -> Case:
    return Case(
        name=name,
        finding=(check, outcome, reason),
        conclusion=conclusion,
        at_sealing=at_sealing or conclusion,
        report=report,
    )


def all_cases() -> list[Case]:
    return [
        _case("sound", Check.FILE_FORMAT, OK, "", PASSED, lambda: judge(sealed.sound())),
        _case("sound OFD", Check.FILE_FORMAT, OK, "", PASSED, lambda: judge(sealed.sound_ofd())),
        _case(
            "sound with its seal signature alone",
            *(Check.FILE_STRICT, OK, "", PASSED),
            lambda: judge(Face(is_seal_alone=True).seal_it()),
        ),
        _case(
            "seal signature alone with a line more",
            *(Check.FILE_STRICT, BAD, "", FAILED),
            lambda: judge(Face(is_seal_alone=True).seal_it() + b"\n"),
        ),
        *_file_cases(),
        *_copy_cases(),
        *_signature_cases(),
        *_certificate_cases(),
        *_record_cases(),
        *_trust_cases(),
        *_status_cases(),
        *_seal_status_cases(),
    ]


# The file ------------------------------------------------------------------------------------


def _copy_cases() -> Iterable[Case]:
    """What a document says that claims to be an annotated copy, its seal apart."""
    good = CopyStatement(
        number="A" * 21,
        license_type="食品经营许可证",
        recipient="样例银行",
        purpose="开户",
        issued_at=sealed.NOW - timedelta(days=1),
        expires_at=sealed.NOW + timedelta(seconds=1),
    )
    for name, check, outcome, reason, text in (
        ("copy that nobody sealed", Check.SIGNATURE_PRESENT, BAD, "", good.written()),
        (
            "copy that expired",
            *(Check.COPY_VALIDITY, BAD, "expired"),
            replace(good, expires_at=sealed.NOW).written(),
        ),
        (
            "copy that says nothing",
            *(Check.COPY_STATEMENT, BAD, "malformed"),
            "yinxin.annotated-copy/1:QUFB",
        ),
    ):
        page = sealed.unsealed() + b"% " + text.encode() + b"\n"
        yield _case(name, check, outcome, reason, FAILED, partial(judge, page))


def _file_cases() -> Iterable[Case]:
    def failed(
        name: str, check: Check, reason: str, data: Callable[[], bytes], outcome: Outcome = BAD
    ) -> Case:
        return _case(name, check, outcome, reason, FAILED, lambda: judge(data()))

    sound = sealed.sound
    yield failed("text", Check.FILE_FORMAT, "unknown-kind", lambda: b"no pdf at all")
    yield failed("empty", Check.FILE_FORMAT, "empty", lambda: b"")
    yield failed("web page", Check.FILE_FORMAT, "other-kind", lambda: b"<!DOCTYPE html><p>")
    yield failed("junk before", Check.FILE_FORMAT, "not-a-pdf", lambda: b"junk\n" + sound())
    yield failed("cut short", Check.FILE_FORMAT, "truncated", lambda: sound()[:-9000])
    yield failed("too large", Check.FILE_FORMAT, "too-large", lambda: bytes(MAX_FILE_BYTES + 1))
    yield failed("unsealed page", Check.SIGNATURE_PRESENT, "", sealed.unsealed)
    yield failed("two signatures", Check.SIGNATURE_PROFILE, "several", lambda: _signatures(1))
    yield failed("a crowd of them", Check.SIGNATURE_PROFILE, "several", lambda: _signatures(99))
    yield failed("a line more", Check.SIGNATURE_COVERAGE, "appended", lambda: sound() + b"%\n")
    yield failed("another range", Check.SIGNATURE_COVERAGE, "partial", _other_range)
    yield failed("a space more", Check.FILE_STRICT, "", lambda: sound() + b" ")


def _signatures(more: int) -> bytes:
    crowd = b"".join(
        b"%d 0 obj\n<</Type/Sig/ByteRange[0 1 4 1]/Contents<00>>>\nendobj\n" % (900 + number)
        for number in range(more)
    )
    return sealed.sound() + crowd + b"%%EOF\n"


def _other_range() -> bytes:
    data = sealed.sound()
    at = data.index(b"/ByteRange[0 ") + len(b"/ByteRange[")
    return data[:at] + b"1" + data[at + 1 :]


# The signatures ------------------------------------------------------------------------------


def _signature_cases() -> Iterable[Case]:
    def failed(name: str, check: Check, reason: str, face: Callable[[], Face]) -> Case:
        return _case(name, check, BAD, reason, FAILED, lambda: judge(face().seal_it()))

    def altered() -> Report:
        data = bytearray(sealed.sound())
        data[len(data) // 3] ^= 1
        return judge(bytes(data))

    yield _case("one bit", Check.SIGNATURE_INTACT, BAD, "", FAILED, altered)
    yield failed(
        "no message",
        Check.SIGNATURE_PROFILE,
        "malformed",
        lambda: Face(contents=der.sequence(der.integer(1))),
    )
    yield failed(
        "no seal signature",
        Check.SEAL_SIGNATURE_INTACT,
        "missing",
        lambda: Face(seal_signature=b""),
    )
    yield failed(
        "unreadable seal signature",
        Check.SEAL_SIGNATURE_INTACT,
        "missing",
        lambda: Face(seal_signature=der.sequence(der.integer(4))),
    )
    yield failed(
        "seal signature of another file",
        Check.SEAL_SIGNATURE_CONTENT,
        "",
        lambda: Face(sealed_digest=sealed.digest_of("another file")),
    )
    yield failed(
        "seal that does not list its signer",
        Check.SEAL_SIGNER,
        "",
        lambda: Face(seal_signer=_owned(Role.SEAL)),
    )
    yield failed(
        "other times",
        Check.SEAL_SIGNATURE_AGREES,
        "",
        lambda: Face(stamped_at=world.NOON + timedelta(seconds=1)),
    )
    yield failed(
        "other signers", Check.SEAL_SIGNATURE_AGREES, "", lambda: Face(stamper=_owned(Role.SEAL))
    )
    yield failed("forged seal", Check.SEAL_GENUINE, "", lambda: Face(seal=_forged_seal()))
    yield failed(
        "seal not begun",
        Check.SEAL_VALIDITY,
        "",
        lambda: Face(sealed_at=world.NOON - timedelta(days=2)),
    )


def _forged_seal() -> Seal:
    """The region's seal, with another key behind the maker's name."""
    seal = world.region(CODE).seal
    _, maker, _, _ = der.children(der.read(seal.encoded))
    return parse_seal(
        der.sequence(
            seal.info,
            maker.encoded,
            der.oid(SM2_SIGN_WITH_SM3),
            der.bits(world.MemorySigner("forger").sign(seal.info)),
        )
    )


# Certificates --------------------------------------------------------------------------------


def owner(code: str = CODE) -> DistinguishedName:
    name, unified = world.ISSUERS[code]
    return DistinguishedName(common_name=name, organization=name, organization_code=unified)


def _owned(
    role: Role, *, validity: Validity = world.LONG, authority: CertificateAuthority | None = None
) -> CertifiedSigner:
    """A signer in the issuer's name."""
    return world.certified(
        authority or world.region(CODE).authority, role, name=owner(), validity=validity
    )


def _seal(
    signer: CertifiedSigner,
    *,
    maker: CertifiedSigner | None = None,
    created_at: datetime = world.NOON,
) -> Seal:
    description = world.region(CODE).seal.description
    code = f"3402009{len(sealed.registered_seals()):07}"
    return sealed.register_seal(
        make_seal(
            replace(description, code=code, signers=(signer.certificate,), created_at=created_at),
            maker=maker or world.region(CODE).maker,
        )
    )


def sealed_by(signer: CertifiedSigner) -> bytes:
    return Face(seal_signer=signer, seal=_seal(signer)).seal_it()


def made_by(maker: CertifiedSigner) -> bytes:
    return Face(seal=_seal(world.region(CODE).seal_signer, maker=maker)).seal_it()


def signed_by(signer: CertifiedSigner) -> bytes:
    return Face(record_signer=signer).seal_it()


def _judge_signer(
    face: Callable[[CertifiedSigner], bytes], signer: Callable[[], CertifiedSigner]
) -> Report:
    return judge(face(signer()))


def _judge_lists(lists: Callable[[], tuple[bytes, ...]]) -> Report:
    return judge(sealed.sound(), regions=Regions(lists=lists()))


def _judge_seen(proof: Callable[[bytes], bytes]) -> Report:
    """The seal's certificate was revoked half an hour ago, long after the license was sealed."""
    face = sealed.sound()
    serial = world.region(CODE).seal_signer.certificate.serial
    revoked = sealed.revocations(serial, revoked_at=NOW - timedelta(minutes=30))
    regions = Regions(lists=revoked, proofs={str(sealed.record().identifier): proof(face)})
    trust = sealed.trust(sealed.trusted_region(), sealed.trusted_region("610300", url="x"))
    return judge(face, regions=regions, trusted=trust)


def _ledger_cases() -> Iterable[Case]:
    """What a region's ledger proves where a revoked certificate leaves the time open."""
    before, after = NOW - timedelta(minutes=50), NOW - timedelta(minutes=10)

    def seen(at: datetime | None) -> Callable[[bytes], bytes]:
        return lambda face: proof_of(face, seen_at=at).encode().encode()

    revocation = Check.SEAL_CERTIFICATE_REVOCATION
    for name, check, outcome, reason, conclusion, proof in (
        ("seen before", Check.LEDGER_TIME, OK, "", PASSED, seen(before)),
        ("seen before, which saves it", revocation, OK, "proven-before", PASSED, seen(before)),
        (
            *("seen after, which saves nothing", revocation, UNKNOWN, "no-trusted-time"),
            *(INDETERMINATE, seen(after)),
        ),
        ("seen by nobody", Check.LEDGER_TIME, UNKNOWN, "not-witnessed", INDETERMINATE, seen(None)),
        (
            *("seen as another file", Check.LEDGER_TIME, UNKNOWN, "other-file", INDETERMINATE),
            lambda _face: proof_of(b"other", seen_at=before).encode().encode(),
        ),
        (
            *("with a proof that is none", Check.LEDGER_TIME, UNKNOWN, "no-proof", INDETERMINATE),
            lambda _face: b"\xff",
        ),
    ):
        yield _case(
            f"seal certificate revoked since, in the ledger {name}",
            *(check, outcome, reason, conclusion),
            partial(_judge_seen, proof),
            at_sealing=PASSED,
        )


def _certificate_cases() -> Iterable[Case]:
    other = world.region("610300").authority
    wuhu = world.region(CODE)
    makers = (Check.MAKER_CERTIFICATE_PATH, Check.MAKER_CERTIFICATE_REVOCATION)
    seals = (Check.SEAL_CERTIFICATE_PATH, Check.SEAL_CERTIFICATE_REVOCATION)
    records = (Check.RECORD_CERTIFICATE_PATH, Check.RECORD_CERTIFICATE_REVOCATION)
    kinds = (
        ("seal", seals, Role.SEAL, sealed_by, wuhu.seal_signer),
        ("maker", makers, Role.SEAL_MAKER, made_by, wuhu.maker),
        ("record", records, Role.RECORD, signed_by, wuhu.record_signer),
    )
    for name, (path, revocation), role, face, sound_signer in kinds:
        bent = {
            "of another region": ("no-path", partial(_owned, role, authority=other)),
            "for something else": ("wrong-role", partial(_owned, Role.STATUS)),
            "that had ended": ("out-of-date", partial(_owned, role, validity=ENDED)),
        }
        for how, (reason, signer) in bent.items():
            title = f"{name} certificate {how}"
            yield _case(title, path, BAD, reason, FAILED, partial(_judge_signer, face, signer))
        serial = sound_signer.certificate.serial
        before = partial(sealed.revocations, serial)
        later = partial(sealed.revocations, serial, revoked_at=NOW - timedelta(minutes=30))
        for check, reason in ((path, "revoked"), (revocation, "")):
            yield _case(
                f"{name} certificate revoked before it was used: {check}",
                *(check, BAD, reason, FAILED),
                partial(_judge_lists, before),
            )
        yield _case(
            f"{name} certificate revoked since",
            *(revocation, UNKNOWN, "no-trusted-time", INDETERMINATE),
            partial(_judge_lists, later),
            at_sealing=PASSED,
        )
    yield from _list_cases()
    yield from _ledger_cases()
    yield _case(
        "seal certificate ended since",
        *(Check.SEAL_CERTIFICATE_EXPIRY, BAD, "", PASSED),
        lambda: judge(
            sealed_by(_owned(Role.SEAL, validity=SHORT)),
            regions=Regions(at=LATE, lists=sealed.revocations(issued_at=LATE)),
            now=LATE,
        ),
    )


def _list_cases() -> Iterable[Case]:
    def stale() -> tuple[bytes, ...]:
        return sealed.revocations(issued_at=NOW - timedelta(days=8))

    def not_yet() -> tuple[bytes, ...]:
        return sealed.revocations(issued_at=NOW + timedelta(hours=1))

    def forged() -> tuple[bytes, ...]:
        impostor = CertificateAuthority(
            certificate=world.region(CODE).authority.certificate,
            signer=world.MemorySigner("impostor"),
        )
        issued = impostor.revocation_list(
            {}, number=9, this_update=world.NOON, next_update=world.NOON + timedelta(days=7)
        )
        return (issued.encoded,)

    checks = (
        Check.SEAL_CERTIFICATE_REVOCATION,
        Check.MAKER_CERTIFICATE_REVOCATION,
        Check.RECORD_CERTIFICATE_REVOCATION,
    )
    lists: tuple[tuple[str, Callable[[], tuple[bytes, ...]]], ...] = (
        ("missing", tuple),
        ("stale", stale),
        ("of tomorrow", not_yet),
        ("forged", forged),
        ("garbage", lambda: (b"", b"0", b"\x30\x82\xff\xff" + bytes(70_000))),
    )
    for name, encoded in lists:
        for check in checks:
            yield _case(
                f"revocation list {name} for {check}",
                *(check, UNKNOWN, "", INDETERMINATE),
                partial(_judge_lists, encoded),
                at_sealing=PASSED,
            )


# The record ----------------------------------------------------------------------------------


def _record_cases() -> Iterable[Case]:
    record = sealed.record()
    yield _case(
        "no record",
        *(Check.RECORD_PRESENT, BAD, "", FAILED),
        lambda: judge(Face(with_attachments=False).seal_it()),
    )
    yield _case(
        "record swapped",
        *(Check.RECORD_SIGNATURE, BAD, "", FAILED),
        lambda: judge(Face(signed_digest=sealed.digest_of("another record")).seal_it()),
    )
    yield from _print_cases(record)
    yield _case(
        "sealed by another authority of the region",
        *(Check.ISSUER_CODE, BAD, "", FAILED),
        lambda: judge(sealed_by(_neighbor(Role.SEAL))),
    )
    yield _case(
        "record signed by another authority of the region",
        *(Check.ISSUER_CODE, BAD, "", FAILED),
        lambda: judge(signed_by(_neighbor(Role.RECORD))),
    )
    for name, reason, changes in (
        ("expired", "expired", {"valid_to": date(2026, 3, 17)}),
        ("not begun", "not-yet", {"valid_from": date(2026, 3, 19)}),
    ):
        changed = replace(record, **changes)  # type: ignore[arg-type]
        yield _case(
            f"license {name}",
            *(Check.LICENSE_VALIDITY, BAD, reason, FAILED),
            partial(_judge_record, changed),
            at_sealing=PASSED,
        )

    for name, reason, code in (
        ("region abolished before the day of issue", "abolished", "340221"),
        ("region founded after the day of issue", "not-yet", "340212"),
    ):
        elsewhere = replace(record.authority, region=RegionCode(code))
        issued_on = date(2019, 3, 1) if reason == "not-yet" else record.issued_on
        yield _case(
            name,
            *(Check.RECORD_REGION, BAD, reason, INDETERMINATE),
            partial(_judge_record, replace(record, authority=elsewhere, issued_on=issued_on)),
        )


def _print_cases(record: LicenseRecord) -> Iterable[Case]:
    def case(name: str, check: Check, outcome: Outcome, reason: str, face: Face) -> Case:
        conclusion = {OK: PASSED, BAD: FAILED, UNKNOWN: INDETERMINATE}[outcome]
        return _case(name, check, outcome, reason, conclusion, lambda: judge(face.seal_it()))

    def shows(name: str, change: Callable[[str], str]) -> Face:
        def bend(content: FaceContent) -> FaceContent:
            return replace(content, values={**content.values, name: change(content.values[name])})

        return Face(bend=bend)

    page, code = Check.RECORD_PAGE, Check.CODE_RECORD
    printed = str(record.identifier)[:-1] + "X"
    yield case("another identifier printed", page, BAD, "field", Face(printed=printed))
    yield case("a name off by one", page, BAD, "field", shows("operator", lambda t: t[:-1] + "点"))
    yield case("a longer validity printed", page, BAD, "field", shows("valid_to", _next_year))
    yield case("texts drawn by the template", page, OK, "values", Face(is_typst=True))
    yield case(
        "another name drawn by the template",
        *(page, BAD, "field"),
        replace(shows("operator", lambda t: t[:-1] + "点"), is_typst=True),
    )
    yield _case(
        "page that nobody can read",
        *(page, UNKNOWN, "unreadable", INDETERMINATE),
        lambda: judge(Face(is_typst=True).seal_it(), pages=Pages(readable=False)),
    )
    yield _case(
        "face without a value, of a type that is not known",
        *(page, UNKNOWN, "type-unknown", INDETERMINATE),
        partial(_judge_record, replace(record, type_version=99), _without_hotline()),
    )
    other = replace(record, salt=b"o" * 16)
    yield case("code of another record", code, BAD, "field", Face(code=sealed.code_text(other)))
    yield case("code of nothing", code, BAD, "malformed", Face(code="HTTP://WUHU.TEST/V#0"))
    strange = sealed.code_text(record, signer=_owned(Role.RECORD))
    yield case(
        "code signed by another key", Check.CODE_SIGNATURE, BAD, "other-signer", Face(code=strange)
    )


def _next_year(text: str) -> str:
    return text.replace("2031", "2032")


def _without_hotline() -> Face:
    """A face whose texts have no names, and that leaves out a value of the type's own."""
    return Face(
        is_typst=True,
        bend=lambda content: replace(content, values={**content.values, "hotline": ""}),
    )


def _judge_record(changed: LicenseRecord, face: Face | None = None) -> Report:
    regions = Regions(digest=changed.digest.hex())
    return judge(replace(face or Face(), record=changed).seal_it(), regions=regions)


def _neighbor(role: Role) -> CertifiedSigner:
    """A signer of the same region, in the name of another authority."""
    return world.certified(world.region(CODE).authority, role, name=owner("610300"))


# Trust ---------------------------------------------------------------------------------------


def _trust_cases() -> Iterable[Case]:
    region = sealed.trusted_region()

    def case(
        name: str, check: Check, reason: str, trusted: TrustList | Held, *, bad: bool = False
    ) -> Case:
        return _case(
            name,
            *(check, BAD if bad else UNKNOWN, reason, FAILED if bad else INDETERMINATE),
            lambda: judge(sealed.sound(), trusted=trusted),
        )

    past, future = NOW - timedelta(days=91), NOW + timedelta(minutes=1)
    yield case("no trust list", Check.TRUST_LIST, "missing", Held(None))
    yield case("list ended", Check.TRUST_LIST, "expired", sealed.trust(issued_at=past))
    yield case("list of tomorrow", Check.TRUST_LIST, "not-yet", sealed.trust(issued_at=future))
    elsewhere = sealed.trust(sealed.trusted_region("610300"))
    for check, reason in (
        (Check.TRUST_REGION, ""),
        (Check.SEAL_CERTIFICATE_PATH, "region-unknown"),
        (Check.MAKER_CERTIFICATE_PATH, "region-unknown"),
        (Check.RECORD_CERTIFICATE_PATH, "region-unknown"),
    ):
        yield case(f"region unknown, {check}", check, reason, elsewhere)
    untitled = replace(region, issuers=())
    typeless = replace(region, issuers=(replace(region.issuers[0], types=frozenset()),))
    for name, bent in (("issuer not named", untitled), ("type not entitled", typeless)):
        yield case(name, Check.ISSUER_ENTITLED, "", sealed.trust(bent), bad=True)
    (issuer,) = region.issuers
    for reason, moved in (
        ("ended", replace(issuer, valid_to=world.NOON)),
        ("not-yet", replace(issuer, valid_from=world.NOON + timedelta(seconds=1))),
    ):
        bent = replace(region, issuers=(moved,))
        yield case(f"issuer {reason}", Check.ISSUER_ENTITLED, reason, sealed.trust(bent), bad=True)
    merged = replace(issuer, valid_to=NOW, succeeded_by=issuer.code)
    succeeded = sealed.trust(replace(region, issuers=(merged,)))
    yield _case(
        "issuer succeeded",
        *(Check.ISSUER_ENTITLED, OK, "succeeded", PASSED),
        lambda: judge(sealed.sound(), trusted=succeeded),
    )
    withdrawn = replace(region, anchors=(replace(region.anchors[0], withdrawn_at=world.NOON),))
    yield case(
        "anchor withdrawn",
        *(Check.SEAL_CERTIFICATE_PATH, "no-path", sealed.trust(withdrawn)),
        bad=True,
    )


# Status --------------------------------------------------------------------------------------


def _status_cases() -> Iterable[Case]:
    def case(name: str, outcome: Outcome, reason: str, regions: Regions) -> Case:
        return _case(
            name,
            *(Check.LICENSE_STATUS, outcome, reason, FAILED if outcome is BAD else INDETERMINATE),
            lambda: judge(sealed.sound(), regions=regions),
            at_sealing=PASSED,
        )

    for kind in StatusKind:
        if kind is not StatusKind.ACTIVE:
            event = sealed.event(kind, decision_no="样〔2026〕1号")
            yield case(kind.value, BAD, "not-active", Regions(event=event))
    yield case("never issued", BAD, "not-registered", Regions(event=None, digest=""))
    yield case("not begun there", BAD, "not-begun", Regions(event=None))
    yield case("another record there", BAD, "other-record", Regions(digest="0" * 64))
    yield case("silent region", UNKNOWN, "silent", Regions(silent=True))
    yield from _answer_cases(case)


def _answer_cases(
    case: Callable[[str, Outcome, str, Regions], Case],
) -> Iterable[Case]:
    wuhu, baoji = world.region(CODE), world.region("610300")
    bends: dict[str, dict[str, object]] = {
        "nonce": {"nonce": "0" * 32},
        "identifier": {"identifier": "1.2.156.3005.2.0.0.0.001.0"},
        "region": {"region": "610300"},
        "age": {"answered_at": NOW - timedelta(minutes=5, seconds=1)},
        "clock": {"answered_at": NOW + timedelta(minutes=5, seconds=1)},
    }
    for name, changes in bends.items():
        yield case(
            f"answer with another {name}",
            *(UNKNOWN, "other-question"),
            Regions(bend=partial(_bent, changes)),
        )
    speakers = {
        "the other region": baoji.status_signer,
        "a service": wuhu.service,
        "the seal": wuhu.seal_signer,
        "an ended certificate": _owned(Role.STATUS, validity=ENDED),
    }
    for name, signer in speakers.items():
        yield case(
            f"answer signed by {name}",
            *(UNKNOWN, "not-trusted"),
            Regions(signer=signer),
        )
    serial = wuhu.status_signer.certificate.serial
    yield case(
        "answer signed by a revoked certificate",
        *(UNKNOWN, "not-trusted"),
        Regions(lists=sealed.revocations(serial)),
    )
    breaks: dict[str, Callable[[bytes], bytes]] = {
        "altered": lambda data: data.replace(b'"active"', b'"revoked"'),
        "empty": lambda _: b"",
        "endless": lambda data: data + b" " * 70_000,
        "deep": lambda _: b"[" * 60_000,
        "no JSON": lambda data: data[1:],
    }
    for name, change in breaks.items():
        yield case(
            f"answer {name}",
            *(UNKNOWN, "not-trusted"),
            Regions(break_=change),
        )


def _bent(changes: dict[str, object], answer: StatusAnswer) -> StatusAnswer:
    return replace(answer, **changes)  # type: ignore[arg-type]


# The seal's own status -----------------------------------------------------------------------


def _seal_status_cases() -> Iterable[Case]:
    def case(name: str, outcome: Outcome, reason: str, **changes: object) -> Case:
        regions = Regions(bend_seal=lambda answer: replace(answer, **changes))  # type: ignore[arg-type]
        return _case(
            f"seal {name}",
            *(Check.SEAL_STATUS, outcome, reason, FAILED if outcome is BAD else INDETERMINATE),
            lambda: judge(sealed.sound(), regions=regions),
            at_sealing=PASSED,
        )

    for state in SealState:
        if state is not SealState.ENABLED:
            yield case(state.value, BAD, "not-enabled", state=state)
    yield case("of tomorrow", BAD, "not-begun", state=None, since=None)
    yield case("never registered", BAD, "not-registered", seal_digest="", state=None)
    yield case("of another making", BAD, "other-seal", seal_digest="0" * 64)
    yield case("asked about with another nonce", UNKNOWN, "other-question", nonce="0" * 32)
    yield _case(
        "seal that nobody answers for",
        *(Check.SEAL_STATUS, UNKNOWN, "silent", INDETERMINATE),
        lambda: judge(sealed.sound(), regions=Regions(seal_silent=True)),
        at_sealing=PASSED,
    )
    yield _case(
        "seal that somebody else answers for",
        *(Check.SEAL_STATUS, UNKNOWN, "not-trusted", INDETERMINATE),
        lambda: judge(sealed.sound(), regions=Regions(signer=world.region(CODE).service)),
        at_sealing=PASSED,
    )
