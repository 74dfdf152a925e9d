"""Marks (标记) of a license over HTTP."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.labels import label_of
from api.schemas.bodies import Body
from certs.catalogue import LicenseType
from certs.licenses import License
from certs.mark_keeping import SecretChange
from certs.marks import Mark


class MarkOut(Body):
    """A mark, with what whoever sees the data is told."""

    mark: Mark
    zh: str
    en: str

    @classmethod
    def all_of(cls, marks: Iterable[Mark]) -> tuple[Self, ...]:
        """Show marks."""
        return tuple(cls(mark=mark, zh=mark.zh, en=mark.en) for mark in marks)


class SecretIn(Body):
    """Which field is a trade secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"field": "business_scope"}]})

    field: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class SecretOut(Body):
    """A field that is a trade secret."""

    name: str
    label: str
    label_en: str
    by_type: bool = Field(description="the type of license says so; the holder cannot lift it")


class SecretChangeOut(Body):
    """What the holder did."""

    field: str
    marked: bool
    at: datetime


class LicenseMarksOut(Body):
    """What of a license is protected more than other data."""

    license: str
    child_until: date | None = Field(description="about a child under 14 until this day, exclusive")
    secrets: tuple[SecretOut, ...]
    changes: tuple[SecretChangeOut, ...]

    @classmethod
    def of(
        cls, license: License, license_type: LicenseType | None, changes: Sequence[SecretChange]
    ) -> Self:
        """Show the marks of a license."""
        labels = {name: label_of(name, license_type) for name in sorted(license.secrets)}
        return cls(
            license=license.identifier,
            child_until=license.child_until,
            secrets=tuple(
                SecretOut(
                    name=name,
                    label=zh,
                    label_en=en,
                    by_type=name in license.type_secrets,
                )
                for name, (zh, en) in labels.items()
            ),
            changes=tuple(
                SecretChangeOut(field=item.field, marked=item.is_marked, at=item.at)
                for item in changes
            ),
        )
