"""Our notation of PDF objects (``signing.pdf.objects``) as pyHanko's."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NumberObject,
    PdfObject,
    pdf_name,
    pdf_string,
)

from signing.pdf.objects import Name

Value: TypeAlias = "PdfObject | Name | str | int | float | tuple[Any, ...] | Mapping[str, Any]"


def to_dictionary(entries: Mapping[str, Value]) -> DictionaryObject:
    """Return a dictionary; keys have no solidus."""
    return DictionaryObject({pdf_name(f"/{key}"): to_object(entries[key]) for key in entries})


def entry(dictionary: PdfObject, key: str, default: Any = None) -> Any:  # noqa: ANN401 - any object
    """Return what a key of a dictionary leads to; pyHanko's ``get`` would return the reference.

    Raises:
        TypeError: It is no dictionary.
    """
    if not isinstance(dictionary, DictionaryObject):
        raise TypeError("expected a dictionary")
    try:
        return dictionary[key]
    except KeyError:
        return default


def to_object(value: Value) -> PdfObject:
    """Return a value: `Name`, text, number, tuple, mapping, or what is pyHanko's already.

    Raises:
        TypeError: It is something else.
    """
    match value:
        case PdfObject():
            return value
        case Name():
            return pdf_name(f"/{value}")
        case str():
            return pdf_string(value)
        case int() | float():
            return NumberObject(value) if isinstance(value, int) else FloatObject(round(value, 3))
        case tuple():
            return ArrayObject(to_object(item) for item in value)
        case Mapping():
            return to_dictionary(value)
        case _:
            raise TypeError(f"no PDF object: {type(value).__name__}")
