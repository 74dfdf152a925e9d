"""Words about trust lists: every kind of change can be told, with what it mentions."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.trust_words import (
    CHANGE_WORDS,
    REFUSED_WORDS,
    content_lines,
    refusal_line,
    time_text,
    told,
    why_refused,
)
from storage.trust_files import Refusal
from tests.sealed import NOW
from tests.unit.verify.test_trust_changes import BEFORE, DIFFERENCES, NEIGHBOR, REGION, after
from tests.unit.verify.test_trust_recognition import agreement
from verify.errors import TrustListError
from verify.list_contents import ListContent
from verify.trust_changes import Change, ChangeKind, changes_between, doubts


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(CHANGE_WORDS) == set(ChangeKind)
    assert all(zh and en for zh, en in CHANGE_WORDS.values())


@pytest.mark.parametrize(("old", "new", "_"), DIFFERENCES)
def test_every_change_is_one_line(old: ListContent, new: ListContent, _: object) -> None:
    for change in changes_between(old, new):
        line = told(change)

        assert line.startswith("! " if change.kind.takes_away else "+ ")
        assert "{" not in line
        assert "\n" not in line


@pytest.mark.parametrize("reason", sorted(REFUSED_WORDS))
def test_every_refusal_is_told_in_both_languages(reason: str) -> None:
    zh, en = REFUSED_WORDS[reason]
    told_error = why_refused(TrustListError(reason, "version 1 after 2"))
    line = refusal_line(
        Refusal(at=NOW.isoformat(), reason=reason, version=1, identity="ab", known=2)
    )

    assert told_error == f"{zh} · {en} ({reason}: version 1 after 2)"
    assert (
        line == f"曾拒收 refused 2026-03-18 13:00 第 1 版：{zh} · {en}；当时已知 known 第 2 版 · ab"
    )


def test_a_refusal_that_somebody_altered_is_told_all_the_same() -> None:
    line = refusal_line(Refusal(at="x", reason="y", version=1, identity="", known=2))

    assert "refused x 第 1 版：y；" in line


def test_no_name_rewrites_what_a_keeper_reads() -> None:
    name, url = "宝鸡\r+ 没有变化\x1b[2K\u202e市\n", "http://x\x07/"
    hostile = replace(NEIGHBOR, name=name, service_url=url)

    shown = [*map(told, changes_between(BEFORE, after(REGION, hostile)))]
    shown += content_lines(after(hostile))

    assert shown
    assert all(line.isprintable() for line in shown)


def test_doubts_are_told() -> None:
    (nobody,) = doubts(after(REGION, agreements=(agreement(),)))

    assert told(nobody) == (
        "+ wuhu-baoji 约定涉及的 610300 不在列表中 · the list names no region of this agreement"
    )


def test_what_a_change_does_not_know_is_a_dash() -> None:
    change = Change(
        kind=ChangeKind.ISSUER_ENDED,
        facts={"name": "甲", "code": "乙", "at": "2026-03-18T04:00:00+00:00", "successor": ""},
    )

    assert "自 2026-03-18 12:00 终止，承接机构 —" in told(change)


def test_times_are_told_in_beijing_and_the_last_ones_as_they_are() -> None:
    assert time_text(datetime(2026, 3, 18, 20, tzinfo=UTC)) == "2026-03-19 04:00"
    assert time_text(datetime.max.replace(tzinfo=UTC)) == "9999-12-31 23:59"


def test_nothing_is_told_where_nothing_changes() -> None:
    assert changes_between(BEFORE, after()) == ()
