"""``yinxin certificate``: certificates and revocation lists that were made outside."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from api import founding
from api.bootstrap import OpenHome
from api.commands.registry import Commands, add_command, add_group
from api.console import OK, Output
from api.errors import UsageError
from api.homes import Home
from api.seal_folder import SealFolder
from api.seal_reading import read_certificates
from signing.certificates import Certificate
from signing.errors import InvalidPathError, SigningError
from signing.paths import build_path, check_role, check_times
from signing.revocation_lists import MAX_LIST_BYTES, RevocationList, parse_revocation_list
from signing.roles import Role
from signing.signer import CertifiedSigner


def register(commands: Commands, shared: argparse.ArgumentParser) -> None:
    """Join the command line."""
    group = add_group(
        commands, "certificate", text="外部证书 · certificates from outside", parents=[shared]
    )
    add_command(group, "list", _list, text="列出证书 · list", parents=[shared])
    accept = add_command(
        group, "import", _import, text="导入证书 · import a certificate", parents=[shared]
    )
    accept.add_argument(
        "file", type=Path, help="PEM: the certificate, then those above it; or one in DER"
    )
    accept.add_argument(
        "--role", type=Role, choices=list(Role), help="密钥用途; none for the authority itself"
    )
    lists = add_command(
        group,
        "import-crl",
        _import_list,
        text="导入吊销列表 · import a DER CRL",
        parents=[shared],
    )
    lists.add_argument("file", type=Path)


def _list(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    found = [path.stem for path in sorted(home.folder("certs").glob("*.pem"))]
    values = [_value(label, home.read_certificate(label)) for label in found]
    output.result(
        values, *(f"{item['label']}  {item['subject']}  {item['ends']}" for item in values)
    )
    return OK


def _import(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    certificate, *above = read_certificates(options.file)
    if options.role is None:
        label = founding.AUTHORITY
        if not certificate.is_authority:
            raise UsageError("这不是证书机构的证书，请用 --role · not an authority; give --role")
    else:
        label = options.role
        check_own(OpenHome.at(options.home), certificate, above, options.role)
    home.write_certificate(label, certificate)
    output.result(
        _value(label, certificate), f"已导入 {label} · imported {certificate.common_name}"
    )
    return OK


def check_own(
    opened: OpenHome, certificate: Certificate, above: list[Certificate], role: Role
) -> None:
    """Refuse a certificate that does not fit the instance's key of this role.

    Raises:
        UsageError: Another key's, for another role, out of date, or not below the authority.
    """
    anchor = opened.home.read_certificate(founding.AUTHORITY)
    try:
        CertifiedSigner(signer=opened.keys.open(role), certificate=certificate)
        path = build_path(certificate, intermediates=above, anchors=(anchor,))
        check_role(path, role)
        check_times(path, datetime.now(UTC))
    except (SigningError, InvalidPathError) as error:
        raise UsageError(f"证书不合用 · the certificate does not fit: {error}") from error


def _import_list(options: argparse.Namespace, output: Output) -> int:
    home = Home(options.home)
    try:
        with options.file.open("rb") as file:
            issued = parse_revocation_list(file.read(MAX_LIST_BYTES + 1))
        path = home.folder("crl") / _list_file(home, issued)
    except (OSError, SigningError) as error:
        raise UsageError(f"吊销列表不可用 · the list is not the authority's: {error}") from error
    incoming = path.with_suffix(".incoming")
    incoming.write_bytes(issued.encoded)
    incoming.replace(path)
    output.result(
        {"number": issued.number, "until": issued.next_update.isoformat()},
        f"已导入第 {issued.number} 号吊销列表 · list {issued.number} imported",
    )
    return OK


def _list_file(home: Home, issued: RevocationList) -> str:
    """Return the name for a list of our authority, or of one behind an imported seal.

    Raises:
        InvalidSignatureError: It is neither's.
    """
    own = home.read_certificate(founding.AUTHORITY)
    seals = SealFolder(home.folder("seals"))
    for item in seals.all():
        maker = seals.maker_authority(item.seal.description.code)
        # Two authorities may have one name.
        if maker is not None and maker != own and _is_list_of(maker, issued):
            return f"maker-{maker.digest.hex()[:16]}.crl"
    issued.verify(own)
    return founding.CRL_FILE


def _is_list_of(authority: Certificate, issued: RevocationList) -> bool:
    try:
        issued.verify(authority)
    except SigningError:
        return False
    return True


def _value(label: str, certificate: Certificate) -> dict[str, str]:
    return {
        "label": label,
        "subject": certificate.common_name,
        "begins": certificate.not_before.isoformat(),
        "ends": certificate.not_after.isoformat(),
        "digest": certificate.digest.hex(),
    }
