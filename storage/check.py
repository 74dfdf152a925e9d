"""Check archive packages with nothing but the files: ``python -m storage.check PACKAGE...``.

Written to be read by somebody who trusts none of our other code. It uses none of what writes
packages: the file is taken apart here, byte by byte. What it takes from elsewhere is SM3 and
SHA-512, the readers of sealed PDFs and signed messages, and the arithmetic of Merkle proofs. It
asks nobody and needs no database, no settings and no network.

What it finds out:

1. the file is a zip archive of uncompressed entries that follow one another without a gap, in the
   order of their names, described alike before each entry and in the directory at the end;
2. every file has the SM3 and the SHA-512 digest that the manifests list, none is missing or
   unlisted, and the manifests have the digests of ``tagmanifest-sm3.txt``, whose own SM3 is the
   id of the package;
3. ``license.json`` was signed with the key in ``license.p7s``, and the sealed part of
   ``license.pdf``, which carries the same record, with the key in its signature;
4. where the package has a proof of its own, ``issue.proof``, that ``license.json`` stands in the
   ledger of who issued it, below the checkpoint in the proof and whoever cosigned that;
5. with ``--proof`` the package is in a ledger, below the checkpoint in the proof; with
   ``--checkpoint`` that is the checkpoint which you have from elsewhere;
6. with ``--evidence`` the package existed by a time (``storage.check_evidence``).

What it cannot know: whether the certificates are to be trusted, and whether the license still
holds. ``yinxin verify`` answers both.
"""

import argparse
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from signing.errors import SigningError
from signing.ledger.proof_files import LedgerProof, parse_proof
from signing.pdf.assembly import SealProfile
from signing.pdf.reading import parse_strict
from signing.signed_messages import Dialect, SignedMessage, parse_message
from storage.check_evidence import BadEvidenceError, check_evidence

_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_RECORD: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END: Final = struct.Struct("<4sHHHHIIH")
_LINE: Final = re.compile(r"([0-9a-f]+)  (.+)")
_FETCH: Final = re.compile(r"urn:sm3:([0-9a-f]{64}) ([0-9]+) (data/.+)")
_TAGS: Final = {"bag-info.txt", "bagit.txt", "manifest-sha512.txt", "manifest-sm3.txt"}
_MOST_BYTES: Final = 100_000_000
_LONGEST_NAME: Final = 400


class BadPackageError(Exception):
    """What is wrong with a package, in one sentence."""


def check_package(data: bytes) -> tuple[str, dict[str, bytes], list[str]]:
    """Check one package.

    Returns:
        Its id, its files by name, and what was found out, line by line.

    Raises:
        BadPackageError: Something is wrong with it.
    """
    files = dict(_entries(data))
    package_id = _check_manifests(files)
    told = [f"package {package_id}", f"object {_sm3(data)}", f"files {len(files)}, all as listed"]
    if "data/content/license.json" in files:
        told += _check_signatures(files)
    if "data/evidence/issue.proof" in files:
        told.append(_check_issued(files))
    return package_id, files, told


# The container ------------------------------------------------------------------------------


