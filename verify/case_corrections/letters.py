"""Corrections as letters between regions: one that is raised, and how it stands."""

from datetime import datetime
from typing import Final

from certs.canonical import JsonValue
from certs.corrections import CorrectionKind, CorrectionStep
from certs.regions import RegionCode
from verify.acceptance.places import Place
from verify.case_corrections.records import CaseCorrection, RaisedCorrection, Standing
from verify.errors import ShareError
from verify.letters import LetterKind, texts_of

RAISE: Final = LetterKind(question="yinxin.correction/1", answer="yinxin.correction-standing/1")
FOLLOW: Final = LetterKind(
    question="yinxin.correction-poll/1", answer="yinxin.correction-standing/1"
)

_TEXTS: Final = ("place", "kind", "license", "type", "remark")


def raised_body(raised: RaisedCorrection) -> dict[str, JsonValue]:
    """Return a correction as the body of a letter."""
    correction = raised.correction
    return {
        "place": str(correction.place),
        "kind": correction.kind.value,
        "license": correction.license,
        "type": correction.type_code,
        "remark": correction.remark,
        "proposed": dict(raised.proposed),
    }


def parse_raised(body: JsonValue, *, region: RegionCode, at: datetime) -> RaisedCorrection:
    """Return what another region raises here.

    Raises:
        ShareError: It is none.
    """
    if not isinstance(body, dict) or not isinstance(body.get("proposed"), dict):
        raise ShareError("a correction proposes values by name")
    proposed = body["proposed"]
    values = texts_of(proposed, *proposed)
    texts = texts_of({key: value for key, value in body.items() if key != "proposed"}, *_TEXTS)
    try:
        kind = CorrectionKind(texts["kind"])
    except ValueError as error:
        raise ShareError("no kind of correction") from error
    correction = CaseCorrection(
        place=Place.parse(texts["place"], may_name_field=True),
        kind=kind,
        region=region,
        license=texts["license"],
        type_code=texts["type"],
        remark=texts["remark"],
        raised_at=at,
    )
    return RaisedCorrection(correction=correction, proposed=values)


def poll_body(place: Place) -> dict[str, JsonValue]:
    """Return the question how a correction stands."""
    return {"place": str(place)}


def parse_poll(body: JsonValue) -> Place:
    """Return after what another region asks.

    Raises:
        ShareError: It names nothing.
    """
    return Place.parse(texts_of(body, "place")["place"], may_name_field=True)


def standing_body(standing: Standing) -> dict[str, JsonValue]:
    """Return how a correction stands, as the body of an answer."""
    return {
        "receipt": standing.receipt,
        "step": standing.step.value,
        "outcome": standing.outcome,
    }


def parse_standing(body: JsonValue) -> Standing:
    """Return how a correction stands.

    Raises:
        ShareError: The answer says nothing of it.
    """
    texts = texts_of(body, "receipt", "step", "outcome")
    try:
        step = CorrectionStep(texts["step"])
    except ValueError as error:
        raise ShareError("no step of a correction") from error
    return Standing(receipt=texts["receipt"], step=step, outcome=texts["outcome"])
