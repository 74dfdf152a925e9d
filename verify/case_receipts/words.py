"""How materials were obtained (取得方式), as the page of a receipt says it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from verify.case_receipts.statements import Obtained
from verify.matters.source_names import department_name, register_name

OBTAINED: Final[Mapping[Obtained, tuple[str, str]]] = MappingProxyType(
    {
        Obtained.EXEMPT: ("已取消，无需提交", "Abolished"),
        Obtained.DATA_CHECKED: ("数据核验，免于提交", "Checked against a register"),
        Obtained.DEPARTMENT_CHECKED: ("部门核验，免于提交", "Its department was heard"),
        Obtained.E_LICENSE: ("电子证照，免于提交", "E-license"),
        Obtained.DECLARED: ("告知承诺，免于提交", "Declared"),
        Obtained.FOLLOWS: ("容缺受理，后补", "Follows later"),
        Obtained.WAIVED: ("容缺受理，免交", "Waived"),
        Obtained.AWAITED: ("等待数据源，无需提交", "Register asked again"),
        Obtained.VOLUNTARY: ("申请人自愿提交", "Brought voluntarily"),
        Obtained.DEMANDED: ("窗口要求提交", "Demanded"),
        Obtained.SELF_PROVIDED: ("申请人自备", "The applicant's own"),
        Obtained.NOT_NEEDED: ("可选，未提交", "Optional, not brought"),
    }
)


def source_words(obtained: Obtained, source: str) -> str:
    """Return who said so, by name: a register (数据核验), or a department (部门核验)."""
    if obtained is Obtained.DATA_CHECKED:
        return f"数据来源 {register_name(source)}"
    return f"核验部门 {department_name(source)}"
