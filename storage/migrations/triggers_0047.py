"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER grants_child_guardian BEFORE INSERT ON grants WHEN NEW.basis <> 'legal_duty' AND NEW.parent IS NULL AND coalesce(NEW.evidence_kind, 'session') NOT IN ('id_reader', 'face', 'paper') AND EXISTS (SELECT 1 FROM licenses l WHERE l.identifier = NEW.license AND (NEW.not_before + 28800000000) / 86400000000 < l.child_until) AND NOT (NEW.evidence_kind = 'session' AND EXISTS (SELECT 1 FROM guardianships u JOIN guardianship_confirmations c ON c.number = u.number WHERE u.number = NEW.evidence AND u.child_key = NEW.holder_key AND NOT EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = u.number))) BEGIN SELECT RAISE(ABORT, 'grants_child_guardian'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION grants_child_guardian() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM guardianships u WHERE u.number = NEW.evidence FOR UPDATE; IF NEW.basis <> 'legal_duty' AND NEW.parent IS NULL AND coalesce(NEW.evidence_kind, 'session') NOT IN ('id_reader', 'face', 'paper') AND EXISTS (SELECT 1 FROM licenses l WHERE l.identifier = NEW.license AND (NEW.not_before + 28800000000) / 86400000000 < l.child_until) AND NOT (NEW.evidence_kind = 'session' AND EXISTS (SELECT 1 FROM guardianships u JOIN guardianship_confirmations c ON c.number = u.number WHERE u.number = NEW.evidence AND u.child_key = NEW.holder_key AND NOT EXISTS (SELECT 1 FROM guardianship_ends e WHERE e.number = u.number))) THEN RAISE EXCEPTION 'grants_child_guardian' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'grants_child_guardian'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER grants_child_guardian BEFORE INSERT ON grants FOR EACH ROW EXECUTE FUNCTION grants_child_guardian()",
    ),
)
