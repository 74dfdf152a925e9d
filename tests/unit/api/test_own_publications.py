"""What a region publishes itself, in memory: looked at again, the same bytes while unchanged."""

from dataclasses import dataclass
from pathlib import Path

from api.homes import FORMER, Home
from api.own_publications import Recent, WatchedFiles, published_certificates, read_all
from tests import world


@dataclass
class Seconds:
    """A clock that is put forward."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def watched(folder: Path, clock: Seconds) -> WatchedFiles:
    return WatchedFiles(find=lambda: folder.glob("*.crl"), read=read_all, clock=clock)


def test_unchanged_files_give_the_very_same_bytes(tmp_path: Path) -> None:
    clock = Seconds()
    files = watched(tmp_path, clock)
    (tmp_path / "a.crl").write_bytes(b"one")
    first = files.contents()
    clock.now += 2

    assert first == (b"one",)
    assert files.contents() is first


def test_a_file_that_changed_is_read_again_after_a_second(tmp_path: Path) -> None:
    clock = Seconds()
    files = watched(tmp_path, clock)
    (tmp_path / "a.crl").write_bytes(b"one")
    files.contents()
    (tmp_path / "a.crl").write_bytes(b"other")
    (tmp_path / "b.crl").write_bytes(b"two")

    assert files.contents() == (b"one",)
    clock.now += 1.1
    assert files.contents() == (b"other", b"two")


def test_a_recent_value_is_learned_once_and_forgotten_after_a_moment() -> None:
    clock, values = Seconds(), iter([b"one", b"one", b"two"])
    recent = Recent(lambda: next(values), clock=clock)

    assert not recent.is_recent
    first = recent.get()
    assert recent.is_recent
    assert recent.get() is first
    clock.now += 2.1
    assert not recent.is_recent
    assert recent.get() is first  # learned anew, and the same
    clock.now += 2.1
    assert recent.get() == b"two"


def test_a_certificate_that_was_replaced_is_still_published(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.folder("certs").mkdir()
    old, new = (world.region(code).record_signer.certificate for code in ("340200", "610300"))
    home.write_certificate("record", old)
    home.write_certificate("record", new)
    home.write_certificate("authority", world.root().certificate)

    assert set(published_certificates(home).contents()) == {old.encoded, new.encoded}
    assert home.read_certificate("record") == new
    assert len(list((home.folder("certs") / FORMER).iterdir())) == 1
