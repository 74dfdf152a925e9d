"""Statistics (监督统计) over HTTP: figures and case numbers, and nobody's data."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Self

from pydantic import Field

from api.schemas.bodies import Body
from api.schemas.marks import MarkOut
from certs.corrections import DayLimits
from certs.masking import redact
from certs.overasks import KeptOverAsk
from verify.supervision.answer_days import ANSWERS, AnswerDays, longest
from verify.supervision.desk import Health, PublicFigures
from verify.supervision.figures import Figures
from verify.supervision.freshness import Age


class AnswerDaysOut(Body):
    """How long one issuer took to answer corrections of one type of license."""

    issuer: str = Field(description="颁发机构代码; empty where licenses were said to be missing")
    type: str = Field(description="证照类型代码")
    answered: int = Field(description="答复件数; declined, upheld and rejected")
    mean_days: float = Field(description="平均天数, in days that had begun")
    median_days: float = Field(description="中位天数")
    late: int = Field(description="超期件数; see `correction_limits`")

    @classmethod
    def of(cls, item: AnswerDays, limits: DayLimits) -> Self:
        """Show the answers of an issuer; there is one at the least."""
        return cls(
            issuer=item.issuer,
            type=item.type_code,
            answered=item.answered,
            mean_days=round(item.mean or 0.0, 4),
            median_days=item.median or 0.0,
            late=item.over(limits),
        )


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
    overasks: dict[str, int] = Field(description="超范围调用, by type of license")
    corrections: tuple[AnswerDaysOut, ...] = Field(description="纠错时限, by issuer and type")
    freshness: dict[str, int] = Field(
        description="decisions by the age of what a source had said: "
        + ", ".join(f"{age.value} {age.zh}" for age in Age)
    )
    fresh_rate: float | None = Field(description="一小时内的依据; null where nothing has an age")

    @classmethod
    def of(cls, figures: Figures, name_of: Callable[[str], str], limits: DayLimits) -> Self:
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
            overasks=figures.overasks,
            corrections=tuple(AnswerDaysOut.of(item, limits) for item in figures.answer_days),
            freshness={age.value: number for age, number in figures.freshness.items()},
            fresh_rate=figures.fresh_rate,
        )


class HealthOut(Body):
    """How sources and issuers did."""

    silent_minutes: dict[str, float] = Field(description="数据源中断分钟, by probes")
    correction_days: tuple[float, ...] = Field(description="纠错办结天数")
    uses: dict[str, int] = Field(description="用证, by basis")
    licenses: dict[str, int] = Field(description="有效证照, by type")
    seal_uses: int = Field(description="用印")
    licenses_used: dict[str, int] = Field(description="其中被使用过的有效证照, by type")
    license_use_rate: float | None = Field(description="用证率; null where none is in force")
    seals: int = Field(description="有效电子印章")
    seals_used: int = Field(description="其中使用过的印章")
    seal_use_rate: float | None = Field(description="用印率; null where none is in force")
    correction_limits: dict[str, int] = Field(description="纠错答复期限（天）, by the answer")

    @classmethod
    def of(cls, health: Health, limits: DayLimits) -> Self:
        """Show it."""
        return cls(
            silent_minutes=dict(health.silent_minutes),
            correction_days=health.correction_days,
            uses=dict(health.uses),
            licenses=dict(health.licenses),
            seal_uses=health.seal_uses,
            licenses_used=dict(health.licenses_used),
            license_use_rate=health.license_use_rate,
            seals=health.seals,
            seals_used=health.seals_used,
            seal_use_rate=health.seal_use_rate,
            correction_limits={answer.value: longest(answer, limits) for answer in ANSWERS},
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


class OverAskOut(Body):
    """A request that was refused because it went beyond; whose license it was is not kept."""

    number: int
    at: datetime
    department: str
    region: str = Field(description="颁发机构所在地区; empty where an older release did not say it")
    matter: str
    type: str = Field(description="证照类型代码")
    case: str = Field(description="办件编号; empty where there is none")
    operator: str = Field(description="窗口人员, where it was in a case; nobody else is named")
    fields: tuple[str, ...] = Field(description="超出的信息项")
    marks: tuple[MarkOut, ...] = Field(
        description="what was held back because it is protected more; empty for what went beyond"
    )

    @classmethod
    def of(cls, kept: KeptOverAsk) -> Self:
        """Show a refusal."""
        refusal = kept.refusal
        return cls(
            number=kept.number,
            at=refusal.at,
            department=refusal.department,
            region=refusal.region,
            matter=refusal.matter,
            type=refusal.type_code,
            case=refusal.case_id,
            operator=refusal.user if refusal.case_id else "",
            fields=tuple(map(redact, refusal.fields)),
            marks=MarkOut.all_of(refusal.marks),
        )


class OverAsksOut(Body):
    """Refused requests, oldest first."""

    requests: tuple[OverAskOut, ...]
    next: int | None = Field(description="`after` of the next page; null on the last one")


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
