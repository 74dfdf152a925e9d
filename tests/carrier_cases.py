"""One code, identifier, record or picture for every way in which a check of such can end."""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from PIL import Image, ImageDraw

from certs.faces.qr import QrModules, qr_modules
from certs.printed_codes import DOMAIN, claims_of, to_address
from certs.status_lists.containers import StatusList
from certs.status_lists.tokens import no_statuses, sign_status_list
from certs.statuses import StatusKind
from signing import cose
from signing.authorities import Validity
from signing.roles import Role
from signing.signed_messages import Dialect, sign_message
from signing.signer import CertifiedSigner
from tests import sealed, world
from tests.offline_codes import loose, offline_claims, shown, signed
from tests.sealed import CODE, NOW, URL, Regions, code_text, verifier_of
from tests.verdict_cases import (
    BAD,
    FAILED,
    INDETERMINATE,
    LATE,
    OK,
    PASSED,
    UNKNOWN,
    Case,
    Triple,
    owner,
)
from verify import judging
from verify.checks import Check, Outcome
from verify.conclusions import Conclusion
from verify.policies import Purpose, shipped_policy
from verify.report import Report
from verify.sources import RecordedSources
from verify.trust_lists import TrustList
from verify.verifier import Inquiry


def photo_of(*texts: str, format: str = "PNG", turned: float = 0.0) -> bytes:  # noqa: A002
    """A picture of codes side by side, as a phone takes it."""
    size = 420
    sheet = Image.new("L", (size * max(len(texts), 1), size), 235)
    for number, text in enumerate(texts):
        sheet.paste(
            _picture(qr_modules(text)).resize((size - 80, size - 80)), (number * size + 40, 40)
        )
    buffer = io.BytesIO()
    turned_sheet = sheet.rotate(turned, expand=True, fillcolor=235)
    turned_sheet.save(buffer, format, quality=80)
    return buffer.getvalue()


def _picture(modules: QrModules) -> Image.Image:
    quiet = 4
    size = modules.size + 2 * quiet
    image = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(image)
    for x, y, length in modules.bars():
        draw.rectangle((quiet + x, quiet + y, quiet + x + length - 1, quiet + y), fill=0)
    return image.resize((size * 5, size * 5), Image.Resampling.NEAREST)


def status_list_with(
    *values: tuple[int, int],
    signer: CertifiedSigner | None = None,
    number: int = 0,
    age_hours: int = 0,
) -> bytes:
    """A signed status list of the region, with these values at these places."""
    statuses: StatusList = no_statuses().changed(dict(values))
    return sign_status_list(
        statuses,
        uri=f"{URL}/api/v1/status-lists/{number}",
        aggregation_uri=f"{URL}/api/v1/status-lists",
        issued_at=NOW - timedelta(hours=age_hours),
        signer=signer or world.region(CODE).status_signer,
    )


def _ask(text: str, regions: Regions | None = None, trusted: TrustList | None = None) -> Report:
    return verifier_of(regions=regions, trusted=trusted).verify_text(text)


def _case(
    name: str,
    finding: Triple,
    conclusion: Conclusion,
    report: Callable[[], Report],
    at_sealing: Conclusion | None = None,
) -> Case:
    return Case(
        name=name,
        finding=finding,
        conclusion=conclusion,
        at_sealing=at_sealing or conclusion,
        report=report,
    )


def carrier_cases() -> list[Case]:
    return [
        *_text_cases(),
        *_picture_cases(),
        *_code_cases(),
        *_offline_code_cases(),
        *_record_cases(),
        *_identifier_cases(),
        *_list_cases(),
    ]


# What was scanned or typed -------------------------------------------------------------------


def _text_cases() -> Iterable[Case]:
    def refused(name: str, reason: str, text: str) -> Case:
        return _case(name, (Check.FILE_FORMAT, BAD, reason), FAILED, partial(_ask, text))

    address = code_text(sealed.record())
    identifier = str(sealed.record().identifier)
    yield refused("text of nothing", "no-code", "110105194912310021 hello")
    yield refused("text without end", "text-too-long", address + "0" * 9000)
    yield refused("code cut short", "damaged-code", address[:-6])
    yield refused("code of the window", "one-time-code", f"HTTP://WUHU.TEST/Q/{'A2' * 13}")
    mistyped = identifier[:-1] + ("0" if identifier[-1] != "0" else "1")
    yield refused("identifier mistyped", "mistyped-identifier", mistyped)


