"""The form of the words of findings: Chinese and English by check, outcome and reason."""

from typing import TypeAlias

from verify.checks import Check, Outcome

Words: TypeAlias = dict[tuple[Check, Outcome, str], tuple[str, str]]
