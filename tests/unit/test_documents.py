"""What the documents say can be found in the code: paths, commands, tests, checks and output.

``python -m tests.unit.test_documents`` prints the table of checks for docs/verification.md and that
of lints for docs/data-quality.md.
"""

import ast
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from api.cli import _needed, _parser
from api.finding_words import WORDS
from api.homes import Home
from api.limited_worker import CPU_SECONDS, MEMORY_BYTES
from api.reports import report_json
from certs.lints.names import LINTS
from signing import der
from signing.keystores import files
from signing.ofd import xml_trees
from signing.ofd.directory import Limits
from signing.pdf.document import MAX_PDF_BYTES
from signing.pdf.locating import MAX_SIGNATURES
from signing.roles import Role
from tests import sealed, world
from tests.sealed import judge
from tests.stamped import document
from tests.unit.api.test_cli import SECRET, WUHU, good, run
from tests.unit.api.test_seal_commands import outside_authority, outside_seal, written
from verify.archive_checks.registry import ITEMS
from verify.checks import Check, Moment, Outcome
from verify.evidence import MAX_FILE_BYTES
from verify.policies import Purpose, shipped_policy
from verify.readings import SignatureKind

ROOT = Path(__file__).parents[2]
_POLICY = shipped_policy(Purpose.PUBLIC)
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)")
_PATH = re.compile(r"(?:\.ci|api|certs|signing|verify|storage|tests|docs)/[\w./*-]*")
_PYTEST = re.compile(r"test_[a-z0-9_]{8,}")
_CHANGING = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|[0-9a-f]{64}|[0-9a-f]{16}…|\d+ bytes")
"""What no two runs have alike: times, and digests of fresh keys."""
_TABLE = re.compile(r"<!-- checks -->\n(.*?)<!-- end -->", re.DOTALL)
_LINTS = re.compile(r"<!-- lints -->\n(.*?)<!-- end -->", re.DOTALL)


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def inline(document: str) -> list[str]:
    """What stands in backticks outside of blocks."""
    return _CODE.findall(_FENCE.sub("", text_of(document)))


def commands(document: str) -> Iterator[tuple[str, bool]]:
    """Every command shown, and whether it is shown whole; a line in a block is."""
    for kind, body in _FENCE.findall(text_of(document)):
        for line in body.splitlines():
            shown = line.removeprefix("$ ") if kind == "console" else line
            if shown.startswith("yinxin ") and (kind != "console" or line != shown):
                yield shown, True
    for code in inline(document):
        if code.startswith("yinxin "):
            yield code, False


@cache
def known_tests() -> frozenset[str]:
    files = ROOT.glob("tests/**/test_*.py")
    return frozenset(
        node.name
        for file in files
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    ) | {file.stem for file in ROOT.glob("tests/**/test_*.py")}


def checks_table() -> str:
    """The table of all checks, from the code: name, level, moment, meaning, other outcomes."""
    lines = [
        "| Check | Level | Judged | Good, or else (—) what is wrong | Other outcomes and reasons |",
        "|---|---|---|---|---|",
    ]
    for check in Check:
        said = {key[1:]: words for key, words in WORDS.items() if key[0] is check}
        good = said.get((Outcome.OK, ""))
        first = next((words for key, words in sorted(said.items()) if key[0] is Outcome.OK), None)
        good = good or first
        zh, en = good or next(iter(said.values()))
        ways = [
            f"{outcome} `{reason}`" if reason else str(outcome)
            for outcome, reason in sorted(said)
            if (outcome, reason) != (Outcome.OK, "")
        ]
        when = "now" if check.moment is Moment.NOW else "at sealing"
        meaning = f"{'' if good else '— '}{zh} · {en}"
        lines.append(
            f"| `{check}` | {_POLICY.level(check)} | {when} | {meaning} | {', '.join(ways)} |"
        )
    return "\n".join(lines) + "\n"


def archive_table() -> str:
    """The table of the items of 四性检测, from the code: number, what, and whom it serves."""
    head = "| Item | 内容 | What is looked at | Demand |\n|---|---|---|---|\n"
    return head + "".join(
        f"| `{item.number}` | {item.zh} | {item.en} | {item.principle} |\n" for item in ITEMS
    )


def lints_table() -> str:
    """The table of all lints, from the code."""
    lines = ["| Lint | Dimension | Level | What it finds |", "|---|---|---|---|"]
    lines += [
        f"| `{lint.name}` | {lint.dimension.zh} | {lint.level} {lint.level.zh}"
        f" | {lint.zh} · {lint.en} |"
        for lint in LINTS.values()
    ]
    return "\n".join(lines) + "\n"


