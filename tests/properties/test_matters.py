"""Any matter: it comes back from its bytes, and a notice never takes back what it said."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from certs.regions import RegionCode
from certs.type_folders import shipped_types
from verify.acceptance.reasons import ReasonCode
from verify.matters.catalogue import Audience, Matter
from verify.matters.definitions import types_by_name
from verify.matters.encoding import decode_matter, encode_matter
from verify.matters.materials import Material, MaterialSource, Necessity, StatutoryException
from verify.matters.notices import Notice
from verify.matters.situations import ALWAYS, Choice, Condition, Group, Question, Situations
from verify.matters.ways import (
    CancelledRule,
    CommitmentRule,
    DataRule,
    DeferralKind,
    DeferralRule,
    DepartmentRule,
    LicenseRule,
    Risk,
    Rule,
    Term,
)

TYPES = shipped_types()
_CODES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(str.strip)
_MAYBE = st.just("") | _TEXTS
_DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_REGIONS = st.sampled_from([RegionCode(code) for code in ("340000", "340200", "610300")])


@st.composite
def _terms(draw: st.DrawFn) -> Term:
    first = draw(st.none() | _DAYS)
    span = timedelta(days=draw(st.integers(0, 4000)))
    last = (first or date(2026, 1, 1)) + span if draw(st.booleans()) else None
    return Term(first=first, last=last)


@st.composite
def _licenses(draw: st.DrawFn) -> LicenseRule:
    license_type = draw(st.sampled_from(TYPES))
    names = st.sampled_from([spec.name for spec in license_type.fields])
    return LicenseRule(
        license_types=(license_type.code,),
        required_fields=tuple(draw(st.lists(names, unique=True, max_size=4))),
        min_remaining_days=draw(st.integers(0, 3650)),
        regions=tuple(draw(st.lists(_REGIONS, unique=True))),
        needs_agreement=draw(st.booleans()),
        legal_basis=draw(_TEXTS),
        term=draw(_terms()),
    )


@st.composite
def _deferrals(draw: st.DrawFn) -> DeferralRule:
    kind = draw(st.sampled_from(DeferralKind))
    follows = kind in {DeferralKind.LATER, DeferralKind.REVIEWED_AFTER}
    days = draw(st.integers(1, 365)) if follows else 0
    return DeferralRule(kind=kind, due_days=days, legal_basis=draw(_TEXTS), term=draw(_terms()))


_COMMON = {"legal_basis": _TEXTS, "term": _terms()}
_ASKED = {"question_zh": _TEXTS, "question_en": _TEXTS, **_COMMON}
_SPARING: tuple[st.SearchStrategy[Rule], ...] = (
    st.builds(CancelledRule, **_COMMON),
    st.builds(DataRule, source=_TEXTS, item=_TEXTS, **_ASKED),
    st.builds(DepartmentRule, department=_TEXTS, answer_hours=st.integers(1, 240), **_ASKED),
    _licenses(),
)
_OTHER: tuple[st.SearchStrategy[Rule], ...] = (
    st.builds(
        CommitmentRule,
        text_zh=_TEXTS,
        text_en=_TEXTS,
        text_version=st.integers(1, 99),
        risk=st.sampled_from(Risk),
        follow_up_days=st.integers(1, 365),
        **_COMMON,
    ),
    _deferrals(),
)


def _some(kinds: tuple[st.SearchStrategy[Rule], ...], least: int) -> st.SearchStrategy[list[Rule]]:
    """Rules of some of the kinds, one of each and in any order."""
    places = st.lists(st.sampled_from(range(len(kinds))), unique=True, min_size=least)
    return places.flatmap(lambda found: st.tuples(*(kinds[at] for at in found)).map(list))


@st.composite
def _conditions(draw: st.DrawFn, questions: list[Question]) -> Condition:
    if not questions:
        return ALWAYS
    by_code = {question.code: question for question in questions}
    several = draw(st.booleans())

    def group(least: int) -> Group:
        named = sorted(draw(st.sets(st.sampled_from(sorted(by_code)), min_size=least, max_size=2)))
        return tuple(
            (
                code,
                frozenset(
                    draw(
                        st.sets(
                            st.sampled_from([item.code for item in by_code[code].choices]),
                            min_size=1,
                        )
                    )
                ),
            )
            for code in named
        )

    if not several:
        return Condition.of(group(0))
    return Condition.of(*dict.fromkeys(group(1) for _ in range(draw(st.integers(1, 3)))))


_CHOICES = st.lists(
    st.builds(Choice, code=_CODES, zh=_TEXTS, en=_TEXTS),
    min_size=2,
    max_size=3,
    unique_by=lambda item: item.code,
)


@st.composite
def _questions(draw: st.DrawFn) -> tuple[Question, ...]:
    questions: list[Question] = []
    for code in draw(st.lists(_CODES, unique=True, max_size=3)):
        when = draw(_conditions(questions))
        choices = tuple(draw(_CHOICES))
        zh, en = draw(_TEXTS), draw(_TEXTS)
        questions.append(Question(code=code, zh=zh, en=en, choices=choices, when=when))
    return tuple(questions)


@st.composite
def _materials(draw: st.DrawFn, code: str, questions: tuple[Question, ...]) -> Material:
    source = draw(st.sampled_from(MaterialSource))
    is_issued = source is MaterialSource.GOVERNMENT_ISSUED
    rules = draw(_some(_SPARING, 1)) if is_issued else []
    exceptions = st.builds(
        StatutoryException,
        reason=st.sampled_from((ReasonCode.P09, ReasonCode.P10)),
        legal_zh=_TEXTS,
    )
    return Material(
        code=code,
        name_zh=draw(_TEXTS),
        name_en=draw(_TEXTS),
        source=source,
        necessity=draw(st.sampled_from(Necessity)),
        rules=(*rules, *draw(_some(_OTHER, 0))),
        exceptions=tuple(draw(st.lists(exceptions, max_size=2))),
        when=draw(_conditions(list(questions))),
    )


@st.composite
def matters(draw: st.DrawFn) -> Matter:
    """Any matter that may be defined over the shipped types."""
    questions = draw(_questions())
    codes = draw(st.lists(_CODES, unique=True, min_size=1, max_size=4))
    return Matter(
        code=draw(_CODES),
        version=draw(st.integers(1, 9999)),
        name_zh=draw(_TEXTS),
        name_en=draw(_TEXTS),
        audience=draw(st.none() | st.sampled_from(Audience)),
        region=draw(st.none() | _REGIONS),
        department_zh=draw(_MAYBE),
        legal_basis=draw(_MAYBE),
        one_thing=draw(_MAYBE),
        term=draw(_terms()),
        situations=Situations(questions=questions),
        materials=tuple(draw(_materials(code, questions)) for code in codes),
    )


@settings(max_examples=80, deadline=None)
@given(matters())
def test_a_matter_comes_back_from_its_bytes_and_has_only_these(matter: Matter) -> None:
    data = encode_matter(matter)
    again = decode_matter(data, types_by_name(TYPES))

    assert again == matter
    assert encode_matter(again) == data


@settings(max_examples=80, deadline=None)
@given(matters(), st.data())
def test_a_notice_never_takes_back_what_it_said(matter: Matter, data: st.DataObject) -> None:
    answers: dict[str, str] = {}
    notices = [Notice.of(matter, answers)]
    while notices[-1].open_questions:
        question = data.draw(st.sampled_from(notices[-1].open_questions))
        choice = data.draw(st.sampled_from(question.choices))
        answers = {**answers, question.code: choice.code}
        notices.append(Notice.of(matter, answers))

    assert notices[-1].asked_for == matter.asked_for(answers)
    assert notices[-1].depending == ()
    for earlier, later in pairwise(notices):
        assert set(earlier.asked_for) <= set(later.asked_for)
        assert set(later.depending) <= set(earlier.depending)
        assert set(later.asked_for) <= {*earlier.asked_for, *earlier.depending}
