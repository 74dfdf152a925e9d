"""The triggers of supervision and its first counting, frozen: a migration never changes with the code."""

from typing import Final

STATEMENTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "sqlite",
        "CREATE TRIGGER refusals_append_only_update BEFORE UPDATE ON refusals WHEN 1 BEGIN SELECT RAISE(ABORT, 'refusals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER refusals_append_only_delete BEFORE DELETE ON refusals WHEN 1 BEGIN SELECT RAISE(ABORT, 'refusals_append_only'); END",
    ),
    (
        "sqlite",
        "CREATE TRIGGER refusals_append_only_replace BEFORE INSERT ON refusals WHEN EXISTS (SELECT 1 FROM refusals WHERE number = NEW.number) BEGIN SELECT RAISE(ABORT, 'pk_refusals'); END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION refusals_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TRUE THEN RAISE EXCEPTION 'refusals_append_only' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'refusals_append_only'; END IF; RETURN NEW; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER refusals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON refusals FOR EACH STATEMENT EXECUTE FUNCTION refusals_append_only()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER cases_tallied AFTER INSERT ON cases WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.opened_at + 28800000000) / 86400000000 + 3) / 7, NEW.matter_code, NEW.operator, '', 'case', ''; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION cases_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.opened_at + 28800000000) / 86400000000 + 3) / 7, NEW.matter_code, NEW.operator, '', 'case', ''; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER cases_tallied AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION cases_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER case_materials_tallied AFTER INSERT ON case_materials WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((c.opened_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'required', CASE WHEN (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department) THEN 'spared' ELSE 'self' END FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION case_materials_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((c.opened_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'required', CASE WHEN (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department) THEN 'spared' ELSE 'self' END FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER case_materials_tallied AFTER INSERT ON case_materials FOR EACH ROW EXECUTE FUNCTION case_materials_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookups_tallied AFTER INSERT ON lookups WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.looked_up_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, coalesce(NEW.region, ''), 'lookup', NEW.way || '/' || NEW.result FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION lookups_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.looked_up_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, coalesce(NEW.region, ''), 'lookup', NEW.way || '/' || NEW.result FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER lookups_tallied AFTER INSERT ON lookups FOR EACH ROW EXECUTE FUNCTION lookups_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER lookup_silences_tallied AFTER INSERT ON lookup_silences WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.looked_up_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'silent', NEW.source FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION lookup_silences_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.looked_up_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'silent', NEW.source FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER lookup_silences_tallied AFTER INSERT ON lookup_silences FOR EACH ROW EXECUTE FUNCTION lookup_silences_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_tallied AFTER INSERT ON material_decisions WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, CASE WHEN NEW.form = 'e_license' THEN coalesce((SELECT l.region FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.way = 'e_license' AND l.number = NEW.lookup_number), '') ELSE '' END, 'decision', CASE WHEN (NEW.form = 'paper' AND NOT NEW.voluntary AND (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department)) THEN 'demand/' || NEW.reason WHEN NEW.form = 'paper' AND NEW.voluntary THEN 'voluntary' WHEN NEW.form = 'paper' THEN 'own' ELSE NEW.form END FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, CASE WHEN NEW.form = 'e_license' THEN coalesce((SELECT l.region FROM lookups l WHERE l.case_id = NEW.case_id AND l.material = NEW.material AND l.way = 'e_license' AND l.number = NEW.lookup_number), '') ELSE '' END, 'decision', CASE WHEN (NEW.form = 'paper' AND NOT NEW.voluntary AND (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department)) THEN 'demand/' || NEW.reason WHEN NEW.form = 'paper' AND NEW.voluntary THEN 'voluntary' WHEN NEW.form = 'paper' THEN 'own' ELSE NEW.form END FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_tallied AFTER INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_approved AFTER INSERT ON material_decisions WHEN NEW.approver IS NOT NULL BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'override', NEW.reason FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_approved() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.approver IS NOT NULL THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'override', NEW.reason FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_approved AFTER INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_approved()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER material_decisions_contrary AFTER INSERT ON material_decisions WHEN (NEW.form = 'paper' AND NOT NEW.voluntary AND (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department)) AND (coalesce(NEW.lookup_result, '') = 'valid' OR coalesce(NEW.data_result, '') = 'confirmed' OR coalesce(NEW.check_result, '') = 'confirmed') BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'valid_but_paper', NEW.reason FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION material_decisions_contrary() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (NEW.form = 'paper' AND NOT NEW.voluntary AND (NEW.is_cancelled OR NEW.asks_license OR NEW.asks_data OR NEW.asks_department)) AND (coalesce(NEW.lookup_result, '') = 'valid' OR coalesce(NEW.data_result, '') = 'confirmed' OR coalesce(NEW.check_result, '') = 'confirmed') THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.decided_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'valid_but_paper', NEW.reason FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER material_decisions_contrary AFTER INSERT ON material_decisions FOR EACH ROW EXECUTE FUNCTION material_decisions_contrary()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promises_tallied AFTER INSERT ON promises WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.made_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'promise', NEW.kind || '/made' FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION promises_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.made_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'promise', NEW.kind || '/made' FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER promises_tallied AFTER INSERT ON promises FOR EACH ROW EXECUTE FUNCTION promises_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER promise_steps_tallied AFTER INSERT ON promise_steps WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'promise', (SELECT p.kind FROM promises p WHERE p.case_id = NEW.case_id AND p.material = NEW.material) || '/' || NEW.kind FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION promise_steps_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, c.operator, '', 'promise', (SELECT p.kind FROM promises p WHERE p.case_id = NEW.case_id AND p.material = NEW.material) || '/' || NEW.kind FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER promise_steps_tallied AFTER INSERT ON promise_steps FOR EACH ROW EXECUTE FUNCTION promise_steps_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER refusals_tallied AFTER INSERT ON refusals WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.refused_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'refusal', NEW.code FROM cases c WHERE c.id = NEW.case_id; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION refusals_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.refused_at + 28800000000) / 86400000000 + 3) / 7, c.matter_code, NEW.operator, '', 'refusal', NEW.code FROM cases c WHERE c.id = NEW.case_id; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER refusals_tallied AFTER INSERT ON refusals FOR EACH ROW EXECUTE FUNCTION refusals_tallied()",
    ),
    (
        "sqlite",
        "CREATE TRIGGER usages_tallied AFTER INSERT ON usages WHEN 1 = 1 BEGIN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', '', 'use', NEW.basis; END",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE FUNCTION usages_tallied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN INSERT INTO tally_facts (week, matter, operator, region, what, code) SELECT ((NEW.at + 28800000000) / 86400000000 + 3) / 7, '', '', '', 'use', NEW.basis; END IF; RETURN NULL; END $$",
    ),
    (
        "postgresql",
        "CREATE OR REPLACE TRIGGER usages_tallied AFTER INSERT ON usages FOR EACH ROW EXECUTE FUNCTION usages_tallied()",
    ),
)

