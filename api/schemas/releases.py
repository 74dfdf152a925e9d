"""Released fields (用证) and registered uses over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from api.labels import label_of
from api.schemas.bodies import Body
from api.schemas.marks import MarkOut
from certs.catalogue import LicenseType
from certs.licenses import License
from certs.marking import marked_of
from certs.marks import ordered

_Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class ReleaseIn(Body):
    """Which fields of a license are wanted, and on what basis."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"fields": ["certificateHolderName", "premises"], "case": "CABCDEFGHIJKLMNOPQRST"}
            ]
        }
    )

    fields: tuple[_Name, ...] = Field(
        default=(),
        max_length=60,
        description="信息项; everything that the basis permits if empty",
    )
    case: Annotated[str, StringConstraints(max_length=40)] = Field(
        default="", description="办件编号; a window names its case"
    )
    grant: Annotated[str, StringConstraints(max_length=21)] = Field(
        default="", description="授权编号, of whoever uses a grant"
    )


class ReleasedFieldOut(Body):
    """One field and its value."""

    name: str
    label: str
    label_en: str
    value: str


class ReleaseOut(Body):
    """What was released; the use is on record."""

    identifier: str
    fields: tuple[ReleasedFieldOut, ...]
    marks: tuple[MarkOut, ...] = Field(description="what of it is protected more")

    @classmethod
    def of(
        cls,
        license: License,
        values: Mapping[str, str],
        license_type: LicenseType | None,
        *,
        at: datetime,
    ) -> Self:
        """Show values with their labels."""
        labels = {name: label_of(name, license_type) for name in values}
        return cls(
            identifier=license.identifier,
            fields=tuple(
                ReleasedFieldOut(
                    name=name, label=labels[name][0], label_en=labels[name][1], value=value
                )
                for name, value in values.items()
            ),
            marks=MarkOut.all_of(ordered(marked_of(license, tuple(values), is_whole=False, at=at))),
        )


class RegisteredUseOut(Body):
    """What a matter may see of licenses of one type."""

    type: str = Field(description="证照类型代码")
    type_name: str
    fields: tuple[str, ...]


class RegisteredUsesOut(Body):
    """请求方登记: what a matter may see of licenses, and nothing else."""

    matter: str
    matter_version: int
    name: str
    department: str
    legal_basis: str
    uses: tuple[RegisteredUseOut, ...]
