"""The checker that shares nothing with the writer: it finds the same faults."""

import re
from pathlib import Path

import pytest

from certs.ledger.entries import LedgerEntry
from certs.packages.package import ArchivePackage
from signing.algorithms import sm3
from signing.ledger.checkpoints import Checkpoint
from signing.ledger.hashing import leaf_hash
from signing.ledger.notes import Note, sign_note
from signing.ledger.proof_files import LedgerProof
from storage.check import BadPackageError, check_package, main
from tests import archived, desks, world
from tests.archived import BAD, encoded, package

OURS = {"api", "certs", "signing", "storage", "verify"}


def test_a_whole_package_is_good_and_says_who_signed(capsys: pytest.CaptureFixture[str]) -> None:
    package_id, _, told = check_package(encoded())

    assert package_id == package().package_id
    assert any(line.startswith("license.pdf: signed by ") for line in told)
    assert any(line.startswith("license.json: signed by ") for line in told)
    assert f"object {sm3(encoded()).hex()}" in told
    assert not capsys.readouterr().out


@pytest.mark.parametrize("wrong", BAD)
def test_what_the_strict_reader_refuses_the_checker_refuses(wrong: str) -> None:
    with pytest.raises(BadPackageError):
        check_package(BAD[wrong][0]())


def test_no_byte_can_vary() -> None:
    for at in range(0, len(encoded()), 97):
        changed = bytearray(encoded())
        changed[at] ^= 4
        with pytest.raises(BadPackageError):
            check_package(bytes(changed))


def _resealed(name: str, content: bytes) -> bytes:
    good = package()
    files = dict(good.files)
    del files[name]
    return ArchivePackage(info=good.info, files=files).with_file(name, content).encode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("data/content/license.json", "license.p7s"),
        ("data/content/license.p7s", "license.p7s"),
        ("data/content/license.pdf", "license.pdf"),
    ],
)
def test_a_file_changed_under_new_manifests_breaks_its_signature(name: str, said: str) -> None:
    """Whoever repacks a package can make manifests, but no signatures."""
    other = archived.package(1).files[name].content

    with pytest.raises(BadPackageError, match=said):
        check_package(_resealed(name, other))


def _proof(*digests: str, kind: str = "archived") -> str:
    entry = LedgerEntry(
        kind=kind, at=archived.AT, organization=desks.ISSUER, digests=digests
    ).encode()
    head = Checkpoint(origin="340200.yinxin/archive", size=1, root=leaf_hash(entry))
    keeper = world.region("340200").record_signer.signer
    signature = sign_note(head.text, name=head.origin, signer=keeper)
    note = Note(text=head.text, signatures=(signature,))
    return LedgerProof(entry=entry, index=0, path=(), note=note).encode()


def test_the_command_follows_the_package_into_the_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, proof, known = tmp_path / "a.zip", tmp_path / "a.proof", tmp_path / "checkpoint"
    path.write_bytes(encoded())
    record = sm3(package().files["data/content/license.json"].content).hex()
    proof.write_text(_proof(package().package_id, record))
    known.write_text(proof.read_text().split("\n\n", 1)[1])

    assert main([str(path), "--proof", str(proof), "--checkpoint", str(known)]) == 0
    assert "entry 0" in capsys.readouterr().out

    known.write_text(known.read_text().replace("\n1\n", "\n2\n"))
    assert main([str(path), "--proof", str(proof), "--checkpoint", str(known)]) == 1
    for other in (
        _proof(record, package().package_id),
        _proof(package().package_id),
        _proof(package().package_id, record, kind="issued"),
        "no proof",
    ):
        proof.write_text(other)
        assert main([str(path), "--proof", str(proof)]) == 1


def test_one_bad_package_among_good_ones_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(encoded())
    bad.write_bytes(encoded() + b"x")

    assert main([str(good)]) == 0
    assert main([str(good), str(bad), str(tmp_path / "absent.zip")]) == 1
    assert capsys.readouterr().out.count("坏 BAD") == 2


def test_the_checker_uses_nothing_that_writes_packages() -> None:
    readers = ("signing.pdf.assembly", "signing.pdf.reading", "signing.signed_messages")
    assert _imported("storage/check.py") == {
        *("signing.errors", "signing.ledger.proof_files", *readers),
        "storage.check_evidence",
    }
    assert _imported("storage/check_evidence.py") == {
        "signing.errors",
        "signing.timestamp_tokens",
    }


def _imported(path: str) -> set[str]:
    """What of our own a module imports."""
    source = Path(path).read_text("utf-8")
    imported = re.findall(r"^(?:from|import) (\S+)", source, re.MULTILINE)
    return {name for name in imported if name.split(".")[0] in OURS}
