"""Archive packages that cannot be judged, one for each way."""

from certs.packages.bag_info import PackageKind
from certs.packages.files import CASE_RECORD, PackageFile
from certs.packages.package import make_package
from tests import archived, desks
from tests.archived import TERMS
from tests.sealed import verifier_of
from tests.verdict_cases import BAD, FAILED, Case
from verify.checks import Check
from verify.report import Report


def package_cases() -> list[Case]:
    return [
        Case(
            name="a package with a byte more",
            finding=(Check.FILE_FORMAT, BAD, "package"),
            conclusion=FAILED,
            at_sealing=FAILED,
            report=lambda: _judged(archived.encoded() + b"x"),
        ),
        Case(
            name="the package of a case",
            finding=(Check.FILE_FORMAT, BAD, "package-of-case"),
            conclusion=FAILED,
            at_sealing=FAILED,
            report=lambda: _judged(_of_a_case()),
        ),
    ]


def _of_a_case() -> bytes:
    return make_package(
        organization=TERMS.organization,
        identifier="C1",
        packed_on=archived.AT.date(),
        kind=PackageKind.CASE,
        fonds=desks.ISSUER,
        retention=TERMS.retention,
        files={CASE_RECORD: PackageFile(content=b"{}")},
    ).encode()


def _judged(data: bytes) -> Report:
    return verifier_of().verify(data)