def _picture_cases() -> Iterable[Case]:
    def brought(name: str, reason: str, data: bytes) -> Case:
        finding = (Check.FILE_FORMAT, BAD, reason)
        return _case(name, finding, FAILED, lambda: verifier_of().verify(data))

    address = code_text(sealed.record())
    other = code_text(replace(sealed.record(), salt=b"o" * 16))
    yield brought("picture of nothing", "picture-without-code", photo_of())
    yield brought("picture of two codes", "several-codes", photo_of(address, other))
    yield brought("picture cut short", "unreadable-picture", photo_of(address)[:300])
    for name, data in (
        ("PNG of a code", photo_of(address)),
        ("JPEG photo of a code, turned", photo_of(address, format="JPEG", turned=7)),
    ):
        yield _case(
            name, (Check.CODE_SIGNATURE, OK, ""), PASSED, partial(verifier_of().verify, data)
        )


# Codes ---------------------------------------------------------------------------------------


def _code_cases() -> Iterable[Case]:
    record, wuhu = sealed.record(), world.region(CODE)

    def code(  # noqa: PLR0913, PLR0917 - one line of a table
        name: str,
        check: Check,
        outcome: Outcome,
        reason: str,
        conclusion: Conclusion,
        signer: CertifiedSigner | None = None,
        regions: Regions | None = None,
        at_sealing: Conclusion | None = None,
    ) -> Case:
        signer = signer or wuhu.record_signer
        regions = regions or Regions(published=(signer.certificate.encoded,))
        text = code_text(record, signer=signer)
        report = partial(_ask, text, regions)
        return _case(name, (check, outcome, reason), conclusion, report, at_sealing)

    yield code("sound code", Check.CODE_CERTIFICATE_PATH, OK, "", PASSED)
    yield code(
        "code whose signer nobody publishes",
        *(Check.CODE_SIGNATURE, UNKNOWN, "signer-unknown", INDETERMINATE),
        regions=Regions(published=()),
    )
    path = Check.CODE_CERTIFICATE_PATH
    yield code(
        "code by a signer from elsewhere",
        path,
        BAD,
        "no-path",
        FAILED,
        world.region("610300").record_signer,
    )
    yield code("code signed by a service", path, BAD, "wrong-role", FAILED, wuhu.service)
    other_owner = world.certified(wuhu.authority, Role.RECORD)
    yield code("code of another issuer", Check.ISSUER_CODE, BAD, "", FAILED, other_owner)
    serial = wuhu.record_signer.certificate.serial
    yield _case(
        "code whose signer is revoked",
        (Check.CODE_CERTIFICATE_REVOCATION, BAD, ""),
        FAILED,
        partial(_ask, code_text(record), Regions(lists=sealed.revocations(serial))),
    )
    yield code(
        "code without revocation lists",
        *(Check.CODE_CERTIFICATE_REVOCATION, UNKNOWN, "", INDETERMINATE),
        regions=Regions(lists=()),
        at_sealing=PASSED,
    )
    yield _case("code with a flipped bit", (Check.CODE_SIGNATURE, BAD, ""), FAILED, _flipped)
    yield _case("code signer ended since", (Check.CODE_CERTIFICATE_EXPIRY, BAD, ""), PASSED, _late)
    yield _case(
        "code signer ended, and revoked after that",
        (Check.CODE_CERTIFICATE_REVOCATION, UNKNOWN, "no-trusted-time"),
        INDETERMINATE,
        lambda: _late(revoked_at=LATE - timedelta(days=1)),
        at_sealing=PASSED,
    )
    tomorrow = Validity(not_before=NOW + timedelta(days=1), not_after=LATE)
    young = world.certified(wuhu.authority, Role.RECORD, name=owner(), validity=tomorrow)
    yield code("code by a certificate of tomorrow", path, BAD, "out-of-date", FAILED, young)


def _flipped() -> Report:
    record, signer = sealed.record(), world.region(CODE).record_signer
    code = cose.sign_claims(claims_of(record), signer=signer, domain=DOMAIN)
    other = cose.sign_claims(
        claims_of(replace(record, salt=b"o" * 16)), signer=signer, domain=DOMAIN
    )
    # The claims of one license under the signature of another.
    return _ask(to_address(code[:-64] + other[-64:], public_url=URL))


def _late(revoked_at: datetime | None = None) -> Report:
    """A code read when its signer's certificate has ended."""
    short = Validity(
        not_before=world.NOON - timedelta(days=300), not_after=world.NOON + timedelta(days=30)
    )
    signer = world.certified(
        world.region(CODE).authority, Role.RECORD, name=owner(), validity=short
    )
    regions = Regions(
        at=LATE,
        published=(signer.certificate.encoded,),
        lists=sealed.revocations(
            *([signer.certificate.serial] if revoked_at else []),
            issued_at=LATE,
            revoked_at=revoked_at or LATE,
        ),
    )
    return verifier_of(regions=regions, now=LATE).verify_text(
        code_text(sealed.record(), signer=signer)
    )


# Offline codes -------------------------------------------------------------------------------


