"""Bodies about status lists (状态列表)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from api.schemas.bodies import Body
from certs.status_lists.ports import TokenFacts
from certs.status_lists.publishing import uri_of_list

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2200, 1, 1, tzinfo=UTC)


def _of_our_time(moment: datetime) -> datetime:
    """Refuse moments that a calendar elsewhere may not have."""
    if not _FIRST <= moment <= _LAST:
        raise ValueError("时刻应在 1970 至 2200 年之间 · a moment between 1970 and 2200")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
"""A moment that is asked about, with its time zone."""


class StatusListOut(Body):
    """One list as it is published now."""

    number: int = Field(description="列表编号")
    uri: str = Field(description="列表地址，与证照数据中的一致 · as records name it")
    version: str = Field(description="列表令牌的 SM3 · SM3 of the token, hexadecimal")
    issued_at: datetime
    expires_at: datetime


class StatusListsOut(Body):
    """All lists of this instance."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status_lists": ["https://zwfw.example.gov.cn/api/v1/status-lists/0"],
                    "lists": [
                        {
                            "number": 0,
                            "uri": "https://zwfw.example.gov.cn/api/v1/status-lists/0",
                            "version": "5d3e…",
                            "issued_at": "2026-03-18T04:00:00Z",
                            "expires_at": "2026-03-20T04:00:00Z",
                        }
                    ],
                }
            ]
        }
    )

    status_lists: tuple[str, ...] = Field(description="Status List Aggregation")
    lists: tuple[StatusListOut, ...]

    @classmethod
    def of(cls, kept: Iterable[TokenFacts], *, public_url: str) -> Self:
        """Show the present tokens."""
        lists = tuple(
            StatusListOut(
                number=token.number,
                uri=uri_of_list(public_url, token.number),
                version=token.version,
                issued_at=token.issued_at,
                expires_at=token.expires_at,
            )
            for token in kept
        )
        return cls(status_lists=tuple(item.uri for item in lists), lists=lists)
