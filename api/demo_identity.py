"""The demo's people sign in where people sign in: at an identity provider beside the regions."""

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import uvicorn

from api.commands.serve import check_port
from api.composition import open_services
from api.demo_country import STAFF, DemoRegion
from api.demo_person import CLERK, DemoHolder, clerk_code, representative_code
from api.homes import Home
from api.identity.development import Client, Persona, development_provider
from api.identity.opening import CALLBACK
from api.settings import Environment, Settings
from certs.access import CallerRole
from certs.holder_codes import HolderCode
from certs.identities import Binding, account_key

_HOST: Final = "127.0.0.1"
_BY: Final = "演示"
_END_SECONDS: Final = 10.0
_ROLES: Final[Mapping[CallerRole, str]] = {
    CallerRole.ISSUER: "issuing department",
    CallerRole.CHECKER: "checker of the issuing department",
    CallerRole.SEAL_KEEPER: "seal keeper",
    CallerRole.WINDOW: "acceptance window",
    CallerRole.SUPERVISOR: "supervisor",
    CallerRole.ARCHIVIST: "archivist",
    CallerRole.AUDITOR: "auditor",
    CallerRole.SYSTEM_ADMIN: "system administrator",
    CallerRole.SECURITY_ADMIN: "security administrator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoIdentity:
    """The provider of one demo.

    Attributes:
        port: Where it listens.
        served: The regions that know it.
    """

    port: int
    served: tuple[DemoRegion, ...]

    @property
    def issuer(self) -> str:
        """Its identifier, and its address."""
        return f"http://{_HOST}:{self.port}"

    def connect(self, out: Path) -> None:
        """Let the regions know it, each by a secret of its own; they are not served yet."""
        for region in self.served:
            lines = (
                f'identity_issuer = "{self.issuer}"',
                f'identity_client_id = "{region.folder}"',
                f'identity_client_secret = "{secrets.token_urlsafe(24)}"',
            )
            with Home(out / region.folder).settings_file.open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))

    def bind(self, out: Path, *, at: datetime) -> None:
        """Let the regions know whose accounts their people's are."""
        for region in self.served:
            with open_services(out / region.folder) as services, services.unit_of_work() as work:
                for person, role in STAFF.items():
                    work.bindings.add(
                        Binding(
                            account=account_key(self.issuer, person),
                            person=person,
                            role=role,
                            bound_at=at,
                            bound_by=_BY,
                        )
                    )
                work.commit()

    @contextmanager
    def running(
        self, out: Path, enterprise: DemoHolder, person: DemoHolder | None = None
    ) -> Iterator[None]:
        """Serve it beside the regions until the block ends.

        Args:
            out: The demo's folder.
            enterprise: Which enterprise holds licenses.
            person: Who holds one; None for nobody.

        Raises:
            UsageError: The port is busy.
        """
        check_port(_HOST, self.port)
        app = development_provider(
            self.issuer,
            personas=(
                _representative(enterprise),
                _clerk(),
                *([_citizen(person)] if person is not None else []),
                *_staff(),
            ),
            clients=tuple(_client(out, region) for region in self.served),
            environment=Environment.DEMO,
        )
        config = uvicorn.Config(
            app, host=_HOST, port=self.port, log_level="warning", access_log=False, ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="identity", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_END_SECONDS)


def _client(out: Path, region: DemoRegion) -> Client:
    settings = Settings.read(out / region.folder)
    return Client(
        client_id=settings.identity_client_id,
        client_secret=settings.identity_client_secret.get_secret_value(),
        redirect_uri=region.url + CALLBACK,
    )


def _representative(holder: DemoHolder) -> Persona:
    return Persona(
        subject="holder",
        zh=f"持证主体 {holder.name}（法定代表人）",
        en="who represents the enterprise that holds licenses",
        claims={
            "name": holder.name,
            **_number(representative_code()),
            "legal_representative": True,
            "organization_code": holder.code.code,
            "organization_name": holder.name,
        },
    )


def _citizen(holder: DemoHolder) -> Persona:
    return Persona(
        subject="nurse",
        zh=f"持证人 {holder.name}（护士）",
        en="a nurse, who holds a license herself",
        claims={"name": holder.name, **_number(holder.code)},
    )


def _clerk() -> Persona:
    return Persona(
        subject="clerk",
        zh=f"企业经办人 {CLERK}",
        en="an agent of the enterprise that holds licenses",
        claims={"name": CLERK, **_number(clerk_code())},
    )


def _number(code: HolderCode) -> dict[str, str]:
    return {"holder_code_type": code.code_type.value, "holder_code": code.code}


def _staff() -> tuple[Persona, ...]:
    return tuple(
        Persona(subject=person, zh=person, en=_ROLES[role], claims={"name": person})
        for person, role in STAFF.items()
    )
