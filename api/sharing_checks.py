"""What the sharing family verifies: submitted data, files, and scanned codes."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from api.http_errors import NotAllowedError
from api.redeeming import code_in, redeem
from api.schemas.sharing_family import CauseIn, CodeIn, ContentIn
from api.sharing_asking import (
    Asking,
    Told,
    check_cause,
    event_now,
    record_of,
    refused,
)
from api.sharing_codes import (
    FileResult,
    InfoResult,
    ShareStatus,
    file_result,
    info_result,
    info_result_of,
)
from api.sharing_registers import numbered
from api.sharing_spellings import read_name, same_value
from api.wording import sentence
from certs.access import CallerRole
from certs.catalogue import LicenseType
from certs.display_codes import is_code
from certs.errors import MalformedIdentifierError, OverAskError
from certs.identifiers import LicenseIdentifier
from certs.licenses import License
from certs.marks import Mark
from certs.masking import redact
from certs.releases import Basis, BasisKind, Wanted, count_refusal, release
from certs.rights import Action
from verify.policies import Purpose, shipped_policy
from verify.report import Report
from verify.verifier import Inquiry

MOST_MISMATCHES: Final = 10
"""Of one caller about one license in a day: whoever guesses learns nothing more."""

_DAY: Final = timedelta(days=1)
_KNOWN_ALREADY: Final = ("certificateHolderName", "certificateHolderCode")
"""Whoever wants data of a holder confirmed must know who that is."""

_MATCH: Final = BasisKind.INFO_CHECK
_MISMATCH: Final = BasisKind.INFO_MISMATCH
_MOST_ELEMENTS: Final = 100
_MOST_VALUE: Final = 4000
_MOST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Submitted:
    """Metadata as somebody submitted them.

    Attributes:
        values: By the names of records.
        unknown: Names, as submitted, of what such licenses do not have.
    """

    values: Mapping[str, str]
    unknown: tuple[str, ...]


def verify_info(asking: Asking) -> Told:
    """信息验证: compare submitted metadata with the register; nothing but the result is told.

    Each comparison is a use that the holder sees. After some that were wrong on one day a
    caller is told nothing more about that license.
    """
    asking = asking.allowed_to(Action.ASK_REGISTER)
    cause = check_cause(CauseIn.model_validate(asking.data).cause)
    given = _given(asking.data)
    license_type = _type_of(given, asking)
    submitted = _submitted(given, license_type)
    if not _is_enough(submitted.values):
        return _info(InfoResult.INCOMPLETE)
    license = _found(submitted.values, license_type, asking)
    if license is None:
        return _info(InfoResult.NOT_FOUND)
    try:
        return _compared(license, submitted, license_type, asking, cause=cause or "信息验证")
    except OverAskError as error:
        count_refusal(error, unit_of_work=asking.services.unit_of_work)
        raise


def _compared(
    license: License,
    submitted: _Submitted,
    license_type: LicenseType | None,
    asking: Asking,
    *,
    cause: str,
) -> Told:
    services, person = asking.services, asking.known_caller.person
    elements = record_of(license, services).elements()
    # What a license leaves empty is not whatever somebody says.
    is_same = all(
        same_value(name, item, elements.get(name, ""), license_type)
        for name, item in submitted.values.items()
    )
    now = services.clock.now()
    with services.unit_of_work() as work:
        wrong = work.usages.count(
            license.identifier, user=person, basis=_MISMATCH, since=now - _DAY
        )
        if wrong >= MOST_MISMATCHES:
            raise refused(
                "一日内对该证照的信息多次不符，请核对后次日再试",
                "too much about this license was wrong today",
                ShareStatus.NOT_AUTHORIZED,
            )
        # Whoever asks has the values; nothing leaves but whether they are right. That is too
        # much of a secret: guesses would be confirmed.
        basis = Basis(
            kind=_MATCH if is_same else _MISMATCH,
            permitted=None,
            purpose=cause,
            lifted=frozenset({Mark.UNDER_14}),
        )
        wanted = Wanted(identifier=license.identifier, fields=tuple(submitted.values), user=person)
        release(wanted, basis, work=work, at=now)
        event = event_now(license, work, services)
        work.commit()
    result = info_result(license, event, now) if is_same else InfoResult.MISMATCH
    names = asking.spelled(dict.fromkeys(submitted.values, ""), license_type)
    return _info(result, compared=list(names), notCompared=list(submitted.unknown))


def _info(result: InfoResult, **more: Any) -> Told:  # noqa: ANN401 - JSON
    zh, en = result.words
    return Told(data={"result": result.value, "message": zh, "messageEn": en, **more})


def _given(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that were submitted, flat or under ``metadata``; empty ones are none."""
    inner = data.get("metadata")
    source = inner if isinstance(inner, dict) else data
    texts = {
        key: str(item).strip()
        for key, item in source.items()
        if isinstance(item, str | int) and not isinstance(item, bool)
    }
    if len(texts) > _MOST_ELEMENTS or any(len(item) > _MOST_VALUE for item in texts.values()):
        raise refused("提交的信息项过多或过长", "more than a license says")
    return {key: item for key, item in texts.items() if item and key not in _NO_ELEMENTS}


