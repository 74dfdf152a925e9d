"""What is said at once to whoever complains, in words."""

from collections.abc import Mapping
from typing import Final

from certs.civil_dates import BEIJING
from certs.regions import RegionCode
from verify.complaints.records import Complaint, Shown

LAW_ZH: Final = "《国务院关于在线政务服务的若干规定》（国务院令第716号）第七条、第十条"
_SHOWN: Final[Mapping[Shown, tuple[str, str]]] = {
    Shown.OBTAINED: (
        "此材料{how}，窗口无权要求",
        "This material was obtained{how_en}; the window may not ask for it",
    ),
    Shown.UNRECORDED: (
        "没有要求提交此材料的记录，窗口无权要求",
        "No demand for this material is on record; the window may not ask for it",
    ),
    Shown.DEMANDED: (
        "要求提交此材料有记录，理由见受理通知书；部门将复核",
        "A demand is on record, with its reason on the receipt; the department reviews it",
    ),
    Shown.OWN: (
        "此材料由申请人自备或者约定后补；部门将复核",
        "This material is the applicant's own, or promised; the department reviews it",
    ),
}


def complaint_words(complaint: Complaint) -> tuple[str, str]:
    """Return what the record shows, in Chinese and in English."""
    zh, en = _SHOWN[complaint.shown]
    lookup = complaint.lookup
    how, how_en = "已取得或者免于提交", ""
    if lookup is not None and lookup.result.serves:
        at = lookup.looked_up_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        where = _where(lookup.region)
        how, how_en = f"已于 {at}{where}取得", f" at {at}"
    return zh.format(how=how), en.format(how_en=how_en)


def _where(region: RegionCode | None) -> str:
    return f"由{region.name or region}" if region is not None else ""
