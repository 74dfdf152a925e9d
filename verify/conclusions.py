"""What a report concludes."""

from enum import StrEnum, unique


@unique
class Conclusion(StrEnum):
    """总体结论, worst first: what could not be checked is neither good nor bad."""

    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    PASSED = "passed"