_NO_ELEMENTS: Final = frozenset({"useCause", "certificateCopyCause", "projectNo", "case"})


def _type_of(given: Mapping[str, str], asking: Asking) -> LicenseType | None:
    """Return the type that the metadata are of, by the identifier or by its own code."""
    named = {read_name(key, None): item for key, item in given.items()}
    code = named.get("certificateTypeCode", "")
    if "certificateIdentifier" in named:
        try:
            identifier = LicenseIdentifier.parse(named["certificateIdentifier"])
        except MalformedIdentifierError:
            return None
        return asking.services.type_named(identifier)
    return asking.services.license_type(code) if code else None


def _submitted(given: Mapping[str, str], license_type: LicenseType | None) -> _Submitted:
    """Return the metadata by the names of records.

    Raises:
        SharingRefusedError: One element twice, under two names and with two values.
    """
    values: dict[str, str] = {}
    unknown = []
    for key, item in given.items():
        name = read_name(key, license_type)
        if name is None:
            unknown.append(redact(key)[:_MOST_NAME])
        elif not same_value(name, values.setdefault(name, item), item, license_type):
            raise refused("同一信息项有两个不同的值", "one element with two values")
    return _Submitted(values=values, unknown=tuple(unknown))


def _is_enough(values: Mapping[str, str]) -> bool:
    is_named = (
        "certificateIdentifier" in values
        or {
            "certificateNumber",
            "certificateTypeCode",
        }
        <= values.keys()
    )
    return is_named and all(name in values for name in _KNOWN_ALREADY)


def _found(
    values: Mapping[str, str], license_type: LicenseType | None, asking: Asking
) -> License | None:
    services = asking.services
    if "certificateIdentifier" in values:
        with services.unit_of_work() as work:
            work.only_read()
            return work.licenses.find(values["certificateIdentifier"])
    if license_type is None or "certificateNumber" not in values:
        return None
    return numbered(values["certificateNumber"], license_type, services)


def verify_file(asking: Asking) -> Told:
    """文件验证: is the file genuine, and is the license in it in force?"""
    asking = asking.allowed_to(Action.VERIFY)
    asked = ContentIn.model_validate(asking.data)
    try:
        content = base64.b64decode("".join(asked.content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise refused("文件内容不是 base64", "the content is not base64") from error
    report = asking.services.verifier.verify(content, inquiry=_inquiry())
    return _verdict(report, file_result(report))


def read_code(asking: Asking) -> Told:
    """二维码信息获取: what a scanned code is good for.

    A one-time code is used up by a window, and gives what its holder grants. A printed code
    gives its license and how that stands, and nothing about its holder.
    """
    asking = asking.allowed_to(Action.VERIFY)
    asked = CodeIn.model_validate(asking.data)
    services = asking.services
    if is_code(code_in(asked.code)):
        caller = asking.known_caller
        if caller.role is not CallerRole.WINDOW:
            raise NotAllowedError("a window reads one-time codes")
        shown = redeem(asked.code, caller=caller, services=services)
        license_type = _named_type(shown.identifier, asking)
        values = {item.name: item.value for item in shown.fields}
        return Told(
            data={
                **asking.spelled(values, license_type),
                "standing": {"status": shown.status, "message": shown.zh},
                "inForce": shown.is_in_force,
            }
        )
    report = services.verifier.verify_text(asked.code, _inquiry())
    told = _verdict(report, info_result_of(report))
    license = report.license
    if license is None:
        return told
    facts = {
        "certificateIdentifier": license.identifier,
        "certificateTypeCode": license.type_code,
        "certificateIssuingAuthorityCode": license.issuer_code,
        "certificateEffectiveDate": license.valid_from,
        "certificateExpiringDate": license.valid_to,
    }
    known = asking.spelled({key: item for key, item in facts.items() if item}, None)
    return Told(data={**known, **told.data}, status=told.status, words=told.words)


def _named_type(identifier: str | None, asking: Asking) -> LicenseType | None:
    if identifier is None:
        return None
    return asking.services.type_named(LicenseIdentifier.parse(identifier))


def _inquiry() -> Inquiry:
    """Whoever asks here decides on the answer."""
    return Inquiry(policy=shipped_policy(Purpose.ACCEPTANCE))


def _verdict(report: Report, result: FileResult | InfoResult | None) -> Told:
    zh, en = sentence(report)
    data: dict[str, Any] = {
        "conclusion": report.conclusion.value,
        "message": zh,
        "messageEn": en,
    }
    if result is None:
        words = (f"未得出结论：{zh}", f"undecided: {en}")
        return Told(data=data, status=ShareStatus.TIMEOUT, words=words)
    return Told(data={"result": result.value, "resultName": result.words[0], **data})
