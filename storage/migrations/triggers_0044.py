"""The triggers of this version, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER webhooks_append_only_update BEFORE UPDATE ON webhooks WHEN 1 BEGIN SELECT RAISE(ABORT, 'webhooks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER webhooks_append_only_delete BEFORE DELETE ON webhooks WHEN 1 BEGIN SELECT RAISE(ABORT, 'webhooks_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER webhooks_append_only_replace BEFORE INSERT ON webhooks WHEN EXISTS (SELECT 1 FROM webhooks WHERE name = NEW.name) BEGIN SELECT RAISE(ABORT, 'pk_webhooks'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION webhooks_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'webhooks_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhooks_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER webhooks_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON webhooks FOR EACH STATEMENT EXECUTE FUNCTION webhooks_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER webhook_stops_append_only_update BEFORE UPDATE ON webhook_stops WHEN 1 BEGIN SELECT RAISE(ABORT, 'webhook_stops_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER webhook_stops_append_only_delete BEFORE DELETE ON webhook_stops WHEN 1 BEGIN SELECT RAISE(ABORT, 'webhook_stops_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER webhook_stops_append_only_replace BEFORE INSERT ON webhook_stops WHEN EXISTS (SELECT 1 FROM webhook_stops WHERE webhook = NEW.webhook) BEGIN SELECT RAISE(ABORT, 'pk_webhook_stops'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION webhook_stops_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'webhook_stops_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_stops_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER webhook_stops_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_stops FOR EACH STATEMENT EXECUTE FUNCTION webhook_stops_append_only()",
    ),
)
