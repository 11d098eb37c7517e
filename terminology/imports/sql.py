"""The statements of an import, each for one run (`:run`), the same on SQLite and PostgreSQL."""

STAGED_TABLES = (
    "staged_version", "staged_set", "staged_concept", "staged_member", "staged_designation", "staged_mapping"
)  # fmt: skip

WORKSPACE_TABLES = ("code_system_version", "concept", "value_set", "membership", "designation", "mapping")

# A text said twice (a concept that stands in several value sets) counts once.
DOUBLED = (
    """
    DELETE FROM staged_designation WHERE run_id = :run AND seq IN (
        SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY number, code, language,
            text ORDER BY seq)
            AS place FROM staged_designation WHERE run_id = :run) AS doubled WHERE place > 1)
    """,
    """
    DELETE FROM staged_mapping WHERE run_id = :run AND seq IN (
        SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY source_system, source_version,
            source_code,
            target_system, target_version, target_code ORDER BY seq) AS place
            FROM staged_mapping WHERE run_id = :run) AS doubled WHERE place > 1)
    """,
)

_ORPHAN = """
    NOT EXISTS (SELECT 1 FROM staged_concept k WHERE k.run_id = s.run_id AND k.number = s.number
        AND k.code = s.code)
    AND NOT EXISTS (SELECT 1 FROM staged_version v JOIN concept c ON c.version_id = v.version_id
        WHERE v.run_id = s.run_id AND v.number = s.number AND c.code = s.code)
"""
# A text of a concept that neither the file nor the workspace describes.
UNKNOWN_CONCEPTS = (
    f"""
    INSERT INTO import_finding (run_id, kind, place, what, reason)
    SELECT s.run_id, 'rejected', s.place, s.code, 'import.reject.unknown_concept' FROM staged_designation s
    WHERE s.run_id = :run AND {_ORPHAN}
    """,
    f"""
    DELETE FROM staged_designation WHERE run_id = :run AND seq IN (
        SELECT s.seq FROM staged_designation s WHERE s.run_id = :run AND {_ORPHAN})
    """,
)

# The staged texts whose concept the workspace has.
RESOLVED = """
    staged_designation s JOIN staged_version v ON v.run_id = s.run_id AND v.number = s.number
    JOIN concept c ON c.version_id = v.version_id AND c.code = s.code
"""
SAME_TEXT = """
    SELECT 1 FROM designation e WHERE e.concept_id = c.id AND e.language = s.language AND e.text = s.text
        AND e.status <> 'retired'
"""
SAME_MAPPING = """
    m.source_system = s.source_system AND m.source_code = s.source_code
        AND m.source_version = s.source_version
    AND m.target_system = s.target_system AND m.target_code = s.target_code
    AND m.target_version = s.target_version AND m.status <> 'retired'
"""
# What a person wrote is never replaced, whatever its status; what the installation or an import wrote may be.
_KEPT = "(d.status = 'active' OR (d.run_id IS NULL AND d.author <> 'installation'))"

PAIRS = (
    f"""
    INSERT INTO staged_pair (run_id, kind, seq, row_id, verdict)
    SELECT :run, 'designation', seq, row_id, verdict FROM (
        SELECT s.seq, d.id AS row_id, CASE WHEN {_KEPT} THEN 'conflict' ELSE 'changed' END AS verdict,
            row_number() OVER (PARTITION BY c.id, s.language ORDER BY s.seq,
                CASE d.status WHEN 'active' THEN 0 ELSE 1 END, d.id) AS place
        FROM {RESOLVED} JOIN designation d ON d.concept_id = c.id AND d.language = s.language
        WHERE s.run_id = :run AND d.status <> 'retired' AND NOT EXISTS ({SAME_TEXT})
            AND NOT EXISTS (SELECT 1 FROM staged_designation t WHERE t.run_id = s.run_id
                AND t.number = s.number
                AND t.code = s.code AND t.language = d.language AND t.text = d.text)
    ) AS met WHERE place = 1
    """,
    f"""
    INSERT INTO staged_pair (run_id, kind, seq, row_id, verdict)
    SELECT :run, 'mapping', s.seq, min(m.id),
        CASE WHEN max(CASE WHEN {_KEPT.replace("d.", "m.")} THEN 1 ELSE 0 END) = 1 THEN 'conflict'
            ELSE 'changed' END
    FROM staged_mapping s JOIN mapping m ON {SAME_MAPPING}
    WHERE s.run_id = :run AND m.relationship <> s.relationship GROUP BY s.seq
    """,
)

