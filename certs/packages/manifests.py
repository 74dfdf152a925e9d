"""Manifests (清单): which files a package has, each by its digest.

Source: RFC 8493 (BagIt), 2.1.3; SM3 beside SHA-512, which other people's programs check.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from certs.errors import MalformedPackageError
from certs.packages.files import PackageFile, Reference
from certs.packages.rules import PackageRule

SM3_MANIFEST: Final = "manifest-sm3.txt"
SHA512_MANIFEST: Final = "manifest-sha512.txt"
TAG_MANIFEST: Final = "tagmanifest-sm3.txt"
FETCH: Final = "fetch.txt"
URN: Final = "urn:sm3:"

_LINE: Final = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})  ([^\s].*)")
_FETCH_LINE: Final = re.compile(r"urn:sm3:([0-9a-f]{64}) (0|[1-9][0-9]{0,9}) (data/.+)")


def sm3_manifest(files: Mapping[str, PackageFile | Reference]) -> bytes:
    """Return the manifest of payload files by SM3."""
    return _lines((file.sm3, name) for name, file in sorted(files.items()))


def sha512_manifest(files: Mapping[str, PackageFile | Reference]) -> bytes:
    """Return the manifest of payload files by SHA-512."""
    return _lines((file.sha512, name) for name, file in sorted(files.items()))


def fetch_list(references: Mapping[str, Reference]) -> bytes:
    """Return where the files are that do not lie in the package."""
    lines = (
        f"{URN}{item.sm3} {item.length_bytes} {name}\n" for name, item in sorted(references.items())
    )
    return "".join(lines).encode()


def read_manifest(content: bytes, *, name: str) -> dict[str, str]:
    """Return the digests in a manifest, by path.

    Raises:
        MalformedPackageError: ``manifest``: a line is none, or two are about one file.
    """
    found: dict[str, str] = {}
    for line in _text(content, name):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise MalformedPackageError(PackageRule.MANIFEST, "not a manifest", about=name)
        found[match[2]] = match[1]
    return found


def read_fetch_list(content: bytes, *, sha512: Mapping[str, str]) -> dict[str, Reference]:
    """Return the files that lie elsewhere, by path.

    Args:
        content: ``fetch.txt``.
        sha512: What the manifest says.

    Raises:
        MalformedPackageError: ``fetch``.
    """
    found: dict[str, Reference] = {}
    for line in _text(content, FETCH):
        match = _FETCH_LINE.fullmatch(line)
        if match is None or match[3] in found or match[3] not in sha512:
            raise MalformedPackageError(PackageRule.FETCH, "not a list of references", about=FETCH)
        found[match[3]] = Reference(
            sm3=match[1], sha512=sha512[match[3]], length_bytes=int(match[2])
        )
    return found


def _lines(pairs: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {name}\n" for digest, name in pairs).encode()


def _text(content: bytes, name: str) -> list[str]:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise MalformedPackageError(PackageRule.MANIFEST, "not UTF-8", about=name) from error
    if not text.endswith("\n"):
        raise MalformedPackageError(PackageRule.MANIFEST, "no end of line", about=name)
    return text.removesuffix("\n").split("\n")
