"""Why a look-up says less than it could: who was silent, who was not asked, and what comes next."""

from dataclasses import dataclass
from typing import Final

from certs.regions import RegionCode
from verify.acceptance.notices import CaseMaterial
from verify.acceptance.probes import register_of
from verify.matters.source_names import register_name

_ANOTHER_WAY: Final = (
    "已由其他方式核验，不影响办理。",
    "It was had in another way; nothing to be done.",
)
_DECIDED: Final = (
    "本材料已办结；以容缺办理的，由系统自动再查，不再向申请人要。",
    "The material is decided; what was deferred is looked up again by itself.",
)
_PROBED: Final = (
    (
        "系统正从另一通道探测。请稍后重新查询，或者先容缺办理，恢复后由系统自动再查；"
        "探测未证实中断的，不得要求纸质。"
    ),
    (
        "It is being probed over another path. Look up again later, or go on without it: it is"
        " looked up by itself once the source is back. Paper may be demanded only if the probe"
        " found it down."
    ),
)
_UNAGREED: Final = (
    "没有授信约定，未向其查询，其证照不能直接采用。请按下列方式核验；约定载入信任列表后可以重新查询。",
    (
        "Without an agreement they were not asked, and their licenses are not taken. Go on with the"
        " ways below; once an agreement is in the trust list, look up again."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What a look-up left open.

    Attributes:
        names: The sources, as people call them.
        zh: What happened.
        en: The same in English.
        next_zh: What happens next.
        next_en: The same in English.
    """

    names: str
    zh: str
    en: str
    next_zh: str
    next_en: str


def gaps_of(item: CaseMaterial) -> tuple[Gap, ...]:
    """Return who was silent for a material, and who was not asked for want of an agreement."""
    silent = dict.fromkeys(source for lookup in item.lookups for source in lookup.silent)
    outside = dict.fromkeys(region for lookup in item.lookups for region in lookup.outside)
    found = []
    if silent:
        found.append(_gap(tuple(silent), ("没有应答", "No answer"), _next(item, _PROBED)))
    if outside:
        names = tuple(map(str, outside))
        found.append(
            _gap(
                names,
                ("没有授信约定，未查询", "No agreement, so not asked"),
                _next(item, _UNAGREED),
            )
        )
    return tuple(found)


def _next(item: CaseMaterial, otherwise: tuple[str, str]) -> tuple[str, str]:
    if item.decision is not None:
        return _DECIDED
    return _ANOTHER_WAY if item.serving is not None else otherwise


def _gap(sources: tuple[str, ...], what: tuple[str, str], after: tuple[str, str]) -> Gap:
    return Gap(
        names="、".join(map(source_name, sources)),
        zh=what[0],
        en=what[1],
        next_zh=after[0],
        next_en=after[1],
    )


def source_name(source: str) -> str:
    """Return what people call a source: a region or a register, by its name if it has one."""
    register = register_of(source)
    if register is not None:
        return f"数据源 {register_name(register)}"
    name = RegionCode(source).name
    return f"{name}（{source}）" if name else source
