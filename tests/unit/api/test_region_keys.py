"""Keys opened ahead of need are the keys of the store, and fail as the store does."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.homes import Home
from api.region_keys import KeysAhead, signing_roles
from signing.errors import DamagedKeyError, WrongPassphraseError
from signing.keystores import files
from signing.keystores.files import FileKeyStore, FileSigner
from signing.roles import Role

SECRET = "synthetic"  # noqa: S105 - of keys that a test makes
LABELS = ("status", "service")


@pytest.fixture(autouse=True)
def _derived_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SCRYPT_COST", 2**5)


@pytest.fixture
def store(tmp_path: Path) -> FileKeyStore:
    made = FileKeyStore(tmp_path, passphrase=SECRET)
    for label in (*LABELS, "authority"):
        made.generate(label)
    return made


@dataclass
class Watched:
    """A store that says which keys were opened."""

    store: FileKeyStore
    opened: list[str] = field(default_factory=list)
    all_opened: threading.Event = field(default_factory=threading.Event)

    def open(self, label: str) -> FileSigner:
        self.opened.append(label)
        if len(self.opened) == len(LABELS):
            self.all_opened.set()
        return self.store.open(label)


def test_keys_are_opened_before_anybody_asks_and_once(store: FileKeyStore) -> None:
    watched = Watched(store)

    ahead = KeysAhead(watched, LABELS)

    assert watched.all_opened.wait(20)
    for label in LABELS:
        assert ahead.open(label).key == store.open(label).key
        assert ahead.open(label) is ahead.open(label)
    assert watched.opened == list(LABELS)


def test_any_other_key_stays_closed_until_it_is_asked_for(store: FileKeyStore) -> None:
    watched = Watched(store)
    ahead = KeysAhead(watched, LABELS)
    assert watched.all_opened.wait(20)

    assert "authority" not in watched.opened
    assert ahead.open("authority").key.label == "authority"


def test_what_is_wrong_with_a_key_is_told_to_whoever_asks(
    store: FileKeyStore, tmp_path: Path
) -> None:
    closed = KeysAhead(FileKeyStore(tmp_path, passphrase=SECRET[::-1]), LABELS)
    damaged = KeysAhead(store, (*LABELS, "missing"))

    with pytest.raises(WrongPassphraseError):
        closed.open("status")
    with pytest.raises(DamagedKeyError):
        damaged.open("missing")
    assert damaged.open("status").key.label == "status"


@pytest.mark.parametrize("folders", [(), ("keys",), ("certs",), ("keys", "certs")])
def test_an_instance_signs_receipts_with_a_key_and_a_certificate(
    tmp_path: Path, folders: tuple[str, ...]
) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{Role.RECEIPT}.pem").touch()

    assert (Role.RECEIPT in signing_roles(Home(tmp_path))) is (len(folders) == 2)