# Texts of the workspace that the file lacks, where it speaks of the concept, in the same language and source.
GONE_TEXTS = """
    SELECT d.id FROM designation d JOIN concept c ON c.id = d.concept_id
    JOIN staged_version v ON v.run_id = :run AND v.version_id = c.version_id
    JOIN (SELECT DISTINCT basis, language FROM staged_designation WHERE run_id = :run) AS said
        ON said.basis = d.basis AND said.language = d.language
    WHERE d.status <> 'retired'
        AND EXISTS (SELECT 1 FROM staged_designation t WHERE t.run_id = :run AND t.number = v.number
            AND t.code = c.code)
        AND NOT EXISTS (SELECT 1 FROM staged_designation t WHERE t.run_id = :run AND t.number = v.number
            AND t.code = c.code AND t.language = d.language AND t.text = d.text)
        AND NOT EXISTS (SELECT 1 FROM staged_pair p WHERE p.run_id = :run AND p.kind = 'designation'
            AND p.row_id = d.id)
"""
# Concepts that an earlier import of the same format brought in this version, and that the file lacks.
GONE_CONCEPTS = """
    SELECT c.id FROM concept c JOIN staged_version v ON v.run_id = :run AND v.version_id = c.version_id
    JOIN import_run r ON r.id = c.run_id
    WHERE r.format = (SELECT format FROM import_run WHERE id = :run) AND c.current
        AND EXISTS (SELECT 1 FROM staged_concept k WHERE k.run_id = :run AND k.number = v.number)
        AND NOT EXISTS (SELECT 1 FROM staged_concept k WHERE k.run_id = :run AND k.number = v.number
            AND k.code = c.code)
"""
# Members of value sets that the file holds completely, and that it lacks.
GONE_MEMBERS = """
    SELECT m.concept_id, m.value_set_id, c.code, w.oid FROM staged_set g JOIN value_set w ON w.oid = g.oid
    JOIN membership m ON m.value_set_id = w.id JOIN concept c ON c.id = m.concept_id
    WHERE g.run_id = :run AND g.complete AND NOT EXISTS (
        SELECT 1 FROM staged_member k JOIN staged_version v ON v.run_id = k.run_id AND v.number = k.number
        WHERE k.run_id = :run AND k.oid = g.oid AND k.code = c.code AND v.version_id = c.version_id)
"""
CHANGED_CONCEPTS = """
    SELECT c.id, c.code, s.current AS is_current, s.parent AS new_parent, s.place
    FROM staged_concept s JOIN staged_version v ON v.run_id = s.run_id AND v.number = s.number
    JOIN concept c ON c.version_id = v.version_id AND c.code = s.code
    WHERE s.run_id = :run AND (c.current <> s.current
        OR (s.parent IS NOT NULL AND coalesce(c.parent, '') <> s.parent))
"""
NEW_MEMBERS = """
    FROM staged_member k JOIN staged_version v ON v.run_id = k.run_id AND v.number = k.number
    LEFT JOIN concept c ON c.version_id = v.version_id AND c.code = k.code
    LEFT JOIN value_set w ON w.oid = k.oid
    WHERE k.run_id = :run AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.concept_id = c.id
        AND m.value_set_id = w.id)
"""

