"""Forms of cases in the database."""

import json
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select
from sqlalchemy.exc import IntegrityError

from certs import canonical
from certs.canonical import JsonValue
from storage.acceptance_tables import cases
from storage.database_errors import broken_rule
from storage.form_tables import case_forms
from verify.acceptance.records import Applicant, PersonRole
from verify.case_errors import RecordRefusedError
from verify.decision_errors import FormChangedError
from verify.prefill.facts import Origin
from verify.prefill.filling import FormEntry, KeptForm
from verify.prefill.sources import SourceKind

_MAX_BYTES = 1 << 20


class SqlForms:
    """Forms on one connection; the port is ``FormBook``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, form: KeptForm) -> None:
        """Keep the next version of a form."""
        row = {
            "case_id": form.case_id,
            "version": form.version,
            "entries": canonical.encode(
                [_entry_to_json(entry) for entry in form.entries], max_bytes=_MAX_BYTES
            ).decode(),
            "operator": form.operator,
            "operator_role": PersonRole.ACCEPTANCE.value,
            "recorded_at": form.recorded_at,
        }
        try:
            self._connection.execute(insert(case_forms).values(row))
        except IntegrityError as error:
            rule = broken_rule(error)
            if rule == "pk_case_forms":
                raise FormChangedError(form.version) from None
            raise RecordRefusedError(rule) from None

    def find(self, case_id: str) -> KeptForm | None:
        """Return the newest version of the form of a case; None where none was kept."""
        query = (
            select(case_forms)
            .where(case_forms.c.case_id == case_id)
            .order_by(case_forms.c.version.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)

    def previous(self, applicant: Applicant, *, besides: str) -> KeptForm | None:
        """Return the newest form of the applicant's other cases; None where there is none."""
        query = (
            select(case_forms)
            .join(cases, cases.c.id == case_forms.c.case_id)
            .where(
                cases.c.applicant_code == applicant.code.code,
                cases.c.applicant_code_type == applicant.code.code_type.value,
                cases.c.id != besides,
            )
            .order_by(case_forms.c.recorded_at.desc(), case_forms.c.version.desc())
            .limit(1)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else _from_row(row)


def _from_row(row: RowMapping) -> KeptForm:
    return KeptForm(
        case_id=row["case_id"],
        version=row["version"],
        entries=tuple(map(_entry_from_json, json.loads(row["entries"]))),
        operator=row["operator"],
        recorded_at=row["recorded_at"],
    )


def _entry_to_json(entry: FormEntry) -> JsonValue:
    kept: dict[str, JsonValue] = {
        "field": entry.field,
        "value": entry.value,
        "changed": entry.is_changed,
    }
    origin = entry.origin
    if origin is not None:
        kept["origin"] = {
            "kind": origin.kind.value,
            "title": origin.title_zh,
            "license": origin.license,
            "field": origin.field,
            "as_of": origin.as_of.isoformat(),
            "authoritative": origin.is_authoritative,
        }
    return kept


def _entry_from_json(kept: dict[str, Any]) -> FormEntry:
    said = kept.get("origin")
    origin = None
    if said is not None:
        origin = Origin(
            kind=SourceKind(said["kind"]),
            title_zh=said["title"],
            license=said["license"],
            field=said["field"],
            as_of=date.fromisoformat(said["as_of"]),
            is_authoritative=said["authoritative"],
        )
    return FormEntry(
        field=kept["field"], value=kept["value"], origin=origin, is_changed=kept["changed"]
    )