BACKFILL: Final = (
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.opened_at + 28800000000) / 86400000000 + 3) / 7 AS week, n.matter_code AS matter, n.operator AS operator, '' AS region, 'case' AS what, '' AS code FROM cases n WHERE 1 = 1) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((c.opened_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, c.operator AS operator, '' AS region, 'required' AS what, CASE WHEN (n.is_cancelled OR n.asks_license OR n.asks_data OR n.asks_department) THEN 'spared' ELSE 'self' END AS code FROM case_materials n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.looked_up_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, c.operator AS operator, coalesce(n.region, '') AS region, 'lookup' AS what, n.way || '/' || n.result AS code FROM lookups n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.looked_up_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, c.operator AS operator, '' AS region, 'silent' AS what, n.source AS code FROM lookup_silences n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.decided_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, n.operator AS operator, CASE WHEN n.form = 'e_license' THEN coalesce((SELECT l.region FROM lookups l WHERE l.case_id = n.case_id AND l.material = n.material AND l.way = 'e_license' AND l.number = n.lookup_number), '') ELSE '' END AS region, 'decision' AS what, CASE WHEN (n.form = 'paper' AND NOT n.voluntary AND (n.is_cancelled OR n.asks_license OR n.asks_data OR n.asks_department)) THEN 'demand/' || n.reason WHEN n.form = 'paper' AND n.voluntary THEN 'voluntary' WHEN n.form = 'paper' THEN 'own' ELSE n.form END AS code FROM material_decisions n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.decided_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, n.operator AS operator, '' AS region, 'override' AS what, n.reason AS code FROM material_decisions n, cases c WHERE n.approver IS NOT NULL AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.decided_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, n.operator AS operator, '' AS region, 'valid_but_paper' AS what, n.reason AS code FROM material_decisions n, cases c WHERE (n.form = 'paper' AND NOT n.voluntary AND (n.is_cancelled OR n.asks_license OR n.asks_data OR n.asks_department)) AND (coalesce(n.lookup_result, '') = 'valid' OR coalesce(n.data_result, '') = 'confirmed' OR coalesce(n.check_result, '') = 'confirmed') AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.made_at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, c.operator AS operator, '' AS region, 'promise' AS what, n.kind || '/made' AS code FROM promises n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.at + 28800000000) / 86400000000 + 3) / 7 AS week, c.matter_code AS matter, c.operator AS operator, '' AS region, 'promise' AS what, (SELECT p.kind FROM promises p WHERE p.case_id = n.case_id AND p.material = n.material) || '/' || n.kind AS code FROM promise_steps n, cases c WHERE 1 = 1 AND c.id = n.case_id) AS f GROUP BY week, matter, operator, region, what, code",
    "INSERT INTO tallies (week, matter, operator, region, what, code, number) SELECT week, matter, operator, region, what, code, count(*) FROM (SELECT ((n.at + 28800000000) / 86400000000 + 3) / 7 AS week, '' AS matter, '' AS operator, '' AS region, 'use' AS what, n.basis AS code FROM usages n WHERE 1 = 1) AS f GROUP BY week, matter, operator, region, what, code",
)
"""Counts what was stored before."""