_FINDING = "INSERT INTO import_finding (run_id, kind, place, what, before, after)"
FINDINGS = (
    f"""
    {_FINDING} SELECT p.run_id, p.verdict, s.place, s.code, d.text, s.text FROM staged_pair p
    JOIN staged_designation s ON s.run_id = p.run_id AND s.seq = p.seq JOIN designation d ON d.id = p.row_id
    WHERE p.run_id = :run AND p.kind = 'designation'
    """,
    f"""
    {_FINDING} SELECT p.run_id, p.verdict, s.place, s.source_code || ' > ' || s.target_code, m.relationship,
        s.relationship FROM staged_pair p JOIN staged_mapping s ON s.run_id = p.run_id AND s.seq = p.seq
    JOIN mapping m ON m.id = p.row_id WHERE p.run_id = :run AND p.kind = 'mapping'
    """,
)
# These findings are counted as they are written.
COUNTED = {
    "designations.gone": f"""
    {_FINDING} SELECT :run, 'gone', '', c.code, d.text, NULL FROM ({GONE_TEXTS}) AS g
    JOIN designation d ON d.id = g.id JOIN concept c ON c.id = d.concept_id
    """,
    "concepts.gone": f"""
    {_FINDING} SELECT :run, 'gone', '', c.code, NULL, NULL FROM concept c WHERE c.id IN ({GONE_CONCEPTS})
    """,
    "members.gone": f"""
    {_FINDING} SELECT :run, 'gone', '', g.code, g.oid, NULL FROM ({GONE_MEMBERS}) AS g
    """,
    "concepts.changed": f"""
    {_FINDING} SELECT :run, 'changed', g.place, g.code, NULL, g.new_parent FROM ({CHANGED_CONCEPTS}) AS g
    """,
}

_OF_RUN = "WHERE run_id = :run"
COUNTS = {
    "concepts.new": f"""
        SELECT count(*) FROM (SELECT DISTINCT number, code FROM staged_concept {_OF_RUN}) AS s
        JOIN staged_version v ON v.run_id = :run AND v.number = s.number
        WHERE NOT EXISTS (SELECT 1 FROM concept c WHERE c.version_id = v.version_id AND c.code = s.code)
    """,
    "members.new": f"SELECT count(*) FROM (SELECT DISTINCT k.number, k.code, k.oid {NEW_MEMBERS}) AS g",
    "designations.all": f"SELECT count(*) FROM staged_designation {_OF_RUN}",
    "designations.unchanged": f"""
        SELECT count(*) FROM {RESOLVED} WHERE s.run_id = :run AND EXISTS ({SAME_TEXT})
    """,
    "designations.changed": f"""
        SELECT count(*) FROM staged_pair {_OF_RUN} AND kind = 'designation' AND verdict = 'changed'
    """,
    "designations.conflict": f"""
        SELECT count(*) FROM staged_pair {_OF_RUN} AND kind = 'designation' AND verdict = 'conflict'
    """,
    "mappings.all": f"SELECT count(*) FROM staged_mapping {_OF_RUN}",
    "mappings.unchanged": f"""
        SELECT count(*) FROM staged_mapping s WHERE s.run_id = :run AND EXISTS (SELECT 1 FROM mapping m
            WHERE {SAME_MAPPING} AND m.relationship = s.relationship)
    """,
    "mappings.changed": f"""
        SELECT count(*) FROM staged_pair {_OF_RUN} AND kind = 'mapping' AND verdict = 'changed'
    """,
    "mappings.conflict": f"""
        SELECT count(*) FROM staged_pair {_OF_RUN} AND kind = 'mapping' AND verdict = 'conflict'
    """,
    "rejected": f"SELECT count(*) FROM import_finding {_OF_RUN} AND kind = 'rejected'",
    "noted": f"SELECT count(*) FROM import_finding {_OF_RUN} AND kind = 'noted'",
}
