"""The triggers of attached licenses and of what becomes of cases, frozen."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_update BEFORE UPDATE ON attached_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'attached_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_delete BEFORE DELETE ON attached_licenses WHEN 1 BEGIN SELECT RAISE(ABORT, 'attached_licenses_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER attached_licenses_append_only_replace BEFORE INSERT ON attached_licenses WHEN EXISTS (SELECT 1 FROM attached_licenses WHERE case_id = NEW.case_id AND material = NEW.material AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_attached_licenses'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION attached_licenses_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'attached_licenses_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'attached_licenses_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER attached_licenses_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON attached_licenses FOR EACH STATEMENT EXECUTE FUNCTION attached_licenses_append_only()",
    ),
)
