"""What may never pass: a file that was touched, and any file where trust is missing."""

from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.pdf.locating import locate_signatures
from tests import sealed, world
from tests.sealed import Held, Pages, Regions, judge
from verify.checks import Check, Level, Moment, Outcome
from verify.conclusions import Conclusion
from verify.policies import Purpose, shipped_policy
from verify.report import Finding, Report, Requirement, conclude

SAMPLES = 150


def _value_span() -> tuple[int, int]:
    """Where /Contents stands, brackets included."""
    (located,) = locate_signatures(sealed.sound())
    return located.byte_range[1], located.byte_range[2]


def _flipped(position: int, mask: int) -> bytes:
    data = bytearray(sealed.sound())
    data[position] ^= mask
    return bytes(data)


def _positions(count: int) -> list[int]:
    """Places all over the file, and among them many inside the signature value."""
    random = Random(38540)  # noqa: S311 - the same places every time
    start, end = _value_span()
    inside = [random.randrange(start, end) for _ in range(count // 3)]
    return inside + [random.randrange(len(sealed.sound())) for _ in range(count - len(inside))]


def test_every_flipped_bit_of_a_sample_fails_now_and_at_sealing() -> None:
    random = Random(36904)  # noqa: S311 - the same bits every time

    for position in _positions(SAMPLES):
        report = judge(_flipped(position, 1 << random.randrange(8)))

        assert report.conclusion is Conclusion.FAILED, position
        assert report.conclusion_at_sealing is Conclusion.FAILED, position


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_changed_byte_passes(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(sealed.sound()) - 1))
    mask = data.draw(st.integers(1, 255))

    assert judge(_flipped(position, mask)).conclusion is Conclusion.FAILED


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_truncation_fails(data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(sealed.sound()) - 1))

    assert judge(sealed.sound()[:length]).conclusion is Conclusion.FAILED


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_appended_bytes_fail_and_are_named(more: bytes) -> None:
    report = judge(sealed.sound() + more)

    assert report.conclusion is Conclusion.FAILED
    assert (Check.SIGNATURE_COVERAGE, Outcome.BAD) in {
        (item.check, item.outcome) for item in report.findings
    }


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_inserted_and_removed_bytes_fail(data: st.DataObject) -> None:
    sound = sealed.sound()
    position = data.draw(st.integers(0, len(sound)))
    removed = data.draw(st.integers(0, 40))
    inserted = data.draw(st.binary(max_size=40))
    changed = sound[:position] + inserted + sound[position + removed :]

    assert (judge(changed).conclusion is Conclusion.PASSED) == (changed == sound)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=2000),
        st.binary(max_size=2000).map(lambda body: b"%PDF-1.7\n" + body + b"\n%%EOF\n"),
        st.lists(
            st.sampled_from(
                [
                    *(b"1 0 obj\n", b"<<", b">>", b"/ByteRange", b"[0 10 20 30]", b"/Contents"),
                    *(b"<00>", b"/Sig", b"/SubFilter", b"/ETSI.CAdES.detached", b"stream\n"),
                    *(b"endstream", b"endobj\n", b"xref\n", b"trailer", b"%PDF-1.7\n", b"%%EOF"),
                ]
            ),
            max_size=60,
        ).map(b"".join),
    )
)
def test_whatever_is_brought_there_is_a_report_and_it_never_passes(data: bytes) -> None:
    report = judge(data)

    assert report.conclusion is not Conclusion.PASSED
    assert report.conclusion_at_sealing is not Conclusion.PASSED


# Trust that is missing -----------------------------------------------------------------------


