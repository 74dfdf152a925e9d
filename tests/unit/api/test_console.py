"""What the command line prints, and where."""

import json

import pytest

from api.console import Output, complain


def test_programs_get_one_json_document_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output(as_json=True)
    output.say("进行中")
    output.table("表", ("列",), [("值",)])
    output.result({"名": "值"}, "一行")

    out, err = capsys.readouterr()
    assert json.loads(out) == {"名": "值"}
    assert "值" in out  # as people write it, not escaped
    assert "进行中" in err
    assert "一行" not in out + err


def test_people_get_lines_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False)
    output.result({"名": "值"}, "第一行", "[bold]第二行[/bold]")

    out, err = capsys.readouterr()
    assert out == "第一行\n[bold]第二行[/bold]\n"
    assert err == ""


def test_a_line_longer_than_the_terminal_stays_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")

    Output(as_json=False).say("很长" * 200)

    assert capsys.readouterr().out == "很长" * 200 + "\n"


def test_tables_show_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).table("演示", ("步骤", "结果"), [("一", "好"), ("二", "坏")])

    out, _ = capsys.readouterr()
    for text in ("演示", "步骤", "一", "好", "二", "坏"):
        assert text in out


def test_complaints_go_to_stderr_with_the_name_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    complain("出错了")

    assert capsys.readouterr() == ("", "yinxin: 出错了\n")
