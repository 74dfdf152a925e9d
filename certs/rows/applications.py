"""One row as an application: the same answer when it is read and when it is read again."""

from collections.abc import Mapping
from typing import Final

from certs.applications import LicenseApplication, MissingCharacters, parse_application
from certs.catalogue import LicenseType
from certs.errors import InvalidApplicationError, RefusedValueError
from certs.field_problems import FieldProblem, ProblemCode
from certs.rows.texts import meant_text, shown_text, split_period
from certs.type_fields import FieldSpec

PERIOD_SIGN: Final = "+"
"""Joins the names of the two fields that one column holds."""

STRAY_SIGN: Final = "?"
"""In front of the letter of a column that has a value and no heading."""


def application_of(
    license_type: LicenseType,
    raw: Mapping[str, str],
    *,
    missing_characters: MissingCharacters = lambda _text: "",
) -> LicenseApplication:
    """Return the application in a row.

    Nothing but ``raw`` decides, so a row that was staged gets the answer that it got when its
    source was read.

    Args:
        license_type: The type applied for.
        raw: The row's texts by field name, as ``RowResult.raw`` has them.
        missing_characters: Asked for each text; what it names is refused.

    Raises:
        InvalidApplicationError: With every problem found.
    """
    specs = {spec.name: spec for spec in license_type.fields}
    texts: dict[str, str] = {}
    refused: dict[str, FieldProblem] = {}
    for key, text in raw.items():
        spec = specs.get(key)
        try:
            if spec is not None:
                texts[key] = meant_text(spec, text)
            else:
                texts |= _other_texts(specs, key, text)
        except RefusedValueError as error:
            names = key.split(PERIOD_SIGN)
            problem = _problem(specs.get(names[0]), key, text, error)
            refused.update(dict.fromkeys(names, problem))
    problems = list(dict.fromkeys(refused.values()))
    try:
        application = parse_application(license_type, texts, missing_characters=missing_characters)
    except InvalidApplicationError as error:
        # A refused text leaves its field empty, but the field is not missing.
        problems += [problem for problem in error.problems if problem.field not in refused]
        raise InvalidApplicationError(tuple(problems)) from error
    if problems:
        raise InvalidApplicationError(tuple(problems))
    return application


def _other_texts(specs: Mapping[str, FieldSpec], key: str, text: str) -> dict[str, str]:
    """Return what a column says that is not simply one field's."""
    if key.startswith(STRAY_SIGN):
        raise RefusedValueError(ProblemCode.UNKNOWN_COLUMN)
    first, sign, last = key.partition(PERIOD_SIGN)
    spec = specs.get(first)
    if not sign or spec is None:  # parse_application says that there is no such field
        return {key: text}
    meant = meant_text(spec, text)
    return dict(zip((first, last), split_period(meant) if meant else ("", ""), strict=True))


def _problem(
    spec: FieldSpec | None, key: str, text: str, refused: RefusedValueError
) -> FieldProblem:
    return FieldProblem.of(
        refused.code,
        field=spec.name if spec else key,
        label_zh=spec.label_zh if spec else "",
        value=shown_text(text),
        is_personal=spec is None or spec.is_personal,  # nobody has said what a stray holds
        facts=refused.facts,
    )
