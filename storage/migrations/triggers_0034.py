"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER secret_marks_append_only_update BEFORE UPDATE ON secret_marks WHEN 1 BEGIN SELECT RAISE(ABORT, 'secret_marks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER secret_marks_append_only_delete BEFORE DELETE ON secret_marks WHEN 1 BEGIN SELECT RAISE(ABORT, 'secret_marks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER secret_marks_append_only_replace BEFORE INSERT ON secret_marks WHEN EXISTS (SELECT 1 FROM secret_marks WHERE row = NEW.row) BEGIN SELECT RAISE(ABORT, 'pk_secret_marks'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION secret_marks_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'secret_marks_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'secret_marks_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER secret_marks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON secret_marks FOR EACH STATEMENT EXECUTE FUNCTION secret_marks_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER grants_child_guardian BEFORE INSERT ON grants WHEN NEW.basis <> 'legal_duty' AND NEW.parent IS NULL AND coalesce(NEW.evidence_kind, 'session') NOT IN ('id_reader', 'face', 'paper') AND EXISTS (SELECT 1 FROM licenses l WHERE l.identifier = NEW.license AND (NEW.not_before + 28800000000) / 86400000000 < l.child_until) BEGIN SELECT RAISE(ABORT, 'grants_child_guardian'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grants_child_guardian() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.basis <> 'legal_duty' AND NEW.parent IS NULL AND coalesce(NEW.evidence_kind, 'session') NOT IN ('id_reader', 'face', 'paper') AND EXISTS (SELECT 1 FROM licenses l WHERE l.identifier = NEW.license AND (NEW.not_before + 28800000000) / 86400000000 < l.child_until) THEN RAISE EXCEPTION 'grants_child_guardian' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grants_child_guardian'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grants_child_guardian BEFORE INSERT ON grants FOR EACH ROW EXECUTE FUNCTION grants_child_guardian()",
    ),
)
