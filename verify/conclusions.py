"""What a report concludes."""

from enum import StrEnum, unique


@unique
class Conclusion(StrEnum):
    """结论: what could not be checked is neither good nor bad."""

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