def _entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every entry; every byte of the file must be accounted for."""
    if len(data) > _MOST_BYTES:
        raise BadPackageError("larger than any package")
    at, directory, names = 0, b"", [""]
    while data.startswith(b"PK\x03\x04", at):
        name, content, record = _entry(data, at)
        # In order and each once, letter by letter, all of them below one folder.
        if not name > names[-1] or name.split("/")[0] != (names[1:] or [name])[0].split("/")[0]:
            raise BadPackageError(f"entries out of order, twice, or in two folders: {name[:99]}")
        if any(part in {"", ".", ".."} for part in name.split("/")) or "\\" in name:
            raise BadPackageError(f"a name that leads elsewhere: {name[:99]}")
        names.append(name)
        directory += record
        at += _LOCAL.size + len(name.encode()) + len(content)
        yield name.partition("/")[2], content
    count = len(names) - 1
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    if not count or data[at:] != directory + end:
        raise BadPackageError("truncated, extended, or written by another program")


def _entry(data: bytes, at: int) -> tuple[str, bytes, bytes]:
    """Return name and content of an entry, and how the directory must describe it."""
    if at + _LOCAL.size > len(data):
        raise BadPackageError("truncated")
    fields = _LOCAL.unpack_from(data, at)
    checksum, size, length = fields[6], fields[8], fields[9]
    start = at + _LOCAL.size + length
    # Version 2.0, UTF-8 names, stored, 1980-01-01, one size, no extra fields.
    if fields[1:6] != (20, 0x0800, 0, 0, 0x0021) or fields[7] != size or fields[10]:
        raise BadPackageError("an entry is not stored in the one plain way")
    name, content = data[at + _LOCAL.size : start], data[start : start + size]
    if length > _LONGEST_NAME:
        raise BadPackageError("a name is too long")
    if len(content) != size or zlib.crc32(content) != checksum:
        raise BadPackageError(f"damaged: {name.decode('utf-8', 'replace')[:99]}")
    record = _RECORD.pack(
        *(b"PK\x01\x02", 20, 20, 0x0800, 0, 0, 0x0021, checksum, size, size),
        *(length, 0, 0, 0, 0, 0, at),
    )
    try:
        return name.decode("utf-8"), content, record + name
    except UnicodeDecodeError:
        raise BadPackageError("a name is not UTF-8") from None


# The manifests ------------------------------------------------------------------------------


def _check_manifests(files: Mapping[str, bytes]) -> str:
    """Compare every file with the manifests; return the id of the package."""
    if missing := (_TAGS | {"tagmanifest-sm3.txt"}) - files.keys():
        raise BadPackageError(f"not a package: {', '.join(sorted(missing))} missing")
    tags = {name: content for name, content in files.items() if not name.startswith("data/")}
    last = tags.pop("tagmanifest-sm3.txt")
    if tags.keys() - _TAGS - {"fetch.txt"}:
        raise BadPackageError(f"unlisted: {', '.join(sorted(tags.keys() - _TAGS))[:200]}")
    _compare("tagmanifest-sm3.txt", _listed(last), {name: _sm3(tags[name]) for name in tags})
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    # What lies elsewhere is known by its digest alone.
    elsewhere = dict(_elsewhere(files.get("fetch.txt", b"")))
    digests = {name: _sm3(content) for name, content in payload.items()} | elsewhere
    _compare("manifest-sm3.txt", _listed(files["manifest-sm3.txt"]), digests)
    second = _listed(files["manifest-sha512.txt"])
    digests = {name: hashlib.sha512(content).hexdigest() for name, content in payload.items()}
    digests |= {name: second.get(name, "") for name in elsewhere}
    _compare("manifest-sha512.txt", second, digests)
    return _sm3(last)


def _listed(manifest: bytes) -> dict[str, str]:
    lines = [_LINE.fullmatch(line) for line in manifest.decode("utf-8", "replace").splitlines()]
    if not lines or not all(lines):
        raise BadPackageError("a manifest cannot be read")
    return {line[2]: line[1] for line in lines if line}


def _elsewhere(fetch: bytes) -> Iterator[tuple[str, str]]:
    for line in fetch.decode("utf-8", "replace").splitlines():
        if not (found := _FETCH.fullmatch(line)):
            raise BadPackageError("fetch.txt cannot be read")
        yield found[3], found[1]


def _compare(manifest: str, listed: Mapping[str, str], found: Mapping[str, str]) -> None:
    for name in sorted(listed.keys() | found.keys()):
        if name not in found:
            raise BadPackageError(f"missing: {name} ({manifest})")
        if listed.get(name) != found[name]:
            raise BadPackageError(f"changed, or not listed: {name} ({manifest})")


def _sm3(content: bytes) -> str:
    return hashlib.new("sm3", content).hexdigest()


# The signatures -----------------------------------------------------------------------------


def _check_signatures(files: Mapping[str, bytes]) -> list[str]:
    """Check the record's signature, and the one in the PDF; return who signed, and when."""
    record = files["data/content/license.json"]
    digest = bytes.fromhex(_sm3(record))
    value = files.get("data/content/license.p7s", b"")
    signed = _verified(Dialect.GB_T_35275, value, digest, "license.p7s")
    told = [_told("license.json", signed)]
    pdf = files.get("data/content/license.pdf", b"")
    if not pdf:
        return told
    try:
        face = parse_strict(pdf)
    except SigningError as error:
        raise BadPackageError(f"license.pdf is not as it was sealed ({error})") from error
    if face.attachments.get("license.json") != record:
        raise BadPackageError("license.pdf carries another record")
    if face.profile is not SealProfile.CMS:
        return [*told, "license.pdf: sealed with a seal signature alone, not looked into"]
    sealed = _verified(Dialect.CMS, face.contents, face.digest(), "license.pdf")
    return [*told, _told("license.pdf", sealed)]