def refused(arguments: list[str]) -> bool:
    try:
        _parser(_needed(arguments)).parse_args(arguments)
    except SystemExit as end:
        return end.code != 0
    return False


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document: str) -> None:
    named = [word for code in inline(document) for word in _PATH.findall(code) if word == code]

    assert [name for name in named if not any(ROOT.glob(name.rstrip("/")))] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    folder = (ROOT / document).parent
    links = [link for link in _LINK.findall(text_of(document)) if "://" not in link]

    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_test_that_a_document_names_exists(document: str) -> None:
    named = {name for code in inline(document) for name in _PYTEST.findall(code)}

    assert named - known_tests() == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_shows_is_understood(
    document: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = []
    for shown, is_whole in commands(document):
        arguments = shlex.split(shown, comments=True)[1:]
        # A command named in a sentence need not have all of its options.
        if refused(arguments) and (is_whole or refused([*arguments, "--help"])):
            wrong.append((shown, capsys.readouterr().err))

    assert wrong == []


def test_the_table_of_checks_is_that_of_the_code() -> None:
    (shown,) = _TABLE.findall(text_of("docs/verification.md"))

    assert shown == checks_table()


def test_the_table_of_lints_is_that_of_the_code() -> None:
    (shown,) = _LINTS.findall(text_of("docs/data-quality.md"))

    assert shown == lints_table()


def test_the_table_of_the_four_properties_is_that_of_the_code() -> None:
    assert archive_table() in text_of("docs/archiving.md")


@pytest.mark.parametrize(
    ("said", "value", "limit"),
    [
        ("| file | 100 MB |", 100 * 2**20, MAX_FILE_BYTES),
        ("looked into | 100 MB;", 100 * 2**20, MAX_PDF_BYTES),
        ("; 64 signatures;", 64, MAX_SIGNATURES),
        ("entries | 5,000;", 5_000, Limits().entries),
        ("inflated | 500 MB in all;", 500_000_000, Limits().inflated_bytes),
        ("; 100:1 for", 100, Limits().ratio),
        (", depth 64, 16 MB", 64, xml_trees.MAX_DEPTH),
        (", depth 32, 500,000", 32, der._MAX_DEPTH),
        ("time | 30 s for", 30, CPU_SECONDS),
        ("memory | 1 GB of", 2**30, MEMORY_BYTES),
    ],
)
def test_limits_are_told_as_they_are(said: str, value: int, limit: int) -> None:
    assert said in text_of("docs/verification.md")
    assert limit == value


def test_the_keys_of_a_report_are_those_of_the_program() -> None:
    (shown,) = (
        json.loads(body)
        for kind, body in _FENCE.findall(text_of("docs/verification.md"))
        if kind == "json"
    )
    report = report_json(judge(sealed.sound()))

    assert list(shown) == list(report)
    assert list(shown["license"]) == list(report["license"])
    for part in ("signatures", "findings"):
        assert list(shown[part][0]) == list(report[part][0])


def test_every_kind_of_signature_is_told() -> None:
    missing = [kind for kind in SignatureKind if f"`{kind}`" not in text_of("docs/verification.md")]

    assert missing == []


def test_the_steps_of_the_demo_in_the_readme_are_those_of_the_program() -> None:
    program = "".join(text.read_text("utf-8") for text in ROOT.glob("api/**/*demo*.py"))
    steps = re.findall(r"^│ (\S[^│]* · [^│]*?)\s*│", text_of("README.md"), re.MULTILINE)

    assert len(steps) >= 8
    assert [step for step in steps if step not in program] == []


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo region, and beside it what docs/seals.md takes for granted."""
    for name in [name for name in os.environ if name.startswith("YINXIN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YINXIN_PASSPHRASE", SECRET)
    monkeypatch.setenv("YINXIN_ROOT_PASSPHRASE", SECRET)
    monkeypatch.setattr(files, "SCRYPT_COST", 2**5)
    monkeypatch.chdir(tmp_path)
    issuer, unified = world.ISSUERS[WUHU.value]
    good("init", "--root", "--name", "测试根", "--home", "root")
    good(
        *("--home", "wuhu", "init", "--region", WUHU, "--name", "芜湖市"),
        *("--issuer-code", unified, "--issuer-name", issuer, "--root-home", "root"),
    )
    monkeypatch.setenv("YINXIN_HOME", "wuhu")
    root, maker = outside_authority()
    written(tmp_path, outside_seal(Home(Path("wuhu")).read_certificate(Role.SEAL), maker))
    Path("chain.pem").write_text(root.certificate.to_pem(), "ascii")
    Path("letter.pdf").write_bytes(document(1))
    return tmp_path


def played(session: str) -> str:
    """A session with the output that its commands have now."""
    lines = []
    for line in session.splitlines():
        if line.startswith("$ "):
            done = run(*shlex.split(line)[2:])
            lines += [line, *(done.out + done.err).splitlines()]
    return "\n".join(lines) + "\n"


def test_the_life_of_a_seal_is_told_as_it_happens(instance: Path) -> None:
    assert instance == Path.cwd()
    sessions = [
        body for kind, body in _FENCE.findall(text_of("docs/seals.md")) if kind == "console"
    ]

    assert len(sessions) > 3
    for session in sessions:
        assert _CHANGING.sub("…", played(session)) == _CHANGING.sub("…", session)


if __name__ == "__main__":
    sys.stdout.write(checks_table() + lints_table())