def _offline_code_cases() -> Iterable[Case]:
    def code(name: str, finding: Triple, conclusion: Conclusion, text: str) -> Case:
        return _case(name, finding, conclusion, partial(_ask, text), PASSED)

    showing, validity = Check.CODE_SHOWING, Check.CODE_VALIDITY
    minute, day = timedelta(minutes=1), timedelta(days=1)
    yield code("phone that shows its code", (showing, OK, ""), PASSED, shown(at=NOW - minute))
    yield code("code in time", (validity, OK, ""), PASSED, shown())
    yield code("code copied from a phone", (showing, BAD, "copied"), FAILED, loose())
    yield code("code on another phone", (showing, BAD, "other-device"), FAILED, shown(by=1))
    yield code("picture of a phone", (showing, BAD, "stale"), FAILED, shown(at=NOW - 2 * minute))
    yield code("phone of tomorrow", (showing, BAD, "stale"), FAILED, shown(at=NOW + day))
    old = offline_claims(issued_at=NOW - day, expires_at=NOW)
    yield code("code of yesterday", (validity, BAD, "expired"), FAILED, shown(signed(old)))
    new = offline_claims(issued_at=NOW + day, expires_at=NOW + 2 * day)
    yield code("code of tomorrow", (validity, BAD, "not-yet"), FAILED, shown(signed(new)))
    free = loose(signed(offline_claims(device=None)))
    yield code("code of no phone", (Check.CODE_BOUND, UNKNOWN, ""), PASSED, free)
    yield _case(
        "photo of a phone that shows its code",
        (showing, OK, ""),
        PASSED,
        lambda: verifier_of().verify(photo_of(shown())),
    )
    yield _case(
        "claims signed as a printed code",
        (Check.CODE_SIGNATURE, BAD, ""),
        FAILED,
        partial(_ask, shown(signed(domain=DOMAIN))),
    )
    yield _case(
        "offline code of another issuer",
        (Check.ISSUER_CODE, BAD, ""),
        FAILED,
        _ask_stranger,
    )
    for name, text in (
        ("offline code cut short", shown()[:-6]),
        ("offline code at a printed one's address", shown().replace("/S#", "/V#")),
        ("printed code at an offline one's address", _printed().replace("/V#", "/S#")),
    ):
        finding = (Check.FILE_FORMAT, BAD, "damaged-code")
        yield _case(name, finding, FAILED, partial(_ask, text))


def _printed() -> str:
    return code_text(sealed.record())


def _ask_stranger() -> Report:
    stranger = world.certified(world.region(CODE).authority, Role.RECORD)
    regions = Regions(published=(stranger.certificate.encoded,))
    return _ask(shown(signed(signer=stranger)), regions)


# Records -------------------------------------------------------------------------------------


def _record_cases() -> Iterable[Case]:
    record, wuhu = sealed.record(), world.region(CODE)

    def signed(data: bytes, signer: CertifiedSigner | None = None) -> bytes:
        signer = signer or wuhu.record_signer
        return sign_message(Dialect.GB_T_35275, data, signer=signer, signed_at=world.NOON)

    def brought(
        name: str, finding: Triple, conclusion: Conclusion, signature: bytes | None
    ) -> Case:
        report = partial(verifier_of().verify, record.encode(), content=signature)
        return _case(name, finding, conclusion, report)

    good = signed(record.digest)
    yield brought("record with its signature", (Check.RECORD_SIGNATURE, OK, ""), PASSED, good)
    yield brought("record without a signature", (Check.SIGNATURE_PRESENT, BAD, ""), FAILED, None)
    yield brought(
        "record with another's signature",
        (Check.RECORD_SIGNATURE, BAD, ""),
        FAILED,
        signed(sealed.digest_of("another record")),
    )
    yield brought(
        "record with a broken signature", (Check.FILE_FORMAT, BAD, "malformed"), FAILED, good[:-9]
    )
    yield _case(
        "signature of a record with its record",
        (Check.RECORD_SIGNATURE, OK, ""),
        PASSED,
        partial(verifier_of().verify, good, content=record.encode()),
    )
    stranger = world.certified(wuhu.authority, Role.RECORD)
    yield brought(
        "record signed for another issuer",
        (Check.ISSUER_CODE, BAD, ""),
        FAILED,
        signed(record.digest, stranger),
    )


# Identifiers ---------------------------------------------------------------------------------


