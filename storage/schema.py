"""The database schema: every table, and the migrations that make it."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from storage import (
    acceptance_tables,
    access_decision_tables,
    access_tables,
    application_tables,
    appointment_tables,
    archive_tables,
    attachment_tables,
    batch_tables,
    binding_tables,
    case_correction_tables,
    case_holder_tables,
    case_receipt_tables,
    case_trial_tables,
    client_tables,
    complaint_tables,
    copy_tables,
    correction_tables,
    department_tables,
    evidence_tables,
    exception_tables,
    form_tables,
    grant_tables,
    guardianship_tables,
    handover_tables,
    keeping_tables,
    ledger_tables,
    license_tables,
    mark_tables,
    notice_tables,
    outcome_tables,
    overask_tables,
    own_file_tables,
    promise_tables,
    proposal_tables,
    quality_tables,
    receipt_tables,
    refusal_tables,
    request_nonce_tables,
    run_tables,
    seal_tables,
    separation,
    session_tables,
    source_tables,
    status_list_tables,
    tally_tables,
    tally_triggers,
    transfer_return_tables,
    transfer_tables,
    use_log_tables,
    verifier_application_tables,
    verifier_tables,
    webhook_tables,
)
from storage.database import POSTGRESQL
from storage.errors import SchemaError
from storage.locks import hold
from storage.tables import metadata

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_DIGITS: Final = 4
TABLE_MODULES: Final = (
    access_decision_tables,
    acceptance_tables,
    access_tables,
    application_tables,
    archive_tables,
    attachment_tables,
    batch_tables,
    binding_tables,
    case_correction_tables,
    case_holder_tables,
    copy_tables,
    correction_tables,
    department_tables,
    evidence_tables,
    exception_tables,
    form_tables,
    grant_tables,
    appointment_tables,
    guardianship_tables,
    handover_tables,
    keeping_tables,
    ledger_tables,
    license_tables,
    mark_tables,
    notice_tables,
    promise_tables,
    outcome_tables,
    overask_tables,
    own_file_tables,
    case_receipt_tables,
    case_trial_tables,
    client_tables,
    complaint_tables,
    quality_tables,
    receipt_tables,
    refusal_tables,
    request_nonce_tables,
    run_tables,
    seal_tables,
    proposal_tables,
    session_tables,
    source_tables,
    status_list_tables,
    transfer_tables,
    transfer_return_tables,
    use_log_tables,
    verifier_tables,
    verifier_application_tables,
    webhook_tables,
    tally_tables,
    tally_triggers,
    separation,
)
"""Importing them fills the metadata."""


def all_tables() -> MetaData:
    """Return the metadata with every table in it."""
    return metadata


def upgrade(engine: Engine, version: str = "head") -> None:
    """Bring the database to this version, or to an earlier one; migrations only add.

    Raises:
        SchemaError: The database does not keep text in UTF-8.
    """
    # Alembic takes long to load, and a service that starts only compares a number.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with engine.begin() as connection:
        if connection.dialect.name == POSTGRESQL:
            _prepare_postgresql(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _prepare_postgresql(connection: Connection) -> None:
    """Let nobody else upgrade meanwhile, and let an upgrade of many rows take its time."""
    if connection.execute(text("SHOW server_encoding")).scalar_one() != "UTF8":
        raise SchemaError("数据库编码须为 UTF8 · the database must be made with ENCODING 'UTF8'")
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    hold(connection, "schema")


def newest_version() -> str:
    """Return the revision that this program needs: the last of the numbered migrations."""
    return max(path.name[:_DIGITS] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def check_version(engine: Engine) -> None:
    """Refuse a database of another version.

    Raises:
        SchemaError: It must be upgraded first, or is newer than this program.
    """
    needed, present = newest_version(), present_version(engine)
    if present != needed:
        raise SchemaError(
            f"数据库版本 {present}，程序需要 {needed}，请运行 yinxin database upgrade · "
            f"the database is at {present}, this program needs {needed}; "
            "run yinxin database upgrade"
        )


def present_version(engine: Engine) -> str | None:
    """Return the revision of a database; None if nothing was ever made in it."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()
