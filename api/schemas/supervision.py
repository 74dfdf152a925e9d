"""Statistics (监督统计) over HTTP: figures and case numbers, and nobody's data."""

from collections.abc import Callable
from datetime import date
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from verify.supervision.desk import Health, PublicFigures
from verify.supervision.figures import Figures


class FiguresOut(Body):
    """What was asked for, spared and refused, in one group."""

    group: str = Field(description="事项、部门、地区、窗口人员或周; empty for all together")
    name: str
    cases: int = Field(description="办件")
    required: int = Field(description="按规则应免的材料; materials that a rule spares")
    replaced: dict[str, int] = Field(description="by class of exemption")
    replacement_rate: float | None = Field(description="替代率; null where nothing was asked for")
    demanded: dict[str, int] = Field(description="要求纸质, by reason")
    voluntary: int
    commitments: int
    deferrals: int
    breaches: int
    repairs: int
    refusals: dict[str, int] = Field(description="by code")
    overrides: dict[str, int] = Field(description="agreed to by a second person, by reason")
    valid_but_paper: dict[str, int] = Field(description="by reason")
    silent: dict[str, int] = Field(description="by source")
    lookups: dict[str, int] = Field(description="way/result")
    alarm: bool = Field(description="P99 in more than 1 % of the cases")

    @classmethod
    def of(cls, figures: Figures, name_of: Callable[[str], str]) -> Self:
        """Show the figures of a group."""
        return cls(
            group=figures.group,
            name=name_of(figures.group),
            cases=figures.cases,
            required=figures.required,
            replaced=figures.replaced,
            replacement_rate=figures.replacement_rate,
            demanded=figures.demanded,
            voluntary=figures.voluntary,
            commitments=figures.commitments,
            deferrals=figures.deferrals,
            breaches=figures.breaches,
            repairs=figures.repairs,
            refusals=figures.refusals,
            overrides=figures.overrides,
            valid_but_paper=figures.valid_but_paper,
            silent=figures.silent,
            lookups=figures.lookups,
            alarm=figures.is_alarming,
        )


class HealthOut(Body):
    """How sources and issuers did."""

    silent_minutes: dict[str, float] = Field(description="数据源中断分钟, by probes")
    correction_days: tuple[float, ...] = Field(description="纠错办结天数")
    uses: dict[str, int] = Field(description="用证, by basis")
    licenses: dict[str, int] = Field(description="有效证照, by type")
    seal_uses: int = Field(description="用印")

    @classmethod
    def of(cls, health: Health) -> Self:
        """Show it."""
        return cls(
            silent_minutes=dict(health.silent_minutes),
            correction_days=health.correction_days,
            uses=dict(health.uses),
            licenses=dict(health.licenses),
            seal_uses=health.seal_uses,
        )


class StatisticsOut(Body):
    """Figures of some weeks."""

    first_day: date
    last_day: date
    groups: tuple[FiguresOut, ...]
    health: HealthOut


class CasesBehindOut(Body):
    """The cases behind a figure, by their numbers alone."""

    cases: tuple[str, ...]
    next: str | None = Field(description="`after` of the next page; null on the last one")


class PublicFiguresOut(Body):
    """What governments publish (公示)."""

    licenses: dict[str, int] = Field(description="有效证照, by type")
    types: int = Field(description="证照种类")
    matters: int = Field(description="事项")
    exempting: int = Field(description="免提交材料的事项")
    used: int = Field(description="用证次数")
    exempted: dict[str, int] = Field(description="免于提交次数, by class")
    cases: int = Field(description="办件")

    @classmethod
    def of(cls, figures: PublicFigures) -> Self:
        """Show them."""
        return cls(
            licenses=dict(figures.licenses),
            types=len(figures.licenses),
            matters=figures.matters,
            exempting=figures.exempting,
            used=figures.used,
            exempted=dict(figures.exempted),
            cases=figures.cases,
        )
