-- Only rows that are new or differ are written. The join finds them first, so that an unchanged row costs no lock and no WAL;
-- the conflict clause only settles a race. Counts come from RETURNING: on Citus the command tag counts proposed rows.
WITH written AS (
    INSERT INTO {table} AS t ({columns})
    SELECT {values}
    FROM {stage} s
    LEFT JOIN {table} l ON {match}
    WHERE {missing} OR {differs}
    ON CONFLICT ({key}) DO {action}
    RETURNING (xmax = 0) AS inserted
)
SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written
