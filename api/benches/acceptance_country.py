"""Two regions in processes of their own to measure the gate with: eight licenses, four in each."""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from api.benches import loads
from api.benches.loads import Target
from api.benches.processes import free_port, run_process, serve_command
from api.composition import open_services
from api.demo_country import (
    WINDOW,
    DemoRegion,
    found_country,
    prepare_folder,
    regions,
    settle_people,
    spread_trust,
)
from api.desks import desk_of
from api.matter_shelf import open_matter_shelf
from certs.applications import parse_application
from certs.holder_codes import HolderCode, HolderCodeType
from certs.issuance import issue
from certs.issue_requests import IssueRequest
from certs.regions import RegionCode
from certs.samples.business_license import business_license_rows
from certs.samples.makers import ROW_MAKERS
from verify.matters.files import load

HOME_TYPES: Final = (
    "business_license",
    "food_business",
    "drainage_permit",
    "special_equipment_use",
)
AWAY_TYPES: Final = (
    "medical_institution",
    "road_transport_operation",
    "road_transport_vehicle",
    "real_estate_title",
)
MATTER: Final = "bench-eight-licenses"
CASES: Final = "/api/v1/cases"
_APPLICANTS: Final = 6
_SEED: Final = 17
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 3.0
_OPENED: Final = b'"outcome":"e_license"'


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceCountry:
    """Two regions that serve, and applicants who have four licenses in each.

    Attributes:
        region: The region whose window opens cases.
        service: Its server.
        away: The server of the other region.
        applicants: Codes and names.
    """

    region: DemoRegion
    service: Target
    away: Target
    applicants: tuple[tuple[str, str], ...]
    token: str = field(repr=False)

    def warm_up(self) -> None:
        """Open cases for every applicant until all eight licenses are found each time.

        Raises:
            RuntimeError: They are not.
        """
        everybody = [self.opening(number) for number in range(len(self.applicants))]
        for left in reversed(range(_TRIES)):
            try:
                loads.turnaround_ms(self.service, everybody)
            except RuntimeError:
                if not left:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def opening(self, number: int) -> bytes:
        """Return the request that opens a case for one of the applicants."""
        code, name = self.applicants[number % len(self.applicants)]
        applicant = {"code_type": HolderCodeType.SOCIAL_CREDIT_CODE.value, "code": code}
        body = {"matter": MATTER, "applicant": {**applicant, "name": name}}
        head = {"Authorization": f"Bearer {self.token}"}
        return loads.post(CASES, json.dumps(body, ensure_ascii=False).encode(), headers=head)


@contextmanager
def open_country() -> Iterator[AcceptanceCountry]:
    """Found two regions, issue the licenses, and serve both until the block ends."""
    with tempfile.TemporaryDirectory(prefix="yinxin-bench-") as folder, ExitStack() as stack:
        out = Path(folder) / "country"
        first, second, _ = regions(free_port(), free_port())
        passphrase, now = prepare_folder(out), datetime.now(UTC)
        found_country(out, (first, second), passphrase=passphrase, now=now)
        spread_trust(out, (first, second), passphrase=passphrase, now=now)
        token = settle_people(out / first.folder, None, "")[WINDOW]
        applicants = _applicants(first)
        for region, types in ((first, HOME_TYPES), (second, AWAY_TYPES)):
            _issue(out / region.folder, region, types, applicants)
        _publish(out, first)
        # The other region first: whoever is not there yet when it is asked counts as silent.
        away, service = (_serve(out, region, stack) for region in (second, first))
        country = AcceptanceCountry(
            region=first, service=service, away=away, applicants=applicants, token=token
        )
        country.warm_up()
        yield country


def _serve(out: Path, region: DemoRegion, stack: ExitStack) -> Target:
    command = serve_command(out / region.folder, region.port)
    process = stack.enter_context(run_process(command))
    loads.wait_for(region.port)
    return Target(
        port=region.port,
        pid=process.pid,
        expected=_OPENED,
        times=len(HOME_TYPES) + len(AWAY_TYPES),
    )


def _applicants(region: DemoRegion) -> tuple[tuple[str, str], ...]:
    rows = business_license_rows(RegionCode(region.code), _APPLICANTS, seed=_SEED)
    return tuple((str(row["credit_code"]), str(row["company_name"])) for row in rows)


def _issue(
    home: Path, region: DemoRegion, types: tuple[str, ...], applicants: tuple[tuple[str, str], ...]
) -> None:
    """Issue a license of every type to every applicant."""
    with open_services(home) as services:
        for name in types:
            desk = desk_of(services, name)
            rows = ROW_MAKERS[name](RegionCode(region.code), len(applicants), seed=_SEED)
            requests = []
            for number, (row, (code, holder_name)) in enumerate(zip(rows, applicants, strict=True)):
                made = parse_application(desk.license_type, row)
                holder = HolderCode(code_type=HolderCodeType.SOCIAL_CREDIT_CODE, code=code)
                application = replace(made, holder=holder, holder_name=holder_name)
                requests.append(IssueRequest(key=f"{name}-{number}", application=application))
            for outcome in issue(requests, desk=desk):
                if outcome.license is None:
                    raise RuntimeError(f"{name} was not issued: {outcome.refusal!r}")


def _publish(out: Path, region: DemoRegion) -> None:
    """Let the region's windows handle the matter that asks for all eight."""
    path = out / "matter.toml"
    path.write_text(_matter_text(), encoding="utf-8")
    with open_matter_shelf(out / region.folder) as shelf:
        shelf.take(load(path, types=shelf.types.values()))


def _matter_text() -> str:
    """Return the matter; as in real ones a field is needed, so that each face is kept."""
    head = (
        f'schema = "yinxin.matter/2"\ncode = "{MATTER}"\nversion = 1\n'
        'name_zh = "测量用事项"\nname_en = "For measuring"\naudience = "enterprise"\n'
        'department_zh = "测量"\nlegal_basis = "测量 · unconfirmed"\n'
    )
    materials = (
        f'[[materials]]\ncode = "{name.replace("_", "-")}"\nname_zh = "{name}"\n'
        f'name_en = "{name}"\nsource = "government_issued"\n'
        f'[[materials.rules]]\nway = "e_license"\nlicense_types = ["{name}"]\n'
        'required_fields = ["number"]\nlegal_basis = "测量 · unconfirmed"\n'
        for name in (*HOME_TYPES, *AWAY_TYPES)
    )
    return head + "".join(materials)
