"""Pages are read in processes of their own, which may hang or die without harm."""

import io
import os
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.limited_worker import LENGTH_BYTES, MEMORY_BYTES, NO_ANSWER
from api.page_reader import ProcessPageReader
from certs.faces.pages import page_text
from tests import sealed

ANSWER_SECONDS = 30


def _process(reader: ProcessPageReader, number: int = 0) -> subprocess.Popen[bytes]:
    process = reader._processes._processes[number]._process
    assert process is not None
    return process


@pytest.fixture
def reader() -> Iterator[ProcessPageReader]:
    with ProcessPageReader(1, seconds=ANSWER_SECONDS) as made:
        yield made


def test_a_page_says_what_it_says_and_the_process_is_kept(reader: ProcessPageReader) -> None:
    assert reader.page_text(sealed.sound()) == page_text(sealed.sound())
    first = _process(reader).pid

    assert str(sealed.record().identifier) in (reader.page_text(sealed.sound()) or "")
    assert _process(reader).pid == first

    # What cannot be read costs no process either.
    for hostile in (b"", b"%PDF-1.7", os.urandom(5000), _bomb()):
        assert reader.page_text(hostile) is None
    assert _process(reader).pid == first

    # A process that died between two questions is replaced, and so is one that dies meanwhile.
    _process(reader).kill()
    _process(reader).wait()
    assert reader.page_text(sealed.unsealed()) == page_text(sealed.unsealed())
    assert _process(reader).pid != first


def _bomb() -> bytes:
    """A page whose content unpacks to 200 MB of blanks and a page tree of its own."""
    packed = zlib.compress(zlib.compress(b" " * 200_000_000, 1), 1)
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 1000000>>endobj\n"
        b"2 0 obj<</Length " + str(len(packed)).encode() + b"/Filter[/FlateDecode/FlateDecode]>>"
        b"stream\n" + packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


@pytest.fixture
def strange_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reader starts this program instead of the reading process."""
    program = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def _write(program: Path, body: str) -> None:
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="ascii")
    program.chmod(0o755)


def test_a_process_that_hangs_is_killed_in_time(strange_worker: Path) -> None:
    _write(strange_worker, "exec sleep 600")
    with ProcessPageReader(1, seconds=0.3) as reader:
        started = time.monotonic()

        # Too large for the pipe: writing hangs. Small: reading hangs.
        assert reader.page_text(bytes(2_000_000)) is None
        assert reader.page_text(b"small") is None

        assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "body",
    [
        "exit 7",
        "head -c 13 >/dev/null; kill -SEGV $$",
        "head -c 13 >/dev/null; printf short",
        r"head -c 13 >/dev/null; printf '\0\0\0\0\0\0\0\11short'",
        r"head -c 13 >/dev/null; printf '\0\0\0\1\0\0\0\0' ; exec sleep 600",
    ],
    ids=["never up", "crash", "half a length", "half a text", "a flood"],
)
def test_a_process_that_breaks_the_protocol_means_unreadable(
    strange_worker: Path, body: str
) -> None:
    _write(strange_worker, body)
    with ProcessPageReader(1, seconds=20) as reader:
        assert reader.page_text(b"12345") is None
        assert reader.page_text(b"12345") is None


def test_callers_take_turns_with_few_processes(strange_worker: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    answer = r"printf '\0\0\0\0\0\0\0\2ok'"
    _write(
        strange_worker,
        f"echo x >>{started}\nwhile [ $(head -c 9 | wc -c) = 9 ]; do sleep 0.02; {answer}; done",
    )
    found: list[str | None] = []
    with ProcessPageReader(2, seconds=20) as reader:
        threads = [
            threading.Thread(target=lambda: found.append(reader.page_text(b"1"))) for _ in range(9)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

    assert found == ["ok"] * 9
    assert len(started.read_text().split()) <= 2


def _ask(*requests: bytes) -> bytes:
    """What the real reading process answers to these bytes on its input."""
    done = subprocess.run(
        [sys.executable, "-m", "api.page_worker"],
        input=b"".join(requests),
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout


def _framed(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def test_the_process_answers_each_question_in_turn_and_ends_with_its_input() -> None:
    text = page_text(sealed.sound()).encode()
    unreadable = NO_ANSWER.to_bytes(LENGTH_BYTES, "big")

    answers = io.BytesIO(
        _ask(_framed(sealed.sound()), _framed(b"no PDF"), _framed(b""), _framed(sealed.sound()))
    )

    assert answers.read(LENGTH_BYTES + len(text)) == _framed(text)
    assert answers.read(2 * LENGTH_BYTES) == unreadable * 2
    assert answers.read() == _framed(text)


def test_the_process_limits_itself() -> None:
    program = (
        "import resource, sys\n"
        "import api.limited_worker as worker\n"
        "worker.serve(lambda request: None)\n"
        "print(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_CORE))\n"
        "try:\n"
        "    bytearray(worker.MEMORY_BYTES)\n"
        "except MemoryError:\n"
        "    print('no more')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], input=b"", capture_output=True, timeout=60, check=True
    )

    assert done.stdout.decode().splitlines() == [
        f"({MEMORY_BYTES}, {MEMORY_BYTES}) (0, 0)",
        "no more",
    ]
