-- Of rows that are equal in every column the first one stays.
WITH gone AS (
    DELETE FROM {stage} d
    USING (
        SELECT r.ctid AS id, row_number() OVER (PARTITION BY {columns} ORDER BY {file}, {line}) AS n
        FROM {stage} r
    ) x
    WHERE d.ctid = x.id AND x.n > 1
    RETURNING 1
)
SELECT count(*) FROM gone
