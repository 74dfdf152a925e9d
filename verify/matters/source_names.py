"""The names of registers and departments (数据源、核验部门) that matters ask, as people say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REGISTERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "birth": "出生医学信息库",
        "civil-affairs": "民政信息库",
        "court": "人民法院执行信息库",
        "credit": "公共信用信息库",
        "customs": "海关信息库",
        "disability": "残疾人信息库",
        "education": "学籍学历信息库",
        "enterprise": "市场主体登记库",
        "equipment": "特种设备信息库",
        "health": "卫生健康信息库",
        "housing-fund": "住房公积金库",
        "human-resources": "人力资源信息库",
        "marriage": "婚姻登记信息库",
        "population": "人口信息库",
        "project": "投资项目信息库",
        "real-estate": "不动产登记库",
        "social-insurance": "社会保险库",
        "tax": "税务信息库",
        "transport": "道路运输库",
        "vehicle": "机动车登记库",
        "water": "供水信息库",
    }
)
DEPARTMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "civil-affairs": "民政部门",
        "court": "人民法院",
        "customs": "海关",
        "development-reform": "发展改革部门",
        "disabled-federation": "残疾人联合会",
        "ecology": "生态环境部门",
        "education": "教育部门",
        "finance": "财政部门",
        "fire-rescue": "消防救援机构",
        "health": "卫生健康部门",
        "housing": "住房城乡建设部门",
        "housing-fund": "住房公积金管理机构",
        "human-resources": "人力资源社会保障部门",
        "market": "市场监督管理部门",
        "medical-insurance": "医疗保障部门",
        "natural-resources": "自然资源部门",
        "public-security": "公安机关",
        "tax": "税务机关",
        "transport": "交通运输部门",
        "urban-management": "城市管理部门",
        "water": "水务部门",
    }
)


def register_name(code: str) -> str:
    """Return the name of a register; one that an instance defined itself is told by its code."""
    return REGISTERS.get(code, code)


def department_name(code: str) -> str:
    """Return the name of a department; one that an instance defined itself is told by its code."""
    return DEPARTMENTS.get(code, code)
