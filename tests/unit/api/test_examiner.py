"""Documents are examined in processes of their own, with little time and memory."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.examination_worker import answer, to_request
from api.examiner import ProcessExaminer
from api.limited_worker import LENGTH_BYTES, NO_ANSWER
from tests import foreign, printed, sealed
from tests.type_copies import write_version
from tests.unit.certs.faces import sealed_faces
from verify.checks import Check, Outcome
from verify.evidence import MAX_FILE_BYTES
from verify.examination import examine
from verify.examination_json import decode_examination

HOSTILE = (b"", b"%PDF-1.7", b"PK\x03\x04", b"\x30\x80", b"no document")


@pytest.fixture(scope="module")
def examiner() -> Iterator[ProcessExaminer]:
    with ProcessExaminer(1) as made:
        yield made


def test_another_process_finds_what_this_one_finds(examiner: ProcessExaminer) -> None:
    for data in (*HOSTILE, sealed.sound(), foreign.Package().build()):
        assert examiner.examine(data) == examine(data)


def test_another_process_knows_the_types_of_its_region(tmp_path: Path) -> None:
    write_version(tmp_path, ('label_zh = "经营场所"', 'label_zh = "经营地点"'))
    said = replace(printed.record(), type_version=2)
    face = printed.content_of(said)
    face = replace(face, values={**face.values, "premises": "别处"})
    # The signatures of this face only look like some; what it prints is compared all the same.
    data = sealed_faces.sealed(face)

    with ProcessExaminer(1, types=tmp_path) as examiner:
        findings = examiner.examine(data).findings

    (found,) = (item for item in findings if item.check is Check.RECORD_PAGE)
    assert (found.outcome, found.facts["label"]) == (Outcome.BAD, "经营地点")


@pytest.mark.parametrize("content", [None, b"", b"-", b"+content"])
def test_what_a_signature_is_detached_from_comes_along(content: bytes | None) -> None:
    found = decode_examination(answer(to_request(b"document", content)))

    assert found == examine(b"document", content=content)


def test_a_file_over_the_limit_is_not_looked_into(examiner: ProcessExaminer) -> None:
    (finding,) = examiner.examine(bytes(MAX_FILE_BYTES + 1)).findings

    assert (finding.check, finding.outcome, finding.reason) == (
        Check.FILE_FORMAT,
        Outcome.BAD,
        "too-large",
    )


@pytest.mark.parametrize(
    "body",
    ["exit 7", "head -c 30 >/dev/null; kill -SEGV $$", r"printf '\0\0\0\0\0\0\0\2{}'; sleep 9"],
    ids=["never up", "crash", "no examination"],
)
def test_a_process_that_fails_leaves_the_document_unjudged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))

    with ProcessExaminer(1, seconds=5) as examiner:
        (finding,) = examiner.examine(b"a document of some length, longer than that").findings

    assert (finding.outcome, finding.reason) == (Outcome.UNKNOWN, "limits")


def _serve(body: str, limits: str) -> subprocess.CompletedProcess[bytes]:
    program = (
        f"from api.limited_worker import serve\ndef work(request):\n{body}\nserve(work, {limits})"
    )
    request = (1).to_bytes(LENGTH_BYTES, "big") + b"x"
    return subprocess.run(
        [sys.executable, "-c", program],
        input=request * 2,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_request_that_takes_too_much_processor_time_ends_the_process() -> None:
    started = time.monotonic()

    done = _serve("    while True: pass", "cpu_seconds=1")

    assert done.returncode < 0
    assert done.stdout == b""
    assert time.monotonic() - started < 30


def test_a_request_that_wants_too_much_memory_has_no_answer_and_the_next_is_served() -> None:
    done = _serve("    return bytes(2**31)", "memory_bytes=2**30")

    assert done.returncode == 0
    assert done.stdout == NO_ANSWER.to_bytes(LENGTH_BYTES, "big") * 2
