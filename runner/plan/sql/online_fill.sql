-- The first rows of a table. It is without its key, which comes after them, and nobody else knows it yet.
WITH added AS (
    INSERT INTO {table} ({columns})
    SELECT {values}
    FROM ({source}) s
    RETURNING 1
)
SELECT count(*), 0, 0, 0 FROM added
