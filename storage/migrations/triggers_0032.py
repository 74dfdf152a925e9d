"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_update BEFORE UPDATE ON sent_returns WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_returns_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_delete BEFORE DELETE ON sent_returns WHEN 1 BEGIN SELECT RAISE(ABORT, 'sent_returns_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_append_only_replace BEFORE INSERT ON sent_returns WHEN EXISTS (SELECT 1 FROM sent_returns WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_sent_returns'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_returns_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'sent_returns_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_returns_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_returns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sent_returns FOR EACH STATEMENT EXECUTE FUNCTION sent_returns_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_update BEFORE UPDATE ON return_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'return_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_delete BEFORE DELETE ON return_receipts WHEN 1 BEGIN SELECT RAISE(ABORT, 'return_receipts_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER return_receipts_append_only_replace BEFORE INSERT ON return_receipts WHEN EXISTS (SELECT 1 FROM return_receipts WHERE partner = NEW.partner AND number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_return_receipts'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION return_receipts_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'return_receipts_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'return_receipts_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER return_receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON return_receipts FOR EACH STATEMENT EXECUTE FUNCTION return_receipts_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_update BEFORE UPDATE ON returned_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'returned_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_delete BEFORE DELETE ON returned_outcomes WHEN 1 BEGIN SELECT RAISE(ABORT, 'returned_outcomes_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER returned_outcomes_append_only_replace BEFORE INSERT ON returned_outcomes WHEN EXISTS (SELECT 1 FROM returned_outcomes WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_returned_outcomes'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION returned_outcomes_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'returned_outcomes_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'returned_outcomes_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER returned_outcomes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON returned_outcomes FOR EACH STATEMENT EXECUTE FUNCTION returned_outcomes_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER sent_returns_settled BEFORE INSERT ON sent_returns WHEN NOT EXISTS (SELECT 1 FROM transfer_openings t JOIN case_outcomes o ON o.case_id = t.case_id WHERE t.partner = NEW.partner AND t.number = NEW.number) BEGIN SELECT RAISE(ABORT, 'sent_returns_settled'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION sent_returns_settled() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT EXISTS (SELECT 1 FROM transfer_openings t JOIN case_outcomes o ON o.case_id = t.case_id WHERE t.partner = NEW.partner AND t.number = NEW.number) THEN RAISE EXCEPTION 'sent_returns_settled' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'sent_returns_settled'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER sent_returns_settled BEFORE INSERT ON sent_returns FOR EACH ROW EXECUTE FUNCTION sent_returns_settled()",
    ),
)
