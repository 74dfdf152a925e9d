"""A matter with a question, and with a material for each way of having it."""

from dataclasses import replace
from datetime import timedelta

from tests.doubles.acceptance import (
    CANCELLED_RULE,
    COMMITMENT_RULE,
    DATA_RULE,
    DEFERRAL_RULE,
    DEPARTMENT_RULE,
    NOON,
    RULE,
)
from tests.doubles.acceptance_stands import OWN
from verify.matters.catalogue import Matter
from verify.matters.materials import Material, MaterialSource
from verify.matters.situations import Choice, Condition, Question, Situations
from verify.matters.ways import Rule, Term


def issued(code: str, *rules: Rule) -> Material:
    return Material(
        code=code,
        name_zh="材料",
        name_en="Material",
        source=MaterialSource.GOVERNMENT_ISSUED,
        rules=rules,
    )


BIG = Condition.of((("size", frozenset({"big"})),))
MATTER = Matter(
    code="sample",
    version=1,
    name_zh="样本事项",
    name_en="Sample",
    situations=Situations(
        questions=(
            Question(
                code="size",
                zh="面积",
                en="Size",
                choices=(
                    Choice(code="small", zh="小", en="Small"),
                    Choice(code="big", zh="大", en="Big"),
                ),
            ),
        )
    ),
    materials=(
        issued("every", RULE, DATA_RULE, DEPARTMENT_RULE, COMMITMENT_RULE, DEFERRAL_RULE),
        issued("license", RULE),
        issued("heard", RULE, DEPARTMENT_RULE),
        issued("abolished", CANCELLED_RULE, RULE),
        issued("ended", replace(RULE, term=Term(last=NOON.date() - timedelta(days=1)))),
        OWN,
        replace(issued("plan", DATA_RULE), when=BIG),
    ),
)
