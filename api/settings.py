"""Settings of one instance: environment before ``yinxin.toml`` before defaults."""

import re
import tomllib
from enum import StrEnum, unique
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, SecretStr, StringConstraints, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from api.errors import DemoOnlyError, SettingsError
from certs.regions import RegionCode

FILE_NAME: Final = "yinxin.toml"
OWN: Final = "own"
"""In place of a region's code: this instance's own."""
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
_Region = Annotated[str, StringConstraints(pattern=r"^(own|[0-9]{6})$")]
_PROXY_SECRET: Final = re.compile(r"([!-~]{32,256})?")
_MOST_OFFSET: Final = 24 * 3600
_MOST_DAYS: Final = 3650
_MOST_WITNESSES: Final = 64
_MOST_PATIENCE: Final = 7 * 24 * 60


@unique
class Environment(StrEnum):
    """Where an instance runs; demo services exist in the first two only."""

    DEMO = "demo"
    DEV = "dev"
    PRODUCTION = "production"


@unique
class FaceProfile(StrEnum):
    """What the signature of a PDF face holds: CMS around the seal signature, or that alone."""

    CMS = "cms"
    GM = "gm"


class Settings(BaseSettings):
    """Every setting the service reads; environment names carry the YINXIN_ prefix."""

    # What is refused may be a passphrase under a misspelt name: errors never quote it.
    model_config = SettingsConfigDict(
        env_prefix="YINXIN_", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    schema_name: Literal["yinxin.home/1"]
    environment: Environment = Environment.PRODUCTION
    kind: Literal["region", "root"] = "region"
    region: str = ""
    name: str
    public_url: str = "http://127.0.0.1:8000"
    issuer_code: str = ""
    issuer_name: str = ""
    database_url: SecretStr = SecretStr("")
    objects_url: SecretStr = SecretStr("")
    objects_second_url: SecretStr = SecretStr("")
    archive_url: SecretStr = SecretStr("")
    archive_second_url: SecretStr = SecretStr("")
    store_ca_file: Path | None = None
    timestamp_url: str = ""
    trust_url: str = ""
    notify_url: str = Field(default="", pattern=r"^(https?://[^/?#]+(/[!-\"$->@-~]*)?)?$")
    complaint_url: str = Field(default="", pattern=r"^(https?://[^/?#]+(/[!-\"$->@-~]*)?)?$")
    remind_days: int = Field(default=90, ge=1, le=_MOST_DAYS)
    correction_accept_days: int = Field(default=3, ge=1, le=_MOST_DAYS)
    correction_verify_days: int = Field(default=10, ge=1, le=_MOST_DAYS)
    # One line each, in braces: what follows a table in the file would belong to it.
    registers: dict[_Name, _Region] = Field(default_factory=dict)
    departments: dict[_Name, _Region] = Field(default_factory=dict)
    question_keep_days: int = Field(default=30, ge=0, le=_MOST_DAYS)
    ledger_quorum: int = Field(default=1, ge=1, le=_MOST_WITNESSES)
    archive_patience_minutes: int = Field(default=10, ge=0, le=_MOST_PATIENCE)
    clamd_address: str = Field(default="", pattern=r"^(unix:/.+|tcp://[^/:]+:[0-9]{1,5})?$")
    face_profile: FaceProfile = FaceProfile.CMS
    clock_offset_seconds: int = Field(default=0, ge=-_MOST_OFFSET, le=_MOST_OFFSET)
    identity_issuer: str = Field(default="", pattern=r"^(https?://[^?#]+)?$")
    identity_client_id: str = ""
    identity_client_secret: SecretStr = SecretStr("")
    # What the proxy that ends TLS says of clients' certificates is believed with this alone.
    proxy_secret: SecretStr = SecretStr("")
    passphrase: SecretStr | None = None
    passphrase_file: Path | None = None

    @field_validator("proxy_secret")
    @classmethod
    def _check_proxy_secret(cls, secret: SecretStr) -> SecretStr:
        if not _PROXY_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("须为 32 至 256 个可见字符 · 32 to 256 characters that can be seen")
        return secret

    @property
    def department_directory(self) -> dict[str, RegionCode]:
        """The regions whose departments answer, by the department's short name."""
        return {name: RegionCode(self._code(code)) for name, code in self.departments.items()}

    @property
    def register_directory(self) -> dict[str, RegionCode]:
        """The regions whose registers of facts answer, by the register's name."""
        return {name: RegionCode(self._code(code)) for name, code in self.registers.items()}

    def _code(self, code: str) -> str:
        return self.region if code == OWN else code

    @classmethod
    def read(cls, home: Path) -> Self:
        """Read the settings of the instance in ``home``.

        Raises:
            SettingsError: The folder holds no settings, or wrong ones.
        """
        file = home / FILE_NAME
        if not file.is_file():
            raise SettingsError(
                f"{home} 不是印信实例，请先运行 yinxin init · no instance here; run yinxin init"
            )
        try:
            with file.open("rb") as stream:
                return cls(**tomllib.load(stream))
        except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file}: {error}") from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before the file, whose values are the arguments."""
        return (env_settings, init_settings)

    def check_demo(self, what: str) -> None:
        """Refuse a demo service outside ``demo`` and ``dev``.

        Raises:
            DemoOnlyError: The environment is another.
        """
        check_demo(self.environment, what)


def quorum_of(home: Path) -> int:
    """Return how many witnesses the instance in ``home`` wants; one where there is none.

    Raises:
        SettingsError: Its settings are wrong.
    """
    return Settings.read(home).ledger_quorum if (home / FILE_NAME).is_file() else 1


def check_demo(environment: Environment, what: str) -> None:
    """Refuse ``what`` outside ``demo`` and ``dev``.

    Raises:
        DemoOnlyError: The environment is another.
    """
    if environment is Environment.PRODUCTION:
        raise DemoOnlyError(
            f"{what} 只在 demo 或 dev 环境运行 · {what} runs only where environment is demo or dev"
        )