def _identifier_cases() -> Iterable[Case]:
    identifier = str(sealed.record().identifier)
    known = Regions(
        bend=lambda answer: replace(answer, valid_from="2026-03-01", valid_to="2031-02-28")
    )
    ended = Regions(
        bend=lambda answer: replace(answer, valid_from="2020-03-01", valid_to="2025-02-28")
    )
    yield _case(
        "identifier of a license in force",
        (Check.LICENSE_STATUS, OK, ""),
        PASSED,
        partial(_ask, identifier, known),
    )
    flagged = Regions(
        bend=lambda answer: replace(
            answer, valid_from="2026-03-01", valid_to="2031-02-28", flagged=True
        )
    )
    yield _case(
        "identifier of a license with an open correction",
        (Check.LICENSE_STATUS, OK, "flagged"),
        PASSED,
        partial(_ask, identifier, flagged),
    )
    yield _case(
        "identifier of a license that expired",
        (Check.LICENSE_VALIDITY, BAD, "expired"),
        FAILED,
        partial(_ask, identifier, ended),
        at_sealing=PASSED,
    )
    yield _case(
        "identifier in small letters",
        (Check.IDENTIFIER_FORM, BAD, ""),
        PASSED,
        partial(_ask, identifier.lower(), known),
    )
    yield _case(
        "identifier of another system",
        (Check.IDENTIFIER_FORM, BAD, ""),
        INDETERMINATE,
        partial(_ask, "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", known),
    )
    yield _case(
        "identifier of an unknown issuer",
        (Check.TRUST_REGION, UNKNOWN, "issuer-unknown"),
        INDETERMINATE,
        partial(_ask, identifier, None, sealed.trust(sealed.trusted_region("610300"))),
    )


# Status lists --------------------------------------------------------------------------------


def _list_cases() -> Iterable[Case]:
    index = sealed.record().status_index.index
    text = code_text(sealed.record())
    check = Check.LICENSE_STATUS

    def listed(name: str, outcome: Outcome, reason: str, token: bytes, **more: object) -> Case:
        regions = Regions(silent=True, status_lists={(0, None): token}, **more)  # type: ignore[arg-type]
        conclusion = {OK: PASSED, BAD: FAILED, UNKNOWN: INDETERMINATE}[outcome]
        return _case(
            f"list: {name}",
            (check, outcome, reason),
            conclusion,
            partial(_ask, text, regions),
            at_sealing=PASSED,
        )

    yield listed("silent region, license in force", OK, "listed", status_list_with())
    yield listed("another license ended", OK, "listed", status_list_with((index + 1, 1)))
    for value, word in ((1, "ended"), (2, "suspended"), (3, "superseded")):
        yield listed(word, BAD, f"list-{word}", status_list_with((index, value)))
    service = world.region(CODE).service
    forged = status_list_with(signer=service)
    yield listed("signed by a service", UNKNOWN, "list-not-trusted", forged)
    elsewhere = status_list_with(signer=world.region("610300").status_signer)
    yield listed("of a stranger", UNKNOWN, "list-not-trusted", elsewhere)
    yield listed("garbage", UNKNOWN, "list-not-trusted", b"\xd2\x84")
    yield listed("of another number", UNKNOWN, "list-other-list", status_list_with(number=1))
    yield listed("expired", UNKNOWN, "list-expired", status_list_with(age_hours=49))
    yield listed("of tomorrow", UNKNOWN, "list-not-yet", status_list_with(age_hours=-24))
    revoked = sealed.revocations(world.region(CODE).status_signer.certificate.serial)
    yield listed("signer revoked", UNKNOWN, "list-not-trusted", status_list_with(), lists=revoked)
    old = Regions(silent=True, status_lists={(0, None): status_list_with(age_hours=47)})
    week = shipped_policy(Purpose.ACCEPTANCE)
    yield _case(
        "list: older than an office may rely on",
        (check, UNKNOWN, "stale"),
        INDETERMINATE,
        lambda: verifier_of(regions=old).verify_text(text, Inquiry(policy=week)),
        at_sealing=PASSED,
    )
    event = sealed.event(StatusKind.REVOKED, effective_at=NOW - timedelta(minutes=10))
    yield _case(
        "answer of today about a day before it",
        (check, UNKNOWN, "not-told"),
        INDETERMINATE,
        lambda: _replayed(Regions(event=event), NOW - timedelta(minutes=20)),
        at_sealing=PASSED,
    )
    told = Regions(
        event=sealed.event(StatusKind.REVOKED),
        status_lists={(0, None): status_list_with((index, 1))},
    )
    yield _case(
        "list: ended, and the region says when",
        (check, BAD, "not-active"),
        FAILED,
        partial(_ask, text, told),
        at_sealing=PASSED,
    )


def _replayed(regions: Regions, moment: datetime) -> Report:
    """A verdict of today judged again about an earlier moment, by what was said today."""
    verifier = verifier_of(regions=regions)
    examination = verifier.examine(sealed.sound())
    report = verifier.judge(examination)
    return judging.judge(
        examination,
        sources=RecordedSources(report.grounds, trust=sealed.trust()),
        policy=report.policy,
        now=NOW,
        moment=moment,
    )
