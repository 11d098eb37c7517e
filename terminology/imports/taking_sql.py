"""The statements that take an import over, each for one run (`:run`), the same on SQLite and PostgreSQL."""

from terminology.imports.sql import (
    GONE_CONCEPTS,
    GONE_MEMBERS,
    NEW_MEMBERS,
    RESOLVED,
    SAME_MAPPING,
    SAME_TEXT,
)

NEW_CONCEPTS = """
    INSERT INTO concept (version_id, code, current, parent, run_id)
    SELECT v.version_id, s.code, max(CASE WHEN s.current THEN 1 ELSE 0 END) = 1, max(s.parent), :run
    FROM staged_concept s JOIN staged_version v ON v.run_id = s.run_id AND v.number = s.number
    WHERE s.run_id = :run AND NOT EXISTS (
        SELECT 1 FROM concept c WHERE c.version_id = v.version_id AND c.code = s.code)
    GROUP BY v.version_id, s.code ORDER BY v.version_id, s.code
"""
ADD_MEMBERS = f"""
    INSERT INTO membership (concept_id, value_set_id) SELECT DISTINCT c.id, w.id {NEW_MEMBERS}
        AND c.id IS NOT NULL AND w.id IS NOT NULL
"""
_NEW_STATUS = "CASE WHEN p.seq IS NOT NULL AND s.status = 'active' THEN 'in review' ELSE s.status END"
_MADE = "status, preferred, basis, origin, author, reviewer, at, reason, run_id, replaces, row_version"
NEW_TEXTS = f"""
    INSERT INTO designation (concept_id, language, text, {_MADE})
    SELECT c.id, s.language, s.text, {_NEW_STATUS}, s.preferred, s.basis, :file, :author, NULL, :at, NULL,
        :run,
        CASE WHEN d.status = 'active' THEN d.id END, 1
    FROM {RESOLVED}
    LEFT JOIN staged_pair p ON p.run_id = s.run_id AND p.kind = 'designation' AND p.seq = s.seq
    LEFT JOIN designation d ON d.id = p.row_id
    WHERE s.run_id = :run AND (p.verdict IS NULL OR p.verdict = 'conflict') AND NOT EXISTS ({SAME_TEXT})
    ORDER BY c.id, s.seq
"""
NEW_MAPPINGS = f"""
    INSERT INTO mapping (source_system, source_version, source_code, target_system, target_version,
        target_code,
        relationship, {_MADE})
    SELECT s.source_system, s.source_version, s.source_code, s.target_system, s.target_version, s.target_code,
        s.relationship, {_NEW_STATUS}, s.preferred, :format, :file, :author, NULL, :at, NULL, :run,
        CASE WHEN d.status = 'active' THEN d.id END, 1
    FROM staged_mapping s
    LEFT JOIN staged_pair p ON p.run_id = s.run_id AND p.kind = 'mapping' AND p.seq = s.seq
    LEFT JOIN mapping d ON d.id = p.row_id
    WHERE s.run_id = :run AND (p.verdict IS NULL OR p.verdict = 'conflict') AND NOT EXISTS (
        SELECT 1 FROM mapping m WHERE {SAME_MAPPING} AND m.relationship = s.relationship)
    ORDER BY s.seq
"""
CHANGED_ROWS = (
    "SELECT row_id FROM staged_pair WHERE run_id = {run} AND kind = '{kind}' AND verdict = 'changed'"
)
STAGED_VALUE = """
    (SELECT s.{column} FROM staged_pair p JOIN staged_{kind} s ON s.run_id = p.run_id AND s.seq = p.seq
        WHERE p.run_id = {run} AND p.kind = '{kind}' AND p.row_id = {kind}.id)
"""
DROP_MEMBERS = f"""
    DELETE FROM membership WHERE EXISTS (SELECT 1 FROM ({GONE_MEMBERS}) AS g
        WHERE g.concept_id = membership.concept_id AND g.value_set_id = membership.value_set_id)
"""
END_CONCEPTS = "UPDATE concept SET current = false WHERE id IN (" + GONE_CONCEPTS + ")"