@dataclass
class Inputs:
    """What a verdict rests on; sound until something is knocked out."""

    trust: Held = field(default_factory=lambda: Held(sealed.trust()))
    regions: Regions = field(default_factory=Regions)
    pages: Pages = field(default_factory=Pages)

    def without(self, name: str) -> None:
        match name:
            case "list":
                self.trust = Held(None)
            case "freshness":
                self.trust = Held(sealed.trust(issued_at=sealed.NOW, days=0))
            case "region":
                self.trust = Held(sealed.trust(sealed.trusted_region("610300")))
            case "answer":
                self.regions.silent = True
            case "answer's signer":
                self.regions.signer = world.region("610300").status_signer
            case "revocation lists":
                self.regions.lists = ()
            case "page":
                self.pages.readable = False
            case _:
                raise AssertionError(name)

    def judge(self) -> Report:
        # Its template drew the page, so that a reader of pages is needed.
        return judge(_drawn(), trusted=self.trust, regions=self.regions, pages=self.pages)


@cache
def _drawn() -> bytes:
    return sealed.Face(is_typst=True).seal_it()


INPUTS = ("list", "freshness", "region", "answer", "answer's signer", "revocation lists", "page")


@settings(max_examples=128, deadline=None)
@given(st.sets(st.sampled_from(INPUTS)))
def test_a_sound_face_is_indeterminate_as_soon_as_anything_to_trust_is_missing(
    missing: set[str],
) -> None:
    inputs = Inputs()
    for name in sorted(missing):
        inputs.without(name)

    conclusion = inputs.judge().conclusion

    assert conclusion is (Conclusion.INDETERMINATE if missing else Conclusion.PASSED)


@pytest.mark.parametrize("name", INPUTS)
def test_each_input_alone_is_missed(name: str) -> None:
    inputs = Inputs()
    inputs.without(name)

    assert inputs.judge().conclusion is Conclusion.INDETERMINATE


# The conclusion ------------------------------------------------------------------------------

_FINDINGS = st.lists(
    st.builds(
        lambda check, outcome, number: Finding(check=check, outcome=outcome, signature=number),
        st.sampled_from(Check), st.sampled_from(Outcome), st.integers(0, 2),
    ),
    max_size=40,
).map(tuple)  # fmt: skip
_REQUIRED = st.frozensets(st.tuples(st.sampled_from(Check), st.integers(0, 2)))
_ORDER = tuple(Conclusion)
_POLICY = shipped_policy(Purpose.PUBLIC)


@given(_FINDINGS, _REQUIRED)
def test_only_all_that_is_required_and_nothing_else_passes(
    findings: tuple[Finding, ...], required: frozenset[Requirement]
) -> None:
    decisive = [item for item in findings if _POLICY.level(item.check) is Level.REFUSE]
    good = {(item.check, item.signature) for item in decisive if item.outcome is Outcome.OK}
    all_good = all(item.outcome is Outcome.OK for item in decisive)
    needed = {item for item in required if _POLICY.level(item[0]) is Level.REFUSE}

    passes = conclude(findings, required, _POLICY)[0] is Conclusion.PASSED

    assert passes == (all_good and needed <= good)


@given(_FINDINGS, _REQUIRED, st.sampled_from(Check), st.sampled_from(Outcome))
def test_one_more_bad_or_unknown_finding_never_makes_a_conclusion_better(
    findings: tuple[Finding, ...], required: frozenset[Requirement], check: Check, outcome: Outcome
) -> None:
    before = conclude(findings, required, _POLICY)[0]

    after = conclude((*findings, Finding(check=check, outcome=outcome)), required, _POLICY)[0]

    if outcome is not Outcome.OK:
        assert _ORDER.index(after) <= _ORDER.index(before)


@cache
def _sound_report() -> Report:
    return judge(sealed.sound())


@given(_FINDINGS)
def test_what_happened_since_does_not_touch_the_conclusion_at_sealing(
    findings: tuple[Finding, ...],
) -> None:
    report = _sound_report()
    later = tuple(item for item in findings if item.moment is Moment.NOW)

    changed = replace(report, findings=(*report.findings, *later))

    assert changed.conclusion_at_sealing is Conclusion.PASSED
