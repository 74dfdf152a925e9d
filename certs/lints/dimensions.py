"""The dimensions of data quality, and what a lint means where it finds something."""

from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final


@unique
class Dimension(StrEnum):
    """数据质量的维度. Usability (可用性) counts as 完整 where a file is missing, else as 准确.

    Source: 厦门 and 天津 rules for electronic licenses, in a digest; unconfirmed.
    """

    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    TIMELINESS = "timeliness"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return _WORDS[self]


_WORDS: Final = MappingProxyType(
    {
        Dimension.COMPLETENESS: "完整",
        Dimension.ACCURACY: "准确",
        Dimension.TIMELINESS: "时效",
        Dimension.UNIQUENESS: "唯一",
        Dimension.CONSISTENCY: "一致",
    }
)


@unique
class LintLevel(StrEnum):
    """What becomes of an application in which a lint finds something.

    REFUSE: it is not signed. WARN: it is, and the finding is kept with the license.
    """

    REFUSE = "refuse"
    WARN = "warn"

    @property
    def zh(self) -> str:
        """The Chinese word."""
        return {"refuse": "拒签", "warn": "提示"}[self]