def _verified(dialect: Dialect, value: bytes, digest: bytes, name: str) -> SignedMessage:
    try:
        message = parse_message(dialect, value)
        message.verify(digest)
    except SigningError as error:
        raise BadPackageError(f"the signature does not hold: {name} ({error})") from error
    return message


def _told(name: str, message: SignedMessage) -> str:
    signer = message.signer
    return f"{name}: signed by {signer.common_name}, {message.signed_at.isoformat()}"


# The ledger ---------------------------------------------------------------------------------


def check_proof(proof: str, package_id: str, record: bytes, checkpoint: str = "") -> str:
    """Check that the ledger has the package; return the checkpoint that shows it.

    Args:
        proof: The proof, as text.
        package_id: The id of the package.
        record: ``license.json``; empty for the package of a case.
        checkpoint: A checkpoint that you have from elsewhere; empty to take the proof's.

    Raises:
        BadPackageError: It does not show it.
    """
    found, entry = _proved(proof)
    expected = [package_id, *([_sm3(record)] if record else [])]
    if entry.get("kind") != "archived" or entry.get("digests", [])[: len(expected)] != expected:
        raise BadPackageError("the proof is about something else")
    head = found.note.text
    if checkpoint and checkpoint.partition("\n\n")[0].strip() != head.strip():
        raise BadPackageError("the proof leads to another checkpoint than yours")
    return f"ledger: entry {found.index}, {entry['at']}; {' '.join(head.split())}"


def _check_issued(files: Mapping[str, bytes]) -> str:
    """Check that the ledger has the issuing of the license; return by which checkpoint."""
    found, entry = _proved(files["data/evidence/issue.proof"].decode("utf-8", "replace"))
    record = _sm3(files.get("data/content/license.json", b""))
    if entry.get("kind") != "issued" or record not in entry.get("digests", []):
        raise BadPackageError("issue.proof is about something else")
    names = ", ".join(item.name for item in found.note.signatures)
    return f"issued: entry {found.index}, {entry['at']}; checkpoint signed in the names of {names}"


def _proved(proof: str) -> tuple[LedgerProof, dict[str, Any]]:
    """Return a proof whose entry stands below its checkpoint, and what the entry says."""
    try:
        found = parse_proof(proof)
        found.verify_inclusion()
        entry = json.loads(found.entry)
    except (SigningError, ValueError) as error:
        raise BadPackageError(f"the proof does not hold: {error}") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("digests"), list):
        raise BadPackageError("the proof is of no entry of ours")
    return found, entry


# The command --------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the packages named on the command line; return 1 if one of them is bad."""
    parser = argparse.ArgumentParser(prog="python -m storage.check", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    parser.add_argument("--proof", type=Path, help="a proof of the ledger, for one package")
    parser.add_argument("--checkpoint", type=Path, help="the checkpoint that you know")
    parser.add_argument("--evidence", type=Path, help="an evidence record, for one package")
    options = parser.parse_args(arguments)
    if (options.proof or options.evidence) and len(options.packages) > 1:
        parser.error("one proof is about one package")
    bad = [path for path in options.packages if not _is_good(path, options)]
    return int(bool(bad))


def _is_good(path: Path, options: argparse.Namespace) -> bool:
    try:
        data = path.read_bytes()
        package_id, files, told = check_package(data)
        if options.proof:
            known = options.checkpoint.read_text() if options.checkpoint else ""
            record = files.get("data/content/license.json", b"")
            told.append(check_proof(options.proof.read_text(), package_id, record, known))
        if options.evidence:
            record = options.evidence.read_bytes()
            told.append(check_evidence(record, data, datetime.now(UTC)))
    except (BadPackageError, BadEvidenceError, OSError) as error:
        sys.stdout.write(f"坏 BAD   {path}: {error}\n")
        return False
    sys.stdout.write("\n  ".join([f"好 good  {path}", *told]) + "\n")
    return True


if __name__ == "__main__":
    sys.exit(main())
