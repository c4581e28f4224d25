-- Rows that cannot meet another: an empty table takes them before its key, an append table takes a new partition.
WITH added AS (
    INSERT INTO {table} ({columns})
    SELECT {values}
    FROM {stage} s
    RETURNING 1
)
SELECT count(*), 0 FROM added
