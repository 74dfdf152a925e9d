"""One foreign document for every way in which a check of such documents can end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, partial

from signing.algorithms import sm3
from signing.authorities import Validity
from signing.roles import Role
from signing.seals import make_seal
from signing.signed_content import SignedDataDialect
from tests import foreign, sealed, world
from tests.carrier_cases import carrier_cases
from tests.foreign import TEXT, Package, clock, later, message, pdf
from tests.package_cases import package_cases
from tests.receipt_cases import receipt_cases
from tests.seal_standing_cases import seal_standing_cases
from tests.sealed import NOW, Held, Regions, judge
from tests.verdict_cases import (
    BAD,
    ENDED,
    FAILED,
    INDETERMINATE,
    LATE,
    OK,
    PASSED,
    SHORT,
    UNKNOWN,
    Case,
    Triple,
    all_cases,
    owner,
)
from verify.checks import Check
from verify.conclusions import Conclusion
from verify.examination import Examination, refused
from verify.report import Report
from verify.verifier import Verifier

_CLOCK = later(5)


@cache
def every_case() -> tuple[Case, ...]:
    """Every circumstance of licenses and of other documents."""
    return (
        *all_cases(),
        *foreign_cases(),
        *carrier_cases(),
        *receipt_cases(),
        *seal_standing_cases(),
        *package_cases(),
    )


def foreign_cases() -> list[Case]:
    return [
        *_sound_cases(),
        *_container_cases(),
        *_value_cases(),
        *_lone_cases(),
        *_signer_cases(),
        *_timestamp_cases(),
        *_limit_cases(),
    ]


def _case(
    name: str,
    finding: Triple,
    conclusion: Conclusion,
    data: bytes,
    at_sealing: Conclusion | None = None,
) -> Case:
    return Case(
        name=name,
        finding=finding,
        conclusion=conclusion,
        at_sealing=at_sealing or conclusion,
        report=partial(judge, data),
    )


def _sound_cases() -> Iterable[Case]:
    for name, data in (
        ("OFD with a seal", Package().build()),
        ("OFD with its seal beside", Package(seal=foreign.wuhu().seal).build()),
        ("PDF with signed data", pdf(message)),
        ("PDF with a seal signature alone", pdf(lambda c: foreign.seal_signature(sm3(c)))),
    ):
        yield _case(f"foreign {name}", (Check.FILE_FORMAT, OK, ""), PASSED, data)
    yield _case(
        "package whose entries are listed",
        (Check.FILE_INTEGRITY, OK, ""),
        PASSED,
        foreign.integrity_package(),
    )
    yield _case(
        "raw signature value",
        (Check.SIGNATURE_FORM, BAD, ""),
        PASSED,
        Package(is_raw=True).build(),
    )
    yield _case(
        "entry that nothing protects",
        (Check.SIGNATURE_UNPROTECTED, BAD, ""),
        PASSED,
        Package(extra={"Doc_0/Other.xml": b"<x/>"}).build(),
    )
    yield _case(
        "seal signature that names another place",
        (Check.SEAL_SIGNATURE_DOCUMENT, BAD, ""),
        PASSED,
        Package(document="/Doc_0/Signs/Sign_9/Signature.xml").build(),
    )
    for name, is_signed, unlisted, reason in (
        ("entries that are not listed", True, True, "entries"),
        ("list that nobody signed", False, False, "signature"),
    ):
        data = foreign.integrity_package(unlisted=unlisted, is_signed=is_signed)
        yield _case(f"package with {name}", (Check.FILE_INTEGRITY, BAD, reason), PASSED, data)


def _container_cases() -> Iterable[Case]:
    sound = Package().build()
    yield _case(
        "OFD with bytes before it",
        (Check.FILE_FORMAT, BAD, "container"),
        FAILED,
        b"junk" + sound,
    )
    yield _case(
        "signature listed twice",
        (Check.FILE_FORMAT, BAD, "listing"),
        FAILED,
        Package(listed=2).build(),
    )
    yield _case(
        "page changed after sealing",
        (Check.SIGNATURE_REFERENCES, BAD, ""),
        FAILED,
        Package(change={"Doc_0/Pages/Content.xml": b"<x/>"}).build(),
    )
    other = replace(foreign.wuhu().seal.description, code="99999999")
    yield _case(
        "another seal beside the value",
        (Check.SEAL_FILE, BAD, ""),
        FAILED,
        Package(seal=make_seal(other, maker=foreign.wuhu().maker)).build(),
    )
    yield _case(
        "digests by an unknown method",
        (Check.SIGNATURE_PROFILE, BAD, "digest-method"),
        FAILED,
        Package(method="").build(),
    )
    yield _case(
        "value that is missing",
        (Check.SIGNATURE_PROFILE, BAD, "missing-parts"),
        FAILED,
        Package(value=b"").build(),
    )
    face = foreign.unpacked(sound) | {"Doc_0/Attachs/license.json": b"{}"}
    yield _case(
        "a license's file that nothing protects",
        (Check.SIGNATURE_COVERAGE, BAD, "unprotected"),
        FAILED,
        foreign.packed(face),
    )


def _value_cases() -> Iterable[Case]:
    yield _case(
        "value without a certificate",
        (Check.SIGNATURE_PROFILE, BAD, "no-certificate"),
        FAILED,
        Package(kind="Sign", value=foreign.bare_value).build(),
    )
    yield _case(
        "value that nobody signed",
        (Check.SIGNATURE_PROFILE, BAD, "no-signer"),
        FAILED,
        pdf(foreign.nobody()),
    )
    yield _case(
        "value of another algorithm",
        (Check.SIGNATURE_PROFILE, UNKNOWN, "foreign"),
        INDETERMINATE,
        pdf(foreign.rsa_message),
    )
    yield _case(
        "message over another file",
        (Check.SIGNATURE_INTACT, BAD, ""),
        FAILED,
        pdf(lambda _: message(b"another file")),
    )
    forged = bytearray(foreign.seal_signature(bytes(32)))
    forged[-1] ^= 1
    yield _case(
        "seal signature whose value is forged",
        (Check.SEAL_SIGNATURE_INTACT, BAD, ""),
        FAILED,
        bytes(forged),
    )


def _lone_cases() -> Iterable[Case]:
    detached = message(TEXT)
    stamped = foreign.seal_signature(sm3(TEXT))
    yield _case("seal alone", (Check.SEAL_GENUINE, OK, ""), PASSED, foreign.lone_seal())
    yield _case(
        "seal that is damaged",
        (Check.FILE_FORMAT, BAD, "malformed"),
        FAILED,
        foreign.damaged(foreign.lone_seal()),
    )
    for name, data, check in (
        ("message", detached, Check.SIGNATURE_INTACT),
        ("seal signature", stamped, Check.SEAL_SIGNATURE_CONTENT),
    ):
        yield _case(
            f"{name} without its document", (check, UNKNOWN, "no-content"), INDETERMINATE, data
        )
        yield Case(
            name=f"{name} with its document",
            finding=(check, OK, ""),
            conclusion=PASSED,
            at_sealing=PASSED,
            report=partial(judge, data, content=TEXT),
        )
        yield Case(
            name=f"{name} with another document",
            finding=(check, BAD, ""),
            conclusion=FAILED,
            at_sealing=FAILED,
            report=partial(judge, data, content=b"another document"),
        )


def _signer_cases() -> Iterable[Case]:
    region, other = foreign.wuhu(), world.region("610300")
    signer = region.record_signer
    path, revocation = Check.SIGNER_CERTIFICATE_PATH, Check.SIGNER_CERTIFICATE_REVOCATION
    yield _case(
        "message by somebody unknown",
        (path, UNKNOWN, "region-unknown"),
        INDETERMINATE,
        pdf(partial(message, signer=other.record_signer)),
    )
    yield _case(
        "message by a certificate for something else",
        (path, BAD, "wrong-role"),
        FAILED,
        pdf(partial(message, signer=region.status_signer)),
    )
    ended = world.certified(region.authority, Role.RECORD, name=owner(), validity=ENDED)
    yield _case(
        "message by a certificate that had ended",
        (path, BAD, "out-of-date"),
        FAILED,
        pdf(partial(message, signer=ended)),
    )
    timeless = partial(message, dialect=SignedDataDialect.DETACHED, signer=ended)
    yield _case("page signed at no time", (path, BAD, "no-time"), FAILED, pdf(timeless))
    yield Case(
        name="message signed at no time",
        finding=(path, UNKNOWN, "no-time"),
        conclusion=INDETERMINATE,
        at_sealing=INDETERMINATE,
        report=partial(judge, timeless(TEXT), content=TEXT),
    )
    for name, minutes, finding, conclusion, at_sealing in (
        ("before", 0, (path, BAD, "revoked"), FAILED, FAILED),
        ("before it was used", 0, (revocation, BAD, ""), FAILED, FAILED),
        ("since", 30, (revocation, UNKNOWN, "no-trusted-time"), INDETERMINATE, PASSED),
    ):
        lists = sealed.revocations(signer.certificate.serial, revoked_at=later(minutes))
        yield Case(
            name=f"message by a certificate revoked {name}",
            finding=finding,
            conclusion=conclusion,
            at_sealing=at_sealing,
            report=partial(judge, pdf(message), regions=Regions(lists=lists)),
        )
    yield Case(
        name="message while no list is to be had",
        finding=(revocation, UNKNOWN, ""),
        conclusion=INDETERMINATE,
        at_sealing=PASSED,
        report=partial(judge, pdf(message), regions=Regions(lists=())),
    )
    yield Case(
        name="message by a certificate ended since",
        finding=(Check.SIGNER_CERTIFICATE_EXPIRY, BAD, ""),
        conclusion=PASSED,
        at_sealing=PASSED,
        report=partial(_judge_late, SHORT),
    )


def _judge_late(validity: Validity) -> Report:
    signer = world.certified(foreign.wuhu().authority, Role.RECORD, name=owner(), validity=validity)
    return judge(
        pdf(partial(message, signer=signer)),
        regions=Regions(at=LATE, lists=sealed.revocations(issued_at=LATE)),
        now=LATE,
    )


def _timestamp_cases() -> Iterable[Case]:
    region = foreign.wuhu()
    good = Package(stamped_by=clock(_CLOCK)).build()
    yield _case("trusted time", (Check.TIMESTAMP_TRUSTED, OK, ""), PASSED, good)
    yield _case("sound timestamp", (Check.TIMESTAMP_INTACT, OK, ""), PASSED, good)
    stolen = clock(_CLOCK).stamp(sm3(b"something else"))
    yield _case(
        "timestamp of something else",
        (Check.TIMESTAMP_INTACT, BAD, ""),
        FAILED,
        Package(value=lambda d: foreign.seal_signature(sm3(d), timestamp=stolen)).build(),
    )
    other = world.certified(world.region("610300").authority, Role.TIMESTAMP)
    unknown = Package(stamped_by=clock(_CLOCK, signer=other)).build()
    yield _case(
        "timestamp by somebody unknown",
        (Check.TIMESTAMP_TRUSTED, UNKNOWN, "unknown-authority"),
        PASSED,
        unknown,
    )
    # The clock's own certificate is revoked, or the sealer's.
    sealers = region.seal_signer.certificate.serial, region.maker.certificate.serial
    lists = sealed.revocations(foreign.timestamper().certificate.serial)
    yield Case(
        name="timestamp by a revoked clock",
        finding=(Check.TIMESTAMP_TRUSTED, UNKNOWN, "revocation"),
        conclusion=PASSED,
        at_sealing=PASSED,
        report=partial(judge, good, regions=Regions(lists=lists)),
    )
    revoked = Regions(lists=sealed.revocations(*sealers, revoked_at=later(10)))
    stamped = pdf(partial(message, stamped_by=clock(_CLOCK)))
    signer = region.record_signer.certificate.serial
    face = sealed.Face(clock=clock(_CLOCK)).seal_it()
    for check, data, serials in (
        (Check.RECORD_CERTIFICATE_REVOCATION, face, (signer,)),
        (Check.SEAL_CERTIFICATE_REVOCATION, good, sealers),
        (Check.MAKER_CERTIFICATE_REVOCATION, good, sealers),
        (Check.SIGNER_CERTIFICATE_REVOCATION, stamped, (signer,)),
    ):
        lists = sealed.revocations(*serials, revoked_at=later(10))
        yield Case(
            name=f"trusted time before the revocation: {check}",
            finding=(check, OK, "proven-before"),
            conclusion=PASSED,
            at_sealing=PASSED,
            report=partial(judge, data, regions=Regions(lists=lists)),
        )
    yield Case(
        name="trusted time after the revocation",
        finding=(Check.SEAL_CERTIFICATE_REVOCATION, UNKNOWN, "no-trusted-time"),
        conclusion=INDETERMINATE,
        at_sealing=PASSED,
        report=partial(judge, Package(stamped_by=clock(later(20))).build(), regions=revoked),
    )


@dataclass(frozen=True)
class _Exhausted:
    """An examiner whose process ended at its limits."""

    def examine(self, data: bytes, content: bytes | None = None) -> Examination:
        return refused(sm3(data + (content or b"")).hex(), "limits", outcome=UNKNOWN)


def _limit_cases() -> Iterable[Case]:
    def report() -> Report:
        verifier = Verifier(
            trust=Held(sealed.trust()),
            regions=Regions(),
            examiner=_Exhausted(),
            pages=sealed.Pages(),
            clock=sealed.At(NOW),
        )
        return verifier.verify(b"a document that takes for ever")

    yield Case(
        name="more work than is allowed",
        finding=(Check.FILE_FORMAT, UNKNOWN, "limits"),
        conclusion=INDETERMINATE,
        at_sealing=INDETERMINATE,
        report=report,
    )
